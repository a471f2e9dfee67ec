"""The shortcuts in the Markdown package give the same results as the full parser."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.markdown import parser
from explainer.markdown.highlight import highlight_code
from explainer.markdown.parser import Markdown, NoteMarkdown
from tests.helpers.examples import examples
from tests.helpers.markdown_strategies import ARTICLE

NOTES = NoteMarkdown()
TRICKY = "ab* \n\"'“(1.-:#=|>+!xé\u00a0\u2028{}^~"


@settings(max_examples=examples(500), deadline=None)
@given(st.one_of(st.text(alphabet=TRICKY, max_size=30), st.text(max_size=20)))
def test_a_simple_note_renders_as_markdown_does(text):
    short = NOTES.simple(text)
    assert short is None or short == NOTES.render(NOTES.parse(text))


NORMAL_LINK = re.compile(parser._NORMAL_LINK.pattern, parser._NORMAL_LINK.flags)


@settings(max_examples=examples(500), deadline=None)
@given(st.from_regex(NORMAL_LINK, fullmatch=True))
def test_a_normal_link_is_unchanged(url):
    assert parser.normalizeLink(url) == url


@settings(max_examples=examples(100), deadline=None)
@given(st.text(max_size=60), st.sampled_from(["python", "java", "yaml", "html", "", "no-such"]))
def test_highlighted_pieces_joined_are_the_code(code, language):
    assert "".join(piece.text for piece in highlight_code(code, language)) == code


@settings(max_examples=examples(100), deadline=None)
@given(ARTICLE)
def test_every_heading_has_a_unique_id(text):
    tokens = Markdown().parse(text.replace("{#own-id}", ""))
    ids = [token.attrs["id"] for token in tokens if token.type == "heading_open"]
    assert len(ids) == len(set(ids))
