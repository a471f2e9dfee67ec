"""Pictures of a site: how large they are, and narrower versions of the wide ones.

A stage between outline and articles: it measures the files that some text names (picture_sizes.py)
and, where Pillow is installed, makes versions for narrow screens. Their bytes depend on the picture
and on Pillow's version alone; they are kept in `.explainer/pictures/`: nothing is resized twice.

Versions are made of JPEG, PNG and WebP that do not move. What a version would not spare bytes for,
or Pillow cannot keep true (CMYK, 16 bits a channel), has none: the original serves everybody.
"""

from __future__ import annotations

import hashlib
import html
import io
import mmap
import os
import posixpath
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from explainer.markdown import picture_sizes
from explainer.model.article import Picture
from explainer.model.problems import Code
from explainer.support import workers
from explainer.support.files import replace_file
from explainer.support.slugs import slug

if TYPE_CHECKING:
    from PIL import Image

FOLDER = "assets/pictures/"
"""Where versions go, in the output."""

WIDTHS = (480, 800, 1200, 1600)
"""Of versions, in pixels: a phone's column at 1 and 2 pixels to a CSS pixel, a wide screen's."""
_WIDE = 800
"""Wider pictures get versions: a phone's dense screen shows all of a narrower one."""
_CLOSE = 0.85
"""A version that is wider than this part of the original spares too little."""
_COLUMN = "(min-width: 40rem) 36rem, 100vw"
"""For `sizes`: 55ch of the theme's text are 550 pixels at most; a phone's column is the screen."""
_MOST_PIXELS = 89_478_485
"""Pillow's own limit: 256 MiB in memory, at three bytes a pixel."""
_RECIPE = 1
"""Counts changes to how versions are made: part of the cache's names."""
_ENDING = {"jpeg": "jpg", "png": "png", "webp": "webp"}
_NAMED = re.compile(rf"\.(?:{'|'.join(sorted(picture_sizes.ENDINGS))})\b", re.IGNORECASE)
_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a picture's file."""

    code: Code
    """`broken-picture` or `huge-picture`."""
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A picture's file."""

    picture: Picture | None
    """What pages say of it; nothing where it cannot be told."""
    flaw: Flaw | None = None
    """What its author must know."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """All pictures that a site's texts name."""

    measured: Mapping[str, Measured]
    """By a picture's place in the output."""
    files: Mapping[str, Path | bytes]
    """By the place in the output of a version: its content, or where that lies."""


@dataclass(frozen=True, slots=True)
class Resizing:
    """How versions are made."""

    cache: Path | None
    """The folder that keeps them; they are kept nowhere without it."""
    dry: bool = False
    """Only whether it can be done: for a run that writes nothing."""
    jobs: int | None = None
    """Processes; as many as there are cores, if not given."""


def has_pillow() -> bool:
    """Whether pictures can be resized. Imports next to nothing."""
    try:
        import PIL
    except ImportError:
        return False
    return bool(PIL.__version__)


def wide(gallery: Gallery) -> list[str]:
    """Give the places of the pictures that versions would be made of."""
    endings = tuple(f".{ending}" for ending in (*_ENDING, *_ENDING.values()))
    return [
        place
        for place, one in gallery.measured.items()
        if one.picture and one.picture.width > _WIDE and place.lower().endswith(endings)
    ]


def gather(
    files: Mapping[str, Path],
    texts: Iterable[str],
    resizing: Resizing | None = None,
    before: Gallery | None = None,
) -> Gallery:
    """Measure the pictures that texts name, and make the versions of those that are wide.

    `files`: by its place in the output, every file that is copied. `texts`: articles and their
    annotations. Without `resizing` no versions are made. `before` has pictures that are the same
    as when they were gathered, with the same `resizing`.
    """
    measured: dict[str, Measured] = {}
    wide: dict[str, _Wide] = {}
    kept: dict[str, Path | bytes] = {}
    for place in _named(files, texts):
        if before and place in before.measured:
            measured[place] = known = before.measured[place]
            narrower = known.picture.versions if known.picture else ()
            kept.update((address[1:], before.files[address[1:]]) for _, address in narrower)
            continue
        name = posixpath.basename(place)
        found, size = _measure(files[place], f"/{place}", name)
        measured[place] = found
        if size and found.flaw is None and resizing and _has_versions(size):
            wide[place] = _Wide(files[place], size, _widths(size.width))
    if not wide or resizing is None:
        return Gallery(measured, kept)
    made = _versions(wide.values(), resizing)
    for place, one in wide.items():
        digest, versions = made[one.path]
        picture = measured[place].picture
        assert picture is not None
        if isinstance(versions, str):
            measured[place] = Measured(picture, _undecodable(posixpath.basename(place), versions))
            continue
        name = slug(posixpath.basename(place).rpartition(".")[0])
        name = name.encode("ascii", "ignore").decode()[:60].strip("-") or "picture"
        shown = {}
        for width, content in versions.items():
            target = f"{FOLDER}{name}-{digest[:10]}-{width}.{_ENDING[one.size.kind]}"
            kept[target] = content
            shown[width] = f"/{target}"
        measured[place] = Measured(replace(picture, versions=tuple(sorted(shown.items()))))
    return Gallery(measured, kept)


