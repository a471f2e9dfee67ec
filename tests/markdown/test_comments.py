"""HTML comments: dropped wherever CommonMark has them, and nothing else is lost with them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.anchor.text import read
from explainer.markdown.link_positions import find_links
from explainer.markdown.parser import Markdown, MarkdownOptions, NoteMarkdown
from tests.helpers.cost import is_linear

PARSERS = (Markdown(), Markdown(MarkdownOptions(html=True)), NoteMarkdown())
ARTICLES = PARSERS[:2]


def html(parser: Markdown | NoteMarkdown, text: str) -> str:
    return parser.render(parser.parse(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He paid. <!-- legal --> More.", "<p>He paid. More.</p>"),
        ("He paid.<!-- legal --> More.", "<p>He paid. More.</p>"),
        ("pre<!-- a -->fix", "<p>prefix</p>"),
        ("<!-- a --> First", "<p>First</p>"),
        ("Last <!-- a --> <!-- b -->", "<p>Last</p>"),
        ("One <!-- a\nb --> two\nthree", "<p>One two\nthree</p>"),
        ("*One<!-- a -->* [two <!-- b -->](#x)", '<p><em>One</em> <a href="#x">two</a></p>'),
        ("A <!-- -- --> B <!--> C <!---> D <!-- - ---> E", "<p>A B C D E</p>"),
        ("A <!-- x --!> B", "<p>A B</p>"),
        ("A <!--[if IE]> x <![endif]--> B", "<p>A B</p>"),
        ('[a](#x "T<!-- b -->")', '<p><a href="#x" title="T">a</a></p>'),
        # with the space after it, the space before it would make a hard line break
        ("One  <!-- a -->\ntwo <!-- b --> \nthree", "<p>One\ntwo\nthree</p>"),
        ("One <!-- a -->  \ntwo", "<p>One<br>\ntwo</p>"),
        # blocks
        ("<!-- a -->", ""),
        ("<!-- a\n\n- b\n\n    c\n```\n-->", ""),
        ("One\n<!-- a -->\ntwo", "<p>One</p>\n<p>two</p>"),
        ("<!-- a\n\nb --> *two*\nthree", "<p><em>two</em>\nthree</p>"),
        ("<!-- a --><!-- b\n--> - c\n- d", "<ul>\n<li>c</li>\n<li>d</li>\n</ul>"),
        ("- <!-- a --> b\n- c <!-- d -->", "<ul>\n<li>b</li>\n<li>c</li>\n</ul>"),
        ("- b\n\n  <!-- a\n\n  x -->\n\n  c", "<ul>\n<li>\n<p>b</p>\n<p>c</p>\n</li>\n</ul>"),
        ("> <!-- a\nb -->", "<blockquote></blockquote>"),
        ("> <!-- a\n> b -->\n> c", "<blockquote>\n<p>c</p>\n</blockquote>"),
    ],
)
def test_dropped(text: str, expected: str) -> None:
    for parser in PARSERS:
        assert html(parser, text).strip() == expected


@pytest.mark.parametrize("parser", ARTICLES)
def test_dropped_in_blocks_that_only_articles_have(parser: Markdown) -> None:
    assert html(parser, "## Title <!-- a -->\n\n<!-- b --> ## Two") == (
        '<h2 id="title">Title</h2>\n<h2 id="two">Two</h2>\n'
    )
    table = html(parser, "| A <!-- a --> | B |\n|---|---|\n| <!-- b --> | c<!-- d --> |")
    assert re.findall(r"<t[hd].*?>(.*?)</t", table) == ["A", "B", "", "c"]
    notes = html(
        parser, "x[^1]\n\n[^1]: <!-- a --> Foot <!-- b -->\n\nTerm <!-- c -->\n: <!-- d --> D"
    )
    assert "<p>Foot <a" in notes
    assert "<dt>Term</dt>\n<dd>D</dd>" in notes
    figure = html(parser, '![Alt <!-- a -->](x.png "Cap <!-- b -->") <!-- c\nd -->')
    assert '<img src="x.png" alt="Alt">' in figure
    assert "<figcaption>Cap</figcaption>" in figure


@pytest.mark.parametrize(
    "text",
    ["`<!-- a -->`", "    <!-- a -->", "```\n<!-- a -->\n```", "\\<!-- a -->", "&lt;!-- a -->"],
)
def test_code_and_escaped_text_stay(text: str) -> None:
    for parser in PARSERS:
        tokens, marks = parser.parse_with_marks(text)
        assert "&lt;!-- a --&gt;" in parser.render(tokens)
        assert not marks


@pytest.mark.parametrize(
    "text",
    [
        "One <!-- two",
        "One <!-- two\n\nthree -->",
        "<!-- one\n\ntwo",
        "- <!-- one\n\ntwo -->",
        "<div>\n<!-- one\n</div>",
        "| a <!-- b | c --> |\n|---|---|",
    ],
)
def test_what_is_not_closed_is_noted_and_stays(text: str) -> None:
    for parser in ARTICLES:
        tokens, marks = parser.parse_with_marks(text)
        assert [mark.text for mark in marks if mark.kind == "open-comment"] == ["<!--"]
        for word in ("one", "two", "three"):
            assert (word in text) == (word in parser.render(tokens))


def test_raw_html_loses_its_comments_only() -> None:
    text = (
        "<div title='<!-- kept -->'>\n<!-- a --> x <!-- b\n--> y\n</div>\n\n"
        "<script>\n<!-- kept too -->\n</script>\n\n"
        "In <b title='<!-- kept -->'>line</b>"
    )
    made = html(ARTICLES[1], text)
    assert made.count("kept") == 3
    assert made.count("<!--") == 3
    assert " x  y\n" in made


def test_lines_after_a_comment_are_counted() -> None:
    text = "One <!-- a\nb\nc --> two\n[three](#x) four <!-- d\ne --> five"
    tokens = PARSERS[0].parse(text)
    reader = read(tokens)
    assert reader.text == "One two\nthree four five"
    assert [reader.line_at(reader.text.index(word)) for word in reader.text.split()] == [
        0,
        2,
        3,
        3,
        4,
    ]
    assert [link.occurrence.line for link in find_links(tokens)] == [3]


@given(st.lists(st.sampled_from([*"ab <>!-\n*[](`|#", "<!--", "-->", "<!-- c -->", "\n\n", "- "])))
def test_no_comment_is_left_and_no_letter_lost(parts: list[str]) -> None:
    text = "".join(parts)
    for parser in ARTICLES:
        tokens, marks = parser.parse_with_marks(text)
        made = parser.render(tokens)
        assert made == parser.render(parser.parse(text))
        if "<!--" in made:
            assert any(mark.kind == "open-comment" for mark in marks)
        if "<!--" not in text:
            plain = re.sub(r"<[^>]*>|\s", "", made)
            assert plain.count("b") >= text.count("b") or parser is ARTICLES[1] or "](" in text


@pytest.mark.parametrize(
    "unit",
    ["<!--", "<!--\n", "> <!--\n", "- <!--\n", "<!--\n\n", "<!-- a -->", "a <!-- b\nc --> d\n"],
)
def test_many_comments_take_linear_time(unit: str) -> None:
    def run(size: int) -> None:
        PARSERS[0].parse(unit * (size // len(unit)))

    assert is_linear(run, 2_000, 20_000, 30)
