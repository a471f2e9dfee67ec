"""The names of temporary files and folders, which `leftovers` finds."""

from __future__ import annotations

import os


def temporary_name() -> str:
    """Return the name of a new hidden file or folder, which `leftovers.sweep` removes."""
    return f".explainer-{os.urandom(8).hex()}.tmp"


def is_temporary(name: str) -> bool:
    """Whether `temporary_name` has made this name."""
    start, middle, end = name[:11], name[11:27], name[27:]
    return (start, end) == (".explainer-", ".tmp") and set(middle) <= set("0123456789abcdef")
