"""An article's dates in order: what was claimed, published and rated, and where on an axis.

Nothing is drawn here. A `Timeline` holds moments, each a date as far as it is known with all that
belongs to it, and for each a place on the axis in per cent. Labels are chosen for two widths of the
axis, a phone's and a text column's, such that none touches another by a careful estimate of how
wide it is.

Dates of one subject crowd together and lie far apart: a speech of 1863, a week of reports in 2024.
To scale, such a week is a single dot. So a stretch is *cut* if it is long beside the others
(`_LONG` times the median): it takes a fixed space with a sign in it, whatever its length. The other
stretches share what is left by their length, but none gets so short that two marks would cover each
other (if there is space). So the order is always true, and lengths are roughly.
"""

from __future__ import annotations

import calendar
import datetime
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias, TypeVar

from explainer.model.article import Article, ClaimView, SourceView
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate, Shape, Tone
from explainer.render.assets import PATHS
from explainer.render.lists import grouped

_NAME, _BADGE, _DOT, _LABELS = 24, 13, 8, 20
"""What a lane's name, a badge, a source and the labels take in height, in pixels."""
_PILE = 5
"""How many marks are piled up; what is above is a number."""
_FEWEST = 3
"""Of how many dated things a timeline is worth its place."""

NARROW, WIDE = 270, 540
"""The least width of the axis in pixels on a phone (320 pixels), and in a text column."""
_T = TypeVar("_T")
LaneName: TypeAlias = Literal["claimed", "published", "rated"]


@dataclass(frozen=True, slots=True)
class Rated:
    """Claims that got the same rating at the same time."""

    was: Rating | None
    """What they were rated before; None if this was the first rating."""
    now: Rating
    """What they were rated then."""
    claims: tuple[ClaimView, ...]
    """In reading order."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date with all that belongs to it."""

    date: PartialDate
    """As far as it is known."""
    position: float
    """Its place on the axis, in per cent of the way from the first moment to the last."""
    until: float
    """Where its last day lies: more than `position` where only the month or year is known."""
    claims: tuple[ClaimView, ...] = ()
    """What was claimed."""
    sources: tuple[SourceView, ...] = ()
    """What was published."""
    rated: tuple[Rated, ...] = ()
    """How claims were rated, or rated anew, on this page."""
    original: bool = False
    """Whether the text that the article prints was published or spoken."""
    published: bool = False
    """Whether the article was published."""
    corrected: bool = False
    """Whether the article was corrected."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something in a lane."""

    position: float
    """Its moment's place, in per cent."""
    y: int
    """Its middle, in pixels from the top of the drawing."""
    shape: Shape | None = None
    """A badge's; a source has none."""
    tone: Tone = "plain"
    """A badge's."""
    more: int = 0
    """Of how many things this takes the place that have no room."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What is drawn of one kind."""

    name: LaneName
    """The kind."""
    name_y: int
    """The base line of its name, in pixels from the top."""
    y: int
    """The line on which its marks are piled up, in pixels from the top."""
    marks: tuple[Mark, ...]
    """By moment, each pile from below."""
    spans: tuple[tuple[float, float], ...]
    """In per cent: from where to where a date may be that is known in part."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """An article's dates."""

    moments: tuple[Moment, ...]
    """In order, each date once; at least two."""
    cuts: tuple[Cut, ...]
    """In order."""
    narrow: tuple[Label, ...]
    """Labels for an axis of `NARROW` pixels or more, in order."""
    wide: tuple[Label, ...]
    """Labels for an axis of `WIDE` pixels or more, in order."""
    lanes: tuple[Lane, ...]
    """What is drawn, from above; only kinds of which there is something."""
    axis: int
    """The line below the lanes, in pixels from the top."""
    height: int
    """Of the drawing, in pixels, with a line of labels below the axis."""

    @property
    def shapes(self) -> Mapping[Shape, str]:
        """The badges' shapes that it shows, by name: each as an SVG path in a square of 16."""
        shown = {mark.shape for lane in self.lanes for mark in lane.marks if mark.shape}
        return {shape: PATHS[shape] for shape in sorted(shown)}


