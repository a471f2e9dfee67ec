"""A site's .explainer/ folder, for files that can be regenerated and are not versioned."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from explainer.support import leftovers
from explainer.support.files import create_file

FOLDER = ".explainer"


def folder(root: Path) -> Path | None:
    """Return a site's .explainer/ folder, created if necessary; None if it is not writable."""
    path = root / FOLDER
    with suppress(OSError):
        create_file(path / ".gitignore", b"*\n")
        for each in (path, *path.iterdir()):
            leftovers.sweep(each)
        return path
    return None
