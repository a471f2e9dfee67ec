"""Find the links and pictures of a text, in its tokens and in the author's source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from markdown_it.token import Token

from explainer.markdown.comments import COMMENT
from explainer.markdown.findings import Place

_BEFORE_ADDRESS = r"(?:\]\(\s*<?|<|=\s*[\"']?)"
"""What comes directly before the address of a link, in Markdown and in raw HTML."""
_BEFORE_DEFINED = r"^[ >]*\[[^\]\n]+\]:\s*<?"
"""What comes directly before the address in a link definition: `[name]: address`."""
_BREAKS = frozenset({"softbreak", "hardbreak"})


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


def find_links(tokens: Iterable[Token]) -> Iterator[tuple[LinkOccurrence, Token, bool]]:
    """Yield every link and picture of a text, its token, and whether it shows any content."""
    alike: Counter[str] = Counter()
    alike_here: Counter[tuple[str, int]] = Counter()
    line = 0
    for token in tokens:
        if token.map:
            line = token.map[0]
        here = line
        children = token.children or []
        for number, child in enumerate(children):
            if child.type in ("link_open", "image"):
                url = str(child.attrs.get("src" if child.type == "image" else "href", ""))
                seen, breaks = _text_of(children, number)
                at = here + breaks  # the address comes after the text
                occurrence = LinkOccurrence(at, url, alike[url], alike_here[url, at])
                alike[url] += 1
                alike_here[url, at] += 1
                yield occurrence, child, seen
                if child.type == "image":
                    here = at
            else:
                here += line_breaks(child)


def line_breaks(token: Token) -> int:
    """Return how many line breaks of the author's text an inline token stands for."""
    lines: int = token.meta["lines"] if token.type == COMMENT else token.type in _BREAKS
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
    for written in dict.fromkeys((link.url, unquote(link.url))):
        address = rf"({re.escape(written)})(?=[\s)>\"']|\Z)"
        pattern = re.compile(_BEFORE_ADDRESS + address)
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
