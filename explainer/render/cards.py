"""Draw cards, the pictures that other sites show with a link to a page, and cache them.

This needs Pillow and Source Serif Pro, both from the extra `images`. With the same versions of
both, the same card always has the same bytes.

A card is a PNG of 1200 × 630 pixels. It has few colors, so it is drawn with a palette: two layers
of antialiased text, then rectangles, then small pictures in the color of a rating. Compared with
true color, this takes a third of the time, and files are a third of the size. A site has many
claims: their cards are half as wide and high, and have at most 16 colors, so that they stay below
8 KB.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.model.scalars import Shape, Tone
from explainer.render import card_fonts
from explainer.render.shapes import DASHES, outlines
from explainer.support import cache as cache_folder
from explainer.support.values import dataclass

if TYPE_CHECKING:
    from PIL import Image

FILE = "card.png"
"""The file name of a card, next to the page that it is the preview of."""

_RECIPE = 3
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
        return _has_glyphs(_composed(card))

    def png(self, card: Card) -> bytes | None:
        """Return a card as PNG; None if the fonts lack one of its characters."""
        composed = _composed(card)
        if not _has_glyphs(composed):
            return None
        if self.folder is None:
            return draw(composed)
        key = hashlib.sha256(f"{_recipe()}\n{card!r}".encode())
        file = self.folder / f"{key.hexdigest()[:32]}.card"
        png = cache_folder.read_sealed(file, key.digest())
        if png is None:
            png = draw(composed)
            cache_folder.keep_sealed(file, key.digest(), png)
        return png


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
    verdict = card.verdict and replace(card.verdict, words=one(card.verdict.words))
    texts = {name: one(text) for name, text in _texts(card)}
    return Card(**texts, tally=tally, verdict=verdict)


def _has_glyphs(card: Card) -> bool:
    texts = [text for _, text in _texts(card)] + [part.words for part in card.tally]
    texts.append(card.verdict.words if card.verdict else "")
    return not missing_glyphs("".join(texts))


def missing_glyphs(text: str) -> str:
    """Return the characters of a text that cards cannot show, sorted. The fonts are installed."""
    others = {char for char in unicodedata.normalize("NFC", text) if char > "\x7f"}
    return "".join(sorted(char for char in others if not card_fonts.has_glyph(char)))


def _texts(card: Card) -> Iterator[tuple[str, str]]:
    """Yield the name and text of every field of a card that is a text."""
    for each in fields(card):
        if each.name not in ("tally", "verdict"):
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
_CLAIM_SIZES = (70, 63, 57, 52, 47, 42)
_TALLY_SIZES = ((27, 1), (25, 1), (27, 2), (25, 2), (23, 2), (21, 3))
"""Font sizes, each with the most rows it may take. The first that fits is used."""
_SHADES, _FEW_SHADES = 16, 5
"""Between paper and text. More would make files larger without a visible difference."""
_BAR = 14
"""The height of the tally's bar, in pixels."""
_FINE = 4
"""How much larger shapes are drawn than shown, so that their edges are smooth."""


@dataclass(frozen=True, slots=True)
class CardTallyPart:
    """A part of the tally."""

    tone: Tone
    """The color of its rating."""
    shape: Shape
    """The shape of its rating."""
    count: int
    """The number of claims; at least 1."""
    words: str
    """`3 true`."""


@dataclass(frozen=True, slots=True)
class CardVerdict:
    """The rating of a claim."""

    tone: Tone
    shape: Shape
    words: str


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
    verdict: CardVerdict | None = None
    """For a claim: its rating, above the title."""

    @property
    def width(self) -> int:
        """Its width in pixels. Sites have many claims, so their cards are smaller."""
        return WIDTH // 2 if self.verdict else WIDTH

    @property
    def height(self) -> int:
        """Its height in pixels."""
        return HEIGHT // 2 if self.verdict else HEIGHT

    @property
    def words(self) -> str:
        """The alternative text of the card."""
        tally = ", ".join(part.words for part in self.tally)
        checked = f"{self.checked}: {tally}" if tally else self.checked
        title = f"{self.verdict.words}: {self.title}" if self.verdict else self.title
        title = f"{self.site}: {title}" if self.site else title
        return ". ".join(filter(None, (title, checked)))


