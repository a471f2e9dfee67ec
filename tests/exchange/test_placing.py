"""Finding the place of another program's annotation in an article."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.anchor import find
from explainer.anchor.select import ForeignQuote, NoPlace, locate
from explainer.exchange import entries
from explainer.exchange.incoming import IncomingAnnotation
from tests.exchange.helpers import searchable
from tests.helpers.examples import examples


def incoming(quote: ForeignQuote) -> IncomingAnnotation:
    return IncomingAnnotation(kind="note", entry={"note": "x"}, at="[0]", quote=quote)


def test_a_position_only_breaks_ties() -> None:
    article = searchable()
    text = article.text
    second = text.index("the bridge", text.index("the bridge") + 1)
    alone = entries.place(article, incoming(ForeignQuote("the bridge")))
    assert isinstance(alone, NoPlace)
    found = entries.place(article, incoming(ForeignQuote("the bridge", start=second)))
    assert isinstance(found, dict)
    span = find.find(article, place_target(found))
    assert isinstance(span, find.Span)
    assert span.start == second
    # A position that is off by one counts differently, so it is ignored.
    assert isinstance(
        entries.place(article, incoming(ForeignQuote("the bridge", start=second + 1))), NoPlace
    )
    # Prefix and suffix take precedence.
    found = entries.place(
        article, incoming(ForeignQuote("the bridge", "mayor said that ", start=second))
    )
    assert isinstance(found, dict)
    span = find.find(article, place_target(found))
    assert isinstance(span, find.Span)
    assert span.start < second


def place_target(found: Any) -> Any:
    from explainer.model.annotations import Target

    return Target(**found)


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_every_passage_is_found(data: st.DataObject) -> None:
    """With 32 characters of context, as other programs store it."""
    article = searchable()
    text = article.text
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 1, min(len(text), start + 300)))
    if not text[start:end].strip():
        return
    if any(text[max(0, at - 1) : at + 1] == "--" for at in (start, end)):
        return  # one dash, however it is typed
    quote = ForeignQuote(text[start:end], text[max(0, start - 32) : start], text[end : end + 32])
    span = locate(article, quote, agreeing=4)
    assert isinstance(span, find.Span)
    assert text[span.start : span.end] == text[start:end].strip()
    assert start <= span.start <= span.end <= end