def timeline(article: Article, write: Callable[[PartialDate], str]) -> Timeline | None:
    """Give an article's timeline; None if fewer than three things or two dates are known.

    Things are claims, sources, ratings and the original text; that the article itself was
    published or corrected is shown, but does not count. `write` writes a date in the language.
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
            place_day(last_day(date), positions),
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
    return Timeline(
        moments,
        cuts,
        choose_labels(positions, weights, write, NARROW, finer=0),
        choose_labels(positions, weights, write, WIDE, finer=1),
        lanes,
        axis,
        axis + _LABELS,
    )


def _by_date(pairs: Iterable[tuple[PartialDate | None, _T]]) -> Mapping[PartialDate, list[_T]]:
    """What has a date, by that."""
    groups: defaultdict[PartialDate, list[_T]] = defaultdict(list)
    for date, each in pairs:
        if date:
            groups[date].append(each)
    return groups


def _rated(ratings: Iterable[tuple[Rating | None, Rating, ClaimView]]) -> tuple[Rated, ...]:
    groups = grouped(ratings, lambda each: each[:2])
    return tuple(
        Rated(was, now, tuple(claim for _, _, claim in group))
        for (was, now), group in groups.items()
    )


def _ratings(claim: ClaimView) -> Iterable[tuple[PartialDate, Rating | None, Rating]]:
    """Give each time that a claim's rating became another: the date, and the two ratings.

    The day from which the present rating holds is not said; it is the one on which the claim was
    last looked at, as far as anybody can tell.
    """
    was: Rating | None = None
    known: PartialDate | None = None
    for earlier in claim.history:
        if earlier.date and _differ(was, earlier.rating):
            yield earlier.date, was, earlier.rating
        was, known = earlier.rating, earlier.date or known
    if claim.checked and _differ(was, claim.rating) and (known is None or claim.checked >= known):
        yield claim.checked, was, claim.rating


def _differ(was: Rating | None, now: Rating) -> bool:
    """Whether a rating is news. That something is not rated is none, unless it was before."""
    return now.checked if was is None else was.id != now.id


def _lanes(moments: Sequence[Moment]) -> tuple[tuple[Lane, ...], int]:
    """Pile up what there is of each kind; give also where the axis runs."""
    piles_of: dict[LaneName, list[list[Rating | None]]] = {
        "claimed": [[*sorted((c.rating for c in m.claims), key=by_value)] for m in moments],
        "published": [[None] * len(m.sources) for m in moments],
        "rated": [[rated.now for rated in m.rated] for m in moments],
    }
    lanes: list[Lane] = []
    y = 0
    for name, piles in piles_of.items():
        highest = min(max(map(len, piles)), _PILE)
        if not highest:
            continue
        step = _DOT if name == "published" else _BADGE
        base = y + _NAME + highest * step
        filled = [(m, pile) for m, pile in zip(moments, piles, strict=True) if pile]
        marks = tuple(mark for m, pile in filled for mark in _marks(m.position, pile, base, step))
        spans = tuple((m.position, m.until) for m, _ in filled if m.until > m.position)
        lanes.append(Lane(name, y + _NAME - 8, base, marks, spans))
        y = base
    return tuple(lanes), y + _NAME // 2


def _marks(position: float, pile: Sequence[Rating | None], base: int, step: int) -> Iterator[Mark]:
    """As many marks as a pile has room for; the last says how many there are more."""
    for number, rating in enumerate(pile[:_PILE]):
        y = base - number * step - step // 2 - 3
        if number == _PILE - 1 and len(pile) > _PILE:
            yield Mark(position, y, more=len(pile) - number)
        else:
            yield Mark(position, y, rating.shape, rating.tone) if rating else Mark(position, y)


def by_value(rating: Rating) -> tuple[bool, float, str]:
    """A key to sort ratings: the highest value first, those without a number last."""
    return rating.value is None, -(rating.value or 0), rating.id


# --- the axis ------------------------------------------------------------------------------------

_LONG = 12
"""How many times the median stretch a stretch must last to be cut. Where dates lie a day apart,
two weeks are; where they lie a year apart, twelve years are."""
_CUT = 9.0
"""The least room of a cut, in per cent of the axis; less only where there are many."""
_CUTS = 45.0
"""The room of all cuts together, at most."""
_NEAR = 4.5
"""The least distance of marks: about 13 pixels on the narrowest axis, or less if there are many."""
_LETTER = 7.2
"""The width of a letter in pixels: a wide one of a sans serif face at 11 pixels."""
_BETWEEN = 10
"""The least room between two labels, in pixels."""

Anchor: TypeAlias = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Cut:
    """A long stretch without a date, which the axis leaves out."""

    position: float
    """The middle of the gap, in per cent."""
    after: PartialDate
    """The date before it."""
    before: PartialDate
    """The date behind it."""


@dataclass(frozen=True, slots=True)
class Label:
    """A date written at the axis."""

    text: str
    """A year, a month or a day, as the language writes it."""
    position: float
    """Of its moment, in per cent."""
    anchor: Anchor
    """Which part of the text is at that place."""


def first_day(date: PartialDate) -> int:
    """The first day that a date may mean, counted from 1 January of the year 1."""
    year, month, day = (*date.parts, 1, 1)[:3]
    return datetime.date(max(year, 1), month, day).toordinal()


def last_day(date: PartialDate) -> int:
    """The last day that a date may mean, counted alike."""
    if len(date.parts) == 3:
        return first_day(date)
    year, month = (*date.parts, 12)[:2]
    year = max(year, 1)
    return datetime.date(year, month, calendar.monthrange(year, month)[1]).toordinal()


def place_dates(
    dates: Sequence[PartialDate],
) -> tuple[Mapping[PartialDate, float], tuple[Cut, ...]]:
    """Give each of the dates, which are in order, its place; and the cuts between them."""
    steps = [(a, b, first_day(b) - first_day(a)) for a, b in pairwise(dates)]
    lengths = sorted(days for _, _, days in steps if days)
    long = _LONG * lengths[(len(lengths) - 1) // 2]
    count = sum(days > long for days in lengths)
    space = min(max(_CUT, 100 / len(lengths)), _CUTS / count) if count else 0.0
    rest = 100 - space * count
    least = min(_NEAR, 0.6 * rest / (len(lengths) - count))
    by_day = (rest - least * (len(lengths) - count)) / sum(d for d in lengths if d <= long)
    positions = {dates[0]: 0.0}
    cuts: list[Cut] = []
    place = 0.0
    for before, date, days in steps:
        if days > long:
            cuts.append(Cut(round(place + space / 2, 2), before, date))
            place += space
        elif days:
            place += least + days * by_day
        positions[date] = min(round(place, 2), 100.0)
    return positions, tuple(cuts)


def place_day(day: int, positions: Mapping[PartialDate, float]) -> float:
    """Where a day lies between those of the dates; at the end if it lies behind them.

    A day in a stretch that is cut lies in its middle at most.
    """
    for before, after in pairwise(positions):
        first, last = first_day(before), first_day(after)
        if first <= day < last:
            share = (day - first) / (last - first)
            return round(positions[before] + share * (positions[after] - positions[before]), 2)
    return max(positions.values())


def width(text: str) -> float:
    """How wide a label is at most, in pixels."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return _LETTER * len(text) + 11 * 0.45 * wide


