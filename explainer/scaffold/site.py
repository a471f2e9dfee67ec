"""`explainer new` and `explainer theme --copy`: create files. No file is ever overwritten."""

from __future__ import annotations

from pathlib import Path

from explainer import __version__
from explainer.site import load
from explainer.support.clock import today
from explainer.support.files import create_file

STARTER = Path(__file__).with_name("starter")
"""The folder with the files of a new site."""
_NAMES = {
    # Under their real names, tools would act on these files or leave them out of the package.
    "gitignore": ".gitignore",
    "github/dependabot.yml": ".github/dependabot.yml",
    "github/pages.yml": ".github/workflows/pages.yml",
}


class ScaffoldError(Exception):
    """A site or article cannot be created: a message to the author."""


def new_site(folder: Path) -> tuple[list[Path], list[Path]]:
    """Create a site in a folder, which may already exist and contain files.

    Returns the files that were created, and the existing files that were left unchanged. Raises
    ScaffoldError if the folder is inside another site's content, and OSError if it cannot be
    written to.
    """
    if around := _site_around(folder):
        raise ScaffoldError(
            f"{folder} is inside the site in {around}, which would publish everything in it. "
            "Choose a folder elsewhere."
        )
    created: list[Path] = []
    kept: list[Path] = []
    # In the new site's time zone: a build leaves out pages dated in the future.
    values = {"@VERSION@": __version__, "@TODAY@": today("UTC")}
    for source in sorted(path for path in STARTER.rglob("*") if path.is_file()):
        name = source.relative_to(STARTER).as_posix()
        if "__pycache__" in name:
            continue
        target = folder / _NAMES.get(name, name)
        content = source.read_text(encoding="utf-8")
        for key, value in values.items():
            content = content.replace(key, value)
        (created if create_file(target, content.encode()) else kept).append(target)
    return created, kept


def _site_around(folder: Path) -> Path | None:
    """Return the site whose content or static files contain a folder."""
    folder = folder.resolve()
    site = load.find_site(folder.parent)
    inside = site and folder.relative_to(site).parts[:1] in ((load.CONTENT,), (load.STATIC,))
    return site if inside else None


def repository_above(folder: Path) -> Path | None:
    """Return the root of the repository that contains a site's folder; None if it is the root."""
    folder = folder.resolve()
    roots = (above for above in (folder, *folder.parents) if (above / ".git").exists())
    root = next(roots, folder)
    return root if root != folder else None


def copy_theme_file(site: Path, theme: str, name: str, source: Path) -> Path:
    """Copy a theme's file into the site's themes/ folder, where it overrides the original.

    `name` is the file's path in the theme, such as `templates/badge.html`. Returns the new file.
    Raises ScaffoldError if the file exists, and OSError if it cannot be written.
    """
    target = site / "themes" / theme / name
    if not create_file(target, source.read_bytes()):
        raise ScaffoldError(f"themes/{theme}/{name} already exists. Edit that file.")
    return target
