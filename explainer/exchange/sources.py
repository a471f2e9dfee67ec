"""What CSL-JSON and BibTeX share: how a source is understood that comes from another program."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from explainer.exchange.incoming import Entry, line
from explainer.model.annotations import Source
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.model.scalars import PartialDate, Url

KEYS = (
    "title",
    "authors",
    "publisher",
    "date",
    "url",
    "archived",
    "type",
    "primary",
    "repeats",
    "language",
)
"""A source's keys, in the order in which FORMAT.md has them."""

IN_SOMETHING = frozenset(
    [
        "article-journal",
        "article-magazine",
        "article-newspaper",
        "broadcast",
        "entry",
        "entry-dictionary",
        "entry-encyclopedia",
        "post",
        "post-weblog",
        "review",
        "review-book",
        "webpage",
    ]
)
"""Types of which our `publisher` is what the work stands in (CSL's container-title): readers know
an article by its newspaper, a page by its site."""


def entry(values: Mapping[str, Any]) -> Entry:
    """Put a source's keys in order, without those that say nothing or only what is the default."""
    made: Entry = {key: values[key] for key in KEYS if values.get(key)}
    if made.get("type") == "webpage":
        del made["type"]
    return made


def data(source: Source) -> dict[str, Any]:
    """Give a source's keys as JSON has them, without those that say nothing."""
    found = {key: getattr(source, key) for key in KEYS}
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in found.items()
        if value
    }


_SEASON = re.compile(r"\s*(\d{4})-(?:2[1-9]|3\d|4[01])(?![\d-])")
"""EDTF's level 1 and 2: quarters and the like too. https://www.loc.gov/standards/datetime/"""
_VAGUE = re.compile(r"[~?%/]")


def says_more(text: str) -> bool:
    """Whether a text that `iso` understands says more than it gives: `1850~` is about 1850."""
    return bool(_VAGUE.search(text) or _SEASON.match(text))


def iso(text: str) -> str:
    """Give the day, month or year with which a text begins, or an empty text.

    Understood are EDTF's level 0 and what biblatex makes of it: `2024-11-10`, `2024-11`, `2024`, a
    time after it (left out), an interval (its beginning), `?`, `~` and `%` behind it, a season (its
    year).
    """
    found = re.match(r"\s*(\d{4}(?:-\d{1,2}(?:-\d{1,2})?)?)(?![\d-])", text)
    if not found:
        return ""
    if season := _SEASON.match(text):
        return valid(check=PartialDate.check, text=season[1])
    parts = found[1].split("-")
    return valid(check=PartialDate.check, text="-".join(part.zfill(2) for part in parts))


def valid(*, check: Callable[[str], str], text: str) -> str:
    """Give a text if it has the form that `check` demands, or an empty one."""
    try:
        return str(check(text))
    except ValueError:
        return ""


def url(text: str) -> str:
    """Give a web address, or an empty text."""
    return valid(check=Url.check, text=line(text))


def doi_url(doi: str) -> str:
    """Give the address of a DOI: https://www.doi.org/doi-handbook/HTML/doi-name-syntax.html."""
    bare = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", line(doi), flags=re.IGNORECASE)
    return url(f"https://doi.org/{bare}") if bare.startswith("10.") else ""


VAGUE_HINT = "the `review`, or the evidence’s `locator`, can say it"
"""For a date that says more than we keep."""


def left_out(path: str, fields: Counter[str]) -> tuple[Problem, ...]:
    """Say which fields sources have that explainer's have not."""
    if not fields:
        return ()
    listed = ", ".join(
        f"`{name}`" + (f" ({count} times)" if count > 1 else "")
        for name, count in sorted(fields.items())
    )
    message = f"left out, since a source has no such key: {listed}"
    hint = "what readers must know of it, such as a page, belongs to the evidence’s `locator`"
    return (Problem(Location(path), "left-out", message, hint, "info"),)
