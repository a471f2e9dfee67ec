"""Where in an article the words stand that another program's annotation is about.

The same rule as everywhere (ANCHORING.md): on exactly those words, or nowhere. The quote must be
there, whatever else fits; prefix and suffix must speak for the place that is taken; a position
only ever decides between places for which everything else speaks equally.
"""

from __future__ import annotations

from dataclasses import dataclass

from explainer.anchor import find
from explainer.anchor.normalize import fold_quote
from explainer.edit import annotation_file
from explainer.exchange.incoming import Entry, IncomingAnnotation, Quote
from explainer.model.annotations import Target
from explainer.model.problems import short

TARGET = ("quote", "prefix", "suffix", "section", "image")
"""The keys of an entry that are its target."""
_ENOUGH = 4
"""Characters of prefix or suffix, white space aside, that must agree: two may by chance."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A place was found, and this is how an author would write it."""

    target: Entry
    """The keys of the target."""


@dataclass(frozen=True, slots=True)
class Nowhere:
    """There is no place, or none that is certain."""

    why: str
    """In words for an author, without a full stop."""


@dataclass(frozen=True, slots=True)
class Squeezed:
    """An article's text without white space, made once for all that is looked for in it."""

    article: find.Searchable
    """The text as it is."""
    text: str
    """Folded, without white space."""
    kept: tuple[int, ...]
    """For each character of `text`: how many stand before it in the folded text."""


def squeeze(article: find.Searchable) -> Squeezed:
    """Leave white space out: programs part the blocks of a page in ways of their own."""
    text = article.folded.text
    kept = tuple(at for at, char in enumerate(text) if char != " ")
    return Squeezed(article, text.replace(" ", ""), kept)


def place(squeezed: Squeezed, one: IncomingAnnotation) -> Placed | Nowhere:
    """Find an annotation's place in an article."""
    article = squeezed.article
    if one.own and (own := _own(article, one)):
        return own
    if one.quote and one.quote.exact.strip():
        span = locate(squeezed, one.quote)
        if isinstance(span, Nowhere):
            return span
        target = annotation_file.selector(article, span.start, span.end)
        if target is None:
            return Nowhere("nothing tells these words apart from equal ones in the article")
        return Placed(_keys(target))
    if one.heading:
        target = Target(section=one.heading)
        if any(s.id == one.heading for s in article.reader.sections):
            return Placed(_keys(target))
        return Nowhere(f"the article has no heading with the id `{short(one.heading)}`")
    if one.whole:
        return Placed({})
    if one.quote:
        return Nowhere("it is about a position without words, and positions alone are not trusted")
    return Nowhere("it does not say in words what it is about")


def _own(article: find.Searchable, one: IncomingAnnotation) -> Placed | None:
    """The target as its author wrote it, if it still has a place, on the words that it had."""
    keys = {key: text for key in TARGET if isinstance(text := one.entry.get(key), str)}
    if not keys and not one.whole:
        return None
    place = find.find(article, Target(**keys))
    match place:
        case find.Span(start, end):
            words = fold_quote(article.reader.text[start:end])
            if one.quote is None or fold_quote(one.quote.exact) != words:
                return None
        case find.Whole() if one.quote is not None:
            return None
        case find.Whole() | find.PictureFound():
            pass
        case _:
            return None
    return Placed(dict(keys))


def _keys(target: Target) -> Entry:
    return {key: text for key in TARGET if (text := getattr(target, key)) is not None}


def locate(article: Squeezed, quote: Quote) -> find.Span | Nowhere:
    """Find the one place of a quote.

    White space is left out of the comparison. Of several places the one is taken whose surroundings
    have most in common with prefix and suffix; of those that are equal in this, the one at the
    position given, if it is exactly one.
    """
    squeezed, kept, folded = article.text, article.kept, article.article.folded
    exact, before, after = (
        fold_quote(part).replace(" ", "") for part in (quote.exact, quote.prefix, quote.suffix)
    )
    if not exact:
        return Nowhere("its words are nothing but white space")
    places: list[tuple[int, find.Span]] = []
    at = squeezed.find(exact)
    while at >= 0:
        end = at + len(exact)
        behind = _common(squeezed[max(0, at - len(before)) : at][::-1], before[::-1])
        ahead = _common(squeezed[end : end + len(after)], after)
        start, stop = folded.raw_start(kept[at]), folded.raw_end(kept[end - 1] + 1)
        # At the article's own ends another program sees the page around it.
        enough = not (before or after) or any(
            given and got >= min(_ENOUGH, len(given))
            for given, got in ((before, behind), (after, ahead))
        )
        if enough:
            places.append((behind + ahead, find.Span(start, stop)))
        else:
            places.append((-1, find.Span(start, stop)))
        at = squeezed.find(exact, at + 1)
    if not places:
        return Nowhere("the article does not have these words")
    best = max(score for score, _ in places)
    if best < 0:
        many = "" if len(places) == 1 else f" ({len(places)} times)"
        return Nowhere(f"these words stand in the article{many}, but among other words")
    spans = [span for score, span in places if score == best]
    if len(spans) > 1:
        spans = [span for span in spans if span.start == quote.start] or spans
    if len(spans) > 1:
        return Nowhere(
            f"these words stand in the article {len(spans)} times, and nothing says where"
        )
    return spans[0]


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
