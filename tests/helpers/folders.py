"""Helpers that make and compare folders of files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

MANIFEST = ".explainer-manifest.json"


def put(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, and return the folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def contents(root: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder, by its path with `/`."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def state(root: Path) -> dict[str, tuple[object, ...]]:
    """Return what writing below a folder would change: every entry's inode, mode, time, content."""
    found: dict[str, tuple[object, ...]] = {}
    for path in [root, *sorted(root.rglob("*"))]:
        status = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[path.relative_to(root).as_posix()] = (
            status.st_ino,
            status.st_mode,
            status.st_mtime_ns,
            content,
        )
    return found


def with_cache(root: Path, shared: Path) -> Path:
    """Let sites share one `.explainer/`: making templates and schemas takes half a second."""
    shared.mkdir(parents=True, exist_ok=True)
    (root / ".explainer").symlink_to(shared, target_is_directory=True)
    return root


def copy(source: Path, target: Path, *, without: frozenset[str] = frozenset()) -> Path:
    """Copy a folder, and return the copy."""
    shutil.copytree(
        source,
        target,
        symlinks=True,
        ignore=lambda folder, names: without & set(names) if Path(folder) == source else set(),
    )
    return target


class _Listed:
    """The result of `os.scandir`, in a fixed order."""

    def __init__(self, entries: Any, backwards: bool) -> None:
        self._entries = entries
        self._sorted = iter(sorted(entries, key=lambda entry: entry.name, reverse=backwards))

    def __iter__(self) -> Iterator[os.DirEntry[str]]:
        return self._sorted

    def __next__(self) -> os.DirEntry[str]:
        return next(self._sorted)

    def __enter__(self) -> _Listed:
        return self

    def __exit__(self, *_: object) -> None:
        self._entries.close()

    def close(self) -> None:
        self._entries.close()


@contextmanager
def listed(*, backwards: bool) -> Iterator[None]:
    """List every folder by name, or backwards, whatever the order on disk."""
    scandir, listdir = os.scandir, os.listdir
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "scandir", lambda path=".": _Listed(scandir(path), backwards))
        patch.setattr(os, "listdir", lambda path=".": sorted(listdir(path), reverse=backwards))
        yield
