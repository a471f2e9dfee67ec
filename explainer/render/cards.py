"""Cards: the pictures, 1200 × 630 pixels, that others show with a link to an article.

Drawn by Pillow in Source Serif Pro, both of the extra `images`. The same values give the same bytes
with the same Pillow and font; `.explainer/cards/` keeps what was drawn.

A card holds four colours with their shades, so it is drawn as numbers in a palette: coverage of the
text in two layers, then rectangles. That takes a third of the time of true colour, and gives files
a third of the size.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.model.scalars import Tone
from explainer.support.files import replace_file

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFont import FreeTypeFont

FILE = "card.png"
"""Its name, beside the page that it stands for."""
WIDTH, HEIGHT = 1200, 630

# As in themes/default/styles/00-settings.css, light.
PAPER, INK, SOFT, LINE = "#fffefb", "#1b1a18", "#5d584f", "#ddd8cc"
TONES: Mapping[Tone, str] = {
    "blue": "#174d90",
    "sky": "#1e7691",
    "grey": "#5b5f65",
    "amber": "#956400",
    "orange": "#882b0a",
    "plain": "#5d584f",
}

_RECIPE = 1
"""Counts changes to the drawing: part of the cache's names."""
_PACKAGE = "font_source_serif_pro"
_BOLD, _PLAIN = "SourceSerifPro-Semibold.otf", "SourceSerifPro-Regular.otf"
_EDGE = 72
_ROOM = WIDTH - 2 * _EDGE
_TITLE_SIZES = (86, 78, 70, 63, 57, 52, 47)
_TALLY_SIZES = ((27, 1), (25, 1), (27, 2), (25, 2), (23, 2), (21, 3))
"""Sizes, each with the rows that it may take: the first that does is taken."""
_SHADES = 16
"""Between paper and text: more make the file larger, and nobody sees them."""
_BAR = 14
"""The height of the tally's bar."""
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class CardTallyPart:
    """A part of the tally."""

    tone: Tone
    """Its rating's colour."""
    count: int
    """How many claims; at least 1."""
    words: str
    """`3 true`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands on a card; what is empty is left out."""

    site: str
    """The site's name."""
    kicker: str = ""
    """What kind of text it is."""
    title: str
    """Of the page."""
    text: str = ""
    """A line or two under it; left out where the title takes the room."""
    by: str = ""
    """Who wrote it."""
    date: str = ""
    """When; shown whole even where there is no room for all who wrote it."""
    checked: str = ""
    """`9 claims checked`."""
    tally: tuple[CardTallyPart, ...] = ()
    """How they were rated."""

    @property
    def words(self) -> str:
        """What it says, for those who do not see it."""
        tally = ", ".join(part.words for part in self.tally)
        checked = f"{self.checked}: {tally}" if tally else self.checked
        title = f"{self.site}: {self.title}" if self.site else self.title
        return ". ".join(filter(None, (title, checked)))


def is_installed() -> bool:
    """Whether cards can be drawn. Imports next to nothing."""
    return bool(importlib.util.find_spec("PIL")) and _font_folder() is not None


def _font_folder() -> Path | None:
    # Not imported: the package reads its folder twice when it is.
    spec = importlib.util.find_spec(_PACKAGE)
    return Path(spec.origin).parent / "files" if spec and spec.origin else None


class Cards:
    """Draws cards, or takes them from the folder that keeps them. One in each process."""

    def __init__(self, cache: Path | None) -> None:
        self._cache = cache

    def can_draw(self, card: Card) -> bool:
        """Whether the font has every letter that stands on a card. Costs little."""
        file = self._file(card)
        if file:
            with suppress(OSError):
                return file.stat().st_size > 0  # empty where the font lacks something
        return self._fonts.have(_all_words(_composed(card)))

    def png(self, card: Card) -> bytes | None:
        """Give a card as PNG; nothing where the font lacks a letter that stands on it."""
        file = self._file(card)
        if file is None:
            return self._made(card)
        with suppress(OSError):
            return file.read_bytes() or None
        made = self._made(card)
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, made or b"")
        return made

    def _file(self, card: Card) -> Path | None:
        """Where a card is kept."""
        if self._cache is None:
            return None
        key = hashlib.sha256(f"{self.recipe}\n{card!r}".encode()).hexdigest()[:32]
        return self._cache / f"{key}.png"

    def _made(self, card: Card) -> bytes | None:
        card = _composed(card)
        return _Drawing(self._fonts).png(card) if self._fonts.have(_all_words(card)) else None

    @cached_property
    def recipe(self) -> str:
        """A hash of all that a card depends on besides its values."""
        import PIL

        digest = hashlib.sha256(f"{_RECIPE} {PIL.__version__}".encode())
        for name in (_BOLD, _PLAIN):
            digest.update(_font_file(name).read_bytes())
        return digest.hexdigest()

    @cached_property
    def _fonts(self) -> _Fonts:
        return _Fonts()


