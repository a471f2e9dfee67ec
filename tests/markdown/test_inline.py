"""The parser of lines runs few of markdown-it's rules, and finds what all of them find."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it.parser_inline import ParserInline

from explainer.markdown.parser import Markdown, MarkdownOptions, NoteMarkdown, Parser

ALL = MarkdownOptions(html=True, math=True, linkify=True, typographer=True)
TEXTS = st.lists(
    st.sampled_from(
        [
            *"\n\\`*_~[]()!<>&{}^$:=%+@#-/.?'\"|wWeiaZ7 é真，\u00a0",
            *("www.", "WWW.a.b", "https://a.b/c_d", "<!-- c -->", "<b>", "</b>", "<your name>"),
            *("&amp;", "![a](b.png)", "[a](b)", "[^1]", "^[n]", "{.c}", "$x^2$", "$$", ":smile:"),
            *(
                "**",
                "~~",
                "``",
                "  \n",
                "\\\n",
                "!!! note",
                "import a from 'b'",
                "\\(",
                "{{ a.b }}",
            ),
            *("[a]: b\n", "[^1]: n\n", "# ", "- ", "> ", "| a | b |\n|--|--|\n", "\n\n", "\r\n"),
        ]
    ),
    max_size=25,
).map("".join)


def with_all_rules(parser: Parser) -> Parser:
    """Return the parser with markdown-it's own parser of lines."""
    plain = ParserInline()
    plain.ruler, plain.ruler2 = parser._md.inline.ruler, parser._md.inline.ruler2
    parser._md.inline = plain
    return parser


PAIRS = [
    (kind(options), with_all_rules(kind(options)))
    for kind in (Markdown, NoteMarkdown)
    for options in (MarkdownOptions(), ALL)
]


def found(parser: Parser, text: str) -> tuple[Any, ...]:
    tokens, marks = parser.parse_with_marks(text, "de")
    return [token.as_dict() for token in tokens], marks


@given(TEXTS)
@example("[" * 30 + "a](b)" + "*" * 30)
@example("".join("[" * i + "*a* www.b.c" + "](d)" * i for i in range(1, 25)))
@example("![[[a](b) <!-- c -->](d)](e)")
def test_the_rules_that_are_left_out_would_find_nothing(text: str) -> None:
    for ours, plain in PAIRS:
        assert found(ours, text) == found(plain, text)


def test_a_rule_must_name_the_characters_at_which_it_begins() -> None:
    parser = Markdown()
    parser._md.inline.ruler.push("new", lambda state, silent: False)
    with pytest.raises(KeyError, match="new"):
        parser.parse("text")


@given(TEXTS.filter(bool))
@example("a\u00a0")
@example("a\n\n\nb")
@example("mail me@x.org")
@example("WwW.x.org")
@example("import a from 'b'")
@example("A\nexport const a = 1")
def test_a_text_without_markup_looks_as_if_it_was_parsed(text: str) -> None:
    for parser, _ in PAIRS[2:]:
        assert isinstance(parser, NoteMarkdown)
        plain = parser.plain(text, "de")
        tokens, marks = parser.parse_with_marks(text, "de")
        assert plain is None or (plain == parser.render(tokens) and not marks)
