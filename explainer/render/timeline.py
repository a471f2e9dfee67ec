"""Lay out an article's timeline: the dates on which things were claimed, published, and rated.

Nothing is drawn here. A `Timeline` has moments. Each is a date, as exact as it is known, with
everything that belongs to it, and has a position on the axis in percent. Labels are chosen for two
widths of the axis, a phone's and a text column's, so that they do not touch each other, by a
generous estimate of their widths.

Dates on a subject come in clusters that are far apart: a speech in 1863, a week of reports in 2024.
Drawn to scale, that week would be a single dot. So an interval is *cut* if it is much longer than
the others (`_LONG` times the median): it gets a fixed space with a break mark, whatever its length.
Everywhere else a day has the same width. A mark that would touch its neighbor is put above it.
"""

from __future__ import annotations

import calendar
import datetime
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Literal, TypeAlias, TypeVar

from explainer.model.article import Article, ClaimView, SourceView
from explainer.model.ratings import Rating, by_value
from explainer.model.scalars import PartialDate
from explainer.render.lists import grouped
from explainer.render.shapes import PATHS
from explainer.support.values import dataclass

_NAME, _BADGE, _DOT, _LABELS = 24, 13, 8, 20
"""The heights of a lane's name, a badge, a source, and the labels, in pixels."""
_PILE = 7
"""The most marks above each other; further ones are shown as a number."""
_FEWEST = 3
"""The fewest dated things for which there is a timeline."""

NARROW, WIDE = 270, 540
"""The minimum width of the axis in pixels, on a phone (320 pixels) and in a text column."""
_T = TypeVar("_T")
LaneName: TypeAlias = Literal["claimed", "published", "rated"]


@dataclass(frozen=True, slots=True)
class Rated:
    """Claims that got the same rating on the same date."""

    was: Rating | None
    """Their previous rating; None if this is the first."""
    now: Rating
    """Their new rating."""
    claims: tuple[ClaimView, ...]
    """In reading order."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date with everything that belongs to it."""

    date: PartialDate
    """The date, as exact as it is known."""
    position: float
    """Its position on the axis, in percent: 0 for the first moment, 100 for the last."""
    until: float
    """The position of its last day: greater than `position` if only the month or year is known."""
    claims: tuple[ClaimView, ...] = ()
    """The claims that were made."""
    sources: tuple[SourceView, ...] = ()
    """The sources that were published."""
    rated: tuple[Rated, ...] = ()
    """The claims that this page rated for the first time or rated differently."""
    original: bool = False
    """Whether the text that the article reprints was published or spoken on this date."""
    published: bool = False
    """Whether the article was published on this date."""
    corrected: bool = False
    """Whether the article was corrected on this date."""

    @property
    def said(self) -> tuple[tuple[str, tuple[ClaimView, ...]], ...]:
        """The claims by the name of who made them; an empty name if nobody is named."""
        by_name = grouped(self.claims, lambda claim: claim.by.person.name if claim.by else "")
        return tuple((name, tuple(claims)) for name, claims in by_name.items())


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in a lane."""

    position: float
    """The position of its moment, in percent."""
    y: int
    """The vertical center, in pixels from the top of the drawing."""
    rating: Rating | None = None
    """The rating whose badge it is; None for a source."""
    more: int = 0
    """The number of things that this mark replaces because the stack is full; 0 if none."""


@dataclass(frozen=True, slots=True)
class Lane:
    """All marks of one kind."""

    name: LaneName
    """The kind."""
    name_y: int
    """The baseline of its name, in pixels from the top."""
    y: int
    """The line on which marks are stacked, in pixels from the top."""
    row: int
    """The vertical center of the lowest marks, in pixels from the top."""
    marks: tuple[Mark, ...]
    """The marks by position, those of a moment from the bottom up."""
    spans: tuple[tuple[float, float], ...]
    """The starts and ends, in percent, of the ranges of dates that are known only in part."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """An article's dates."""

    moments: tuple[Moment, ...]
    """The moments in order, each date once; at least two."""
    cuts: tuple[Cut, ...]
    """The cuts in order."""
    narrow: tuple[Label, ...]
    """Labels for an axis of `NARROW` pixels or more, in order."""
    wide: tuple[Label, ...]
    """Labels for an axis of `WIDE` pixels or more, in order."""
    lanes: tuple[Lane, ...]
    """The lanes from top to bottom; only kinds that have marks."""
    axis: int
    """The line below the lanes, in pixels from the top."""
    height: int
    """The height of the drawing in pixels, including a line of labels below the axis."""
    badges: tuple[tuple[Rating, str], ...]
    """The ratings that it shows, highest value first, each with the SVG path of its shape."""
    shapes: Mapping[str, int]
    """A number for each of `badges`, by the rating's id."""


