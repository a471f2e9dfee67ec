"""What CSL-JSON and BibTeX share: how another program's source becomes one of ours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from explainer.exchange import names
from explainer.exchange.incoming import Entry, Incoming
from explainer.exchange.reading import one_line
from explainer.model.annotations import Source
from explainer.model.location import Location
from explainer.model.problems import Code, Problem, short
from explainer.model.scalars import Id, PartialDate, Url


@dataclass(slots=True)
class Bibliography:
    """The sources of one file while it is read."""

    path: str
    sources: dict[str, Entry] = field(default_factory=dict)
    """By the key that the file gives them."""
    problems: list[Problem] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    """Fields that a source of ours has no key for, and in how many sources they were."""

    def incoming(self) -> Incoming:
        """Give all that was read. Problem: `left-out` (info) for fields that have no key here."""
        problems = list(self.problems)
        if self.left_out:
            listed = ", ".join(
                f"`{name}`" + (f" ({count} times)" if count > 1 else "")
                for name, count in sorted(self.left_out.items())
            )
            message = f"left out, since a source has no such key: {listed}"
            hint = (
                "what readers must know of it, such as a page, belongs to the evidence’s `locator`"
            )
            problems.append(Problem(Location(self.path), "left-out", message, hint, "info"))
        return Incoming(sources=self.sources, problems=tuple(problems))


@dataclass(frozen=True, slots=True)
class Item:
    """One source while it is read."""

    bibliography: Bibliography
    key: str
    location: Location
    label: str
    """What messages call it."""

    def warn(self, code: Code, message: str, hint: str = "") -> None:
        """Report what is lost of this source."""
        self.bibliography.problems.append(
            Problem(self.location, code, f"{self.label}: {message}", hint, "warning")
        )

    def check_date(self, date: str, written: str, *, vague: bool) -> None:
        """Report what `date` (ISO 8601, or empty) does not say of a date as it is `written`."""
        if not date:
            self.warn("left-out", f"its date `{short(written)}` is none that we can keep")
        elif vague:
            message = f"of its date `{short(written)}` only `{date}` is kept"
            hint = "the `review`, or the evidence’s `locator`, can say it"
            self.warn("left-out", message, hint)

    def add(self, *, title: str, url: str, repeats: Iterable[object], **values: Any) -> None:
        """Add the source to the bibliography, with its keys in the order of docs/format.md.

        A source without title gets its address or key for one (`no-title`). Keys that say nothing,
        or only what is the default, are left out.
        """
        if not title:
            title = url or self.key
            hint = f"it gets `{short(title)}` for one: write a better"
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
    """Give a source's authors in parts. `organizations`: names that are not people's."""
    known = organizations | {source.publisher}
    return [names.parse(author, organizations=known) for author in source.authors]


# --- dates ---------------------------------------------------------------------------------------

_SEASON = re.compile(r"\s*(\d{4})-(?:2[1-9]|3\d|4[01])(?![\d-])")
"""EDTF's level 1 and 2: quarters and the like too. https://www.loc.gov/standards/datetime/"""
_VAGUE = re.compile(r"[~?%/]")


def is_vague(text: str) -> bool:
    """Whether a text that `iso_date` reads says more than it gives: `1850~` is about 1850."""
    return bool(_VAGUE.search(text) or _SEASON.match(text))


def iso_date(text: str) -> str:
    """Give the day, month or year with which a text begins, or an empty text.

    Read are EDTF's level 0 and what biblatex makes of it: `2024-11-10`, `2024-11`, `2024`, a
    time after it (left out), an interval (its beginning), `?`, `~` and `%` behind it, a season (its
    year).
    """
    found = _SEASON.match(text) or re.match(r"\s*(\d{4}(?:-\d{1,2}(?:-\d{1,2})?)?)(?![\d-])", text)
    parts = found[1].split("-") if found else []
    return valid(PartialDate.check, "-".join(part.zfill(2) for part in parts))


# --- addresses -----------------------------------------------------------------------------------


def valid(check: Callable[[str], str], text: str) -> str:
    """Give a text if it has the form that `check` demands, or an empty one."""
    try:
        return str(check(text))
    except ValueError:
        return ""


def url(text: str) -> str:
    """Give a web address, or an empty text."""
    return valid(Url.check, one_line(text))


def doi_url(doi: str) -> str:
    """Give the address of a DOI: https://www.doi.org/doi-handbook/HTML/doi-name-syntax.html."""
    bare = re.sub(
        r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", one_line(doi), flags=re.IGNORECASE
    )
    return url(f"https://doi.org/{bare}") if bare.startswith("10.") else ""