def span(label: Label, axis: float) -> tuple[float, float]:
    """Where a label begins and ends on an axis of so many pixels."""
    place, wide = label.position / 100 * axis, width(label.text)
    start = {"start": place, "middle": place - wide / 2, "end": place - wide}[label.anchor]
    return start, start + wide


def choose_labels(
    positions: Mapping[PartialDate, float],
    weights: Mapping[PartialDate, int],
    write: Callable[[PartialDate], str],
    axis: float,
    *,
    finer: int,
) -> tuple[Label, ...]:
    """Choose labels for an axis of `axis` pixels: the ends, then the busiest dates that fit.

    `positions` are in order; `weights`: how much there is at each date. `write` writes a date in
    the language. Dates are written as coarsely as tells first and last apart (year, month or day),
    or by `finer` steps more.
    """
    dates = list(positions)
    first, last = dates[0], dates[-1]
    level = 1
    while level < 3 and first.split("-")[:level] == last.split("-")[:level]:
        level += 1
    level = min(level + finer, 3)
    named: dict[str, PartialDate] = {}
    for date in dates:  # a year or a month is named where it begins
        named.setdefault(_rounded(date, level), date)
    by_weight = sorted(named.values(), key=lambda date: -weights[date])
    chosen: list[Label] = []
    for date in (first, last, *by_weight):
        label = _label(write(PartialDate(_rounded(date, level))), positions[date], axis)
        start, end = span(label, axis)
        inside = start >= 0 and end <= axis
        shown = any(label.text == other.text for other in chosen)
        if not shown and inside and all(_apart((start, end), span(o, axis)) for o in chosen):
            chosen.append(label)
    return tuple(sorted(chosen, key=lambda label: label.position))


def _rounded(date: PartialDate, level: int) -> str:
    return "-".join(date.split("-")[:level])


def _label(text: str, position: float, axis: float) -> Label:
    """A label in the middle over its place, or beside it where the axis ends."""
    half = width(text) / 2
    place = position / 100 * axis
    if place < half:
        return Label(text, position, "start")
    return Label(text, position, "end" if place > axis - half else "middle")


def _apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] >= other[1] + _BETWEEN or other[0] >= one[1] + _BETWEEN
