"""Normalize text, so that different ways of typing the same words are equal.

Normalized text is in NFC. A run of white space becomes one space. Soft hyphens and zero-width
characters are dropped. Curly quotation marks and guillemets become straight, those of French with
their no-break spaces. All dashes become hyphens, and two or three of them one; the ellipsis
character becomes three dots. Case is kept: "May" and "may" are different words.

Offsets can be mapped back to the raw text: a short list of *pieces* records where the length
changes. Most texts have few pieces or none, so normalizing takes two passes in C.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cache, cached_property, lru_cache
from operator import attrgetter
from typing import NamedTuple

from explainer.support.patterns import later
from explainer.support.values import dataclass

# Soft hyphen, zero-width (non-)joiner and space, word joiner, byte order mark, directional marks,
# variation selectors: readers do not see them, and nobody can be expected to type them. As a
# consequence, words that differ only in them are equal.
DROPPED = "".join(
    chr(code)
    for first, last in (
        (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x180B, 0x180E), (0x200B, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x2069), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    )
    for code in range(first, last + 1)
)  # fmt: skip
_FIXED = "[\u00a0\u202f]"
"""The no-break spaces within guillemets, which `"` may stand for."""
_CHANGES_LENGTH = later(
    rf"(?P<space>\s[\s{DROPPED}]+|[{DROPPED}]+\s[\s{DROPPED}]*)|(?P<none>[{DROPPED}]+)"
    r"|(?P<dots>…)"
)
_CHANGES_LENGTH_TOO = later(
    rf"(?P<double>«{_FIXED}|{_FIXED}»)|(?P<single>‹{_FIXED}|{_FIXED}›)|{_CHANGES_LENGTH.pattern}"
)
_REPLACEMENTS = {"double": '"', "single": "'", "space": " ", "none": "", "dots": "..."}
"""By the group of `_CHANGES_LENGTH`."""
_DASH = later("(?<!-)-{2,3}(?!-)")
_SPACES = later(r"(?P<space>\s\s+)")
_IN_STEP = [
    *((c, " ") for c in map(chr, range(0x3001)) if c.isspace() and c != " "),
    *((c, "'") for c in "‘’‚‛ʼ"),
    *((c, '"') for c in "“”„‟"),
    *((c, "-") for c in "‐‑‒–—―−"),
]
"""Characters that are replaced with another one, without a change of length."""
_IN_STEP_ASCII = [(character, plain) for character, plain in _IN_STEP if character.isascii()]
_GUILLEMETS = (*((c, "'") for c in "‹›"), *((c, '"') for c in "«»"))


class _Piece(NamedTuple):
    """A place where a rewrite changed the length. Offsets count code points."""

    new_start: int
    new_end: int
    old_start: int
    old_end: int


_Step = list[_Piece]
"""One rewrite of a text: its pieces, in order."""
_new_end = attrgetter("new_end")
_old_start = attrgetter("old_start")


def _old(step: _Step, position: int, *, is_end: bool) -> int:
    """Return the offset in the old text of the character at `position` in the new text.

    With `is_end`, return the offset at which the characters before `position` end.
    """
    following = (bisect_left if is_end else bisect_right)(step, position, key=_new_end)
    if following < len(step) and step[following].new_start < position:
        return step[following].old_end if is_end else step[following].old_start
    if following == 0:
        return position
    return step[following - 1].old_end + position - step[following - 1].new_end


@dataclass(frozen=True)
class NormalizedText:
    """A normalized text, with the mapping of its offsets to the raw text."""

    text: str
    """The normalized text."""
    steps: tuple[_Step, ...]
    """The rewrites from the raw text to `text`, in order."""

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the raw text, in code points, of a non-empty piece of `text`."""
        for step in reversed(self.steps):
            start, end = _old(step, start, is_end=False), _old(step, end, is_end=True)
        return start, end

    def position(self, raw: int, *, before_inserted: bool = False) -> int:
        """Return the offset in `text` that an offset in the raw text has become.

        It is behind texts that were inserted there, or else before them.
        """
        for step in self.steps:
            index = bisect_left(step, raw, key=_old_start)
            if before_inserted and index < len(step) and step[index].old_end == raw:
                raw = step[index].new_start
                continue
            index = bisect_right(step, raw, key=_old_start) - 1
            if index >= 0:
                piece = step[index]
                past = raw - piece.old_end
                raw = piece.new_end + past if past >= 0 else piece.new_start
        return raw

    @cached_property
    def squeezed(self) -> tuple[str, tuple[int, ...]]:
        """The text without spaces, and for each character its index in `text`.

        Programs separate the blocks of a page in different ways, so what they copy is compared with
        this text.
        """
        return self.text.replace(" ", ""), tuple(i for i, c in enumerate(self.text) if c != " ")


