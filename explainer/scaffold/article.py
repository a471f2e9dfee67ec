"""`explainer add`: create an article with its annotation file."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import get_args

from explainer.model.documents import Text
from explainer.model.scalars import Genre
from explainer.model.settings import Settings
from explainer.parse import yaml
from explainer.scaffold.site import ScaffoldError, one_line
from explainer.site import load, routes
from explainer.site.walk import Links
from explainer.support.clock import now, today
from explainer.support.files import create_folder
from explainer.support.slugs import hyphenated, is_device

_LONGEST = 60
"""The longest address from a title, in characters: at most 240 bytes; file names allow 255."""


def add_article(
    root: Path,
    title: str,
    *,
    folder: str = "",
    genre: str | None = None,
    authors: Sequence[str] = (),
) -> list[Path]:
    """Add an article and its annotation file to a site, in a new folder.

    `folder` is the parent folder, relative to content/; `genre` is a genre as in front matter, and
    `authors` are names; without any, the article has the site's authors. The article is a draft,
    dated today in the site's time zone. Returns the paths of the article and the annotation file.
    Raises ScaffoldError if the title, folder, or genre cannot be used or the files exist, and
    OSError if they cannot be written.
    """
    genres = get_args(Genre)
    if genre is not None and genre not in genres:
        raise ScaffoldError(f"there is no genre `{genre}`. Choose one of {', '.join(genres)}.")
    title = " ".join(title.split())
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in title):
        raise ScaffoldError("the title contains an unprintable character.")
    names = [name for author in authors if (name := one_line(author))]
    place = PurePosixPath(load.CONTENT, *_within(folder), _name(title))
    site, _, problems = load.load(root)
    settings = site.settings if site else Settings(title="")
    if site is None and (root / load.CONTENT).is_dir():
        raise ScaffoldError(f"{problems[0].location.path}: {problems[0].message}.")
    path = f"{place}/index.md"
    if site:
        plan, _ = routes.assign_addresses(site, settings, now(settings.timezone))
        if owner := routes.owner(plan, path):
            raise ScaffoldError(f"{owner} already has this address. Choose another title.")
    lines = [f"title: {_yaml(title)}", f"date: {today(settings.timezone)}"]
    lines += [f"authors: {json.dumps(names, ensure_ascii=False)}"] if names else []
    lines += [f"genre: {genre}"] if genre else []
    front = "\n".join(("---", *lines, "draft: true # delete this line to publish", "---"))
    annotations = Path(__file__).with_name("annotations.yaml").read_text(encoding="utf-8")
    files = {
        "index.md": f"{front}\n\nWrite here.\n".encode(),
        "index.yaml": annotations.replace("@UP@", "../" * len(place.parts)).encode(),
    }
    Links(root).check_write(path)
    if not create_folder(root / place, files):
        raise ScaffoldError(f"{place} already exists. Choose another title.")
    return [root / place / name for name in files]


def _within(folder: str) -> tuple[str, ...]:
    """Split an author's path of a folder in content/ into names. Raises ScaffoldError."""
    parts = PurePosixPath(folder.replace("\\", "/")).parts
    if parts[:1] == ("content",):
        parts = parts[1:]
    for part in parts:
        if part.startswith(("/", ".", "_")) or ":" in part:
            raise ScaffoldError(
                f"`{folder}` cannot hold articles. Choose a folder in content/, and start none of "
                "the names in its path with `.` or `_`."
            )
        if is_device(part):
            raise ScaffoldError(
                f"Windows does not allow a folder named `{part}`, and somebody may want to work on "
                "the site there. Choose another name."
            )
    return parts


def _name(title: str) -> str:
    """Make the name of an article's folder from its title. Raises ScaffoldError."""
    words = hyphenated(title).strip("-_")
    if len(words) > _LONGEST:
        cut = words[: _LONGEST + 1]
        # Cut at the end of a word, in scripts that separate words.
        words = (cut.rpartition("-")[0] or cut[:_LONGEST]).rstrip("-_")
    if not words:
        raise ScaffoldError(
            f"the title `{title}` has no letters or digits to make an address from."
        )
    # Windows does not allow device names, and a co-author may use it.
    return f"{words}-1" if is_device(words) else words


def _yaml(text: str) -> str:
    """Write one line of text as a YAML value: plain if that reads as the same text."""
    located, problems = yaml.read(Text("title", f"title: {text}\n"))
    if not problems and located.data == {"title": text}:
        return text
    return json.dumps(text, ensure_ascii=False)
