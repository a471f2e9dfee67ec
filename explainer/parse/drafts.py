"""Find the annotations of a file that are drafts, which readers must not see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from explainer.model.location import KeyPath, Located
from explainer.parse.lookup import ANNOTATION_LISTS, find

Span: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
"""A start and an end, each a line and a column."""
_DRAFT = tuple(f"{key}.#.draft" for key in ANNOTATION_LISTS)


def drafts(located: Located) -> Iterator[KeyPath]:
    """Yield the key path of each annotation that is a draft: `("notes", 0)`.

    An annotation whose `draft` is neither `true` nor `false` is one: its author meant something.
    """
    for key_path, value in find(object, located.data, *_DRAFT):
        if not isinstance(value, str) or value.lower() != "false":
            yield key_path[:2]


def extent(located: Located, key_path: KeyPath) -> tuple[int, int]:
    """Return the offsets of the start and end of a value, including the values in it."""
    ends = [spot[1] for path, spot in located.values.items() if path[: len(key_path)] == key_path]
    return located.values[key_path][0], max(ends)


def span(located: Located, key_path: KeyPath) -> Span:
    """Return the `extent` of a value as lines and columns."""
    first, last = map(located.lines.location, extent(located, key_path))
    return (first.line, first.column), (last.line, last.column)
