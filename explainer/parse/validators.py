"""Make validators of the model's dataclasses with pydantic's core.

pydantic itself takes 80 milliseconds to import and to derive them. The model needs only a few kinds
of types, so they are derived here, and only `tests/helpers/schemas.py` uses pydantic. Of the core,
only what is compiled is imported: the rest describes schemas for type checkers, and takes as long
as all of Jinja.
"""

from __future__ import annotations

import dataclasses
import importlib
import types
import typing
from collections.abc import Callable, Mapping
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

_Schema = dict[str, Any]

_PLAIN: dict[Any, str] = {str: "str", int: "int", float: "float", bool: "bool", object: "any"}


@cache
def validator(kind: Any) -> SchemaValidator:
    """Return the validator of a dataclass, or of another type that its fields can have."""
    made: SchemaValidator = core().SchemaValidator(_schema(kind))
    return made


@cache
def core() -> ModuleType:
    """Return pydantic's core: the compiled module, or the whole package if its parts have moved."""
    name = "_pydantic_core"
    if (package := PathFinder.find_spec("pydantic_core")) and (
        spec := PathFinder.find_spec(f"pydantic_core.{name}", package.submodule_search_locations)
    ):
        module = module_from_spec(spec)
        if spec.loader:
            spec.loader.exec_module(module)
            return module
    return importlib.import_module("pydantic_core")


def _schema(kind: Any) -> _Schema:
    """Return the core schema of a type. Raises TypeError for types that the model does not use."""
    if name := _PLAIN.get(kind):
        return {"type": name}
    if own := getattr(kind, "__get_pydantic_core_schema__", None):
        return own(kind, _schema)  # type: ignore[no-any-return]
    if dataclasses.is_dataclass(kind):
        return _of_dataclass(typing.cast(type, kind))
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        make: Callable[[Any], _Schema] = _schema
        for mark in parts[1:]:
            make = _marked(mark, make)
        return make(parts[0])
    if origin is typing.Literal:
        return {"type": "literal", "expected": list(parts)}
    if origin in (typing.Union, types.UnionType):
        return _of_union(parts)
    if origin is tuple:
        entry, dots = parts
        if dots is Ellipsis:
            return {"type": "tuple", "items_schema": [_schema(entry)], "variadic_item_index": 0}
    if origin in (dict, Mapping):
        key, value = map(_schema, parts)
        return {"type": "dict", "keys_schema": key, "values_schema": value, "strict": False}
    raise TypeError(f"no validator for {kind}")


def _marked(mark: Any, make: Callable[[Any], _Schema]) -> Callable[[Any], _Schema]:
    return lambda kind: mark.__get_pydantic_core_schema__(kind, make)


def _of_union(members: tuple[Any, ...]) -> _Schema:
    choices = [_schema(member) for member in members if member is not types.NoneType]
    several: _Schema = {"type": "union", "choices": choices}
    schema = several if len(choices) > 1 else choices[0]
    return {"type": "nullable", "schema": schema} if types.NoneType in members else schema


@cache
def _of_dataclass(cls: type) -> _Schema:
    hints = typing.get_type_hints(cls, include_extras=True)
    fields = dataclasses.fields(typing.cast(Any, cls))
    config: _Schema = getattr(cls, "__pydantic_config__", {})
    return {
        "type": "dataclass",
        "cls": cls,
        "fields": [field.name for field in fields],
        "slots": hasattr(cls, "__slots__"),
        "config": {"extra_fields_behavior": config.get("extra", "ignore")},
        "schema": {
            "type": "dataclass-args",
            "dataclass_name": cls.__name__,
            "fields": [_of_field(field, hints[field.name]) for field in fields],
        },
    }


def _of_field(field: dataclasses.Field[Any], kind: Any) -> _Schema:
    schema = _schema(kind)
    missing = dataclasses.MISSING
    if field.default is not missing:
        schema = {"type": "default", "schema": schema, "default": field.default}
    elif field.default_factory is not missing:
        schema = {"type": "default", "schema": schema, "default_factory": field.default_factory}
    return {"type": "dataclass-field", "name": field.name, "schema": schema}
