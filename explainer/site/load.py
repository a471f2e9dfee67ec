"""A site's folder to texts. The only reader of what authors write.

Order never comes from the disk: every folder is read in the order of its names.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from explainer.model.documents import Asset, Document, Text
from explainer.model.location import Located, Location
from explainer.model.problems import Code, Problem, Severity
from explainer.model.settings import Settings

SETTINGS = "site.toml"
CONTENT = "content"
STATIC = "static"
LIBRARY = "_library.yaml"


Stamp: TypeAlias = tuple[int, int, int, int]
"""What a file's status says of it: device, inode, bytes, and nanoseconds of its last change."""


@dataclass(frozen=True, slots=True)
class Read:
    """What an earlier run read, and nobody says has changed."""

    texts: Mapping[str, str] = field(default_factory=dict)
    """By path."""
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    """By path: as the file was then."""


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """All that a site's folder holds, as read from disk."""

    settings: Settings
    """site.toml."""
    settings_places: Located
    """site.toml as it is written, for problems that later stages find in it."""
    documents: tuple[Document, ...]
    """Articles and plain pages, by path."""
    library: Text | None = None
    """content/_library.yaml."""
    assets: tuple[Asset, ...] = ()
    """Files in content/ that are copied; `target` is still relative to content/."""
    static: tuple[Asset, ...] = ()
    """Files in static/."""
    unread: frozenset[str] = frozenset()
    """Paths of articles and annotation files that are there, but cannot be read."""
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    """By path: of all these files, as they were before they were read."""


def find_site(start: Path) -> Path | None:
    """Give the nearest folder at or above `start` that holds a site.toml; None if there is none."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return folder
    return None


def has_address_by_workflow(root: Path) -> bool:
    """Whether a GitHub workflow of the site's repository builds with an address of its own."""
    for folder in (root, *root.parents):
        for path in sorted((folder / ".github/workflows").glob("*.y*ml")):
            try:
                if "--base-url" in path.read_text(encoding="utf-8"):
                    return True
            except (OSError, UnicodeDecodeError):
                continue
        if (folder / ".git").exists():
            break
    return False


def settings(root: Path) -> tuple[Settings | None, dict[str, str], tuple[Problem, ...]]:
    """Read site.toml alone. The texts, by path, are for problems to show lines of.

    Problems: `unreadable`, `not-utf8`, and those of `read_settings`.
    """
    reading = _Reading(root, Read())
    value, _ = reading.settings()
    return value, reading.texts, tuple(reading.problems)


def load(
    root: Path, before: Read | None = None
) -> tuple[SiteFiles | None, dict[str, str], tuple[Problem, ...]]:
    """Read a site. Gives no site if site.toml cannot be used, or there is no content.

    The texts are all that were read, by path: problems show lines of them. A text of `before` is
    not read again if the file has the same stamp; callers that cannot rely on stamps give none.

    Problems: `unreadable`, `bad-name`, `not-utf8`, `orphan-annotations`, `link-outside`,
    `no-content`, and those of `read_settings`.
    """
    reading = _Reading(root, before or Read())
    site = _load(reading)
    return site, reading.texts, tuple(reading.problems)


def _load(reading: _Reading) -> SiteFiles | None:
    settings, settings_places = reading.settings()
    if settings is None or settings_places is None:
        return None
    if not (reading.root / CONTENT).is_dir():
        hint = "make it, and an article in it"
        reading.problem(CONTENT, "no-content", "the site has no folder `content`", hint)
        return None
    names = list(reading.walk(CONTENT))
    documents, library = _documents(reading, names)
    taken = {d.article.path for d in documents}
    taken |= {d.annotations.path for d in documents if d.annotations}
    assets = (
        name
        for name in names
        if name not in taken and PurePosixPath(name).suffix not in (".md", ".yaml")
    )
    return SiteFiles(
        settings,
        settings_places,
        documents,
        library,
        _assets(CONTENT, assets),
        _assets(STATIC, reading.walk(STATIC, hidden=True)),
        frozenset(reading.unread),
        reading.stamps,
    )


def _assets(folder: str, names: Iterable[str]) -> tuple[Asset, ...]:
    return tuple(Asset(name, name.removeprefix(f"{folder}/")) for name in names)


def _documents(reading: _Reading, names: list[str]) -> tuple[tuple[Document, ...], Text | None]:
    present = set(names)
    documents = []
    for name in names:
        stem, dot, ending = name.rpartition(".")
        own = PurePosixPath(stem).name
        if dot and ending == "md":
            article = reading.text(name)
            annotations = reading.text(stem + ".yaml") if stem + ".yaml" in present else None
            if article is not None:
                documents.append(Document(article, annotations))
        elif dot and ending == "yaml" and stem + ".md" not in present:
            message = "an annotation file without its article"
            hint = f"it belongs beside `{own}.md`; a name that begins with `_` is left alone"
            reading.problem(name, "orphan-annotations", message, hint)
        elif dot and ending == "yml" and stem + ".md" in present:
            message = "annotations are read from a file that ends in `.yaml`"
            reading.problem(name, "orphan-annotations", message, f"rename it to `{own}.yaml`")
    path = f"{CONTENT}/{LIBRARY}"
    here = (reading.root / path).is_file() and reading.is_inside(path)
    library = reading.text(path) if here else None
    return tuple(documents), library


