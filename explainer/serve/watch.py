"""Reports which of a site's files changed: those that authors write, and as soon as they do.

The system watches the folders that a site is made of, not the site's whole folder: `.git`,
`node_modules` or the output may hold more files than it can watch. What lies outside of these
folders is looked at ten times a second: site.toml, the files that links lead to, and whether one of
the folders came or went.
"""

from __future__ import annotations

import os
import re
import stat
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TypeAlias

import watchfiles

from explainer.output.manifest import MANIFEST
from explainer.site.load import CONTENT, SETTINGS, STATIC

Changes: TypeAlias = Collection[Path] | None
"""Files and folders that changed, absolute; None where anything may have."""

THEMES = "themes"
FOLDERS = (CONTENT, STATIC, THEMES)
"""The folders of a site that are watched, whether they are there or not."""

_STEP = 10
"""Milliseconds without a change, after which those that came are reported: an editor's save is
several events, and takes one or two. Shorter steps wake the process more often for nothing."""
_LONGEST = 250
"""Milliseconds after which changes are reported though more are coming."""
_GLANCE = 100
"""Milliseconds between looks at what the system does not watch."""

_PASSING = (FileNotFoundError, NotADirectoryError, PermissionError)
"""Errors of a folder that comes, goes or changes: watching begins again. Another, such as that of a
system that watches no more files, stays for ever."""

# What editors, `sed -i` and systems put beside a file for a moment.
_TEMPORARY = re.compile(
    r".*~|\.#.*|#.*#|\..*\.sw[a-z]|.*\.sw[opx]|4913|\.goutputstream-.*|___jb_(?:tmp|old)___"
    r"|.*___jb_(?:tmp|old)___|\.DS_Store|Thumbs\.db"
)


def is_written_by_authors(parts: Iterable[str]) -> bool:
    """Whether a path, given as its parts below the site's folder, may be one of the site's files.

    It is not when a part is hidden or an editor's temporary name. In `static/` hidden files are the
    site's too (`.well-known`), apart from `.git`.
    """
    parts = tuple(parts)
    hidden = parts[:1] == (STATIC,)
    return not any(
        _TEMPORARY.fullmatch(part)
        or (part.startswith(".") and (not hidden or part.startswith((".git", ".explainer"))))
        for part in parts
    )


class Ground:
    """What is watched, as it is on the disk when this is made."""

    def __init__(self, root: Path, others: Iterable[Path] = ()) -> None:
        self.root = root
        """The site's folder, absolute; may be, or lie below, a symbolic link."""
        self._inside = Path(os.path.realpath(root))
        own = [root / name for name in FOLDERS]
        real = {os.path.realpath(folder) for folder in own}
        self._others = [each for each in others if os.path.realpath(each) not in real]
        folders = (*own, *self._others)
        self.folders = tuple(folder for folder in folders if is_kind(Path.is_dir, folder))
        """They are watched by the system, with all that is in them."""
        self.links = self._links()
        """By a real path, the symbolic links of the site that lead to it.

        A change is noticed under one of a file's names: the others follow from here.
        """
        links = (link for links in self.links.values() for link in links)
        self._places = frozenset((root, *folders))
        self._stamps = {path: _stamp(path) for path in (*self._places, root / SETTINGS, *links)}

    def _links(self) -> dict[Path, list[Path]]:
        links: defaultdict[Path, list[Path]] = defaultdict(list)
        paths = [self.root / SETTINGS, *self.folders]
        for above, folders, files in chain.from_iterable(map(os.walk, self.folders)):
            paths += (Path(above, name) for name in (*folders, *files))
        for path in paths:
            if is_kind(Path.is_symlink, path):
                target = Path(os.path.realpath(path))
                if target.is_relative_to(self._inside) and target != self._inside:
                    links[target].append(path)  # load.py follows no others
        return links

    def glance(self) -> list[Path]:
        """Give what changed, since the last call, of what the system does not watch.

        These are site.toml, files that links lead to, and folders that came, went, or are others
        now under the same name.
        """
        now = {path: _stamp(path) for path in self._stamps}
        changed = [path for path, stamp in now.items() if stamp != self._stamps[path]]
        self._stamps = now
        return changed

    def is_outdated(self, glanced: Collection[Path], changed: Iterable[Path]) -> bool:
        """Whether other folders or links are to be watched now; `glanced` is what `glance` gave."""
        if not self._places.isdisjoint(glanced):
            return True
        may_link = any(
            path in self._stamps or is_kind(Path.is_symlink, path) or is_kind(Path.is_dir, path)
            for path in (*glanced, *changed)
        )
        return may_link and self._links() != self.links

    def names(self, path: Path) -> list[Path]:
        """Give all names that a changed path has in the site; none if it is not of the site.

        Each begins as `root` does, whatever links lead there.
        """
        real = Path(os.path.realpath(path.parent)) / path.name
        names = [path]
        if real.is_relative_to(self._inside):
            names.append(self.root / real.relative_to(self._inside))
        for target, links in self.links.items():
            if real.is_relative_to(target):
                names += (link / real.relative_to(target) for link in links)
        return [name for name in names if self._is_watched(name)]

    def _is_watched(self, path: Path) -> bool:
        top = next((each for each in (self.root, *self._others) if path.is_relative_to(each)), None)
        if top is None:
            return False
        parts = path.relative_to(top).parts
        if top == self.root and parts != (SETTINGS,) and not {*parts[:1]} & {*FOLDERS}:
            return False
        if not is_written_by_authors(parts if top == self.root else (THEMES, *parts)):
            return False
        above = (folder for folder in path.parents if folder.is_relative_to(top))
        return not any(is_kind(Path.is_file, folder / MANIFEST) for folder in above)


