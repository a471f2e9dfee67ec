"""Find the place of a target in an article, without guessing (docs/anchoring.md, "Finding").

All matches of the quote are found first. Then prefix, suffix, and section exclude the wrong ones.
If exactly one remains, it is the place. The search is `str.find` on normalized text: for each
annotation, it takes time linear in the length of the text, and keeps no state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias
from urllib.parse import unquote

from explainer.anchor.normalize import (
    NormalizedText,
    normalize,
    normalize_quote,
    splits_character,
)
from explainer.anchor.text import BACK_LINK, ReaderImage, ReaderText, Section
from explainer.model.annotations import Target

_ELLIPSIS = re.compile(r"\s(?:…|\.\.\.)\s")
_MOST_PASSAGES = 50
"""How many passages are built for one `first … last` quote. Two make it ambiguous; the others are
only listed. Without a limit, there could be as many as pairs of both ends."""
_SIGN = re.compile(rf"\[(\d+)\]|(?:\s*{BACK_LINK}\ufe0e?)+")
_NEIGHBOURHOOD = 4
"""Raw characters to search for each character of a prefix or suffix.

Normalizing shortens a text only by dropping characters, so a prefix is missed only if three of four
characters are invisible. In return, the cost of the check does not depend on the article's length.
"""


@dataclass(frozen=True, slots=True)
class Whole:
    """The target is the whole article."""


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the reader's text. Offsets count code points."""

    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The quote occurs more than once."""

    spans: tuple[Span, ...]
    """All places, in order."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The quote is not in the article, or only where the target's other keys exclude it."""

    elsewhere: tuple[Span, ...]
    """The places that prefix, suffix, or section exclude; empty if the quote is not there."""


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
    spans = _quoted(article, target)
    if section:
        spans = [s for s in spans if section.start <= s.start and s.end <= section.end]
    if len(spans) == 1:
        return spans[0]
    if spans:
        return Ambiguous(tuple(spans))
    return Lost(tuple(_quoted(article, Target(quote=target.quote))))


def _heading(article: ReaderText, section: Section) -> Place | Miss:
    """Return the place of a heading: its text or, if it has none, its picture."""
    if normalize_quote(article.text[section.start : section.title_end]):
        return Span(section.start, section.title_end)
    block = article.block_at(section.start)
    images = tuple(image for image in article.images if image.block == block)
    return images[0] if len(images) == 1 else NoText(images)


def _quoted(article: ReaderText, target: Target) -> list[Span]:
    """Return every place of a quote between its prefix and suffix.

    The quote is first taken literally. Only if it does not occur, ` … ` in it stands for any text.
    """
    assert target.quote is not None
    prefix = normalize_quote(target.prefix or "")
    suffix = normalize_quote(target.suffix or "")
    spans = [
        Span(start, end)
        for start, end in occurrences(article, normalize_quote(target.quote))
        if _is_between(article, start, end, prefix, suffix)
    ]
    if spans or not _ELLIPSIS.search(target.quote):
        return spans
    return _from_to(article, target.quote, prefix, suffix)


def _from_to(article: ReaderText, quote: str, prefix: str, suffix: str) -> list[Span]:
    """Return the passages from the first to the last words of a quote that contains ` … `.

    Words in the middle (`a … b … c`) must be in between, in this order. At most `_MOST_PASSAGES`
    passages are returned.
    """
    parts = [normalize_quote(part) for part in _ELLIPSIS.split(quote)]
    if not all(parts):
        return []
    places = [list(occurrences(article, part)) for part in parts]
    starts = [p for p in places[0] if _is_between(article, *p, prefix, "")]
    ends = [p for p in places[-1] if _is_between(article, *p, "", suffix)]
    spans: list[Span] = []
    for start, first_end in starts:
        reached: int | None = first_end
        for middle in places[1:-1]:
            reached = next((e for s, e in middle if reached is not None and s >= reached), None)
        if reached is None:
            break  # even less text follows the later beginnings
        for last_start, end in ends:
            if last_start >= reached:
                spans.append(Span(start, end))
                if len(spans) >= _MOST_PASSAGES:
                    return spans
    return spans


def occurrences(article: ReaderText, normalized: str) -> Iterator[tuple[int, int]]:
    """Return the raw start and end of every place of a normalized text, overlapping ones included.

    Skip places that would cut what readers see as one character (an emoji, an accented letter).
    Footnote signs in the text are ignored where the article has them.
    """
    places = _places(article.text, article.normalized, normalized)
    if may_have_signs(article, normalized):
        places = chain(places, _places(article.text, article.copied, with_signs(normalized)))
        return iter(sorted(set(places)))
    return places


def may_have_signs(article: ReaderText, *texts: str) -> bool:
    """Return whether texts may have been copied from the article's page with footnote signs."""
    return bool(article.footnote_signs) and any(_SIGN.search(text) for text in texts)


def with_signs(text: str) -> str:
    """Return a text with the footnote signs that it may have in the form of `ReaderText`'s.

    Pages show numbers in the digits of their language, and one or more back links after a space or
    none.
    """
    return _SIGN.sub(lambda sign: f"[{int(sign[1])}]" if sign[1] else f" {BACK_LINK}", text).strip()


def _places(raw: str, text: NormalizedText, normalized: str) -> Iterator[tuple[int, int]]:
    if not normalized:
        return
    before = None
    at = text.text.find(normalized)
    while at >= 0:
        start, end = text.raw(at, at + len(normalized))
        while start < end and raw[start].isspace():  # a footnote sign was before it
            start += 1
        while end < len(raw) and "\ufe00" <= raw[end] <= "\ufe0f":
            end += 1  # a variation selector belongs to the character before it
        # A raw `…` is three dots when normalized, so several matches may be one raw place.
        if (
            start < end
            and (start, end) != before
            and not (splits_character(raw, start) or splits_character(raw, end))
        ):
            before = start, end
            yield start, end
        at = text.text.find(normalized, at + 1)


def _is_between(article: ReaderText, start: int, end: int, prefix: str, suffix: str) -> bool:
    first = max(0, start - _NEIGHBOURHOOD * len(prefix) - 16)
    last = end + _NEIGHBOURHOOD * len(suffix) + 16
    befores = _readings(article, first, start, prefix)
    afters = _readings(article, end, last, suffix)
    return (not prefix or any(before.endswith(p) for p, before in befores)) and (
        not suffix or any(after.startswith(s) for s, after in afters)
    )


def _readings(article: ReaderText, start: int, end: int, context: str) -> Iterator[tuple[str, str]]:
    """Yield a prefix or suffix with the text to compare it with, without and with footnote signs.

    A sign between the quote and its context may have been copied with either.
    """
    text = article.text[start:end]
    yield context, normalize_quote(text)
    if may_have_signs(article, context):
        signs = [(at - start, sign) for at, sign in article.footnote_signs if start <= at <= end]
        inner = [(at, sign) for at, sign in signs if 0 < at < len(text)]
        for each in (signs, inner):
            yield with_signs(context), normalize(text, each).text.strip()


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
