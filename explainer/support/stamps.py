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
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

Stamp: TypeAlias = list[int]
"""Size, times of the last changes of content and status, inode, and mode; a list, as in JSON. Of a
folder, only the mode: its names are in the list of files."""

NO_STAMP: Stamp = []
"""In place of the stamp of a file that must be hashed."""

_FINE, _COARSE = 20_000_000, 2_000_000_000
"""How many nanoseconds apart two changes can be that get the same time: on usual file systems, and
on those that keep hundredths of a second or less (FAT: 2 seconds)."""


class UnstableError(Exception):
    """A folder contains something that stamps do not describe, such as a link."""


def stamps(folder: str, name: str) -> dict[str, Stamp]:
    """Return the stamps of all files and folders below a folder, by a path that begins with `name`.

    A folder that does not exist has none. Raises UnstableError, and OSError for what cannot be
    read.
    """
    found: dict[str, Stamp] = {}
    _scan(folder, name, found)
    return found


def _scan(folder: str, name: str, found: dict[str, Stamp]) -> None:
    try:
        mode = os.lstat(folder).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(mode):
        raise UnstableError(folder)
    found[f"{name}/"] = [mode]
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    _scan(entry.path, f"{name}/{entry.name}", found)
            elif entry.is_file(follow_symlinks=False):
                found[f"{name}/{entry.name}"] = _of(entry.stat(follow_symlinks=False))
            else:
                raise UnstableError(entry.path)


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
    return len(found) > 1 and _is_recent(max(found[1:3]), now)


def _is_recent(changed: int, now: int) -> bool:
    return changed > now - (_FINE if changed % 10_000_000 else _COARSE)


def digest(path: str) -> str:
    """Return the SHA-256 of a file's content. Raises OSError."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - for speed: there are many files
        return hashlib.file_digest(file, "sha256").hexdigest()


TOGETHER = 5
"""How many numbers `together` returns for each file."""


def together(folder: str, paths: Iterable[str], now: int) -> tuple[array[int], list[str]]:
    """Return the stamps of many files in a folder, and which of them are recent.

    Raises OSError if one does not exist, UnstableError if one is not a file.
    """
    numbers = array("Q")
    recent = []
    add, lstat, top = numbers.extend, os.lstat, f"{folder}/"
    for path in paths:
        status = lstat(top + path)
        changed = max(status.st_mtime_ns, status.st_ctime_ns)
        add((status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_mode))
        if changed > now - _COARSE and _is_recent(changed, now):
            recent.append(path)
        if not stat.S_ISREG(status.st_mode):
            raise UnstableError(path)
    return numbers, recent


def themes_folder() -> Path:
    """Return the folder of explainer's own themes.

    It is next to the package in a checkout, and inside the package if that is installed.
    """
    inside = _package() / "themes"
    return inside if inside.is_dir() else _package().parent / "themes"


def program() -> dict[str, Stamp]:
    """Return the stamps of the program and its themes, as `stamps` does, by absolute path."""
    package, themes = _package(), themes_folder()
    found = stamps(str(package), str(package))
    if not themes.is_relative_to(package):
        found |= stamps(str(themes), str(themes))
    return found


def _package() -> Path:
    return Path(__file__).resolve().parent.parent


def libraries() -> Iterator[str]:
    """Yield the names of installed libraries with their versions, as their folders have them."""
    for path in map(Path, sys.path):
        with suppress(OSError):
            yield from (each.name for each in path.iterdir() if each.name.endswith("-info"))
