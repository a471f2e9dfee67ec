"""Split authors' names (`Ludwig van Beethoven`) into the parts that CSL and BibTeX use.

A name is split only if joining its parts gives the same text. All other names, mainly of
organizations, stay whole (`literal` in CSL, braces in BibTeX).
"""

from __future__ import annotations

import re
import tomllib
from itertools import takewhile
from pathlib import Path

from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A name, in parts or whole."""

    family: str = ""
    """`Beethoven`."""
    given: str = ""
    """`Ludwig`."""
    particle: str = ""
    """What precedes the family name and is ignored in sorting: `van`, `de la`."""
    suffix: str = ""
    """`Jr.`, `III`."""
    literal: str = ""
    """The whole name, if it has no parts; then the other fields are empty."""

    def shown(self) -> str:
        """Return the name as readers see it."""
        if self.literal:
            return self.literal
        return " ".join(filter(None, (self.given, self.particle, self.family, self.suffix)))


_WORDS = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
_PARTICLES = frozenset(_WORDS["particles"])
_INSTITUTIONAL = frozenset(_WORDS["institutional"])
_SUFFIX = re.compile(r"(?:Jr|Sr|Jnr|Snr)\.?|I{2,3}|IV")
_PERSONAL = re.compile(r"[^\W\d_][^\W\d_.’'\-‐‑]*(?:[.’'\-‐‑][^\W\d_]*)*")
"""A word of a person's name: letters with periods, apostrophes, and hyphens."""


def parse(text: str, *, organizations: frozenset[str] = frozenset()) -> Name:
    """Split a name into parts if it is certainly a person's.

    `organizations` are names known not to be people's. A name stays whole if it has one word, a
    comma, digits, or a word typical of institutions, or is in a script without letter case. A
    style cannot invert a whole name, but never prints a wrong one.
    """
    whole = Name(literal=text)
    words = text.split(" ")
    if text in organizations or not 2 <= len(words) <= 7:
        return whole
    if not all(map(_PERSONAL.fullmatch, words)) or _INSTITUTIONAL & {w.casefold() for w in words}:
        return whole
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    first, *inner, family = words
    given = [first, *takewhile(lambda word: word not in _PARTICLES, inner)]
    particles = inner[len(given) - 1 :]
    if not all(map(_is_name, (*given, family))) or not _PARTICLES.issuperset(particles):
        return whole
    name = Name(family, " ".join(given), " ".join(particles), suffix)
    return name if name.shown() == text else whole


_EASTERN = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")


def eastern(family: str, given: str) -> str:
    """Join a name in Han, Kana, or Hangul (`王小明`); return "" for other scripts."""
    return family + given if _EASTERN.fullmatch(family) and _EASTERN.fullmatch(given) else ""


def _is_name(word: str) -> bool:
    """Return whether a word looks like a name: capitalized, but not all capitals (BBC)."""
    return word[0].isupper() and (len(word.rstrip(".")) == 1 or "." in word or not word.isupper())
