"""The pictures that a site's texts name: their sizes and their narrower versions."""

from __future__ import annotations

import html
import mmap
import os
import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from explainer.markdown import picture_sizes
from explainer.markdown.resizing import ENDINGS, WIDE, Resizing, make_versions, path_of, widths
from explainer.model.article import Picture
from explainer.model.problems import Code, Severity
from explainer.support.values import dataclass

_COLUMN = "(min-width: 40rem) 36rem, 100vw"
"""For `sizes`: 55ch of the theme's text is 550 pixels at most; on a phone, the screen's width."""
_COLUMN_PIXELS = 550
_MOST_PIXELS = 89_478_485
"""Pillow's own limit: 256 MiB of memory at three bytes per pixel."""
_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a link or a picture: a problem that has no location yet."""

    code: Code
    message: str
    hint: str
    severity: Severity = "warning"


@dataclass(frozen=True, slots=True)
class Measured:
    """A picture's file."""

    picture: Picture | None
    """Its address and size, for pages; None if the file cannot be read."""
    flaw: Flaw | None = None
    """`broken-picture` or `huge-picture`."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """All pictures that a site's texts name."""

    measured: Mapping[str, Measured]
    """The measured pictures, by their path in the output."""
    files: Mapping[str, Path | bytes]
    """The content of each version, or the file that contains it, by the path in the output."""


def wide(gallery: Gallery) -> list[str]:
    """Return the paths in the output of the pictures that would get narrower versions."""
    endings = tuple(f".{ending}" for ending in (*ENDINGS, *ENDINGS.values()))
    return [
        place
        for place, one in gallery.measured.items()
        if one.picture and one.picture.width > WIDE and place.lower().endswith(endings)
    ]


def gather(
    files: Mapping[str, Path],
    texts: Iterable[str],
    resizing: Resizing | None = None,
    before: Gallery | None = None,
) -> Gallery:
    """Measure the pictures that texts name, and make narrower versions of the wide ones.

    `files` contains every copied file, by its path in the output. `texts` are articles and their
    annotations. Without `resizing`, no versions are made. `before` contains pictures that have not
    changed since they were measured, with the same `resizing`.
    """
    measured: dict[str, Measured] = {}
    wide: dict[str, picture_sizes.Size] = {}
    versions: dict[str, Path | bytes] = {}
    for place in named(files, texts, picture_sizes.ENDINGS):
        if before and place in before.measured:
            measured[place] = known = before.measured[place]
            narrower = known.picture.versions if known.picture else ()
            versions.update((address[1:], before.files[address[1:]]) for _, address in narrower)
            continue
        measured[place], size = _measure(files[place], f"/{place}")
        if size and measured[place].flaw is None and widths(size):
            wide[place] = size
    if wide and resizing:
        made = make_versions({files[place]: size for place, size in wide.items()}, resizing)
        for place, size in wide.items():
            picture, own = measured[place].picture, made[files[place]]
            assert picture is not None, "its size is known"
            name = posixpath.basename(place)
            if own.error:
                measured[place] = Measured(picture, _undecodable(name, own.error))
                continue
            paths = {w: path_of(name, own.digest, w, size.kind) for w in sorted(own.files)}
            versions.update((path, own.files[w]) for w, path in paths.items())
            shown = tuple((w, f"/{path}") for w, path in paths.items())
            measured[place] = Measured(replace(picture, versions=shown))
    return Gallery(measured, versions)


def attributes(
    picture: Picture,
    link: Callable[[str], str],
    *,
    lazy: bool = False,
    wanted: Mapping[str, object] | None = None,
) -> dict[str, str]:
    """Return the attributes of an `<img>` besides `src` and `alt`.

    `link` converts an address to a link. A picture that is not `lazy` is loaded at once. `wanted`
    has the author's `width`, `height`, or `data-width` (per cent of the column).
    """
    found: dict[str, str] = {}
    width, column = _wanted_width(picture, wanted or {})
    if picture.width:
        height = max(1, round(picture.height * width / picture.width))
        found |= {"width": str(width), "height": str(height)}
    if picture.versions:
        every = [*picture.versions, (picture.width, picture.src)]
        # A comma at the end of an address would end the candidate (HTML, 4.8.4.2.1).
        candidates = (f"{link(address).replace(',', '%2C')} {width}w" for width, address in every)
        found |= {"srcset": ", ".join(candidates), "sizes": column}
    if lazy:
        found["loading"] = "lazy"
    return {**found, "decoding": "async"}


