"""Tokens to the reader's text: what a browser would show of an article's body.

Inline text, code, table cells, captions and footnotes count; the alternative text of pictures and
the numbers of footnote references do not. Blocks are separated by a line break. Positions count
Unicode code points, as in the W3C Web Annotation model.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import attrgetter

from markdown_it.token import Token

from explainer.anchor.normalize import NormalizedText, normalize
from explainer.markdown.rules import inline_text

_BREAKS = frozenset({"softbreak", "hardbreak"})
_SHOWN = frozenset({"text", "code_inline"})

# Raw HTML is read as a browser's tokenizer would, roughly: comments, tags, and the elements whose
# content is never shown. What is left is text, with character references.
_RAW_HTML = re.compile(
    r"<!--.*?(?:-->|\Z)|<[?!].*?(?:>|\Z)"
    r"|<(script|style|title|template|textarea|noscript|svg|select|object|iframe)\b.*?(?:</\1\s*>|\Z)"
    r"|</?[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>",
    re.DOTALL | re.IGNORECASE,
)
# Elements that begin a line of their own, and cells.
_BREAKING = re.compile(
    r"</?(?:address|article|aside|blockquote|br|caption|dd|details|div|dl|dt|fieldset|figcaption"
    r"|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|summary|table|tbody|td"
    r"|tfoot|th|thead|tr|ul)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"(&(?:[a-zA-Z][a-zA-Z0-9]*|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of reader's text that comes from one block token."""

    token: int
    """The index of an `inline`, `fence`, `code_block` or `html_block` token."""
    start: int
    """Offset in the text."""
    end: int
    """Offset in the text; the separating line break is not part of it."""
    children: tuple[int, ...]
    """For `inline`: the offset at which each child begins, and the end."""
    line: int
    """The first line of the block in the parsed text, from 0."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with all below it, up to the next heading of its level or above."""

    id: str
    """The heading's anchor."""
    level: int
    """1 to 6."""
    title: str
    """The heading's words."""
    start: int
    """Offset of the heading in the text."""
    title_end: int
    """Offset of the heading's end."""
    end: int
    """Offset of the section's end."""


@dataclass(frozen=True, slots=True)
class ReaderImage:
    """An image of the article, and where its token is."""

    src: str
    """Its address, as the author wrote it."""
    block: int
    """The index of its block in `ReaderText.blocks`."""
    child: int
    """Its index among the children of the block's token."""
    start: int
    """Offset of the text that follows it."""


@dataclass(frozen=True)
class ReaderText:
    """The reader's text of an article, with the way back to the tokens."""

    text: str
    """All blocks, separated by line breaks."""
    blocks: tuple[Block, ...]
    """In order."""
    sections: tuple[Section, ...]
    """In order of their headings."""
    images: tuple[ReaderImage, ...]
    """In order."""

    @cached_property
    def normalized(self) -> NormalizedText:
        """The text as quotes are searched in it: the one work that all annotations share."""
        return normalize(self.text)

    @cached_property
    def squeezed(self) -> tuple[str, tuple[int, ...]]:
        """The normalized text without spaces, and for each character its index in `normalized`.

        Programs part the blocks of a page in ways of their own: what they copy is compared in it.
        """
        text = self.normalized.text
        return text.replace(" ", ""), tuple(i for i, char in enumerate(text) if char != " ")

    def block_at(self, position: int) -> int:
        """The index of the block that holds a position of the text."""
        return bisect_right(self.blocks, position, key=_start) - 1

    def line_at(self, position: int) -> int:
        """The line of the parsed text, from 0, on which the character at a position is."""
        if not self.blocks:
            return 0
        block = self.blocks[max(self.block_at(position), 0)]
        return block.line + self.text.count("\n", block.start, position)

    def section_at(self, position: int) -> str:
        """The id of the nearest heading at or above a position; empty before the first."""
        found = bisect_right(self.sections, position, key=_start) - 1
        return self.sections[found].id if found >= 0 else ""


_start = attrgetter("start")


def read(tokens: Sequence[Token]) -> ReaderText:
    """Read tokens as a reader does."""
    pieces: list[str] = []
    blocks: list[Block] = []
    images: list[ReaderImage] = []
    headings: list[tuple[Token, Token, Block]] = []
    length = line = 0
    for i, token in enumerate(tokens):
        kind = token.type
        first = line = token.map[0] if token.map else line
        children: tuple[int, ...] = ()
        if kind == "inline":
            texts = [_shown(child) for child in token.children or ()]
            shown = "".join(texts)
            children = tuple(accumulate(map(len, texts), initial=length))
            images += [
                ReaderImage(str(child.attrs.get("src", "")), len(blocks), j, children[j])
                for j, child in enumerate(token.children or ())
                if child.type == "image"
            ]
        elif kind in ("fence", "code_block"):
            shown = token.content.removesuffix("\n")
            first += kind == "fence"
        elif kind == "html_block":
            shown = "".join(text for text, _ in raw_html_pieces(token.content))
        else:
            continue
        block = Block(i, length, length + len(shown), children, first)
        if kind == "inline" and tokens[i - 1].type == "heading_open":
            headings.append((tokens[i - 1], token, block))
        blocks.append(block)
        pieces.append(shown)
        length = block.end + 1
    text = "\n".join(pieces)
    return ReaderText(text, tuple(blocks), _sections(headings, len(text)), tuple(images))


def _shown(token: Token) -> str:
    """What a reader sees of a part of inline text."""
    if token.type in _SHOWN:
        return token.content
    breaks = token.type == "html_inline" and _BREAKING.match(token.content)
    return "\n" if breaks or token.type in _BREAKS else ""


def _sections(headings: list[tuple[Token, Token, Block]], end: int) -> tuple[Section, ...]:
    sections: list[Section] = []
    ends: dict[int, int] = {}  # by level: where the nearest following heading of it begins
    for heading, inline, block in reversed(headings):
        level = int(heading.tag[1])
        ends = {at: start for at, start in ends.items() if at <= level}
        stop = min(ends.values(), default=end)
        title = inline_text(inline)
        name = str(heading.attrs.get("id", ""))
        sections.append(Section(name, level, title, block.start, block.end, stop))
        ends[level] = block.start
    return tuple(reversed(sections))


def raw_html_pieces(content: str) -> list[tuple[str, str]]:
    """Cut raw HTML into pairs of what a browser shows and what the source has.

    Joined, the second parts are `content`; the first are the text. Markup shows nothing, but where
    a browser begins a new line between words, a line break of its own comes before the
    words. A character reference shows one or two characters; any other piece shows itself.
    """
    pieces: list[tuple[str, str]] = []
    done = 0
    shown = breaks = False
    after_block = True
    for markup in [*_RAW_HTML.finditer(content), None]:
        text = content[done : markup.start() if markup else len(content)]
        before_block = markup is None or bool(_BREAKING.match(markup[0]))
        if text.strip() or (text and shown and not (after_block or before_block)):
            if breaks:
                pieces.append(("\n", ""))
            pieces += _characters(text)
            shown, breaks = True, False
        elif text:
            pieces.append(("", text))
        if markup:
            pieces.append(("", markup[0]))
            done = markup.end()
            breaks = breaks or (shown and before_block)
            after_block = before_block
    return pieces


def _characters(text: str) -> Iterator[tuple[str, str]]:
    for i, part in enumerate(_REFERENCE.split(text)):  # every second part is a reference
        if part:
            yield (html.unescape(part) if i % 2 else part), part
