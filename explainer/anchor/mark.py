"""Insert annotations into an article's tokens: `<mark>` elements, references, places for notes.

The passages are cut into *stretches*, each covered by one set of annotations. A stretch becomes as
few `<mark>` elements as proper nesting allows. Without the inserted tokens, the old ones remain: an
annotation never changes the text that it is about.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import NamedTuple

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from explainer.anchor import raw_html
from explainer.anchor.notes import note_places
from explainer.anchor.raw_html import END, Place
from explainer.anchor.text import Block, ReaderText
from explainer.markdown import highlight
from explainer.support.patterns import later
from explainer.support.values import dataclass

_IDEOGRAPHS = "\u2e80-\u303f\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_FULL_WIDTH = "。、，；：！？」』》〉"
_BARE = later(r"[\w-]+")
_PUNCTUATION = later(
    rf"(?:[\u00a0\u202f]?[.,;:!?…،؛؟\"'’”»›{_FULL_WIDTH}]|[“«‘‹](?!\w))++"
    rf"(?:(?<=[{_FULL_WIDTH}])|(?![^\W{_IDEOGRAPHS}]))"
)
"""Punctuation and closing quotation marks of all languages, but no apostrophe or decimal point.
German closes with the mark that opens an English quotation."""

# Markdown replaces NUL with U+FFFD, so an author's text cannot contain these.
REFERENCE = "\0r{}\0"
NOTES = "\0n{}\0"


@dataclass(frozen=True, slots=True)
class Highlight:
    """The id and kind of an annotation, and the span of the reader's text that it is about."""

    id: str
    """Its id on the page."""
    kind: str
    """`claim`, `question`, or a note's kind. Marks do not name the default kind, `context`."""
    start: int
    """Offset of the passage in the reader's text, in code points."""
    end: int
    """Offset of the passage's end; equal to `start` for an image."""
    image: tuple[int, int] | None = None
    """For an image: the index of its block, and of its token in the block."""


class _Stretch(NamedTuple):
    start: int
    end: int
    on: tuple[int, ...]
    """Indices of the highlights that cover it, in reading order."""


class _Marker:
    """The state of rewriting one article's tokens."""

    def __init__(
        self,
        highlights: Sequence[Highlight],
        ends: Iterable[tuple[int, int]],
        no_reference: frozenset[Place],
    ) -> None:
        self.highlights = highlights
        self.no_reference = no_reference
        self.ends = sorted(ends)
        """Where references go: (offset, index of the highlight), in order."""
        self.stretches = list(_stretches(highlights, self.ends))
        """The whole text, including uncovered stretches."""
        self.starts = [s.start for s in self.stretches]
        self.due = 0
        """How many references have been inserted."""
        self.begun: set[int] = set()
        """Indices of the highlights that already have a mark."""

    def cover(self, start: int, end: int) -> Iterator[_Stretch]:
        """Cut a non-empty piece of text into stretches, including uncovered ones."""
        i = bisect_right(self.starts, start) - 1
        while start < end:
            stop = min(self.stretches[i].end, end)
            yield _Stretch(start, stop, self.stretches[i].on)
            start = stop
            i += 1

    def is_due(self, until: int) -> bool:
        """Return whether a reference belongs before a position and has not been inserted yet."""
        return self.due < len(self.ends) and self.ends[self.due][0] <= until

    def references(self, until: int, place: Place) -> list[str]:
        """Return the references that are due, if they can be at this place of the raw HTML."""
        out: list[str] = []
        while self.is_due(until) and place not in self.no_reference:
            out.append(REFERENCE.format(self.ends[self.due][1]))
            self.due += 1
        return out

    def marked(self, on: tuple[int, ...], html: str) -> str:
        """Return HTML inside its own mark, or unchanged if no highlight covers it."""
        return f"{self.open(on)}{html}</mark>" if on else html

    def open(self, on: tuple[int, ...]) -> str:
        """Return the tags that open a mark. The first mark of a passage has its permalink's id.

        An element has only one id. If passages start together, empty marks have the other ids.
        """
        first = [i for i in on if i not in self.begun]
        self.begun.update(first)
        before = "".join(self._tag((i,), i) + "</mark>" for i in first[:-1])
        return before + self._tag(on, first[-1] if first else None)

    def _tag(self, on: tuple[int, ...], first: int | None) -> str:
        ids = " ".join(self.highlights[i].id for i in on)
        kinds = " ".join(dict.fromkeys(self.highlights[i].kind for i in on))
        tag = f"<mark{_attribute('data-annotation', ids)}"
        if kinds != "context":
            tag += _attribute("data-kind", kinds)
        if first is not None:
            tag += _attribute("id", f"ref-{self.highlights[first].id}")
        return tag + ">"


