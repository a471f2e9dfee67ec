"""A picture's file to its size, as browsers show it: from the file's head alone, nothing decoded.

JPEG, PNG, GIF, WebP, AVIF, BMP and SVG. A library was tried: it took 60 ms to import, longer than a
small build, found no size in AVIF and in SVG without `width`, and a wrong one in turned PNGs.

Browsers turn a picture by its Exif orientation (CSS Images 3, `image-orientation: from-image`) in
JPEG and PNG, by `irot` in AVIF, and not at all in WebP; so 5 to 8 swap width and height here.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from mmap import mmap
from typing import Literal, TypeAlias
from xml.parsers import expat

Kind: TypeAlias = Literal["jpeg", "png", "gif", "webp", "avif", "bmp", "svg"]
Data: TypeAlias = bytes | mmap

ENDINGS = frozenset({"jpg", "jpeg", "jfif", "png", "apng", "gif", "webp", "avif", "bmp", "svg"})
"""Of files' names, in lower case: what browsers show as a picture."""

_TURNED = frozenset({5, 6, 7, 8})
"""The Exif orientations that swap width and height."""
_COLUMN = 720
"""The width in pixels that is taken for "all there is": more than any text column has."""


@dataclass(frozen=True, slots=True)
class Size:
    """What a picture's head tells."""

    kind: Kind
    """By the content; the file's name may say something else."""
    width: int
    """In CSS pixels, as it is shown."""
    height: int
    moving: bool = False
    """Whether it is an animation."""

    def turned(self, quarter: bool) -> Size:
        """The same picture, turned by a quarter or not."""
        return replace(self, width=self.height, height=self.width) if quarter else self


def read(data: Data) -> Size | None:
    """Give the size of the picture that a file holds; nothing if it holds none that is whole."""
    try:
        size = _read(data)
    except (struct.error, LookupError, ValueError, OverflowError):
        return None  # it ends, or leads out of itself, in the midst of its head
    return size if size and size.width > 0 and size.height > 0 else None


def _read(data: Data) -> Size | None:
    start = bytes(data[:16])
    if start.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    if start.startswith((b"GIF87a", b"GIF89a")):
        width, height = struct.unpack_from("<HH", data, 6)
        return Size("gif", width, height, moving=True)
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return _webp(data)
    if start[4:8] == b"ftyp":
        return _avif(data)
    if start.startswith(b"BM"):
        return _bmp(data)
    return _svg(data)


# --- made of pixels ------------------------------------------------------------------------------


def _jpeg(data: Data) -> Size | None:
    """ITU-T T.81, annex B: segments up to the frame header."""
    at = 2
    orientation = 0
    while True:
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF or marker == 0x01 or 0xD0 <= marker <= 0xD8:  # filling, or no content
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Size("jpeg", width, height).turned(orientation in _TURNED)
        if marker in (0xD9, 0xDA):
            return None
        content = bytes(data[at + 4 : at + 2 + length]) if marker == 0xE1 else b""
        if content.startswith(b"Exif\0\0") and not orientation:
            orientation = _orientation(content[6:])
        at += 2 + max(length, 2)


