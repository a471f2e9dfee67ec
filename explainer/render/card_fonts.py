"""The typeface of cards, Source Serif Pro, and lines of text in it.

It comes with the extra `images` as files: no machine's own fonts would be the same.
"""

from __future__ import annotations

import importlib.util
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

BOLD, PLAIN = "SourceSerifPro-Semibold.otf", "SourceSerifPro-Regular.otf"
_PACKAGE = "font_source_serif_pro"
_ELLIPSIS = "…"
_LOOSE = " ,;:–—-·("
"""What no line ends with before an ellipsis."""
_NOTHING = "\U0010ffff"
"""No character, so that every font draws it as glyph 0."""
_UNPLACED = ("Mn", "Me", "Cf", "Cc", "Co", "Cs", "Cn", "Zl")
"""Categories of characters that need an engine to place them, or show nothing."""


def font_folder() -> Path | None:
    """The folder of the font's files; None if it is not installed."""
    # Not imported: the package reads its folder twice when it is.
    spec = importlib.util.find_spec(_PACKAGE)
    return Path(spec.origin).parent / "files" if spec and spec.origin else None


def font_file(name: str) -> Path:
    """The file of one of the cuts, `BOLD` or `PLAIN`, of an installed font."""
    folder = font_folder()
    assert folder is not None, "is_installed was asked before"
    return folder / name


@cache
def open_font(name: str, size: int) -> Font:
    """A cut in a size, in pixels."""
    from PIL import ImageFont

    # Raqm is not on every machine, and what it lays out would differ.
    layout = ImageFont.Layout.BASIC
    return Font(ImageFont.truetype(str(font_file(name)), size, layout_engine=layout))


@cache
def has_glyph(char: str) -> bool:
    """Whether a character has a glyph in both cuts, and needs no engine that places it.

    Pillow does not show a font's table of characters; but whatever is not in it is drawn as glyph
    0, the same box each time.
    """
    if char == " ":
        return True
    if unicodedata.category(char) in _UNPLACED or unicodedata.bidirectional(char) in ("R", "AL"):
        return False
    return all(_glyph(char, name) != _glyph(_NOTHING, name) for name in (BOLD, PLAIN))


def _glyph(char: str, name: str) -> tuple[tuple[int, int], float, bytes]:
    drawn = open_font(name, 47).font
    mask = drawn.getmask(char)
    return mask.size, drawn.getlength(char), bytes(mask)


class Font:
    """A font of one size that remembers how wide words are: lines are broken many ways."""

    def __init__(self, font: FreeTypeFont) -> None:
        self.font = font
        self.width: Callable[[str], float] = cache(font.getlength)
        """The width of a word, in pixels."""

    def line(self, text: str) -> float:
        """Of several words, with spaces between them."""
        words = text.split(" ")
        return sum(map(self.width, words)) + self.width(" ") * (len(words) - 1)

    def lines(self, text: str, room: float) -> list[str]:
        """Break a text into as few lines as there can be; a word that is too long breaks."""
        lines: list[str] = []
        line: list[str] = []
        used = 0.0
        space = self.width(" ")
        for word in self._pieces(text, room):
            width = self.width(word)
            if line and used + space + width > room:
                lines.append(" ".join(line))
                line, used = [word], width
            else:
                used += width + (space if line else 0)
                line.append(word)
        return [*lines, " ".join(line)] if line else lines

    def _pieces(self, text: str, room: float) -> Iterator[str]:
        for word in text.split(" "):
            rest = word
            while self.width(rest) > room:
                fits = range(1, len(rest))
                end = max(
                    1, bisect_right(fits, room, key=lambda n: self.font.getlength(rest[:n] + "-"))
                )
                yield rest[:end] + ("" if rest[end - 1] == "-" else "-")
                rest = rest[end:]
            yield rest

    def balanced(self, text: str, room: float) -> list[str]:
        """The same number of lines, about equally long."""
        lines = self.lines(text, room)
        if len(lines) < 2:
            return lines
        low, high = max(map(self.width, self._pieces(text, room))), room
        while high - low > 4:
            middle = (low + high) / 2
            tried = self.lines(text, middle)
            if len(tried) > len(lines):
                low = middle
            else:
                high, lines = middle, tried
        return lines

    def cut(self, text: str, most: int, room: float) -> list[str]:
        """The first lines of a text that has more; the last one says so."""
        lines = self.lines(text, room)
        return [*lines[: most - 1], self.shortened(lines[most - 1] + _ELLIPSIS, room)]

    def shortened(self, line: str, room: float) -> str:
        """A line, or as many of its words as there is room for."""
        if self.line(line) <= room:
            return line
        words = line.removesuffix(_ELLIPSIS).split(" ")
        while len(words) > 1 and self.line(" ".join(words) + _ELLIPSIS) > room:
            words.pop()
        line = " ".join(words)
        while len(line) > 1 and self.line(line.rstrip(_LOOSE) + _ELLIPSIS) > room:
            line = line[:-1]
        return line.rstrip(_LOOSE) + _ELLIPSIS
