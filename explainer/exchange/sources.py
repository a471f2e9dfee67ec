"""Convert sources from other programs: the part that CSL-JSON and BibTeX share."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import field
from typing import Any
from urllib.parse import quote, unquote

from explainer.exchange import languages, names
from explainer.exchange.dates import ReadDate
from explainer.exchange.incoming import Entry, Incoming
from explainer.exchange.reading import one_line
from explainer.model.annotations import Source
from explainer.model.location import Location
from explainer.model.problems import Code, Problem, short
from explainer.model.scalars import Id, Url
from explainer.support.values import dataclass


@dataclass(slots=True)
class Bibliography:
    """The sources read from a file so far."""

    path: str
    sources: dict[str, Entry] = field(default_factory=dict)
    """Sources by their key in the file."""
    problems: list[Problem] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    """Fields that a source cannot store, with the number of sources that have them."""

    def incoming(self) -> Incoming:
        """Return everything read. Problems: `left-out` (info) for fields that cannot be stored."""
        problems = list(self.problems)
        if self.left_out:
            listed = ", ".join(
                f"`{name}`" + (f" ({count} times)" if count > 1 else "")
                for name, count in sorted(self.left_out.items())
            )
            message = f"fields that a source cannot store were left out: {listed}"
            hint = "put what readers need, such as a page number, in the evidence’s `locator`"
            problems.append(Problem(Location(self.path), "left-out", message, hint, "info"))
        return Incoming(sources=self.sources, problems=tuple(problems))


@dataclass(frozen=True, slots=True)
class Item:
    """A source that is being read."""

    bibliography: Bibliography
    key: str
    location: Location
    label: str
    """Its name in messages."""

    def warn(
        self, code: Code, message: str, hint: str = "", *, location: Location | None = None
    ) -> None:
        """Add a warning about this source, at a `location` inside it if there is one."""
        message = f"{self.label}: {message}"
        problem = Problem(location or self.location, code, message, hint, "warning")
        self.bibliography.problems.append(problem)

    def date(self, date: ReadDate, written: str) -> str:
        """Return a date, and report what it lacks of the text `written`."""
        hint = "if the rest matters, put it in the `review` or the evidence’s `locator`"
        if not date.complete and date.date:
            message = f"only `{date.date}` is kept of its date `{short(written)}`"
            self.warn("left-out", message, hint)
        elif not date.complete:
            self.warn("left-out", f"its date `{short(written)}` cannot be used")
        return date.date

    def language(self, written: str) -> str:
        """Return the tag of a language, given by its name or tag; report unknown languages."""
        tag = languages.tag(written)
        if written.strip() and not tag:
            hint = "add `language` with its tag (BCP 47), such as `la` for Latin"
            self.warn("left-out", f"its language `{short(written)}` is not known", hint)
        return tag

    def add(self, *, title: str, url: str, repeats: Iterable[object], **values: Any) -> None:
        """Add the source to the bibliography, with its keys in the order of docs/format.md.

        A source without a title gets its address or key as the title (`no-title`). Empty values
        and defaults are left out.
        """
        if not title:
            title = url or self.key
            hint = f"`{short(title)}` is used as its title: write a better one"
            self.warn("no-title", "it has no title", hint)
        values |= {
            "title": title,
            "url": url,
            "repeats": [n for n in repeats if isinstance(n, str) and valid(Id.check, n)],
        }
        entry: Entry = {key: values[key] for key in _KEYS if values.get(key)}
        if entry.get("type") == "webpage":
            del entry["type"]
        self.bibliography.sources[self.key] = entry


_KEYS = (
    *("title", "authors", "publisher", "date", "url", "archived", "type", "primary", "repeats"),
    "language",
)


def authors(source: Source, organizations: frozenset[str]) -> list[names.Name]:
    """Split the names of a source's authors. `organizations` are names that are not people's."""
    not_people = organizations | {source.publisher}
    return [names.parse(author, organizations=not_people) for author in source.authors]


# --- addresses -----------------------------------------------------------------------------------


_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def valid(check: Callable[[str], str], text: str) -> str:
    """Return a text if `check` accepts it, or ""."""
    try:
        return str(check(text))
    except ValueError:
        return ""


def url(text: str) -> str:
    """Return a text as a web address, or "".

    Encodes angle brackets, which old DOIs contain, and single percent signs: `Url` allows neither.
    """
    text = _LONE_PERCENT.sub("%25", one_line(text)).replace("<", "%3C").replace(">", "%3E")
    return valid(Url.check, re.sub("^https?://", lambda match: match[0].lower(), text, flags=re.I))


_DOI_PREFIX = re.compile(
    r"(?:(?:https?://)?(?:(?:www|dx)\.)?doi\.org/|doi[\s:]*)*(?=10\.)", re.IGNORECASE
)
_DOI_UNSAFE = re.compile(r"""["<>#?\\^`{|}\[\]]|%(?![0-9A-Fa-f]{2})""")


def doi_url(doi: str) -> str:
    """Return the address of a DOI, with or without a prefix such as `doi:`; "" if it is not a DOI.

    https://www.doi.org/doi-handbook/HTML/encoding-rules-for-urls.html
    """
    text = one_line(html.unescape(doi))
    prefix = _DOI_PREFIX.match(text)
    bare = text[prefix.end() :] if prefix else text
    if re.match(r"10\.[0-9.]+%2F", bare, re.IGNORECASE):
        bare = unquote(bare)
    if not re.fullmatch(r"10\.[0-9.]+/\S+", bare):
        return ""
    return url("https://doi.org/" + _DOI_UNSAFE.sub(lambda match: quote(match[0]), bare))
