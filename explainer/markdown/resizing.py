"""Make narrower versions of wide pictures for narrow screens, with Pillow (the extra `images`).

Their bytes depend only on the picture and on Pillow's version. A cache keeps them, so nothing is
resized twice. JPEG, PNG, and WebP get versions, unless they are animated. A version is left out if
its file would not be smaller, or if Pillow cannot resize it faithfully (CMYK, 16 bits per channel).
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.markdown import picture_sizes
from explainer.support import cache, workers
from explainer.support.digests import digest_bytes
from explainer.support.files import read_file
from explainer.support.slugs import slug
from explainer.support.values import dataclass

if TYPE_CHECKING:
    from PIL import Image

FOLDER = "assets/pictures/"
"""The folder of versions in the output."""
WIDTHS = (480, 800, 1200, 1600)
"""The widths of versions, in pixels: a phone's column at 1 and 2 pixels per CSS pixel, and a wide
screen's."""
WIDE = 800
"""Pictures wider than this get versions: a phone's screen shows every pixel of a narrower one."""
ENDINGS = {"jpeg": "jpg", "png": "png", "webp": "webp"}
"""The kinds of pictures that get versions, and the file name extensions of the versions."""
_OPTIONS: Mapping[str, Mapping[str, object]] = {
    "jpeg": {"quality": 82, "optimize": True, "progressive": True},
    "png": {"compress_level": 7},
    "webp": {"quality": 82, "method": 4},
}
"""Pillow's options for saving versions, by kind."""
_CLOSE = 0.85
"""A version wider than this share of the original saves too little."""
_RECIPE = 1
"""Part of the names of cached files: increase it when versions are made differently."""


@dataclass(frozen=True, slots=True)
class Resizing:
    """Options for making versions."""

    cache: Path | None
    """The folder that caches them; None for no cache."""
    dry: bool = False
    """Only check that each picture can be resized, for a run that writes nothing."""
    jobs: int | None = None
    """The number of processes; by default, the number of cores."""


def has_pillow() -> bool:
    """Return whether Pillow is installed. Does not import it."""
    return importlib.util.find_spec("PIL") is not None


@dataclass(frozen=True, slots=True)
class Versions:
    """The narrower versions of a picture."""

    digest: str
    """A hash of the picture."""
    files: Mapping[int, Path | bytes]
    """The content of each version, or the file that contains it, by width in pixels."""
    error: str = ""
    """Why no versions can be made; empty if they can."""


def widths(size: picture_sizes.Size) -> tuple[int, ...]:
    """Return the widths of a picture's versions in pixels; empty if it gets none."""
    if size.kind not in ENDINGS or size.moving or size.width <= WIDE:
        return ()
    return tuple(each for each in WIDTHS if each <= size.width * _CLOSE)


def path_of(name: str, digest: str, width: int, kind: picture_sizes.Kind) -> str:
    """Return the path in the output of a version of the picture `name`."""
    stem = slug(name.rpartition(".")[0]).encode("ascii", "ignore").decode()[:60].strip("-")
    return f"{FOLDER}{stem or 'picture'}-{digest[:10]}-{width}.{ENDINGS[kind]}"


@dataclass(frozen=True, slots=True)
class _Task:
    """A picture to resize."""

    path: Path
    size: picture_sizes.Size
    digest: str
    targets: Mapping[int, Path | None]
    """The cache file of each version, by width; None without a cache."""


def make_versions(
    pictures: Mapping[Path, picture_sizes.Size], resizing: Resizing
) -> dict[Path, Versions]:
    """Make the versions of pictures, or read them from the cache. Each picture has `widths`."""
    folder = resizing.cache / "pictures" if resizing.cache else None
    recipe = _recipe()
    digests: dict[Path, str] = {}
    tasks: dict[str, _Task] = {}
    done: dict[str, Versions] = {}
    for path, size in pictures.items():
        with path.open("rb") as file:
            digests[path] = digest = hashlib.file_digest(file, "sha256").hexdigest()
        ending = f"{recipe}.{ENDINGS[size.kind]}"
        names = {width: f"{digest[:32]}-{width}-{ending}" for width in widths(size)}
        kept = {width: folder / name for width, name in names.items()} if folder else {}
        if kept and _are_ours(kept):
            done[digest] = Versions(digest, kept)
        elif resizing.dry:
            tasks[digest] = _Task(path, size, digest, {min(names): None})
        else:  # one picture may have two names
            tasks.setdefault(digest, _Task(path, size, digest, kept or dict.fromkeys(names)))
    count = workers.processes(len(tasks), resizing.jobs, enough=2)
    for made in workers.run(_make, None, list(tasks.values()), count):
        done[made.digest] = made
    return {path: _smaller(path, done[digest]) for path, digest in digests.items()}


