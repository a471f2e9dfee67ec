"""JSON Schemas of authors' files, with which editors complete and explain their keys.

`schemas.json` has them without the ratings and kinds of notes of a site. It is made from the
classes in `model/` by `tests/helpers/schemas.py`, because that takes longer than a small build. The
schemas of a site are written to its .explainer/ folder.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import inspect
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from explainer import __version__
from explainer.model import allow, front_matter, security, settings
from explainer.model import annotations as annotation_classes
from explainer.model.annotations import Note
from explainer.model.kinds import BUILTIN_KINDS
from explainer.model.ratings import DEFAULT_SCALE, Rating
from explainer.support import cache
from explainer.support.files import read_file

Kind: TypeAlias = Literal["annotations", "library", "article", "site"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MODULES = (allow, annotation_classes, front_matter, security, settings)
"""The modules that define the classes of authors' files."""

FILE = Path(__file__).with_name("schemas.json")
"""The schemas of all kinds of files, by kind."""

_KEY = "schemas.key"
"""A file with a hash of the schemas, and of what they are made from."""


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
    paths: dict[Kind, Path] = {kind: folder / f"{kind}.schema.json" for kind in KINDS}
    made_from = repr((__version__, FILE.read_bytes(), scale, kinds)).encode()
    key_file = folder / _KEY

    def key() -> bytes:
        return hashlib.sha256(made_from + b"".join(map(read_file, paths.values()))).digest()

    with suppress(OSError):  # one is missing
        if read_file(key_file) == key():
            return list(paths.values())
    for kind, path in paths.items():
        cache.write(path, schema_text(kind, scale, kinds).encode())
    cache.write(key_file, key())
    return list(paths.values())


def json_schema(
    kind: Kind, scale: Iterable[Rating] = DEFAULT_SCALE, kinds: Iterable[str] = BUILTIN_KINDS
) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a kind of file.

    `scale` has the site's ratings, and `kinds` the ids of its kinds of notes.

    Editors read YAML with the core schema, but explainer reads every value as text. So a title or
    id may also be a number, a date may be a year, and a rating may be `true` or `false`.
    """
    schema: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))[kind]
    for name, group in schema["$defs"].items():
        if "rating" in (fields := group.get("properties", {})):
            fields["rating"] = {"description": fields["rating"]["description"], **_ratings(scale)}
        if name == Note.__name__:
            group["properties"]["kind"]["enum"] = list(kinds)
    return schema


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
    nodes = (node for each in MODULES for node in ast.parse(inspect.getsource(each)).body)
    for node in nodes:
        if not isinstance(node, ast.ClassDef):
            continue
        docstrings[node.name] = {}
        for field, doc in zip(node.body, node.body[1:], strict=False):
            match field, doc:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(ast.Constant(str() as text)):
                    docstrings[node.name][name] = inspect.cleandoc(text)
    return docstrings


def _ratings(scale: Iterable[Rating]) -> dict[str, Any]:
    """Return the schema of a rating; editors read `rating: true` as a boolean."""
    ratings = list(scale)
    booleans = [r for r in ratings if r.id in {"true", "false"}]
    return {
        "type": ["string", "boolean"],
        "enum": [*(str(r.id) for r in ratings), *(r.id == "true" for r in booleans)],
        "enumDescriptions": [f"{r.label}: {r.meaning}" for r in (*ratings, *booleans)],
    }
