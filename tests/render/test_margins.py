"""The places of notes in the margins: which note is above, and which notes are short."""

from __future__ import annotations

from time import process_time

import pytest

from explainer.model.article import Article
from explainer.render.margins import NotePlace, _short, note_places
from tests.helpers.articles import Maker

LINE = "nine letters and ten more letters fill about two thirds of one. "  # 63 letters


def article(*blocks: str, **kinds: str) -> Article:
    """Make an article of blocks in which `{name}` is a mark, with a note of three lines."""
    m = Maker()
    for name, kind in kinds.items():
        if kind == "claim":
            m.claim(name, LINE * 3)
        elif kind == "question":
            m.question(name, LINE * 3)
        else:
            m.note(name, kind or LINE * 3, whole=name.startswith("whole"))
    for block in blocks:
        m.block(f"<p>{block.format(**{name: m.mark(name, 'it') for name in kinds})}</p>\n")
    return m.article()


def tight(*blocks: str, **kinds: str) -> dict[str, int]:
    return {name: place.tight for name, place in note_places(article(*blocks, **kinds)).items()}


def test_claims_have_a_margin_of_their_own_on_wide_screens() -> None:
    made = article(
        *(LINE * 9 + f"{{{name}}}" for name in "abcde"),
        whole="", a="", b="claim", c="question", d="claim", e="",
    )  # fmt: skip
    assert note_places(made) == {
        "whole": NotePlace(0, -1, 0),
        "a": NotePlace(1, -1, 0),
        "b": NotePlace(2, 0, 0),
        "c": NotePlace(3, 1, 0),
        "d": NotePlace(4, 2, 0),
        "e": NotePlace(5, 3, 0),
    }


def test_notes_are_short_if_the_next_ones_follow_close_by() -> None:
    assert tight("{a} {b} {c}", a="", b="", c="") == {"a": 2, "b": 2, "c": 0}
    assert tight("{a}" + LINE * 9 + "{b}", a="", b="") == {"a": 0, "b": 0}
    assert tight("{a}", LINE, LINE, "{b}", a="", b="") == {"a": 0, "b": 0}
    assert tight("{a} {b} {c}", a="", b="claim", c="") == {"a": 2, "b": 1, "c": 0}


def test_a_note_of_one_line_is_never_short() -> None:
    assert tight("{a} {b} {c}", a="One line.", b="", c="") == {"a": 0, "b": 2, "c": 0}


def test_chinese_letters_are_wide() -> None:
    """Ten letters of Chinese are as long as twenty of English."""
    english, chinese = "wordswords" * 11, "河水依旧沿着古老的河" * 11
    assert tight(f"{{a}}{english}{{b}}", a="", b="")["a"] == 2
    assert tight(f"{{a}}{chinese}{{b}}", a="", b="")["a"] == 0


@pytest.mark.parametrize("html", ["<img src=x>", "<table><tr><td>x</td></tr><tr><td>y</td></tr>"])
def test_pictures_and_rows_take_space(html: str) -> None:
    assert tight("{a} " + html + " {b}", a="", b="")["a"] == 0


def test_short_notes_are_only_those_in_the_way() -> None:
    assert _short([], []) == set()
    assert _short([0, 9, 9, 20], [3, 3, 3, 3]) == {1}
    assert _short([0, 0, 0, 0], [3, 3, 3, 3]) == {0, 1, 2}
    assert _short([0, 0], [1, 3]) == set()
    assert _short([0, 0, 1.2], [2, 3, 3]) == {0, 1}


def test_thousands_of_notes_on_a_line_take_no_time() -> None:
    before = process_time()
    assert len(_short([0.0] * 4000, [3] * 4000)) == 3999
    assert process_time() - before < 4
