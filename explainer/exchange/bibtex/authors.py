"""Read the authors of a BibTeX or biblatex entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from explainer.exchange import names
from explainer.exchange.bibtex.latex import plain
from explainer.exchange.reading import one_line
from explainer.model.annotations import ET_AL


@dataclass(slots=True)
class Authors:
    """The authors of an entry."""

    names: list[str] = field(default_factory=list)
    """The last one is `ET_AL` if the list is cut."""
    unknown: list[str] = field(default_factory=list)
    """LaTeX commands that are not known, and were left in the names."""
    unclear: list[str] = field(default_factory=list)
    """Names that may be several names, and were left as they are."""


_EXTENDED = re.compile(r"\s*(?:family|given|prefix|suffix)(?:-i)?\s*=")
_AFTER = re.compile(r"(?:Jr|Sr|Jnr|Snr|Ph\.? ?D|M\.? ?D|Esq)\.?|I{2,3}|IV", re.IGNORECASE)
"""What follows a name written in its usual order."""
_STRAY = re.compile(r"^(?:and\s+)+|(?:\s+and)+$|^and$", re.IGNORECASE)
"""An `and` with no name on one side."""
_CUT = re.compile(r"(?:\bet\.?[\s~]+al\b\.?|\band[\s~]+others)$", re.IGNORECASE)
_BESIDE_CUT = " ,~"


def read(value: str) -> Authors:
    """Read the value of a field such as `author`: names joined by `and`.

    A final `and others` becomes the author `et al.`.
    """
    from bibtexparser.middlewares.names import split_multiple_persons_names

    authors = Authors()
    is_cut = False
    for each in split_multiple_persons_names(" ".join(value.split())):
        name = _STRAY.sub("", each.strip())
        if name.lower() == "others":
            is_cut = True
            continue
        if cut := _CUT.search(name.rstrip(_BESIDE_CUT)):
            name, is_cut = name[: cut.start()].rstrip(_BESIDE_CUT), True
        if shown := _name(name, authors):
            authors.names.append(shown)
    if is_cut and authors.names[-1:] != [ET_AL]:
        authors.names.append(ET_AL)
    return authors


def _name(name: str, authors: Authors) -> str:
    from bibtexparser.middlewares.names import parse_single_name_into_parts

    def text(latex: str) -> str:
        result, unknown = plain(latex)
        authors.unknown += unknown
        return result

    pieces = list(_split(name, ","))
    if _EXTENDED.match(pieces[0]):
        return _extended([text(piece) for piece in pieces])
    if len(pieces) > 3 or len(list(_split(name, ";"))) > 1:
        whole = text(name)
        authors.unclear.append(whole)
        return whole
    if len(pieces) == 2 and _AFTER.fullmatch(pieces[1].strip()):
        return text(name)  # `Sir John Roe, Jr`: not a given name
    parts = parse_single_name_into_parts(name, strict=False)
    family, given = (text(" ".join(part)) for part in (parts.last, parts.first))
    # Without a comma, the family name cannot be identified.
    if len(pieces) > 1 and (eastern := names.eastern(family, given)):
        return eastern
    others = (text(" ".join(part)) for part in (parts.von, parts.jr))
    von, jr = others
    return one_line(" ".join(filter(None, (given, von, family, jr))))


def _extended(pieces: list[str]) -> str:
    """Read biblatex's `family=…, given=…` (manual, § 3.3.7), which has no fixed order."""
    given: dict[str, str] = {}
    for piece in pieces:
        key, _, value = piece.partition("=")
        given[key.strip().lower()] = value.strip().strip('"“”')
    first = given.get("given") or given.get("given-i", "")
    words = (first, given.get("prefix"), given.get("family"), given.get("suffix"))
    return " ".join(filter(None, words))


def _split(text: str, at: str) -> Iterator[str]:
    """Split a text at a character that is not in braces."""
    depth = start = 0
    for mark in re.finditer(r"\\.|[{},;]", text):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if mark[0] == at and depth == 0:
            yield text[start : mark.start()]
            start = mark.end()
    yield text[start:]
