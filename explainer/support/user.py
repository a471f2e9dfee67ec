"""The folder of this user's caches, which is outside of all sites."""

from __future__ import annotations

import os


def user_folder() -> str:
    """Return the path of the folder, which need not exist. Raises OSError without a home."""
    caches = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or ""
    if not os.path.isabs(caches):
        caches = os.path.join(os.path.expanduser("~"), ".cache")
    if not os.path.isabs(caches):
        raise FileNotFoundError("there is no home folder")
    return os.path.join(caches, "explainer")
