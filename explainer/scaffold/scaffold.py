"""`explainer new`, `explainer add`: files to start from. An existing file is never overwritten."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import get_args

from explainer import __version__
from explainer.support.clock import today
from explainer.support.files import create_file

_NAMES = {
    # Tools would act on these names, or leave them out of the package.
    "gitignore": ".gitignore",
    "github/pages.yml": ".github/workflows/pages.yml",
}

_LONGEST = 60
"""Characters of a title's words that become an address: at most 240 bytes, a file name's 255."""


class ScaffoldError(Exception):
    """Why a site or an article cannot be added: a message to the author."""


def new_site(folder: Path) -> tuple[list[Path], list[Path]]:
    """Make a site in a folder, which may exist and hold files.

    Gives the files that were made, and those that were there and have been left as they are.
    Raises ScaffoldError for a folder whose files would be part of another site, OSError where it
    cannot be written to.
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
    """The site whose content or static files a folder lies among."""
    from explainer.site import load

    folder = folder.resolve()
    for above in folder.parents:
        if (above / load.SETTINGS).is_file():
            first = folder.relative_to(above).parts[0]
            return above if first in (load.CONTENT, load.STATIC) else None
    return None


def repository_above(folder: Path) -> Path | None:
    """The root of the repository in which a site's folder lies, unless it is the root itself."""
    folder = folder.resolve()
    for above in (folder, *folder.parents):
        if (above / ".git").exists():
            return above if above != folder else None
    return None


def copy_theme_file(site: Path, theme: str, name: str, source: Path) -> Path:
    """Copy a theme's file into the site's own themes/, where it takes the original's place.

    `name` is its kind and name, such as `templates/badge.html`. Gives the new file; raises
    ScaffoldError where there is one, and OSError where it cannot be written.
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


# --- add -----------------------------------------------------------------------------------------


def add_article(
    root: Path, title: str, *, folder: str = "", genre: str | None = None
) -> list[Path]:
    """Add an article with its annotation file to a site, in a folder of its own.

    `folder`: one within content/, by its path from there. `genre`: as in front matter. The article
    is a draft, with the site's date of today. Gives the article's path and its annotations'.
    Raises ScaffoldError where the title, the folder or the genre cannot be used, or something is
    there already; OSError where nothing can be written.
    """
    from explainer.model.scalars import Genre
    from explainer.model.settings import Settings
    from explainer.site import load, routes

    genres = get_args(Genre)
    if genre is not None and genre not in genres:
        raise ScaffoldError(f"`{genre}` is no genre. There are {', '.join(genres)}.")
    title = " ".join(title.split())
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in title):
        raise ScaffoldError("the title has a character in it that cannot be printed.")
    place = PurePosixPath(load.CONTENT, *_within(folder), _name(title))
    site, _, problems = load.load(root)
    settings = site.settings if site else Settings(title="")
    if site is None and (root / load.CONTENT).is_dir():
        raise ScaffoldError(f"{problems[0].location.path}: {problems[0].message}.")
    path = f"{place}/index.md"
    if site:
        plan, _ = routes.assign_addresses(
            site.documents, site.assets, site.static, settings, today=today(settings.timezone)
        )
        if owner := routes.owner(plan, path):
            raise ScaffoldError(f"its address is taken by {owner}. Choose another title.")
    if os.path.lexists(root / place):
        raise ScaffoldError(f"{place} is there already. Choose another title.")
    lines = [f"title: {_yaml(title)}", f"date: {today(settings.timezone)}"]
    lines += [f"genre: {genre}"] if genre else []
    front = "\n".join(("---", *lines, "draft: true # take this line out to publish", "---"))
    up = "../" * len(place.parts)
    texts = {
        root / path: f"{front}\n\nWrite here.\n",
        root / f"{place}/index.yaml": _ANNOTATIONS.replace("@UP@", up),
    }
    for target, content in texts.items():
        if not create_file(target, content.encode()):
            raise ScaffoldError(f"{target} is there already.")
    return list(texts)


def _within(folder: str) -> tuple[str, ...]:
    """The names of a folder within content/, as authors write it."""
    from explainer.support.slugs import is_device

    parts = PurePosixPath(folder.replace("\\", "/")).parts
    if parts[:1] == ("content",):
        parts = parts[1:]
    for part in parts:
        if part.startswith(("/", ".", "_")) or ":" in part:
            raise ScaffoldError(
                f"`{folder}` is no folder for articles: it lies in content/, and no name on the "
                "way begins with `.` or `_`."
            )
        if is_device(part):
            raise ScaffoldError(
                f"no folder can be named `{part}` on Windows, where somebody may want to work on "
                "the site. Choose another name."
            )
    return parts


def _name(title: str) -> str:
    """The name of an article's folder: its title's words, as many as are kept."""
    from explainer.support.slugs import is_device, slug

    words = slug(title).strip("-_")
    if len(words) > _LONGEST:
        cut = words[: _LONGEST + 1]
        # At the end of a word; but not every script parts words.
        words = (cut.rpartition("-")[0] or cut[:_LONGEST]).rstrip("-_")
    if not words:
        raise ScaffoldError(
            f"the title `{title}` has no letter and no digit to make an address of."
        )
    # No folder of the site can have it on Windows, be it the author's or a co-author's.
    return f"{words}-1" if is_device(words) else words


def _yaml(text: str) -> str:
    """One line of text as a YAML value: plain where that is the same text."""
    from explainer.model.documents import Text
    from explainer.parse import yaml

    located, problems = yaml.read(Text("title", f"title: {text}\n"))
    if not problems and located.data == {"title": text}:
        return text
    return json.dumps(text, ensure_ascii=False)


_ANNOTATIONS = """\
# yaml-language-server: $schema=@UP@.explainer/annotations.schema.json
#
# Annotations of index.md. Each stands on words of it: `quote` is copied from the page as a reader
# sees it. Take the # away from what you need; what a key means, an editor shows (VS Code with its
# YAML extension), and `explainer check` tells what is wrong.

# sources:
#   census-2021: # a name of your own, to cite it by
#     title: The source's title
#     publisher: Who published it
#     date: 2021-06-28
#     url: https://example.org/
#     primary: true # the document itself, not a report of it

# claims:
#   - id: short-name # the claim's permanent address
#     quote: words of the article
#     claim: The claim in one sentence that can be checked.
#     by: Who claims it
#     date: 2021-07-01
#     rating: unverified # true, mostly-true, mixed, mostly-false, false, disputed, …
#     review: Why it is rated so.
#     evidence:
#       - { source: census-2021, stance: supports, quote: "…", locator: page 7 }

# notes:
#   - quote: words of the article
#     note: What a reader should know about them.

# questions:
#   - quote: words of the article
#     question: What is still open?
#     settle: What would answer it.
"""
