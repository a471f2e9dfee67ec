"""Say which words of an old text are which words of a new one.

The diff first pairs what is certain, and then looks between: the common start and end; three words
in a row that both texts have once (patience diff); between these, the longest common subsequence.
Equal words that stand alone between changes are chance, and are dropped. Passages that moved are
found last, among the words that remain.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import TypeVar

from rapidfuzz.distance import Indel

from explainer.reanchor.words import Weights, sums
from explainer.support.values import dataclass

T = TypeVar("T", bound=Hashable)

_TRIPLE = 3
"""Words in a row that anchor the diff. Single words pair unrelated sentences; longer runs are rare
in edited text."""
_MOST_CELLS = 30_000_000
"""The largest table for a longest common subsequence: its old words times its new words. At 1 bit a
cell, this is 4 MB. What is larger has no three words in common, and counts as replaced."""
LIGHT = 3.0
"""Runs of equal words that weigh less may be chance."""
_CHANCE = 0.6
"""A light run is chance if it weighs at most this share of the changes before it, and of those
after it. At 1, chance runs remain beside changes of their size; far below, true ones are lost."""
MOVED = 6
"""Words in a row that show that a passage has moved. Fewer are phrases that texts repeat."""
_MOVED_WEIGHT = 2.5
"""What the words of such a run must weigh."""
_SEAM = 40
"""Changed words between two pieces of a passage that moved as a whole."""


@dataclass(frozen=True, slots=True)
class Run:
    """Equal words: those from `old` on are those from `new` on."""

    old: int
    new: int
    length: int


def diff(old: Sequence[str], new: Sequence[str], weights: Weights) -> list[Run]:
    """Return the runs of equal words, in order; then those that have moved."""
    runs = _joined(_in_order(old, new))
    runs = without_chance(runs, weights.each(old), weights.each(new))
    return runs + _moves(runs, old, new, weights)


def _in_order(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """Yield equal runs that have the same order in both texts."""
    least = min(len(old), len(new))
    head = next((i for i in range(least) if old[i] != new[i]), least)
    least -= head
    tail = next((i for i in range(least) if old[-1 - i] != new[-1 - i]), least)
    if head:
        yield Run(0, 0, head)
    old_end, new_end = len(old) - tail, len(new) - tail
    at, to = head, head
    for i, j in _unique_pairs(_triples(old[head:old_end]), _triples(new[head:new_end])):
        i, j = i + head, j + head
        if i < at or j < to:
            continue  # within the run before
        first, second = i, j
        while first > at and second > to and old[first - 1] == new[second - 1]:
            first, second = first - 1, second - 1
        yield from _common(old, new, (at, first), (to, second))
        at, to = i + _TRIPLE, j + _TRIPLE
        while at < old_end and to < new_end and old[at] == new[to]:
            at, to = at + 1, to + 1
        yield Run(first, second, at - first)
    yield from _common(old, new, (at, old_end), (to, new_end))
    if tail:
        yield Run(old_end, new_end, tail)


def _triples(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    return zip(words, words[1:], words[2:], strict=False)


def _unique_pairs(old: Iterable[T], new: Iterable[T]) -> list[tuple[int, int]]:
    """Return the positions of what both have once: the longest series that is in order in both."""
    there = _once(new)
    pairs = [(i, j) for item, i in _once(old).items() if (j := there.get(item)) is not None]
    ends: list[int] = []  # by length: the least new position at which a series ends
    last: list[int] = []  # by length: the index of that pair
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        length = len(ends) if not ends or ends[-1] < j else bisect_left(ends, j)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [index]
    series = []
    index = last[-1] if last else -1
    while index >= 0:
        series.append(pairs[index])
        index = before[index]
    return series[::-1]


def _once(items: Iterable[T]) -> dict[T, int]:
    """Return the positions of what occurs once, in order."""
    seen: dict[T, int] = {}
    for i, item in enumerate(items):
        if seen.setdefault(item, i) != i:
            seen[item] = -1
    return {item: i for item, i in seen.items() if i >= 0}


def _common(
    old: Sequence[str], new: Sequence[str], here: tuple[int, int], there: tuple[int, int]
) -> Iterator[Run]:
    """Yield the longest common subsequence of two pieces."""
    (start, end), (first, last) = here, there
    if not 0 < (end - start) * (last - first) <= _MOST_CELLS:
        return
    for run in equal_runs(old[start:end], new[first:last]):
        yield Run(start + run.old, first + run.new, run.length)


def _joined(runs: Iterator[Run]) -> list[Run]:
    """Join runs that touch in both texts."""
    joined: list[Run] = []
    for run in runs:
        if joined:
            last = joined[-1]
            if (last.old + last.length, last.new + last.length) == (run.old, run.new):
                joined[-1] = Run(last.old, last.new, last.length + run.length)
                continue
        joined.append(run)
    return joined


def without_chance(runs: Sequence[Run], old: Sequence[float], new: Sequence[float]) -> list[Run]:
    """Drop the runs that are lighter than the changes on both sides of them.

    `old` and `new` are what each word counts. A drop makes the changes there heavier, so earlier
    runs are looked at again.
    """
    before, after = sums(old), sums(new)
    kept: list[Run] = []

    def changed(one: Run | None, other: Run | None) -> float:
        i, j = (one.old + one.length, one.new + one.length) if one else (0, 0)
        k, m = (other.old, other.new) if other else (len(old), len(new))
        return max(before[k] - before[i], after[m] - after[j])

    def is_chance(left: Run | None, run: Run, right: Run | None) -> bool:
        weight = before[run.old + run.length] - before[run.old]
        return (
            weight < LIGHT
            and weight <= _CHANCE * changed(left, run)
            and weight <= _CHANCE * changed(run, right)
        )

    for n, run in enumerate(runs, 1):
        following = runs[n] if n < len(runs) else None
        if is_chance(kept[-1] if kept else None, run, following):
            while kept and is_chance(kept[-2] if len(kept) > 1 else None, kept[-1], following):
                kept.pop()
        else:
            kept.append(run)
    return kept


# --- passages that moved -------------------------------------------------------------------------


def _moves(
    runs: Sequence[Run], old: Sequence[str], new: Sequence[str], weights: Weights
) -> list[Run]:
    """Return the runs of unpaired words that both texts have once, and what is between them."""
    here: list[str | None] = list(old)  # None for a word that is paired
    there: list[str | None] = list(new)
    for run in runs:
        _pair(here, there, run)
    places = _once_free(there)
    moved: list[Run] = []
    for words, i in _once_free(here).items():
        j = places.get(words)
        if j is None or None in (here[i], there[j]) or weights.total(words) < _MOVED_WEIGHT:
            continue
        first, second, last, stop = i, j, i, j
        while first > 0 and second > 0 and here[first - 1] == there[second - 1] is not None:
            first, second = first - 1, second - 1
        while last < len(old) and stop < len(new) and here[last] == there[stop] is not None:
            last, stop = last + 1, stop + 1
        run = Run(first, second, last - first)
        _pair(here, there, run)
        moved.append(run)
    return moved + list(_seams(moved, here, there))


def _pair(here: list[str | None], there: list[str | None], run: Run) -> None:
    here[run.old : run.old + run.length] = [None] * run.length
    there[run.new : run.new + run.length] = [None] * run.length


def _once_free(words: Sequence[str | None]) -> dict[tuple[str, ...], int]:
    """Return the runs of `MOVED` unpaired words that occur once among these."""
    seen: dict[tuple[str, ...], int] = {}
    run: list[str] = []
    for end, word in enumerate(words, 1):
        if word is None:
            run = []
            continue
        run = [*run[1 - MOVED :], word]
        if len(run) == MOVED:
            item = tuple(run)
            seen[item] = -1 if item in seen else end - MOVED
    return {item: i for item, i in seen.items() if i >= 0}


def _seams(
    moved: Sequence[Run], here: Sequence[str | None], there: Sequence[str | None]
) -> Iterator[Run]:
    """Yield the equal words between pieces of a passage that moved as a whole."""
    for one, other in pairwise(sorted(moved, key=attrgetter("old"))):
        some = here[one.old + one.length : other.old]
        others = there[one.new + one.length : other.new]
        if not (0 < len(some) <= _SEAM and 0 < len(others) <= _SEAM) or None in (*some, *others):
            continue
        for run in equal_runs(some, others):
            yield Run(one.old + one.length + run.old, one.new + one.length + run.new, run.length)


def equal_runs(old: Sequence[str | None], new: Sequence[str | None]) -> Iterator[Run]:
    """Yield the runs of the longest common subsequence."""
    for step in Indel.opcodes(old, new):
        if step.tag == "equal":
            yield Run(step.src_start, step.dest_start, step.src_end - step.src_start)
