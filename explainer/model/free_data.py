"""The data of a site's own that authors put under `extra`, for the site's templates."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from explainer.model.scalars import DateTime

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler


class FreeData(Mapping[str, Any]):
    """A group of keys with any names.

    The values are texts, numbers, booleans, None, dates (`DateTime`, a text), tuples, and groups.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: tuple[tuple[str, Any], ...] = ()) -> None:
        self._entries = entries

    @classmethod
    def of(cls, data: Mapping[str, object]) -> FreeData:
        """Return data of YAML or TOML in this form."""
        return cls(tuple((key, _frozen(value)) for key, value in data.items()))

    def __getitem__(self, key: str) -> Any:
        for name, value in self._entries:
            if name == key:
                return value
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __hash__(self) -> int:
        return hash(self._entries)

    def __repr__(self) -> str:
        return repr(dict(self._entries))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> Any:
        convert = {"type": "no-info", "function": cls.of}
        return {"type": "function-after", "function": convert, "schema": {"type": "dict"}}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> Any:
        return {"type": "object"}


def _frozen(value: object) -> object:
    if isinstance(value, dict):
        return FreeData.of(value)
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    if isinstance(value, datetime.date):
        return DateTime(value.isoformat())
    return value.isoformat() if isinstance(value, datetime.time) else value
