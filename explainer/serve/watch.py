"""Report changes to the files that a site's authors write, as soon as they are saved.

The operating system watches the folders that a site's files are in, not the site's whole folder:
`.git`, `node_modules`, or the output may have more files than it can watch. Everything else is
polled ten times a second: site.toml, the targets of symbolic links, and whether one of the folders
has appeared or disappeared.
"""

from __future__ import annotations

import os
import stat
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TypeAlias

import watchfiles

from explainer.site.file_names import is_litter, is_served
from explainer.site.load import CONTENT, SETTINGS, STATIC
from explainer.site.walk import THEMES
from explainer.support.paths import MANIFEST

Changes: TypeAlias = Collection[Path] | None
"""Absolute paths of changed files and folders; None if anything may have changed."""

FOLDERS = (CONTENT, STATIC, THEMES)
"""The folders of a site to watch, whether or not they exist."""

_STEP = 2
"""Milliseconds without a change after which changes are reported. A save is several events within
one or two milliseconds; shorter steps would split them, and wake the process more often."""
_LONGEST = 250
"""Milliseconds after which changes are reported even if more keep coming."""
_GLANCE = 100
"""Milliseconds between polls of paths that the system does not watch."""

_PASSING = (FileNotFoundError, NotADirectoryError, PermissionError)
"""Errors of a folder that appears, disappears, or changes, after which watching restarts. Others,
such as a system limit on watched files, are permanent."""


def is_written_by_authors(parts: Iterable[str]) -> bool:
    """Whether a path, as parts relative to the site's folder, may be one of the authors' files.

    False if a part is hidden or is an editor's temporary name. In `static/`, hidden files that web
    servers look for belong to the site too.
    """
    parts = tuple(parts)
    in_static = parts[:1] == (STATIC,)
    return all(
        (is_served(part) if in_static else not part.startswith(".")) and not is_litter(part)
        for part in parts
    )


class Ground:
    """The watched folders and links, as they are on disk when the object is created."""

    def __init__(self, root: Path, others: Iterable[Path] = ()) -> None:
        self.root = root
        """The absolute path of the site's folder; it may contain symbolic links."""
        self._inside = Path(os.path.realpath(root))
        own = [root / name for name in FOLDERS]
        real = {os.path.realpath(folder) for folder in own}
        self._others = [each for each in others if os.path.realpath(each) not in real]
        folders = (*own, *self._others)
        self.folders = tuple(folder for folder in folders if is_kind(Path.is_dir, folder))
        """The folders that the operating system watches, with everything in them."""
        self.links = self._links()
        """The symbolic links of the site, by the real path of their target.

        A change is reported under one of a file's names; this map gives the others.
        """
        links = (link for links in self.links.values() for link in links)
        self._places = frozenset((root, *folders))
        self._stamps = {path: _stamp(path) for path in (*self._places, root / SETTINGS, *links)}

    def _links(self) -> dict[Path, list[Path]]:
        links: defaultdict[Path, list[Path]] = defaultdict(list)
        tops = (self.root / SETTINGS, *self.folders)
        found = [path for path in tops if is_kind(Path.is_symlink, path)]
        found += chain.from_iterable(map(_links_in, self.folders))
        for path in found:
            target = Path(os.path.realpath(path))
            if target.is_relative_to(self._inside) and target != self._inside:
                links[target].append(path)  # site.load does not follow other links
        return links

    def glance(self) -> list[Path]:
        """Return the paths that changed since the last call and that the system does not watch.

        These are site.toml, the targets of symbolic links, and folders that appeared, disappeared,
        or were replaced.
        """
        now = {path: _stamp(path) for path in self._stamps}
        changed = [path for path, stamp in now.items() if stamp != self._stamps[path]]
        self._stamps = now
        return changed

    def is_outdated(self, glanced: Collection[Path], changed: Iterable[Path]) -> bool:
        """Whether the folders or links to watch have changed; `glanced`: the result of `glance`."""
        if not self._places.isdisjoint(glanced):
            return True
        may_link = any(
            path in self._stamps or is_kind(Path.is_symlink, path) or is_kind(Path.is_dir, path)
            for path in (*glanced, *changed)
        )
        return may_link and self._links() != self.links

    def names(self, path: Path) -> list[Path]:
        """Return all names that a changed path has in the site; none if it is outside the site.

        Each name begins with `root`, even if symbolic links point there.
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


def _links_in(folder: Path | str) -> Iterator[Path]:
    """Yield the symbolic links in a folder and in those that it contains."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                yield Path(entry.path)
            elif entry.is_dir():
                yield from _links_in(entry.path)


def is_kind(kind: Callable[[Path], bool], path: Path) -> bool:
    """Return `kind(path)`, or False if the system denies access to the path's folder."""
    with suppress(OSError):
        return kind(path)
    return False


def _stamp(path: Path) -> tuple[int, ...] | None:
    """Return a value that changes when a file does or a folder is replaced; None if missing."""
    with suppress(OSError):
        status = path.stat()
        identity = status.st_dev, status.st_ino
        if stat.S_ISDIR(status.st_mode):
            return identity
        return (*identity, status.st_size, status.st_mtime_ns)
    return None


class Watcher:
    """A thread that reports changes to a site's files and folders until it is stopped.

    The thread calls `report` with the absolute paths of files and folders that were changed,
    created, moved, or deleted, or with None if anything may have changed. It calls `warn` with a
    message when it falls back to polling.
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
        """None to let watchfiles decide."""
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Start the thread. Changes from now on are reported."""
        self._thread.start()
        self._ready.wait(10)

    def stop(self) -> None:
        """Stop the thread and wait for it to end."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        missed: Changes = ()
        before: Ground | None = None
        while not self._stopped.is_set():
            try:
                ground = Ground(self._root, self._others)
                if before and missed is not None:
                    missed = (*missed, *before.glance())  # what the new one has never seen
                before = ground
                missed = self._watch(ground, missed)
            except Exception as error:
                missed = None
                if self._is_polling or isinstance(error, _PASSING):
                    self._stopped.wait(_GLANCE / 1000)
                else:
                    self._is_polling = True
                    self._warn(f"cannot watch for changes, polling files instead: {error}")
            finally:
                self._ready.set()

    def _watch(self, ground: Ground, missed: Changes) -> Changes:
        """Report changes until the folders or links to watch have changed.

        `missed` is reported first. Returns paths for the next call to report, as they may have
        changed again in between.
        """
        for changes in watchfiles.watch(
            *ground.folders,
            watch_filter=None,
            debounce=_LONGEST,
            step=_STEP,
            stop_event=self._stopped,
            rust_timeout=_GLANCE,
            yield_on_timeout=True,  # so that the first result means watching has started
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
