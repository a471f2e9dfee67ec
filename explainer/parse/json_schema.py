"""Generate JSON Schemas of authors' files, so that editors complete and explain their keys.

The schemas are written to the .explainer/ folder of a site.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import inspect
import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from explainer import __version__
from explainer.model import allow, front_matter, security, settings
from explainer.model import annotations as annotation_classes
from explainer.model.annotations import AnnotationFile, Library, Note, Source
from explainer.model.front_matter import FrontMatter
from explainer.model.kinds import BUILTIN_KINDS
from explainer.model.ratings import DEFAULT_SCALE, Rating
from explainer.model.scalars import Id, PartialDate, RecordingTime
from explainer.model.settings import Settings
from explainer.parse.references import CSL_TYPES
from explainer.support import cache

Kind: TypeAlias = Literal["annotations", "library", "article", "site"]

_ROOTS: dict[Kind, tuple[type, str]] = {
    "annotations": (AnnotationFile, "Annotations of an article (X.yaml beside X.md)"),
    "library": (Library, "Sources and people for every article (_library.yaml)"),
    "article": (FrontMatter, "Front matter of an article"),
    "site": (Settings, "Settings of the site (site.toml)"),
}

_MODULES = (allow, annotation_classes, front_matter, security, settings)
"""The modules that define the classes of authors' files."""

_KEY = "schemas.key"
"""A file that identifies the input of the schemas: generating them is slower than a small build."""


def schema_text(
    kind: Kind, scale: Iterable[Rating] = DEFAULT_SCALE, kinds: Iterable[str] = BUILTIN_KINDS
) -> str:
    """Return one schema as JSON text, with the ratings of claims and the kinds of notes."""
    return json.dumps(json_schema(kind, scale, kinds), indent=2, ensure_ascii=False) + "\n"


def write_schemas(
    root: Path, scale: Iterable[Rating] = DEFAULT_SCALE, kinds: Iterable[str] = BUILTIN_KINDS
) -> list[Path]:
    """Write all schemas of a site, unless they are up to date, and return their paths.

    Raises OSError if they cannot be written.
    """
    scale, kinds = tuple(scale), tuple(kinds)
    folder = root / cache.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    cache.folder(root)
    paths = {kind: folder / f"{kind}.schema.json" for kind in _ROOTS}
    key = hashlib.sha256(repr((__version__, scale, kinds)).encode()).hexdigest()
    key_file = folder / _KEY
    made = key_file.is_file() and all(path.is_file() for path in paths.values())
    if not made or key_file.read_text(encoding="utf-8") != key:
        for kind, path in paths.items():
            cache.write(path, schema_text(kind, scale, kinds).encode())
        cache.write(key_file, key.encode())
    return list(paths.values())


def json_schema(
    kind: Kind, scale: Iterable[Rating] = DEFAULT_SCALE, kinds: Iterable[str] = BUILTIN_KINDS
) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a kind of file.

    `scale` has the site's ratings, and `kinds` the ids of its kinds of notes.

    Editors read YAML with the core schema, but explainer reads every value as text. So a title or
    id may also be a number, a date may be a year, and a rating may be `true` or `false`.
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
        if name == Note.__name__:
            group["properties"]["kind"]["enum"] = list(kinds)
    del schema["title"]
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "title": title, **schema, "$defs": groups}


def _class(name: str) -> type:
    """Return the model's dataclass called `name`."""
    cls: type = next(getattr(each, name) for each in _MODULES if hasattr(each, name))
    return cls


@functools.cache
def docs(cls: type) -> Mapping[str, str]:
    """Return the docstrings of a dataclass's fields, including inherited ones, by field name."""
    docstrings: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        docstrings |= _docstrings().get(base.__name__, {})
    return docstrings


@functools.cache
def _docstrings() -> dict[str, dict[str, str]]:
    """Return the docstrings of the fields of all model classes, by class and field name."""
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


@functools.cache
def _examples() -> dict[str, dict[str, list[Any]]]:
    """Return example values, by class and field name."""
    text = Path(__file__).with_name("examples.toml").read_text(encoding="utf-8")
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


def _ratings(scale: Iterable[Rating]) -> dict[str, Any]:
    """Return the schema of a rating; editors read `rating: true` as a boolean."""
    ratings = list(scale)
    booleans = [r for r in ratings if r.id in {"true", "false"}]
    return {
        "type": ["string", "boolean"],
        "enum": [*(str(r.id) for r in ratings), *(r.id == "true" for r in booleans)],
        "enumDescriptions": [f"{r.label}: {r.meaning}" for r in (*ratings, *booleans)],
    }
