"""Authors' files → the model's values, or problems in words for authors; all of them at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypeVar, get_args

from explainer.model.annotations import AnnotationFile, Library
from explainer.model.documents import Text
from explainer.model.front_matter import FrontMatter
from explainer.model.location import Location
from explainer.model.problems import Problem, did_you_mean, short
from explainer.model.ratings import DEFAULT_SCALE, free_shape
from explainer.model.scalars import Shape
from explainer.model.settings import Settings
from explainer.parse import references, toml, yaml
from explainer.parse.json_schema import json_schema
from explainer.parse.validate import Places, validate
from explainer.parse.yaml import KeyPath, Located

__all__ = [
    "Head",
    "annotation_file",
    "front_matter",
    "front_matter_places",
    "json_schema",
    "library",
    "settings",
    "settings_places",
]

T = TypeVar("T")
Problems: TypeAlias = tuple[Problem, ...]
Head: TypeAlias = tuple[FrontMatter | None, int, str, Problems]
"""What `front_matter` gives."""


# --- files ---------------------------------------------------------------------------------------


def annotation_file(text: Text) -> tuple[AnnotationFile | None, Located, Problems]:
    """Read `X.yaml`: its value if nothing is wrong with it by itself, its data and places.

    Problems are those of `yaml.read`, of the types (`unknown-key`, `missing-key`, `empty-value`,
    `wrong-type`, `bad-value`) and of `references.within`. What needs the library and the rating
    scale is checked by `references.against`.
    """
    located, problems = yaml.read(text)
    value: AnnotationFile | None = None
    if located.whole:
        value, found = validate(AnnotationFile, located.data, located)
        problems = (*problems, *found, *references.within(located))
    return _unless_errors(value, problems), located, problems


def library(text: Text) -> tuple[Library | None, Located, Problems]:
    """Read `_library.yaml`, as `annotation_file` does, with `references.within_library`."""
    located, problems = yaml.read(text)
    value: Library | None = None
    if located.whole:
        value, found = validate(Library, located.data, located)
        problems = (*problems, *found, *references.within_library(located))
    return _unless_errors(value, problems), located, problems


def front_matter(text: Text) -> Head:
    """Read an article: its front matter, the number of the Markdown's first line, and the Markdown.

    Problems are those of `yaml.read` and of the types, and `no-front-matter`,
    `open-front-matter` and `bad-value`.
    """
    head, first_line, markdown, problem = _split(text)
    if problem is not None:
        return None, first_line, markdown, (problem,)
    located, problems = yaml.read(head, first_line=2)
    value: FrontMatter | None = None
    if located.whole:
        value, found = validate(FrontMatter, located.data, located)
        problems = (*problems, *found, *_front_matter_forms(located))
    return _unless_errors(value, problems), first_line, markdown, problems


def front_matter_places(text: Text) -> Located:
    """Give the places of an article's front matter, for problems that later stages find in it."""
    return yaml.read(_split(text)[0], first_line=2)[0]


def settings(text: Text) -> tuple[Settings | None, Problems]:
    """Read site.toml.

    Problems: `toml-syntax`, those of the types, `duplicate-id`, `bad-value`, and the warning
    `ratings-look-alike`.
    """
    data, places, problems = toml.read(text)
    value: Settings | None = None
    if data is not None:
        value, found = validate(Settings, data, places, yaml=False)
        problems = (*problems, *found, *_settings_forms(data, places))
    return _unless_errors(value, problems), problems


def settings_places(text: Text) -> Places:
    """Give the places in site.toml, for problems that later stages find in it."""
    return toml.read(text)[1]


def _unless_errors(value: T | None, problems: Problems) -> T | None:
    return None if any(p.severity == "error" for p in problems) else value


_FENCE = re.compile(r"---[ \t]*(?:\n|\Z)")
_FENCE_LINE = re.compile(r"^---[ \t]*$", re.MULTILINE)


def _split(text: Text) -> tuple[Text, int, str, Problem | None]:
    """Split an article into YAML, the number of the Markdown's first line, and the Markdown."""
    content = text.content
    begin = _FENCE.match(content)
    if begin is None:
        message = "the article has no front matter"
        hint = "begin the file with:\n---\ntitle: …\n---"
        if _FENCE.match(content.lstrip()):
            message = "the front matter does not begin on the file's first line"
            hint = "delete what stands above the line `---`"
        elif content.startswith("+++"):
            hint = "front matter is YAML between lines `---`, not TOML between `+++`"
        problem = Problem(Location(text.path, 1, 1), "no-front-matter", message, hint)
        return Text(text.path, ""), 1, content, problem
    end = _FENCE_LINE.search(content, begin.end())
    if end is None:
        message = "the front matter that begins here is never closed"
        hint = "write a line `---` below its last key"
        problem = Problem(Location(text.path, 1, 1), "open-front-matter", message, hint)
        return Text(text.path, ""), 1, content, problem
    head = content[begin.end() : end.start()]
    markdown = content[end.end() + 1 :]
    return Text(text.path, head), head.count("\n") + 3, markdown, None


# --- forms that types do not tell ----------------------------------------------------------------

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_MENU_KEYS = {"title", "page", "url"}
_ADDRESS = re.compile(r"[^\s\x00-\x1f\\?#%<>\"]+")


