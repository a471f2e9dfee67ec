"""Authors' names as readers see them (`Ludwig van Beethoven`), and in CSL's and BibTeX's parts.

A name is taken apart only where putting it together again gives the very same text; everything
else, organisations above all, stays whole (CSL's `literal`, BibTeX's braces).
"""

from __future__ import annotations

import re
from dataclasses import dataclass


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


_PARTICLE = re.compile(
    r"af|al|auf|av|da|das|de|degli|dei|del|dela|della|delle|den|der|des|di|do|dos|du|el|en|"
    r"la|las|le|les|lo|los|op|ten|ter|tho|thoe|und|van|vom|von|vor|y|zu|zum|zur|'t|d'|'s"
)
_SUFFIX = re.compile(r"(?:Jr|Sr|Jnr|Snr)\.?|I{2,3}|IV")
_PERSONAL = re.compile(r"[^\W\d_][^\W\d_.’'\-‐‑]*(?:[.’'\-‐‑][^\W\d_]*)*")
"""A word that a person's name may have: letters, with stops, apostrophes and hyphens in it."""
_INSTITUTIONAL = re.compile(
    r"academy|administration|agency|agence|ag|and|archive|archives|army|association|"
    r"authority|bank|board|broadcasting|bureau|bundestag|centre|center|church|city|college|"
    r"command|commission|committee|company|congress|corporation|council|court|daily|"
    r"department|duma|embassy|federation|force|forum|foundation|fund|gazette|gmbh|"
    r"government|group|guild|herald|house|inc|inc\.|initiative|institut|institute|"
    r"international|journal|kremlin|laboratory|league|library|limited|llc|ltd|ltd\.|"
    r"magazine|mail|media|ministry|mission|museum|nations|network|news|newspaper|"
    r"observatory|of|office|organisation|organization|parliament|party|police|post|press|"
    r"project|radio|reporters|review|school|senate|service|services|society|staff|states|"
    r"studio|survey|team|telegraph|television|the|times|tribune|trust|tv|union|university|"
    r"verlag|watch|world",
    re.IGNORECASE,
)
"""Words that institutions are called by, and people are not."""


def parse(text: str, *, organizations: frozenset[str] = frozenset()) -> Name:
    """Take a name apart, if it is surely a person's.

    `organizations` are names that are known to be none. A name of one word, in a script without
    upper and lower case, with a comma or figures, or with a word that institutions are called by,
    stays whole: a style may then not turn it round, but it never prints a wrong name.
    """
    whole = Name(literal=text)
    words = text.split(" ")
    if (
        text in organizations
        or not 2 <= len(words) <= 7
        or not all(map(_PERSONAL.fullmatch, words))
    ):
        return whole
    if any(map(_INSTITUTIONAL.fullmatch, words)):
        return whole
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if not _is_name(words[0]) or not _is_name(words[-1]):
        return whole
    inner = words[1:-1]
    first = next((i for i, word in enumerate(inner) if _PARTICLE.fullmatch(word)), len(inner))
    given, particle = inner[:first], inner[first:]
    if not all(map(_is_name, given)) or not all(map(_PARTICLE.fullmatch, particle)):
        return whole
    name = Name(words[-1], " ".join([words[0], *given]), " ".join(particle), suffix)
    return name if name.shown() == text else whole


_EASTERN = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")


def eastern(family: str, given: str) -> str:
    """Give a name in Han, Kana or Hangul as it is written: `王小明`; nothing for all others."""
    return family + given if _EASTERN.fullmatch(family) and _EASTERN.fullmatch(given) else ""


def _is_name(word: str) -> bool:
    """Whether a word is written like a name: a capital first, and not capitals alone (BBC)."""
    return word[0].isupper() and (len(word.rstrip(".")) == 1 or "." in word or not word.isupper())
