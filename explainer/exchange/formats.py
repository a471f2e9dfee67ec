"""The exchange formats and the modules that read and write them.

A format's module has `read(path, content) -> Incoming`, `write(…) -> str`, or both. `content` is
text for BibTeX and parsed data for JSON formats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
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
    data, problems = json_of(path, text)
    if any(problem.severity == "error" for problem in problems):
        return Incoming(problems=problems)
    incoming = _JSON[form or _detect(data)](path, data)
    return replace(incoming, problems=(*problems, *incoming.problems))


_OTHER_FORMATS = frozenset(["target", "body", "motivation", "@context"])


def _detect(data: object) -> ImportFormat:
    if hypothesis.is_export(data):
        return "hypothesis"
    top = data if isinstance(data, dict) else {}
    if isinstance(top.get("message"), dict):
        return "csl-json"  # an answer of Crossref
    items = top.get("items", [data]) if top else data
    first = (
        next((one for one in items if isinstance(one, dict)), {}) if isinstance(items, list) else {}
    )
    if _OTHER_FORMATS & {*top, *first}:
        return "web-annotation"
    if kind := first.get("type"):
        is_csl = isinstance(kind, str) and kind[:1].islower()
    else:
        # An item may have no type, and Zotero's `items` may be empty.
        is_csl = csl_json.is_item(first) or ("items" in top and not first)
    return "csl-json" if is_csl else "web-annotation"
