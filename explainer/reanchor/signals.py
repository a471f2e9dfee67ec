"""Find the words of a text that must not change unnoticed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from explainer.reanchor.numbers import NumberReader
from explainer.reanchor.trace import Trace
from explainer.reanchor.word_lists import Kind, WordLists, bare
from explainer.reanchor.words import WordText
from explainer.support.values import dataclass

_OPENING = frozenset(".!?:\"'([{«„“‚‘")
"""After these, a capital letter does not mean a name."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A word that must not change unnoticed."""

    kind: Kind
    value: str
    """What is compared: `1` for `one`."""
    word: int
    """The index of the word."""


def signals(text: WordText, piece: range, lists: WordLists, trace: Trace) -> list[Signal]:
    """Return the signals in a piece of a text, in order."""
    return list(_Reader(text, piece, lists, trace).signals())


class _Reader:
    """Reads a piece of a text from left to right."""

    def __init__(self, text: WordText, piece: range, lists: WordLists, trace: Trace) -> None:
        self.text = text
        self.piece = piece
        self.lists = lists
        self.trace = trace
        self.numbers = NumberReader(text, piece, lists)

    def signals(self) -> Iterator[Signal]:
        at = self.piece.start
        while at < self.piece.stop:
            if phrase := self._phrase(at):
                kind, value, after = phrase
                yield Signal(kind, value, at)
            elif numbers := None if self._is_listed(at) else self.numbers.read(at):
                yield from (Signal("number", value, at) for value in numbers.values)
                if numbers.month:
                    yield Signal("date", numbers.month, at)
                if numbers.unit:
                    yield Signal("unit", numbers.unit, at)
                after = numbers.stop
            else:
                yield from (Signal(kind, value, at) for kind, value in self._word(at))
                after = at + 1
            at = after

    def _phrase(self, at: int) -> tuple[Kind, str, int] | None:
        """Return the kind and value of the phrase at a position, and the position after it."""
        words = self.text.words
        for kind, value, phrase in self.lists.phrases.get(bare(words[at]), ()):
            stop = at + len(phrase)
            if stop <= self.piece.stop and tuple(map(bare, words[at:stop])) == phrase:
                return kind, value, stop
        return None

    def _is_listed(self, at: int) -> bool:
        """Whether a word is no number, although it begins with a particle and ends as one."""
        return self.lists.kind_of(bare(self.text.words[at])) not in (None, "unit")

    def _word(self, at: int) -> Iterator[tuple[Kind, str]]:
        """Yield the kinds and values of a word."""
        lists, word = self.lists, self.text.words[at]
        lower = bare(word)
        if word in lists.signs:
            yield "unit", lists.signs[word]
            return
        if unicodedata.category(word[0]) == "Sc" or word in "%‰°":
            yield "unit", word
            return
        if lower in lists.before_numbers and at + 1 < self.piece.stop:
            if self.numbers.read(at + 1):
                yield "comparison", lists.before_numbers[lower]
            return
        if word in lists.capital and not self._is_initial(at):
            yield lists.capital[word]
            return
        listed = lists.listed(lower)
        if not listed and word in lists.capital:
            listed = (lists.capital[word],)
        yield from listed
        if not listed and self._is_name(word, at):
            yield "name", word.removesuffix("'s")

    def _is_initial(self, at: int) -> bool:
        return at in self.text.initial_words or at == 0 or self.text.words[at - 1] in _OPENING

    def _is_name(self, word: str, at: int) -> bool:
        lists = self.lists
        has_capitals = word[1:] != word[1:].lower()
        is_brand = word[0].islower() and word[1:2].isupper()  # iPhone, but not anIdentifier
        if not lists.names or word in lists.not_names or not (word[0].isupper() or is_brand):
            return False
        initial = self._is_initial(at)
        if lists.names == "runs" and not has_capitals:
            words = self.text.words
            return not initial and any(
                0 <= i < len(words)
                and words[i][0].isupper()
                and not (i < at and self._is_initial(i))
                for i in (at - 1, at + 1)
            )
        if initial or at in self.text.heading_words:
            return self.trace.old.has_name(word) or self.trace.new.has_name(word)
        return True
