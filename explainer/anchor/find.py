"""Find the place of a target in an article, without guessing (docs/anchoring.md, "Finding").

All matches of the quote are found first. Those inside other words do not count. Then prefix,
suffix, and section exclude the wrong ones. If exactly one remains, it is the place. The search is
`str.find` on normalized text: for each annotation, it takes time linear in the length of the text,
and keeps no state.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from itertools import chain, islice
from operator import attrgetter
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import unquote

from explainer.anchor.normalize import NormalizedText, normalize_quote, plain_letters
from explainer.anchor.text import BACK_LINK, ReaderFormula, ReaderImage, ReaderText, Section
from explainer.anchor.words import WordCut, cut, grow
from explainer.model.annotations import Target
from explainer.support.patterns import later
from explainer.support.values import dataclass

_ELLIPSIS = later(r"\s(?:…|\.\.\.)\s")
_SIGN = later(rf"\[(\d+)\]|(?:\s*{BACK_LINK}\ufe0e?)+")
_MOST_INSIDE = 20
"""How many places inside other words are named, to say why a quote is lost."""
_at = attrgetter("at")
Key: TypeAlias = Literal["quote", "prefix", "suffix"]
"""A key of a target that is searched for."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The target is the whole article."""


@dataclass(frozen=True, slots=True)
class Inside:
    """A part of a target that is found inside another word."""

    key: Key
    """The key that it belongs to."""
    words: str
    """The words searched for: the quote, one end of a `first … last` quote, a prefix, or a suffix.

    Normalized, as are `whole`.
    """
    whole: str
    """The same with the cut words completed."""
    span: Span
    """Where `whole` is."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in the reader's text. Offsets count code points."""

    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    inside: tuple[Inside, ...] = field(default=(), compare=False)
    """The parts of the target that may be inside another word (`WordCut.PERHAPS`)."""


class Match(NamedTuple):
    """A place where a text occurs."""

    at: int
    """Offset of its start in the normalized text."""
    to: int
    """Offset of its end in the normalized text."""
    span: Span
    """Its place in the reader's text."""


@dataclass(frozen=True, slots=True)
class QuotePlaces:
    """All places of a target's quote, in order.

    A `first … last` quote has a place for each beginning and each end that can belong to it, which
    may be very many. They are listed only when asked for.
    """

    beginnings: tuple[Match, ...]
    """Where the quote occurs; or its first words, if an end can belong to them."""
    ends: tuple[Match, ...] | None = None
    """Where the last words of a `first … last` quote occur; None for other quotes."""
    first_ends: tuple[int, ...] = ()
    """For each beginning, the index of the first end that can belong to it."""
    middles: tuple[tuple[int, int] | None, ...] = ()
    """For each beginning, where its middle words (`first … middle … last`) start and end in the
    normalized text."""

    @property
    def count(self) -> int:
        """The number of places."""
        if self.ends is None:
            return len(self.beginnings)
        return len(self.first_ends) * len(self.ends) - sum(self.first_ends)

    def pairs(self) -> Iterator[tuple[Match, Match]]:
        """Yield the beginning and the end of each place; for most quotes, they are the same."""
        if self.ends is None:
            yield from zip(self.beginnings, self.beginnings, strict=True)
            return
        for beginning, first in zip(self.beginnings, self.first_ends, strict=True):
            for end in self.ends[first:]:
                yield beginning, end

    def spans(self) -> Iterator[Span]:
        """Yield each place."""
        for beginning, end in self.pairs():
            yield Span(beginning.span.start, end.span.end)


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The quote occurs more than once."""

    places: QuotePlaces
    """Where."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The quote is not in the article, or only where the target's other keys exclude it."""

    elsewhere: QuotePlaces
    """The places that prefix, suffix, or section exclude."""
    inside: tuple[Inside, ...] = ()
    """What would be found if it were not inside other words; the first places only."""


@dataclass(frozen=True, slots=True)
class NoSection:
    """No heading, or more than one, has the text or id that the target names."""

    candidates: tuple[Section, ...]
    """The several; empty if there is none."""


@dataclass(frozen=True, slots=True)
class NoImage:
    """No image, or more than one, has the file name that the target names."""

    candidates: tuple[ReaderImage, ...]
    """The several; empty if there is none."""


@dataclass(frozen=True, slots=True)
class NoText:
    """The target is a heading that has no text to mark, and not exactly one picture either."""

    images: tuple[ReaderImage, ...]
    """The heading's pictures."""


