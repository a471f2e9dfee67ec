"""Cards: the pictures that others show with a link to an article, drawn once and kept.

They need Pillow and Source Serif Pro, both of the extra `images`. The same card gives the same
bytes with the same Pillow and font.
"""

from __future__ import annotations

import hashlib
import importlib.util
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path

from explainer.render.card_drawing import Card, draw
from explainer.render.card_fonts import BOLD, PLAIN, font_file, font_folder, has_glyph
from explainer.support.files import replace_file

FILE = "card.png"
"""Its name, beside the page that it is the preview of."""

_RECIPE = 1
"""Counts changes to the drawing: part of the names of kept files."""


def is_installed() -> bool:
    """Whether cards can be drawn. Imports next to nothing."""
    return bool(importlib.util.find_spec("PIL")) and font_folder() is not None


@dataclass(frozen=True, slots=True)
class Cards:
    """Draws cards, or takes them from the folder that keeps them."""

    folder: Path | None
    """Where they are kept; they are not without it."""

    def can_draw(self, card: Card) -> bool:
        """Whether the font has every letter of a card. Costs little."""
        if file := self._file(card):
            with suppress(OSError):
                return file.stat().st_size > 0  # empty if the font lacks something
        return _has_glyphs(_composed(card))

    def png(self, card: Card) -> bytes | None:
        """A card as PNG; None if the font lacks one of its letters."""
        file = self._file(card)
        if file:
            with suppress(OSError):
                return file.read_bytes() or None
        composed = _composed(card)
        png = draw(composed) if _has_glyphs(composed) else None
        if file:
            with suppress(OSError):
                file.parent.mkdir(parents=True, exist_ok=True)
                replace_file(file, png or b"")
        return png

    def _file(self, card: Card) -> Path | None:
        """Where a card is kept."""
        if self.folder is None:
            return None
        key = hashlib.sha256(f"{_recipe()}\n{card!r}".encode()).hexdigest()[:32]
        return self.folder / f"{key}.png"


@cache
def _recipe() -> str:
    """A hash of all that a drawing depends on besides the card."""
    import PIL

    digest = hashlib.sha256(f"{_RECIPE} {PIL.__version__}".encode())
    for name in (BOLD, PLAIN):
        digest.update(font_file(name).read_bytes())
    return digest.hexdigest()


def _composed(card: Card) -> Card:
    """Normalize white space, and letters with accents to single ones (NFC): the font has those."""

    def one(text: str) -> str:
        return " ".join(unicodedata.normalize("NFC", text).split())

    tally = tuple(replace(part, words=one(part.words)) for part in card.tally)
    return Card(**{name: one(text) for name, text in _texts(card)}, tally=tally)


def _has_glyphs(card: Card) -> bool:
    texts = [text for _, text in _texts(card)] + [part.words for part in card.tally]
    return all(map(has_glyph, set("".join(texts))))


def _texts(card: Card) -> Iterator[tuple[str, str]]:
    """By name: what a card says, but for the tally."""
    for each in fields(card):
        if each.name != "tally":
            yield each.name, getattr(card, each.name)