def _attribute(name: str, value: str) -> str:
    """Return an attribute, with quotation marks if its value needs them."""
    return f" {name}={value}" if _BARE.fullmatch(value) else f' {name}="{escapeHtml(value)}"'


def _stretches(
    highlights: Sequence[Highlight], ends: Iterable[tuple[int, int]]
) -> Iterator[_Stretch]:
    events: dict[int, tuple[list[int], list[int]]] = {at: ([], []) for at, _ in ends}
    for i, h in enumerate(highlights):
        if h.image is None:
            events.setdefault(h.start, ([], []))[0].append(i)
            events.setdefault(h.end, ([], []))[1].append(i)
    on: set[int] = set()
    before = 0
    for at in sorted(events):
        yield _Stretch(before, at, tuple(sorted(on)))
        opened, closed = events[at]
        on.update(opened)
        on.difference_update(closed)
        before = at
    yield _Stretch(before, sys.maxsize, ())


def _ends(
    tokens: Sequence[Token], reader: ReaderText, highlights: Sequence[Highlight]
) -> Iterator[tuple[int, int]]:
    """Yield where the reference of each passage goes, and the index of its highlight.

    That is after the punctuation and the closing quotation marks that follow the passage, except
    in code, where such characters have another meaning.
    """
    for i, h in enumerate(highlights):
        if h.image is not None:
            continue
        block = reader.blocks[reader.block_at(h.end - 1)]
        is_code = tokens[block.token].type in ("fence", "code_block")
        after = None if is_code else _PUNCTUATION.match(reader.text, h.end, block.end)
        yield (after.end() if after else h.end), i


def apply(
    tokens: Sequence[Token], reader: ReaderText, highlights: Sequence[Highlight]
) -> list[Token]:
    """Insert highlights into an article's tokens.

    `tokens` are those that `reader` was read from. `highlights` are in reading order, and each has
    a non-empty span or an image. Return new tokens, and leave the old ones unchanged. The new ones
    have marks, a `REFERENCE` sign after each passage and its punctuation, and a `NOTES` sign after
    each block in which passages end. Signs contain indices into `highlights`.
    """
    if not highlights:
        return list(tokens)
    # Read again: resolving links has changed addresses in raw HTML.
    pieces = raw_html.read(tokens).pieces if reader.raw.pieces else {}
    marker = _Marker(highlights, _ends(tokens, reader, highlights), reader.raw.no_reference)
    images: dict[int, dict[int, tuple[int, ...]]] = {}  # by block and child
    for i, each in enumerate(highlights):
        if each.image is not None:
            here = images.setdefault(each.image[0], {})
            here[each.image[1]] = (*here.get(each.image[1], ()), i)
    rewritten: dict[int, Token] = {}
    for number, block in enumerate(reader.blocks):
        token = tokens[block.token]
        here = images.get(number, {})
        marked = here or any(s.on for s in marker.cover(block.start, block.end))
        # After a passage in a link of raw HTML, references wait for the end of the link.
        if not marked and not marker.is_due(block.start):
            continue
        if token.type == "inline":
            children = _Inline(marker, block, token.children or [], here).rewrite()
            new = token.copy(children=children)
        elif token.type == "html_block":
            new = _raw(_marked_html(marker, pieces[block.token], block))
        else:
            new = _raw(_marked_code(marker, token, block))
        rewritten[block.token] = new
    out: list[Token] = []
    after = note_places(tokens, reader, _blocks(reader, highlights))
    for i, token in enumerate(tokens):
        out.append(rewritten.get(i, token))
        if i in after:
            numbers = ",".join(map(str, after[i]))
            # The renderer breaks lines depending on the tokens around, so be hidden like them.
            first = token.nesting == 1  # the notes are the first in an element
            hidden = tokens[i + first].hidden or (first and tokens[i + 1].nesting == -1)
            out.append(_raw(NOTES.format(numbers), hidden=hidden))
    return out