def _front_matter_forms(located: Located) -> Iterable[Problem]:
    data = located.data if isinstance(located.data, dict) else {}
    if isinstance(title := data.get("title"), str) and not title.strip():
        yield Problem(located.key(("title",)), "empty-value", "`title` is empty")
    if isinstance(code := data.get("language"), str):
        yield from _language(code, ("language",), located)
    slug = data.get("slug")
    if isinstance(slug, str) and (not _ADDRESS.fullmatch(slug) or "/" in slug or slug[0] in "._"):
        message = f"`{short(slug)}` cannot be the last part of an address"
        hint = "use letters, digits and hyphens, such as `kremlin-call`"
        yield Problem(located.location(("slug",)), "bad-value", message, hint)
    aliases = data.get("aliases")
    for index, alias in enumerate(aliases if isinstance(aliases, list) else ()):
        if not isinstance(alias, str):
            continue
        if not _ADDRESS.fullmatch(alias) or {".", ".."} & set(alias.split("/")) or "//" in alias:
            message = f"`{short(alias)}` is not an address of this site"
            hint = "write it as /old/address/"
            yield Problem(located.location(("aliases", index)), "bad-value", message, hint)


def _settings_forms(data: Mapping[str, Any], places: Places) -> Iterable[Problem]:
    """Look at the data as it was written: a mistake elsewhere must not hide one here."""
    if isinstance(code := data.get("language"), str):
        yield from _language(code, ("language",), places)
    name = data.get("timezone", "UTC")
    if isinstance(name, str) and name != "UTC" and (hint := _timezone_hint(name)) is not None:
        message = f"`{short(name)}` is not an IANA time zone"
        yield Problem(places.location(("timezone",)), "bad-value", message, hint)
    feeds = data.get("feeds")
    entries = feeds.get("entries") if isinstance(feeds, dict) else None
    if isinstance(entries, int) and entries < 1:
        message = "a feed needs at least one entry"
        hint = "for no feeds at all: enabled = false"
        yield Problem(places.location(("feeds", "entries")), "bad-value", message, hint)
    menu = data.get("menu")
    for index, link in enumerate(menu if isinstance(menu, list) else ()):
        if not isinstance(link, dict) or "title" not in link or link.keys() - _MENU_KEYS:
            continue  # told by its type
        if ("page" in link) == ("url" in link):
            message = f"entry {index + 1} of `menu` leads " + (
                "to two places" if "page" in link else "nowhere"
            )
            hint = "give it either a `page` of this site or a `url`"
            yield Problem(places.location(("menu", index)), "bad-value", message, hint)
    ratings = data.get("ratings")
    yield from _rating_forms(ratings if isinstance(ratings, list) else [], places)


def _rating_forms(ratings: list[Any], places: Places) -> Iterable[Problem]:
    yield from _look_alikes(ratings, places)
    first: dict[str, int] = {}
    for index, rating in enumerate(ratings):
        name, value = map(rating.get, ("id", "value")) if isinstance(rating, dict) else (None, None)
        key_path = ("ratings", index)
        if isinstance(name, str) and (other := first.setdefault(name, index)) != index:
            line = places.location(("ratings", other, "id")).line
            message = f"the rating `{short(name)}` stands twice, first on line {line}"
            yield Problem(places.location((*key_path, "id")), "duplicate-id", message)
        if isinstance(value, int | float) and not 1 <= value <= 5:
            not_this = f", not {value:g}" if abs(value) < 1e9 else ""
            message = f"`value` is a number from 1 (false) to 5 (true){not_this}"
            yield Problem(places.location((*key_path, "value")), "bad-value", message)


def _look_alikes(ratings: list[Any], places: Places) -> Iterable[Problem]:
    """Warn of ratings that their author gave a shape which another rating of the scale has."""
    shapes: tuple[Shape, ...] = get_args(Shape)
    own: dict[int, tuple[str, Shape | None]] = {}
    for index, rating in enumerate(ratings):
        if isinstance(rating, dict) and isinstance(name := rating.get("id"), str):
            shape = rating.get("shape")
            own[index] = name, shape if shape in shapes else None
    replaced = {name for name, _ in own.values()}
    having: dict[Shape, str] = {r.shape: r.id for r in DEFAULT_SCALE if r.id not in replaced}
    taken = Counter([*having, *(shape for _, shape in own.values() if shape)])
    for index, (name, shape) in own.items():
        if shape is None:
            continue
        if (other := having.setdefault(shape, name)) != name:
            message = f"the ratings `{short(name)}` and `{short(other)}` have the same shape"
            hint = "readers who see no colour cannot tell them apart"
            if not taken[free := free_shape(taken)]:
                hint += f': shape = "{free}" is free'
            place = places.location(("ratings", index, "shape"))
            yield Problem(place, "ratings-look-alike", message, hint, "warning")


def _language(code: str, key_path: KeyPath, places: Places) -> Iterable[Problem]:
    if code and not _LANGUAGE.fullmatch(code):
        message = f"`{short(code)}` is not a language code"
        hint = "write it by BCP 47, such as `en`, `de-AT` or `zh-Hant`"
        yield Problem(places.location(key_path), "bad-value", message, hint)


def _timezone_hint(name: str) -> str | None:
    """Give a hint if there is no time zone of this name."""
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return did_you_mean(name, zoneinfo.available_timezones(), "such as `Europe/Berlin`")
    return None
