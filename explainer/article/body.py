"""Parse an article's Markdown into tokens, and into the text that readers see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from explainer.anchor import text as anchor_text
from explainer.anchor.text import ReaderText
from explainer.markdown.foreign import ForeignMark
from explainer.markdown.parser import Markdown
from explainer.markdown.rules import RESERVED_IDS

_SHOWN = frozenset({"text", "code_inline", "image"})
_BREAKS = frozenset({"softbreak", "hardbreak"})


@dataclass(frozen=True, slots=True)
class Title:
    """A heading of level 1 that an article's text starts with."""

    text: str
    """Its plain text."""
    id: str
    """Its id, which links can name; empty if it cannot have that id."""


@dataclass(frozen=True, slots=True)
class Body:
    """The parsed text of an article."""

    tokens: Sequence[Token]
    """The tokens of markdown-it, without the title. Resolving links changes them in place."""
    reader: ReaderText
    """What a browser shows, extracted before links are resolved."""
    marks: Sequence[ForeignMark]
    """Marks in it that have no meaning here."""
    title: Title | None = None
    """The heading that the text starts with, which may be the title."""
    drops_title: bool = False
    """Whether that heading is not in the tokens, because the page shows it as its title."""


def parse_body(markdown: Markdown, text: str, *, drop_title: bool = False) -> Body:
    """Parse `text`, the Markdown of an article without the front matter.

    With `drop_title`, a heading of level 1 at the start is no part of the body.
    """
    tokens, marks = markdown.parse_with_marks(text)
    title = _title(tokens)
    drops = drop_title and title is not None
    if drops and any(each.type == "footnote_ref" for each in _children(tokens[1])):
        # No footnote may lead back to a heading that is not there.
        start, end = tokens[0].map or (0, 0)
        lines = text.split("\n")
        lines[start:end] = [""] * (end - start)
        tokens, marks = markdown.parse_with_marks("\n".join(lines))
    elif drops:
        tokens = tokens[3:]
    return Body(tokens, anchor_text.read(tokens), marks, title, drops)


def _children(inline: Token) -> Sequence[Token]:
    return inline.children or ()


def _title(tokens: Sequence[Token]) -> Title | None:
    if not tokens or (tokens[0].type, tokens[0].tag) != ("heading_open", "h1"):
        return None
    shown = "".join(
        each.content if each.type in _SHOWN else " " if each.type in _BREAKS else ""
        for each in _children(tokens[1])
    )
    text, name = " ".join(shown.split()), str(tokens[0].attrs.get("id", ""))
    return Title(text, "" if RESERVED_IDS.match(name) else name) if text else None
