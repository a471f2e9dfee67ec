"""Find where a passage may be in the new text: by the diff, and by the words around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from heapq import nlargest
from itertools import pairwise

from explainer.reanchor.diff import equal_runs, without_chance
from explainer.reanchor.trace import NONE, Trace
from explainer.support.values import dataclass

AROUND = 24
"""Words on both sides of a passage that vote with it: some two lines. More would outvote a short
passage that moved out of its paragraph."""
BESIDE = 8
"""Words on both sides whose survival says that a passage is where it was."""
_FREQUENT = 12
"""Words that are in so many places say too little to vote."""
_BUCKET = 8
"""Shifts that differ by less are one shift: words are inserted and deleted in between."""
_SHIFTS = 4
"""How many of the best shifts are looked at. The right one is nearly always the first."""
_TORN = 20
"""Kept words that are further apart, beyond the passage's own length, are torn apart."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where a passage may be."""

    words: Mapping[int, int]
    """The kept words: of the old text, and of the new one."""
    around: Mapping[int, int]
    """The same for the words beside the passage."""
    kept: float
    """The share of the passage that is kept, by weight."""
    context: float
    """How much of the words beside the passage is beside it still, from 0 to 1."""

    @property
    def value(self) -> float:
        """How good it is, compared with other candidates."""
        return self.kept + self.context / 2

    @property
    def there(self) -> range:
        """The new words from the first kept one to the last."""
        return range(min(self.words.values()), max(self.words.values()) + 1)

    def overlap(self, other: Candidate) -> float:
        """Return the share of the shorter of two candidates that they have in common."""
        one, two = self.there, other.there
        common = min(one.stop, two.stop) - max(one.start, two.start)
        return max(0, common) / min(len(one), len(two))


def by_diff(trace: Trace, passage: range) -> Candidate | None:
    """Return where the diff says that the words of a passage are now."""
    kept = {i: j for i in passage if (j := trace.forward[i]) != NONE}
    if not kept:
        return None
    order = sorted(kept.values())
    cuts = [n for n, (a, b) in enumerate(pairwise(order), 1) if b - a > len(passage) + _TORN]
    if cuts:
        pieces = [order[a:b] for a, b in pairwise([0, *cuts, len(order)])]
        weights = trace.new_weights
        most = set(max(pieces, key=lambda piece: sum(weights[j] for j in piece)))
        kept = {i: j for i, j in kept.items() if j in most}
    beside = range(max(0, passage.start - BESIDE), min(passage.stop + BESIDE, len(trace.forward)))
    near = range(min(kept.values()) - 2 * BESIDE, max(kept.values()) + 2 * BESIDE)
    around = {i: j for i in beside if i not in passage and (j := trace.forward[i]) in near}
    return _candidate(trace, passage, kept, around)


def by_vote(trace: Trace, passage: range) -> list[Candidate]:
    """Return where the words of a passage, and those around it, are together; the best first.

    Each word that is not frequent votes for the shifts, in words, that lead to its new places.
    """
    old, new = trace.old.words, trace.new.words
    here = range(max(0, passage.start - AROUND), min(passage.stop + AROUND, len(old)))
    found: list[Candidate] = []
    for shift in _shifts(trace, passage, here):
        first = max(0, here.start + shift - AROUND)
        there = range(first, min(here.stop + shift + AROUND, len(new)))
        if not there:
            continue
        some, others = slice(here.start, here.stop), slice(there.start, there.stop)
        runs = without_chance(
            list(equal_runs(old[some], new[others])),
            trace.old_weights[some],
            trace.new_weights[others],
        )
        pairs: dict[int, int] = {}
        for run in runs:
            i, j = here.start + run.old, there.start + run.new
            pairs.update(zip(range(i, i + run.length), range(j, j + run.length), strict=True))
        kept = {i: pairs.pop(i) for i in passage if i in pairs}
        if kept:
            found.append(_candidate(trace, passage, kept, pairs))
    found.sort(key=lambda candidate: -candidate.value)
    best: list[Candidate] = []
    for candidate in found:  # the same place, found by another shift, is no rival
        if all(set(candidate.words.values()).isdisjoint(b.words.values()) for b in best):
            best.append(candidate)
    return best


