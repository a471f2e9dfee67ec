"""explainer/anchor/find.py and text.py: which place a target names, and where a position is."""

from __future__ import annotations

import pytest

from explainer.anchor import find, mark
from explainer.anchor.text import ReaderText, read
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model.annotations import Target

MARKDOWN = Markdown(MarkdownOptions(html=True))


def article(text: str) -> ReaderText:
    return read(MARKDOWN.parse(text))


def found(text: str, **target: str) -> str:
    """Return the words that a target names, or why it has no place."""
    reader = article(text)
    place = find.find(reader, Target(**target))
    return reader.text[place.start : place.end] if isinstance(place, find.Span) else _why(place)


def _why(place: find.Place | find.Miss) -> str:
    count = {find.Ambiguous: "places", find.Lost: "elsewhere"}.get(type(place), "")
    return type(place).__name__ + (f" {getattr(place, count).count}" if count else "")


@pytest.mark.parametrize(
    ("text", "target", "words"),
    [
        ("Two. One thing and three things.", {"quote": "One … Two … three"}, "Lost 0"),
        ("One thing and three things.", {"quote": "One … missing … three"}, "Lost 0"),
        ("One two one three.", {"quote": "One … two … three"}, "One two one three"),
        ("a b c d b e", {"quote": "a … b … b … e"}, "a b c d b e"),
        ("a b c d e", {"quote": "a … b … b … e"}, "Lost 0"),
        ("one x three. But one y three.", {"quote": "one … three", "prefix": "But"}, "one y three"),
        ("one x three. So one y three!", {"quote": "one … three", "suffix": "!"}, "Ambiguous 2"),
        ("one x three. So one y three!", {"quote": "one … three", "suffix": "."}, "one x three"),
        ("one two", {"quote": "one … one two"}, "Lost 0"),
        ("a … b. a c b.", {"quote": "a … b"}, "a … b"),
        ("a a a", {"quote": "a a"}, "Ambiguous 2"),
        ("他看看看。", {"quote": "看看"}, "Ambiguous 2"),
        ("a b", {"quote": "…"}, "Lost 0"),
        ("Word.[^1] More.\n\n[^1]: Note.", {"quote": "[1]"}, "Lost 0"),
        ("Word.[^1] More.\n\n[^1]: Note.", {"quote": "↩"}, "Lost 0"),
        ("Word.[^1] More.\n\n[^1]: Note.", {"quote": "Word.[1] More"}, "Word. More"),
        ("Word.[^1] More.\n\n[^1]: Note.", {"quote": "Note. ↩"}, "Note."),
        ("wait…", {"quote": "…"}, "…"),
        ("One word.", {"quote": "word", "prefix": "Two"}, "Lost 1"),
        ("# A\n\nword\n\n# B\n\nword\n", {"quote": "word", "section": "B"}, "word"),
        ("# A\n\nword\n\n# B\n\nx\n", {"quote": "word", "section": "B"}, "Lost 1"),
        ("# A\n\nthe word\n\n# B\n\nx\n", {"quote": "word B", "section": "A"}, "Lost 1"),
        ("# A\n\nx\n", {"section": "a"}, "A"),
        ("# A\n\nx\n", {"section": "#a"}, "A"),
        ("# A\n\nx\n\n# A\n\ny\n", {"section": "A"}, "NoSection"),
        ("# A\n\nx\n", {"section": "B"}, "NoSection"),
        ("x", {}, "Whole"),
        ("x", {"image": "y.svg"}, "NoImage"),
    ],
)
def test_places(text: str, target: dict[str, str], words: str) -> None:
    assert found(text, **target) == words


