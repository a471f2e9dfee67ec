"""What an entry of an annotation file may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from explainer.model.location import Data

Kind: TypeAlias = Literal["claim", "note", "question", "source", "person"]
Value: TypeAlias = "str | bool | Sequence[Value] | Mapping[str, Value]"
"""What an entry may hold under a key."""

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


def as_data(value: Value) -> Data:
    """Give a value as `yaml.read` gives it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return {key: as_data(item) for key, item in value.items()}
    return [as_data(item) for item in value]


def texts_in(value: Value) -> Iterator[str]:
    """Give all texts of a value; keys are not among them."""
    if isinstance(value, str):
        yield value
    elif not isinstance(value, bool):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from texts_in(item)
