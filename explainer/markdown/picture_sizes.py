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
from dataclasses import dataclass
from mmap import mmap
from typing import Literal, TypeAlias
from xml.parsers import expat

Kind: TypeAlias = Literal["jpeg", "png", "gif", "webp", "avif", "bmp", "svg"]
Data: TypeAlias = bytes | mmap

ENDINGS = frozenset({"jpg", "jpeg", "jfif", "png", "apng", "gif", "webp", "avif", "bmp", "svg"})
"""Of files' names, in lower case: what browsers show as a picture."""

_TURNED = frozenset({5, 6, 7, 8})
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


def read(data: Data) -> Size | None:
    """Give the size of the picture that a file holds; nothing if it holds none that is whole."""
    try:
        size = _read(data)
    except (struct.error, IndexError, ValueError, OverflowError):
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


def _turned(kind: Kind, width: int, height: int, orientation: int, moving: bool = False) -> Size:
    if orientation in _TURNED:
        width, height = height, width
    return Size(kind, width, height, moving)


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
            return _turned("jpeg", width, height, orientation)
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
    return _turned("png", width, height, orientation, moving)


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
    kind, start, end = next(_boxes(data, 0, len(data)), (b"", 0, 0))
    brands = {bytes(data[at : at + 4]) for at in (start, *range(start + 8, end, 4))}
    if kind != b"ftyp" or not brands & {b"avif", b"avis"}:
        return None
    meta = next((box for box in _boxes(data, 0, len(data)) if box[0] == b"meta"), None)
    if meta is None:
        return None
    inside = {name: (at, to) for name, at, to in _boxes(data, meta[1] + 4, meta[2])}
    at = inside[b"pitm"][0] if b"pitm" in inside else 0
    primary = struct.unpack_from(">I" if data[at] else ">H", data, at + 4)[0] if at else 1
    if b"iprp" not in inside:
        return None
    parts = {name: (at, to) for name, at, to in _boxes(data, *inside[b"iprp"])}
    if not {b"ipco", b"ipma"} <= set(parts):
        return None
    properties = list(_boxes(data, *parts[b"ipco"]))
    width = height = turns = 0
    for number in _properties_of(data, parts[b"ipma"][0], primary):
        name, at, _ = properties[number - 1]
        if name == b"ispe":
            width, height = struct.unpack_from(">II", data, at + 4)
        elif name == b"irot":
            turns = data[at] & 3
    if turns % 2:
        width, height = height, width
    return Size("avif", width, height, moving=b"avis" in brands)


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
_UNITS = {
    "": 1.0,
    "px": 1.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "pt": 96 / 72,
    "pc": 16.0,
    "em": 16.0,
    "rem": 16.0,
}
_SVG = "http://www.w3.org/2000/svg svg"


class _Root(Exception):  # noqa: N818 - what ends the reading is no error
    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes


def _svg(data: Data) -> Size | None:
    """SVG 2, 8.2 and 8.8: by `width` and `height`; by the proportions of `viewBox`; or 300 × 150.

    A picture that has proportions but no size is as wide as there is room: so wide it is here.
    """

    def begin(name: str, attributes: dict[str, str]) -> None:
        raise _Root(name, attributes)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begin
    try:
        for at in range(0, len(data), 4096):
            parser.Parse(bytes(data[at : at + 4096]), False)
    except _Root as root:
        return _svg_size(root.attributes) if root.name == _SVG else None
    except expat.ExpatError:
        pass
    return None


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
