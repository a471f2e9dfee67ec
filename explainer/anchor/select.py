"""Turn a selection of an article's text into a target that an author could have written.

The selection comes from a browser, or from an annotation of another program. As with an author's
quote, it is either placed on exactly its words or not at all. The text around the words only
decides between several places, and a position only between places that are equal in all else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from explainer.anchor import explain, find
from explainer.anchor.normalize import NormalizedText, normalize_quote, splits_character
from explainer.anchor.text import ReaderText
from explainer.model.annotations import Target

_LONG = 200
"""Quotes of more characters are written as `first words … last words`. This is easier to read, but
nobody notices a change of the words in between."""
_LONG_ACROSS = 90
"""The same for a quote across several blocks, which cannot be copied from one line."""
_END_WORDS = (4, 6, 8)
"""Words to keep at either end of a long quote: the fewest that identify the place."""
_CONTEXT = (60, 200, 600, 2000)
"""Lengths of prefix and suffix to try, in characters, if no short one identifies the place. Long
ones are ugly, but correct."""
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_INVISIBLE_START = re.compile(rf"(?:\s|{_INVISIBLE.pattern})*")


@dataclass(frozen=True, slots=True)
class ForeignQuote:
    """A quote of an article from a browser or another program. White space is ignored."""

    exact: str
    """The quoted words."""
    prefix: str = ""
    """The text directly before them."""
    suffix: str = ""
    """The text directly after them."""
    start: int | None = None
    """Their offset, in code points, in the text that the other program saw; None if unknown."""
    offset: int | None = None
    """Their offset in the article without its white space; None if unknown."""


@dataclass(frozen=True, slots=True)
class NoPlace:
    """There is no place, or it is uncertain which one."""

    why: str
    """The reason, for the author; a sentence without a full stop."""


def locate(article: ReaderText, quote: ForeignQuote, *, agreeing: int = 0) -> find.Span | NoPlace:
    """Find the only place of a foreign quote in the reader's text.

    Of several places, choose the one where the text around it has most in common with prefix and
    suffix; of those, the one nearest to `offset`; of those, the one at `start`. At any place, the
    prefix or the suffix must have at least `agreeing` characters in common with the text, not
    counting white space.
    """
    parts = (quote.exact, quote.prefix, quote.suffix)
    if find.may_have_signs(article, *parts):
        exact, prefix, suffix = map(find.with_signs, parts)
        copied = replace(quote, exact=exact, prefix=prefix, suffix=suffix)
        result = _locate(article, article.copied, copied, agreeing)
        if isinstance(result, find.Span):
            return _trimmed(article.text, result)
    return _locate(article, article.normalized, quote, agreeing)


def _locate(
    article: ReaderText, normalized: NormalizedText, quote: ForeignQuote, agreeing: int
) -> find.Span | NoPlace:
    text, kept = normalized.squeezed
    exact, before, after = (
        normalize_quote(part).replace(" ", "") for part in (quote.exact, quote.prefix, quote.suffix)
    )
    if not exact:
        return NoPlace("the quote is only white space")
    scores: dict[int, int] = {}  # by position: characters in common; -1 if too few
    at = text.find(exact)
    while at >= 0:
        end = at + len(exact)
        behind = _common(text[max(0, at - len(before)) : at][::-1], before[::-1])
        ahead = _common(text[end : end + len(after)], after)
        # Beyond the ends of the article, other programs see the page, so one side is enough.
        enough = not (before or after) or any(
            given and common >= min(agreeing, len(given))
            for given, common in ((before, behind), (after, ahead))
        )
        scores[at] = behind + ahead if enough else -1
        at = text.find(exact, at + 1)
    if not scores:
        return NoPlace("these words are not in the article")
    best = max(scores.values())
    if best < 0:
        many = "" if len(scores) == 1 else f" ({len(scores)} times)"
        return NoPlace(f"these words are in the article{many}, but next to other text")
    places = [at for at, score in scores.items() if score == best]
    if len(places) > 1 and quote.offset is not None:
        near = min(abs(at - quote.offset) for at in places)
        places = [at for at in places if abs(at - quote.offset) == near]
    raw = normalized.raw
    spans = [find.Span(*raw(kept[at], kept[at + len(exact) - 1] + 1)) for at in places]
    if article.text[spans[0].start : spans[0].end].strip() == "":
        return NoPlace("the quote is only the number of a footnote")
    if len(spans) > 1:
        spans = [span for span in spans if span.start == quote.start] or spans
    if len(spans) > 1:
        return NoPlace(
            f"these words occur {len(spans)} times in the article, and it is unclear which is meant"
        )
    return spans[0]


def _common(one: str, other: str) -> int:
    """Return the length of the common prefix of two texts."""
    differing = (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differing, min(len(one), len(other)))


def describe(article: ReaderText, span: find.Span) -> Target | NoPlace:
    """Return the shortest target that `find.find` finds at exactly this place.

    White space at the ends is left out, and what readers see as one character is not cut. The quote
    is the reader's text on one line, or its first and last words if it is long. If it also occurs
    elsewhere, it has the shortest prefix or suffix that identifies the place.
    """
    text = article.text
    span = _trimmed(text, find.Span(max(0, span.start), min(span.end, len(text))))
    start, end = span.start, span.end
    while start > 0 and splits_character(text, start):
        start -= 1
    while end < len(text) and splits_character(text, end):
        end += 1
    span = find.Span(start, end)
    words = _line(text[start:end]).split(" ")
    quotes = []
    if end - start > (_LONG_ACROSS if "\n" in text[start:end] else _LONG):
        quotes = [
            f"{' '.join(words[:n])} … {' '.join(words[-n:])}"
            for n in _END_WORDS
            if 2 * n < len(words)
        ]
    targets = [Target(quote=quote) for quote in (*quotes, " ".join(words))]
    if start < end:
        candidates = chain(targets, _with_context(article, targets[-1], span))
        if target := next((one for one in candidates if _finds(article, one, span)), None):
            return target
    return NoPlace("no prefix or suffix tells these words apart from the same words elsewhere")


def _with_context(article: ReaderText, target: Target, span: find.Span) -> Iterator[Target]:
    """Yield targets that may identify a place of a quote: with a prefix, a suffix, or both."""
    result = find.find(article, target)
    if not isinstance(result, find.Ambiguous):
        return
    overlapping = (s for s in result.spans if s.start < span.end and span.start < s.end)
    own = span if span in result.spans else next(overlapping, None)
    if own is None:
        return
    if side := explain.distinguish(article, result.spans, own):
        yield Target(quote=target.quote, **{side[0]: side[1]})
    text = article.text
    for length in _CONTEXT:
        prefix = _line(text[max(0, span.start - length) : span.start])
        suffix = _line(text[span.end : span.end + length])
        yield Target(quote=target.quote, prefix=prefix or None, suffix=suffix or None)


def _finds(article: ReaderText, target: Target, span: find.Span) -> bool:
    result = find.find(article, target)
    # Invisible characters at the ends may be included or not.
    text = article.text
    return isinstance(result, find.Span) and _trimmed(text, result) == _trimmed(text, span)


def _trimmed(text: str, span: find.Span) -> find.Span:
    """Return a span without the white space and invisible characters at its ends."""
    start = span.start + len(_invisible_start(text[span.start : span.end]))
    return find.Span(start, span.end - len(_invisible_start(text[start : span.end][::-1])))


def _invisible_start(text: str) -> str:
    """Return the white space and invisible characters at the start of a text."""
    match = _INVISIBLE_START.match(text)
    return match[0] if match else ""


def _line(text: str) -> str:
    """Return a text on one line, without invisible characters."""
    return " ".join(_INVISIBLE.sub("", text).split())
