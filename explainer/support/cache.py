"""A site's .explainer/ folder: what may be made again, and never belongs in version control."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from explainer.support.files import create_file

FOLDER = ".explainer"


def folder(root: Path) -> Path | None:
    """A site's .explainer/ folder, made if need be; None if it cannot be written to."""
    path = root / FOLDER
    with suppress(OSError):
        create_file(path / ".gitignore", b"*\n")
        return path
    return None
