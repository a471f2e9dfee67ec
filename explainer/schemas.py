"""The JSON Schemas in a site's .explainer/ folder, where editors find them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from explainer.json_schema import Kind, json_schema
from explainer.model import Rating
from explainer.ratings import DEFAULT_SCALE

FOLDER = ".explainer"
KINDS: tuple[Kind, ...] = ("annotations", "library", "article", "site")


def schema_text(kind: Kind, scale: Iterable[Rating] = DEFAULT_SCALE) -> str:
    """Give one schema as JSON, with the ratings that claims may have."""
    return json.dumps(json_schema(kind, scale), indent=2, ensure_ascii=False) + "\n"


def write_schemas(root: Path, scale: Iterable[Rating] = DEFAULT_SCALE) -> list[Path]:
    """Write all schemas of a site, where they are missing or other than they should be.

    Gives the files' paths. Raises OSError where they cannot be written.
    """
    scale = tuple(scale)
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind in KINDS:
        path = folder / f"{kind}.schema.json"
        text = schema_text(kind, scale)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
        paths.append(path)
    return paths