def _composed(card: Card) -> Card:
    """With letters and their accents in one, as far as there are such: the font has those."""

    def one(text: str) -> str:
        return " ".join(unicodedata.normalize("NFC", text).split())

    return Card(
        site=one(card.site),
        kicker=one(card.kicker),
        title=one(card.title),
        text=one(card.text),
        by=one(card.by),
        date=one(card.date),
        checked=one(card.checked),
        tally=tuple(CardTallyPart(part.tone, part.count, one(part.words)) for part in card.tally),
    )


def _all_words(card: Card) -> str:
    parts = (part.words for part in card.tally)
    own = (card.site, card.kicker, card.title, card.text, card.by, card.date, card.checked)
    return "".join((*own, *parts))


# --- fonts ---------------------------------------------------------------------------------------


def _font_file(name: str) -> Path:
    folder = _font_folder()
    assert folder is not None, "is_installed was asked before"
    return folder / name


class _Fonts:
    """The two cuts, in any size."""

    def __init__(self) -> None:
        self._fonts: dict[tuple[str, int], _Font] = {}
        self._has: dict[str, bool] = {}

    def get(self, name: str, size: int) -> _Font:
        font = self._fonts.get((name, size))
        if font is None:
            from PIL import ImageFont

            # Raqm is not on every machine, and what it lays out would differ.
            basic = ImageFont.Layout.BASIC
            file = str(_font_file(name))
            font = _Font(ImageFont.truetype(file, size, layout_engine=basic))
            self._fonts[name, size] = font
        return font

    def have(self, text: str) -> bool:
        """Whether every character has a glyph in both cuts.

        Pillow does not show a font's table of characters; but whatever is not in it is drawn as
        glyph 0, the same box each time, and nobody asks for U+10FFFF, which is no character.
        """
        return all(map(self._have, set(text)))

    def _have(self, char: str) -> bool:
        known = self._has.get(char)
        if known is None:
            known = self._has[char] = char == " " or (
                # Marks that stand on a letter of their own need an engine that places them.
                unicodedata.category(char) not in ("Mn", "Me", "Cf", "Cc", "Co", "Cs", "Cn", "Zl")
                and unicodedata.bidirectional(char) not in ("R", "AL")
                and all(
                    self._glyph(char, name) != self._glyph(_NONE, name) for name in (_BOLD, _PLAIN)
                )
            )
        return known

    def _glyph(self, char: str, name: str) -> tuple[tuple[int, int], float, bytes]:
        font = self.get(name, _TITLE_SIZES[-1]).font
        mask = font.getmask(char)
        return mask.size, font.getlength(char), bytes(mask)


_NONE = "\U0010ffff"


# --- lines ---------------------------------------------------------------------------------------


class _Font:
    """A font of one size that remembers how wide words are: lines are broken many ways."""

    def __init__(self, font: FreeTypeFont) -> None:
        self.font = font
        self._widths: dict[str, float] = {}

    def width(self, word: str) -> float:
        """Of a word, in pixels."""
        width = self._widths.get(word)
        if width is None:
            width = self._widths[word] = self.font.getlength(word)
        return width

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
        """No more lines than there is room for; the last one says that there is more."""
        lines = self.lines(text, room)
        if len(lines) <= most:
            return lines
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


_LOOSE = " ,;:–—-·("
"""What no line ends with before an ellipsis."""


# --- drawing -------------------------------------------------------------------------------------


