"""The folder of a site for files that can be regenerated: .explainer/."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from explainer.support import leftovers, seal
from explainer.support.files import create_file, read_file, replace_file
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


def read_sealed(file: Path, key: bytes) -> bytes | None:
    """Return what `keep_sealed` has kept in a file for a key; None if it has kept nothing.

    That is also so if the file is damaged, or was written by somebody else.
    """
    with suppress(OSError):
        found = read_file(file)
        content = found[seal.SIZE :]
        if seal.fits(found[: seal.SIZE], key + content):
            return content
    return None


def keep_sealed(file: Path, key: bytes, content: bytes) -> None:
    """Keep a content in a file, with a seal of this user's. Never fails."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write(file, seal.of(key + content) + content)
