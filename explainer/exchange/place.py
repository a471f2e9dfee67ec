"""The target of an annotation that comes from another program."""

from __future__ import annotations

from explainer.anchor import find
from explainer.anchor.normalize import normalize_quote
from explainer.anchor.select import NoPlace, describe, locate
from explainer.anchor.text import ReaderImage, ReaderText
from explainer.exchange.incoming import Entry, IncomingAnnotation
from explainer.model.annotations import Target
from explainer.model.problems import short

TARGET = ("quote", "prefix", "suffix", "section", "image")
"""The keys of an entry that are its target."""
_AGREEING = 4
"""Characters of prefix or suffix, white space aside, that must agree: two may by chance."""


def place(article: ReaderText, one: IncomingAnnotation) -> Entry | NoPlace:
    """Give the keys of the target, as an author would write them: none for the whole article."""
    if one.own and (own := _own(article, one)) is not None:
        return own
    if one.quote and one.quote.exact.strip():
        span = locate(article, one.quote, agreeing=_AGREEING)
        target = describe(article, span) if isinstance(span, find.Span) else span
        if isinstance(target, NoPlace):
            return target
        return {key: text for key in TARGET if (text := getattr(target, key)) is not None}
    if one.heading:
        if any(s.id == one.heading for s in article.sections):
            return {"section": one.heading}
        return NoPlace(f"the article has no heading with the id `{short(one.heading)}`")
    if one.whole:
        return {}
    if one.quote:
        return NoPlace("it is about a position without words, and positions alone are not trusted")
    return NoPlace("it does not say in words what it is about")


def _own(article: ReaderText, one: IncomingAnnotation) -> Entry | None:
    """The target as its author wrote it, if it still has a place, on the words that it had."""
    keys = {key: text for key in TARGET if isinstance(text := one.entry.get(key), str)}
    if not keys and not one.whole:
        return None
    match find.find(article, Target(**keys)):
        case find.Span(start, end) if one.quote is not None:
            words = normalize_quote(article.text[start:end])
            return {**keys} if normalize_quote(one.quote.exact) == words else None
        case find.Whole() if one.quote is None:
            return {**keys}
        case ReaderImage():
            return {**keys}
    return None


def with_target(entry: Entry, target: Entry) -> Entry:
    """Give an entry its target, in the place where docs/format.md has it: behind the id."""
    if {key: entry[key] for key in TARGET if key in entry} == target:
        return entry
    rest = {key: value for key, value in entry.items() if key not in (*TARGET, "id")}
    return {**({"id": entry["id"]} if "id" in entry else {}), **target, **rest}


def with_foreign_quote(one: IncomingAnnotation, entry: Entry) -> Entry:
    """Give an entry without a place the words that it is about, as the other program had them."""
    target: Entry = {key: entry[key] for key in TARGET if key in entry}
    if not target and one.quote:
        words = {"quote": one.quote.exact, "prefix": one.quote.prefix, "suffix": one.quote.suffix}
        target = {key: text for key, text in words.items() if text.strip()}
    elif not target and one.heading:
        target = {"section": one.heading}
    return with_target(entry, target)
