"""explainer/anchor/explain.py: about lost quotes (see also spec/anchor/lost.md)."""

from __future__ import annotations

import pytest

from explainer.anchor import explain, find
from explainer.anchor.text import read
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model.annotations import Target

MARKDOWN = Markdown(MarkdownOptions(html=True))
NO_HINT = "copy the quote from the article as readers see it, or remove the annotation"


def explanation(text: str, target: Target) -> explain.Explanation:
    article = read(MARKDOWN.parse(text))
    found = find.find(article, target)
    assert isinstance(found, find.Lost)
    return explain.explain(article, target, found, first_line=1)


@pytest.mark.parametrize(("places", "more"), [(6, ""), (7, "\nand 1 more"), (9, "\nand 3 more")])
def test_six_other_places_are_shown(places, more):
    text = "\n\n".join(["Some words."] * places)
    hint = explanation(text, Target(quote="words", prefix="Other")).hint
    assert hint.count("\nline ") == 6
    assert "more" not in hint.removesuffix(more)
    assert hint.endswith(more)


def test_only_the_words_around_the_part_that_is_named_are_listed():
    text = "The casino 28 February. A government of 28 Februaryish days."
    told = explanation(text, Target(quote="28 February", prefix="no"))
    assert told.message == "the prefix `no` occurs beside the quote only inside `casino`"
    text = "The mention of all who left. The men of all whole parts."
    told = explanation(text, Target(quote="The men … who"))
    assert told.message == "`The men` occurs only inside `The mention`"


@pytest.mark.parametrize("before", ["A one.", "A GOVERNMENT."])
def test_the_first_place_in_another_case_is_shown(before):
    hint = explanation(f"{before}\n\nThe Men.\n\nThe MEN.", Target(quote="men")).hint
    assert hint == "the capitalization differs on line 3:\nquote: 'Men'"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("", "some words"),
        ("a b", "the most similar text would be shorter than the quote"),
        # No words near it begin or end: this is data.
        ("0123456789abcdefghijklmnop" * 20, "56789abcdefghi-klmnop0123456789"),
        ("Some words", "\u200b"),
    ],
)
def test_no_text_is_similar(text, quote):
    assert explanation(text, Target(quote=quote)).hint == NO_HINT


@pytest.mark.parametrize(("limit", "is_found"), [(17 * 21, True), (17 * 21 - 1, False)])
def test_in_a_very_long_text_no_similar_words_are_searched_for(monkeypatch, limit, is_found):
    monkeypatch.setattr(explain, "_SEARCH_LIMIT", limit)
    hint = explanation("It was a good evening", Target(quote="was a gold evenin")).hint
    assert (hint != NO_HINT) == is_found
