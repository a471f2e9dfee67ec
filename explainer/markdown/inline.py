"""The parser of lines of text: it runs only those rules that can begin with the character at hand.

markdown-it runs all of its rules at every character that may be markup, and nearly all of them only
find that it is another character than theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from explainer.markdown.emphasis import CjkState

_Rule: TypeAlias = Callable[[StateInline, bool], bool]

_STARTS: Mapping[str, str] = {
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
"""The characters at which each rule can do anything. The rule `text` reads all others."""


class InlineParser(ParserInline):
    """Does what markdown-it's parser does with the same rules, but see `emphasis.py`."""

    def __init__(self, parser: ParserInline) -> None:
        super().__init__()
        self.ruler, self.ruler2 = parser.ruler, parser.ruler2
        self._known: Sequence[_Rule] | None = None
        self._at: dict[str, Sequence[_Rule]] = {}
        self._others: Sequence[_Rule] = ()
        self._emphasis: Sequence[Callable[[StateInline], None]] = ()
        """The rules that find the pairs of emphasis after all else, without strikethrough."""

    def _rules(self) -> tuple[Mapping[str, Sequence[_Rule]], Sequence[_Rule]]:
        """Return the rules by the character at which they can begin, and those at all others.

        Raises KeyError for a rule that is not in `_STARTS`.
        """
        rules = self.ruler.getRules("")
        if rules is not self._known:
            named = [*zip(self.ruler.get_active_rules(), rules, strict=True)]
            starts = {char for name, _ in named if name != "text" for char in _STARTS[name]}
            self._at = {
                char: tuple(
                    rule
                    for name, rule in named
                    if (
                        not self.terminator_re.match(char)
                        if name == "text"
                        else char in _STARTS[name]
                    )
                )
                for char in starts
            }
            self._others = tuple(rule for name, rule in named if name == "text")
            last = zip(self.ruler2.get_active_rules(), self.ruler2.getRules(""), strict=True)
            self._emphasis = [rule for name, rule in last if name != "strikethrough"]
            self._known = rules
        return self._at, self._others

    def tokenize(self, state: StateInline) -> None:
        """Parse the text from `state.pos` to `state.posMax`."""
        at, others = self._rules()
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
            at, others = self._rules()
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
            for rule in self.ruler2.getRules("") if "~" in src else self._emphasis:
                rule(state)
        return state.tokens
