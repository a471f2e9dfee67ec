"""Find the folder of a site. Imports nothing, because each command does so first."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = "site.toml"


def find_site(start: Path) -> Path | None:
    """Return the nearest folder, from `start` upwards, that contains a site.toml, or None."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return folder
    return None
