"""Authors' names as readers see them (`Ludwig van Beethoven`), and in CSL's and BibTeX's parts.

A name is taken apart only where putting it together again gives the very same text; everything
else, organisations above all, stays whole (CSL's `literal`, BibTeX's braces).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Name:
    """A name in parts, or as a whole."""

    family: str = ""
    """`Beethoven`."""
    given: str = ""
    """`Ludwig`."""
    particle: str = ""
    """What stands before the family name and is not sorted by: `van`, `de la`."""
    suffix: str = ""
    """`Jr.`, `III`."""
    literal: str = ""
    """The name where it has no parts; then the others are empty."""

    def shown(self) -> str:
        """Give the name as readers see it."""
        if self.literal:
            return self.literal
        return " ".join(filter(None, (self.given, self.particle, self.family, self.suffix)))


_WORDS = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
_PARTICLES = frozenset(_WORDS["particles"])
_INSTITUTIONAL = frozenset(_WORDS["institutional"])
_SUFFIX = re.compile(r"(?:Jr|Sr|Jnr|Snr)\.?|I{2,3}|IV")
_PERSONAL = re.compile(r"[^\W\d_][^\W\d_.’'\-‐‑]*(?:[.’'\-‐‑][^\W\d_]*)*")
"""A word that a person's name may have: letters, with stops, apostrophes and hyphens in it."""


def parse(text: str, *, organizations: frozenset[str] = frozenset()) -> Name:
    """Take a name apart, if it is surely a person's.

    `organizations` are names that are known to be none. A name of one word, in a script without
    upper and lower case, with a comma or figures, or with a word that institutions are called by,
    stays whole: a style may then not turn it round, but it never prints a wrong name.
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
    """Give a name in Han, Kana or Hangul as it is written: `王小明`; nothing for all others."""
    return family + given if _EASTERN.fullmatch(family) and _EASTERN.fullmatch(given) else ""


def _is_name(word: str) -> bool:
    """Whether a word is written like a name: a capital first, and not capitals alone (BBC)."""
    return word[0].isupper() and (len(word.rstrip(".")) == 1 or "." in word or not word.isupper())