def plain_letters(text: str) -> str:
    """Return a text with the letters in the styles of mathematics as plain ones.

    Browsers copy the letters and digits of formulas in these styles.
    """
    return text if text.isascii() else text.translate(_styled())


@cache
def _styled() -> dict[int, str]:
    codes = (0x210E, *range(0x1D400, 0x1D800))
    return {code: unicodedata.normalize("NFKC", chr(code)) for code in codes}


def normalize(raw: str, inserted: Sequence[tuple[int, str]] = ()) -> NormalizedText:
    """Normalize a text, with texts inserted at offsets of it. The mapping leads back to `raw`."""
    steps: list[_Step] = []
    text = _rewrite(raw, ((at, at, text) for at, text in inserted), steps) if inserted else raw
    text = _folded(text, _CHANGES_LENGTH_TOO, steps)
    for character, plain in _GUILLEMETS:
        text = text.replace(character, plain)
    if "--" in text:
        text = _rewrite(text, ((*m.span(), "-") for m in _DASH.finditer(text)), steps)
    return NormalizedText(text, tuple(steps))


@lru_cache(maxsize=4096)
def normalize_quote(raw: str) -> str:
    """Normalize a text to search for: as `normalize`, without spaces at the ends."""
    return normalize(raw).text.strip()


def normalize_for_id(raw: str) -> str:
    """Normalize a text that an id is made from.

    Ids are permanent, so this does not change: guillemets and repeated hyphens stay.
    """
    return _folded(raw, _CHANGES_LENGTH, []).strip()


def _folded(text: str, changes_length: re.Pattern[str], steps: list[_Step]) -> str:
    """Return a normalized text, and add the rewrites that lead to it to `steps`."""
    text = _rewrite(text, _pieces(text, changes_length), steps)
    # Do this after dropping characters, which may have separated a letter from its accent.
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = _rewrite(text, _clusters(text), steps)
    # Searching for each of these is much faster than looking up every character of the text.
    for character, plain in _IN_STEP_ASCII if text.isascii() else _IN_STEP:
        text = text.replace(character, plain)
    return text


def _pieces(text: str, changes_length: re.Pattern[str]) -> Iterable[tuple[int, int, str]]:
    """Yield what changes the length: start, end, replacement."""
    if text.isascii() or not any(c in text for c in ("…«»‹›" + DROPPED)):
        words = text.split()
        edges = text[:1].isspace() + text[-1:].isspace()
        if words and len(" ".join(words)) + edges == len(text):
            return  # no two spaces in a row: this is faster than a regular expression
        changes_length = _SPACES
    for m in changes_length.finditer(text):
        yield m.start(), m.end(), _REPLACEMENTS[m.lastgroup or ""]


def _clusters(text: str) -> Iterable[tuple[int, int, str]]:
    """Yield characters with combining marks that NFC changes: start, end, replacement."""
    start = 0
    for position in range(1, len(text) + 1):
        if position < len(text) and _merges_back(text[position]):
            continue
        cluster = text[start:position]
        composed = unicodedata.normalize("NFC", cluster)
        if composed != cluster:
            yield start, position, composed
        start = position


def _merges_back(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff"


def _rewrite(text: str, pieces: Iterable[tuple[int, int, str]], steps: list[_Step]) -> str:
    out: list[str] = []
    step: _Step = []
    done = shift = 0
    for start, end, replacement in pieces:
        out += text[done:start], replacement
        new = start + shift
        step.append(_Piece(new, new + len(replacement), start, end))
        shift += len(replacement) - (end - start)
        done = end
    if not step:
        return text
    steps.append(step)
    return "".join((*out, text[done:]))


_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
"""Regional indicator symbols: two of them make a flag."""


def splits_character(text: str, position: int) -> bool:
    """Whether `position` in a raw text is inside what readers see as one character.

    This covers the most common extended grapheme clusters (UAX 29): combining marks, skin tones,
    emoji joined by U+200D, and flags. Conjuncts may be cut, because readers select parts of them.
    """
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    if after.isascii():
        return False
    if unicodedata.category(after) in ("Mn", "Me") or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if after == "\u200d" or before == "\u200d":
        joined = after if before == "\u200d" else before + text[position + 1 : position + 2]
        return any(unicodedata.category(c) in ("So", "Sk") for c in joined)
    if after in _FLAG_LETTERS:
        head = text[:position]
        return (len(head) - len(head.rstrip(_FLAG_LETTERS))) % 2 == 1
    return False
