"""A site's .explainer/ folder: what may be made again, and never belongs in version control."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

FOLDER = ".explainer"


def folder(root: Path) -> Path | None:
    """A site's .explainer/ folder, made if need be; nothing where it cannot be written to."""
    path = root / FOLDER
    with suppress(OSError):
        path.mkdir(parents=True, exist_ok=True)
        ignore = path / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        return path
    return None
