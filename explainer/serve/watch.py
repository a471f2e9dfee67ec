"""Tells which of a site's files changed: those that authors write, and as soon as they are written.

Watched are the folders that a site is made of, and the file site.toml, not the site's whole folder:
`.git`, `node_modules` or the output may hold more files than the system can watch. What lies
directly in the site's folder is watched besides, to see such a folder come and go.
"""

from __future__ import annotations

import os
import re
import stat
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import watchfiles

from explainer.output.write import MANIFEST
from explainer.site.load import CONTENT, SETTINGS, STATIC

THEMES = "themes"
FOLDERS = (CONTENT, STATIC, THEMES)
"""The folders of a site that are watched, whether they are there or not."""

_STEP = 10
"""Milliseconds without a change, after which those that came are told: an editor's save is several
events, and takes one or two. Shorter steps wake the process more often for nothing."""
_LONGEST = 250
"""Milliseconds after which changes are told though more are coming."""
_GLANCE = 100
"""Milliseconds between looks whether the watched folders are still the same."""

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


@dataclass(frozen=True)
class Ground:
    """What is watched, as it lies on the disk when this is made."""

    root: Path
    """The site's folder, absolute; may be, or lie below, a symbolic link."""
    others: tuple[Path, ...] = ()
    """Folders outside of the site that it is made with: the built-in themes of a checkout."""
    identities: Mapping[Path, tuple[int, int] | None] = field(init=False)
    """By folder: its device and inode; nothing where there is no such folder."""
    links: Mapping[Path, tuple[Path, ...]] = field(init=False)
    """By a real path, the symbolic links of the site that lead to it.

    A change is told once, under any of a file's names: the others follow from here.
    """

    def __post_init__(self) -> None:
        own = [self.root / name for name in FOLDERS]
        real = {os.path.realpath(folder) for folder in own}
        others = [other for other in self.others if os.path.realpath(other) not in real]
        folders = (self.root, *own, *others)
        object.__setattr__(self, "identities", {each: _identity(each) for each in folders})
        object.__setattr__(self, "links", self._links())

    @property
    def deep(self) -> tuple[Path, ...]:
        """Folders that are watched with all that is in them."""
        return tuple(each for each, there in self.identities.items() if there)[1:]

    @property
    def shallow(self) -> tuple[Path, ...]:
        """Folders of which only what lies directly in them is watched."""
        files = (target.parent for target in self.links if not is_kind(Path.is_dir, target))
        return tuple(
            dict.fromkeys((self.root, *(each for each in files if is_kind(Path.is_dir, each))))
        )

    def _links(self) -> dict[Path, tuple[Path, ...]]:
        found: defaultdict[Path, list[Path]] = defaultdict(list)
        inside = Path(os.path.realpath(self.root))
        for path in (self.root / SETTINGS, *self._all()):
            if is_kind(Path.is_symlink, path):
                target = Path(os.path.realpath(path))
                if target.is_relative_to(inside) and target != inside:  # load.py follows no others
                    found[target].append(path)
        return {target: tuple(paths) for target, paths in found.items()}

    def _all(self) -> Iterator[Path]:
        for folder in self.deep:
            yield folder
            for above, folders, files in os.walk(folder):
                yield from (Path(above, name) for name in (*folders, *files))

    def moved(self) -> tuple[Path, ...]:
        """Those of the folders that came, went, or are others now under the same name."""
        return tuple(
            folder for folder, identity in self.identities.items() if _identity(folder) != identity
        )

    def is_current(self, changed: Collection[Path]) -> bool:
        """Whether after these changes the same folders are to be watched as before."""
        if self.moved():
            return False
        linked = {link for links in self.links.values() for link in links}
        may_link = any(
            path in linked or is_kind(Path.is_symlink, path) or is_kind(Path.is_dir, path)
            for path in changed
        )
        return not may_link or Ground(self.root, self.others).links == self.links

    def names(self, path: Path) -> tuple[Path, ...]:
        """All names that a changed file or folder has in the site; none if it is not of the site.

        Each begins as `root` does, whatever links lead there.
        """
        real = Path(os.path.realpath(path.parent)) / path.name
        inside = Path(os.path.realpath(self.root))
        names = {path: None}
        if real.is_relative_to(inside):
            names[self.root / real.relative_to(inside)] = None
        for target, links in self.links.items():
            if real.is_relative_to(target):
                names |= dict.fromkeys(link / real.relative_to(target) for link in links)
        return tuple(name for name in names if self._counts(name))

    def _counts(self, path: Path) -> bool:
        top = next((each for each in (self.root, *self.others) if path.is_relative_to(each)), None)
        if top is None:
            return False
        parts = path.relative_to(top).parts
        if top == self.root and parts != (SETTINGS,) and not {*parts[:1]} & {*FOLDERS}:
            return False
        if not is_written_by_authors(parts if top == self.root else (THEMES, *parts)):
            return False
        return not any(
            is_kind(Path.is_file, above / MANIFEST)
            for above in path.parents
            if above.is_relative_to(top)
        )