def _wanted_width(picture: Picture, wanted: Mapping[str, object]) -> tuple[int, str]:
    """Return a picture's width in pixels, and the value of `sizes`.

    A picture keeps its proportions: with both a width and a height, it fits into both. A width in
    per cent is in pixels that of the usual column; the style sheet makes it exact.
    """
    width, height = (int(str(wanted.get(name, 0))) for name in ("width", "height"))
    if per_cent := int(str(wanted.get("data-width", 0))):
        width = round(_COLUMN_PIXELS * per_cent / 100)
        column = f"(min-width: 40rem) {36 * per_cent / 100:g}rem, {per_cent}vw"
    if height and picture.height:
        by_height = max(1, round(picture.width * height / picture.height))
        width = min(width or by_height, by_height)
    if not width:
        return picture.width, _COLUMN
    return width, column if per_cent else f"min({width}px, 100vw)"


# --- finding and measuring -----------------------------------------------------------------------


class Finder:
    """Finds the files with some endings that a text names, in any spelling.

    `files` has paths in the output. The texts are not parsed: a name that appears only in a
    sentence costs one look at its file.
    """

    def __init__(self, files: Iterable[str], endings: frozenset[str]) -> None:
        self._names: dict[str, list[tuple[str, str]]] = {}
        for place in sorted(files):
            name = _key(posixpath.basename(place))
            if name.rpartition(".")[2] in endings:
                self._names.setdefault(name[-5:], []).append((name, place))
        self._ending = re.compile(rf"\.(?:{'|'.join(sorted(endings))})\b", re.IGNORECASE)

    def in_texts(self, texts: Iterable[str]) -> set[str]:
        """Return the paths of the files that texts name."""
        found: set[str] = set()
        for text in texts if self._names else ():
            for ending in self._ending.finditer(text):
                written = text[max(0, ending.end() - _LONGEST_NAME) : ending.end()]
                key = _key(html.unescape(unquote(written.replace("\\", ""))))
                near = self._names.get(key[-5:], ())
                found.update(place for name, place in near if key.endswith(name))
        return found


def named(files: Mapping[str, Path], texts: Iterable[str], endings: frozenset[str]) -> list[str]:
    """Return the paths of the files with these endings that a text names, in any spelling."""
    return sorted(Finder(files, endings).in_texts(texts))


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _measure(path: Path, address: str) -> tuple[Measured, picture_sizes.Size | None]:
    name = posixpath.basename(address)
    size, why = None, "the file does not contain a picture"
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                why = "the file is empty"
            else:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                    size = picture_sizes.read(data)
    except OSError as error:
        why = error.strerror or "the file cannot be read"
    if size is None:
        return Measured(None, _broken(name, why)), None
    picture = Picture(address, size.width, size.height)
    flaw = None
    if size.kind != "svg" and size.width * size.height > _MOST_PIXELS:
        flaw = Flaw(
            "huge-picture",
            f"`{name}` is {size.width} × {size.height} pixels: some browsers will not show it",
            "make it smaller: no screen shows more than 4000 pixels across",
        )
    return Measured(picture, flaw), size


def _broken(name: str, why: str) -> Flaw:
    hint = "save it again as JPEG, PNG, WebP, AVIF, GIF, or SVG"
    if name.casefold().endswith(".svg"):
        hint = 'make `<svg xmlns="http://www.w3.org/2000/svg" …>` its root element'
    return Flaw("broken-picture", f"the picture `{name}` is broken: {why}", hint)


def _undecodable(name: str, why: str) -> Flaw:
    return replace(_broken(name, why), hint="save it again, or copy it again from its source")