FORMULAS = "The law ($E = mc^2$) is old. Aha, the law ($E = mc^2$), not ($x$), is old."


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        # As browsers copy formulas: the parts are in lines of their own, with styled letters.
        ("not (\n𝑥\n), is", "not (x), is"),
        ("law (\n𝐸\n=\n𝑚\n𝑐\n2\n) is", "law (E=mc2) is"),
        ("Aha, the law (\n𝐸\n=\n𝑚\n𝑐\n2\n),", "Aha, the law (E=mc2),"),
        ("law (\n𝐸\n=\n𝑚\n𝑐\n2\n)", "Ambiguous 2"),
        ("no t (\n𝑥\n), is", "Lost 0"),
        ("not(\n𝑥\n), is", "Lost 0"),
        ("not (\n𝑥\n),is", "Lost 0"),
        ("ha, the law (\n𝐸\n=\n𝑚\n𝑐\n2\n)", "Lost 0"),
        ("law (\n𝐸\n=\n𝑚", "Lost 0"),
        ("𝑐\n2\n) is", "Lost 0"),
        ("\u200b", "Lost 0"),
    ],
)
def test_copied_formulas(quote: str, words: str) -> None:
    reader = read(Markdown(MarkdownOptions(math=True)).parse(FORMULAS))
    place = find.find(reader, Target(quote=quote))
    shown = reader.text[place.start : place.end] if isinstance(place, find.Span) else _why(place)
    assert shown == words


def test_copied_formulas_of_all_places() -> None:
    reader = read(Markdown(MarkdownOptions(math=True)).parse("($x$) ($x$) ($x$) $aaa$"))
    for quote, count in (("(\n𝑥\n)", 3), ("(\n𝑥\n) (\n𝑥\n)", 2)):
        place = find.find(reader, Target(quote=quote))
        assert isinstance(place, find.Ambiguous)
        assert place.places.count == count


@pytest.mark.parametrize(
    ("quote", "tex"),
    [
        ("The law (E", "E = mc^2"),
        ("law (E = mc", "E = mc^2"),
        ("2) is", "E = mc^2"),
        ("not (x", None),
        ("x", None),
        ("is old", None),
    ],
)
def test_the_formula_that_a_quote_cuts(quote: str, tex: str | None) -> None:
    reader = read(Markdown(MarkdownOptions(math=True)).parse(FORMULAS))
    formula = find.cut_formula(reader, quote)
    assert (formula.tex if formula else None) == tex


def test_the_text_with_footnote_signs_is_made_only_for_quotes_that_may_have_some() -> None:
    reader = article("Word.[^1] More.\n\n[^1]: Note.")
    for quote, is_made in (("Word. More.", False), ("Word.[1] More.", True)):
        assert isinstance(find.find(reader, Target(quote=quote)), find.Span)
        assert ("copied" in vars(reader)) is is_made


def inside(text: str, **target: str) -> list[tuple[str, str]]:
    place = find.find(article(text), Target(**target))
    assert isinstance(place, find.Span | find.Lost)
    return [(each.words, each.whole) for each in place.inside]


def test_every_part_that_may_cut_a_word_is_named() -> None:
    parts = [("3", "3km"), ("5", "5km"), ("7", "7km")]
    assert inside("3km then 5km then 3km then 7km.", quote="3 … 5 … 7") == parts
    assert inside("It is 5km.", quote="5") == [("5", "5km")]
    assert inside("It is 5km.", quote="5km") == []


def test_words_inside_others_are_named_wherever_the_other_keys_put_them() -> None:
    text = "# A\n\nIt is impossible.\n\n# B\n\nx\n"
    for more in ({}, {"prefix": "not"}, {"suffix": "!"}, {"section": "B"}):
        assert inside(text, quote="possible", **more) == [("possible", "impossible")], more


@pytest.mark.parametrize("width", [1, 10, 40])
def test_white_space_between_a_prefix_and_the_quote_has_any_width(width: int) -> None:
    text = f"```\nA{' ' * width}target{' ' * width}1\nB{' ' * width}target{' ' * width}2\n```\n"
    for context in ({"prefix": "B"}, {"suffix": "2"}):
        reader = article(text)
        place = find.find(reader, Target(quote="target", **context))
        assert isinstance(place, find.Span)
        assert place.start == reader.text.rindex("target")


@pytest.mark.parametrize(
    ("src", "name"),
    [
        ("pic.png", "pic.png"),
        ("pic.png", "./pic.png"),
        ("./pic.png", "pic.png"),
        ("a/b/pic.png", "pic.png"),
        ("a/b/pic.png", "b/pic.png"),
        ("pic.png?v=1#x", "pic.png"),
        ("a%20b.png", "a b.png"),
    ],
)
def test_pictures_are_named_by_their_files(src: str, name: str) -> None:
    reader = article(f"![alt]({src})")
    assert find.find(reader, Target(image=name)) == reader.images[0]