def _shifts(trace: Trace, passage: range, here: range) -> list[int]:
    """Return the shifts with the most votes."""
    votes: dict[int, float] = defaultdict(float)
    words, weights, every = trace.old.words, trace.old_weights, trace.new.places
    for i in here:
        weight, places = weights[i], every.get(words[i])
        if not weight or not places or len(places) > _FREQUENT:
            continue
        distance = max(passage.start - i, i - passage.stop + 1, 0)
        vote = weight / len(places) * (1 - distance / (2.5 * AROUND) if distance else 2)
        for j in places:
            bucket = (j - i) // _BUCKET
            votes[bucket] += vote
            votes[bucket + 1] += vote  # buckets overlap, so that no shift is cut in two
    chosen: list[int] = []
    for bucket in nlargest(3 * _SHIFTS, votes, key=votes.__getitem__):
        if all(abs(bucket - other) > 2 for other in chosen):
            chosen.append(bucket)
    return [bucket * _BUCKET for bucket in chosen[:_SHIFTS]]


def _candidate(
    trace: Trace, passage: range, kept: Mapping[int, int], around: Mapping[int, int]
) -> Candidate:
    sums, weights = trace.old_sums, trace.old_weights
    whole = sums[passage.stop] - sums[passage.start]
    share = sum(weights[i] for i in kept) / whole if whole else 1.0

    def side(words: range) -> float:
        weight = sums[words.stop] - sums[words.start] if words else 0.0
        there = sum(weights[i] for i in words if i in around)
        return there / weight if weight else 0.0

    end = len(trace.old.words)
    left = side(range(max(0, passage.start - BESIDE), passage.start))
    right = side(range(passage.stop, min(passage.stop + BESIDE, end)))
    # An insertion on one side leaves the passage where it was, so the better side counts more.
    context = 0.6 * max(left, right) + 0.4 * min(left, right)
    return Candidate(kept, around, share, context)


def extent(trace: Trace, passage: range, candidate: Candidate) -> range:
    """Return the new words of a passage: those kept, and those that replaced words at its ends.

    Words replaced the first, or last, ones of the passage if they are between the kept words and
    the neighbour's, and are not many more than those that are gone.
    """
    first, last = min(candidate.words), max(candidate.words)
    start, stop = candidate.there.start, candidate.there.stop
    before = candidate.around.get(passage.start - 1, NONE)
    if first > passage.start and NONE < before < start:
        start = before + 1 if start - before - 1 <= 2 * (first - passage.start) + 2 else start
    after = candidate.around.get(passage.stop, NONE)
    if last < passage.stop - 1 and after >= stop:
        stop = after if after - stop <= 2 * (passage.stop - 1 - last) + 2 else stop
    words = trace.new.words
    while start < stop - 1 and not words[start][0].isalnum():
        start += 1
    while stop - 1 > start and not words[stop - 1][0].isalnum():
        stop -= 1
    return range(start, stop)


def same_words(trace: Trace, passage: range) -> list[range]:
    """Return every place in the new text with exactly the words of a passage."""
    words, places = trace.new.words, trace.new.places
    wanted = trace.old.words[passage.start : passage.stop]
    if not wanted:
        return []
    rarest = min(range(len(wanted)), key=lambda n: len(places.get(wanted[n], ())))
    starts = (j - rarest for j in places.get(wanted[rarest], ()))
    return [
        range(start, start + len(wanted))
        for start in starts
        if start >= 0 and words[start : start + len(wanted)] == wanted
    ]


def longest_run(words: Mapping[int, int]) -> range:
    """Return the most kept words in a row that are in a row in the new text, too."""
    best = current = range(0)
    for i in sorted(words):
        follows = current and i == current.stop and words[i] == words[i - 1] + 1
        current = range(current.start if follows else i, i + 1)
        best = max(best, current, key=len)
    return best