def is_kind(kind: Callable[[Path], bool], path: Path) -> bool:
    """Whether a path is of a kind; it is not if the folder that it lies in may not be entered."""
    with suppress(OSError):
        return kind(path)
    return False


def _stamp(path: Path) -> tuple[int, ...] | None:
    """What differs when a file does, or when a folder is another one; None if there is neither."""
    with suppress(OSError):
        status = path.stat()
        identity = status.st_dev, status.st_ino
        if stat.S_ISDIR(status.st_mode):
            return identity
        return (*identity, status.st_size, status.st_mtime_ns)
    return None


class Watcher:
    """A thread that reports which of a site's files and folders changed, until it is stopped.

    `report` is called in this thread with absolute paths, each of a file or folder that was
    changed, made, moved or deleted; with None where anything may have changed. `warn` is called
    with a sentence when watching goes on in a poorer way.
    """

    def __init__(
        self,
        root: Path,
        others: tuple[Path, ...],
        report: Callable[[Changes], None],
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._root = root
        self._others = others
        self._report = report
        self._warn = warn
        self._stopped = threading.Event()
        self._ready = threading.Event()
        self._is_polling: bool | None = None
        """None: watchfiles decides."""
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin. Changes from now on are reported."""
        self._thread.start()
        self._ready.wait(10)

    def stop(self) -> None:
        """End the thread, and wait until it has ended."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        missed: Changes = ()
        while not self._stopped.is_set():
            try:
                missed = self._watch(Ground(self._root, self._others), missed)
            except Exception as error:
                missed = None
                if self._is_polling or isinstance(error, _PASSING):
                    self._stopped.wait(_GLANCE / 1000)
                else:
                    self._is_polling = True
                    self._warn(f"the system cannot tell of changes, files are polled: {error}")
            finally:
                self._ready.set()

    def _watch(self, ground: Ground, missed: Changes) -> Changes:
        """Report changes until other folders or links are to be watched.

        `missed` is reported first; what is returned must be reported by the next call, as it may
        have changed again in between.
        """
        for changes in watchfiles.watch(
            *ground.folders,
            watch_filter=None,
            debounce=_LONGEST,
            step=_STEP,
            stop_event=self._stopped,
            rust_timeout=_GLANCE,
            yield_on_timeout=True,  # so the first comes when watching has begun
            raise_interrupt=False,
            force_polling=self._is_polling,
            ignore_permission_denied=True,
        ):
            self._ready.set()
            if missed or missed is None:
                self._report(missed)
                missed = ()
            glanced = ground.glance()
            paths = [*(Path(path) for _, path in changes), *glanced]
            names = dict.fromkeys(name for path in paths for name in ground.names(path))
            if names:
                self._report(tuple(names))
            if ground.is_outdated(glanced, (*paths, *names)):
                return (*glanced, *names)
        return ()
