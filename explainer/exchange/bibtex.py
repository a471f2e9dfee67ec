"""Read and write sources as BibTeX and biblatex, the bibliography formats of LaTeX.

The writer uses biblatex's entry types and fields, plus `year` and `month` for the older BibTeX. It
writes UTF-8, and escapes only what LaTeX would read as a command. Values without an equivalent
(`archived`, `primary`, `repeats`, a CSL type without an entry type) go into fields that both
programs ignore. bibtex.toml lists the types, fields, and languages. bibtexparser parses files, and
its dependency pylatexenc converts LaTeX to text (latex.py).

https://ctan.org/pkg/biblatex (manual, §§ 2.1 and 2.2)
"""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.exchange import latex, names, sources
from explainer.exchange.incoming import Incoming
from explainer.exchange.latex import plain
from explainer.exchange.reading import one_line
from explainer.model.annotations import Source
from explainer.model.location import Location
from explainer.model.problems import Problem, short
from explainer.parse.references import CSL_TYPES

if TYPE_CHECKING:
    from bibtexparser.model import Block
    from bibtexparser.model import Entry as BibEntry

_TABLES = tomllib.loads(Path(__file__).with_name("bibtex.toml").read_text(encoding="utf-8"))
_TYPES: Mapping[str, str] = _TABLES["types"]
_CSL_TYPES: Mapping[str, str] = {kind: csl for csl, kind in _TYPES.items()} | {
    kind: csl for csl, kinds in _TABLES["only_read"].items() for kind in kinds
}
_SUBTYPES = {"newspaper": "article-newspaper", "magazine": "article-magazine"}
_PUBLISHER: Mapping[str, str] = _TABLES["publisher"]
_FIELDS: Mapping[str, Sequence[str]] = _TABLES["fields"]
_KNOWN_FIELDS = frozenset(field for fields in _FIELDS.values() for field in fields)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


# --- out -----------------------------------------------------------------------------------------


def write(to_write: Mapping[str, Source], *, organizations: frozenset[str] = frozenset()) -> str:
    """Write an entry for each source, by id. `organizations` are names that are not people's."""
    return "\n".join(_entry(name, one, organizations) for name, one in to_write.items())