def timeline(article: Article, write: Callable[[PartialDate], str]) -> Timeline | None:
    """Return an article's timeline; None if it has fewer than three things or two dates.

    Things are claims, sources, ratings, and the original text. The publication and corrections of
    the article itself are shown, but do not count. `write` formats a date in the article's
    language.
    """
    claims = _by_date((claim.date, claim) for claim in article.claims)
    sources = _by_date((each.source.date, each) for each in article.sources)
    ratings = _by_date(
        (date, (was, now, claim)) for claim in article.claims for date, was, now in _ratings(claim)
    )
    original = article.front.original.date if article.front.original else None
    weights: Counter[PartialDate] = Counter([original] if original else [])
    for groups in (claims, sources, ratings):
        weights.update({date: len(group) for date, group in groups.items()})
    if weights.total() < _FEWEST:
        return None
    corrections = {date for date, _ in article.corrections}
    dates = sorted(filter(None, {*weights, *corrections, article.front.date}))
    if len(dates) < 2 or all(first_day(date) == first_day(dates[0]) for date in dates):
        return None
    positions, cuts = place_dates(dates)
    moments = tuple(
        Moment(
            date,
            positions[date],
            positions[date] if len(date) == 10 else place_day(last_day(date), positions),
            tuple(claims.get(date, ())),
            tuple(sources.get(date, ())),
            _rated(ratings.get(date, ())),
            date == original,
            date == article.front.date,
            date in corrections,
        )
        for date in dates
    )
    lanes, axis = _lanes(moments)
    badges = _badges(moments)
    return Timeline(
        moments,
        cuts,
        choose_labels(positions, weights, write, NARROW, finer=0),
        choose_labels(positions, weights, write, WIDE, finer=1),
        lanes,
        axis,
        axis + _LABELS,
        badges,
        {rating.id: number for number, (rating, _) in enumerate(badges, 1)},
    )


def _badges(moments: Iterable[Moment]) -> tuple[tuple[Rating, str], ...]:
    shown: dict[str, Rating] = {}
    for moment in moments:
        shown |= {claim.rating.id: claim.rating for claim in moment.claims}
        shown |= {rated.now.id: rated.now for rated in moment.rated}
    return tuple((each, PATHS[each.shape]) for each in sorted(shown.values(), key=by_value))


def _by_date(pairs: Iterable[tuple[PartialDate | None, _T]]) -> Mapping[PartialDate, list[_T]]:
    """Group the items that have a date by it."""
    groups: defaultdict[PartialDate, list[_T]] = defaultdict(list)
    for date, each in pairs:
        if date:
            groups[date].append(each)
    return groups


def _rated(ratings: Iterable[tuple[Rating | None, Rating, ClaimView]]) -> tuple[Rated, ...]:
    groups = grouped(ratings, lambda each: (each[0] and each[0].id, each[1].id))
    return tuple(
        Rated(*group[0][:2], tuple(claim for _, _, claim in group)) for group in groups.values()
    )


def _ratings(claim: ClaimView) -> Iterable[tuple[PartialDate, Rating | None, Rating]]:
    """Yield each change of a claim's rating: the date, the old rating, and the new one.

    Authors give no date for the present rating. The date on which the claim was last checked is
    the best estimate.
    """
    was: Rating | None = None
    latest: PartialDate | None = None
    for earlier in claim.history:
        if earlier.date and _differ(was, earlier.rating):
            yield earlier.date, was, earlier.rating
        was, latest = earlier.rating, earlier.date or latest
    if claim.checked and _differ(was, claim.rating) and (latest is None or claim.checked >= latest):
        yield claim.checked, was, claim.rating


