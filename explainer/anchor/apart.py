"""Tell the places of a quote that occurs several times apart, with keys that authors can paste.

The time is linear in the number of places, apart from sorting: of many places, less context is
compared.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from explainer.anchor.find import Ambiguous, Match, QuotePlaces, Span, find, forms, quote_parts
from explainer.anchor.normalize import normalize_quote
from explainer.anchor.text import ReaderText
from explainer.anchor.words import WordCut, count_words, cut, may_cut
from explainer.model.annotations import Target
from explainer.support.values import dataclass

Keys: TypeAlias = dict[str, str]
"""Keys to add to a target: `prefix`, `suffix`, or both; or `section`."""

_MOST_WORDS = 12
_MOST_CHARACTERS = 40
"""A prefix or suffix is short if it has at most so many words or characters. If no short one tells
a place apart, its section may, and only then a long one."""
_MOST_CONTEXT = 2000
"""The longest prefix or suffix, in characters."""
_LEAST_CONTEXT = 200
_ALL_CONTEXTS = 4_000_000
"""How many characters are compared in total, before there is less context for each place, and how
many are searched in total for passages quoted with all of their words."""


def tell_apart(
    article: ReaderText, target: Target, places: QuotePlaces, *, sections: bool = True
) -> Iterator[Keys | None]:
    """Yield for each place of `places.pairs()` keys that only this place has, with the target's.

    These are the shortest prefix or suffix, or both; or a section; or long ones; or, for a
    `first … last` quote, all words of the passage. Prefix and suffix are cut between words. Yield
    None if there are no such keys. Without `sections`, no section is named.
    """
    given = {key: normalize_quote(getattr(target, key) or "") for key in ("prefix", "suffix")}
    if places.ends is None:
        options = _options(article, target, places)
    else:
        options = _Passages(article, target, places, places.ends).options()
    own = _own_sections(article, list(places.spans())) if sections else {}
    passages: dict[str, dict[Span, Keys]] = {}
    for i, (choices, (beginning, end)) in enumerate(zip(options, places.pairs(), strict=True)):
        short = [one for one in choices if one.is_short]
        if not short and i in own:
            yield {"section": own[i]}
        elif choices:
            keys = min(short or choices, key=_Option.cost).keys()
            # Of two keys, one may say less than the one that the target has.
            yield {key: text for key, text in keys.items() if len(text) > len(given.get(key, ""))}
        else:
            span = Span(beginning.span.start, end.span.end)
            yield _all_words(article, target, beginning.at, end.to, passages).get(span)


def _all_words(
    article: ReaderText, target: Target, start: int, end: int, known: dict[str, dict[Span, Keys]]
) -> dict[Span, Keys]:
    """Return the keys of each place of a passage if all of its words are quoted.

    Start and end are offsets in the normalized text. `known` keeps the results, by the words.
    """
    quote = article.normalized.text[start:end]
    if quote not in known:
        searched = len(known) * len(article.text)
        if quote == target.quote or len(quote) > _MOST_CONTEXT or searched > _ALL_CONTEXTS:
            return {}
        whole = replace(target, quote=quote)
        found = find(article, whole)
        known[quote] = {found: {"quote": quote}} if isinstance(found, Span) else {}
        if isinstance(found, Ambiguous):
            told = tell_apart(article, whole, found.places)
            known[quote] = {
                span: {"quote": quote} | keys
                for span, keys in zip(found.places.spans(), told, strict=True)
                if keys
            }
    return known[quote]


def ends_apart(
    article: ReaderText, target: Target, places: QuotePlaces
) -> tuple[list[Keys | None], list[Keys | None]]:
    """Return a prefix for each beginning and a suffix for each end of a `first … last` quote.

    Both together tell a place apart. There may be none beside the start or end of the article.
    """
    passages = _Passages(article, target, places, places.ends or ())
    return (
        [{side.key: side.text} if side else None for side in passages.prefixes],
        [{side.key: side.text} if side else None for side in passages.suffixes],
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """A prefix or suffix of a place."""

    key: str
    text: str
    start: int
    """Its offset in the normalized text."""
    end: int

    @property
    def words(self) -> int:
        """Its length in words, or in characters in scripts without spaces."""
        return count_words(self.text)

    @property
    def is_short(self) -> bool:
        return len(self.text) <= _MOST_CHARACTERS or self.words <= _MOST_WORDS


@dataclass(frozen=True, slots=True)
class _Option:
    """What tells a place apart."""

    sides: tuple[_Side, ...]
    """A prefix, a suffix, or both."""
    quote: str = ""
    """A longer quote; empty if the quote stays."""

    @property
    def is_short(self) -> bool:
        return all(side.is_short for side in self.sides)

    def cost(self) -> tuple[bool, int, int]:
        """Sort by the number of keys, and then by the number of words."""
        return self.quote != "", len(self.sides), sum(side.words for side in self.sides)

    def keys(self) -> Keys:
        quote = {"quote": self.quote} if self.quote else {}
        return quote | {side.key: side.text for side in self.sides}


def _options(
    article: ReaderText, target: Target, places: QuotePlaces
) -> Iterator[Sequence[_Option]]:
    """Yield the options of each place of a quote."""
    sides = _Sides(article, places.beginnings, target.inside)
    singles = [
        [_Option((one,)) for one in pair if one]
        for pair in zip(sides.single("prefix"), sides.single("suffix"), strict=True)
    ]
    if all(any(one.is_short for one in options) for options in singles):
        yield from singles
        return
    for options, both in zip(singles, sides.both(), strict=True):
        yield [*options, _Option(both)] if both else options


class _Passages:
    """The places of a `first … last` quote.

    A prefix tells the beginning apart, and a suffix the end. Beside the start or end of an article,
    there may be none; then more words are quoted.
    """

    def __init__(
        self, article: ReaderText, target: Target, places: QuotePlaces, ends: Sequence[Match]
    ) -> None:
        self.text = article.normalized.text
        self.places = places
        self.ends = ends
        self.middle_words = quote_parts(target.quote or "")[1:-1]
        unused = places.first_ends[0]  # these ends are before all beginnings
        first = _Sides(article, places.beginnings, target.inside)
        last = _Sides(article, ends[unused:], target.inside)
        self.prefixes, self.more_first = first.single("prefix"), first.single("suffix")
        none: list[_Side | None] = [None] * unused
        self.suffixes = none + last.single("suffix")
        self.more_last = none + last.single("prefix")

    def options(self) -> Iterator[Sequence[_Option]]:
        """Yield the options of each place."""
        for i, first_end in enumerate(self.places.first_ends):
            for j in range(first_end, len(self.ends)):
                prefix, suffix = self.prefixes[i], self.suffixes[j]
                options = [self._both(i, j)]
                if prefix and first_end == len(self.ends) - 1:
                    options.append(_Option((prefix,)))
                if suffix and bisect_right(self.places.first_ends, j) == 1:
                    options.append(_Option((suffix,)))
                yield [one for one in options if one]

    def _both(self, i: int, j: int) -> _Option | None:
        """Return what tells a beginning and an end apart, given their indices."""
        beginning, end = self.places.beginnings[i], self.ends[j]
        prefix, suffix = self.prefixes[i], self.suffixes[j]
        head, tail = prefix or self.more_first[i], suffix or self.more_last[j]
        sides = tuple(side for side in (prefix, suffix) if side)
        if not head or not tail:
            return None
        if prefix and suffix:
            return _Option((prefix, suffix))
        first_stop = beginning.to if prefix else head.end
        last_start = end.at if suffix else tail.start
        middle = self.places.middles[i] or (last_start, first_stop)
        if first_stop > middle[0] or middle[1] > last_start:
            return None
        first, last = self.text[beginning.at : first_stop], self.text[last_start : end.to]
        # Words with ` … ` in them would be searched for in parts.
        if " ... " in f"{first} {last}":
            return None
        return _Option(sides, " … ".join((first, *self.middle_words, last)))


def _own_sections(article: ReaderText, spans: Sequence[Span]) -> dict[int, str]:
    """Return the section of each place that is the only one in it, by the place's index."""
    starts = [span.start for span in spans]
    own: dict[int, str] = {}
    ids = Counter(section.id for section in article.sections)
    for section in article.sections:
        first, stop = bisect_left(starts, section.start), bisect_left(starts, section.end)
        # Of the few places that reach beyond a section, one may be before those within it.
        within = [i for i in range(first, min(stop, first + 4)) if spans[i].end <= section.end]
        if section.id and ids[section.id] == 1 and stop - first <= 4 and len(within) == 1:
            own[within[0]] = section.id
    return own


