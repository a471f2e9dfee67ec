"""Finding values in the data of a file as it was written, and problems with them.

What has another type than a check expects is passed over: validate.py reports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from explainer.model.location import KeyPath, Located, Location
from explainer.model.problems import Code, Problem, RelatedLocation, Severity

V = TypeVar("V")

ANNOTATION_LISTS: dict[str | int, str]
ANNOTATION_LISTS = {"claims": "claim", "notes": "note", "questions": "question"}
"""The keys of an annotation file that hold annotations, and what one of these is called."""

_WARNINGS = (
    "history-order",
    "ratings-look-alike",
    "unused-answer",
    "unused-source",
    "unused-person",
)


def find(
    kind: type[V] | tuple[type[V], ...], data: object, *patterns: str, key_path: KeyPath = ()
) -> Iterator[tuple[KeyPath, V]]:
    """Give the values of a type at the paths of some patterns, each with its key path.

    A pattern has keys, `#` for any entry of a list and `*` for any key of a mapping, with dots
    between: `claims.#.rating`. `key_path` leads to `data`.
    """
    for pattern in patterns:
        for each, value in _find(data, pattern, key_path):
            if isinstance(value, kind):
                yield each, value


def _find(data: object, pattern: str, key_path: KeyPath) -> Iterator[tuple[KeyPath, object]]:
    step, _, rest = pattern.partition(".")
    below: Iterable[tuple[str | int, object]] = ()
    if isinstance(data, list) and step == "#":
        below = enumerate(data)
    elif isinstance(data, dict) and step == "*":
        below = data.items()
    elif isinstance(data, dict) and step in data:
        below = [(step, data[step])]
    for key, value in below:
        if rest:
            yield from _find(value, rest, (*key_path, key))
        else:
            yield (*key_path, key), value


def problem_at(
    located: Located,
    key_path: KeyPath,
    code: Code,
    message: str,
    hint: str = "",
    *,
    key: bool = False,
    related: tuple[Location, str] | None = None,
) -> Problem:
    """Give a problem with a value, or with `key` with its key; `related` is a second place."""
    location = located.key(key_path) if key else located.location(key_path)
    name = annotation_id(located.data, key_path)
    places = (RelatedLocation(*related),) if related else ()
    severity: Severity = "warning" if code in _WARNINGS else "error"
    return Problem(location, code, message, hint, severity, name, places)


def annotation_id(data: Any, key_path: KeyPath) -> str | None:
    """Give the id of the annotation to which a key path leads, if it has one."""
    if len(key_path) < 2 or key_path[0] not in ANNOTATION_LISTS:
        return None
    for step in (*key_path[:2], "id"):
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data if isinstance(data, str) else None
