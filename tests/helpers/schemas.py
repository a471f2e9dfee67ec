"""Make the JSON Schemas of authors' files from the model's classes: `explainer/parse/schemas.json`.

`python -m pytest tests/parse/test_json_schema.py --regen` writes the file again.
"""

from __future__ import annotations

import functools
import inspect
import json
import tomllib
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from explainer.model.annotations import AnnotationFile, Library, Source
from explainer.model.front_matter import FrontMatter
from explainer.model.scalars import Id, PartialDate, RecordingTime
from explainer.model.settings import Settings
from explainer.parse.json_schema import KINDS, MODULES, Kind, docs
from explainer.parse.references import CSL_TYPES

_ROOTS: dict[Kind, tuple[type, str]] = {
    "annotations": (AnnotationFile, "Annotations of an article (X.yaml beside X.md)"),
    "library": (Library, "Sources and people for every article (_library.yaml)"),
    "article": (FrontMatter, "Front matter of an article"),
    "site": (Settings, "Settings of the site (site.toml)"),
}


def every_schema() -> str:
    """Return the schemas of all kinds as JSON text."""
    schemas = {kind: _schema(kind) for kind in KINDS}
    return json.dumps(schemas, indent=1, ensure_ascii=False) + "\n"


def _schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file, without the ratings and kinds of a site."""
    cls, title = _ROOTS[kind]
    schema = TypeAdapter(cls).json_schema()
    groups = schema.pop("$defs", {})
    _describe(schema, cls, yaml=kind != "site")
    for name, group in groups.items():
        _describe(group, _class(name), yaml=kind != "site")
    del schema["title"]
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "title": title, **schema, "$defs": groups}


def _class(name: str) -> type:
    """Return the model's dataclass called `name`."""
    cls: type = next(getattr(each, name) for each in MODULES if hasattr(each, name))
    return cls


@functools.cache
def _examples() -> dict[str, dict[str, list[Any]]]:
    """Return example values, by class and field name."""
    text = Path(__file__).with_name("schema_examples.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _describe(group: dict[str, Any], cls: type, *, yaml: bool) -> None:
    """Add descriptions and examples to the schema of a dataclass, and simplify it."""
    group["description"] = inspect.cleandoc(cls.__doc__ or "")
    words = docs(cls)
    for name, field in group.get("properties", {}).items():
        clean = _clean(field, yaml=yaml)
        clean.pop("title", None)
        for base in cls.__mro__:
            if name in (examples := _examples().get(base.__name__, {})):
                clean["examples"] = examples[name]
        if cls is Source and name == "type":
            clean = {"enum": list(CSL_TYPES), **{k: v for k, v in clean.items() if k != "type"}}
        group["properties"][name] = {"description": words[name], **clean}


def _clean(schema: dict[str, Any], *, yaml: bool) -> dict[str, Any]:
    """Remove null alternatives and empty defaults; with `yaml`, also allow numbers as text."""
    members = [m for m in schema.pop("anyOf", ()) if m != {"type": "null"}]
    if len(members) == 1:
        schema |= members[0]
    elif members:
        schema["anyOf"] = [_clean(member, yaml=yaml) for member in members]
    if not schema.get("default", True) and schema["default"] is not False:
        del schema["default"]
    for pattern, values in schema.pop("patternProperties", {}).items():
        schema |= {"propertyNames": {"pattern": pattern}, "additionalProperties": values}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            schema[key] = _clean(schema[key], yaml=yaml)
    if yaml and schema.get("type") == "string" and "enum" not in schema:
        if schema.get("pattern") == PartialDate.pattern:
            schema |= {"type": ["string", "integer"], "minimum": 0, "maximum": 9999}
        elif schema.get("pattern") in {None, Id.pattern, RecordingTime.pattern}:
            schema["type"] = ["string", "number"]
    return schema
