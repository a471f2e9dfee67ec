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
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
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
        if os.path.lexists(folder):
            with _counted(folder):
                self._add(folder, name)

    def add_file(self, file: str, path: str) -> None:
        """Add a file by a path. Raises OSError, and UnstableError if it is not a file."""
        with _counted(file):
            self.numbers.extend(stamp(file))
            self.paths.append(path)

    def _add(self, folder: str, name: str) -> None:
        mode = os.lstat(folder).st_mode
        if not stat.S_ISDIR(mode):
            raise UnstableError(folder)
        self.paths.append(f"{name}/")
        self.numbers.extend((mode, 0, 0, 0, 0))
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        self._add(entry.path, f"{name}/{entry.name}")
                elif entry.is_file(follow_symlinks=False):
                    self.numbers.extend(_of(entry.stat(follow_symlinks=False)))
                    self.paths.append(f"{name}/{entry.name}")
                else:
                    raise UnstableError(entry.path)

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


@contextmanager
def _counted(path: str) -> Iterator[None]:
    """Raise UnstableError if a number does not fit, such as a time before 1970."""
    try:
        yield
    except OverflowError:
        raise UnstableError(path) from None


def stamp(path: str) -> Stamp:
    """Return the stamp of a file. Raises OSError, and UnstableError if it is not a file."""
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        raise UnstableError(path)
    return _of(status)


def _of(status: os.stat_result) -> Stamp:
    times = status.st_mtime_ns, status.st_ctime_ns
    return [status.st_size, *times, status.st_ino, status.st_mode]


def is_recent(found: Stamp, now: int) -> bool:
    """Whether a file may still change without getting another stamp. `now`: see time.time_ns."""
    return _is_recent(max(found[1:3]), now)


def _is_recent(changed: int, now: int) -> bool:
    return changed > now - (_FINE if changed % 10_000_000 else _COARSE)


def digest(path: str) -> str:
    """Return the SHA-256 of a file's content. Raises OSError."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - for speed: there are many files
        return hashlib.file_digest(file, "sha256").hexdigest()


TOGETHER: Final = 3
"""How many numbers `together` returns for each file or folder."""

_HAS_FOLDERS: Final = os.lstat in os.supports_dir_fd


def together(folder: str, paths: Iterable[str], now: int) -> tuple[array[int], list[str]]:
    """Return short stamps of many files or folders below a folder, and which of them are recent.

    Such a stamp has the times of the last changes, and the inode. An empty path is the folder
    itself. Raises OSError if one does not exist.
    """
    numbers = array("Q")
    recent = []
    opened = os.open(folder, os.O_RDONLY) if _HAS_FOLDERS else None
    add, lstat, top = numbers.extend, os.lstat, "" if _HAS_FOLDERS else f"{folder}/"
    try:
        with _counted(folder):
            for path in paths:
                status = lstat(top + path or ".", dir_fd=opened)
                changed = status.st_mtime_ns, status.st_ctime_ns
                add((*changed, status.st_ino))
                if max(changed) > now - _COARSE and _is_recent(max(changed), now):
                    recent.append(path)
    finally:
        if opened is not None:
            os.close(opened)
    return numbers, recent


def themes_folder() -> Path:
    """Return the folder of explainer's own themes.

    It is next to the package in a checkout, and inside the package if that is installed.
    """
    inside = _package() / "themes"
    return inside if inside.is_dir() else _package().parent / "themes"


def add_program(found: Scan) -> None:
    """Add the program and its themes, by absolute paths. Raises as `Scan.add`."""
    for folder in program_folders():
        found.add(str(folder), str(folder))


def program_folders() -> list[Path]:
    """Return the folders of the program and of its themes, if these are elsewhere."""
    package, themes = _package(), themes_folder()
    return [package] if themes.is_relative_to(package) else [package, themes]


def _package() -> Path:
    return Path(__file__).resolve().parent.parent


def libraries() -> Iterator[str]:
    """Yield the names of installed libraries with their versions, as their folders have them."""
    for path in map(Path, sys.path):
        with suppress(OSError):
            yield from (each.name for each in path.iterdir() if each.name.endswith("-info"))
