"""`explainer new`, `explainer theme --copy`: files to start from. None is ever overwritten."""

from __future__ import annotations

from pathlib import Path

from explainer import __version__
from explainer.site import load
from explainer.support.clock import today
from explainer.support.files import create_file

STARTER = Path(__file__).with_name("starter")
"""What a new site is made of."""
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
    for source in sorted(path for path in STARTER.rglob("*") if path.is_file()):
        name = source.relative_to(STARTER).as_posix()
        if "__pycache__" in name:
            continue
        target = folder / _NAMES.get(name, name)
        content = source.read_text(encoding="utf-8")
        for key, value in values.items():
            content = content.replace(key, value)
        (made if create_file(target, content.encode()) else kept).append(target)
    return made, kept


def _site_around(folder: Path) -> Path | None:
    """The site in whose content or static files a folder is."""
    folder = folder.resolve()
    site = load.find_site(folder.parent)
    inside = site and folder.relative_to(site).parts[:1] in ((load.CONTENT,), (load.STATIC,))
    return site if inside else None


def repository_above(folder: Path) -> Path | None:
    """The root of the repository that a site's folder is in, unless it is the root itself."""
    folder = folder.resolve()
    roots = (above for above in (folder, *folder.parents) if (above / ".git").exists())
    root = next(roots, folder)
    return root if root != folder else None


def copy_theme_file(site: Path, theme: str, name: str, source: Path) -> Path:
    """Copy a theme's file into the site's own themes/, where it takes the original's place.

    `name` is its kind and name, such as `templates/badge.html`. Returns the new file. Raises
    ScaffoldError if there is one already, OSError if it cannot be written.
    """
    target = site / "themes" / theme / name
    if not create_file(target, source.read_bytes()):
        raise ScaffoldError(f"themes/{theme}/{name} is there already: change that.")
    return target
