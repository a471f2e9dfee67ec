"""Draw cards, the pictures that other sites show with a link to a page, and cache them.

This needs Pillow and Source Serif Pro, both from the extra `images`. With the same versions of
both, the same card always has the same bytes.

A card is a PNG of 1200 × 630 pixels. It has few colors, so it is drawn with a palette: two layers
of antialiased text, then rectangles. Compared with true color, this takes a third of the time, and
files are a third of the size.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.model.scalars import Tone
from explainer.render import card_fonts
from explainer.support.files import read_file, replace_file
from explainer.support.values import dataclass

if TYPE_CHECKING:
    from PIL import Image

FILE = "card.png"
"""The file name of a card, next to the page that it is the preview of."""

_RECIPE = 1
"""Part of the names of cached files: increase it when cards are drawn differently."""


def is_installed() -> bool:
    """Return whether cards can be drawn. Does not import Pillow or the font."""
    return bool(importlib.util.find_spec("PIL")) and card_fonts.font_folder() is not None


@dataclass(frozen=True, slots=True)
class Cards:
    """Draws cards, or reads them from the cache."""

    folder: Path | None
    """The folder of the cache; None for no cache."""

    def can_draw(self, card: Card) -> bool:
        """Return whether the fonts have every character of a card. Cheap: draws no card."""
        if file := self._file(card):
            with suppress(OSError):
                return file.stat().st_size > 0  # empty if a glyph is missing
        return _has_glyphs(_composed(card))

    def png(self, card: Card) -> bytes | None:
        """Return a card as PNG; None if the fonts lack one of its characters."""
        file = self._file(card)
        if file:
            with suppress(OSError):
                return read_file(file) or None
        composed = _composed(card)
        png = draw(composed) if _has_glyphs(composed) else None
        if file:
            with suppress(OSError):
                file.parent.mkdir(parents=True, exist_ok=True)
                replace_file(file, png or b"")
        return png

    def _file(self, card: Card) -> Path | None:
        """Return the cache file of a card; None without a cache."""
        if self.folder is None:
            return None
        key = hashlib.sha256(f"{_recipe()}\n{card!r}".encode()).hexdigest()[:32]
        return self.folder / f"{key}.png"


@cache
def _recipe() -> str:
    """Return a hash of everything that a drawing depends on besides the card."""
    import PIL

    digest = hashlib.sha256(f"{_RECIPE} {PIL.__version__}".encode())
    for name in (card_fonts.BOLD, card_fonts.PLAIN):
        digest.update(card_fonts.font_file(name).read_bytes())
    return digest.hexdigest()


def _composed(card: Card) -> Card:
    """Normalize white space and combine accents with their letters (NFC), as the font needs it."""

    def one(text: str) -> str:
        return " ".join(unicodedata.normalize("NFC", text).split())

    tally = tuple(replace(part, words=one(part.words)) for part in card.tally)
    return Card(**{name: one(text) for name, text in _texts(card)}, tally=tally)


def _has_glyphs(card: Card) -> bool:
    texts = [text for _, text in _texts(card)] + [part.words for part in card.tally]
    return not missing_glyphs("".join(texts))


def missing_glyphs(text: str) -> str:
    """Return the characters of a text that cards cannot show, sorted. The fonts are installed."""
    others = {char for char in unicodedata.normalize("NFC", text) if char > "\x7f"}
    return "".join(sorted(char for char in others if not card_fonts.has_glyph(char)))


def _texts(card: Card) -> Iterator[tuple[str, str]]:
    """Yield the name and text of every field of a card except the tally."""
    for each in fields(card):
        if each.name != "tally":
            yield each.name, getattr(card, each.name)


# --- the drawing ---------------------------------------------------------------------------------

WIDTH, HEIGHT = 1200, 630

# The light colors of themes/default/styles/00-settings.css.
PAPER, INK, SOFT, LINE = "#fffefb", "#1b1a18", "#5d584f", "#ddd8cc"
TONES: Mapping[Tone, str] = {
    "blue": "#174d90",
    "sky": "#1e7691",
    "grey": "#5b5f65",
    "amber": "#956400",
    "orange": "#882b0a",
    "plain": "#5d584f",
}

_EDGE = 72
_TEXT_WIDTH = WIDTH - 2 * _EDGE
_TITLE_SIZES = (86, 78, 70, 63, 57, 52, 47)
_TALLY_SIZES = ((27, 1), (25, 1), (27, 2), (25, 2), (23, 2), (21, 3))
"""Font sizes, each with the most rows it may take. The first that fits is used."""
_SHADES = 16
"""Between paper and text. More would make files larger without a visible difference."""
_BAR = 14
"""The height of the tally's bar, in pixels."""
_FLAT = tuple(dict.fromkeys((LINE, *TONES.values())))


