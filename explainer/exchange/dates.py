"""Read dates as other programs write them, and keep only what is certain.

A source's date is a day, a month, or a year. A date that is approximate, uncertain, a season, or an
interval has no such form: the certain part is kept, and the caller reports that the rest is lost.
EDTF: https://www.loc.gov/standards/datetime/
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from explainer.exchange.reading import one_line
from explainer.model.scalars import PartialDate
from explainer.support.values import dataclass

MONTHS = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date that was read."""

    date: str = ""
    """The certain part (ISO 8601), or empty."""
    complete: bool = True
    """Whether nothing is lost. A text such as `n.d.` (no date) is complete and empty."""


_ISO = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?"
    r"(?:[T ][0-9]{1,2}:[0-9:.,]*(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_MONTH = r"([A-Za-z]{3,9})\.?"
_DAY = r"([0-9]{1,2})(?:st|nd|rd|th)?"
_DAY_FIRST = re.compile(rf"(?:{_DAY}\s+)?{_MONTH},?\s+([0-9]{{4}})")
_MONTH_FIRST = re.compile(rf"{_MONTH}\s+{_DAY},?\s+([0-9]{{4}})")
_UNDATED = re.compile(
    r"\W*(?:n\.?\s*d|s\.?\s*d|s\.?\s*a|o\.?\s*[jd]|no date|undated|unknown|none)\W*", re.IGNORECASE
)
_YEAR = re.compile(r"(?<![0-9])([0-9]{4})(?![0-9XxUu*]|['’]?s\b|er\b)")
"""A year, but not a decade or century (`201X`, `1950s`)."""
_NOT_CERTAIN = re.compile(
    # An end without a beginning, a date relative to a year, a date before Christ, or in the
    # Islamic or Buddhist era.
    r"\s*(?:[-−/<>]|\.\.|open/|unknown/)"
    r"|.*\b(?:before|after|until|prior|ante|post|vor|nach)\b"
    r"|.*(?:\bB\.?\s*C|(?:^|\s)[-−][0-9])|.*(?:\b(?:A\.?\s?H|B\.?\s?E)\b|พ\.|هـ)",
    re.IGNORECASE,
)


def read(text: str) -> ReadDate:
    """Read a date: ISO 8601, EDTF, or a month and year in English.

    A time is dropped. If the text says more than a date can hold, its certain part is kept: of an
    interval the start, of anything else the year.
    """
    text = one_line(text.replace("\xa0", " "))
    if not text or _UNDATED.fullmatch(text):
        return ReadDate()
    if match := _ISO.fullmatch(text):
        return of_parts(match.groups())
    day_first, month_first = _DAY_FIRST.fullmatch(text), _MONTH_FIRST.fullmatch(text)
    if day_first and (month := month_number(day_first[2])):
        return of_parts((day_first[3], month, day_first[1]))
    if month_first and (month := month_number(month_first[1])):
        return of_parts((month_first[3], month, month_first[2]))
    return ReadDate(_certain(text), complete=False)


def _certain(text: str) -> str:
    if _NOT_CERTAIN.match(text):
        return ""
    qualified = re.match(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?\s*[~?%/]", text)
    if qualified:
        return of_parts(qualified.groups()).date
    year = _YEAR.search(text)
    return of_parts((year[1],)).date if year else ""


def of_parts(parts: Sequence[object]) -> ReadDate:
    """Return the date of a year, month, and day, any of which may be numbers, text, or empty.

    If there is no such month, only the year is kept. If the month has no such day, one of the two
    is wrong, and nothing is kept.
    """
    numbers: list[int] = []
    for part in parts:
        number = _number(part)
        if number is None:
            break
        numbers.append(number)
    is_whole = all(part in (None, "") for part in parts[len(numbers) :]) and len(numbers) <= 3
    if not numbers:
        return ReadDate(complete=is_whole)
    year, *rest = numbers
    if not 1 <= year <= 9999:
        return ReadDate(complete=False)
    try:
        date = PartialDate.check("-".join([f"{year:04}", *(f"{one:02}" for one in rest[:2])]))
    except ValueError:
        has_month = 1 <= rest[0] <= 12
        return ReadDate("" if has_month else f"{year:04}", complete=False)
    return ReadDate(date, is_whole)


def _number(part: object) -> int | None:
    if isinstance(part, bool):
        return None
    if isinstance(part, int) or (isinstance(part, float) and part.is_integer()):
        return int(part)
    if isinstance(part, str) and re.fullmatch(r"\s*[0-9]{1,9}\s*", part):
        return int(part)
    return None


def month_number(name: str) -> int:
    """Return the number of an English month (`march`, `Mar`, `sept.`), or 0."""
    name = name.strip(" .").lower()
    matches = [number for number, month in enumerate(MONTHS, 1) if month.startswith(name)]
    return matches[0] if len(name) > 2 and len(matches) == 1 else 0
