"""The parser of blocks: it runs only those rules that can begin with the first character of a line.

See `inline.py`, which does the same for lines of text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock

_Rule: TypeAlias = Callable[[StateBlock, int, int, bool], bool]

_STARTS: Mapping[str, str | None] = {
    "blockquote": ">",
    "code": None,
    "deflist": None,
    "fence": "`~",
    "heading": "#",
    "hr": "*-_",
    "html_block": "<",
    "lheading": None,
    "list": "*+-0123456789",
    "paragraph": None,
    "reference": "[",
    "table": None,
    # ours
    "attributes": "{",
    "caption": ":T",
    "comment": "<",
    "footnote": "[",
    "formula": "$",
}
"""The characters at which each rule can do anything; None for all."""


class BlockParser(ParserBlock):
    """Does what markdown-it's parser does with the same rules."""

    def __init__(self, parser: ParserBlock) -> None:
        super().__init__()
        self.ruler = parser.ruler
        self._known: Sequence[_Rule] | None = None
        self._at: Mapping[str, Sequence[_Rule]] = {}
        self._others: Sequence[_Rule] = ()

    def _prepare(self) -> None:
        """Sort the rules by their characters. Raises KeyError for one that is not in `_STARTS`."""
        rules = self.ruler.getRules("")
        if rules is self._known:
            return
        named = [*zip(self.ruler.get_active_rules(), rules, strict=True)]
        starts = {char for name, _ in named for char in _STARTS[name] or ""}
        self._at = {
            char: tuple(rule for name, rule in named if char in (_STARTS[name] or char))
            for char in starts
        }
        self._others = tuple(rule for name, rule in named if _STARTS[name] is None)
        self._known = rules

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803 - as in markdown-it
        """Parse lines into blocks."""
        self._prepare()
        line, had_empty = startLine, False
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= state.md.options.maxNesting:
                state.line = endLine
                break
            first = state.src[state.bMarks[line] + state.tShift[line]]
            for rule in self._at.get(first, self._others):
                if rule(state, line, endLine, False):
                    break
            state.tight = not had_empty
            line = state.line
            # A paragraph in a list may take one empty line after it.
            had_empty = had_empty or state.isEmpty(line - 1)
            if line < endLine and state.isEmpty(line):
                had_empty = True
                line += 1
                state.line = line
