"""What an entry of an annotation file may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from explainer.model.location import Data

Kind: TypeAlias = Literal["claim", "note", "question", "source", "person"]
Value: TypeAlias = "str | bool | Sequence[Value] | Mapping[str, Value]"
"""What an entry may hold under a key."""
Group: TypeAlias = Mapping[str, Value]
"""An entry, or what it holds under a key that has keys of its own. An entry's keys are those of
docs/format.md; a source or person has its id under `id`."""

SECTIONS: Mapping[Kind, str] = {
    "claim": "claims",
    "note": "notes",
    "question": "questions",
    "source": "sources",
    "person": "people",
}
"""The key of the file under which the entries of a kind are."""
KEYED: frozenset[Kind] = frozenset({"source", "person"})
"""Their entries are not in a list, but each under its id."""


def as_data(value: Value | Data, *, loose: bool = False) -> Data:
    """Give a value as `yaml.read` gives it; `loose`: without the line breaks at texts' ends."""
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
    """Give an entry's id, and the rest."""
    return str(entry["id"]), {key: value for key, value in entry.items() if key != "id"}


def texts_in(value: Value) -> Iterator[str]:
    """Give all texts of a value; keys are not among them."""
    if isinstance(value, str):
        yield value
    elif not isinstance(value, bool):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from texts_in(item)
