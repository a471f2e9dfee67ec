"""What became of an annotation: each status, and properties that hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from explainer.anchor import find
from explainer.model.annotations import Target
from tests.helpers.cost import is_linear
from tests.helpers.examples import examples
from tests.reanchor.texts import follow, reader

RIVER = "The river rises in the hills north of the old town, and reaches the sea after two days."
MILL = "A mill stood on its bank until the flood of 1871, when the miller gave it up for good."
BRIDGE = "The first bridge was built of oak by the guild of carpenters, who charged a small toll."
INN = "Travellers rested at the inn beside it and told stories of wolves in the forest."


def article(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"


OLD = article(RIVER, MILL, BRIDGE, INN)


def status(new: str, quote: str, old: str = OLD, **keys: str) -> tuple[str, str | None]:
    verdict = follow(old, new, quote=quote, **keys)
    return verdict.status, verdict.target.quote if verdict.target else None


def test_an_unchanged_passage_is_anchored() -> None:
    assert status(OLD, "built of oak") == ("anchored", None)


def test_markup_and_other_quotation_marks_change_nothing() -> None:
    new = OLD.replace("built of oak", "**built** of [oak](https://example.org)")
    assert status(new, "built of oak") == ("anchored", None)


def test_a_moved_paragraph_is_anchored() -> None:
    new = article(BRIDGE, RIVER, INN, MILL)
    assert status(new, "guild of carpenters") == ("anchored", None)


def test_a_harmless_edit_is_moved() -> None:
    new = OLD.replace("gave it up for good", "abandoned it for good")
    assert status(new, "when the miller gave it up for good") == (
        "moved",
        "when the miller abandoned it for good",
    )


def test_a_passage_that_is_split_is_moved() -> None:
    new = OLD.replace("of carpenters, who charged", "of carpenters. They charged")
    assert status(new, "guild of carpenters, who charged a small toll") == (
        "moved",
        "guild of carpenters. They charged a small toll",
    )


def test_a_moved_and_edited_passage_is_proposed() -> None:
    edited = BRIDGE.replace("charged a small toll", "asked a small toll")
    found, quote = status(article(edited, RIVER, MILL, INN), "who charged a small toll")
    assert (found, quote) in {
        ("moved", "who asked a small toll"),
        ("changed", "who asked a small toll"),
    }


def test_a_deleted_passage_is_deleted() -> None:
    assert status(article(RIVER, BRIDGE, INN), "the miller gave it up") == ("deleted", None)


def test_a_deleted_passage_is_not_found_in_one_like_it() -> None:
    alike = MILL.replace("A mill", "A tannery").replace("the miller gave", "the tanner gave")
    old = article(RIVER, MILL, BRIDGE, alike, INN)
    new = article(RIVER, BRIDGE, alike, INN)
    assert status(new, "the miller gave it up for good", old) == ("deleted", None)


def test_a_quote_that_is_found_on_foreign_words_is_reported() -> None:
    old = article(RIVER, "The mayor praised the new road.", MILL, "The bishop blamed the new road.")
    new = article(RIVER, "The mayor praised the new wall.", MILL, "The bishop blamed the new road.")
    verdict = follow(old, new, quote="the new road", prefix="praised")
    assert verdict.status == "changed"
    assert verdict.target
    assert verdict.target.quote == "the new wall"
    found = follow(old, new.replace("blamed", "praised"), quote="the new road", prefix="praised")
    assert found.status == "changed"
    assert "elsewhere" in found.reason


def test_of_two_equal_passages_the_deleted_one_is_not_known() -> None:
    old = article(RIVER, "They paid the ferryman, the priest, the ferryman, and the guard.")
    new = article(RIVER, "They paid the ferryman, and the guard.")
    verdict = follow(old, new, quote="the ferryman", prefix="paid")
    assert verdict.status == "changed"
    assert "deleted" in verdict.reason


def test_a_quote_that_is_ambiguous_now_gets_a_prefix_to_confirm() -> None:
    new = OLD.replace("The river rises", "Guests of the inn beside it said that the river rises")
    verdict = follow(OLD, new, quote="the inn beside it")
    assert verdict.status == "ambiguous"
    assert verdict.target
    assert verdict.target.prefix == "at"


def test_what_the_author_wrote_besides_the_quote_stays() -> None:
    old = "# One\n\n" + OLD + "\n# Two\n\n" + INN
    new = old.replace("told stories of wolves in the forest", "told tales of wolves in the forest")
    verdict = follow(old, new, quote="told stories of wolves in the forest", section="two")
    assert verdict.target
    assert (verdict.target.section, verdict.target.quote) == (
        "two",
        "told tales of wolves in the forest",
    )


def test_a_quote_of_first_and_last_words_may_stay_one() -> None:
    new = OLD.replace("A mill stood on its bank", "A mill was on its bank")
    verdict = follow(OLD, new, quote="A mill stood … wolves")
    assert verdict.target
    assert verdict.target.quote == "A mill was on … told stories of wolves"
    literal = follow(OLD, new, quote="A mill stood on its bank until the flood of 1871")
    assert literal.target
    assert literal.target.quote == "A mill was on its bank until the flood of 1871"


def test_a_heading_that_was_renamed_is_proposed() -> None:
    old = article(RIVER, "## The mill on the bank", MILL, INN)
    new = old.replace("## The mill on the bank", "## A mill on the river bank")
    verdict = follow(old, new, section="the-mill-on-the-bank")
    assert verdict.target
    assert verdict.target.section == "a-mill-on-the-river-bank"


def test_revisions_in_between_lead_from_one_wording_to_the_next() -> None:
    quote = "when the miller gave it up for good"
    first = OLD.replace("gave it up for good", "abandoned the place for good")
    last = first.replace(
        "when the miller abandoned the place for good", "and was abandoned for good"
    )
    assert follow(OLD, last, quote=quote).target is None
    between = first.replace("when the miller abandoned", "when it was abandoned; the place")
    assert follow(OLD, first, quote=quote).target
    assert follow(OLD, first, between, first, quote=quote).target


def test_a_change_is_not_written_where_words_are_not_checked() -> None:
    old = article("La rivière naît dans les collines.", "Le moulin était sur la rive du fleuve.")
    new = old.replace("était sur la rive", "se trouvait sur la rive")
    verdict = follow(old, new, quote="Le moulin était sur la rive", language="fr")
    assert verdict.status == "changed"
    assert "not checked in this language" in verdict.reason


def test_a_script_without_spaces() -> None:
    old = "这条河发源于老城北边的山丘。\n\n磨坊一直在河岸上，直到洪水来临。\n"
    new = old.replace("直到洪水来临", "直到大洪水来临")
    verdict = follow(old, new, quote="直到洪水来临", language="zh")
    assert verdict.target
    assert verdict.target.quote == "直到大洪水来临"


# --- properties ----------------------------------------------------------------------------------

WORDS = st.sampled_from(
    "river mill bridge oak guild toll inn wolf forest flood miller town hill sea day road wall "
    "built stood reached charged told gave rested and of the in to a by for with".split()
)
SENTENCES = st.lists(WORDS, min_size=4, max_size=12).map(lambda w: " ".join(w).capitalize() + ".")
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=3).map(" ".join)
ARTICLES = st.lists(PARAGRAPHS, min_size=2, max_size=6, unique=True)


@st.composite
def quoted(draw: st.DrawFn) -> tuple[list[str], str]:
    """Paragraphs, and a quote that occurs in them once."""
    paragraphs = draw(ARTICLES)
    words = draw(st.sampled_from(paragraphs)).split(" ")
    start = draw(st.integers(0, len(words) - 2))
    quote = " ".join(words[start : draw(st.integers(start + 2, len(words)))])
    assume(len(quote) > 6)
    assume(is_once(paragraphs, quote))
    return paragraphs, quote


def is_once(paragraphs: list[str], quote: str) -> bool:
    return isinstance(find.find(reader(article(*paragraphs)), Target(quote=quote)), find.Span)


@settings(max_examples=examples(100))
@given(quoted())
def test_in_an_unchanged_text_every_quote_is_anchored(case: tuple[list[str], str]) -> None:
    paragraphs, quote = case
    assert status(article(*paragraphs), quote, article(*paragraphs)) == ("anchored", None)


@settings(max_examples=examples(100))
@given(quoted(), PARAGRAPHS)
def test_text_inserted_before_does_not_move_a_quote_to_other_words(
    case: tuple[list[str], str], more: str
) -> None:
    paragraphs, quote = case
    old, new = article(*paragraphs), article(more, *paragraphs)
    verdict = follow(old, new, quote=quote)
    twice = reader(new).normalized.text.count(quote) > 1
    if not twice:
        assert verdict.status in ("anchored", "changed")
        assert verdict.status == "anchored" or verdict.span is not None
    else:
        assert verdict.status == "ambiguous"


@settings(max_examples=examples(100))
@given(quoted(), st.randoms(use_true_random=False))
def test_paragraphs_in_another_order_lose_no_quote(
    case: tuple[list[str], str], random: object
) -> None:
    paragraphs, quote = case
    order = list(paragraphs)
    random.shuffle(order)  # type: ignore[attr-defined]
    assume(is_once(order, quote))
    verdict = follow(article(*paragraphs), article(*order), quote=quote)
    assert verdict.status in ("anchored", "changed")
    if verdict.target:
        assert verdict.target.quote == quote or verdict.status == "changed"


@settings(max_examples=examples(100))
@given(quoted(), ARTICLES)
def test_whatever_happens_a_proposal_is_found_at_its_place(
    case: tuple[list[str], str], other: list[str]
) -> None:
    paragraphs, quote = case
    verdict = follow(article(*paragraphs), article(*other), quote=quote)  # `follow` checks it
    assert (verdict.status == "moved") <= (verdict.target is not None)


@pytest.mark.parametrize("texts", [("", "A word."), ("A word.", "")])
def test_a_text_may_be_empty(texts: tuple[str, str]) -> None:
    old, new = texts
    if old:
        assert status(new, "A word", old) == ("deleted", None)


@pytest.mark.slow
def test_texts_that_are_unlike_do_not_take_long() -> None:
    """The table for the longest common subsequence has a limit, so the work is nearly linear."""

    def run(size: int) -> None:
        old = article(*(f"word{i} other{i} third{i} fourth{i} fifth{i}" for i in range(size)))
        new = article(*(f"alpha{i} beta{i} gamma{i} delta{i} omega{i}" for i in range(size)))
        assert follow(old, new, quote="word7 other7").status == "deleted"

    assert is_linear(run, 400, 4000, 40)


BRIDGES = """
The old bridge {}. Workers replaced every plank of it before the summer came.

