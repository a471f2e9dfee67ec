"""Run only those rules of a parser that can begin with the character at hand.

markdown-it runs all of its rules at every character that may be markup, and at every line. Nearly
all of them only find that it is another character than theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from markdown_it.ruler import Ruler

_Rule = TypeVar("_Rule")


class RulesByCharacter(Generic[_Rule]):
    """The active rules of a parser.

    `starts` has by a rule's name the characters at which it can do anything; None for all but those
    for which `is_barred` is true.
    """

    def __init__(
        self,
        ruler: Ruler[_Rule],
        starts: Mapping[str, str | None],
        is_barred: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._ruler, self._starts, self._is_barred = ruler, starts, is_barred
        self._known: Sequence[_Rule] | None = None
        self._at: Mapping[str, Sequence[_Rule]] = {}
        self._others: Sequence[_Rule] = ()

    def sorted(self) -> tuple[Mapping[str, Sequence[_Rule]], Sequence[_Rule]]:
        """Return the rules by the character at which they can begin, and those at all others.

        Raises KeyError for a rule that is not in `starts`.
        """
        rules = self._ruler.getRules("")
        if rules is not self._known:
            named = [*zip(self._ruler.get_active_rules(), rules, strict=True)]
            starts = {name: self._starts[name] for name, _ in named}
            self._at = {
                char: tuple(rule for name, rule in named if self._can_begin(starts[name], char))
                for char in {char for each in starts.values() for char in each or ""}
            }
            self._others = tuple(rule for name, rule in named if starts[name] is None)
            self._known = rules
        return self._at, self._others

    def _can_begin(self, starts: str | None, char: str) -> bool:
        return not self._is_barred(char) if starts is None else char in starts