Place: TypeAlias = Whole | Span | ReaderImage
"""Where a target is. A span is never empty."""
Miss: TypeAlias = Ambiguous | Lost | NoSection | NoImage | NoText
"""Why a target has no place."""


def find(article: ReaderText, target: Target) -> Place | Miss:
    """Return the only place of a target, or the reason why it has none."""
    if target.image is not None:
        images = [i for i in article.images if _is_file(i.src, target.image)]
        return images[0] if len(images) == 1 else NoImage(tuple(images))
    section = None
    if target.section is not None:
        sections = _sections(article, target.section)
        if len(sections) != 1:
            return NoSection(tuple(sections))
        section = sections[0]
    if target.quote is None:
        return _heading(article, section) if section else Whole()
    search = _Search(article, target, section)
    places = search.places()
    if places.count > 1:
        return Ambiguous(places)
    if places.count == 0:
        return _lost(search)
    beginning, end = next(places.pairs())
    inside = tuple(search.inside(beginning, end, WordCut.PERHAPS)) if not target.inside else ()
    return Span(beginning.span.start, end.span.end, inside)


def _heading(article: ReaderText, section: Section) -> Place | Miss:
    """Return the place of a heading: its text or, if it has none, its picture."""
    if normalize_quote(article.text[section.start : section.title_end]):
        return Span(section.start, section.title_end)
    block = article.block_at(section.start)
    images = tuple(image for image in article.images if image.block == block)
    return images[0] if len(images) == 1 else NoText(images)


def _lost(search: _Search) -> Lost:
    """Return why a quote has no place."""
    article, target = search.article, search.target
    quote = Target(quote=target.quote, inside=target.inside)
    elsewhere = _Search(article, quote, None).places()
    if target.inside:
        return Lost(elsewhere)
    within = _Search(article, replace(target, inside=True), search.section)
    if not within.places().count and not elsewhere.count:
        within = _Search(article, replace(quote, inside=True), None)
    pairs = islice(within.places().pairs(), _MOST_INSIDE)
    return Lost(
        elsewhere, tuple(one for pair in pairs for one in within.inside(*pair, WordCut.WORD))
    )


