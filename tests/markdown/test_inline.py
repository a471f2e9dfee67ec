"""The parsers of lines and blocks run few of the rules, and find what all of them find."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from explainer.markdown.emphasis import CjkState
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
            *("    ", "\t", "1. ", "+ ", "***\n", "===\n", "---\n", "```\n", "<div>\n", "    - "),
            *(
                ": Text\n",
                "Table: T\n",
                ":   d\n",
                "{.c}\n",
                "$$x$$\n",
                "<!-- c -->\n",
                "> [!NOTE]\n",
            ),
            *("[a]: b\n", "[^1]: n\n", "# ", "- ", "> ", "| a | b |\n|--|--|\n", "\n\n", "\r\n"),
        ]
    ),
    max_size=25,
).map("".join)


class AllRules(ParserInline):
    """markdown-it's own parser of lines."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = CjkState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def with_all_rules(parser: Parser) -> Parser:
    """Return the parser with markdown-it's own parsers of lines and blocks."""
    lines, blocks = AllRules(), ParserBlock()
    lines.ruler, lines.ruler2 = parser._md.inline.ruler, parser._md.inline.ruler2
    blocks.ruler = parser._md.block.ruler
    parser._md.inline, parser._md.block = lines, blocks
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
@example("[^1]: > - a\n\n      {.c}\n    b\n\n" + "> " * 30 + "a")
def test_the_rules_that_are_left_out_would_find_nothing(text: str) -> None:
    for ours, plain in PAIRS:
        assert found(ours, text) == found(plain, text)


@pytest.mark.parametrize("part", ["inline", "block"])
def test_a_rule_must_name_the_characters_at_which_it_begins(part: str) -> None:
    parser = Markdown()
    parser._md[part].ruler.push("new", lambda *_: False)
    with pytest.raises(KeyError, match="new"):
        parser.parse("text")


SIMPLE = st.lists(
    st.sampled_from(
        [*"ab1é真*_ \n.,-–'\"“”…()&>", "*a*", "**b**", " *", "* ", "**", "a\n\nb", "'a' "]
    ),
    min_size=1,
    max_size=12,
).map("".join)


@given(TEXTS.filter(bool) | SIMPLE)
@example("a\u00a0")
@example("a\n\n\nb")
@example("mail me@x.org")
@example("WwW.x.org")
@example("import a from 'b'")
@example("A\nexport const a = 1")
@example("a *b* (**c d**, *e*) f*g*")
@example("*a* **b*")
@example("*a **b** c*")
@example('a "*b* c"')
@example("*\"a\"* '*b*' *é* *a*真")
def test_a_simple_text_looks_as_if_it_was_parsed(text: str) -> None:
    for parser, _ in PAIRS[2:]:
        assert isinstance(parser, NoteMarkdown)
        simple = parser.simple(text, "de")
        tokens, marks = parser.parse_with_marks(text, "de")
        assert simple is None or (simple == parser.render(tokens) and not marks)


@pytest.mark.parametrize("text", ["Words.", "Two\n\nparts", "a *b* (**c d**, *e*)", "*A* b."])
def test_most_notes_are_simple_texts(text: str) -> None:
    assert NoteMarkdown().simple(text) == NoteMarkdown().render(NoteMarkdown().parse(text))