def attributes(
    picture: Picture, link: Callable[[str], str], *, lazy: bool = False
) -> dict[str, str]:
    """Give the attributes of an `<img>` besides `src` and `alt`.

    `link` makes a link of an address. A picture that is not `lazy` is loaded at once.
    """
    found: dict[str, str] = {}
    if picture.width:
        found |= {"width": str(picture.width), "height": str(picture.height)}
    if picture.versions:
        every = [*picture.versions, (picture.width, picture.src)]
        # A comma would end a candidate (HTML, 4.8.4.2.1) where it stands at an address's end.
        candidates = (f"{link(address).replace(',', '%2C')} {width}w" for width, address in every)
        found |= {"srcset": ", ".join(candidates), "sizes": _COLUMN}
    if lazy:
        found["loading"] = "lazy"
    return {**found, "decoding": "async"}


# --- which, and how large ------------------------------------------------------------------------


def _named(files: Mapping[str, Path], texts: Iterable[str]) -> list[str]:
    """The places of pictures whose names stand in some text, as an author may write them.

    The texts are not parsed: that a name stands in a sentence costs a look at the file, no more.
    """
    names: dict[str, list[tuple[str, str]]] = {}
    for place in sorted(files):
        name = _key(posixpath.basename(place))
        if name.rpartition(".")[2] in picture_sizes.ENDINGS:
            names.setdefault(name[-5:], []).append((name, place))
    if not names:
        return []
    found: set[str] = set()
    for text in texts:
        for ending in _NAMED.finditer(text):
            written = text[max(0, ending.end() - _LONGEST_NAME) : ending.end()]
            said = _key(html.unescape(unquote(written.replace("\\", ""))))
            found.update(p for name, p in names.get(said[-5:], ()) if said.endswith(name))
    return sorted(found)


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _measure(path: Path, address: str, name: str) -> tuple[Measured, picture_sizes.Size | None]:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                return Measured(None, _broken(name, "it is empty")), None
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                size = picture_sizes.read(data)
    except OSError as error:
        return Measured(None, _broken(name, error.strerror or "it cannot be read")), None
    if size is None:
        return Measured(None, _broken(name, "its content is that of no picture")), None
    picture = Picture(address, size.width, size.height)
    flaw = None
    if size.kind != "svg" and size.width * size.height > _MOST_PIXELS:
        flaw = Flaw(
            "huge-picture",
            f"`{name}` has {size.width} × {size.height} pixels: some browsers will not show it",
            "save it smaller: no screen shows more than 4000 pixels side by side",
        )
    return Measured(picture, flaw), size


def _broken(name: str, why: str) -> Flaw:
    hint = "save it anew as JPEG, PNG, WebP, AVIF, GIF or SVG"
    if name.casefold().endswith(".svg"):
        hint = 'an SVG file begins with `<svg xmlns="http://www.w3.org/2000/svg" …>`'
    return Flaw("broken-picture", f"`{name}` is a broken picture: {why}", hint)


def _undecodable(name: str, why: str) -> Flaw:
    return replace(_broken(name, why), hint="save it anew, or copy it again from where it came")


def _has_versions(size: picture_sizes.Size) -> bool:
    return size.kind in _ENDING and not size.moving and size.width > _WIDE


def _widths(width: int) -> tuple[int, ...]:
    return tuple(each for each in WIDTHS if each <= width * _CLOSE)


# --- versions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wide:
    """A picture that gets versions."""

    path: Path
    size: picture_sizes.Size
    widths: tuple[int, ...]
    targets: tuple[Path, ...] = ()
    """Where the cache keeps them; nothing where there is none."""


