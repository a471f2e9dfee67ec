"""Dates to places on an axis, and the labels that fit beside it.

Dates of one subject crowd together and lie far apart: a speech of 1863, a week of reports in 2024.
To scale, such a week is a single dot. So a stretch is *cut* if it is long beside the others
(`_LONG` times the median): it takes a fixed space with a sign in it, whatever its length. The other
stretches share what is left by their length, but none gets so short that two marks would cover each
other (if there is space). So the order is always true, and lengths are roughly.

Labels are chosen for a width of the axis such that none touches another by a careful estimate of
how wide it is.
"""

from __future__ import annotations

import calendar
import datetime
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

from explainer.model.scalars import PartialDate

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
