"""Where the links and pictures of a text are, in its tokens and in what the author wrote."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from markdown_it.token import Token

_BEFORE_ADDRESS = r"(?:\]\(\s*<?|<|=\s*[\"']?)"
"""What precedes the address of a link in Markdown, and in raw HTML."""
_BEFORE_DEFINED = r"^[ >]*\[[^\]\n]+\]:\s*<?"
"""What precedes an address that links refer to: `[name]: address`."""
_BREAKS = frozenset({"softbreak", "hardbreak"})


@dataclass(frozen=True, slots=True)
class LinkOccurrence:
    """A link or picture of a text, told apart from all others there."""

    line: int
    """From 0, in the parsed text."""
    url: str
    """The address, as Markdown's parser gives it."""
    order: int
    """How many links of the text before it have the same address."""
    in_line: int
    """How many of these are on the same line."""


def find_links(tokens: Iterable[Token]) -> Iterator[tuple[LinkOccurrence, Token, bool]]:
    """Every link and picture of a text, its token, and whether a reader sees anything of it."""
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
                at = here + breaks  # the address follows the words
                occurrence = LinkOccurrence(at, url, alike[url], alike_here[url, at])
                alike[url] += 1
                alike_here[url, at] += 1
                yield occurrence, child, seen
                if child.type == "image":
                    here = at
            elif child.type in _BREAKS:
                here += 1


def _text_of(children: Sequence[Token], number: int) -> tuple[bool, int]:
    """Whether anything is seen of link or picture `number`, and the line breaks in its words."""
    opening = children[number]
    if opening.type == "image":
        return True, sum(child.type in _BREAKS for child in opening.children or ())
    seen, breaks = False, 0
    for i in range(number + 1, len(children)):
        child = children[i]
        if child.type == "link_close":
            return seen, breaks
        breaks += child.type in _BREAKS
        if child.type in ("image", "html_inline", "footnote_ref") or child.content.strip():
            seen = True
    return True, breaks


def position(text: str, link: LinkOccurrence, *, by_line: bool = False) -> int | None:
    """How many characters of a text come before the address of a link, as its author wrote it.

    `by_line`: the text is just the one that was parsed, so that the link's line counts; elsewhere,
    as in a value of YAML, the order of links does. Of a link that has its address by reference, it
    is the place of the definition. None if the address is not there as it was parsed, such as one
    with entities.
    """
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
