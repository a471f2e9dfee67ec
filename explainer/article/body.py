"""Parse an article's Markdown into tokens, and into the text that readers see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from explainer.anchor import text as anchor_text
from explainer.anchor.text import ReaderText
from explainer.markdown.foreign import ForeignMark
from explainer.markdown.parser import Markdown


@dataclass(frozen=True, slots=True)
class Body:
    """The parsed text of an article."""

    tokens: Sequence[Token]
    """The tokens of markdown-it. Resolving links changes them in place."""
    reader: ReaderText
    """What a browser shows, extracted before links are resolved."""
    marks: Sequence[ForeignMark]
    """Marks in it that have no meaning here."""


def parse_body(markdown: Markdown, text: str) -> Body:
    """Parse `text`, the Markdown of an article without the front matter."""
    tokens, marks = markdown.parse_with_marks(text)
    return Body(tokens, anchor_text.read(tokens), marks)
