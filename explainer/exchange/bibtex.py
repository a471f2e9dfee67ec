"""BibTeX and biblatex: sources as LaTeX's bibliographies have them.

Written are biblatex's entry types and fields, with `year` and `month` beside `date` for the older
BibTeX, in UTF-8: only what LaTeX would take for a command is escaped. What they have no word for
(`archived`, `primary`, `repeats`, a CSL type that is no entry type) stands in fields that both
ignore. bibtexparser reads; pylatexenc, which it brings, turns LaTeX into text.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from explainer.exchange import names, sources
from explainer.exchange.incoming import Entry, Incoming, line
from explainer.model.annotations import Source
from explainer.model.location import Location
from explainer.model.problems import Code, Problem, short
from explainer.model.scalars import Id
from explainer.parse.references import CSL_TYPES

if TYPE_CHECKING:
    from bibtexparser.library import Library
    from bibtexparser.model import Entry as BibEntry

_TYPES = {
    "article": "article",
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "book": "book",
    "chapter": "incollection",
    "collection": "collection",
    "dataset": "dataset",
    "entry-dictionary": "inreference",
    "entry-encyclopedia": "inreference",
    "manuscript": "unpublished",
    "pamphlet": "booklet",
    "paper-conference": "inproceedings",
    "patent": "patent",
    "periodical": "periodical",
    "post": "online",
    "post-weblog": "online",
    "report": "report",
    "software": "software",
    "thesis": "thesis",
    "webpage": "online",
}
"""By CSL type: biblatex's entry type; `misc` for all others. Those that biblatex shares between
several, or lacks, are told apart by a field `csltype`."""
_BACK = {
    "article": "article-journal",
    "audio": "broadcast",
    "book": "book",
    "bookinbook": "chapter",
    "booklet": "pamphlet",
    "collection": "collection",
    "conference": "paper-conference",
    "dataset": "dataset",
    "electronic": "webpage",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "inreference": "entry-encyclopedia",
    "jurisdiction": "legal_case",
    "legal": "treaty",
    "legislation": "legislation",
    "letter": "personal_communication",
    "manual": "book",
    "mastersthesis": "thesis",
    "misc": "document",
    "movie": "motion_picture",
    "mvbook": "book",
    "mvcollection": "collection",
    "online": "webpage",
    "patent": "patent",
    "performance": "performance",
    "periodical": "periodical",
    "phdthesis": "thesis",
    "proceedings": "book",
    "reference": "book",
    "report": "report",
    "review": "review",
    "software": "software",
    "standard": "standard",
    "suppbook": "chapter",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "video": "motion_picture",
    "www": "webpage",
}
_SUBTYPES = {"newspaper": "article-newspaper", "magazine": "article-magazine"}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_LANGUAGES = {
    "american": "en-US",
    "arabic": "ar",
    "australian": "en-AU",
    "austrian": "de-AT",
    "british": "en-GB",
    "chinese": "zh",
    "czech": "cs",
    "danish": "da",
    "dutch": "nl",
    "english": "en",
    "finnish": "fi",
    "french": "fr",
    "german": "de",
    "greek": "el",
    "hebrew": "he",
    "hungarian": "hu",
    "italian": "it",
    "japanese": "ja",
    "naustrian": "de-AT",
    "ngerman": "de",
    "norwegian": "no",
    "polish": "pl",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
    "swedish": "sv",
    "turkish": "tr",
    "ukenglish": "en-GB",
    "ukrainian": "uk",
    "usenglish": "en-US",
}
"""babel's names for languages that `langid` and `language` have."""

# --- out -----------------------------------------------------------------------------------------

