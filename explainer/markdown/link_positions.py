"""Find the links and pictures of a text, in its tokens and in the author's source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from markdown_it.token import Token

from explainer.markdown.bare_links import BARE
from explainer.markdown.comments import COMMENT
from explainer.markdown.findings import Place
from explainer.markdown.formulas import FORMULA
from explainer.markdown.media import CAPTIONS, POSTER
from explainer.markdown.raw_addresses import RawAttribute, raw_attributes
from explainer.support.values import dataclass

_BEFORE_ADDRESS = r"(?:\]\(\s*<?|<|=\s*[\"']?)"
"""What comes directly before the address of a link, in Markdown and in raw HTML."""
_BEFORE_DEFINED = r"^[ >]*\[[^\]\n]+\]:\s*<?"
"""What comes directly before the address in a link definition: `[name]: address`."""
_BREAKS = frozenset({"softbreak", "hardbreak"})
_OTHER_FILES = (POSTER, CAPTIONS)
_LINES = frozenset({COMMENT, FORMULA})
"""The types of tokens that may stand for several lines."""
_BREAKING = _BREAKS | _LINES


@dataclass(frozen=True, slots=True)
class LinkOccurrence:
    """A link or picture in a text, identified by its address and its order."""

    line: int
    """The line of the parsed text, from 0."""
    url: str
    """The address, as the Markdown parser returns it."""
    order: int
    """How many earlier links in the text have the same address."""
    in_line: int
    """How many of these are on the same line."""
    bare: bool = False
    """Whether it is a bare address in the text. These are counted apart from other links."""


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link, a picture, or another address in a text, and where it is in the tokens."""

    occurrence: LinkOccurrence
    token: Token
    """A `link_open`, an `image`, or raw HTML."""
    has_text: bool = True
    """Whether a link shows any content."""
    raw: RawAttribute | None = None
    """The attribute in raw HTML."""
    number: int = 0
    """Which address of that attribute it is, from 0."""
    other: str = ""
    """For another file of a video: its key in the `meta` of the token."""


def find_links(tokens: Iterable[Token]) -> Iterator[FoundLink]:
    """Yield every link, picture, and address in raw HTML of a text, in order."""
    counts: Counter[object] = Counter()

    def occurrence(line: int, url: str, *, bare: bool = False) -> LinkOccurrence:
        all_, same_line = (bare, url), (bare, url, line)
        counts[all_] += 1
        counts[same_line] += 1
        return LinkOccurrence(line, url, counts[all_] - 1, counts[same_line] - 1, bare)

    def in_html(token: Token, line: int) -> Iterator[FoundLink]:
        at = 0
        for raw in raw_attributes(token.content):
            line += token.content.count("\n", at, raw.start)
            at = raw.start
            for number, (start, end) in enumerate(raw.urls):
                found = occurrence(line, raw.value[start:end])
                yield FoundLink(found, token, raw=raw, number=number)

    line = 0
    for token in tokens:
        if token.map:
            line = token.map[0]
        if token.type == "html_block":
            yield from in_html(token, line)
        here = line
        children = token.children or []
        for number, child in enumerate(children):
            if child.type in ("link_open", "image"):
                url = str(child.attrs.get("src" if child.type == "image" else "href", ""))
                seen, breaks = _text_of(children, number)
                at = here + breaks  # the address comes after the text
                yield FoundLink(occurrence(at, url, bare=child.markup == BARE), child, seen)
                for key in _OTHER_FILES if child.type == "image" else ():
                    if key in child.meta:
                        found = occurrence(at, child.meta[key])
                        yield FoundLink(found, child, other=key)
                if child.type == "image":
                    here = at
            elif child.type == "html_inline":
                yield from in_html(child, here)
                here += child.content.count("\n")
            else:
                here += child.type in _BREAKING and line_breaks(child)


def line_breaks(token: Token) -> int:
    """Return how many line breaks of the author's text an inline token stands for."""
    lines: int = token.meta["lines"] if token.type in _LINES else token.type in _BREAKS
    return lines


def _text_of(children: Sequence[Token], number: int) -> tuple[bool, int]:
    """Return whether link or picture `number` shows anything, and the line breaks in its text."""
    opening = children[number]
    if opening.type == "image":
        return True, sum(map(line_breaks, opening.children or ()))
    seen, breaks = False, 0
    for i in range(number + 1, len(children)):
        child = children[i]
        if child.type == "link_close":
            return seen, breaks
        breaks += line_breaks(child)
        if child.type in ("image", "html_inline", "footnote_ref") or child.content.strip():
            seen = True
    return True, breaks


def position(text: str, link: LinkOccurrence | Place, *, by_line: bool = False) -> int | None:
    """Return the offset, in characters, of a link's address, or of a place, in the author's text.

    With `by_line`, `text` is exactly the text that was parsed, and the link is found by its line.
    Otherwise, as in a YAML value, it is found by its order among the links. For a reference link,
    the offset is that of its definition. Return None if the address is written differently in the
    text, for example with entities.
    """
    if isinstance(link, Place):
        return link.offset if by_line else link.find(text)
    shown = link.url.removeprefix("http://") if link.bare else link.url
    for written in dict.fromkeys((link.url, unquote(link.url), shown, unquote(shown))):
        address = rf"({re.escape(written)})(?=[\s)>\"'}}]|\Z)"
        found = rf"(?<!\]\()(?<![\w/<=])({re.escape(written)})" if link.bare else ""
        pattern = re.compile(found or _BEFORE_ADDRESS + address)
        start, end, number = 0, len(text), link.order
        if by_line:
            above = text.split("\n", link.line + 1)[: link.line + 1]
            end = sum(map(len, above)) + len(above) - 1
            start, number = end - len(above[-1]), link.in_line
        here = [match.start(1) for match in pattern.finditer(text, start, end)]
        if number < len(here):
            return here[number]
        if defined := re.search(_BEFORE_DEFINED + address, text, re.MULTILINE):
            return defined.start(1)
        if later := [match.start(1) for match in pattern.finditer(text, start)]:
            return later[0] if by_line else later[-1]
    return None