def is_kind(kind: Callable[[Path], bool], path: Path) -> bool:
    """Whether a path is of a kind: no, where the folder that it lies in may not be entered."""
    with suppress(OSError):
        return kind(path)
    return False


def _identity(folder: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        status = folder.stat()
        if stat.S_ISDIR(status.st_mode):
            return status.st_dev, status.st_ino
    return None


Tell: TypeAlias = Callable[[Collection[Path] | None], None]


class Watcher:
    """Threads that tell which of a site's files and folders changed, until they are stopped.

    `tell` is called in such a thread with absolute paths, each of a file or folder that was
    changed, made, moved or deleted; with nothing where anything may have changed. `trouble` is
    called with a sentence when watching goes on in a poorer way.
    """

    def __init__(
        self,
        root: Path,
        others: tuple[Path, ...],
        tell: Tell,
        trouble: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._root = root
        self._others = others
        self._tell = tell
        self._trouble = trouble
        self._stopped = threading.Event()
        self._ready = threading.Event()
        self._polling = False
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._round: _Round | None = None

    def start(self) -> None:
        """Begin. Changes from now on are told."""
        self._thread.start()
        self._ready.wait(10)

    def stop(self) -> None:
        """End the threads, and wait until they have ended."""
        self._stopped.set()
        if self._round:
            self._round.over.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        """Watch, and again whenever the ground has changed, until stopped."""
        missed: Collection[Path] | None = ()
        while not self._stopped.is_set():
            ground = Ground(self._root, self._others)
            if not ground.identities[self._root]:
                self._ready.set()  # there is nothing to watch, until the folder is back
                self._tell(missed)
                missed = None
                while not self._stopped.wait(_GLANCE / 1000) and not ground.moved():
                    pass
                continue
            self._round = _Round(ground, self._tell, polling=self._polling)
            if self._stopped.is_set():
                return
            self._round.start()
            self._ready.set()
            if missed is None or missed:
                self._tell(missed)  # it may have changed again before anybody looked
            missed = self._round.wait()
            if error := self._round.error:
                missed = None
                if not isinstance(error, _PASSING) and not self._polling:
                    self._polling = True
                    self._trouble(f"the system cannot tell of changes, files are polled: {error}")
                else:
                    self._stopped.wait(_GLANCE / 1000)


class _Round:
    """Watching of one ground, until it is another."""

    def __init__(self, ground: Ground, tell: Tell, *, polling: bool) -> None:
        self.over = threading.Event()
        self.error: Exception | None = None
        self._ground = ground
        self._tell = tell
        self._polling = polling or None
        self._changed: set[Path] = set()
        self._threads = []
        self._begun = []
        for paths, recursive in ((ground.deep, True), (ground.shallow, False)):
            begun = threading.Event()
            self._begun.append(begun)
            arguments = (paths, recursive, begun)
            self._threads.append(threading.Thread(target=self._look, args=arguments, daemon=True))

    def start(self) -> None:
        """Begin; gives when changes are noticed."""
        for thread in self._threads:
            thread.start()
        for begun in self._begun:
            begun.wait(10)

    def wait(self) -> Collection[Path]:
        """Wait for the end; gives what changed last, which the next round must tell again."""
        for thread in self._threads:
            thread.join()
        return self._changed

    def _look(self, paths: tuple[Path, ...], recursive: bool, begun: threading.Event) -> None:
        try:
            for changes in watchfiles.watch(
                *paths,
                watch_filter=None,
                debounce=_LONGEST,
                step=_STEP,
                stop_event=self.over,
                rust_timeout=_GLANCE,
                yield_on_timeout=True,  # so the first comes when watching has begun
                raise_interrupt=False,
                force_polling=self._polling,
                recursive=recursive,
                ignore_permission_denied=True,
            ):
                begun.set()
                told = [Path(path) for _, path in changes]
                names = dict.fromkeys(n for path in told for n in self._ground.names(path))
                if names:
                    self._tell(tuple(names))
                if not recursive or names:
                    self._check([*told, *names], names)
        except Exception as error:
            self.error = error
        finally:
            begun.set()
            self.over.set()

    def _check(self, changed: Collection[Path], names: Collection[Path]) -> None:
        if not self._ground.is_current(changed):
            self._changed.update(self._ground.moved(), names)
            self.over.set()
