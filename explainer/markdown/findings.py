"""What is wrong with a text's own Markdown, and where: rules leave findings in the tokens."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from explainer.markdown.pictures import Flaw

_KEY = "findings"
"""The key of a token's findings in its `meta`."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text, by its words, so that it can also be found in a YAML value."""

    offset: int
    """Its offset in the parsed text."""
    words: str
    """What the author wrote there, up to the end of its line."""
    order: int
    """How often the text has the same words before it."""

    def find(self, text: str) -> int | None:
        """Return the offset of the place in `text`, in which line breaks may differ."""
        at = -1
        for _ in range(self.order + 1):
            at = text.find(self.words, at + 1)
            if at < 0:
                return None
        return at


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong at a place of a text."""

    place: Place
    flaw: Flaw
    related: tuple[tuple[Place, str], ...] = ()
    """Other places to look at, and what is there."""


class Places:
    """Turns positions in the content of tokens into places in the parsed text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))

    def at(self, offset: int, words: str) -> Place:
        """Return the place at an offset in the text."""
        words = words.partition("\n")[0]
        return Place(offset, words, self.text.count(words, 0, offset))

    def inside(self, token: Token, at: int, words: str) -> Place:
        """Return the place of `words`, which are at offset `at` in the content of a token.

        Where the parser has changed the content too much to find them, return the token's line.
        """
        words = words.partition("\n")[0]
        line = token.map[0] if token.map else 0
        offset = self.starts[line] - 1
        for _ in range(token.content.count(words, 0, at) + 1):
            offset = self.text.find(words, offset + 1)
            if offset < 0:
                return self.at(self.starts[line], words)
        return self.at(offset, words)

    def line(self, offset: int) -> int:
        """Return the line, from 0, that contains an offset."""
        return bisect_right(self.starts, offset) - 1


def places(state: StateCore) -> Places:
    """Return the places of the text that is being parsed."""
    found: Places = state.env.setdefault("places", Places(state.src))
    return found


def report(token: Token, finding: Finding) -> None:
    """Leave a finding in a token."""
    token.meta.setdefault(_KEY, []).append(finding)


def reported(tokens: Iterable[Token]) -> Iterator[Finding]:
    """Yield the findings in the tokens of a text."""
    for token in tokens:
        found: Sequence[Finding] = token.meta.get(_KEY, ())
        yield from found