def _orientation(exif: bytes) -> int:
    """Exif 2.32, 4.6.4: the value of tag 0x112 in the first directory; 0 if there is none."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 0
    try:
        (at,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", exif, entry)
            if tag == 0x112 and kind == 3:
                return int(value)
    except struct.error:
        pass
    return 0


def _png(data: Data) -> Size | None:
    """PNG 3, 11.2: IHDR comes first; acTL and eXIf may come before the first IDAT."""
    if data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", data, 16)
    at, orientation, moving = 8, 0, False
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"IDAT":
            break
        moving = moving or name == b"acTL"
        if name == b"eXIf":
            orientation = _orientation(bytes(data[at + 8 : at + 8 + length]))
        at += 12 + length
    return Size("png", width, height, moving).turned(orientation in _TURNED)


def _webp(data: Data) -> Size | None:
    """RFC 9649: one of three first chunks."""
    name = bytes(data[12:16])
    if name == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return Size("webp", width, height, moving=bool(data[20] & 2)) if len(data) >= 30 else None
    if name == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return Size("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if name == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return Size("webp", width & 0x3FFF, height & 0x3FFF)
    return None


def _bmp(data: Data) -> Size | None:
    (header,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if header == 12 else "<ii", data, 18)
    return Size("bmp", width, abs(height))


def _avif(data: Data) -> Size | None:
    """ISO/IEC 23008-12: the properties `ispe` and `irot` of the primary item."""
    boxes = _by_name(data, 0, len(data))
    start, end = boxes[b"ftyp"]
    brands = {bytes(data[at : at + 4]) for at in (start, *range(start + 8, end, 4))}
    if not brands & {b"avif", b"avis"}:
        return None
    at, end = boxes[b"meta"]
    meta = _by_name(data, at + 4, end)
    primary = 1
    if b"pitm" in meta:
        at, _ = meta[b"pitm"]
        (primary,) = struct.unpack_from(">I" if data[at] else ">H", data, at + 4)
    parts = _by_name(data, *meta[b"iprp"])
    properties = list(_boxes(data, *parts[b"ipco"]))
    width = height = turns = 0
    for number in _properties_of(data, parts[b"ipma"][0], primary):
        name, at, _ = properties[number - 1]
        if name == b"ispe":
            width, height = struct.unpack_from(">II", data, at + 4)
        elif name == b"irot":
            turns = data[at] & 3
    return Size("avif", width, height, moving=b"avis" in brands).turned(turns % 2 == 1)


def _by_name(data: Data, at: int, end: int) -> dict[bytes, tuple[int, int]]:
    """By their names: where the content of boxes begins, and where it ends."""
    return {name: (start, stop) for name, start, stop in _boxes(data, at, end)}


def _boxes(data: Data, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of an ISO base media file: name, where the content begins, where it ends."""
    while at + 8 <= end:
        length, name = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, start)
            start += 8
        stop = end if length == 0 else at + length
        if not start <= stop <= end:
            return
        yield name, start, stop
        at = stop


def _properties_of(data: Data, at: int, item: int) -> list[int]:
    """The numbers, from 1, of an item's properties, by a box `ipma`."""
    version, wide = data[at], data[at + 3] & 1
    (count,) = struct.unpack_from(">I", data, at + 4)
    at += 8
    for _ in range(count):
        (name,) = struct.unpack_from(">I" if version else ">H", data, at)
        at += 4 if version else 2
        many = data[at]
        form = f">{many}{'H' if wide else 'B'}"
        numbers = struct.unpack_from(form, data, at + 1)
        if name == item:
            return [n & (0x7FFF if wide else 0x7F) for n in numbers if n & 0x7F]
        at += 1 + struct.calcsize(form)
    return []


# --- made of lines -------------------------------------------------------------------------------

_LENGTH = re.compile(r"\s*\+?(\d*\.?\d+(?:e\d+)?)\s*([a-z]*)\s*", re.IGNORECASE)
_UNITS = {"": 1, "px": 1, "pc": 16, "em": 16, "rem": 16, "pt": 96 / 72, "in": 96}
_UNITS |= {"cm": 96 / 2.54, "mm": 96 / 25.4}
_SVG = "http://www.w3.org/2000/svg svg"


def _svg(data: Data) -> Size | None:
    """SVG 2, 8.2 and 8.8: by `width` and `height`; by the proportions of `viewBox`; or 300 × 150.

    A picture that has proportions but no size is as wide as there is room: so wide it is here.
    """
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda *element: found.append(element)
    with suppress(expat.ExpatError):
        for at in range(0, len(data), 4096):
            parser.Parse(bytes(data[at : at + 4096]), False)
            if found:
                break
    if not found or found[0][0] != _SVG:
        return None
    return _svg_size(found[0][1])


def _svg_size(attributes: dict[str, str]) -> Size:
    width, height = (_length(attributes.get(name, "")) for name in ("width", "height"))
    numbers = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    shape = 0.0
    if len(numbers) == 4:
        across, down = map(float, numbers[2:])
        shape = across / down if across > 0 and down > 0 else 0.0
    if shape and not width and not height:
        width = float(_COLUMN)
    if shape:
        width = width or height * shape
        height = height or width / shape
    return Size("svg", max(1, round(width or 300)), max(1, round(height or 150)))


def _length(text: str) -> float:
    """In pixels; 0 for what depends on its surroundings, such as `100%`."""
    found = _LENGTH.fullmatch(text)
    return float(found[1]) * _UNITS.get(found[2].lower(), 0) if found else 0