class _Reading:
    """One pass over a site's folder; collects texts and problems."""

    def __init__(self, root: Path, before: Read) -> None:
        self.root = root
        self.before = before
        self.stamps: dict[str, Stamp] = {}
        self.unread: set[str] = set()
        self.inside = Path(os.path.realpath(root))
        self.texts: dict[str, str] = {}
        self.problems: list[Problem] = []

    def problem(
        self, path: str, code: Code, message: str, hint: str = "", severity: Severity = "error"
    ) -> None:
        self.problems.append(Problem(Location(path), code, message, hint, severity))

    def unreadable(self, path: str, error: OSError) -> None:
        self.problem(path, "unreadable", f"cannot be read: {error.strerror}")

    def settings(self) -> tuple[Settings | None, Located | None]:
        """Read site.toml; None if it cannot be used, or read."""
        from explainer.parse.settings import read_settings

        text = self.text(SETTINGS)
        if text is None:
            return None, None
        value, places, problems = read_settings(text)
        self.problems += problems
        return value, places

    def text(self, path: str) -> Text | None:
        """Read a text file; None, with a problem, if that cannot be done."""
        from explainer.parse.text import decode

        known, stamp = self.before.texts.get(path), self.stamps.get(path)
        if known is not None and stamp and stamp == self.before.stamps.get(path):
            self.texts[path] = known
            return Text(path, known)
        self.unread.add(path)
        try:
            raw = (self.root / path).read_bytes()
        except FileNotFoundError:
            hint = "`explainer new` makes a site"
            self.problem(path, "unreadable", "there is no such file", hint)
            return None
        except OSError as error:
            self.unreadable(path, error)
            return None
        content, problem = decode(path, raw)
        if problem:
            self.problems.append(problem)
        if content is None:
            return None
        self.unread.discard(path)
        self.texts[path] = content
        return Text(path, content)

    def walk(
        self, folder: str, *, hidden: bool = False, above: tuple[tuple[int, int], ...] = ()
    ) -> Iterator[str]:
        """Give every file below a folder of the site, by name; a missing folder has none.

        Names that begin with `_` or `.` are passed over, unless `hidden` (then only `.git` and
        system litter is). Links are followed, but never out of the site, and never round in a loop:
        `above` has the device and inode of the folders that this one lies in.
        """
        if not (above or ((self.root / folder).is_dir() and self.is_inside(folder))):
            return
        try:
            entries = sorted(os.scandir(self.root / folder), key=lambda entry: entry.name)
            status = (self.root / folder).stat()
        except OSError as error:
            self.unreadable(folder, error)
            return
        identity = (status.st_dev, status.st_ino)
        if identity in above or len(above) > _DEEPEST:
            return
        for entry in entries:
            path = f"{folder}/{entry.name}"
            if entry.name in _LITTER or (not hidden and entry.name.startswith(("_", "."))):
                continue
            try:
                path.encode()
            except UnicodeEncodeError:
                shown = path.encode(errors="replace").decode()
                self.problem(shown, "bad-name", "the file's name is not UTF-8", "rename it")
                continue
            if entry.is_symlink() and not self.is_inside(path):
                continue
            try:
                status = entry.stat()
            except OSError as error:
                self.unreadable(path, error)
                continue
            if stat.S_ISDIR(status.st_mode):
                yield from self.walk(path, hidden=hidden, above=(*above, identity))
            elif stat.S_ISREG(status.st_mode):
                place = status.st_dev, status.st_ino
                self.stamps[path] = (*place, status.st_size, status.st_mtime_ns)
                yield path

    def is_inside(self, path: str) -> bool:
        """Whether a file or folder, if it is a link, leads to one of this site not above itself."""
        here = self.root / path
        if not here.is_symlink():
            return True
        try:
            real = Path(os.path.realpath(here, strict=True))
        except OSError:
            message = "a symbolic link that leads nowhere, or round in a circle"
            self.problem(path, "link-broken", message, "take it away, or mend it", "warning")
            return False
        if not real.is_relative_to(self.inside):
            message = "a symbolic link that leads out of the site"
            hint = "copy what it points to into the site: what is published lies in one folder"
            self.problem(path, "link-outside", message, hint)
            return False
        return not Path(os.path.realpath(here.parent)).is_relative_to(real)


_LITTER = frozenset({".git", ".DS_Store", "Thumbs.db"})
_DEEPEST = 60
"""Folders within folders; more than any site has, fewer than Python can recurse."""
