"""`explainer new` and `explainer theme --copy`: create files. No file is ever overwritten."""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from explainer import __version__
from explainer.model.placeholders import is_placeholder
from explainer.site import load
from explainer.site.walk import THEMES, Links
from explainer.support.clock import today
from explainer.support.files import check_inside, create_file

STARTER = Path(__file__).with_name("starter")
"""The folder with the files of a new site."""
EXAMPLE = "content/leap-years/index.md"
"""The starter's article, in it and in a new site."""
_NAMES = {
    # Under their real names, tools would act on these files or leave them out of the package.
    "gitignore": ".gitignore",
    "github/dependabot.yml": ".github/dependabot.yml",
    "github/check.yml": ".github/workflows/check.yml",
    "github/pages.yml": ".github/workflows/pages.yml",
}
WORKFLOWS = {name: path for name, path in _NAMES.items() if path.startswith(".github/workflows/")}
"""The starter's workflows, and their places in a repository."""


class ScaffoldError(Exception):
    """A site or article cannot be created: a message to the author."""


def new_site(
    folder: Path, *, title: str | None = None, author: str | None = None
) -> tuple[list[Path], list[Path]]:
    """Create a site in a folder, which may already exist and contain files.

    By default, the title comes from the folder's name, and the author from git's settings. Returns
    the files that were created, and the existing files that were left unchanged. Raises
    ScaffoldError if the folder is inside another site's content, and OSError if it cannot be
    written to.
    """
    if around := _site_around(folder):
        raise ScaffoldError(
            f"{folder} is inside the site in {around}, which would publish everything in it. "
            "Choose a folder elsewhere."
        )
    files = {folder / _NAMES.get(name, name): text for name, text in _texts(folder, title, author)}
    for target in files:
        check_inside(folder, target)
    created: list[Path] = []
    kept: list[Path] = []
    for target, content in files.items():
        (created if create_file(target, content.encode()) else kept).append(target)
    return created, kept


def _texts(folder: Path, title: str | None, author: str | None) -> Iterator[tuple[str, str]]:
    """Yield the files of the starter for a site in a folder: their names there, and their texts."""
    title = one_line(title or "") or title_of(folder)
    author = one_line(git_name(folder) if author is None else author)
    values = {
        "@VERSION@": __version__,
        # In the new site's time zone: a build leaves out pages dated in the future.
        "@TODAY@": today("UTC"),
        "@TITLE@": title,
        # JSON's strings and lists of strings are TOML's too.
        "@TITLE_IN_TOML@": json.dumps(title, ensure_ascii=False),
        "@AUTHORS_IN_TOML@": json.dumps([author] if author else [], ensure_ascii=False),
    }
    any_key = re.compile("|".join(values))
    for source in sorted(path for path in STARTER.rglob("*") if path.is_file()):
        name = source.relative_to(STARTER).as_posix()
        if "__pycache__" not in name:
            text = source.read_text(encoding="utf-8")
            yield name, any_key.sub(lambda key: values[key[0]], text)


def title_of(folder: Path) -> str:
    """Return a title from a folder's name: `my-city_facts` → `My city facts`."""
    words = one_line(re.sub("[-_]+", " ", folder.resolve().name))
    return words[:1].upper() + words[1:] or "My explainers"


def git_name(folder: Path) -> str:
    """Return the name in git's settings for a folder, which may not exist; empty if none is set."""
    above = (folder.absolute(), *folder.absolute().parents)
    try:
        done = subprocess.run(
            ["git", "config", "--get", "user.name"],  # noqa: S607 - git, wherever it is
            cwd=next(path for path in above if path.is_dir()),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=10,
            check=False,
        )
        name = done.stdout.decode() if done.returncode == 0 else ""
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return "" if is_placeholder(name) else name


def one_line(text: str) -> str:
    """Return a text without line breaks and characters that settings cannot have."""
    spaced = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in spaced if unicodedata.category(c) != "Cs").split())


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
    path = f"{THEMES}/{theme}/{name}"
    Links(site).check_write(path)
    target = site / path
    if not create_file(target, source.read_bytes()):
        raise ScaffoldError(f"{path} already exists. Edit that file.")
    return target
