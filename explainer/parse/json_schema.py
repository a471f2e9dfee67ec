"""JSON Schemas of authors' files, for editors: completion, and each field's meaning on hovering."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, TypeAlias

from explainer.model import annotations as annotation_classes
from explainer.model import front_matter, settings
from explainer.model.annotations import AnnotationFile, Library, Source
from explainer.model.front_matter import FrontMatter
from explainer.model.ratings import DEFAULT_SCALE, Rating
from explainer.model.scalars import Id, PartialDate
from explainer.model.settings import Settings
from explainer.parse.references import CSL_TYPES

Kind: TypeAlias = Literal["annotations", "library", "article", "site"]

_ROOTS: dict[Kind, tuple[type, str]] = {
    "annotations": (AnnotationFile, "Annotations of an article (X.yaml beside X.md)"),
    "library": (Library, "Sources and people for every article (_library.yaml)"),
    "article": (FrontMatter, "Front matter of an article"),
    "site": (Settings, "Settings of the site (site.toml)"),
}

_MODULES = (annotation_classes, front_matter, settings)
"""Where the classes that authors' files become are defined."""

_EXAMPLES: dict[tuple[str, str], list[Any]] = {
    ("Target", "quote"): ["had a phone conversation", "first words … last words"],
    ("Target", "section"): ["What is known"],
    ("Claim", "id"): ["call-happened"],
    ("Claim", "claim"): ["Donald Trump and Vladimir Putin spoke by telephone on 7 November 2024."],
    ("Claim", "by"): ["peskov", "The Washington Post"],
    ("Claim", "disputes"): [["no-call"], ["another/article#its-claim"]],
    ("Evidence", "locator"): ["p. 12", "paragraph 3", "04:15"],
    ("Source", "url"): ["https://www.example.org/2024/11/10/report"],
    ("Source", "archived"): ["https://web.archive.org/web/2024/https://www.example.org/"],
    ("Source", "repeats"): [["post-2024-11-10"]],
    ("Person", "wikidata"): ["Q4347840"],
    ("FrontMatter", "related"): [["gettysburg.md", {"title": "…", "url": "https://…"}]],
    ("FrontMatter", "chapters"): [["start.md", "writing.md"]],
    ("FrontMatter", "aliases"): [["/old/address/"]],
    ("Settings", "url"): ["https://name.github.io/repository/"],
    ("Settings", "timezone"): ["Europe/Berlin"],
    ("Settings", "menu"): [["guide", "about.md", {"title": "Repository", "url": "https://…"}]],
}


def json_schema(kind: Kind, scale: Iterable[Rating] = DEFAULT_SCALE) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a kind of file; `scale` has the site's ratings.

    Editors type YAML by the core schema, but every value is text to us. So a title or an id may be
    a number, a date a year's number, and a rating the boolean `true` or `false`.
    """
    from pydantic import TypeAdapter

    cls, title = _ROOTS[kind]
    schema = TypeAdapter(cls).json_schema()
    groups = schema.pop("$defs", {})
    _describe(schema, cls, yaml=kind != "site")
    for name, group in groups.items():
        _describe(group, _class(name), yaml=kind != "site")
        if "rating" in (fields := group.get("properties", {})):
            fields["rating"] = {"description": fields["rating"]["description"], **_ratings(scale)}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **{key: value for key, value in schema.items() if key != "title"},
    }
    return {**schema, "$defs": groups} if groups else schema


def _class(name: str) -> type:
    """The dataclass of the model that pydantic calls `name`."""
    cls: type = next(getattr(each, name) for each in _MODULES if hasattr(each, name))
    return cls


@cache
def docs(cls: type) -> Mapping[str, str]:
    """Give the docstrings below a dataclass's fields, inherited ones too, by field."""
    docstrings: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        docstrings |= _docstrings().get(base.__name__, {})
    return docstrings


@cache
def _docstrings() -> dict[str, dict[str, str]]:
    """Give the docstrings below the fields of the model's classes, by class and field."""
    docstrings: dict[str, dict[str, str]] = {}
    nodes = (node for each in _MODULES for node in ast.parse(inspect.getsource(each)).body)
    for node in nodes:
        if not isinstance(node, ast.ClassDef):
            continue
        docstrings[node.name] = {}
        for field, doc in zip(node.body, node.body[1:], strict=False):
            match field, doc:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(ast.Constant(str() as text)):
                    docstrings[node.name][name] = inspect.cleandoc(text)
    return docstrings


def _describe(group: dict[str, Any], cls: type, *, yaml: bool) -> None:
    """Give a dataclass's schema its descriptions, and take out what says nothing."""
    group["description"] = inspect.cleandoc(cls.__doc__ or "")
    words = docs(cls)
    for name, field in group.get("properties", {}).items():
        clean = _clean(field, yaml=yaml)
        clean.pop("title", None)
        for base in cls.__mro__:
            if examples := _EXAMPLES.get((base.__name__, name)):
                clean["examples"] = examples
        if cls is Source and name == "type":
            clean = {"enum": list(CSL_TYPES), **{k: v for k, v in clean.items() if k != "type"}}
        group["properties"][name] = {"description": words[name], **clean}


def _clean(schema: dict[str, Any], *, yaml: bool) -> dict[str, Any]:
    """Take out alternatives with null and empty defaults; with `yaml`, let texts be numbers."""
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
        elif schema.get("pattern") in {None, Id.pattern}:
            schema["type"] = ["string", "number"]
    return schema


def _ratings(scale: Iterable[Rating]) -> dict[str, Any]:
    """Give the part of a schema that lists ratings; editors see `rating: true` as a boolean."""
    ratings = list(scale)
    booleans = [r for r in ratings if r.id in {"true", "false"}]
    return {
        "type": ["string", "boolean"],
        "enum": [*(str(r.id) for r in ratings), *(r.id == "true" for r in booleans)],
        "enumDescriptions": [f"{r.label}: {r.meaning}" for r in (*ratings, *booleans)],
    }
