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


# --- limits --------------------------------------------------------------------------------------


def told(text: str, target: Target) -> explain.Explanation:
    """Explain why a target has no place, or several."""
    article = read(MARKDOWN.parse(text))
    found = find.find(article, target)
    assert isinstance(found, find.Miss)
    return explain.explain(article, target, found, first_line=1)


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        ("amen omen element", "`amen`, `omen`, `element`"),
        ("amen omen element women", "`amen`, `omen`, `element`, …"),
    ],
)
def test_words_around_the_quote(words, listed):
    assert told(words, Target(quote="men")).message == f"`men` occurs only inside {listed}"


@pytest.mark.parametrize(("count", "more"), [(8, ""), (9, ", …")])
def test_names_that_are_not_similar(count, more):
    names = [f"{letter * 8}.png" for letter in "abcdefghi"[:count]]
    hint = told(" ".join(f"![]({name})" for name in names), Target(image="x.svg")).hint
    assert hint == f"the article’s pictures: {', '.join(f'`{name}`' for name in names[:8])}{more}"


@pytest.mark.parametrize(
    ("same", "other", "is_near"),
    [
        (7, 3, True),  # exactly 70 %
        (9, 4, False),  # 69 %
    ],
)
def test_similar_names_are_at_least_70_percent_alike(same, other, is_near):
    name, query = ("a" * same + letter * other for letter in "bc")
    near = f"did you mean `{name}`?"
    assert (told(f"![]({name})", Target(image=query)).hint == near) == is_near
    assert (told(f"# {name}\n\nWords.", Target(section=query)).hint == near) == is_near


@pytest.mark.parametrize(
    ("beginnings", "ends", "choose"), [(40, 50, "a place"), (29, 69, "a beginning")]
)
def test_more_than_2000_passages_are_listed_by_their_ends(beginnings, ends, choose):
    words = [f"b{n} from" for n in range(beginnings)] + [f"to e{n}" for n in range(ends)]
    hint = told(" ".join(words), Target(quote="from … to")).hint
    assert hint.startswith(
        f"choose {choose}, and add what is below it to the annotation:\nline 1: "
    )


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (30, 30, f"{'a' * 29} »Here« {'b' * 29}"),
        (31, 30, f"…{'a' * 29} »Here« {'b' * 29}"),
        (30, 31, f"{'a' * 29} »Here« {'b' * 29}…"),
    ],
)
def test_30_characters_are_shown_on_either_side(before, after, shown):
    text = f"{'a' * (before - 1)} Here {'b' * (after - 1)}"
    assert told(text, Target(quote="Here", prefix="x")).hint.endswith(f"\nline 1: {shown}")


@pytest.mark.parametrize("length", [60, 61])
def test_the_middle_of_a_long_quote_is_not_shown(length):
    quote = f"{'a' * 30}{'b' * (length - 55)}{'c' * 25}"
    shown = quote if length == 60 else f"{'a' * 30} … {'c' * 25}"
    assert told(quote, Target(quote=quote, prefix="x")).hint.endswith(f"\nline 1: »{shown}«")


@pytest.mark.parametrize(("same", "is_found"), [(60, True), (59, False)])
def test_similar_text_is_at_least_60_percent_alike(same, is_found):
    quote = "a" * same + "b" * (100 - same)
    hint = told(f"{'c' * 99} {'a' * same} {'c' * 99}", Target(quote=quote)).hint
    assert ("the most similar text" in hint) == is_found


def test_20_words_around_the_quote_are_looked_at():
    article = read(MARKDOWN.parse("amen " * 21))
    found = find.find(article, Target(quote="men"))
    assert isinstance(found, find.Lost)
    assert len(found.inside) == 20
