"""An article's Markdown as tokens, and as the text that its readers see: the one way to both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from explainer.anchor import text as anchor_text
from explainer.anchor.text import ReaderText
from explainer.markdown.parser import Markdown


@dataclass(frozen=True, slots=True)
class Body:
    """An article's text, parsed."""

    tokens: Sequence[Token]
    """As markdown-it gives them. Resolving links changes them in place."""
    reader: ReaderText
    """What a browser would show, read from the tokens before their links were resolved."""


def parse_body(markdown: Markdown, text: str) -> Body:
    """Parse `text`, the Markdown of an article without its front matter."""
    tokens = markdown.parse(text)
    return Body(tokens, anchor_text.read(tokens))