@pytest.mark.parametrize(
    ("src", "name"), [("epic.png", "pic.png"), ("pic.png", "a/pic.png"), ("pic.png", "pic")]
)
def test_other_pictures(src: str, name: str) -> None:
    assert isinstance(find.find(article(f"![alt]({src})"), Target(image=name)), find.NoImage)


def test_pictures_that_are_not_shown_cannot_be_named() -> None:
    reader = article("An <audio>![a](p.svg)</audio> and ![b](p.svg)")
    assert find.find(reader, Target(image="p.svg")) == reader.images[0]
    assert reader.text[: reader.images[0].start] == "An  and "


def test_sections_contain_positions() -> None:
    reader = article(
        "before\n\n# A\n\none\n\n## A1\n\nsub\n\n## A2\n\n# B\n\ntwo\n\n### B1\n\nthree\n"
    )
    at = {word: reader.text.index(word) for word in ("before", "A", "one", "sub", "two", "three")}
    sections = {word: reader.section_at(offset) for word, offset in at.items()}
    assert list(sections.values()) == ["", "a", "a", "a1", "b", "b1"]
    texts = {s.id: reader.text[s.start : s.end].split() for s in reader.sections}
    assert texts == {
        "a": ["A", "one", "A1", "sub", "A2"],
        "a1": ["A1", "sub"],
        "a2": ["A2"],
        "b": ["B", "two", "B1", "three"],
        "b1": ["B1", "three"],
    }
    assert article("before\n\n# A\n").section_at(0) == ""


def test_lines_of_positions() -> None:
    text = "one <!-- a\nb --> two\nthree <!-- c\n\nd -->\n\nfour\n"
    reader = article(text)
    assert [reader.line_at(reader.text.index(w)) for w in ("one", "two", "three")] == [0, 1, 2]
    text = "one\ntwo\n\n```\nthree\nfour\n```\n\n- five\n\n    six\n    seven\n"
    reader = article(text)
    lines = text.split("\n")
    for word in ("one", "two", "three", "four", "five", "six", "seven"):
        assert word in lines[reader.line_at(reader.text.index(word))], word
    assert article("").line_at(0) == 0
    reader = article("one\ntwo\n\n```\n\nthree\n```\n")
    assert [reader.line_at(reader.text.index(w)) for w in ("\n", "two", "three")] == [0, 1, 5]


def test_lines_of_positions_beside_formulas() -> None:
    reader = read(Markdown(MarkdownOptions(math=True)).parse("one $a\n= b$ two\n$c$ three\n"))
    first, second = reader.formulas
    places = (first.start, reader.text.index("two"), second.start, reader.text.index("three"))
    assert [reader.line_at(at) for at in places] == [0, 1, 2, 2]


def test_formulas_that_are_not_shown_are_none() -> None:
    markdown = Markdown(MarkdownOptions(html=True, math=True))
    reader = read(markdown.parse("a <audio>$x$</audio> $y$"))
    assert [each.tex for each in reader.formulas] == ["y"]


def test_the_alternative_text_of_a_picture_is_not_shown() -> None:
    assert article("a![<br>](p.png)b").text == "ab"


def test_character_references_in_raw_html() -> None:
    assert article("<div>a &amp; b &amp;&lt; c</div>\n").text == "a & b &< c"


# --- marks in raw HTML ---------------------------------------------------------------------------


def marked(text: str, quote: str) -> str:
    tokens = MARKDOWN.parse(text)
    reader = read(tokens)
    place = find.find(reader, Target(quote=quote))
    assert isinstance(place, find.Span)
    highlight = mark.Highlight("n0", "context", place.start, place.end)
    return MARKDOWN.render(mark.apply(tokens, reader, [highlight]))


def test_a_mark_is_cut_at_raw_html_and_the_reference_is_outside_a_link() -> None:
    assert marked("x **a <b>y</b> c** z", "a y c").count("<mark") == 3
    within = marked('x <a\nhref="#q">word and more</a> z', "word")
    assert "</mark> and more</a>\0r0\0" in within


def test_an_abbreviation_is_no_link() -> None:
    made = marked('The <abbr title="x">UN</abbr> says this word and more words.', "this word")
    assert "this word</mark>\0r0\0" in made