The new bridge was built by a firm from the coast. It cost more than anybody had expected.

The ferry {} only on market days, and nobody in the village missed it after the war.
"""
CLOSED = "was closed for repairs in spring"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("was shut while it was mended in spring", f"{CLOSED}, and ran"),
        ("was shut while it was mended in spring", "was closed for repairs in spring, or ran"),
        ("burned down", f"{CLOSED}, and ran"),
        ("was shut", "had closed for repairs in spring, and ran"),
        ("reopened", "is closed for repairs in spring and in autumn, and runs"),
    ],
)
@pytest.mark.parametrize("quote", ["closed for repairs", "closed for repairs in spring"])
def test_words_that_stand_in_another_sentence_now_are_not_the_passage(
    old: str, new: str, quote: str
) -> None:
    verdict = follow(BRIDGES.format(CLOSED, "ran"), BRIDGES.format(old, new), quote=quote)
    assert verdict.status in ("changed", "deleted")
    assert verdict.is_found


def test_words_that_moved_with_what_is_around_them_are_the_passage() -> None:
    first, second, third = BRIDGES.format(CLOSED, "ran").strip().split("\n\n")
    verdict = follow(
        "\n\n".join((first, second, third)),
        "\n\n".join((third, second, first)),
        quote="closed for repairs in spring",
    )
    assert (verdict.status, verdict.tripwires) == ("anchored", ())
