"""Write the target of a place that an annotation moves to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from explainer.anchor import find
from explainer.anchor.apart import tell_apart
from explainer.anchor.find import Ambiguous, Span, quote_parts
from explainer.anchor.select import describe
from explainer.anchor.text import ReaderText
from explainer.model.annotations import Target
from explainer.reanchor.words import WordText

_MOST_BESIDE = 12
"""The most words of a prefix or suffix that confirms a place."""


def retarget(reader: ReaderText, target: Target, span: Span) -> Target | None:
    """Return a target that is found at a place; None if nothing tells it apart.

    What the author wrote stays, as far as it is right: a section, a prefix, a suffix. A quote of
    all words stays one, however long, so that the next edit of any word is noticed; only that of a
    `first … last` quote may be shortened. The quote is told apart even from places inside other
    words. A target that is only a heading becomes the heading at the place.
    """
    if target.quote is None:
        headings = (s for s in reader.sections if s.start < span.end and span.start < s.title_end)
        section = next(headings, None)
        return Target(section=section.id) if section else None
    shorten = len(quote_parts(target.quote)) > 1
    described = describe(reader, span, shorten=shorten, sections=False)
    if not isinstance(described, Target):
        described = describe(reader, span, shorten=shorten)
        return described if isinstance(described, Target) else None
    own = replace(target, quote=described.quote)
    if (own.prefix or own.suffix or own.section) and find.find(reader, own) == span:
        return own
    return _clearer(reader, described, span)


def _clearer(reader: ReaderText, described: Target, span: Span) -> Target:
    """Return a target with a prefix or suffix if other words contain the quote."""
    wide = replace(described, inside=True)
    anywhere = find.find(reader, wide)
    if not isinstance(anywhere, Ambiguous):
        return described
    told = tell_apart(reader, wide, anywhere.places, sections=False)
    places = zip(anywhere.places.spans(), told, strict=True)
    keys = next((keys for place, keys in places if place == span), None) or {}
    clearer = replace(described, **keys)  # type: ignore[arg-type]
    return clearer if find.find(reader, clearer) == span else described


def confirmed(old: WordText, new: WordText, target: Target, span: Span) -> Target | None:
    """Return a target that names its place by more of the words around it.

    The author has seen the place `span`, at which the target is found in the new text, and says
    that it is right. If possible, the target is not found in the old text, so that no comparison
    with it casts doubt on the place again. Return None if there are no words around it.
    """
    others = [other for other in _with_context(new, target, span) if other != target]
    found = [other for other in others if find.find(new.reader, other) == span]
    never = (o for o in found if isinstance(find.find(old.reader, o), find.Miss))
    return next(never, found[0] if found else None)


def _with_context(text: WordText, target: Target, span: Span) -> Iterator[Target]:
    """Yield a target with more and more words before it, or after it, or both."""
    whole, position = text.reader.normalized.text, text.reader.normalized.position
    words = text.word_range(span)
    for count in range(1, _MOST_BESIDE + 1):
        first, last = words.start - count, words.stop + count - 1
        before = whole[text.starts[first] : position(span.start)].strip() if first >= 0 else ""
        after = (
            whole[position(span.end) : text.ends[last]].strip() if last < len(text.words) else ""
        )
        for prefix, suffix in (("", after), (before, ""), (before, after)):
            sides = (prefix or target.prefix or "", suffix or target.suffix or "")
            if any(sides) and all(any(map(str.isalnum, each)) for each in sides if each):
                yield replace(target, prefix=sides[0] or None, suffix=sides[1] or None)
