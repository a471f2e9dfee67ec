"""`explainer add`: an article to start from, with its annotation file."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path, PurePosixPath
from typing import get_args

from explainer.model.documents import Text
from explainer.model.scalars import Genre
from explainer.model.settings import Settings
from explainer.parse import yaml
from explainer.scaffold.site import ScaffoldError
from explainer.site import load, routes
from explainer.support.clock import today
from explainer.support.files import create_file
from explainer.support.slugs import is_device, slug

_LONGEST = 60
"""Characters of a title's words that become an address: at most 240 bytes, a file name's 255."""


def add_article(
    root: Path, title: str, *, folder: str = "", genre: str | None = None
) -> list[Path]:
    """Add an article with its annotation file to a site, in a folder of its own.

    `folder`: one within content/, by its path from there. `genre`: as in front matter. The article
    is a draft, with the site's date of today. Returns the paths of the article and its annotations.
    Raises ScaffoldError if the title, the folder or the genre cannot be used, or something is there
    already; OSError if nothing can be written.
    """
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
        plan, _ = routes.assign_addresses(site, settings, today(settings.timezone))
        if owner := routes.owner(plan, path):
            raise ScaffoldError(f"its address is taken by {owner}. Choose another title.")
    if os.path.lexists(root / place):
        raise ScaffoldError(f"{place} is there already. Choose another title.")
    lines = [f"title: {_yaml(title)}", f"date: {today(settings.timezone)}"]
    lines += [f"genre: {genre}"] if genre else []
    front = "\n".join(("---", *lines, "draft: true # take this line out to publish", "---"))
    annotations = Path(__file__).with_name("annotations.yaml").read_text(encoding="utf-8")
    texts = {
        root / path: f"{front}\n\nWrite here.\n",
        root / f"{place}/index.yaml": annotations.replace("@UP@", "../" * len(place.parts)),
    }
    for target, content in texts.items():
        if not create_file(target, content.encode()):
            raise ScaffoldError(f"{target} is there already.")
    return list(texts)


def _within(folder: str) -> tuple[str, ...]:
    """The names of a folder within content/, as authors write it."""
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
    located, problems = yaml.read(Text("title", f"title: {text}\n"))
    if not problems and located.data == {"title": text}:
        return text
    return json.dumps(text, ensure_ascii=False)