@dataclass(frozen=True, slots=True)
class CardTallyPart:
    """A part of the tally."""

    tone: Tone
    """The color of its rating."""
    count: int
    """The number of claims; at least 1."""
    words: str
    """`3 true`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The content of a card. Empty parts are left out."""

    site: str
    """The site's name."""
    kicker: str = ""
    """The genre of the article."""
    title: str
    """The title of the page."""
    text: str = ""
    """A line or two under the title; left out if the title takes up the space."""
    by: str = ""
    """The authors; shortened if they do not fit."""
    date: str = ""
    """The date; never shortened."""
    checked: str = ""
    """`9 claims checked`."""
    tally: tuple[CardTallyPart, ...] = ()
    """How they were rated."""

    @property
    def words(self) -> str:
        """The alternative text of the card."""
        tally = ", ".join(part.words for part in self.tally)
        checked = f"{self.checked}: {tally}" if tally else self.checked
        title = f"{self.site}: {self.title}" if self.site else self.title
        return ". ".join(filter(None, (title, checked)))


def draw(card: Card) -> bytes:
    """Draw a card as PNG. The fonts must have all its characters."""
    return _Drawing().png(card)


class _Drawing:
    """Draws one card. All `y` are in pixels from the top."""

    def __init__(self) -> None:
        from PIL import Image, ImageDraw

        size = (WIDTH, HEIGHT)
        self._layers = [Image.new("L", size, 0), Image.new("L", size, 0)]
        self._pens = [ImageDraw.Draw(layer) for layer in self._layers]
        self._boxes: list[tuple[tuple[int, int, int, int], int]] = []

    def png(self, card: Card) -> bytes:
        top = self._masthead(card)
        bottom = self._foot(card)
        self._headline(card, top, bottom)
        out = io.BytesIO()
        # Level 6 would save a sixth of the bytes, but take twice as long.
        self._image().save(out, "PNG", compress_level=3)
        return out.getvalue()

    def _image(self) -> Image.Image:
        from PIL import ImageChops, ImageDraw

        shades = [round(value * (_SHADES - 1) / 255) for value in range(256)]
        ink = self._layers[0].point(shades)
        soft = self._layers[1].point([_SHADES + shade if shade else 0 for shade in shades])
        image = ImageChops.lighter(ink, soft)  # they never overlap
        pen = ImageDraw.Draw(image)
        for box, color in self._boxes:
            pen.rectangle(box, fill=color)
        image.putpalette(_palette())
        return image

    def _write(
        self, text: str, x: float, y: int, font: card_fonts.Font, *, soft: bool = False
    ) -> None:
        """Write a line of text. `y` is its baseline."""
        self._pens[soft].text((x, y), text, fill=255, font=font.font, anchor="ls")

    def _box(self, x: int, y: int, width: int, height: int, color: str) -> None:
        number = 2 * _SHADES + _FLAT.index(color)
        self._boxes.append(((x, y, x + width - 1, y + height - 1), number))

    def _masthead(self, card: Card) -> int:
        """Draw the site's name and the genre above a rule. Returns the `y` of the lower edge."""
        font = card_fonts.open_font(card_fonts.BOLD, 30)
        plain = card_fonts.open_font(card_fonts.PLAIN, 27)
        limit = _TEXT_WIDTH - (plain.line(card.kicker) + 40 if card.kicker else 0)
        self._write(font.shortened(card.site, limit), _EDGE, 90, font)
        if card.kicker:
            self._write(card.kicker, WIDTH - _EDGE - plain.line(card.kicker), 90, plain, soft=True)
        self._box(_EDGE, 112, _TEXT_WIDTH, 2, LINE)
        return 114

    def _foot(self, card: Card) -> int:
        """Draw, from the bottom up, the tally, its bar, and the authors and date.

        Returns the `y` of the upper edge.
        """
        y = HEIGHT - 66
        if card.tally:
            y = self._tally(card, y)
        if card.by or card.date:
            font = card_fonts.open_font(card_fonts.PLAIN, 29)
            y -= 26 if card.tally else 0
            date = f" · {card.date}" if card.by and card.date else card.date
            by = font.shortened(card.by, _TEXT_WIDTH - font.line(date)) if card.by else ""
            self._write(by + date, _EDGE, y, font, soft=True)
            y -= 24
        return y

    def _tally(self, card: Card, bottom: int) -> int:
        for size, most in _TALLY_SIZES:
            font = card_fonts.open_font(card_fonts.PLAIN, size)
            rows = _rows(card, font, size)
            if len(rows) <= most:
                break
        rows = rows[:most]
        y = bottom - (len(rows) - 1) * round(size * 1.45)
        top = y - round(size * 1.75)
        for row in rows:
            x = float(_EDGE)
            for tone, words, width in row:
                if tone:
                    side = round(size * 0.52)
                    self._box(round(x), y - side, side, side, TONES[tone])
                    self._write(words, x + side + size * 0.34, y, font)
                else:
                    self._write(words, x, y, font, soft=True)
                x += width
            y += round(size * 1.45)
        self._bar(card.tally, top)
        return top - _BAR

    def _bar(self, parts: Sequence[CardTallyPart], y: int) -> None:
        """Draw a bar as wide as the text, its lower edge at `y`, every part wide enough to see."""
        gap, least = 4, 8
        space = _TEXT_WIDTH - gap * (len(parts) - 1)
        whole = sum(part.count for part in parts)
        spare = space - least * len(parts)
        x, counted = _EDGE, 0
        for number, part in enumerate(parts):
            start = x
            counted += part.count
            x = _EDGE + least * (number + 1) + spare * counted // whole + gap * number
            self._box(start, y - _BAR, x - start, _BAR, TONES[part.tone])
            x += gap

    def _headline(self, card: Card, top: int, bottom: int) -> None:
        """Draw the title, as large as fits, and the text under it if that fits too."""
        space = bottom - top - 62
        for size in _TITLE_SIZES:
            font = card_fonts.open_font(card_fonts.BOLD, size)
            leading = round(size * 1.14)
            lines = font.balanced(card.title, _TEXT_WIDTH)
            if leading * len(lines) <= space and " ".join(lines) == card.title:
                break
        most = max(1, space // leading)
        if len(lines) > most:
            lines = font.cut(card.title, most, _TEXT_WIDTH)
        y = top + 34 + round(size * 0.78)
        for line in lines:
            self._write(line, _EDGE - round(size * 0.02), y, font)
            y += leading
        if card.text:
            plain = card_fonts.open_font(card_fonts.PLAIN, 34)
            y += 52 - leading + round(size * 0.2)
            rows = plain.balanced(card.text, _TEXT_WIDTH)
            if y + 46 * (len(rows) - 1) <= bottom - 40 and len(rows) <= 3:
                for row in rows:
                    self._write(row, _EDGE, y, plain, soft=True)
                    y += 46


def _rows(
    card: Card, font: card_fonts.Font, size: int
) -> list[list[tuple[Tone | None, str, float]]]:
    """Arrange the tally in rows of colors, texts, and widths in pixels."""
    rows: list[list[tuple[Tone | None, str, float]]] = [[]]
    used = 0.0
    items: list[tuple[Tone | None, str]] = [(None, card.checked)] if card.checked else []
    items += [(part.tone, part.words) for part in card.tally]
    for tone, label in items:
        words = font.shortened(label, _TEXT_WIDTH - 2 * size)
        own = font.line(words) + (round(size * 0.52) + size * 0.34 if tone else 0)
        if rows[-1] and used + own > _TEXT_WIDTH:
            rows.append([])
            used = 0
        width = own + size * 0.95
        rows[-1].append((tone, words, width))
        used += width
    return rows


@cache
def _palette() -> tuple[int, ...]:
    """Return the palette as red, green, and blue values, from 0 to 255.

    It contains the shades from paper to ink and from paper to soft, then the flat colors.
    """
    colors: list[int] = []
    for text in (INK, SOFT):
        for shade in range(_SHADES):
            part = shade / (_SHADES - 1)
            pairs = zip(_rgb(PAPER), _rgb(text), strict=True)
            colors += [round(paper + (dark - paper) * part) for paper, dark in pairs]
    for color in _FLAT:
        colors += _rgb(color)
    return tuple(colors)


def _rgb(color: str) -> bytes:
    return bytes.fromhex(color[1:])
