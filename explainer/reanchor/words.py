"""Read a reader's text as words, and say how much each of them counts.

All positions are indexes of words, unless they are called offsets; these are offsets in the
normalized text of `anchor`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from itertools import accumulate

from explainer.anchor.find import Span
from explainer.anchor.text import ReaderText
from explainer.anchor.words import UNSPACED_LETTERS
from explainer.support.values import dataclass

_VOWEL_SIGNS = "\u064b-\u065f\u0670"
_SENTENCE_END = re.compile(r"[.!?؟。！？](?:(?<=[。！？])|[\"')\]]*\s+(?=\S))")

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
    def places(self) -> Mapping[str, Sequence[int]]:
        """Where each word is."""
        places: dict[str, list[int]] = defaultdict(list)
        for i, word in enumerate(self.words):
            places[word].append(i)
        return places

    def has_name(self, word: str) -> bool:
        """Whether a word stands with a capital letter within a sentence, outside headings."""
        skipped = self.initial_words, self.heading_words
        return word[0].isupper() and any(
            self.words[i - 1].isalnum() and all(i not in each for each in skipped)
            for i in self.places.get(word, ())
        )


def read_words(reader: ReaderText) -> WordText:
    """Split a reader's text into words."""
    text = reader.normalized.text
    pieces = _pattern(text).split(text)
    offsets = tuple(accumulate(map(len, pieces)))
    # Words are at odd indexes, and what separates them is at even ones.
    return WordText(reader, tuple(pieces[1::2]), offsets[:-1:2], offsets[1::2])


def _pattern(text: str) -> re.Pattern[str]:
    """Return what finds the words of a text, as a group; the simpler, the faster.

    A word is a number; a word, with its apostrophes and the vowel signs of Arabic; a sign; a
    character of a script without spaces.
    """
    if text.isascii():
        return _plain_pattern(re.ASCII)
    return _full_pattern() if _special().search(text) else _plain_pattern(re.UNICODE)


@cache
def _special() -> re.Pattern[str]:
    return re.compile(f"[{_VOWEL_SIGNS}{UNSPACED_LETTERS}]")


@cache
def _plain_pattern(flag: re.RegexFlag) -> re.Pattern[str]:
    return re.compile(r"(\d+(?:[.,:٫٬]\d+)*\w*|\w+(?:'\w+)*|[^\w\s])", flag)


@cache
def _full_pattern() -> re.Pattern[str]:
    letter = rf"[^\W{UNSPACED_LETTERS}]"
    word = rf"{letter}+(?:[{_VOWEL_SIGNS}]+{letter}*)*"
    return re.compile(
        rf"(\d+(?:[.,:٫٬]\d+)*{letter}*|{word}(?:'{word})*|[^\w\s]|[{UNSPACED_LETTERS}])"
    )


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

    def each(self, words: Iterable[str]) -> Sequence[float]:
        """Return what each word counts."""
        return tuple(map(self._weights.__getitem__, words))

    def total(self, words: Iterable[str]) -> float:
        """Return what words count together."""
        return sum(map(self._weights.__getitem__, words))


def sums(weights: Iterable[float]) -> Sequence[float]:
    """Return what the words before each index count together."""
    return tuple(accumulate(weights, initial=0.0))
