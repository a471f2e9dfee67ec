"""JSON Schemas in a site's .explainer/ folder, where editors find them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from explainer import __version__
from explainer.model.ratings import DEFAULT_SCALE, Rating
from explainer.parse.json_schema import Kind, json_schema
from explainer.support import cache
from explainer.support.files import replace_file

KINDS: tuple[Kind, ...] = ("annotations", "library", "article", "site")
_KEY = "schemas.key"
"""A file that says what the schemas were made from: making them takes longer than a small build."""


def schema_text(kind: Kind, scale: Iterable[Rating] = DEFAULT_SCALE) -> str:
    """Give one schema as JSON, with the ratings that claims may have."""
    return json.dumps(json_schema(kind, scale), indent=2, ensure_ascii=False) + "\n"


def write_schemas(root: Path, scale: Iterable[Rating] = DEFAULT_SCALE) -> list[Path]:
    """Write all schemas of a site, unless those that are there were made from the same.

    Gives the files' paths. Raises OSError where they cannot be written.
    """
    scale = tuple(scale)
    folder = root / cache.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    cache.folder(root)
    paths = {kind: folder / f"{kind}.schema.json" for kind in KINDS}
    key = hashlib.sha256(repr((__version__, scale)).encode()).hexdigest()
    key_file = folder / _KEY
    made = key_file.is_file() and all(path.is_file() for path in paths.values())
    if not made or key_file.read_text(encoding="utf-8") != key:
        for kind, path in paths.items():
            replace_file(path, schema_text(kind, scale).encode())
        replace_file(key_file, key.encode())
    return list(paths.values())
