"""Find values in the data of a file as written, and create problems about them.

Values of an unexpected type are skipped, because `validate` reports them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from explainer.model.location import KeyPath, Located, Location
from explainer.model.problems import Code, Problem, RelatedLocation, Severity

V = TypeVar("V")

ANNOTATION_LISTS: dict[str | int, str]
ANNOTATION_LISTS = {"claims": "claim", "notes": "note", "questions": "question"}
"""The keys of an annotation file that contain annotations, and the noun for one annotation."""

_SEVERITIES: Mapping[Code, Severity] = {
    "duplicate-entry": "info",
    "history-order": "warning",
    "ratings-look-alike": "warning",
    "unused-answer": "warning",
    "unused-source": "info",
    "unused-person": "info",
}
"""The severities of problems that are no errors."""


def find(
    kind: type[V] | tuple[type[V], ...], data: object, *patterns: str, key_path: KeyPath = ()
) -> Iterator[tuple[KeyPath, V]]:
    """Yield the values of type `kind` that match the patterns, each with its key path.

    A pattern consists of keys, `#` for any list entry, and `*` for any key of a mapping, separated
    by dots: `claims.#.rating`. `key_path` is the path of `data` itself.
    """
    for pattern in patterns:
        places: list[tuple[KeyPath, Any]] = [(key_path, data)]
        for step in pattern.split("."):
            places = _below(places, step)
            if not places:
                break
        for each, value in places:
            if isinstance(value, kind):
                yield each, value


def _below(places: Iterable[tuple[KeyPath, Any]], step: str) -> list[tuple[KeyPath, Any]]:
    """Return the values below others, each with its key path."""
    if step == "#":
        return [
            ((*path, at), value)
            for path, data in places
            if isinstance(data, list)
            for at, value in enumerate(data)
        ]
    groups = [(path, data) for path, data in places if isinstance(data, dict)]
    if step == "*":
        return [((*path, key), value) for path, data in groups for key, value in data.items()]
    return [((*path, step), data[step]) for path, data in groups if step in data]


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
    """Return a problem at a value, or at its key if `key`; `related` is a second location."""
    location = located.key(key_path) if key else located.location(key_path)
    name = annotation_id(located.data, key_path)
    places = (RelatedLocation(*related),) if related else ()
    severity = _SEVERITIES.get(code, "error")
    return Problem(location, code, message, hint, severity, name, places)


def annotation_id(data: Any, key_path: KeyPath) -> str | None:
    """Return the id of the annotation that contains a key path, or None."""
    if len(key_path) < 2 or key_path[0] not in ANNOTATION_LISTS:
        return None
    for step in (*key_path[:2], "id"):
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data if isinstance(data, str) else None