def _differ(was: Rating | None, now: Rating) -> bool:
    """Return whether a rating is a change. “Not rated” is one only if there was a rating before."""
    return now.checked if was is None else was.id != now.id


def _lanes(moments: Sequence[Moment]) -> tuple[tuple[Lane, ...], int]:
    """Place the marks of each kind. Return the lanes, and the axis in pixels from the top."""
    piles_of: dict[LaneName, list[list[Rating | None]]] = {
        "claimed": [[*sorted((c.rating for c in m.claims), key=by_value)] for m in moments],
        "published": [[None] * len(m.sources) for m in moments],
        "rated": [[rated.now for rated in m.rated] for m in moments],
    }
    lanes: list[Lane] = []
    y = 0
    for name, each in piles_of.items():
        filled = [(m, pile) for m, pile in zip(moments, each, strict=True) if pile]
        if not filled:
            continue
        step = _DOT if name == "published" else _BADGE
        things = [(moment.position, rating) for moment, pile in filled for rating in pile]
        rows = _rows(things, _NEAR * step / _BADGE)
        base = y + _NAME + (1 + max(row for row, _ in rows)) * step
        lowest = base - step // 2 - 3
        marks = tuple(
            Mark(mark.position, lowest - row * step, mark.rating, mark.more) for row, mark in rows
        )
        spans = _joined((m.position, m.until) for m, _ in filled if m.until > m.position)
        lanes.append(Lane(name, y + _NAME - 8, base, lowest, marks, spans))
        y = base
    return tuple(lanes), y + _NAME // 2