def _blocks(reader: ReaderText, highlights: Sequence[Highlight]) -> dict[int, list[int]]:
    """Return, by the index of a block's token, the indices of the highlights that end in it."""
    blocks: dict[int, list[int]] = {}
    for i, h in enumerate(highlights):
        number = h.image[0] if h.image else reader.block_at(h.end - 1)
        blocks.setdefault(reader.blocks[number].token, []).append(i)
    return blocks


def _raw(html: str, *, hidden: bool = False) -> Token:
    return Token("raw", "", 0, content=html, hidden=hidden)


# --- inline content ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Inline:
    """Rewrites the children of one inline token."""

    marker: _Marker
    block: Block
    children: Sequence[Token]
    images: dict[int, tuple[int, ...]]
    out: list[Token] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    """HTML that follows `out`. Joining text and marks saves many tokens."""
    on: tuple[int, ...] = ()
    """The open mark's highlights; empty if no mark is open."""
    links: int = 0
    """How many links are open. References are links, and links cannot be nested."""
    at: int = 0
    """The index of the last child that was rewritten."""

    @property
    def starts(self) -> Sequence[int]:
        return self.block.children

    def rewrite(self) -> list[Token]:
        closing = _closings(self.children)
        self._walk(0, len(self.children), closing)
        self._switch(())
        self.at = END
        self._refer(self.starts[-1])
        self._keep()
        return self.out

    def _keep(self, *tokens: Token) -> None:
        """Append tokens unchanged."""
        if self.html:
            self.out.append(_raw("".join(self.html)))
            self.html.clear()
        self.out += tokens

    def _walk(self, start: int, stop: int, closing: dict[int, int]) -> None:
        i = start
        while i < stop:
            token = self.children[i]
            if i in closing:
                self._element(i, closing[i], closing)
                i = closing[i] + 1
            else:
                self._leaf(i, token)
                i += 1

    def _element(self, opening: int, close: int, closing: dict[int, int]) -> None:
        """Put an element into one mark if one stretch covers it; otherwise put marks inside it."""
        begin, end = self.starts[opening], self.starts[close]
        covers = list(self.marker.cover(begin, end)) if begin < end else []
        whole = len(covers) == 1 and not self._has_breaks(opening, close)
        if whole:
            self._switch(covers[0].on)
            self._keep(*self.children[opening : close + 1])
        else:
            self._switch(())
            is_link = self.children[opening].type == "link_open"
            self.links += is_link
            self._keep(self.children[opening])
            self._walk(opening + 1, close, closing)
            self._switch(())
            self._keep(self.children[close])
            self.links -= is_link
        self.at = close
        self._refer(end)

    def _has_breaks(self, opening: int, close: int) -> bool:
        """Whether an element contains something that must not be in a mark, or needs its own."""
        return any(
            self.children[i].type in ("footnote_ref", "html_inline") or i in self.images
            for i in range(opening, close)
        )

    def _leaf(self, i: int, token: Token) -> None:
        begin, end = self.starts[i], self.starts[i + 1]
        self.at = i
        if i in self.images:
            self._image(self.images[i], token)
        elif token.type == "html_inline":
            self._switch(())
            self._keep(token)
            self._refer(begin)
        elif begin == end:
            if token.type not in ("image", "text"):  # markdown-it leaves empty texts
                self._switch(())  # a footnote's number is not part of the passage
            self._keep(token)
        elif token.type == "code_inline":
            self._code(token, begin, end)
        else:
            for stretch in self.marker.cover(begin, end):
                self._switch(stretch.on)
                if token.type == "text":
                    text = token.content[stretch.start - begin : stretch.end - begin]
                    self.html.append(escapeHtml(text))
                else:
                    self._keep(token)  # a line break
                self._refer(stretch.end)

    def _code(self, token: Token, begin: int, end: int) -> None:
        covers = list(self.marker.cover(begin, end))
        if len(covers) == 1:
            self._switch(covers[0].on)
            self._keep(token)
        else:
            self._switch(())
            attributes = "".join(f' {k}="{escapeHtml(str(v))}"' for k, v in token.attrs.items())
            self.html.append(f"<code{attributes}>")
            for stretch in covers:
                text = escapeHtml(token.content[stretch.start - begin : stretch.end - begin])
                self.html.append(self.marker.marked(stretch.on, text))
            self.html.append("</code>")
        self._refer(end)

    def _image(self, on: tuple[int, ...], token: Token) -> None:
        self._switch(())
        self.html.append(self.marker.open(on))
        self._keep(token)
        self.html.append("</mark>")
        self.marker.ends[self.marker.due : self.marker.due] = [(0, index) for index in on]
        self._refer(0)

    def _refer(self, until: int) -> None:
        if self.links or not self.marker.is_due(until):
            return
        references = self.marker.references(until, (self.block.token, self.at))
        if references:
            self._switch(())
            self.html += references

    def _switch(self, on: tuple[int, ...]) -> None:
        if on == self.on:
            return
        if self.on:
            self.html.append("</mark>")
        if on:
            self.html.append(self.marker.open(on))
        self.on = on