def reach(count: int) -> int:
    """Return how long a prefix or suffix of one of `count` places may be, in characters."""
    return min(_MOST_CONTEXT, max(_LEAST_CONTEXT, _ALL_CONTEXTS // count))


class _Sides:
    """The texts before and after several places, compared with each other."""

    def __init__(self, article: ReaderText, matches: Sequence[Match], inside: bool) -> None:
        self.article = article
        self.inside = inside
        self.text = article.normalized.text
        self.first = int(self.text.startswith(" "))
        self.last = len(self.text) - self.text.endswith(" ")
        self.reach = reach(len(matches))
        self.starts = [m.at - self.text.startswith(" ", max(0, m.at - 1)) for m in matches]
        """Where the prefixes end: white space beside a place does not count."""
        self.stops = [m.to + self.text.startswith(" ", m.to) for m in matches]
        """Where the suffixes start."""

    def single(self, key: str) -> list[_Side | None]:
        """Return for each place the shortest prefix, or suffix, that only this place has."""
        make: Callable[[int, int], _Side | None]
        if key == "prefix":
            sides, contexts, step, make = self.starts, self._before(), -1, self._prefix
        else:
            sides, contexts, step, make = self.stops, self._after(), 1, self._suffix

        def cuts_word(i: int, length: int) -> bool:
            return cut(self.article, sides[i] + step * length) is WordCut.WORD

        lengths = _telling(contexts, None if self.inside else cuts_word)
        return [make(at, n) if n else None for at, n in zip(sides, lengths, strict=True)]

    def both(self) -> list[tuple[_Side, ...]]:
        """Return for each place a prefix and a suffix that only this place has both of."""
        woven = list(map(_weave, self._before(), self._after()))
        options: list[tuple[_Side, ...]] = []
        for start, stop, length in zip(self.starts, self.stops, _telling(woven), strict=True):
            if length:
                sides = (
                    self._prefix(start, (length + 1) // 2),
                    self._suffix(stop, (length + 1) // 2),
                )
            else:  # to the ends of the article, if it is short
                sides = self._prefix(start, start), self._suffix(stop, self.last - stop)
            options.append((sides[0], sides[1]) if sides[0] and sides[1] else ())
        return options

    def _before(self) -> list[str]:
        """Return the text before each place, backwards."""
        return [self.text[max(self.first, at - self.reach) : at][::-1] for at in self.starts]

    def _after(self) -> list[str]:
        return [self.text[at : min(at + self.reach, self.last)] for at in self.stops]

    def _prefix(self, end: int, length: int) -> _Side | None:
        """Return the prefix that ends at a position, of at least a length, in whole words."""
        start, text = end - length, self.text
        while start > self.first and (text[start] == " " or not may_cut(self.article, start)):
            if end - start > self.reach:
                return None
            start -= 1
        return self._side("prefix", max(start, self.first), end)

    def _suffix(self, start: int, length: int) -> _Side | None:
        end, text = start + length, self.text
        while text[end - 1] == " " or not may_cut(self.article, end):
            if end - start > self.reach:
                return None
            end += 1
        return self._side("suffix", start, end)

    def _side(self, key: str, start: int, end: int) -> _Side | None:
        words = self.text[start:end].strip()
        # TeX in code also means the formula, which may be beside another place.
        is_clear = words and len(forms(self.article, words)) == 1
        return _Side(key, words, start, end) if is_clear and end - start <= self.reach else None


def _telling(
    texts: Sequence[str], cuts_word: Callable[[int, int], bool] | None = None
) -> list[int]:
    """Return for each text the length of the shortest start that no other text has; 0 if none.

    With `cuts_word(index, length)`, the start of another text does not count if it cuts a word.
    """
    order = sorted(range(len(texts)), key=texts.__getitem__)
    common = [_common(texts[one], texts[other]) for one, other in pairwise(order)]
    lengths = [0] * len(texts)
    for rank, i in enumerate(order):
        length = max(common[max(0, rank - 1) : rank + 1], default=0)
        if length and cuts_word and not cuts_word(i, length):
            others = _sharing(order, common, rank, length)
            if all(cuts_word(other, length) for other in others):
                lengths[i] = length
                continue
        lengths[i] = length + 1 if length < len(texts[i]) else 0
    return lengths


def _sharing(order: Sequence[int], common: Sequence[int], rank: int, length: int) -> Iterator[int]:
    """Yield the other texts that start as the one at `rank` does, those like it first."""
    after, before = rank + 1, rank - 1
    while after < len(order) and common[after - 1] >= length:
        yield order[after]
        after += 1
    while before >= 0 and common[before] >= length:
        yield order[before]
        before -= 1


def _weave(one: str, other: str) -> str:
    """Return the characters of two texts in turn, up to the end of the shorter one."""
    length = min(len(one), len(other))
    woven = [""] * (2 * length)
    woven[::2], woven[1::2] = one[:length], other[:length]
    return "".join(woven)


def _common(one: str, other: str) -> int:
    """Return the length of the common start of two texts, by bisection."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one.startswith(other[low:middle], low):
            low = middle
        else:
            high = middle - 1
    return low