def _smaller(path: Path, made: Versions) -> Versions:
    """Leave out versions whose files are not smaller, as for a picture with few colors."""
    most = path.stat().st_size

    def size(content: Path | bytes) -> int:
        return len(content) if isinstance(content, bytes) else content.stat().st_size

    return replace(made, files={w: c for w, c in made.files.items() if size(c) < most})


def _list(kept: Mapping[int, Path]) -> Path:
    """Return the file that has the hashes of cached versions, so that no others are published."""
    return kept[min(kept)].with_suffix(".list")


def _are_ours(kept: Mapping[int, Path]) -> bool:
    """Whether the cache has these versions as they were made."""
    file = _list(kept)
    with suppress(OSError):
        found = {width: read_file(path) for width, path in kept.items()}
        return cache.read_sealed(file, file.name.encode()) == _hashes(found)
    return False


def _hashes(contents: Mapping[int, bytes]) -> bytes:
    return b"".join(digest_bytes(contents[width]) for width in sorted(contents))


def _recipe() -> str:
    import PIL

    return hashlib.sha256(f"{_RECIPE} {PIL.__version__}".encode()).hexdigest()[:8]


def _make(_: None, task: _Task) -> Versions:
    """Resize one picture and cache the result; return the error if that fails."""
    try:
        made = _resize(task.path, task.size, tuple(task.targets))
    except Exception as error:
        # Pillow's plugins can raise anything on a malformed file.
        why = str(error).partition("\n")[0][:200] or type(error).__name__
        return Versions(task.digest, {}, why)
    kept = {width: path for width, path in task.targets.items() if path and width in made}
    try:
        for width, path in kept.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            cache.write(path, made[width])
    except OSError:
        return Versions(task.digest, made)
    if kept:
        file = _list(kept)
        cache.keep_sealed(file, file.name.encode(), _hashes(made))
    return Versions(task.digest, kept or made)


def _resize(path: Path, size: picture_sizes.Size, widths: Sequence[int]) -> dict[int, bytes]:
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as image:
            profile = image.info.get("icc_profile")
            options = dict(_OPTIONS[size.kind])
            if profile:
                options["icc_profile"] = profile
            if size.kind == "webp":
                options["lossless"] = _is_lossless(path)
            # A JPEG can be decoded at 1/2, 1/4, or 1/8; twice the target width keeps the quality.
            part = 2 * max(widths) / size.width
            image.draft(None, (round(part * image.width), round(part * image.height)))
            if size.kind != "webp":  # browsers ignore the orientation of WebP
                ImageOps.exif_transpose(image, in_place=True)
            source = _plain(image)
        if source is None:
            return {}
        made = {}
        drawn = [source]
        for width in sorted(widths, reverse=True):
            height = max(1, round(size.height * width / size.width))
            # Resizing from a version at least twice as wide is as good, and much faster.
            larger = next(
                each for each in reversed(drawn) if each is source or each.width >= 2 * width
            )
            small = larger.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
            drawn.append(small)
            small.info.clear()  # versions carry no metadata, such as comments, dates, or places
            out = io.BytesIO()
            small.save(out, size.kind.upper(), **options)
            made[width] = out.getvalue()
        return made


def _plain(image: Image.Image) -> Image.Image | None:
    """Convert a picture to a mode that can be resized; None if that would change how it looks."""
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


def _is_lossless(path: Path) -> bool:
    with path.open("rb") as file:
        return b"VP8L" in file.read(1 << 16)
