"""Turn a selection of an article's text into a target that an author could have written.

The selection comes from a browser, or from an annotation of another program. As with an author's
quote, it is either placed on exactly its words or not at all. The text around the words only
decides between several places, and a position only between places that are equal in all else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

from explainer.anchor import find
from explainer.anchor.apart import tell_apart
from explainer.anchor.normalize import (
    DROPPED,
    NormalizedText,
    normalize,
    normalize_quote,
    plain_letters,
)
from explainer.anchor.text import ReaderText
from explainer.anchor.words import grow
from explainer.model.annotations import Target
from explainer.support.values import dataclass

_LONG = 200
"""Quotes of more characters are written as `first words … last words`. This is easier to read, but
nobody notices a change of the words in between."""
_LONG_ACROSS = 90
"""The same for a quote across several blocks, which cannot be copied from one line."""
_END_WORDS = (4, 6, 8)
"""Words to keep at either end of a long quote: the fewest that identify the place."""
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Left out of quotes. Emoji and some scripts need others, such as joiners."""
_INVISIBLE_START = re.compile(rf"[\s{DROPPED}]*")


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
    counting white space. A place inside another word counts only if prefix and suffix show that the
    quote was made inside this word.
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
    raw, (text, kept) = normalized.raw, normalized.squeezed
    parts = (quote.exact, quote.prefix, quote.suffix)
    exact, before, after = (_form(article, text, part) for part in parts)
    if article.formulas:
        text, exact, before, after = map(plain_letters, (text, exact, before, after))
    if not exact:
        return NoPlace("the quote is only white space")
    scores: dict[int, int] = {}  # by position: characters in common; -1 if too few
    why = "these words are not in the article"
    at = text.find(exact)
    while at >= 0:
        end = at + len(exact)
        span = find.Span(*raw(kept[at], kept[end - 1] + 1))
        if refused := _refused(article, span, quote):
            why = refused
            at = text.find(exact, at + 1)
            continue
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
        return NoPlace(why)
    best = max(scores.values())
    if best < 0:
        many = "" if len(scores) == 1 else f" ({len(scores)} times)"
        return NoPlace(f"these words are in the article{many}, but next to other text")
    places = [at for at, score in scores.items() if score == best]
    if quote.offset is not None:
        near = min(abs(at - quote.offset) for at in places)
        places = [at for at in places if abs(at - quote.offset) == near]
    spans = [find.Span(*raw(kept[at], kept[at + len(exact) - 1] + 1)) for at in places]
    if article.text[spans[0].start : spans[0].end].strip() == "":
        return NoPlace("the quote is only the number of a footnote")
    spans = [span for span in spans if span.start == quote.start] or spans
    if len(spans) > 1:
        return NoPlace(
            f"these words occur {len(spans)} times in the article, and it is unclear which is meant"
        )
    return spans[0]


def _form(article: ReaderText, text: str, part: str) -> str:
    """Return the form of a part of a quote, without spaces, that is in a text; else the last."""
    found = [form.replace(" ", "") for form in find.forms(article, normalize_quote(part))]
    return next((form for form in found if form in text), found[-1])


def _refused(article: ReaderText, span: find.Span, quote: ForeignQuote) -> str:
    """Return why a place is none for a quote; empty if it is one."""
    if formula := article.cut_formula(span.start, span.end):
        return f"a formula is annotated as a whole: `${formula.tex}$`"
    same = _is_same_cut(article, span, quote)
    return "" if same else "these words are only inside other words"


def _is_same_cut(article: ReaderText, span: find.Span, quote: ForeignQuote) -> bool:
    """Whether a quote that cuts a word at a place was made by cutting the same word.

    Then the rest of the word is at the ends of prefix and suffix.
    """
    text, position = article.normalized.text, article.normalized.position
    start, end = position(span.start), position(span.end)
    first, last = grow(article, start, end)
    if (first, last) == (start, end):
        return True
    before, after = normalize(quote.prefix).text, normalize(quote.suffix).text
    head, tail = text[first:start], text[end:last]
    return (before.endswith(head) or (before != "" and head.endswith(before))) and (
        after.startswith(tail) or (after != "" and tail.startswith(after))
    )


def _common(one: str, other: str) -> int:
    """Return the length of the common prefix of two texts."""
    differing = (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differing, min(len(one), len(other)))


def describe(
    article: ReaderText, span: find.Span, *, shorten: bool = True, sections: bool = True
) -> Target | NoPlace:
    """Return the shortest target that `find.find` finds at exactly this place.

    White space at the ends is left out, and what readers see as one character is not cut. The quote
    is the reader's text on one line, or its first and last words if it is long and may be shortened
    (`shorten`). If it also occurs elsewhere, it has the shortest prefix or suffix that identifies
    the place, or a section if that is shorter and `sections` allows it. It has `inside: true` if
    the place is inside a word.
    """
    text = article.text
    span = _trimmed(text, find.Span(max(0, span.start), min(span.end, len(text))))
    start, end = span.start, span.end
    while start > 0 and article.splits(start):
        start -= 1
    while end < len(text) and article.splits(end):
        end += 1
    if start == end:
        return NoPlace("the quote is only white space")
    span = find.Span(start, end)
    words = _line(text[start:end]).split(" ")
    quotes = []
    if shorten and end - start > (_LONG_ACROSS if "\n" in text[start:end] else _LONG):
        quotes = [
            f"{' '.join(words[:n])} … {' '.join(words[-n:])}"
            for n in _END_WORDS
            if 2 * n < len(words)
        ]
    whole = " ".join(words)
    for inside in (False, True):
        targets = [Target(quote=quote, inside=inside) for quote in (*quotes, whole)]
        candidates = chain(targets, _with_context(article, targets[-1], span, sections))
        if target := next((one for one in candidates if _finds(article, one, span)), None):
            return target
    return NoPlace("no prefix or suffix tells these words apart from the same words elsewhere")


def _with_context(
    article: ReaderText, target: Target, span: find.Span, sections: bool
) -> Iterator[Target]:
    """Yield the target with what tells its place apart: a prefix, a suffix, both, or a section."""
    result = find.find(article, target)
    if not isinstance(result, find.Ambiguous) or result.places.ends is not None:
        return
    spans = list(result.places.spans())
    if span not in spans:
        return
    told = tell_apart(article, target, result.places, sections=sections)
    keys = next(islice(told, spans.index(span), None))
    if keys:
        yield replace(target, **keys)  # type: ignore[arg-type]


def whole_words(article: ReaderText, span: find.Span) -> find.Span:
    """Return a span with the words completed that it cuts."""
    normalized, span = article.normalized, _trimmed(article.text, span)
    start, end = normalized.position(span.start), normalized.position(span.end)
    first, last = grow(article, start, end)
    begin, finish = normalized.raw(first, last)
    return find.Span(begin if first < start else span.start, finish if last > end else span.end)


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
