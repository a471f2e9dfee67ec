"""Notice whether files have changed: stamps say where to look, and hashes of contents decide.

A stamp has the size of a file, the times of its last changes in nanoseconds, its inode, and its
mode. Two versions of a file that are written within the resolution of the file system's clock can
have the same stamp, so the stamp of a file that has just been written is not reliable. Nor can
stamps be compared after a checkout, or on another machine. Then the content is hashed.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from array import array
from itertools import chain
from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import Final, TypeAlias

Stamp: TypeAlias = list[int]
"""Size, times of the last changes of content and status, inode, and mode."""

NO_STAMP: Stamp = []
"""In place of the stamp of a file that must be hashed."""

_FINE, _COARSE = 20_000_000, 2_000_000_000
"""How many nanoseconds apart two changes can be that get the same time: on usual file systems, and
on those that keep hundredths of a second or less (FAT: 2 seconds)."""


class UnstableError(Exception):
    """A folder contains something that stamps do not describe, such as a link."""


class Scan:
    """The stamps of many files and folders, together: there are no objects for each of them."""

    EACH: Final = 5
    """How many numbers a stamp has. Those of a folder are its mode and zeros."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        """The path of a folder ends with a slash."""
        self.numbers = array("Q")

    def add(self, folder: str, name: str) -> None:
        """Add all files and folders below a folder, by a path that begins with `name`.

        A folder that does not exist has none. Raises UnstableError, and OSError for what cannot be
        read.
        """
        try:
            mode = os.lstat(folder).st_mode
        except FileNotFoundError:
            return
        self._add(folder, name, mode)

    def add_file(self, file: str, path: str) -> None:
        """Add a file by a path. Raises OSError, and UnstableError if it is not a file."""
        self.paths.append(path)
        self.numbers += _numbers(file, [stamp(file)])

    def _add(self, folder: str, name: str, mode: int) -> None:
        if not stat.S_ISDIR(mode):
            raise UnstableError(folder)
        self.paths.append(f"{name}/")
        self.numbers += array("Q", (mode, 0, 0, 0, 0))
        names, found = _listed(folder)
        modes = found[self.EACH - 1 :: self.EACH]
        kinds = {each: stat.S_IFMT(each) for each in set(modes)}
        if not _KINDS.issuperset(kinds.values()):
            raise UnstableError(folder)
        if stat.S_IFDIR not in kinds.values():
            self.numbers += found
            self.paths += [f"{name}/{each}" for each in names]
            return
        folders = []
        for i, (each, its_mode) in enumerate(zip(names, modes, strict=True)):
            if kinds[its_mode] == stat.S_IFDIR:
                folders.append((each, its_mode))
            else:
                self.numbers += found[i * self.EACH : i * self.EACH + self.EACH]
                self.paths.append(f"{name}/{each}")
        for each, its_mode in folders:
            if each != "__pycache__":
                self._add(f"{folder}/{each}", f"{name}/{each}", its_mode)

    def is_same(self, other: Scan) -> bool:
        """Whether another scan has found the same stamps."""
        return self.numbers == other.numbers and self.paths == other.paths

    def changed(self, before: Scan) -> list[str]:
        """Return the paths with another stamp than before, or with none before."""
        each, known = self.EACH, before._by_path()
        return [
            path
            for i, path in enumerate(self.paths)
            if self.numbers[i * each : i * each + each] != known.get(path)
        ]

    def recent(self, now: int) -> list[str]:
        """Return the paths of files that may still change without getting another stamp."""
        if not self.numbers or max(map(max, self._times())) <= now - _COARSE:
            return []
        changed = map(max, *self._times())
        return [p for p, at in zip(self.paths, changed, strict=True) if _is_recent(at, now)]

    def without(self, paths: Collection[str]) -> Scan:
        """Return the same without the stamps of some paths: zeros."""
        scan, each = Scan(), self.EACH
        scan.paths, scan.numbers = self.paths, self.numbers[:]
        for i, path in enumerate(self.paths) if paths else ():
            if path in paths:
                scan.numbers[i * each : i * each + each] = array("Q", bytes(8 * each))
        return scan

    def _by_path(self) -> dict[str, array[int]]:
        numbers, each = self.numbers, self.EACH
        return {path: numbers[i * each : i * each + each] for i, path in enumerate(self.paths)}

    def _times(self) -> tuple[array[int], array[int]]:
        return self.numbers[1 :: self.EACH], self.numbers[2 :: self.EACH]


_KINDS: Final = frozenset((stat.S_IFREG, stat.S_IFDIR))
_HAS_FOLDERS: Final = os.lstat in os.supports_dir_fd and os.listdir in os.supports_fd


def _listed(folder: str) -> tuple[list[str], array[int]]:
    """Return the names in a folder, and their stamps. Raises OSError and UnstableError."""
    if not _HAS_FOLDERS:
        with os.scandir(folder) as opened:
            entries = list(opened)
        found = (_of(entry.stat(follow_symlinks=False)) for entry in entries)
        return [entry.name for entry in entries], _numbers(folder, found)
    top, lstat = os.open(folder, os.O_RDONLY), os.lstat
    try:
        names = os.listdir(top)
        return names, _numbers(folder, (_of(lstat(name, dir_fd=top)) for name in names))
    finally:
        os.close(top)


def _numbers(place: str, found: Iterable[Iterable[int]]) -> array[int]:
    """Return stamps as one array. Raises UnstableError for a number such as a time before 1970."""
    numbers = array("Q")
    try:
        numbers.extend(chain.from_iterable(found))
    except OverflowError:
        raise UnstableError(place) from None
    return numbers


def stamp(path: str) -> Stamp:
    """Return the stamp of a file. Raises OSError, and UnstableError if it is not a file."""
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        raise UnstableError(path)
    return list(_of(status))


_of = attrgetter("st_size", "st_mtime_ns", "st_ctime_ns", "st_ino", "st_mode")


def is_recent(found: Stamp, now: int) -> bool:
    """Whether a file may still change without getting another stamp. `now`: see time.time_ns."""
    return _is_recent(max(found[1:3]), now)


def _is_recent(changed: int, now: int) -> bool:
    return changed > now - (_FINE if changed % 10_000_000 else _COARSE)


_OPEN: Final = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK")
)
_AT_ONCE: Final = 1 << 16


def digest(path: str) -> str:
    """Return the SHA-256 of a file's content. Raises OSError, also for a link."""
    opened = os.open(path, _OPEN)  # for speed: there are many small files
    try:
        content = os.read(opened, _AT_ONCE)
        total = hashlib.sha256(content)
        while content:
            content = os.read(opened, _AT_ONCE)
            total.update(content)
    finally:
        os.close(opened)
    return total.hexdigest()


