"""site.toml → the model's values, or problems in words for authors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

from explainer.model.documents import Text
from explainer.model.location import Located, Location
from explainer.model.problems import Problem, RelatedLocation, did_you_mean, short
from explainer.model.ratings import DEFAULT_SCALE, free_shape
from explainer.model.scalars import Shape
from explainer.model.settings import Settings
from explainer.parse import toml
from explainer.parse.validate import check_language, validate

_MENU_KEYS = {"title", "page", "url"}


def read_settings(text: Text) -> tuple[Settings | None, Located, tuple[Problem, ...]]:
    """Read site.toml: its value unless there is an error in it, its data with places, problems.

    Problems: `toml-syntax`, those of the types, `duplicate-id`, `bad-value`, and the warning
    `ratings-look-alike`.
    """
    return validate(Settings, toml.read(text), _check, yaml=False)


def _check(places: Located) -> Iterator[Problem]:
    """Check the data as it is written: a mistake elsewhere must not hide one here."""
    data: Any = places.data
    yield from check_language(places)
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
            continue  # the types report it
        if ("page" in link) == ("url" in link):
            message = f"entry {index + 1} of `menu` leads " + (
                "to two places" if "page" in link else "nowhere"
            )
            hint = "give it either a `page` of this site or a `url`"
            yield Problem(places.location(("menu", index)), "bad-value", message, hint)
    ratings = data.get("ratings")
    yield from _check_ratings(ratings if isinstance(ratings, list) else [], places)


def _check_ratings(ratings: list[Any], places: Located) -> Iterator[Problem]:
    yield from _look_alikes(ratings, places)
    first: dict[str, int] = {}
    for index, rating in enumerate(ratings):
        name, value = map(rating.get, ("id", "value")) if isinstance(rating, dict) else (None, None)
        key_path = ("ratings", index)
        if isinstance(name, str) and (other := first.setdefault(name, index)) != index:
            place = places.location(("ratings", other, "id"))
            message = f"the rating `{short(name)}` stands twice, first on line {place.line}"
            related = (RelatedLocation(place, "first here"),)
            yield Problem(
                places.location((*key_path, "id")), "duplicate-id", message, related=related
            )
        if isinstance(value, int | float) and not 1 <= value <= 5:
            not_this = f", not {value:g}" if abs(value) < 1e9 else ""
            message = f"`value` is a number from 1 (false) to 5 (true){not_this}"
            yield Problem(places.location((*key_path, "value")), "bad-value", message)


def _look_alikes(ratings: list[Any], places: Located) -> Iterator[Problem]:
    """Warn of ratings that their author gave a shape which another rating of the scale has."""
    shapes: tuple[Shape, ...] = get_args(Shape)
    own: dict[int, tuple[str, Shape | None]] = {}
    for index, rating in enumerate(ratings):
        if isinstance(rating, dict) and isinstance(name := rating.get("id"), str):
            shape = rating.get("shape")
            own[index] = name, shape if shape in shapes else None
    replaced = {name for name, _ in own.values()}
    having: dict[Shape, str] = {r.shape: r.id for r in DEFAULT_SCALE if r.id not in replaced}
    first_places: dict[Shape, Location] = {}
    taken = Counter([*having, *(shape for _, shape in own.values() if shape)])
    for index, (name, shape) in own.items():
        if shape is None:
            continue
        place = places.location(("ratings", index, "shape"))
        if (other := having.setdefault(shape, name)) != name:
            message = f"the ratings `{short(name)}` and `{short(other)}` have the same shape"
            hint = "readers who see no colour cannot tell them apart"
            if not taken[free := free_shape(taken)]:
                hint += f': shape = "{free}" is free'
            first = first_places.get(shape)
            related = (RelatedLocation(first, "the same shape here"),) if first else ()
            yield Problem(place, "ratings-look-alike", message, hint, "warning", related=related)
        first_places.setdefault(shape, place)


def _timezone_hint(name: str) -> str | None:
    """Give a hint if there is no time zone of this name."""
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return did_you_mean(name, zoneinfo.available_timezones(), "such as `Europe/Berlin`")
    return None