class _Search:
    """The search for the quote of a target."""

    def __init__(self, article: ReaderText, target: Target, section: Section | None) -> None:
        assert target.quote is not None
        self.article = article
        self.target = target
        self.section = section
        self.quote = normalize_quote(target.quote)
        self.prefix = normalize_quote(target.prefix or "")
        self.suffix = normalize_quote(target.suffix or "")
        self.parts = quote_parts(target.quote)
        """The parts of a `first … last` quote."""

    def places(self) -> QuotePlaces:
        """Return every place between prefix and suffix.

        The quote is first taken literally. Only if it does not occur, ` … ` in it stands for any
        text. Words in the middle (`a … b … c`) must be in between, in this order.
        """
        literal = [m for m in self._matches(self.quote) if self._precedes(m) and self._follows(m)]
        if literal or len(self.parts) == 1 or not all(self.parts):
            return QuotePlaces(tuple(literal))
        first, *middles, last = (list(self._matches(part)) for part in self.parts)
        ends = [match for match in last if self._follows(match)]
        beginnings: list[Match] = []
        first_ends: list[int] = []
        between: list[tuple[int, int] | None] = []
        for beginning in first:
            if not self._precedes(beginning):
                continue
            reached: Match | None = beginning
            start = None
            for middle in middles:
                reached = _next(middle, reached) if reached else None
                start = reached if start is None else start
            index = bisect_left(ends, reached.to, key=_at) if reached else len(ends)
            if index == len(ends):
                break  # even less text follows the later beginnings
            beginnings.append(beginning)
            first_ends.append(index)
            between.append((start.at, reached.to) if start and reached else None)
        return QuotePlaces(tuple(beginnings), tuple(ends), tuple(first_ends), tuple(between))

    def inside(self, beginning: Match, end: Match, least: WordCut) -> Iterator[Inside]:
        """Yield the parts of the target that cut words at a place, if they cut at least `least`."""
        pieces: list[tuple[Key, int, int]] = []
        if self.prefix and (outer := self._prefix_start(beginning)) is not None:
            pieces.append(("prefix", outer, beginning.at))
        pieces.append(("quote", beginning.at, beginning.to))
        if end is not beginning:
            for part in self.parts[1:-1]:
                middle = _next(list(self._matches(part)), Match(*pieces[-1][1:], end.span))
                pieces += [("quote", middle.at, middle.to)] if middle else []
            pieces.append(("quote", end.at, end.to))
        if self.suffix and (outer := self._suffix_end(end)) is not None:
            pieces.append(("suffix", end.to, outer))
        text, raw = self.article.normalized.text, self.article.normalized.raw
        for key, at, to in pieces:
            cuts = (
                key != "suffix" and cut(self.article, at) >= least,
                key != "prefix" and cut(self.article, to) >= least,
            )
            if any(cuts):
                start, stop = grow(self.article, at, to, least)
                start, stop = start if cuts[0] else at, stop if cuts[1] else to
                yield Inside(
                    key, text[at:to].strip(), text[start:stop].strip(), Span(*raw(start, stop))
                )

    def _matches(self, normalized: str) -> Iterator[Match]:
        """Yield the places of a text in the section, without those inside other words."""
        for match in occurrences(self.article, normalized, inside=self.target.inside):
            if self.section is None or (
                self.section.start <= match.span.start and match.span.end <= self.section.end
            ):
                yield match

    def _precedes(self, match: Match) -> bool:
        """Whether the prefix is directly before a match, white space aside."""
        if not self.prefix:
            return True
        start = self._prefix_start(match)
        return start is not None and (
            self.target.inside or cut(self.article, start) is not WordCut.WORD
        )

    def _follows(self, match: Match) -> bool:
        """Whether the suffix is directly after a match, white space aside."""
        if not self.suffix:
            return True
        end = self._suffix_end(match)
        return end is not None and (
            self.target.inside or cut(self.article, end) is not WordCut.WORD
        )

    def _prefix_start(self, match: Match) -> int | None:
        """Return where the prefix before a match starts; None if it is not there."""
        for text, words, end in self._readings(self.prefix, match.at, match.span.start):
            start = end - (end > 0 and text.text[end - 1] == " ") - len(words)
            if start >= 0 and text.text.startswith(words, start):
                return self.article.normalized.position(text.raw(start, start + 1)[0])
        return None

    def _suffix_end(self, match: Match) -> int | None:
        """Return where the suffix after a match ends; None if it is not there."""
        for text, words, start in self._readings(self.suffix, match.to, match.span.end):
            start += text.text.startswith(" ", start)
            if text.text.startswith(words, start):
                end = start + len(words)
                return self.article.normalized.position(text.raw(end - 1, end)[1])
        return None

    def _readings(
        self, context: str, at: int, raw: int
    ) -> Iterator[tuple[NormalizedText, str, int]]:
        """Yield a text, a prefix or suffix, and the offset beside which it may be.

        If it may have footnote signs, one beside the quote may have been copied with either.
        """
        for form in forms(self.article, context):
            yield self.article.normalized, form, at
            if may_have_signs(self.article, form):
                copied, words = self.article.copied, with_signs(form)
                yield copied, words, copied.position(raw)
                yield copied, words, copied.position(raw, before_inserted=True)


def quote_parts(quote: str) -> tuple[str, ...]:
    """Return the parts of a `first … last` quote, normalized; of another quote, all of it."""
    return tuple(map(normalize_quote, _ELLIPSIS.split(quote)))


def _next(matches: Sequence[Match], before: Match) -> Match | None:
    """Return the first match after another one."""
    index = bisect_left(matches, before.to, key=_at)
    return matches[index] if index < len(matches) else None


def occurrences(article: ReaderText, normalized: str, *, inside: bool = False) -> Iterator[Match]:
    """Return every place of a normalized text, overlapping ones included.

    Skip places inside other words, unless `inside` is true, and places that would cut what readers
    see as one character (an emoji, an accented letter), or a formula. Footnote signs in the text
    are ignored where the article has them. A formula may be in the text as TeX between dollar
    signs, or as a browser copies it.
    """
    places: list[Iterator[Match]] = []
    for form in forms(article, normalized):
        places.append(_occurrences(article, article.normalized, form, inside))
        if may_have_signs(article, form):
            places.append(_occurrences(article, article.copied, with_signs(form), inside))
        if article.formulas:
            places.append(_copied_formulas(article, form, inside))
    return places[0] if len(places) == 1 else iter(sorted({*chain(*places)}))


def may_have_signs(article: ReaderText, *texts: str) -> bool:
    """Return whether texts may have been copied from the article's page with footnote signs."""
    return bool(article.footnote_signs) and any(_SIGN.search(text) for text in texts)


