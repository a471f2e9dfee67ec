"""The parser of lines of text: it runs only rules that can begin with the character at hand."""

from __future__ import annotations

from collections.abc import Mapping

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from explainer.markdown.by_character import RulesByCharacter
from explainer.markdown.emphasis import CjkState

_STARTS: Mapping[str, str | None] = {
    "text": None,
    "newline": "\n",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "emphasis": "*_",
    "link": "[",
    "image": "!",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
    # ours
    "attributes": "{",
    "bare_link": ":wW",
    "comment": "<",
    "footnote_reference": "[",
    "formula": "$",
    "inline_footnote": "^",
    "note_first": "!?:=[$-/*.ie\\<",
    "note_text": "<{[!:$%=+^~@",
}
"""The characters at which each rule can do anything; None for all that are no markup."""
_PAIRS: Mapping[str, str | None] = {
    "balance_pairs": None,
    "strikethrough": "~",
    "emphasis": None,
    "fragments_join": None,
}
"""The characters without which each rule for pairs of delimiters has nothing to do."""


class InlineParser(ParserInline):
    """Does what markdown-it's parser does with the same rules, but see `emphasis.py`."""

    def __init__(self, parser: ParserInline) -> None:
        super().__init__()
        self.ruler, self.ruler2 = parser.ruler, parser.ruler2
        self._rules = RulesByCharacter(self.ruler, _STARTS, self._ends_text)
        self._pairing = RulesByCharacter(self.ruler2, _PAIRS)
        """The rules that find pairs of delimiters after all else."""

    def _ends_text(self, char: str) -> bool:
        return self.terminator_re.match(char) is not None

    def tokenize(self, state: StateInline) -> None:
        """Parse the text from `state.pos` to `state.posMax`."""
        at, others = self._rules.sorted()
        text, end, deepest = state.src, state.posMax, state.md.options.maxNesting
        while (start := state.pos) < end:
            for rule in at.get(text[start], others) if state.level < deepest else ():
                if rule(state, False):
                    break
            else:
                state.append_pending(text[start])
                state.pos += 1
        if state.pending:
            state.pushPending()

    def skipToken(self, state: StateInline) -> None:  # noqa: N802 - the name in markdown-it
        """Find the end of what begins at `state.pos`, and move there."""
        start = state.pos
        if start in state.cache:
            state.pos = state.cache[start]
            return
        if state.level < state.md.options.maxNesting:
            at, others = self._rules.sorted()
            state.level += 1
            found = any(rule(state, True) for rule in at.get(state.src[start], others))
            state.level -= 1
        else:
            state.pos, found = state.posMax, False
        if not found:
            state.pos += 1
        state.cache[start] = state.pos

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse a text, and add its tokens to `tokens`."""
        state = CjkState(src, md, env, tokens)
        self.tokenize(state)
        if "~" in src or "*" in src or "_" in src:
            at, others = self._pairing.sorted()
            for rule in at.get("~", others) if "~" in src else others:
                rule(state)
        return state.tokens
