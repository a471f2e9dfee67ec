"""The plural forms of whole numbers, by language (Unicode CLDR, “Language Plural Rules”)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PluralRule:
    """How a language chooses among the forms of a text."""

    form: Callable[[int], str]
    """The name of the form for a number."""
    forms: frozenset[str]
    """The names of all forms."""


def _one_other(n: int) -> str:
    return "one" if n == 1 else "other"


def _arabic(n: int) -> str:
    if n < 3:
        return ("zero", "one", "two")[n]
    if 3 <= n % 100 <= 10:
        return "few"
    return "many" if n % 100 >= 11 else "other"


def _east_slavic(n: int) -> str:
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    return "few" if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else "many"


PLURALS = {
    "none": PluralRule(lambda n: "other", frozenset({"other"})),
    "one-other": PluralRule(_one_other, frozenset({"one", "other"})),
    "arabic": PluralRule(_arabic, frozenset({"zero", "one", "two", "few", "many", "other"})),
    "east-slavic": PluralRule(_east_slavic, frozenset({"one", "few", "many"})),
}
"""By the name that a catalogue gives under `plural`."""
