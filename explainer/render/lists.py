"""Group and filter what the index pages list.

The pages of claims, sources, people, and topics are plain lists in groups, each on several sheets
if it is long (see `site/sheets.py`). A script can show fewer items of a sheet, or group them
differently. For this, each item has its values for every filter (`Keys`), and each filter has the
labels of its values (`Filter`). Values are ids and slugs, so that an address such as
`/claims/?rating=disputed&speaker=peskov` keeps its meaning.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Final, Generic, TypeAlias, TypeVar

from explainer.formats import claim_review
from explainer.language.words import Words
from explainer.model.ratings import Rating, in_tally, undefined
from explainer.model.scalars import PartialDate
from explainer.model.site import ClaimRef
from explainer.render.rows import NONE, ArticleRow, ClaimRow, SourceRow, year_of
from explainer.site.sheets import Sheet
from explainer.support.values import dataclass

_Row = TypeVar("_Row", ClaimRow, SourceRow)
_T = TypeVar("_T")
_K = TypeVar("_K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that readers can select, and its label."""

    order: int | str
    """Its place among all choices of its filter, on any sheet of a list."""
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
class Group(Generic[_Row]):
    """The rows on a sheet with the same value of the first filter."""

    value: str
    items: tuple[_Row, ...]
    continued: bool
    """Whether the group begins on a sheet before."""


@dataclass(frozen=True, slots=True)
class YearGroup:
    """Articles from the same year."""

    year: str
    """The year; empty for articles without a date."""
    articles: tuple[ArticleRow, ...]


def groups(sheet: Sheet[_Row], name: str) -> tuple[Group[_Row], ...]:
    """Group the rows of a sheet, which are sorted by the first value of `name`."""
    before = sheet.before.keys[name][0] if sheet.before else ""
    return tuple(
        Group(value, tuple(members), value == before)
        for value, members in grouped(sheet.items, lambda row: row.keys[name][0]).items()
    )


def claim_filters(
    rows: Iterable[ClaimRow],
    scale: Iterable[Rating],
    topics: Mapping[str, str],
    words: Words,
) -> tuple[Filter, ...]:
    """Return the filters of claims: ratings as in tallies, names from A to Z, newest year first.

    `topics` are the names of topics by their slugs.
    """
    rows = tuple(rows)
    speakers = {row.speaker: row.name for row in rows if row.speaker}
    known = {str(each.id): each for each in scale}
    ratings = {**{row.rating: undefined(row.rating) for row in rows}, **known}.values()
    placed = enumerate(sorted(ratings, key=in_tally))
    labels: dict[str, _Labels] = {
        "rating": {str(r.id): (place, words.rating(r).unescape()) for place, r in placed},
        "speaker": {**_by_name(speakers), NONE: (_LAST, str(words.no_speaker))},
        "topic": {**_by_name(topics), NONE: (_LAST, str(words.no_topic))},
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


def source_filters(rows: Iterable[SourceRow], words: Words) -> tuple[Filter, ...]:
    """Return the filters of sources."""
    rows = tuple(rows)
    publishers = {row.publisher: row.source.publisher for row in reversed(rows)}
    publishers.pop(NONE, None)
    types = {row.source.type: _capital(words.source_type(row.source.type)) for row in rows}
    labels: dict[str, _Labels] = {
        "publisher": {**_by_name(publishers), NONE: (_LAST, str(words.no_publisher))},
        "kind": {
            "primary": (0, _capital(words.primary)),
            "secondary": (1, _capital(words.secondary)),
        },
        "type": _by_name(types),
        "archive": {
            "archived": (0, _capital(words.archived)),
            "missing": (1, _capital(words.not_archived)),
            "offline": (2, _capital(words.not_online)),
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


_Labels: TypeAlias = Mapping[str, tuple[int | str, str]]
"""By its value: the order of a choice, and its label."""
_LAST: Final = "\uffff"
"""The order of the choice after all names."""


def _years(rows: Iterable[ClaimRow | SourceRow], words: Words) -> _Labels:
    years = {row.keys["year"][0] for row in rows} - {NONE}
    found = {year: (-int(year), words.date(PartialDate(year))) for year in years}
    return {**found, NONE: (0, str(words.no_year))}


def _filters(
    rows: Iterable[ClaimRow | SourceRow], labels: Mapping[str, _Labels]
) -> tuple[Filter, ...]:
    """Return the filters, each with the values that some row has, in order."""
    every = [row.keys for row in rows]
    counts = Counter((name, value) for keys in every for name in labels for value in keys[name])
    made: dict[str, list[Choice]] = {name: [] for name in labels}
    for (name, value), count in counts.items():
        order, label = labels[name][value]
        made[name].append(Choice(order, value, label, count))
    return tuple(
        Filter(name, tuple(sorted(own, key=lambda c: (c.order, c.value))))
        for name, own in made.items()
    )


def _capital(label: str) -> str:
    """Capitalize a word of the interface. Names of people and topics stay as authors write them."""
    return str(label[:1].upper() + label[1:])


def _by_name(labels: Mapping[str, str]) -> _Labels:
    return {value: (label.casefold(), label) for value, label in labels.items()}
