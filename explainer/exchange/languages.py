"""Language tags (BCP 47) by the names and codes that reference managers and LaTeX use."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from explainer.parse.validate import is_language

_TABLES = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
_TAGS: Mapping[str, str] = {
    name: tag for tag, names in _TABLES["names"].items() for name in names.split()
}


def tag(text: str) -> str:
    """Return the language tag for a tag, a code, or a name (`de`, `deu`, `ngerman`), or ""."""
    name = text.strip().replace("_", "-")
    if known := _TAGS.get(re.sub(r"[\s-]+", "-", name.lower()).removeprefix("lang")):
        return known
    return name if is_language(name) else ""
