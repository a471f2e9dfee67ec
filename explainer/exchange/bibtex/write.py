"""Write sources as biblatex.

The writer uses biblatex's entry types and fields, plus `year` and `month` for the older BibTeX. It
writes UTF-8, and escapes only what LaTeX would read as a command. Values without an equivalent
(`archived`, `primary`, `repeats`, a CSL type without an entry type) go into fields that both
programs ignore.
"""

from __future__ import annotations

from collections.abc import Mapping

from explainer.exchange import names, sources
from explainer.exchange.bibtex import latex
from explainer.exchange.bibtex.tables import PUBLISHER, SUBTYPES, TYPES, csl_type
from explainer.exchange.dates import MONTHS
from explainer.model.annotations import ET_AL, Source


def write(to_write: Mapping[str, Source], *, organizations: frozenset[str] = frozenset()) -> str:
    """Write an entry for each source, by id. `organizations` are names that are not people's."""
    return "\n".join(_entry(name, one, organizations) for name, one in to_write.items())


def _entry(name: str, source: Source, organizations: frozenset[str]) -> str:
    kind = TYPES.get(source.type, "misc")
    subtypes = {csl: subtype for subtype, csl in SUBTYPES.items()}
    date = source.date
    fields = {
        "author": _authors(sources.authors(source, organizations)),
        # Extra braces keep styles from lowercasing capitals.
        "title": f"{{{latex.escape(source.title)}}}",
        "entrysubtype": subtypes.get(source.type, ""),
        PUBLISHER.get(kind, "publisher"): latex.escape(source.publisher),
        "date": date or "",
        "year": date[:4] if date else "",
        "month": MONTHS[date.parts[1] - 1][:3] if date and len(date) > 4 else "",
        "url": latex.escape_url(source.url or ""),
        "language": latex.escape(source.language),
    }
    fields |= {
        "csltype": source.type if source.type != csl_type(kind, fields) else "",
        "archived": latex.escape_url(source.archived or ""),
        "primary": "true" if source.primary else "",
        "repeats": ", ".join(source.repeats),
    }
    lines = [
        # BibTeX's styles define the months as macros.
        f"  {key} = {value}," if key == "month" else f"  {key} = {{{value}}},"
        for key, value in fields.items()
        if value
    ]
    return "\n".join([f"@{kind}{{{name},", *lines, "}", ""])


def _authors(authors: list[names.Name]) -> str:
    written = [_author(one) for one in authors]
    if authors and authors[-1].literal == ET_AL:
        written[-1] = "others"
    return " and ".join(written)


def _author(name: names.Name) -> str:
    if name.literal:
        return f"{{{latex.escape(name.literal)}}}"
    family = " ".join(filter(None, (name.particle, name.family)))
    return ", ".join(latex.escape(part) for part in (family, name.suffix, name.given) if part)
