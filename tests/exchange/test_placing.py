"""Where in an article a foreign annotation belongs."""

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


def brought(quote: ForeignQuote) -> IncomingAnnotation:
    return IncomingAnnotation(kind="note", entry={"note": "x"}, at="[0]", quote=quote)


def test_a_position_only_decides_between_equals() -> None:
    article = searchable()
    text = article.text
    second = text.index("the bridge", text.index("the bridge") + 1)
    alone = entries.place(article, brought(ForeignQuote("the bridge")))
    assert isinstance(alone, NoPlace)
    found = entries.place(article, brought(ForeignQuote("the bridge", start=second)))
    assert isinstance(found, dict)
    span = find.find(article, place_target(found))
    assert isinstance(span, find.Span)
    assert span.start == second
    # One off is somebody else's count: then it decides nothing.
    assert isinstance(
        entries.place(article, brought(ForeignQuote("the bridge", start=second + 1))), NoPlace
    )
    # And the words around go before it.
    found = entries.place(
        article, brought(ForeignQuote("the bridge", "mayor said that ", start=second))
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
def test_any_passage_is_found_again(data: st.DataObject) -> None:
    """With the 32 characters around it that programs keep."""
    article = searchable()
    text = article.text
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 1, min(len(text), start + 300)))
    if not text[start:end].strip():
        return
    quote = ForeignQuote(text[start:end], text[max(0, start - 32) : start], text[end : end + 32])
    span = locate(article, quote, agreeing=4)
    assert isinstance(span, find.Span)
    assert text[span.start : span.end] == text[start:end].strip()
    assert start <= span.start <= span.end <= end
