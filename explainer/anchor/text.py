"""Extract the reader's text from tokens: what a browser shows of an article's body.

Inline text, code, table cells, captions, and footnotes are part of it. The alternative text of
pictures and the numbers of footnote references are not. A line break separates blocks. Positions
count Unicode code points, as in the W3C Web Annotation data model.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from itertools import accumulate
from operator import attrgetter

from markdown_it.token import Token

from explainer.anchor import raw_html
from explainer.anchor.normalize import (
    NormalizedText,
    normalize,
    normalize_quote,
    plain_letters,
    splits_character,
)
from explainer.anchor.raw_html import RawHtml
from explainer.markdown.comments import COMMENT
from explainer.markdown.formulas import FORMULA
from explainer.markdown.rules import inline_text
from explainer.support.values import dataclass

BACK_LINK = "↩"
"""What the back link of a footnote shows, without a variation selector."""

_BREAKS = frozenset({"softbreak", "hardbreak"})
_SHOWN = frozenset({"text", "code_inline", FORMULA})
_TEXT_ONLY = frozenset(
    {"text", "code_inline", *_BREAKS}
    | {f"{mark}_{end}" for mark in ("em", "strong", "link") for end in ("open", "close")}
)
"""The inline tokens of nearly all blocks."""


@dataclass(frozen=True, slots=True)
class Block:
    """The part of the reader's text that comes from one block token."""

    token: int
    """The index of an `inline`, `fence`, `code_block` or `html_block` token."""
    start: int
    """Offset in the text."""
    end: int
    """Offset of its end in the text, without the line break that separates it from the next."""
    children: tuple[int, ...]
    """For `inline`: the offset of each child, and of the end. Otherwise empty."""
    line: int
    """The first line of the block in the parsed text, from 0."""
    dropped: tuple[tuple[int, int], ...] = ()
    """Comments and formulas: the offset after each, and its number of line breaks."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the text below it, up to the next heading of its level or a higher one."""

    id: str
    """The heading's id."""
    level: int
    """1 to 6."""
    title: str
    """The heading's text."""
    start: int
    """Offset of the heading in the text."""
    title_end: int
    """Offset of the heading's end."""
    end: int
    """Offset of the section's end."""


@dataclass(frozen=True, slots=True)
class ReaderImage:
    """An image of the article, and the position of its token."""

    src: str
    """Its address, as the author wrote it."""
    block: int
    """The index of its block in `ReaderText.blocks`."""
    child: int
    """Its index among the children of the block's token."""
    start: int
    """Offset of the text after it."""


@dataclass(frozen=True, slots=True)
class ReaderFormula:
    """A formula in the reader's text. It is one unit, which no quote cuts."""

    start: int
    """Offset of its text."""
    end: int
    """Offset of the end of its text."""
    tex: str
    """What the author wrote between the dollar signs."""


@dataclass(frozen=True)
class ReaderText:
    """The reader's text of an article, with the tokens that its parts come from."""

    text: str
    """All blocks, separated by line breaks."""
    blocks: tuple[Block, ...]
    """In order."""
    sections: tuple[Section, ...]
    """In order of their headings."""
    images: tuple[ReaderImage, ...]
    """In order."""
    footnote_signs: tuple[tuple[int, str], ...] = ()
    """The numbers of footnote references (`[1]`) and the back links of footnotes (one for each),
    which are not in `text`: the offset at which a browser shows each, and its text, in order."""
    raw: RawHtml = field(default_factory=RawHtml)
    """What the article's raw HTML means."""
    formulas: tuple[ReaderFormula, ...] = ()
    """In order."""

    @cached_property
    def normalized(self) -> NormalizedText:
        """The normalized text, which is what quotes are searched in."""
        return normalize(self.text)

    @cached_property
    def copied(self) -> NormalizedText:
        """The normalized text with its footnote signs, as programs copy it from a page."""
        return normalize(self.text, self.footnote_signs)

    @cached_property
    def by_tex(self) -> Mapping[str, str]:
        """The texts of the formulas, by their TeX without spaces, both normalized."""
        return {
            normalize_quote(each.tex).replace(" ", ""): normalize_quote(
                self.text[each.start : each.end]
            )
            for each in self.formulas
        }

    @cached_property
    def plain(self) -> str:
        """`normalized.squeezed` with the letters of formulas as plain ones."""
        return plain_letters(self.normalized.squeezed[0])

    def formula_at(self, position: int) -> ReaderFormula | None:
        """Return the formula that contains the character at a position; None if none does."""
        index = bisect_right(self.formulas, position, key=_start) - 1
        if index >= 0 and position < self.formulas[index].end:
            return self.formulas[index]
        return None

    def cut_formula(self, *positions: int) -> ReaderFormula | None:
        """Return the first formula with one of these positions inside; None if there is none."""
        if not self.formulas:
            return None
        found = ((self.formula_at(each), each) for each in positions)
        return next((formula for formula, at in found if formula and formula.start < at), None)

    def splits(self, position: int) -> bool:
        """Whether a position is within what readers see as one character, or within a formula."""
        return splits_character(self.text, position) or bool(self.cut_formula(position))

    def block_at(self, position: int) -> int:
        """Return the index of the block that contains a position in the text."""
        return bisect_right(self.blocks, position, key=_start) - 1

    def line_at(self, position: int) -> int:
        """Return the line of the parsed text, from 0, that contains the character at a position."""
        if not self.blocks:
            return 0
        block = self.blocks[max(self.block_at(position), 0)]
        dropped = sum(lines for offset, lines in block.dropped if offset <= position)
        breaks = self._line_breaks
        lines = bisect_left(breaks, position) - bisect_left(breaks, block.start)
        return block.line + lines + dropped

    @cached_property
    def _line_breaks(self) -> tuple[int, ...]:
        return tuple(match.start() for match in re.finditer("\n", self.text))

    def section_at(self, position: int) -> str:
        """Return the id of the last heading at or before a position; empty before the first."""
        index = bisect_right(self.sections, position, key=_start) - 1
        return self.sections[index].id if index >= 0 else ""


