"""The exchange formats and the modules that read and write them.

A format's module has `read(path, content) -> Incoming`, `write(…) -> str`, or both. `content` is
text for BibTeX and parsed data for JSON formats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from explainer.exchange import bibtex, csl_json, hypothesis, web_annotation
from explainer.exchange.incoming import Incoming
from explainer.exchange.reading import json_of

ImportFormat: TypeAlias = Literal["web-annotation", "hypothesis", "csl-json", "bibtex"]
"""The formats that `explainer import` reads."""
ExportFormat: TypeAlias = Literal["web-annotation", "claimreview", "csl-json", "bibtex"]
"""The formats that `explainer export` writes."""

_JSON: Mapping[ImportFormat, Callable[[str, object], Incoming]] = {
    "web-annotation": web_annotation.read,
    "hypothesis": hypothesis.read,
    "csl-json": csl_json.read,
}
BIBLIOGRAPHIES: Mapping[ExportFormat, Callable[..., str]] = {
    "csl-json": csl_json.write,
    "bibtex": bibtex.write,
}
"""Functions that write sources, given by id: `write(sources, organizations=…)`."""


def read(path: str, text: str, form: ImportFormat | None = None) -> Incoming:
    """Read another program's file; if `form` is None, detect the format.

    Problems: those of the format's `read`, and `not-json`.
    """
    is_bibtex = path.lower().endswith((".bib", ".bibtex")) or text.lstrip()[:1] in ("@", "%")
    if form == "bibtex" or (form is None and is_bibtex):
        return bibtex.read(path, text)
    data, problem = json_of(path, text)
    return Incoming(problems=(problem,)) if problem else _JSON[form or _detect(data)](path, data)


def _detect(data: object) -> ImportFormat:
    if hypothesis.is_export(data):
        return "hypothesis"
    items = data.get("items", [data]) if isinstance(data, dict) else data
    first = items[0] if isinstance(items, list) and items else None
    if isinstance(first, dict) and not {"target", "body", "motivation", "@context"} & set(first):
        kind = first.get("type")
        if isinstance(kind, str) and kind[:1].islower():
            return "csl-json"
    return "web-annotation"