def draw(card: Card) -> bytes:
    """Draw a card as PNG. The fonts must have all its characters."""
    return _Drawing(card).png()


class _Drawing:
    """Draws one card. All `y` are in pixels from the top, and lengths are those of a large card."""

    def __init__(self, card: Card) -> None:
        from PIL import Image, ImageDraw

        self._card = card
        self._scale = card.width / WIDTH
        self._palette = _few(card.verdict.tone) if card.verdict else _many()
        self._text = Image.new("L", (card.width, card.height), 0)
        """How much text covers each pixel."""
        self._pen = ImageDraw.Draw(self._text)
        self._soft: list[tuple[int, int, int, int]] = []
        """Where the text is soft. It overlaps with no other text."""
        self._boxes: list[tuple[tuple[int, int, int, int], str]] = []
        self._stamps: list[tuple[tuple[int, int], Image.Image, Tone]] = []
        """Places and pictures of what has the color of a rating."""

    def png(self) -> bytes:
        top = self._masthead()
        top = self._verdict(top)
        bottom = self._foot()
        self._headline(top, bottom)
        out = io.BytesIO()
        if self._card.verdict:
            self._image().save(out, "PNG", compress_level=5, bits=4)
        else:
            # Level 6 would save a sixth of the bytes, but take twice as long.
            self._image().save(out, "PNG", compress_level=3)
        return out.getvalue()

    def _image(self) -> Image.Image:
        from PIL import ImageDraw

        palette = self._palette
        image = self._text.point(palette.table(INK))
        for box in self._soft:
            image.paste(self._text.crop(box).point(palette.table(SOFT)), box)
        pen = ImageDraw.Draw(image)
        for box, color in self._boxes:
            pen.rectangle(box, fill=palette.place(color))
        for place, stamp, tone in self._stamps:
            image.paste(stamp.point(palette.table(TONES[tone])), place)
        image.putpalette(palette.colors)
        return image

    def _font(self, name: str, size: float) -> card_fonts.Font:
        return card_fonts.open_font(name, round(size * self._scale))

    def _width(self, font: card_fonts.Font, line: str) -> float:
        return font.line(line) / self._scale

    def _limit(self, width: float) -> float:
        return width * self._scale

    def _write(
        self, text: str, x: float, y: float, font: card_fonts.Font, *, soft: bool = False
    ) -> None:
        """Write a line of text. `y` is its baseline."""
        at = x * self._scale, round(y * self._scale)
        self._pen.text(at, text, fill=255, font=font.font, anchor="ls")
        if soft:
            left, top, right, low = self._pen.textbbox(at, text, font.font, anchor="ls")
            self._soft.append((int(left), int(top), math.ceil(right), math.ceil(low)))

    def _repeat(
        self, text: str, x: float, y: float, font: card_fonts.Font, *, soft: bool = False
    ) -> None:
        """Write a line of text that other cards are likely to have, too."""
        picture, (left, top) = font.drawn(text)
        at = round(x * self._scale) + left, round(y * self._scale) + top
        self._text.paste(picture, at)
        if soft:
            self._soft.append((*at, at[0] + picture.width, at[1] + picture.height))

    def _box(self, x: float, y: float, width: float, height: float, color: str) -> None:
        left, top, right, low = (
            round(each * self._scale) for each in (x, y, x + width, y + height)
        )
        self._boxes.append(((left, top, max(left, right - 1), max(top, low - 1)), color))

    def _stamp(self, x: float, y: float, picture: Image.Image, tone: Tone) -> None:
        self._stamps.append(((round(x * self._scale), round(y * self._scale)), picture, tone))

    def _shape(self, x: float, y: float, side: float, shape: Shape, tone: Tone) -> None:
        """Draw a shape in a square."""
        self._stamp(x, y, _drawn(shape, round(side * self._scale)), tone)

    def _masthead(self) -> int:
        """Draw the site's name and the genre above a rule. Returns the `y` of the lower edge."""
        card = self._card
        font = self._font(card_fonts.BOLD, 30)
        plain = self._font(card_fonts.PLAIN, 27)
        beside = self._width(plain, card.kicker)
        limit = _TEXT_WIDTH - (beside + 40 if card.kicker else 0)
        self._repeat(font.shortened(card.site, self._limit(limit)), _EDGE, 90, font)
        if card.kicker:
            self._repeat(card.kicker, WIDTH - _EDGE - beside, 90, plain, soft=True)
        self._box(_EDGE, 112, _TEXT_WIDTH, 2, LINE)
        return 114

    def _verdict(self, top: int) -> int:
        """Draw the rating of a claim. Returns the `y` of the lower edge."""
        verdict = self._card.verdict
        if verdict is None:
            return top
        font = self._font(card_fonts.BOLD, 64)
        words = font.shortened(verdict.words, self._limit(_TEXT_WIDTH - 76))
        picture, (left, high) = font.drawn(words)
        base = top + 100
        self._shape(_EDGE, base - 46, 52, verdict.shape, verdict.tone)
        place = _EDGE + 76 + left / self._scale, base + high / self._scale
        self._stamp(*place, picture, verdict.tone)
        return top + 112

    def _foot(self) -> int:
        """Draw, from the bottom up, the tally, its bar, and the authors and date.

        Returns the `y` of the upper edge.
        """
        card = self._card
        y = HEIGHT - 66
        if card.tally:
            y = self._tally(y)
        if card.by or card.date:
            font = self._font(card_fonts.PLAIN, 29)
            y -= 26 if card.tally else 0
            date = f" · {card.date}" if card.by and card.date else card.date
            limit = self._limit(_TEXT_WIDTH) - font.line(date)
            by = font.shortened(card.by, limit) if card.by else ""
            self._repeat(by, _EDGE, y, font, soft=True)
            self._repeat(date, _EDGE + self._width(font, by), y, font, soft=True)
            y -= 24
        return y

    def _tally(self, bottom: int) -> int:
        card = self._card
        for size, most in _TALLY_SIZES:
            font = self._font(card_fonts.PLAIN, size)
            rows = _rows(card, font, size)
            if len(rows) <= most:
                break
        rows = rows[:most]
        y = bottom - (len(rows) - 1) * round(size * 1.45)
        top = y - round(size * 1.75)
        for row in rows:
            x = float(_EDGE)
            for part, words, width in row:
                if part:
                    side = round(size * 0.7)
                    self._shape(x, y - round(size * 0.62), side, part.shape, part.tone)
                    self._repeat(words, x + side + size * 0.3, y, font)
                else:
                    self._repeat(words, x, y, font, soft=True)
                x += width
            y += round(size * 1.45)
        self._bar(card.tally, top)
        return top - _BAR

    def _bar(self, parts: Sequence[CardTallyPart], y: int) -> None:
        """Draw a bar as wide as the text, its lower edge at `y`, every part wide enough to see."""
        gap, least = 10, 8
        space = _TEXT_WIDTH - gap * (len(parts) - 1)
        whole = sum(part.count for part in parts)
        spare = space - least * len(parts)
        x, counted = _EDGE, 0
        for number, part in enumerate(parts):
            start = x
            counted += part.count
            x = _EDGE + least * (number + 1) + spare * counted // whole + gap * number
            for left, right in _dashes(part.shape, start, x):
                self._box(left, y - _BAR, right - left, _BAR, TONES[part.tone])
            x += gap

    def _headline(self, top: int, bottom: int) -> None:
        """Draw the title, as large as fits, and the text under it if that fits too."""
        card, limit = self._card, self._limit(_TEXT_WIDTH)
        space = bottom - top - 62
        for size in _CLAIM_SIZES if card.verdict else _TITLE_SIZES:
            font = self._font(card_fonts.BOLD, size)
            leading = round(size * 1.14)
            lines = font.balanced(card.title, limit)
            if leading * len(lines) <= space and " ".join(lines) == card.title:
                break
        most = max(1, space // leading)
        if len(lines) > most:
            lines = font.cut(card.title, most, limit)
        y = top + 34 + round(size * 0.78)
        for line in lines:
            self._write(line, _EDGE - round(size * 0.02), y, font)
            y += leading
        if card.text:
            plain = self._font(card_fonts.PLAIN, 34)
            y += 52 - leading + round(size * 0.2)
            rows = plain.balanced(card.text, limit)
            if y + 46 * (len(rows) - 1) <= bottom - 40 and len(rows) <= 3:
                for row in rows:
                    self._write(row, _EDGE, y, plain, soft=True)
                    y += 46


@cache
def _drawn(shape: Shape, side: int) -> Image.Image:
    """Return a shape in a square, white on black."""
    from PIL import Image, ImageChops, ImageDraw

    whole = side * _FINE
    drawn = Image.new("L", (whole, whole), 0)
    for polygon in outlines(shape):
        one = Image.new("L", (whole, whole), 0)
        points = [(x * whole / 16, y * whole / 16) for x, y in polygon]
        ImageDraw.Draw(one).polygon(points, fill=255)
        drawn = ImageChops.difference(drawn, one)
    return drawn.resize((side, side), Image.Resampling.BOX)


def _dashes(shape: Shape, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where a part of the bar is drawn: twice as large as in pages."""
    lengths = [2 * int(each) for each in DASHES[shape].split()]
    if not lengths:
        yield start, end
        return
    while start < end:
        for dash, gap in zip(lengths[::2], lengths[1::2], strict=True):
            if start < end:
                yield start, min(start + dash, end)
            start += dash + gap


def _rows(
    card: Card, font: card_fonts.Font, size: int
) -> list[list[tuple[CardTallyPart | None, str, float]]]:
    """Arrange the tally in rows of parts, texts, and widths in pixels."""
    rows: list[list[tuple[CardTallyPart | None, str, float]]] = [[]]
    used = 0.0
    items: list[tuple[CardTallyPart | None, str]] = [(None, card.checked)] if card.checked else []
    items += [(part, part.words) for part in card.tally]
    for part, label in items:
        words = font.shortened(label, _TEXT_WIDTH - 2 * size)
        own = font.line(words) + (round(size * 0.7) + size * 0.3 if part else 0)
        if rows[-1] and used + own > _TEXT_WIDTH:
            rows.append([])
            used = 0
        width = own + size * 0.95
        rows[-1].append((part, words, width))
        used += width
    return rows


@dataclass(frozen=True)
class _Palette:
    """The colors of a card: paper, then the shades from paper to others."""

    ramps: tuple[str, ...]
    """The colors that have shades."""
    shades: int
    """The number of shades of each, with paper."""

    @cached_property
    def colors(self) -> list[int]:
        """Red, green, and blue values, from 0 to 255."""
        colors = list(_rgb(PAPER))
        for ramp in self.ramps:
            for shade in range(1, self.shades):
                part = shade / (self.shades - 1)
                for paper, dark in zip(_rgb(PAPER), _rgb(ramp), strict=True):
                    colors.append(round(paper + (dark - paper) * part))
        return colors + list(_rgb(LINE))

    @cache  # noqa: B019 - there are few palettes, and they stay
    def table(self, color: str) -> list[int]:
        """Return the places in the palette of the shades of a color, by how much it covers."""
        first = self.ramps.index(color) * (self.shades - 1)
        steps = (round(value * (self.shades - 1) / 255) for value in range(256))
        return [first + step if step else 0 for step in steps]

    def place(self, color: str) -> int:
        """Return the place in the palette of a color."""
        return len(self.colors) // 3 - 1 if color == LINE else self.table(color)[255]


@cache
def _many() -> _Palette:
    return _Palette(tuple(dict.fromkeys((INK, SOFT, *TONES.values()))), _SHADES)


@cache
def _few(tone: Tone) -> _Palette:
    return _Palette(tuple(dict.fromkeys((INK, SOFT, TONES[tone]))), _FEW_SHADES)


def _rgb(color: str) -> bytes:
    return bytes.fromhex(color[1:])