TOGETHER: Final = 3
"""How many numbers `together` returns for each file or folder."""

_short = attrgetter("st_mtime_ns", "st_ctime_ns", "st_ino")


def together(folder: str, paths: Sequence[str], now: int) -> tuple[array[int], list[str]]:
    """Return short stamps of many files or folders below a folder, and which of them are recent.

    Such a stamp has the times of the last changes, and the inode. An empty path is the folder
    itself. Raises OSError if one does not exist.
    """
    opened, lstat = os.open(folder, os.O_RDONLY) if _HAS_FOLDERS else None, os.lstat
    top = "" if _HAS_FOLDERS else f"{folder}/"
    try:
        found = (_short(lstat(top + path or ".", dir_fd=opened)) for path in paths)
        numbers = _numbers(folder, found)
    finally:
        if opened is not None:
            os.close(opened)
    times = numbers[0::TOGETHER], numbers[1::TOGETHER]
    if not numbers or max(map(max, times)) <= now - _COARSE:
        return numbers, []
    changed = map(max, *times)
    return numbers, [p for p, at in zip(paths, changed, strict=True) if _is_recent(at, now)]


def themes_folder() -> Path:
    """Return the folder of explainer's own themes.

    It is next to the package in a checkout, and inside the package if that is installed.
    """
    from pathlib import Path

    return Path(_themes())


def _themes() -> str:
    package = str(_package())
    inside = f"{package}/themes"
    return inside if os.path.isdir(inside) else f"{os.path.dirname(package)}/themes"


def add_program(found: Scan) -> None:
    """Add the program and its themes, by absolute paths. Raises as `Scan.add`."""
    for folder in program_folders():
        found.add(folder, folder)


def program_folders() -> list[str]:
    """Return the folders of the program and of its themes, if these are elsewhere."""
    package, themes = str(_package()), _themes()
    return [package] if themes.startswith(f"{package}/") else [package, themes]


def _package() -> str:
    return os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def libraries() -> Iterator[str]:
    """Yield the names of installed libraries with their versions, as their folders have them."""
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        yield from (name for name in names if name.endswith("-info"))