def with_signs(text: str) -> str:
    """Return a text with the footnote signs that it may have in the form of `ReaderText`'s.

    Pages show numbers in the digits of their language, and one or more back links after a space or
    none.
    """
    return _SIGN.sub(lambda sign: f"[{int(sign[1])}]" if sign[1] else f" {BACK_LINK}", text).strip()


def _occurrences(
    article: ReaderText, text: NormalizedText, normalized: str, inside: bool
) -> Iterator[Match]:
    raw, position = article.text, article.normalized.position
    before = None
    found = text.text.find(normalized) if normalized else -1
    while found >= 0:
        start, end = text.raw(found, found + len(normalized))
        found = text.text.find(normalized, found + 1)
        while start < end and raw[start].isspace():  # of a footnote sign, or of guillemets
            start += 1
        while start < end and raw[end - 1].isspace():
            end -= 1
        while end < len(raw) and "\ufe00" <= raw[end] <= "\ufe0f":
            end += 1  # a variation selector belongs to the character before it
        # A raw `…` is three dots when normalized, so several matches may be one raw place.
        if start >= end or (start, end) == before:
            continue
        if article.splits(start) or article.splits(end):
            continue
        at, to = position(start), position(end)
        if inside or WordCut.WORD not in (cut(article, at), cut(article, to)):
            before = start, end
            yield Match(at, to, Span(start, end))


_TEX = later(r"\$\$?((?:[^$\\]|\\.)++)\$\$?")


def forms(article: ReaderText, normalized: str) -> tuple[str, ...]:
    """Return a text, and if the article's formulas are in it as `$x^2$`, as readers see them.

    Both can be in the article: in code, TeX is text.
    """
    if "$" not in normalized or not article.formulas:
        return (normalized,)
    shown = _TEX.sub(lambda tex: article.by_tex.get(tex[1].replace(" ", ""), tex[0]), normalized)
    return (normalized,) if shown == normalized else (normalized, shown.strip())


def _copied_formulas(article: ReaderText, normalized: str, inside: bool) -> Iterator[Match]:
    """Yield the places of a text that a browser copied, with each part of a formula in a line.

    Outside formulas, its spaces must be those of the article.
    """
    kept = article.normalized.squeezed[1]
    spaces = _spaces(normalized)
    for found, length in _squeezed(article, normalized):
        at, to = kept[found], kept[found + length - 1] + 1
        start, end = article.normalized.raw(at, to)
        if article.splits(start) or article.splits(end):
            continue
        differing = spaces ^ _spaces(article.normalized.text[at:to])
        if not all(
            _beside_formula(article, kept[found + i - 1], kept[found + i]) for i in differing
        ):
            continue
        if inside or WordCut.WORD not in (cut(article, at), cut(article, to)):
            yield Match(at, to, Span(start, end))


def cut_formula(article: ReaderText, quote: str) -> ReaderFormula | None:
    """Return the first formula in which a quote begins or ends; None if there is none."""
    kept = article.normalized.squeezed[1]
    for found, length in _squeezed(article, normalize_quote(quote)) if article.formulas else ():
        at, to = kept[found], kept[found + length - 1] + 1
        if formula := article.cut_formula(*article.normalized.raw(at, to)):
            return formula
    return None


def _squeezed(article: ReaderText, normalized: str) -> Iterator[tuple[int, int]]:
    """Yield the offset and length of each place of a text in `ReaderText.plain`."""
    words = plain_letters(normalized).replace(" ", "")
    found = article.plain.find(words) if words else -1
    while found >= 0:
        yield found, len(words)
        found = article.plain.find(words, found + 1)


def _spaces(text: str) -> set[int]:
    """Return how many other characters are before each space."""
    return {space.start() - i for i, space in enumerate(re.finditer(" ", text))}


def _beside_formula(article: ReaderText, before: int, after: int) -> bool:
    """Whether one of two characters of the normalized text belongs to a formula."""
    starts = (article.normalized.raw(each, each + 1)[0] for each in (before, after))
    return any(map(article.formula_at, starts))


def _sections(reader: ReaderText, name: str) -> list[Section]:
    by_id = [s for s in reader.sections if s.id == name.removeprefix("#")]
    if by_id:
        return by_id
    title = normalize_quote(name)
    return [s for s in reader.sections if normalize_quote(s.title) == title]


def _is_file(src: str, name: str) -> bool:
    path = unquote(src.split("?")[0].split("#")[0]).removeprefix("./")
    name = name.removeprefix("./")
    return path == name or path.endswith("/" + name)
