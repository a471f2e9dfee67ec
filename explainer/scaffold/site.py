"""`explainer new`, `explainer theme --copy`: files to start from. None is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from explainer import __version__
from explainer.support.clock import today
from explainer.support.files import create_file

_NAMES = {
    # Tools would act on these names, or leave them out of the package.
    "gitignore": ".gitignore",
    "github/pages.yml": ".github/workflows/pages.yml",
}


class ScaffoldError(Exception):
    """Why a site or an article cannot be added: a message to the author."""


def new_site(folder: Path) -> tuple[list[Path], list[Path]]:
    """Make a site in a folder, which may exist and hold files.

    Returns the files that were made, and those that were there and have been left as they are.
    Raises ScaffoldError if the folder's files would be part of another site, OSError if it cannot
    be written to.
    """
    if around := _site_around(folder):
        raise ScaffoldError(
            f"{folder} is part of the site in {around}, which would publish all of it. "
            "Name a folder elsewhere."
        )
    made: list[Path] = []
    kept: list[Path] = []
    # The day as a build of the new site takes it: a date that has not come would leave pages out.
    values = {"@VERSION@": __version__, "@TODAY@": today("UTC")}
    for name, source in _files(files("explainer.scaffold") / "starter"):
        target = folder / _NAMES.get(name, name)
        content = source.read_text(encoding="utf-8")
        for key, value in values.items():
            content = content.replace(key, value)
        (made if create_file(target, content.encode()) else kept).append(target)
    return made, kept


def _site_around(folder: Path) -> Path | None:
    """The site in whose content or static files a folder is."""
    from explainer.site import load

    folder = folder.resolve()
    for above in folder.parents:
        if (above / load.SETTINGS).is_file():
            first = folder.relative_to(above).parts[0]
            return above if first in (load.CONTENT, load.STATIC) else None
    return None


def repository_above(folder: Path) -> Path | None:
    """The root of the repository that a site's folder is in, unless it is the root itself."""
    folder = folder.resolve()
    for above in (folder, *folder.parents):
        if (above / ".git").exists():
            return above if above != folder else None
    return None


def copy_theme_file(site: Path, theme: str, name: str, source: Path) -> Path:
    """Copy a theme's file into the site's own themes/, where it takes the original's place.

    `name` is its kind and name, such as `templates/badge.html`. Returns the new file. Raises
    ScaffoldError if there is one already, OSError if it cannot be written.
    """
    target = site / "themes" / theme / name
    if not create_file(target, source.read_bytes()):
        raise ScaffoldError(f"themes/{theme}/{name} is there already: change that.")
    return target


def _files(folder: Traversable, above: str = "") -> Iterator[tuple[str, Traversable]]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.name == "__pycache__":
            continue
        if item.is_dir():
            yield from _files(item, f"{above}{item.name}/")
        else:
            yield above + item.name, item
