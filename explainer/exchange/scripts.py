"""Superscripts and subscripts in plain text: `CO₂`, `10⁶`, `10th`."""

from __future__ import annotations

_PLAIN = "0123456789+-−=()"
_RAISED = str.maketrans(_PLAIN + "n∘°'′∗*†", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ°°′′**†")
_LOWERED = str.maketrans(_PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_ENDINGS = frozenset(["st", "nd", "rd", "th", "er", "re", "e", "ème", "ère", "nde", "a", "o"])
"""The letters of ordinals, in several languages."""


def script(sign: str, text: str, *, formula: bool = False) -> str:
    """Return a superscript (`sign` is `^`) or subscript (`_`) as plain text.

    Uses Unicode's characters for numbers. Words stay as they are, except in a formula, where
    `x^y` and `xy` differ. Anything else keeps the sign, because `10⁶ˣ` is not `106x`.
    """
    table = _RAISED if sign == "^" else _LOWERED
    if text and all(ord(character) in table for character in text):
        return text.translate(table)
    if not text or text.casefold() in _ENDINGS:
        return text
    if not formula and not any(map(str.isdigit, text)):
        return text
    return sign + (text if text.isalnum() else f"({text})")
