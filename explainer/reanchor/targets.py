"""Write the target of a place that an annotation moves to."""

from __future__ import annotations

from dataclasses import replace

from explainer.anchor import find
from explainer.anchor.apart import tell_apart
from explainer.anchor.find import Ambiguous, Span, quote_parts
from explainer.anchor.select import describe
from explainer.anchor.text import ReaderText
from explainer.model.annotations import Target


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
