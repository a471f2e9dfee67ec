"""The types of the entries of an annotation file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from explainer.model.location import Data

Kind: TypeAlias = Literal["claim", "note", "question", "source", "person"]
Value: TypeAlias = "str | bool | Sequence[Value] | Mapping[str, Value]"
"""A value in an entry."""
Group: TypeAlias = Mapping[str, Value]
"""An entry, or a nested group of keys. An entry has the keys of docs/format.md; the id of a source
or person is under `id`."""

SECTIONS: Mapping[Kind, str] = {
    "claim": "claims",
    "note": "notes",
    "question": "questions",
    "source": "sources",
    "person": "people",
}
"""The key of each kind's section in the file."""
KEYED: frozenset[Kind] = frozenset({"source", "person"})
"""The kinds whose entries are keyed by id instead of being in a list."""


def as_data(value: Value | Data, *, loose: bool) -> Data:
    """Convert a value to the data of `yaml.read`; `loose` strips trailing line breaks of texts."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value.rstrip("\n") if loose else value
        case None:
            return None
        case Mapping():
            return {key: as_data(item, loose=loose) for key, item in value.items()}
        case _:
            return [as_data(item, loose=loose) for item in value]


def split(entry: Group) -> tuple[str, Group]:
    """Split an entry into its id and the rest."""
    return str(entry["id"]), {key: value for key, value in entry.items() if key != "id"}


def texts_in(value: Value) -> Iterator[str]:
    """Yield all texts in a value, except keys."""
    if isinstance(value, str):
        yield value
    elif not isinstance(value, bool):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from texts_in(item)