def _entry(name: str, source: Source, organizations: frozenset[str]) -> str:
    kind = _TYPES.get(source.type, "misc")
    subtypes = {csl: subtype for subtype, csl in _SUBTYPES.items()}
    date = source.date
    fields = {
        "author": " and ".join(_author(one) for one in sources.authors(source, organizations)),
        # Extra braces keep styles from lowercasing capitals.
        "title": f"{{{latex.escape(source.title)}}}",
        "entrysubtype": subtypes.get(source.type, ""),
        _PUBLISHER.get(kind, "publisher"): latex.escape(source.publisher),
        "date": date or "",
        "year": date[:4] if date else "",
        "month": _MONTHS[date.parts[1] - 1] if date and len(date) > 4 else "",
        "url": latex.escape_url(source.url or ""),
        "language": latex.escape(source.language),
    }
    fields |= {
        "csltype": source.type if source.type != _csl_type(kind, fields) else "",
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


def _author(name: names.Name) -> str:
    if name.literal:
        return f"{{{latex.escape(name.literal)}}}"
    family = " ".join(filter(None, (name.particle, name.family)))
    return ", ".join(latex.escape(part) for part in (family, name.suffix, name.given) if part)


# --- in ------------------------------------------------------------------------------------------


def read(path: str, text: str) -> Incoming:
    """Read all readable entries of a bibliography, with macros (`@string`) resolved.

    Problems: `bibtex-syntax` for each entry that cannot be read, at its line; `no-title` for an
    entry without a title (its address or key is used); `left-out` for invalid dates and addresses,
    and for fields that a source cannot store.
    """
    from bibtexparser.entrypoint import parse_string

    # bibtexparser would log unreadable entries to the terminal; we report them as problems.
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
    library = parse_string(text, parse_stack=[])  # keep raw values: see `_value`
    bibliography = sources.Bibliography(path)
    macros: dict[str, str] = {}
    for string in library.strings:
        macros.setdefault(string.key.lower(), _value(str(string.value), macros))
    for block in library.blocks:
        location = Location(path, (block.start_line or 0) + 1)
        entry = _bib_entry(block, location, bibliography.problems)
        if entry is not None:
            key = first = one_line(entry.key) or "source"
            number = 1
            while key in bibliography.sources:
                number += 1
                key = f"{first}-{number}"
            _read_entry(sources.Item(bibliography, key, location, f"`{short(key)}`"), entry, macros)
    if not bibliography.sources and not bibliography.problems:
        hint = "start each entry with its type and key, such as `@article{key,`"
        bibliography.problems.append(
            Problem(Location(path), "bibtex-syntax", "the file has no entries", hint)
        )
    return bibliography.incoming()


def _bib_entry(block: Block, location: Location, problems: list[Problem]) -> BibEntry | None:
    """Return a block's entry, or what can be read of it; None if the block is something else."""
    from bibtexparser import model

    if isinstance(block, model.Entry):
        return block
    if not isinstance(block, model.ParsingFailedBlock):
        return None
    inner = block.ignore_error_block
    entry = inner if isinstance(inner, model.Entry) else None
    if isinstance(block, model.DuplicateFieldKeyBlock) and entry is not None:
        twice = ", ".join(f"`{key}`" for key in sorted(block.duplicate_keys))
        message = f"this entry sets {twice} more than once; the first value is used"
        problems.append(Problem(location, "bibtex-syntax", message, "", "warning"))
    elif not isinstance(block, model.DuplicateBlockKeyBlock):  # a macro may be redefined
        message = f"this entry cannot be read: `{short((block.raw or '').strip())}`"
        hint = "check for an unclosed brace or quotation mark"
        problems.append(Problem(location, "bibtex-syntax", message, hint))
        return None
    return entry


_PIECE = re.compile(r"\s*(?:#\s*)?(?:([0-9]+)|([^\s{}\"#,=()%']+)|([{\"]))")


def _value(written: str, macros: Mapping[str, str]) -> str:
    """Evaluate a field: remove braces and quotation marks, join parts at `#`, expand macros.

    bibtexparser does not evaluate parts joined by `#`. A word that is not a macro, such as the name
    of a month, is kept; so is a field with any other syntax.
    """
    parts: list[str] = []
    at = 0
    while written[at:].strip():
        piece = _PIECE.match(written, at)
        if piece is None:
            return written
        at = piece.end()
        if piece[3]:
            begin = at
            depth = 0
            closing = "}" if piece[3] == "{" else '"'
            while at < len(written) and not (depth == 0 and written[at] == closing):
                escaped = written[at] == "\\"
                depth += {"{": 1, "}": -1}.get(written[at], 0)
                at += 2 if escaped else 1
            if at >= len(written):
                return written
            parts.append(written[begin:at])
            at += 1
        else:
            parts.append(piece[1] or macros.get(piece[2].lower(), piece[2]))
    return "".join(parts)


def _read_entry(item: sources.Item, entry: BibEntry, macros: Mapping[str, str]) -> None:
    raw: dict[str, str] = {}
    for field in entry.fields:
        raw.setdefault(field.key.lower(), _value(str(field.value), macros))
    text = {name: plain(value) for name, value in raw.items()}
    kind = entry.entry_type.lower()
    url = _url(item, raw, text)
    date = _date(text)
    if written := text.get("date") or text.get("year"):
        item.check_date(date, written, vague=sources.is_vague(written))
    own = _PUBLISHER.get(kind, "publisher")
    order = dict.fromkeys([own, *_FIELDS["publishers"], "booktitle"])
    publishers = [name for name in order if text.get(name)]
    item.bibliography.left_out.update(publishers[1:])
    item.bibliography.left_out.update(name for name in raw if name not in _KNOWN_FIELDS)
    if "booktitle" in raw and publishers and publishers[0] != "booktitle":
        item.bibliography.left_out.update(["booktitle"])
    language = text.get("langid") or text.get("language") or ""
    item.add(
        title=": ".join(filter(None, (text.get("title"), text.get("subtitle")))),
        authors=list(_authors(raw.get("author", ""))),
        publisher=text[publishers[0]] if publishers else "",
        date=date,
        url=url,
        archived=sources.url(latex.url(raw.get("archived", ""))),
        type=_csl_type(kind, {**text, "url": url}),
        primary=text.get("primary") == "true",
        repeats=re.split(r"[\s,]+", raw.get("repeats", "")),
        language=_TABLES["languages"].get(language.lower(), language),
    )


def _url(item: sources.Item, raw: Mapping[str, str], text: dict[str, str]) -> str:
    """Return an entry's address from `url`, `howpublished`, `doi`, or `eprint`.

    Removes an address in `howpublished` from `text`, since it is not a publisher.
    """
    address = sources.url(latex.url(raw.get("url", "")))
    if not address and (address := sources.url(latex.url(raw.get("howpublished", "")))):
        text["howpublished"] = ""
    if raw.get("url") and not address:
        item.warn("left-out", f"its url `{short(raw['url'])}` is not a web address")
    doi = sources.doi_url(latex.url(raw.get("doi", "")))
    archive = text.get("eprinttype") or text.get("archiveprefix") or "arxiv"
    if (eprint := text.get("eprint", "")) and archive.lower() == "arxiv":
        doi = doi or sources.url(f"https://arxiv.org/abs/{eprint}")
    if address and doi and doi != address:
        item.bibliography.left_out.update(["doi" if "doi" in raw else "eprint"])
    return address or doi


def _csl_type(kind: str, fields: Mapping[str, str]) -> str:
    if (own := fields.get("csltype", "")) in CSL_TYPES:
        return own
    if kind == "article" and fields.get("entrysubtype") in _SUBTYPES:
        return _SUBTYPES[fields["entrysubtype"]]
    if kind == "misc" and (fields.get("url") or "http" in fields.get("howpublished", "")):
        return "webpage"
    return _CSL_TYPES.get(kind, "document")


def _date(text: Mapping[str, str]) -> str:
    if date := sources.iso_date(text.get("date", "")):
        return date
    year = re.search(r"\d{4}", text.get("year", ""))
    if not year:
        return ""
    month = text.get("month", "").strip().lower()
    word = re.search(r"[a-z]{3}", month)
    digits = re.fullmatch(r"\d{1,2}", month)
    number = (
        int(month) if digits else _MONTHS.index(word[0]) + 1 if word and word[0] in _MONTHS else 0
    )
    if not 1 <= number <= 12:
        return year[0]
    day = re.search(r"\d{1,2}", text.get("day", "") or ("" if digits else month))
    full_date = sources.iso_date(f"{year[0]}-{number}-{day[0]}") if day else ""
    return full_date or f"{year[0]}-{number:02}"


def _authors(field: str) -> Iterable[str]:
    from bibtexparser.middlewares.names import (
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    for each in split_multiple_persons_names(" ".join(field.split())):
        if each.strip().lower() == "others":
            continue
        parts = parse_single_name_into_parts(each, strict=False)
        words = (*parts.first, *parts.von, *parts.last, *parts.jr)
        family, given = (plain(" ".join(part)) for part in (parts.last, parts.first))
        # Without a comma, the family name cannot be identified.
        eastern = names.eastern(family, given) if "," in each else ""
        if name := eastern or plain(" ".join(words)):
            yield name
