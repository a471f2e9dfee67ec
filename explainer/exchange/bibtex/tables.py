"""The entry types and fields of BibTeX and biblatex, from tables.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from explainer.parse.references import CSL_TYPES

_TABLES = tomllib.loads(Path(__file__).with_name("tables.toml").read_text(encoding="utf-8"))

TYPES: Mapping[str, str] = _TABLES["types"]
"""The entry type to write for each CSL type; `misc` for all others."""
CSL_TYPE_OF: Mapping[str, str] = {kind: csl for csl, kind in TYPES.items()} | {
    kind: csl for csl, kinds in _TABLES["only_read"].items() for kind in kinds
}
"""The CSL type of each entry type."""
SUBTYPES = {"newspaper": "article-newspaper", "magazine": "article-magazine"}
"""CSL types of articles by their `entrysubtype`."""
PUBLISHER: Mapping[str, str] = _TABLES["publisher"]
"""The field for a source's `publisher`, by entry type; `publisher` for all others."""
FIELDS: Mapping[str, Sequence[str]] = _TABLES["fields"]
KNOWN_FIELDS = frozenset(field for fields in FIELDS.values() for field in fields)
"""Fields that are read, or dropped without a message."""
PARTS: Mapping[str, str] = {
    kind: field for field, kinds in _TABLES["part_of"].items() for kind in kinds
}
"""By entry type, the field that names the work which contains the entry."""


def csl_type(kind: str, fields: Mapping[str, str]) -> str:
    """Return the CSL type of an entry, given its type and its fields as text."""
    if (own := fields.get("csltype", "")) in CSL_TYPES:
        return own
    if kind == "article" and fields.get("entrysubtype") in SUBTYPES:
        return SUBTYPES[fields["entrysubtype"]]
    if kind == "misc" and (fields.get("url") or "http" in fields.get("howpublished", "")):
        return "webpage"
    return CSL_TYPE_OF.get(kind, "document")