class _Drawing:
    """One card. `y` are distances from the top."""

    def __init__(self, fonts: _Fonts) -> None:
        from PIL import Image, ImageDraw

        self._fonts = fonts
        size = (WIDTH, HEIGHT)
        self._layers = [Image.new("L", size, 0), Image.new("L", size, 0)]
        self._pens = [ImageDraw.Draw(layer) for layer in self._layers]
        self._boxes: list[tuple[tuple[int, int, int, int], int]] = []

    def png(self, card: Card) -> bytes:
        top = self._masthead(card)
        bottom = self._foot(card)
        self._headline(card, top, bottom)
        out = io.BytesIO()
        # A level of 6 spares a sixth of the bytes, and takes twice the time.
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

    def _write(self, text: str, x: float, y: int, font: _Font, *, soft: bool = False) -> None:
        """`y` is the line on which the letters stand."""
        self._pens[soft].text((x, y), text, fill=255, font=font.font, anchor="ls")

    def _box(self, x: int, y: int, width: int, height: int, color: str) -> None:
        self._boxes.append(((x, y, x + width - 1, y + height - 1), _number(color)))

    def _masthead(self, card: Card) -> int:
        """The site's name above a rule, the kind of text at the end of the line."""
        font = self._fonts.get(_BOLD, 30)
        plain = self._fonts.get(_PLAIN, 27)
        room = _ROOM - (plain.line(card.kicker) + 40 if card.kicker else 0)
        self._write(font.shortened(card.site, room), _EDGE, 90, font)
        if card.kicker:
            self._write(card.kicker, WIDTH - _EDGE - plain.line(card.kicker), 90, plain, soft=True)
        self._box(_EDGE, 112, _ROOM, 2, LINE)
        return 114

    def _foot(self, card: Card) -> int:
        """From below: the tally in words, the bar above it, who and when. Gives where it begins."""
        y = HEIGHT - 66
        if card.tally:
            y = self._tally(card, y)
        if card.by or card.date:
            font = self._fonts.get(_PLAIN, 29)
            y -= 26 if card.tally else 0
            date = f" · {card.date}" if card.by and card.date else card.date
            by = font.shortened(card.by, _ROOM - font.line(date)) if card.by else ""
            self._write(by + date, _EDGE, y, font, soft=True)
            y -= 24
        return y

    def _tally(self, card: Card, bottom: int) -> int:
        for size, most in _TALLY_SIZES:
            font = self._fonts.get(_PLAIN, size)
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
        """Standing on `y`, as wide as the text; gaps between parts, and none too small to see."""
        gap, least = 4, 8
        room = _ROOM - gap * (len(parts) - 1)
        whole = sum(part.count for part in parts)
        spare = room - least * len(parts)
        x, counted = _EDGE, 0
        for number, part in enumerate(parts):
            start = x
            counted += part.count
            x = _EDGE + least * (number + 1) + spare * counted // whole + gap * number
            self._box(start, y - _BAR, x - start, _BAR, TONES[part.tone])
            x += gap

    def _headline(self, card: Card, top: int, bottom: int) -> None:
        """As large as there is room for; then what stands under it, if there is any left."""
        room = bottom - top - 62
        for size in _TITLE_SIZES:
            font = self._fonts.get(_BOLD, size)
            leading = round(size * 1.14)
            lines = font.balanced(card.title, _ROOM)
            if leading * len(lines) <= room and not _is_broken(card.title, lines):
                break
        most = max(1, room // leading)
        if len(lines) > most:
            lines = font.cut(card.title, most, _ROOM)
        y = top + 34 + round(size * 0.78)
        for line in lines:
            self._write(line, _EDGE - round(size * 0.02), y, font)
            y += leading
        if card.text:
            plain = self._fonts.get(_PLAIN, 34)
            y += 52 - leading + round(size * 0.2)
            rows = plain.balanced(card.text, _ROOM)
            if y + 46 * (len(rows) - 1) <= bottom - 40 and len(rows) <= 3:
                for row in rows:
                    self._write(row, _EDGE, y, plain, soft=True)
                    y += 46


def _is_broken(text: str, lines: Iterable[str]) -> bool:
    return " ".join(lines) != text


def _rows(card: Card, font: _Font, size: int) -> list[list[tuple[Tone | None, str, float]]]:
    """The words of the tally in rows: colour, words, and the room that they take."""
    rows: list[list[tuple[Tone | None, str, float]]] = [[]]
    used = 0.0
    items: list[tuple[Tone | None, str]] = [(None, card.checked)] if card.checked else []
    items += [(part.tone, part.words) for part in card.tally]
    for tone, label in items:
        words = font.shortened(label, _ROOM - 2 * size)
        own = font.line(words) + (round(size * 0.52) + size * 0.34 if tone else 0)
        if rows[-1] and used + own > _ROOM:
            rows.append([])
            used = 0
        width = own + size * 0.95
        rows[-1].append((tone, words, width))
        used += width
    return rows


# --- the palette ---------------------------------------------------------------------------------

_FLAT = tuple(dict.fromkeys((LINE, *TONES.values())))


def _number(color: str) -> int:
    return 2 * _SHADES + _FLAT.index(color)


@cache
def _palette() -> tuple[int, ...]:
    """Shades from paper to ink, from paper to soft, and the flat colours: red, green, blue each."""
    colors: list[int] = []
    for text in (INK, SOFT):
        for shade in range(_SHADES):
            part = shade / (_SHADES - 1)
            pairs = zip(_rgb(PAPER), _rgb(text), strict=True)
            colors += [round(paper + (dark - paper) * part) for paper, dark in pairs]
    for color in _FLAT:
        colors += _rgb(color)
    return tuple(colors)


def _rgb(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]