_ESCAPES = {
    **{c: f"\\{c}" for c in "{}$&%#_"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
# LaTeX's ligatures: `--` is a dash, `?`` an inverted question mark. An empty group parts them.
_LIGATURE = re.compile("(?<=-)(?=-)|(?<=`)(?=`)|(?<=')(?=')|(?<=[?!])(?=`)|(?<=<)(?=<)|(?<=>)(?=>)")


def write(wanted: Mapping[str, Source], *, organizations: frozenset[str] = frozenset()) -> str:
    """Give an entry for each source, by id. `organizations`: names that are not people's."""
    return "\n".join(_entry(name, one, organizations) for name, one in wanted.items())


def escape(text: str) -> str:
    """Give text as LaTeX that reads the same."""
    parted = _LIGATURE.sub("\0", line(text))
    return "".join("{}" if c == "\0" else _ESCAPES.get(c, c) for c in parted)


def _entry(name: str, source: Source, organizations: frozenset[str]) -> str:
    kind = _TYPES.get(source.type, "misc")
    fields: list[tuple[str, str]] = []
    if source.authors:
        known = organizations | {source.publisher}
        people = (_author(names.parse(a, organizations=known)) for a in source.authors)
        fields.append(("author", " and ".join(people)))
    # Braces of their own keep styles from making capitals small.
    fields.append(("title", f"{{{escape(source.title)}}}"))
    if kind == "article" and source.type in (subtypes := {v: k for k, v in _SUBTYPES.items()}):
        fields.append(("entrysubtype", subtypes[source.type]))
    if source.publisher:
        fields.append((_publisher_field(kind), escape(source.publisher)))
    if source.date:
        fields.append(("date", source.date))
        fields.append(("year", source.date[:4]))
    if source.url:
        # Nothing is escaped in addresses; braces in them must not end the field.
        bare = source.url.translate({ord("{"): "%7B", ord("}"): "%7D", ord("\\"): "%5C"})
        fields.append(("url", bare))
    if source.language:
        fields.append(("language", escape(source.language)))
    if source.type != _back(kind, dict(fields)):
        fields.append(("csltype", source.type))
    if source.archived:
        bare = source.archived.translate({ord("{"): "%7B", ord("}"): "%7D", ord("\\"): "%5C"})
        fields.append(("archived", bare))
    if source.primary:
        fields.append(("primary", "true"))
    if source.repeats:
        fields.append(("repeats", ", ".join(source.repeats)))
    lines = [f"  {key} = {{{value}}}," for key, value in fields]
    if source.date and len(source.date) > 4:
        month = _MONTHS[source.date.parts[1] - 1]
        at = next(i for i, (key, _) in enumerate(fields) if key == "year")
        lines.insert(at + 1, f"  month = {month},")
    return "\n".join([f"@{kind}{{{name},", *lines, "}", ""])


def _publisher_field(kind: str) -> str:
    return {
        "article": "journaltitle",
        "inreference": "booktitle",
        "online": "organization",
        "report": "institution",
        "thesis": "institution",
        "misc": "organization",
        "dataset": "publisher",
    }.get(kind, "publisher")


def _author(name: names.Name) -> str:
    if name.literal:
        return f"{{{escape(name.literal)}}}"
    family = " ".join(filter(None, (name.particle, name.family)))
    return ", ".join(escape(part) for part in (family, name.suffix, name.given) if part)


# --- in ------------------------------------------------------------------------------------------

_PUBLISHERS = (
    "journaltitle",
    "journal",
    "publisher",
    "institution",
    "school",
    "organization",
    "howpublished",
)
_UNDERSTOOD = frozenset(
    (
        *_PUBLISHERS,
        *("author", "title", "subtitle", "entrysubtype", "date", "year", "month", "day", "url"),
        *("language", "langid", "csltype", "archived", "primary", "repeats", "doi", "eprint"),
        *("eprinttype", "archiveprefix", "eprintclass", "primaryclass"),
    )
)
_NO_LOSS = frozenset(
    [
        "urldate",
        "timestamp",
        "owner",
        "groups",
        "file",
        "keywords",
        "shorttitle",
        "bibsource",
        "biburl",
        "date-added",
        "date-modified",
        "bdsk-url-1",
        "bdsk-url-2",
        "hyphenation",
        "langidopts",
    ]
)
"""What nobody misses: housekeeping of reference managers."""


def read(path: str, text: str) -> Incoming:
    """Read a bibliography. What can be read of it is; macros (`@string`) are resolved.

    Problems: `bibtex-syntax` for each entry that cannot be read, at its line; for one without title
    `no-title` (it gets its address or key for one); `left-out` for a date or address that is none,
    and for all that a source of ours has no key for.
    """
    library = _library(text)
    problems: list[Problem] = []
    fields: Counter[str] = Counter()
    found: dict[str, Entry] = {}
    macros: dict[str, str] = {}
    for string in library.strings:
        macros.setdefault(string.key.lower(), _value(str(string.value), macros))
    for block in _entries(path, library, problems):
        key = line(block.key) or "source"
        if key in found:
            key = next(k for n in range(2, len(found) + 3) if (k := f"{key}-{n}") not in found)
        location = Location(path, (block.start_line or 0) + 1)
        found[key] = _source(location, key, block, macros, problems, fields)
    if not found and not problems:
        hint = "an entry begins with `@article{key,` or the like"
        problems.append(
            Problem(Location(path), "bibtex-syntax", "there is no entry in this file", hint)
        )
    problems += sources.left_out(path, fields)
    return Incoming(sources=found, problems=tuple(problems))


def _library(text: str) -> Library:
    from bibtexparser.entrypoint import parse_string

    # Its word on entries that cannot be read would go to the terminal; we have it as values.
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
    return parse_string(text, parse_stack=[])  # values as they are written: see `_value`


def _entries(path: str, library: Library, problems: list[Problem]) -> Iterable[BibEntry]:
    """Give every entry in the file's order; of failed ones what can be read."""
    from bibtexparser.model import (
        DuplicateBlockKeyBlock,
        DuplicateFieldKeyBlock,
        ParsingFailedBlock,
    )
    from bibtexparser.model import Entry as BibEntry

    for block in library.blocks:
        if isinstance(block, BibEntry):
            yield block
        elif isinstance(block, ParsingFailedBlock):
            location = Location(path, (block.start_line or 0) + 1)
            inner = block.ignore_error_block
            begin = short((block.raw or "").strip())
            if isinstance(block, DuplicateFieldKeyBlock) and isinstance(inner, BibEntry):
                twice = ", ".join(f"`{key}`" for key in sorted(block.duplicate_keys))
                message = f"this entry has {twice} twice: the first counts"
                problems.append(Problem(location, "bibtex-syntax", message, "", "warning"))
                yield inner
            elif isinstance(block, DuplicateBlockKeyBlock) and isinstance(inner, BibEntry):
                yield inner
            elif isinstance(block, DuplicateBlockKeyBlock):
                continue  # a macro that is defined anew
            else:
                message = f"this entry cannot be read: `{begin}`"
                hint = "look for a brace or a quotation mark that is never closed"
                problems.append(Problem(location, "bibtex-syntax", message, hint))


_PIECE = re.compile(r"\s*(?:#\s*)?(?:([0-9]+)|([^\s{}\"#,=()%']+)|([{\"]))")


def _value(written: str, macros: Mapping[str, str]) -> str:
    """Give a field's value: braces and quotation marks off, `#` joined, macros put in.

    bibtexparser leaves what is joined by `#` as it is written. A word that is no macro stands for
    itself, as the names of months do; what is not written like this at all stays as it is.
    """
    found: list[str] = []
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
            found.append(written[begin:at])
            at += 1
        else:
            found.append(piece[1] or macros.get(piece[2].lower(), piece[2]))
    return "".join(found)


def _source(
    location: Location,
    key: str,
    block: BibEntry,
    macros: Mapping[str, str],
    problems: list[Problem],
    fields: Counter[str],
) -> Entry:
    def tell(code: Code, message: str, hint: str = "") -> None:
        problems.append(Problem(location, code, f"`{short(key)}`: {message}", hint, "warning"))

    raw: dict[str, str] = {}
    for field in block.fields:
        raw.setdefault(field.key.lower(), _value(str(field.value), macros))
    text = {name: plain(value) for name, value in raw.items()}
    address = sources.url(_address(raw.get("url", "")))
    howpublished = _address(raw.get("howpublished", ""))
    if not address and sources.url(howpublished):
        address = howpublished
        text["howpublished"] = ""
    if raw.get("url") and not address:
        tell("left-out", f"its url `{short(raw['url'])}` is no address of the web")
    doi = sources.doi_url(_address(raw.get("doi", "")))
    eprint = text.get("eprint", "")
    if (
        eprint
        and (text.get("eprinttype") or text.get("archiveprefix") or "arxiv").lower() == "arxiv"
    ):
        doi = doi or sources.url(f"https://arxiv.org/abs/{eprint}")
    if address and doi and doi != address:
        fields["doi" if "doi" in raw else "eprint"] += 1
    address = address or doi
    title = ": ".join(filter(None, (text.get("title"), text.get("subtitle"))))
    if not title:
        title = address or key
        tell("no-title", "it has no title", f"it gets `{short(title)}` for one: write a better")
    date = _date(text)
    given = text.get("date") or text.get("year")
    if given and not date:
        tell("left-out", f"its date `{short(given)}` is none that we can keep")
    elif given and sources.says_more(given):
        message = f"of its date `{short(given)}` only `{date}` is kept"
        tell("left-out", message, sources.VAGUE_HINT)
    kind = block.entry_type.lower()
    publishers = [(name, text[name]) for name in _publisher_order(kind) if text.get(name)]
    fields.update(name for name, _ in publishers[1:])
    fields.update(
        name for name in raw if name not in _UNDERSTOOD | _NO_LOSS and name != "booktitle"
    )
    if "booktitle" in raw and publishers and publishers[0][0] != "booktitle":
        fields["booktitle"] += 1
    language = text.get("langid") or text.get("language") or ""
    return sources.entry(
        {
            "title": title,
            "authors": list(_authors(raw.get("author", ""))),
            "publisher": publishers[0][1] if publishers else "",
            "date": date,
            "url": address,
            "archived": sources.url(_address(raw.get("archived", ""))),
            "type": _back(kind, {**text, "url": address}),
            "primary": text.get("primary") == "true",
            "repeats": [
                name
                for name in re.split(r"[\s,]+", raw.get("repeats", ""))
                if sources.valid(check=Id.check, text=name)
            ],
            "language": _LANGUAGES.get(language.lower(), language),
        }
    )


def _publisher_order(kind: str) -> Iterable[str]:
    own = _publisher_field(kind)
    rest = [name for name in _PUBLISHERS if name != own]
    return [own, *rest, *([] if own == "booktitle" else ["booktitle"])]


def _back(kind: str, text: Mapping[str, str]) -> str:
    if (own := text.get("csltype", "")) in CSL_TYPES:
        return own
    if kind == "article" and text.get("entrysubtype") in _SUBTYPES:
        return _SUBTYPES[text["entrysubtype"]]
    if kind == "misc" and (text.get("url") or "http" in text.get("howpublished", "")):
        return "webpage"
    return _BACK.get(kind, "document")


def _date(text: Mapping[str, str]) -> str:
    if date := sources.iso(text.get("date", "")):
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
    whole = sources.iso(f"{year[0]}-{number}-{day[0]}") if day else ""
    return whole or f"{year[0]}-{number:02}"


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
        # Without a comma nobody can tell which of the two is the family's.
        eastern = names.eastern(family, given) if "," in each else ""
        if name := eastern or plain(" ".join(words)):
            yield name


_LINK = re.compile(r"\\(?:url|path|nolinkurl)\s*\{([^{}]*)\}|\\href\s*\{([^{}]*)\}\s*\{[^{}]*\}")


def _address(value: str) -> str:
    """Give an address as it is written in a field, where nothing is LaTeX but a few habits."""
    if found := _LINK.search(value):
        value = found[1] or found[2] or ""
    value = re.sub(r"\{?\\(?:textasciitilde|sim)\s*(?:\{\})?\}?", "~", value)
    value = re.sub(r"\{?\\([%&_#~$^])(?:\{\})?\}?", r"\1", value)
    return value.strip().replace("{", "").replace("}", "")


def plain(latex: str) -> str:
    """Give LaTeX as text on one line: accents, dashes and symbols as the characters they stand for.

    What cannot be read as LaTeX is left as it is written.
    """
    if not re.search(r"[\\{}$%~`'?!\-]", latex):
        return line(latex)
    from pylatexenc.latex2text import LatexNodes2Text

    source = re.sub(r"(?<!\\)((?:\\\\)*)%", r"\1\\%", latex)  # no comments in fields
    source = re.sub(_LINK, lambda m: escape(m[1] or m[2] or ""), source)
    # Parted from the letters around it, or it would be taken for an accent.
    source = source.replace(r"\textasciicircum{}", "\ue000")
    source = re.sub(r"(?<!\\)~", "\u00a0", source)
    reader = LatexNodes2Text(math_mode="text", strict_latex_spaces=False)
    logging.getLogger("pylatexenc").addHandler(logging.NullHandler())
    try:
        text = reader.latex_to_text(source)
    except (ValueError, LookupError, RecursionError, TypeError, AttributeError):
        return line(latex)
    return line(text.replace("\ue000", "^"))
