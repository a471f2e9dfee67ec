"""explainer/anchor/notes.py: where the notes of a passage go."""

from __future__ import annotations

import pytest
from markdown_it.token import Token

from explainer.anchor.notes import note_places
from explainer.anchor.text import read
from explainer.markdown.parser import Markdown, MarkdownOptions

MARKDOWN = Markdown(MarkdownOptions(html=True))


def with_notes(text: str, *words: str) -> str:
    """Return the HTML of a text, with the numbers of words where their notes go."""
    tokens = MARKDOWN.parse(text)
    reader = read(tokens)
    blocks: dict[int, list[int]] = {}
    for number, word in enumerate(words):
        block = reader.blocks[reader.block_at(reader.text.index(word))]
        blocks.setdefault(block.token, []).append(number)
    places = note_places(tokens, reader, blocks)
    for i, numbers in sorted(places.items(), reverse=True):
        tokens.insert(i + 1, Token("html_block", "", 0, content=f"{numbers}"))
    return MARKDOWN.render(tokens).replace("\n", "")


@pytest.mark.parametrize(
    ("text", "words", "html"),
    [
        ("a b\n\nc", "ba", "<p>a b</p>[0, 1]<p>c</p>"),
        ("> a\n\nc", "a", "<blockquote><p>a</p></blockquote>[0]<p>c</p>"),
        ("1. a\n\nb", "a", "<ol><li>a[0]</li></ol><p>b</p>"),
        ("1. > a\n\nb", "a", "<ol><li><blockquote><p>a</p></blockquote>[0]</li></ol><p>b</p>"),
        ("> 1. a\n\nc", "a", "<blockquote><ol><li>a</li></ol></blockquote>[0]<p>c</p>"),
        ("> a\n>\n> b\n\nc", "ba", "<blockquote><p>a</p><p>b</p></blockquote>[0, 1]<p>c</p>"),
        ("a\n: b\n\nc", "a", "<dl><dt>a</dt><dd>[0]b</dd></dl><p>c</p>"),
        # Raw HTML
        ("<div>\n\na\n\n</div>\n\nb", "a", "<div><p>a</p>[0]</div><p>b</p>"),
        ("<figure>\n\na\n\n</figure>\n\nb", "a", "<figure><p>a</p></figure>[0]<p>b</p>"),
        ("<figure>\n\na\n\n</figure>", "a", "<figure><p>a</p></figure>[0]"),
        ("x <b>a\n\nb</b> c\n\nd", "a", "<p>x <b>a</p><p>b</b> c</p>[0]<p>d</p>"),
        # It never ends, so it keeps no note from being on the page.
        ("<figure>\n\na\n\nb", "ab", "<figure><p>a</p>[0]<p>b</p>[1]"),
        ("<figure>\n\na", "a", "<figure><p>a</p>[0]"),
        ("a <b>b\n\nc", "bc", "<p>a <b>b</p>[0]<p>c</p>[1]"),
        ("<div><p>\n\na", "a", "<div><p><p>a</p>[0]"),
    ],
)
def test_notes_follow_their_words(text: str, words: str, html: str) -> None:
    assert with_notes(text, *words) == html
