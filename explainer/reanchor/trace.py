"""Trace words from an old text to a new one, through the revisions in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property

from explainer.reanchor.diff import diff
from explainer.reanchor.words import Weights, WordText, sums
from explainer.support.values import dataclass

NONE = -1
"""The place of a word that is gone, or was not there."""


@dataclass(frozen=True)
class Trace:
    """What became of the words of an old text."""

    old: WordText
    new: WordText
    forward: Sequence[int]
    """For each old word, the new word that it is, or NONE."""
    weights: Weights
    """How much each word counts."""

    @cached_property
    def backward(self) -> Sequence[int]:
        """For each new word, the old word that it was, or NONE."""
        backward = [NONE] * len(self.new.words)
        for i, j in enumerate(self.forward):
            if j != NONE:
                backward[j] = i
        return backward

    @cached_property
    def old_weights(self) -> Sequence[float]:
        """What each old word counts."""
        return self.weights.each(self.old.words)

    @cached_property
    def new_weights(self) -> Sequence[float]:
        """What each new word counts."""
        return self.weights.each(self.new.words)

    @cached_property
    def old_sums(self) -> Sequence[float]:
        """What the old words before each index count together."""
        return sums(self.old_weights)

    def foreign(self, there: Sequence[int], here: range) -> float:
        """Return the share of new words that were old words outside `here`."""
        was = [self.backward[j] for j in there]
        return sum(i != NONE and i not in here for i in was) / len(was) if was else 0.0


def _step(old: WordText, new: WordText, weights: Weights) -> list[int]:
    """Return for each old word the new word that it is, or NONE."""
    forward = [NONE] * len(old.words)
    for run in diff(old.words, new.words, weights):
        forward[run.old : run.old + run.length] = range(run.new, run.new + run.length)
    return forward


class Revisions:
    """An article's versions, oldest first, which are read and compared when needed."""

    def __init__(self, count: int, read: Callable[[int], WordText]) -> None:
        """Take the number of versions, and a function that reads one, by its index."""
        self._read = cache(read)
        self._weights = cache(lambda old, new: Weights(self._read(old), self._read(new)))
        self._last = count - 1
        self._forward: dict[int, Sequence[int]] = {}
        self._traces: dict[int, Trace] = {}

    def since(self, version: int) -> Trace:
        """Return the trace from a version, by its index, to the last one."""
        if version not in self._traces:
            forward = self._since(version)
            old, new = self._read(version), self._read(self._last)
            weights = self._weights(version, self._last)
            self._traces[version] = Trace(old, new, forward, weights)
        return self._traces[version]

    def _since(self, version: int) -> Sequence[int]:
        if not self._forward:
            self._forward[self._last] = range(len(self._read(self._last).words))
        known = min(index for index in self._forward if index >= version)
        for index in range(known - 1, version - 1, -1):
            later = self._forward[index + 1]
            weights = self._weights(index, index + 1)
            step = _step(self._read(index), self._read(index + 1), weights)
            is_last = index + 1 == self._last
            self._forward[index] = (
                step if is_last else [NONE if j == NONE else later[j] for j in step]
            )
        return self._forward[version]
