"""Show old and new words side by side on a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest

from explainer.support.values import dataclass
from explainer.upkeep.report import COLORS, SIGNS, steps

_GAP = "  │  "
_LEAST = 24
"""The least width of a column, in cells. On narrower terminals, the new words are below the old."""
_MOST = 60
_PIECE = re.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word or space of one of the texts."""

    text: str
    is_changed: bool


def columns(old: str, new: str, width: int, *, color: bool) -> Iterator[str]:
    """Yield the lines of two texts, the old one at the left, with the words that differ marked.

    `width`: the terminal's, in cells. Without color, the words are marked by signs.
    """
    marks = COLORS if color else SIGNS
    before: list[_Piece] = []
    after: list[_Piece] = []
    for same, gone, come in steps(old, new):
        before += (*_pieces(same, changed=False), *_pieces(gone, changed=True))
        after += (*_pieces(same, changed=False), *_pieces(come, changed=True))
    column = min(_MOST, (width - cells(_GAP)) // 2)
    if column < _LEAST:
        yield from _lines(before, width, marks[0], color=color)
        yield "─" * min(_LEAST, width)
        yield from _lines(after, width, marks[1], color=color)
        return
    left = _lines(before, column, marks[0], color=color)
    right = _lines(after, column, marks[1], color=color)
    for one, other in zip_longest(left, right, fillvalue=""):
        yield f"{one}{' ' * (column - cells(one))}{_GAP}{other}".rstrip()


def _pieces(text: str, *, changed: bool) -> list[_Piece]:
    return [_Piece(match[0], changed) for match in _PIECE.finditer(text)]


def _lines(
    pieces: Iterable[_Piece], width: int, marks: tuple[str, str], *, color: bool
) -> Iterator[str]:
    """Yield the pieces in lines of at most `width` cells; no mark goes past the end of a line."""
    room = width - (0 if color else len(marks[0]) + len(marks[1]))
    line: list[_Piece] = []
    used = 0
    for piece in chain.from_iterable(_cut(piece, room) for piece in pieces):
        if line and used + cells(piece.text) > room:
            yield _joined(line, marks)
            line, used = [], 0
        if line or not piece.text.isspace():
            line.append(piece)
            used += cells(piece.text)
    if line:
        yield _joined(line, marks)


def _cut(piece: _Piece, room: int) -> Iterator[_Piece]:
    """Yield a piece in parts that fit on a line."""
    part = ""
    for character in piece.text:
        if cells(part + character) > room:
            yield _Piece(part, piece.is_changed)
            part = ""
        part += character
    yield _Piece(part, piece.is_changed)


def _joined(line: list[_Piece], marks: tuple[str, str]) -> str:
    text, is_open = "", False
    for piece in line:
        if piece.is_changed != is_open:
            text += marks[is_open]
            is_open = not is_open
        text += piece.text
    return text + (marks[1] if is_open else "")


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes; color codes take none."""
    count = 0
    for character in re.sub(r"\x1b\[\d*m", "", text):
        if unicodedata.east_asian_width(character) in "WF":
            count += 2
        elif unicodedata.category(character) not in ("Mn", "Me", "Cf"):
            count += 1
    return count
