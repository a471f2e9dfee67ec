"""Group and filter what the index pages list.

The pages of claims, sources, people, and topics are plain lists in groups, each on several sheets
if it is long (see `site/sheets.py`). A script can show fewer items of a sheet, or group them
differently. For this, each item has its values for every filter (`Keys`), and each filter has the
labels of its values (`Filter`). Values are ids and slugs, so that an address such as
`/claims/?rating=disputed&speaker=peskov` keeps its meaning.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from explainer.formats import claim_review
from explainer.language.words import Words
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate
from explainer.model.site import ClaimRef
from explainer.render.rows import NONE, ArticleRow, ClaimRow, Keys, SourceRow, year_of
from explainer.site.sheets import Sheet
from explainer.support.values import dataclass

_Row = TypeVar("_Row", ClaimRow, SourceRow)
_T = TypeVar("_T")
_K = TypeVar("_K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that readers can select, and its label."""

    value: str
    label: str
    count: int
    """The number of items that have it."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A property that items can be filtered and grouped by."""

    name: str
    """Its name in addresses and in `data-is-NAME`: `rating`."""
    choices: tuple[Choice, ...]
    """The values in the order of the groups; `NONE` last."""


@dataclass(frozen=True, slots=True)
class ListItem(Generic[_Row]):
    """A row on a sheet."""

    row: _Row
    order: int
    """Its position in every group."""
    keys: Keys


@dataclass(frozen=True, slots=True)
class Group(Generic[_Row]):
    """The items on a sheet with the same value of the first filter."""

    value: str
    items: tuple[ListItem[_Row], ...]
    continued: bool
    """Whether the group begins on a sheet before."""


@dataclass(frozen=True, slots=True)
class YearGroup:
    """Articles from the same year."""

    year: str
    """The year; empty for articles without a date."""
    articles: tuple[ArticleRow, ...]


def groups(sheet: Sheet[_Row], name: str, orders: Sequence[int] = ()) -> tuple[Group[_Row], ...]:
    """Group the rows of a sheet, which are sorted by the first value of `name`.

    `orders` has the position in every group of each row of the whole list; by default, that in the
    list.
    """
    items = (
        ListItem(row, orders[position] if orders else position, row.keys)
        for position, row in enumerate(sheet.items, sheet.start)
    )
    before = sheet.before.keys[name][0] if sheet.before else ""
    return tuple(
        Group(value, tuple(members), value == before)
        for value, members in grouped(items, lambda item: item.keys[name][0]).items()
    )


def claim_filters(
    rows: Sequence[ClaimRow],
    ratings: Iterable[Rating],
    topics: Mapping[str, str],
    words: Words,
) -> tuple[Filter, ...]:
    """Return the filters of claims: ratings as given, names from A to Z, newest year first.

    `topics` are the names of topics by their slugs.
    """
    speakers = {row.speaker: row.name for row in rows if row.speaker}
    labels: dict[str, Mapping[str, str]] = {
        "rating": {str(r.id): words.rating(r).unescape() for r in ratings},
        "speaker": {**_sorted(speakers), NONE: str(words.no_speaker)},
        "topic": {**_sorted(topics), NONE: str(words.no_topic)},
        "year": _years(rows, words),
    }
    return _filters(rows, labels)


def newest(claims: Iterable[ClaimRef]) -> list[ClaimRef]:
    """Sort claims by the date of their rating (`rated`), newest first; ties keep their order."""
    return sorted(claims, key=lambda ref: rated(ref) or "", reverse=True)


def rated(ref: ClaimRef) -> PartialDate | None:
    """Return when a claim got its present rating, but no earlier than its article's date.

    If there is neither date, return the date on which the claim was made.
    """
    dates = (claim_review.reviewed(ref.article, ref.claim), ref.article.front.date)
    return max((date for date in dates if date), default=ref.claim.date)


def source_filters(rows: Sequence[SourceRow], words: Words) -> tuple[Filter, ...]:
    """Return the filters of sources."""
    sources = [row.source for row in rows]
    publishers = {row.publisher: row.source.publisher for row in reversed(rows)}
    publishers.pop(NONE, None)
    types = {each.type: _capital(words.source_type(each.type)) for each in sources}
    labels: dict[str, Mapping[str, str]] = {
        "publisher": {**_sorted(publishers), NONE: str(words.no_publisher)},
        "kind": {"primary": _capital(words.primary), "secondary": _capital(words.secondary)},
        "type": _sorted(types),
        "archive": {
            "archived": _capital(words.archived),
            "missing": _capital(words.not_archived),
            "offline": _capital(words.not_online),
        },
        "year": _years(rows, words),
    }
    return _filters(rows, labels)


# --- helpers -------------------------------------------------------------------------------------


def by_year(articles: Iterable[ArticleRow]) -> tuple[YearGroup, ...]:
    """Group articles by the year of their date, in the given order."""
    years = grouped(articles, lambda article: year_of(article.date))
    return tuple(YearGroup("" if y == NONE else y, tuple(group)) for y, group in years.items())


def grouped(items: Iterable[_T], key: Callable[[_T], _K]) -> dict[_K, list[_T]]:
    """Group items by a key. Groups and items keep the given order."""
    found: defaultdict[_K, list[_T]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return found


def _years(rows: Iterable[ClaimRow | SourceRow], words: Words) -> dict[str, str]:
    years = sorted({row.keys["year"][0] for row in rows} - {NONE}, reverse=True)
    return {year: words.date(PartialDate(year)) for year in years} | {NONE: str(words.no_year)}


def _filters(
    rows: Iterable[ClaimRow | SourceRow], labels: Mapping[str, Mapping[str, str]]
) -> tuple[Filter, ...]:
    """Return the filters, each with the values that some row has, in the order of `labels`."""
    every = [row.keys for row in rows]
    counts = Counter((name, value) for keys in every for name in labels for value in keys[name])
    return tuple(
        Filter(
            name,
            tuple(Choice(v, label, counts[name, v]) for v, label in own.items() if counts[name, v]),
        )
        for name, own in labels.items()
    )


def _capital(label: str) -> str:
    """Capitalize a word of the interface. Names of people and topics stay as authors write them."""
    return str(label[:1].upper() + label[1:])


def _sorted(labels: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(labels.items(), key=lambda pair: (pair[1].casefold(), pair[0])))