_start = attrgetter("start")


def read(tokens: Sequence[Token]) -> ReaderText:
    """Extract the reader's text from tokens."""
    raw = raw_html.read(tokens)
    pieces: list[str] = []
    blocks: list[Block] = []
    images: list[ReaderImage] = []
    signs: list[tuple[int, str]] = []
    formulas: list[ReaderFormula] = []
    headings: list[tuple[Token, Token, Block]] = []
    length = line = 0
    for i, token in enumerate(tokens):
        kind = token.type
        first = line = token.map[0] if token.map else line
        children: tuple[int, ...] = ()
        dropped: tuple[tuple[int, int], ...] = ()
        if kind == "inline":
            inside = token.children or ()
            texts = [child.content if child.type in _SHOWN else _shown(child) for child in inside]
            if raw.hidden:
                texts = ["" if (i, j) in raw.hidden else text for j, text in enumerate(texts)]
            shown = "".join(texts)
            children = tuple(accumulate(map(len, texts), initial=length))
            if not _TEXT_ONLY.issuperset([child.type for child in inside]):
                images += [
                    ReaderImage(str(child.attrs.get("src", "")), len(blocks), j, children[j])
                    for j, child in enumerate(inside)
                    if child.type == "image" and (i, j) not in raw.hidden
                ]
                signs += [
                    (children[j], f"[{child.meta['id'] + 1}]")
                    for j, child in enumerate(inside)
                    if child.type == "footnote_ref"
                ]
                dropped = tuple(_dropped(token, children))
                formulas += _formulas(token, children)
        elif kind in ("fence", "code_block"):
            shown = "" if (i, raw_html.END) in raw.hidden else token.content.removesuffix("\n")
            first += kind == "fence"
        elif kind == "html_block":
            shown = "".join(text for text, _ in raw.pieces[i])
        else:
            if kind == "footnote_anchor" and not token.meta["subId"]:
                signs.append((length - 1, f" {BACK_LINK}"))
            continue
        block = Block(i, length, length + len(shown), children, first, dropped)
        if kind == "inline" and tokens[i - 1].type == "heading_open":
            headings.append((tokens[i - 1], token, block))
        blocks.append(block)
        pieces.append(shown)
        length = block.end + 1
    text = "\n".join(pieces)
    sections = _sections(headings, len(text))
    lists = tuple(blocks), sections, tuple(images), tuple(signs)
    return ReaderText(text, *lists, raw, tuple(formulas))


def _dropped(inline: Token, starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the comments and formulas, for `Block.dropped`."""
    for i, child in enumerate(inline.children or ()):
        if child.type in (COMMENT, FORMULA):
            yield starts[i + 1], child.meta["lines"]


def _formulas(inline: Token, starts: Sequence[int]) -> Iterator[ReaderFormula]:
    """Yield the formulas that readers see."""
    for i, child in enumerate(inline.children or ()):
        if child.type == FORMULA and starts[i] < starts[i + 1]:
            yield ReaderFormula(starts[i], starts[i + 1], child.meta["tex"])


def _shown(token: Token) -> str:
    """Return what readers see of an inline token whose type is not in `_SHOWN`."""
    breaks = token.type == "html_inline" and raw_html.starts_line(token.content)
    return "\n" if breaks or token.type in _BREAKS else ""


def _sections(headings: list[tuple[Token, Token, Block]], end: int) -> tuple[Section, ...]:
    sections: list[Section] = []
    ends: dict[int, int] = {}  # by level: offset of the next heading
    for heading, inline, block in reversed(headings):
        level = int(heading.tag[1])
        ends = {at: start for at, start in ends.items() if at <= level}
        stop = min(ends.values(), default=end)
        title = inline_text(inline)
        name = str(heading.attrs.get("id", ""))
        sections.append(Section(name, level, title, block.start, block.end, stop))
        ends[level] = block.start
    return tuple(reversed(sections))