def _closings(tokens: Sequence[Token]) -> dict[int, int]:
    """Return, by the index of each opening token, the index of the one that closes it."""
    stack: list[int] = []
    closing: dict[int, int] = {}
    for i, token in enumerate(tokens):
        if token.nesting == 1:
            stack.append(i)
        elif token.nesting == -1 and stack:
            closing[stack.pop()] = i
    return closing


# --- code and raw HTML ---------------------------------------------------------------------------


def _marked_pieces(
    marker: _Marker, pieces: Iterable[tuple[str, str, str]], block: Block
) -> Iterator[str]:
    """Mark a text that elements divide into pieces: (tag before, text, tag after).

    A mark encloses pieces that it covers completely, and is inside those that it covers partly.
    """
    on: tuple[int, ...] = ()
    start, place = block.start, (block.token, END)
    for before, text, after in pieces:
        covers = list(marker.cover(start, start + len(text)))
        around = covers[0].on if len(covers) == 1 else ()
        if around != on:
            yield "</mark>" if on else ""
            yield marker.open(around) if around else ""
            on = around
        yield before
        for stretch in covers:
            part = escapeHtml(text[stretch.start - start : stretch.end - start])
            yield marker.marked(stretch.on, part) if len(covers) > 1 else part
            if len(covers) > 1:
                yield from marker.references(stretch.end, place)
        yield after
        start += len(text)
        references = marker.references(start, place)
        if references:
            yield "</mark>" if on else ""
            yield from references
            on = ()
    yield "</mark>" if on else ""


def _marked_code(marker: _Marker, token: Token, block: Block) -> str:
    pieces = (
        (
            f'<span class="{piece.css}">' if piece.css else "",
            piece.text,
            "</span>" if piece.css else "",
        )
        for piece in highlight.highlight_code(token.content, highlight.fence_language(token))
    )
    code = "".join(_marked_pieces(marker, pieces, block))
    return highlight.code_open(token) + code + highlight.CODE_CLOSE


def _marked_html(marker: _Marker, pieces: Sequence[tuple[str, str]], block: Block) -> str:
    """Mark raw HTML. Marks are within its elements."""
    out: list[str] = []
    at = block.start
    for i, (shown, source) in enumerate(pieces):
        place = (block.token, i)
        if not shown or not source:
            out.append(source)
        elif shown != source:  # a character reference: never split
            on = next(marker.cover(at, at + len(shown))).on
            out.append(marker.marked(on, source))
        else:
            for stretch in marker.cover(at, at + len(shown)):
                part = source[stretch.start - at : stretch.end - at]
                out.append(marker.marked(stretch.on, part))
                out += marker.references(stretch.end, place)
        at += len(shown)
        out += marker.references(at, place)
    return "".join(out) + "".join(marker.references(at, (block.token, END)))
