"""Find values in the data of a file as written, and create problems about them.

Values of an unexpected type are skipped, because `validate` reports them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
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
) -> list[tuple[KeyPath, V]]:
    """Return the values of type `kind` that match the patterns, each with its key path.

    A pattern consists of keys, `#` for any list entry, and `*` for any key of a mapping, separated
    by dots: `claims.#.rating`. `key_path` is the path of `data` itself. Values in one list or
    mapping are in its order; otherwise, those of an earlier pattern come first.
    """
    found: list[tuple[KeyPath, V]] = []
    _tree(patterns).collect(kind, data, key_path, found)
    return found


class _Tree:
    """Patterns by their first step, so that what they share is looked up once."""

    def __init__(self) -> None:
        self.ends = False
        """Whether a pattern ends here."""
        self.keys: dict[str, _Tree] = {}
        """By key: the rest of the patterns."""
        self.any: _Tree | None = None
        """The rest of the patterns after `*`."""
        self.entries: _Tree | None = None
        """The rest of the patterns after `#`."""

    def below(self, step: str) -> _Tree:
        """Return the rest of the patterns after a step, to which patterns may be added."""
        if step == "*":
            self.any = self.any or _Tree()
            return self.any
        if step == "#":
            self.entries = self.entries or _Tree()
            return self.entries
        return self.keys.setdefault(step, _Tree())

    def collect(self, kind: Any, data: object, path: KeyPath, found: list[Any]) -> None:
        """Add the values at the ends of the patterns to `found`."""
        if self.ends and isinstance(data, kind):
            found.append((path, data))
        if isinstance(data, dict):
            for key, rest in self.keys.items():
                if key in data:
                    rest.collect(kind, data[key], (*path, key), found)
            if self.any:
                for key, value in data.items():
                    self.any.collect(kind, value, (*path, key), found)
        elif self.entries and isinstance(data, list):
            for at, value in enumerate(data):
                self.entries.collect(kind, value, (*path, at), found)


@lru_cache(256)
def _tree(patterns: tuple[str, ...]) -> _Tree:
    root = _Tree()
    for pattern in patterns:
        tree = root
        for step in pattern.split("."):
            tree = tree.below(step)
        tree.ends = True
    return root


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