def _joined(spans: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Join ranges that overlap: a month is part of its year."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            start, last = joined.pop()
            end = max(end, last)
        joined.append((start, end))
    return tuple(joined)


def _rows(things: Iterable[tuple[float, Rating | None]], near: float) -> list[tuple[int, Mark]]:
    """Put each of these marks, by position, into the lowest row in which it touches no other.

    `near` is the distance, in percent, below which two marks would touch. What would be in a row
    above the highest is counted there; a single mark is shown.
    """
    ends: list[float] = []  # the position of the last mark in each row
    rows: list[tuple[int, Mark]] = []
    for position, rating in things:
        free = [row for row, end in enumerate(ends) if end + near <= position]
        row = free[0] if free else len(ends)
        if row > _PILE:
            mark = rows[at := max(i for i, (other, _) in enumerate(rows) if other == _PILE)][1]
            rows[at] = _PILE, replace(mark, rating=None, more=max(mark.more, 1) + 1)
            continue
        ends[row : row + 1] = [position + _NEAR if row == _PILE else position]
        rows.append((row, Mark(position, 0, rating)))
    return rows


# --- the axis ------------------------------------------------------------------------------------

_LONG = 12
"""An interval is cut if it is more than this many times the median. If dates are usually a day
apart, two weeks are cut; if they are a year apart, more than twelve years are."""
_CUT = 9.0
"""The minimum width of a cut, in percent of the axis; less only if there are many cuts."""
_CUTS = 45.0
"""The maximum width of all cuts together, in percent of the axis."""
_NEAR = 4.5
"""The distance below which badges touch, in percent: about 13 pixels on the narrowest axis."""
_LETTER = 7.2
"""The width of a letter in pixels: a wide letter of a sans serif font at 11 pixels."""
_BETWEEN = 10
"""The minimum space between two labels, in pixels."""

Anchor: TypeAlias = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Cut:
    """A long interval without dates, which the axis leaves out."""

    position: float
    """The middle of the gap, in percent."""
    after: PartialDate
    """The date before it."""
    before: PartialDate
    """The date after it."""


@dataclass(frozen=True, slots=True)
class Label:
    """The text of a date below the axis."""

    text: str
    """A year, month, or day in the article's language."""
    position: float
    """The position of its moment, in percent."""
    anchor: Anchor
    """The part of the text that is at `position`."""


@lru_cache(4096)
def first_day(date: PartialDate) -> int:
    """Return the first day that a date may mean. Day 1 is January 1 of the year 1."""
    year, month, day = (*date.parts, 1, 1)[:3]
    return datetime.date(year, month, day).toordinal()


def last_day(date: PartialDate) -> int:
    """Return the last day that a date may mean, counted in the same way."""
    if len(date.parts) == 3:
        return first_day(date)
    year, month = (*date.parts, 12)[:2]
    return datetime.date(year, month, calendar.monthrange(year, month)[1]).toordinal()


def place_dates(
    dates: Sequence[PartialDate],
) -> tuple[Mapping[PartialDate, float], tuple[Cut, ...]]:
    """Return the position of each date, and the cuts between them. `dates` must be in order."""
    steps = [(a, b, first_day(b) - first_day(a)) for a, b in pairwise(dates)]
    lengths = sorted(days for _, _, days in steps if days)
    long = _LONG * lengths[(len(lengths) - 1) // 2]
    count = sum(days > long for days in lengths)
    space = min(max(_CUT, 100 / len(lengths)), _CUTS / count) if count else 0.0
    by_day = (100 - space * count) / sum(days for days in lengths if days <= long)
    positions = {dates[0]: 0.0}
    cuts: list[Cut] = []
    place = 0.0
    for before, date, days in steps:
        if days > long:
            cuts.append(Cut(round(place + space / 2, 2), before, date))
            place += space
        elif days:
            place += days * by_day
        positions[date] = min(round(place, 2), 100.0)
    return positions, tuple(cuts)


def place_day(day: int, positions: Mapping[PartialDate, float]) -> float:
    """Return the position of a day between the dates; the end of the axis if it is after them.

    `positions` are in order.
    """
    for before, after in pairwise(positions):
        first, last = first_day(before), first_day(after)
        if first <= day < last:
            share = (day - first) / (last - first)
            return round(positions[before] + share * (positions[after] - positions[before]), 2)
    return max(positions.values())


@lru_cache(4096)
def width(text: str) -> float:
    """Return the maximum width of a label, in pixels."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return _LETTER * len(text) + 11 * 0.45 * wide


def span(label: Label, axis: float) -> tuple[float, float]:
    """Return the start and end of a label in pixels, on an axis of `axis` pixels."""
    place, length = label.position / 100 * axis, width(label.text)
    start = {"start": place, "middle": place - length / 2, "end": place - length}[label.anchor]
    return start, start + length


def choose_labels(
    positions: Mapping[PartialDate, float],
    weights: Mapping[PartialDate, int],
    write: Callable[[PartialDate], str],
    axis: float,
    *,
    finer: int,
) -> tuple[Label, ...]:
    """Choose labels for an axis of `axis` pixels: both ends, then the busiest dates that fit.

    `positions` are in order. `weights` are the numbers of things on each date. `write` formats a
    date in the article's language. Dates are written as years, months, or days: the coarsest of
    these that distinguishes the first date from the last, or `finer` steps finer.
    """
    dates = list(positions)
    first, last = dates[0], dates[-1]
    level = 1
    while level < 3 and first.split("-")[:level] == last.split("-")[:level]:
        level += 1
    level = min(level + finer, 3)
    named: dict[str, PartialDate] = {}
    for date in dates:  # a year or month is labeled at its first date
        named.setdefault(_rounded(date, level), date)
    by_weight = sorted(named.values(), key=lambda date: -weights[date])
    chosen: dict[str, tuple[Label, float, float]] = {}
    for date in dict.fromkeys((first, last, *by_weight)):
        text = write(PartialDate(_rounded(date, level)))
        if text in chosen:
            continue
        label = _label(text, positions[date], axis)
        start, end = span(label, axis)
        inside = start >= 0 and end <= axis
        if inside and all(
            start >= other_end + _BETWEEN or other_start >= end + _BETWEEN
            for _, other_start, other_end in chosen.values()
        ):
            chosen[text] = label, start, end
    return tuple(sorted((label for label, _, _ in chosen.values()), key=attrgetter("position")))


def _rounded(date: PartialDate, level: int) -> str:
    """Return a date without its month and day (level 1), without its day (2), or as it is (3)."""
    return date if level == 3 else date[: 3 * level + 1]


def _label(text: str, position: float, axis: float) -> Label:
    """Return a label centered at its position, or aligned with it near an end of the axis."""
    half = width(text) / 2
    place = position / 100 * axis
    if place < half:
        return Label(text, position, "start")
    return Label(text, position, "end" if place > axis - half else "middle")
