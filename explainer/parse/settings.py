"""Read site.toml into model values, or report problems to authors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from explainer.model.documents import Text
from explainer.model.kinds import BUILTIN_KINDS
from explainer.model.location import KeyPath, Located, Location
from explainer.model.problems import Problem, did_you_mean, short
from explainer.model.ratings import DEFAULT_SCALE, free_shape
from explainer.model.scalars import Shape
from explainer.model.settings import Settings
from explainer.parse import toml
from explainer.parse.lookup import find, problem_at
from explainer.parse.validate import check_language, validate

_OTHER_KINDS = {"claim", "question", "note"}
_MENU_KEYS = {"title", "page", "url"}


def read_settings(text: Text) -> tuple[Settings | None, Located, tuple[Problem, ...]]:
    """Read site.toml. Return its value (None if it has an error), its located data, and problems.

    Problems: `toml-syntax`, those of `validate`, `duplicate-id`, `reserved-id`, `bad-value`,
    `empty-value`, and the warning `ratings-look-alike`.
    """
    return validate(Settings, toml.read(text), _check, yaml=False)


def _check(located: Located) -> Iterator[Problem]:
    """Check the data as written, so that one mistake does not hide another."""
    yield from check_language(located)
    for key_path, name in find(str, located.data, "timezone"):
        if name != "UTC" and (hint := _timezone_hint(name)) is not None:
            message = f"`{short(name)}` is not the name of an IANA time zone"
            yield problem_at(located, key_path, "bad-value", message, hint)
    for key_path, entries in find(int, located.data, "feeds.entries"):
        if entries < 1:
            message = "a feed must have at least one entry"
            hint = "to turn feeds off, write `enabled = false`"
            yield problem_at(located, key_path, "bad-value", message, hint)
    for key_path, link in find(dict, located.data, "menu.#"):
        # `validate` reports wrong keys.
        if "title" in link and link.keys() <= _MENU_KEYS and ("page" in link) == ("url" in link):
            what = "both a `page` and a `url`" if "page" in link else "no `page` or `url`"
            message = f"entry {int(key_path[-1]) + 1} of `menu` has {what}"
            hint = "use either `page` for a page on this site, or `url`"
            yield problem_at(located, key_path, "bad-value", message, hint)
    yield from _look_alikes(located)
    yield from _defined_twice(located, "ratings", "rating")
    yield from _defined_twice(located, "kinds", "kind")
    yield from _kinds(located)
    for key_path, value in find((int, float), located.data, "ratings.#.value"):
        if not 1 <= value <= 5:
            not_this = f", not {value:g}" if abs(value) < 1e9 else ""
            message = f"`value` must be a number from 1 (false) to 5 (true){not_this}"
            yield problem_at(located, key_path, "bad-value", message)


def _defined_twice(located: Located, key: str, noun: str) -> Iterator[Problem]:
    """Report ids that a list defines twice. Letters count the same in both cases."""
    first: dict[str, KeyPath] = {}
    for key_path, name in find(str, located.data, f"{key}.#.id"):
        if (other := first.setdefault(name.casefold(), key_path)) != key_path:
            place = located.location(other)
            message = f"the {noun} `{short(name)}` is already defined on line {place.line}"
            related = place, "first here"
            yield problem_at(located, key_path, "duplicate-id", message, related=related)


def _kinds(located: Located) -> Iterator[Problem]:
    """Report kinds of notes whose id means something else, or whose label is empty."""
    for key_path, name in find(str, located.data, "kinds.#.id"):
        if name.casefold() in _OTHER_KINDS:
            message = f"`{name}` cannot be a kind of note: there are annotations of this name"
            yield problem_at(located, key_path, "reserved-id", message, "choose another id")
        elif name not in BUILTIN_KINDS and name.casefold() in BUILTIN_KINDS:
            message = f"`{name}` differs only in case from a built-in kind of note"
            hint = f'to rename that one, write id = "{name.casefold()}"'
            yield problem_at(located, key_path, "reserved-id", message, hint)
    for key_path, label in find(str, located.data, "kinds.#.label"):
        if not label.strip():
            message, hint = "`label` is empty", "readers see the label above each such note"
            yield problem_at(located, key_path, "empty-value", message, hint, key=True)


def _look_alikes(located: Located) -> Iterator[Problem]:
    """Warn of ratings with an explicit shape that another rating also has."""
    names = {key_path[1]: name for key_path, name in find(str, located.data, "ratings.#.id")}
    known: dict[str, Shape] = {shape: shape for shape in get_args(Shape)}
    shapes = {
        key_path: known[shape]
        for key_path, shape in find(str, located.data, "ratings.#.shape")
        if shape in known and key_path[1] in names
    }
    own = names.values()
    having: dict[Shape, str] = {r.shape: r.id for r in DEFAULT_SCALE if r.id not in own}
    taken = Counter([*having, *shapes.values()])
    first_places: dict[Shape, Location] = {}
    for key_path, shape in shapes.items():
        name, place = names[key_path[1]], located.location(key_path)
        if (other := having.setdefault(shape, name)) != name:
            message = f"the ratings `{short(name)}` and `{short(other)}` have the same shape"
            hint = "readers who cannot see colours cannot distinguish them"
            if not taken[free := free_shape(taken)]:
                hint += f'; try shape = "{free}"'
            first = first_places.get(shape)
            related = (first, "the same shape here") if first else None
            yield problem_at(
                located, key_path, "ratings-look-alike", message, hint, related=related
            )
        first_places.setdefault(shape, place)


def _timezone_hint(name: str) -> str | None:
    """Return a hint if no time zone has this name, or else None."""
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return did_you_mean(
            name, zoneinfo.available_timezones(), "use a name such as `Europe/Berlin`"
        )
    return None
