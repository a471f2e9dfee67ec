"""What is wrong with a text's own Markdown, and where: rules leave findings in the tokens."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from itertools import accumulate

from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from explainer.markdown.pictures import Flaw
from explainer.support.values import dataclass

_KEY = "findings"
"""The key of a token's findings in its `meta`."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text, by its words, so that it can also be found in a YAML value."""

    text: str = field(repr=False)
    """The parsed text."""
    offset: int
    """Its offset in the text."""
    words: str
    """What the author wrote there, up to the end of its line."""

    def find(self, source: str) -> int | None:
        """Return the offset of the place in `source`, where line breaks may differ."""
        at = -1
        for _ in range(self.text.count(self.words, 0, self.offset) + 1):
            at = source.find(self.words, at + 1)
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
        self.starts = _line_starts(text)
        self._token: Token | None = None
        self._lines: Sequence[int] = ()
        self._found: dict[int, int] = {}
        """Of the last token with a place: where its lines start, and where they are in the text."""

    def at(self, offset: int, words: str) -> Place:
        """Return the place at an offset in the text."""
        return Place(self.text, offset, words.partition("\n")[0])

    def inside(self, token: Token, at: int, words: str) -> Place:
        """Return the place of `words`, which are at offset `at` in the content of a token.

        Each line of the content is part of a line of the text. If the parser has changed it, the
        words are searched from the first line of the token on.
        """
        words = words.partition("\n")[0]
        if token is not self._token:
            self._token, self._lines, self._found = token, _line_starts(token.content), {}
        line = min(bisect_right(self._lines, at), len(self._lines) - 1) - 1
        if line not in self._found:
            self._found[line] = self._find_line(token, line)
        start = self._found[line]
        if start >= 0:
            return self.at(start + at - self._lines[line], words)
        return self.search(token, words)

    def search(self, token: Token, words: str) -> Place:
        """Return the first place of `words` from the first line of a token on, or that line."""
        words = words.partition("\n")[0]
        first = self.starts[token.map[0] if token.map else 0]
        return self.at(max(self.text.find(words, first), first), words)

    def _find_line(self, token: Token, line: int) -> int:
        """Return the offset in the text of a line of a token's content; -1 if it is not there."""
        shown = token.content[self._lines[line] : self._lines[line + 1] - 1]
        here = min((token.map[0] if token.map else 0) + line, len(self.starts) - 2)
        start = self.text.find(shown.strip(), self.starts[here], self.starts[here + 1])
        return start - (len(shown) - len(shown.lstrip())) if shown.strip() and start >= 0 else -1


def _line_starts(text: str) -> list[int]:
    """Return the offset of each line, and of the line after the last."""
    return list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))


def places(state: StateCore | StateBlock) -> Places:
    """Return the places of the text that is being parsed."""
    if "places" not in state.env:
        state.env["places"] = Places(state.src)
    found: Places = state.env["places"]
    return found


def report(token: Token, finding: Finding) -> None:
    """Leave a finding in a token."""
    token.meta.setdefault(_KEY, []).append(finding)


def reported(tokens: Iterable[Token]) -> Iterator[Finding]:
    """Yield the findings in the tokens of a text."""
    for token in tokens:
        found: Sequence[Finding] = token.meta.get(_KEY, ())
        yield from found
