"""The folder of a site for files that can be regenerated: .explainer/."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from explainer.support import leftovers
from explainer.support.files import create_file, replace_file
from explainer.support.paths import CACHE

FOLDER = CACHE


def folder(root: Path) -> Path | None:
    """Return a site's .explainer/ folder, created if necessary; None if it is not writable."""
    path = root / FOLDER
    with suppress(OSError):
        create_file(path / ".gitignore", b"*\n")
        for each in (path, *path.iterdir()):
            leftovers.sweep(each)
        return path
    return None


def write(file: Path, content: bytes) -> None:
    """Write a file in a cache folder. Raises OSError.

    A symbolic link in its place is replaced, not followed: a contribution may have brought it.
    """
    if file.is_symlink():
        file.unlink()
    replace_file(file, content)
