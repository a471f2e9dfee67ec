"""Set lines of text for cards in Source Serif Pro.

The extra `images` installs the font, because system fonts differ between machines.
"""

from __future__ import annotations

import importlib.util
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFont import FreeTypeFont

BOLD, PLAIN = "SourceSerifPro-Semibold.otf", "SourceSerifPro-Regular.otf"
_PACKAGE = "font_source_serif_pro"
_ELLIPSIS = "…"
_LOOSE = " ,;:–—-·("
"""Characters that are removed before an ellipsis."""
_NOTHING = "\U0010ffff"
"""A noncharacter, which every font draws as glyph 0."""
_KEPT = 100
"""The most drawn lines of one font that are kept."""
_UNPLACED = ("Mn", "Me", "Cf", "Cc", "Co", "Cs", "Cn", "Zl")
"""Categories of characters that need a layout engine or are invisible."""


def font_folder() -> Path | None:
    """Return the folder of the font's files; None if the font is not installed."""
    # Do not import the package: it then reads its folder twice.
    spec = importlib.util.find_spec(_PACKAGE)
    return Path(spec.origin).parent / "files" if spec and spec.origin else None


def font_file(name: str) -> Path:
    """Return the file of a font, `BOLD` or `PLAIN`. The fonts must be installed."""
    folder = font_folder()
    assert folder is not None, "callers check is_installed first"
    return folder / name


@cache
def open_font(name: str, size: int) -> Font:
    """Open a font, `BOLD` or `PLAIN`, at a size in pixels."""
    from PIL import ImageFont

    # Raqm is not available everywhere, and its layout would differ.
    layout = ImageFont.Layout.BASIC
    return Font(ImageFont.truetype(str(font_file(name)), size, layout_engine=layout))


@cache
def has_glyph(char: str) -> bool:
    """Return whether both fonts have a glyph for a character, and it needs no layout engine.

    Pillow does not expose a font's character map, but it draws missing characters as glyph 0,
    which is always the same box.
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
    """A font at one size. Caches the widths of words, because lines are broken many times."""

    def __init__(self, font: FreeTypeFont) -> None:
        self.font = font
        self.width: Callable[[str], float] = cache(font.getlength)
        """The width of a word, in pixels."""
        self.drawn = lru_cache(_KEPT)(self._drawn)
        """Draw a line that many cards have, such as the site's name: a picture, and its place."""

    def _drawn(self, text: str) -> tuple[Image.Image, tuple[int, int]]:
        from PIL import Image, ImageDraw

        left, top, right, bottom = map(round, self.font.getbbox(text, anchor="ls"))
        picture = Image.new("L", (max(1, right - left + 2), max(1, bottom - top + 2)), 0)
        ImageDraw.Draw(picture).text((1 - left, 1 - top), text, 255, self.font, anchor="ls")
        return picture, (left - 1, top - 1)

    def line(self, text: str) -> float:
        """Return the width in pixels of a line of words, including the spaces between them."""
        words = text.split(" ")
        return sum(map(self.width, words)) + self.width(" ") * (len(words) - 1)

    def lines(self, text: str, limit: float) -> list[str]:
        """Break a text into as few lines of at most `limit` pixels as possible.

        A word that is too long is broken as well.
        """
        lines: list[str] = []
        line: list[str] = []
        used = 0.0
        space = self.width(" ")
        for word in self._pieces(text, limit):
            width = self.width(word)
            if line and used + space + width > limit:
                lines.append(" ".join(line))
                line, used = [word], width
            else:
                used += width + (space if line else 0)
                line.append(word)
        return [*lines, " ".join(line)] if line else lines

    def _pieces(self, text: str, limit: float) -> Iterator[str]:
        for word in text.split(" "):
            rest = word
            while self.width(rest) > limit:
                fits = range(1, len(rest))
                end = max(
                    1, bisect_right(fits, limit, key=lambda n: self.font.getlength(rest[:n] + "-"))
                )
                yield rest[:end] + ("" if rest[end - 1] == "-" else "-")
                rest = rest[end:]
            yield rest

    def balanced(self, text: str, limit: float) -> list[str]:
        """Break a text into the same number of lines as `lines` does, but of about equal length."""
        lines = self.lines(text, limit)
        if len(lines) < 2:
            return lines
        low, high = max(map(self.width, self._pieces(text, limit))), limit
        while high - low > 4:
            middle = (low + high) / 2
            tried = self.lines(text, middle)
            if len(tried) > len(lines):
                low = middle
            else:
                high, lines = middle, tried
        return lines

    def cut(self, text: str, most: int, limit: float) -> list[str]:
        """Return the first `most` lines of a longer text; the last one ends with an ellipsis."""
        lines = self.lines(text, limit)
        return [*lines[: most - 1], self.shortened(lines[most - 1] + _ELLIPSIS, limit)]

    def shortened(self, line: str, limit: float) -> str:
        """Return a line, or as many of its words as fit into `limit` pixels, with an ellipsis."""
        if self.line(line) <= limit:
            return line
        words = line.removesuffix(_ELLIPSIS).split(" ")
        while len(words) > 1 and self.line(" ".join(words) + _ELLIPSIS) > limit:
            words.pop()
        line = " ".join(words)
        while len(line) > 1 and self.line(line.rstrip(_LOOSE) + _ELLIPSIS) > limit:
            line = line[:-1]
        return line.rstrip(_LOOSE) + _ELLIPSIS
