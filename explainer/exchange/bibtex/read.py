"""Read the sources of a BibTeX or biblatex file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import field, replace

from explainer.exchange import dates, markup, sources
from explainer.exchange.bibtex import authors, latex, syntax
from explainer.exchange.bibtex.inherit import inherit
from explainer.exchange.bibtex.syntax import Entry
from explainer.exchange.bibtex.tables import (
    CSL_TYPE_OF,
    FIELDS,
    KNOWN_FIELDS,
    PARTS,
    PUBLISHER,
    csl_type,
)
from explainer.exchange.dates import ReadDate
from explainer.exchange.incoming import Incoming
from explainer.exchange.reading import one_line
from explainer.model.location import Location
from explainer.model.problems import Problem, short
from explainer.support.values import dataclass


def read(path: str, text: str) -> Incoming:
    """Read all readable entries of a bibliography.

    Problems: those of `syntax.read` and `inherit`; `unknown-command` for LaTeX that is left as it
    is; `foreign-markup` for HTML; `unknown-type`; `no-title` for an entry without a title (its
    address or key is used); `left-out` for what a source cannot store, such as uncertain dates;
    `renamed` for a second entry with the same key.
    """
    bibliography = sources.Bibliography(path)
    entries, problems = syntax.read(path, text)
    bibliography.problems += problems
    entries, problems = inherit(path, entries)
    bibliography.problems += problems
    for entry in entries:
        location = Location(path, entry.line)
        key = first = one_line(entry.key) or "source"
        number = 1
        while key in bibliography.sources:
            number += 1
            key = f"{first}-{number}"
        if number > 1:
            message = f"`{short(first)}` is the key of several entries; this one becomes `{key}`"
            bibliography.problems.append(Problem(location, "renamed", message, "", "info"))
        _EntryReader(sources.Item(bibliography, key, location, f"`{short(key)}`"), entry).read()
    if not bibliography.sources and not bibliography.problems:
        hint = "start each entry with its type and key, such as `@article{key,`"
        bibliography.problems.append(
            Problem(Location(path), "bibtex-syntax", "the file has no entries", hint)
        )
    return bibliography.incoming()


@dataclass(frozen=True, slots=True)
class _EntryReader:
    """Reads the fields of an entry, and reports LaTeX in them that is not known."""

    item: sources.Item
    entry: Entry
    _texts: dict[str, str] = field(default_factory=dict)

    def raw(self, name: str) -> str:
        """Return a field as LaTeX, or ""."""
        one = self.entry.fields.get(name)
        return one.value if one else ""

    def text(self, name: str) -> str:
        """Return a field as plain text, or ""."""
        if name not in self._texts:
            self._texts[name], unknown = latex.plain(self.raw(name))
            self.report_unknown(name, unknown)
        return self._texts[name]

    def report_unknown(self, name: str, commands: Iterable[str]) -> None:
        if commands := list(dict.fromkeys(commands)):
            listed = ", ".join(f"`{short(one)}`" for one in commands[:6])
            message = f"its `{name}` has LaTeX that is not known and is left as it is: {listed}"
            hint = "replace it with text in the bibliography or in the imported source"
            at = Location(self.item.location.path, self.entry.fields[name].line)
            self.item.warn("unknown-command", message, hint, location=at)

    def read(self) -> None:
        """Add the entry to the bibliography."""
        kind = self.entry.kind
        if kind == "set":
            self.item.bibliography.left_out.update(["@set"])
            return
        if kind not in CSL_TYPE_OF:
            message = f"there is no entry type `{short(kind)}`; `document` is used instead"
            self.item.warn("unknown-type", message)
        url, is_howpublished = self._url()
        title = ": ".join(filter(None, (self.text("title"), self.text("subtitle"))))
        publisher = self._publisher("howpublished" if is_howpublished else "")
        self._check_markup(title, publisher)
        self.item.add(
            title=title,
            authors=self._authors(),
            publisher=publisher,
            date=self._date(),
            url=url,
            archived=sources.url(latex.url(self.raw("archived"))),
            type=csl_type(
                kind, {**{n: self.text(n) for n in ("csltype", "entrysubtype")}, "url": url}
            ),
            primary=self.text("primary").lower() == "true",
            repeats=re.split(r"[\s,]+", self.raw("repeats")),
            language=self.item.language(
                self.text("langid") or self.text("hyphenation") or self.text("language")
            ),
        )
        unknown = (name for name in self.entry.fields if name not in KNOWN_FIELDS)
        self.item.bibliography.left_out.update(unknown)

    def _check_markup(self, *texts: str) -> None:
        """Report HTML, which some publishers write into BibTeX, and which readers will see."""
        for text in texts:
            without, has_tags = markup.plain(text)
            if has_tags or without != text:
                message = f"it has HTML, which readers will see: `{short(text, 80)}`"
                hint = "replace it with plain text in the bibliography or in the imported source"
                self.item.warn("foreign-markup", message, hint)

    def _authors(self) -> list[str]:
        result = authors.read(self.raw("author"))
        self.report_unknown("author", result.unknown)
        for name in result.unclear:
            message = f"its author `{short(name)}` seems to be several, and is left as it is"
            hint = "put `and` between authors, and the names of organizations in braces"
            at = Location(self.item.location.path, self.entry.fields["author"].line)
            self.item.warn("bibtex-syntax", message, hint, location=at)
        return result.names

    def _publisher(self, skip: str) -> str:
        own = PUBLISHER.get(self.entry.kind, "publisher")
        container = PARTS.get(self.entry.kind, own)
        order = dict.fromkeys([own, container, *FIELDS["publishers"]])
        found = [name for name in order if name != skip and self.raw(name)]
        self.item.bibliography.left_out.update(found[1:])
        return self.text(found[0]) if found else ""

    def _url(self) -> tuple[str, bool]:
        """Return the address from `url`, `howpublished`, `doi`, or `eprint`.

        Also returns whether it is from `howpublished`, which then is no publisher.
        """
        written = latex.url(self.raw("url"))
        address = sources.url(written) or sources.doi_url(written)
        if written and not address:
            message = f"its url `{short(written)}` is not a web address"
            self.item.warn("left-out", message)
        how = "" if address else sources.url(latex.url(self.raw("howpublished")))
        address = address or how
        number = latex.url(self.raw("doi"))
        doi = sources.doi_url(number)
        if number and not doi:
            self.item.warn("left-out", f"its doi `{short(number)}` is not a DOI")
        archive = self.text("eprinttype") or self.text("archiveprefix") or "arxiv"
        eprint = re.sub(r"^arxiv:\s*", "", self.text("eprint"), flags=re.IGNORECASE)
        if eprint and archive.lower() == "arxiv":
            doi = doi or sources.url(f"https://arxiv.org/abs/{eprint}")
        elif eprint:
            self.item.bibliography.left_out.update(["eprint"])
        if address and doi and doi != address:
            self.item.bibliography.left_out.update(["doi" if number else "eprint"])
        return address or doi, bool(how)

    def _date(self) -> str:
        # Not as text: in a date, `~` means “about”, but in LaTeX a space.
        date, year = latex.url(self.raw("date")), latex.url(self.raw("year"))
        result = dates.read(date)
        month, day = self.text("month"), self.text("day")
        if date and (result.date or not year):
            is_same = not year or result.date[:4] == year.strip() or not result.complete
            written = date if is_same else f"{date}, but year {year}"
            return self.item.date(replace(result, complete=result.complete and is_same), written)
        written = ", ".join(filter(None, (date, year, month, day)))
        return self.item.date(_date_of(year, month, day), written)


def _date_of(year: str, month: str, day: str) -> ReadDate:
    """Return the date of BibTeX's fields."""
    year = year.strip()
    if not year:
        return ReadDate(complete=not (month or day))
    if re.fullmatch(r"[0-9]{4}-[0-9]{1,2}", year):  # two years rather than a month: `1988-89`
        return ReadDate(year[:4], complete=False)
    result = dates.of_parts((year,)) if re.fullmatch("[0-9]{3,4}", year) else dates.read(year)
    if not (month or day) or not result.complete or len(result.date) != 4:
        return result
    # `nov`, `November`, `11`, and with a day: `7 nov`, `nov. 7th`.
    match = re.fullmatch(
        r"(?:([0-9]{1,2})\.?[\s,]+)?([A-Za-z]+\.?|[0-9]{1,2})(?:[\s,]+([0-9]{1,2})(?:st|nd|rd|th)?)?",
        month.replace("\xa0", " ").strip(),
    )
    name = match[2] if match else month
    number = name if name.isdecimal() else dates.month_number(name) or name or None
    return dates.of_parts((result.date, number, day.strip() or (match and (match[1] or match[3]))))