def _versions(
    pictures: Iterable[_Wide], resizing: Resizing
) -> dict[Path, tuple[str, dict[int, Path | bytes] | str]]:
    """By a picture's path: its hash, and its versions by width, or why there can be none."""
    folder = _folder(resizing)
    recipe = _recipe()
    digests: dict[Path, str] = {}
    todo: dict[str, _Wide] = {}
    done: dict[str, dict[int, Path | bytes] | str] = {}
    for one in pictures:
        with one.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        digests[one.path] = digest
        if digest in todo or digest in done:
            continue  # the same picture under two names
        ending = _ENDING[one.size.kind]
        names = (f"{digest[:32]}-{width}-{recipe}.{ending}" for width in one.widths)
        targets = tuple(folder / name for name in names) if folder else ()
        if targets and all(map(_is_full, targets)):
            done[digest] = dict(zip(one.widths, targets, strict=True))
        elif resizing.dry:
            todo[digest] = replace(one, widths=one.widths[:1])
        else:
            todo[digest] = replace(one, targets=targets)
    tasks = list(todo.values())
    count = workers.processes(len(tasks), resizing.jobs, enough=2)
    done.update(zip(todo, workers.run(_make, None, tasks, count), strict=True))
    return {path: (digest, _sparing(done[digest], path)) for path, digest in digests.items()}


def _folder(resizing: Resizing) -> Path | None:
    if resizing.cache is None:
        return None
    folder = resizing.cache / "pictures"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    return None


def _is_full(path: Path) -> bool:
    with suppress(OSError):
        return path.stat().st_size > 0
    return False


def _recipe() -> str:
    import PIL

    return hashlib.sha256(f"{_RECIPE} {PIL.__version__}".encode()).hexdigest()[:8]


def _sparing(
    versions: dict[int, Path | bytes] | str, original: Path
) -> dict[int, Path | bytes] | str:
    """Leave out versions that are no smaller than the original, as of a picture in few colours."""
    if isinstance(versions, str):
        return versions
    most = original.stat().st_size
    return {
        width: content
        for width, content in versions.items()
        if (len(content) if isinstance(content, bytes) else content.stat().st_size) < most
    }


def _make(_: None, one: _Wide) -> dict[int, Path | bytes] | str:
    """Resize one picture, and keep what comes of it where it has a place; or say what is wrong."""
    try:
        made = _resize(one.path, one.size, one.widths)
    except Exception as error:
        # Pillow's plugins raise whatever comes up in a file that lies about itself.
        return str(error).partition("\n")[0][:200] or type(error).__name__
    kept: dict[int, Path | bytes] = dict(made)
    for width, target in zip(one.widths, one.targets, strict=False):
        if width in made:
            with suppress(OSError):
                replace_file(target, made[width])
                kept[width] = target
    return kept


def _resize(path: Path, size: picture_sizes.Size, widths: Sequence[int]) -> dict[int, bytes]:
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as image:
            profile = image.info.get("icc_profile")
            keywords: dict[str, object] = {"icc_profile": profile} if profile else {}
            lossless = size.kind == "webp" and _is_lossless(path)
            # A JPEG can be decoded at a half, a quarter, an eighth; twice the size leaves enough.
            part = 2 * max(widths) / size.width
            image.draft(None, (round(part * image.width), round(part * image.height)))
            if size.kind != "webp":  # as browsers do
                ImageOps.exif_transpose(image, in_place=True)
            source = _plain(image)
        if source is None:
            return {}
        made = {}
        drawn = [source]
        for width in sorted(widths, reverse=True):
            height = max(1, round(size.height * width / size.width))
            # From a version twice as wide nothing is lost, and it takes a fraction of the time.
            larger = next(
                each for each in reversed(drawn) if each is source or each.width >= 2 * width
            )
            small = larger.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
            drawn.append(small)
            small.info.clear()  # a comment, a date, a place: nothing of it belongs in a version
            made[width] = _encoded(small, size.kind, keywords, lossless)
        return made


def _plain(image: Image.Image) -> Image.Image | None:
    """The picture in a mode that can be resized; nothing where that would alter what it shows."""
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode == "1":
        return image.convert("L")
    if image.mode not in ("L", "LA", "RGB", "RGBA"):
        return None
    if "transparency" in image.info:
        return image.convert("RGBA")
    image.load()
    return image


def _encoded(
    image: Image.Image, kind: picture_sizes.Kind, keywords: dict[str, object], lossless: bool
) -> bytes:
    out = io.BytesIO()
    if kind == "jpeg":
        image.save(out, "JPEG", quality=82, optimize=True, progressive=True, **keywords)
    elif kind == "png":
        image.save(out, "PNG", compress_level=7, **keywords)
    else:
        image.save(out, "WEBP", quality=82, lossless=lossless, method=4, **keywords)
    return out.getvalue()


def _is_lossless(path: Path) -> bool:
    with path.open("rb") as file:
        return b"VP8L" in file.read(1 << 16)
