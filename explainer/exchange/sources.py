"""Convert sources from other programs: the part that CSL-JSON and BibTeX share."""

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

    def warn(self, code: Code, message: str, hint: str = "") -> None:
        """Add a warning about this source."""
        self.bibliography.problems.append(
            Problem(self.location, code, f"{self.label}: {message}", hint, "warning")
        )

    def check_date(self, date: str, written: str, *, vague: bool) -> None:
        """Report what is lost between a date as `written` and `date` (ISO 8601, or empty)."""
        if not date:
            self.warn("left-out", f"its date `{short(written)}` cannot be used")
        elif vague:
            message = f"only `{date}` is kept of its date `{short(written)}`"
            hint = "if the rest matters, put it in the `review` or the evidence’s `locator`"
            self.warn("left-out", message, hint)

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


# --- dates ---------------------------------------------------------------------------------------

_SEASON = re.compile(r"\s*(\d{4})-(?:2[1-9]|3\d|4[01])(?![\d-])")
"""EDTF levels 1 and 2, including quarters. https://www.loc.gov/standards/datetime/"""
_VAGUE = re.compile(r"[~?%/]")


def is_vague(text: str) -> bool:
    """Return whether `iso_date` loses part of a date, such as the `~` (about) of `1850~`."""
    return bool(_VAGUE.search(text) or _SEASON.match(text))


def iso_date(text: str) -> str:
    """Return the day, month, or year at the start of a text, or "".

    Reads EDTF level 0 and biblatex's extensions: `2024-11-10`, `2024-11`, or `2024`, followed by a
    time (dropped), an interval (its start is used), `?`, `~`, or `%`; or a season (its year is
    used).
    """
    match = _SEASON.match(text) or re.match(r"\s*(\d{4}(?:-\d{1,2}(?:-\d{1,2})?)?)(?![\d-])", text)
    parts = match[1].split("-") if match else []
    return valid(PartialDate.check, "-".join(part.zfill(2) for part in parts))


# --- addresses -----------------------------------------------------------------------------------


def valid(check: Callable[[str], str], text: str) -> str:
    """Return a text if `check` accepts it, or ""."""
    try:
        return str(check(text))
    except ValueError:
        return ""


def url(text: str) -> str:
    """Return a text if it is a web address, or ""."""
    return valid(Url.check, one_line(text))


def doi_url(doi: str) -> str:
    """Return a DOI's address: https://www.doi.org/doi-handbook/HTML/doi-name-syntax.html."""
    bare = re.sub(
        r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", one_line(doi), flags=re.IGNORECASE
    )
    return url(f"https://doi.org/{bare}") if bare.startswith("10.") else ""
