"""Read a reader's text as words, and say how much each of them counts.

All positions are indexes of words, unless they are called offsets; these are offsets in the
normalized text of `anchor`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate

from explainer.anchor.find import Span
from explainer.anchor.text import ReaderText
from explainer.anchor.words import UNSPACED
from explainer.support.values import dataclass

_LETTERS = "".join(f"{chr(first)}-{chr(last)}" for first, last in UNSPACED)
_LETTER = rf"[^\W{_LETTERS}]"
_LONG_WORD = rf"{_LETTER}+(?:[\u064b-\u065f\u0670]+{_LETTER}*)*"
_WORD = re.compile(
    rf"\d+(?:[.,:٫٬]\d+)*{_LETTER}*|{_LONG_WORD}(?:'{_LONG_WORD})*|[^\w\s]|[{_LETTERS}]"
)
"""A number; a word, with its apostrophes and the vowel signs of Arabic; a sign; a character of a
script without spaces."""
_SENTENCE_END = re.compile(r"[.!?؟][\"')\]]*\s+(?=\S)|[。！？]")

COMMON_WORD = 0.4
"""What a common word counts, where others count 1. If it were 1, two passages would be alike
because both have `of the` in them; at 0, short quotes of common words would have no weight at all.
Signs count nothing: a rewritten sentence has the same commas."""
_COMMON = 150
"""A word is common if it occurs more often than once in so many words of the text, and has few
letters. This needs no word list, and so it works in every language."""
_SHORT = 4
_FEW = 3
"""Words that occur at most so often are never common, however short the text."""


@dataclass(frozen=True)
class WordText:
    """A reader's text, as words."""

    reader: ReaderText
    words: tuple[str, ...]
    """The words, as normalized."""
    starts: tuple[int, ...]
    """The offset of each word."""
    ends: tuple[int, ...]
    """The offset of each word's end."""

    def word_range(self, span: Span) -> range:
        """Return the words that a place of the reader's text touches."""
        position = self.reader.normalized.position
        first = bisect_right(self.ends, position(span.start))
        return range(first, max(first, bisect_left(self.starts, position(span.end))))

    def span(self, words: range) -> Span:
        """Return the place of one or more words in the reader's text."""
        return Span(*self.reader.normalized.raw(self.starts[words[0]], self.ends[words[-1]]))

    def text(self, words: range) -> str:
        """Return the text from the first of the words to the last, normalized."""
        text = self.reader.normalized.text
        return text[self.starts[words[0]] : self.ends[words[-1]]] if words else ""

    @cached_property
    def sentence_starts(self) -> tuple[int, ...]:
        """The index of each sentence's first word. Blocks begin a sentence, too."""
        normalized = self.reader.normalized
        text = normalized.text
        offsets = {normalized.position(block.start) for block in self.reader.blocks}
        for end in _SENTENCE_END.finditer(text):
            if not text[end.end() : end.end() + 1].islower():
                offsets.add(end.end())
        return tuple(sorted({bisect_left(self.starts, offset) for offset in offsets} | {0}))

    def sentences(self, words: range) -> range:
        """Return the words of the sentences that a piece of the text touches."""
        starts = self.sentence_starts
        first = starts[bisect_right(starts, words.start) - 1]
        after = bisect_left(starts, words.stop)
        return range(first, starts[after] if after < len(starts) else len(self.words))

    @cached_property
    def heading_words(self) -> frozenset[int]:
        """The words of headings, in which capital letters do not mean names."""
        return frozenset(
            word
            for section in self.reader.sections
            for word in self.word_range(Span(section.start, section.title_end))
        )

    @cached_property
    def initial_words(self) -> frozenset[int]:
        """The first words of sentences."""
        return frozenset(self.sentence_starts)

    @cached_property
    def names(self) -> frozenset[str]:
        """Words with a capital letter within a sentence, outside headings."""
        skipped = self.initial_words | self.heading_words
        return frozenset(
            word
            for i, word in enumerate(self.words)
            if word[0].isupper() and i not in skipped and self.words[i - 1].isalnum()
        )


def read_words(reader: ReaderText) -> WordText:
    """Split a reader's text into words."""
    text = reader.normalized.text
    spans = [match.span() for match in _WORD.finditer(text)]
    words = tuple(text[start:end] for start, end in spans)
    starts, ends = zip(*spans, strict=True) if spans else ((), ())
    return WordText(reader, words, starts, ends)


class Weights:
    """How much each word of a pair of texts counts."""

    def __init__(self, old: WordText, new: WordText) -> None:
        counts = Counter(old.words)
        counts.update(new.words)
        many = max(2 * _FEW, (len(old.words) + len(new.words)) // _COMMON)
        self._weights = {
            word: 0.0
            if not word[0].isalnum()
            else COMMON_WORD
            if len(word) <= _SHORT and word.islower() and (len(word) < 3 or counts[word] > many)
            else 1.0
            for word in counts
        }

    def of(self, word: str) -> float:
        """Return what a word counts."""
        return self._weights[word]

    def total(self, words: Iterable[str]) -> float:
        """Return what words count together."""
        return sum(map(self._weights.__getitem__, words))

    def sums(self, words: Iterable[str]) -> list[float]:
        """Return what the words before each index count together."""
        return list(accumulate(map(self._weights.__getitem__, words), initial=0.0))
