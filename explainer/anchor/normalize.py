"""Folding: two ways of typing the same words become equal, and the way back is kept.

ANCHORING.md: NFC; every run of white space one space; soft hyphens and zero-width characters
dropped; curly and straight quotation marks, the dashes, and the ellipsis and three dots taken as
equal. Case is not folded.

A fold is a short list of *pieces* where a length changes; everywhere else folded and raw text run
in step. Most texts have few pieces or none, so that folding costs two passes in C.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

# Soft hyphen, zero-width (non-)joiner and space, word joiner, byte order mark, directional marks,
# variation selectors: nothing that a reader sees or can be expected to type.
_DROPPED = "".join(
    chr(code)
    for first, last in (
        (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x180B, 0x180E), (0x200B, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x2069), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    )
    for code in range(first, last + 1)
)  # fmt: skip
_CHANGES_LENGTH = re.compile(
    rf"(?P<space>\s[\s{_DROPPED}]+|[{_DROPPED}]+\s[\s{_DROPPED}]*)|(?P<none>[{_DROPPED}]+)|…"
)
_DOUBLE_SPACE = re.compile(r"\s\s")
_ASCII_SPACES = [c for c in map(chr, range(128)) if c.isspace() and c != " "]
_IN_STEP = [
    *((c, " ") for c in map(chr, range(128, 0x3001)) if c.isspace()),
    *((c, "'") for c in "‘’‚‛ʼ"),
    *((c, '"') for c in "“”„‟"),
    *((c, "-") for c in "‐‑‒–—―−"),
]
"""Characters that are taken for another one, without a change of length."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One rewriting of a text: the pieces at which lengths differ, in order, as four columns."""

    new_start: list[int]
    new_end: list[int]
    old_start: list[int]
    old_end: list[int]

    def start(self, position: int) -> int:
        """Where in the old text the character at `position` of the new text begins."""
        before = bisect_right(self.new_end, position) - 1
        inside = before + 1
        if inside < len(self.new_start) and self.new_start[inside] < position:
            return self.old_start[inside]
        if before < 0:
            return position
        return self.old_end[before] + position - self.new_end[before]

    def end(self, position: int) -> int:
        """Where in the old text the characters before `position` of the new text end."""
        inside = bisect_left(self.new_end, position)
        if inside < len(self.new_start) and self.new_start[inside] < position:
            return self.old_end[inside]
        if inside == 0:
            return position
        return self.old_end[inside - 1] + position - self.new_end[inside - 1]


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows the way back to the raw one."""

    text: str
    """What is compared."""
    steps: tuple[_Step, ...]
    """From the raw text to `text`, in the order in which they were taken."""

    def raw_start(self, position: int) -> int:
        """The offset in the raw text of the folded character at `position` (code points)."""
        for step in reversed(self.steps):
            position = step.start(position)
        return position

    def raw_end(self, position: int) -> int:
        """The offset in the raw text just after the folded character before `position`."""
        for step in reversed(self.steps):
            position = step.end(position)
        return position


def fold(raw: str) -> Folded:
    """Fold a text. Takes any text; gives the folded text with the way back."""
    steps: list[_Step] = []
    text = _rewrite(raw, _pieces(raw), steps)
    # Last, because what was dropped may have stood between characters that belong together.
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = _rewrite(text, _clusters(text), steps)
    return Folded(_in_step(text), tuple(steps))


def fold_quote(raw: str) -> str:
    """Fold words that are to be looked for: as `fold`, without space at either end."""
    return fold(raw).text.strip()


def _in_step(text: str) -> str:
    # A search for each costs far less than a look-up for every character of the text.
    for space in _ASCII_SPACES:
        text = text.replace(space, " ")
    if not text.isascii():
        for character, plain in _IN_STEP:
            text = text.replace(character, plain)
    return text


def _pieces(text: str) -> list[tuple[int, int, str]]:
    if not _DOUBLE_SPACE.search(text) and (
        text.isascii() or ("…" not in text and not any(c in text for c in _DROPPED))
    ):
        return []
    return [
        (m.start(), m.end(), " " if m["space"] else "" if m["none"] else "...")
        for m in _CHANGES_LENGTH.finditer(text)
    ]


def _clusters(text: str) -> list[tuple[int, int, str]]:
    pieces = []
    start = 0
    for position in range(1, len(text) + 1):
        if position < len(text) and _merges_back(text[position]):
            continue
        if position - start > 1 or not unicodedata.is_normalized("NFC", text[start]):
            cluster = text[start:position]
            composed = unicodedata.normalize("NFC", cluster)
            if composed != cluster:
                pieces.append((start, position, composed))
        start = position
    return pieces


def _merges_back(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff"


def _rewrite(text: str, pieces: list[tuple[int, int, str]], steps: list[_Step]) -> str:
    if not pieces:
        return text
    out: list[str] = []
    step = _Step([], [], [], [])
    done = length = 0
    for start, end, replacement in pieces:
        out.append(text[done:start])
        length += start - done
        step.new_start.append(length)
        out.append(replacement)
        length += len(replacement)
        step.new_end.append(length)
        step.old_start.append(start)
        step.old_end.append(end)
        done = end
    out.append(text[done:])
    steps.append(step)
    return "".join(out)


def splits_character(text: str, position: int) -> bool:
    """Whether a cut at `position` of a raw text falls inside what a reader sees as one character.

    A pragmatic part of Unicode's extended grapheme clusters (UAX 29): combining marks, skin tones,
    emoji joined by U+200D, and flags. Conjunct scripts may be cut: readers select parts of them.
    """
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    if before.isascii() and after.isascii():
        return False
    if unicodedata.category(after) in ("Mn", "Me") or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if after == "\u200d" or before == "\u200d":
        joined = text[position - 1 : position + 2].replace("\u200d", "")
        return any(unicodedata.category(c) in ("So", "Sk") for c in joined)
    if _is_flag_letter(before) and _is_flag_letter(after):
        run = position
        while run and _is_flag_letter(text[run - 1]):
            run -= 1
        return (position - run) % 2 == 1
    return False


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
