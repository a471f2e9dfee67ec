"""Words selected elsewhere to a target: where they are in the article, and how an author names it.

The selection comes from a browser or from another program's annotation. The rule is the same as
for authors' quotes: on exactly those words, or nowhere. The words must be there, whatever else
fits; the text around them only decides between places, and a position only between places for
which everything else speaks equally.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from explainer.anchor import explain, find
from explainer.anchor.normalize import normalize_quote, splits_character
from explainer.anchor.text import ReaderText
from explainer.model.annotations import Target

_LONG = 200
"""Characters from which a quote is written as `first words … last words`: shorter to read and to
keep, but an edit of the words in between goes unnoticed."""
_LONG_ACROSS = 90
"""The same for a quote that goes over several blocks, which cannot be copied from one line."""
_END_WORDS = (4, 6, 8)
"""Words to keep at either end of a long quote: the fewest that name one place."""
_CONTEXT = (60, 200, 600, 2000)
"""Characters of prefix and suffix to try if no short one tells places apart: the last are ugly,
but right."""
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_NOTHING = re.compile(rf"(?:\s|{_INVISIBLE.pattern})*")


@dataclass(frozen=True, slots=True)
class ForeignQuote:
    """Words of an article as a browser or another program knows them. White space is ignored."""

    exact: str
    """The words."""
    prefix: str = ""
    """Text just before them."""
    suffix: str = ""
    """Text just after them."""
    start: int | None = None
    """Code points before them in the text that the other program saw, if it says so."""
    offset: int | None = None
    """Characters before them in the article without white space, if known."""


@dataclass(frozen=True, slots=True)
class NoPlace:
    """There is no place, or none that is certain."""

    why: str
    """In words for an author, without a full stop."""


def locate(article: ReaderText, quote: ForeignQuote, *, agreeing: int = 0) -> find.Span | NoPlace:
    """Find the one place of a foreign quote in the reader's text.

    Of several places, takes the one whose surroundings have most in common with prefix and suffix;
    of equal ones the one at `start`, else the one nearest to `offset`. `agreeing`: characters,
    white space aside, that prefix or suffix must have in common with the text for any place.
    """
    text, kept = article.squeezed
    exact, before, after = (
        normalize_quote(part).replace(" ", "") for part in (quote.exact, quote.prefix, quote.suffix)
    )
    if not exact:
        return NoPlace("its words are nothing but white space")
    scores: dict[int, int] = {}  # by position: characters in common; -1 if too few
    at = text.find(exact)
    while at >= 0:
        end = at + len(exact)
        behind = _common(text[max(0, at - len(before)) : at][::-1], before[::-1])
        ahead = _common(text[end : end + len(after)], after)
        # At the article's own ends another program sees the page around it: one side is enough.
        enough = not (before or after) or any(
            given and common >= min(agreeing, len(given))
            for given, common in ((before, behind), (after, ahead))
        )
        scores[at] = behind + ahead if enough else -1
        at = text.find(exact, at + 1)
    if not scores:
        return NoPlace("the article does not have these words")
    best = max(scores.values())
    if best < 0:
        many = "" if len(scores) == 1 else f" ({len(scores)} times)"
        return NoPlace(f"these words stand in the article{many}, but among other words")
    places = [at for at, score in scores.items() if score == best]
    if len(places) > 1 and quote.offset is not None:
        near = min(abs(at - quote.offset) for at in places)
        places = [at for at in places if abs(at - quote.offset) == near]
    raw = article.normalized.raw
    spans = [find.Span(*raw(kept[at], kept[at + len(exact) - 1] + 1)) for at in places]
    if len(spans) > 1:
        spans = [span for span in spans if span.start == quote.start] or spans
    if len(spans) > 1:
        return NoPlace(
            f"these words stand in the article {len(spans)} times, and nothing says where"
        )
    return spans[0]


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    differing = (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differing, min(len(one), len(other)))


def describe(article: ReaderText, span: find.Span) -> Target | NoPlace:
    """Give the shortest target that `find.find` finds at just this place.

    White space at the ends is left out, and a character that readers see as one is not cut. The
    quote is the reader's text on one line, or its first and last words if it is long, with the
    shortest prefix or suffix if it is elsewhere too.
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
        candidates = chain(targets, _told_apart(article, targets[-1], span))
        if target := next((one for one in candidates if _finds(article, one, span)), None):
            return target
    return NoPlace("nothing tells these words apart from equal ones in the article")


def _told_apart(article: ReaderText, target: Target, span: find.Span) -> Iterator[Target]:
    """Give targets that may tell a place of a quote from its others: a prefix, a suffix, both."""
    found = find.find(article, target)
    if not isinstance(found, find.Ambiguous):
        return
    overlapping = (s for s in found.spans if s.start < span.end and span.start < s.end)
    own = span if span in found.spans else next(overlapping, None)
    if own is None:
        return
    if side := explain.distinguish(article, found.spans, own):
        yield Target(quote=target.quote, **{side[0]: side[1]})
    text = article.text
    for length in _CONTEXT:
        prefix = _line(text[max(0, span.start - length) : span.start])
        suffix = _line(text[span.end : span.end + length])
        yield Target(quote=target.quote, prefix=prefix or None, suffix=suffix or None)


def _finds(article: ReaderText, target: Target, span: find.Span) -> bool:
    found = find.find(article, target)
    # What cannot be seen at the ends may be taken along or left.
    text = article.text
    return isinstance(found, find.Span) and _trimmed(text, found) == _trimmed(text, span)


def _trimmed(text: str, span: find.Span) -> find.Span:
    """A span without white space and invisible characters at its ends."""
    start = span.start + len(_nothing(text[span.start : span.end]))
    return find.Span(start, span.end - len(_nothing(text[start : span.end][::-1])))


def _nothing(text: str) -> str:
    """White space and invisible characters at the beginning of a text."""
    match = _NOTHING.match(text)
    return match[0] if match else ""


def _line(text: str) -> str:
    """Text on one line, without what nobody sees."""
    return " ".join(_INVISIBLE.sub("", text).split())
