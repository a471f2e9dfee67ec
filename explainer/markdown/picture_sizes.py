"""Read the size of a picture, as browsers show it, from its file's header. Nothing is decoded.

Supports JPEG, PNG, GIF, WebP, AVIF, BMP, and SVG. We tried a library: it took 60 ms to import,
longer than a small build, found no size for AVIF or for SVG without `width`, and returned the wrong
size for rotated PNGs.

Browsers rotate JPEG and PNG by the Exif orientation (CSS Images 3,
`image-orientation: from-image`), AVIF by `irot`, and WebP not at all. For orientations 5 to 8,
width and height are therefore swapped.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from mmap import mmap
from typing import Literal, TypeAlias
from xml.parsers import expat

from explainer.support.patterns import later
from explainer.support.values import dataclass

Kind: TypeAlias = Literal["jpeg", "png", "gif", "webp", "avif", "bmp", "svg"]
Data: TypeAlias = bytes | mmap

ENDINGS = frozenset({"jpg", "jpeg", "jfif", "png", "apng", "gif", "webp", "avif", "bmp", "svg"})
"""The file name extensions, in lower case, of the pictures that browsers show."""

_TURNED = frozenset({5, 6, 7, 8})
"""The Exif orientations that swap width and height."""
_COLUMN = 720
"""The width in pixels of a picture that fills the text column: more than any column has."""


@dataclass(frozen=True, slots=True)
class Size:
    """The kind and size of a picture, from the header of its file."""

    kind: Kind
    """The format of the content, which may differ from the file name extension."""
    width: int
    """In CSS pixels, as browsers show it."""
    height: int
    """In CSS pixels, as browsers show it."""
    moving: bool = False
    """Whether the picture is animated."""

    def turned(self, quarter: bool) -> Size:
        """Return the size after a rotation by 90 degrees if `quarter`, else the same size."""
        return replace(self, width=self.height, height=self.width) if quarter else self


def read(data: Data) -> Size | None:
    """Return the size of the picture in a file; None if the file is not a complete picture."""
    try:
        size = _read(data)
    except (struct.error, LookupError, ValueError, OverflowError):
        return None  # the header is cut off, or points beyond the end of the file
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


# --- raster formats ------------------------------------------------------------------------------


def _jpeg(data: Data) -> Size | None:
    """Read the segments up to the frame header (ITU-T T.81, annex B)."""
    at = 2
    orientation = 0
    while True:
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF or marker == 0x01 or 0xD0 <= marker <= 0xD8:  # padding, or no content
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
    """Return tag 0x112 of the first directory; 0 if there is none (Exif 2.32, 4.6.4)."""
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
    """Read IHDR, which comes first, and acTL and eXIf before the first IDAT (PNG 3, 11.2)."""
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
    """Read the first chunk, which is one of three kinds (RFC 9649)."""
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
    """Read the properties `ispe` and `irot` of the primary item (ISO/IEC 23008-12)."""
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
    """Return the start and end of the content of each box, by its name."""
    return {name: (start, stop) for name, start, stop in _boxes(data, at, end)}


def _boxes(data: Data, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name, content start, and content end of the boxes of an ISO base media file."""
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
    """Return the numbers, from 1, of an item's properties, read from an `ipma` box."""
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


# --- SVG -----------------------------------------------------------------------------------------

_LENGTH = later(r"\s*\+?(\d*\.?\d+(?:e\d+)?)\s*([a-z]*)\s*", re.IGNORECASE)
_UNITS = {"": 1, "px": 1, "pc": 16, "em": 16, "rem": 16, "pt": 96 / 72, "in": 96}
_UNITS |= {"cm": 96 / 2.54, "mm": 96 / 25.4}
_SVG = "http://www.w3.org/2000/svg svg"


def _svg(data: Data) -> Size | None:
    """Read `width` and `height`, or the proportions of `viewBox` (SVG 2, 8.2 and 8.8).

    A picture with proportions but no size fills the text column (`_COLUMN`). Without either, it is
    300 × 150.
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
    """Convert a length to pixels; 0 if it depends on the context, such as `100%`."""
    found = _LENGTH.fullmatch(text)
    return float(found[1]) * _UNITS.get(found[2].lower(), 0) if found else 0
