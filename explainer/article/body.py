"""Parse an article's Markdown into tokens, and into the text that readers see."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from markdown_it.token import Token

from explainer.anchor import text as anchor_text
from explainer.anchor.normalize import normalize_quote
from explainer.anchor.text import ReaderText
from explainer.markdown.data_tables import Find, expand
from explainer.markdown.foreign import ForeignMark
from explainer.markdown.links import LinkLookup
from explainer.markdown.parser import Markdown
from explainer.markdown.rules import inline_text
from explainer.model.documents import RoutedDocument
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class Title:
    """A heading of level 1 that an article's text starts with."""

    text: str
    """Its plain text."""
    tokens: Sequence[Token]
    """Its tokens: start, content, end."""

    def has(self, kind: str, value: str) -> bool:
        """Whether it contains a `quote` or an `image` (a file's name), or is a `section`."""
        heading, content, _ = self.tokens
        if kind == "image":
            addresses = (str(each.attrs.get("src", "")) for each in content.children or ())
            return any(PurePosixPath(address).name == value for address in addresses)
        is_own = kind == "section" and value == heading.attrs.get("id")
        return is_own or normalize_quote(value) in normalize_quote(self.text)


@dataclass(frozen=True, slots=True)
class Body:
    """The parsed text of an article."""

    tokens: Sequence[Token]
    """The tokens of markdown-it below the title. Resolving links changes them in place."""
    reader: ReaderText
    """What a browser shows of them, extracted before links are resolved."""
    marks: Sequence[ForeignMark]
    """Marks in it that have no meaning here."""
    first: Title | None = None
    """The heading that the text starts with."""
    title: Title | None = None
    """That heading if it is the title, which is not part of `tokens`."""
    lookups: Sequence[LinkLookup] = ()
    """What was looked up for tables from CSV files."""

    @property
    def all_tokens(self) -> Sequence[Token]:
        """The tokens of the title and of the text below it."""
        return [*self.title.tokens, *self.tokens] if self.title else self.tokens


def parse_body(
    markdown: Markdown, document: RoutedDocument, find: Find, language: str = ""
) -> Body:
    """Parse an article's Markdown, without the front matter. `find` looks up CSV files.

    `language` is that of the site: see `Parser.parse_with_marks`. If somebody else wrote the text
    (`original`), its punctuation stays as it is.

    A heading of level 1 at the start is the article's title if `title_above`, which is that of the
    front matter, is empty or the same. With None, no heading is the title.
    """
    text = document.body
    front = document.front
    language = "" if front.original else front.language or language
    tokens, marks = markdown.parse_with_marks(text, language)
    first, title = _first_heading(tokens), document.title_above
    is_title = first and title is not None and (not title or _same(title, first.text))
    if is_title:
        tokens = tokens[3:]
    expanded = expand(tokens, text, document.address, find)
    reader, title_found = anchor_text.read(expanded.tokens), first if is_title else None
    return Body(expanded.tokens, reader, marks, first, title_found, expanded.lookups)


def _same(one: str, other: str) -> bool:
    return normalize_quote(one) == normalize_quote(other)


def _first_heading(tokens: Sequence[Token]) -> Title | None:
    if not tokens or (tokens[0].type, tokens[0].tag) != ("heading_open", "h1"):
        return None
    pictures = (each.content for each in tokens[1].children or () if each.type == "image")
    text = inline_text(tokens[1]).strip() or " ".join(pictures)
    return Title(" ".join(text.split()), tokens[:3]) if text.strip() else None
