"""The parser of blocks: it runs only rules that can begin with the first character of a line."""

from __future__ import annotations

from collections.abc import Mapping

from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock

from explainer.markdown.by_character import RulesByCharacter

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
        self._rules = RulesByCharacter(self.ruler, _STARTS)

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803 - as in markdown-it
        """Parse lines into blocks."""
        at, others = self._rules.sorted()
        line, had_empty = startLine, False
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= state.md.options.maxNesting:
                state.line = endLine
                break
            first = state.src[state.bMarks[line] + state.tShift[line]]
            for rule in at.get(first, others):
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
