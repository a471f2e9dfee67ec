"""Read the texts in a site's folder. No other module reads what authors write.

The order does not depend on the file system: every folder is read in the order of its names.
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
"""The status of a file: device, inode, size in bytes, time of the last change in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Read:
    """What an earlier run read, to be used again for files that have not changed."""

    texts: Mapping[str, str] = field(default_factory=dict)
    """Texts by path."""
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    """By path: the stamp of the file at that time."""


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """The contents of a site's folder, as read from disk."""

    settings: Settings
    """The values in site.toml."""
    settings_places: Located
    """The data of site.toml with positions, for problems that later stages find in it."""
    documents: tuple[Document, ...]
    """Articles and plain pages, by path."""
    library: Text | None = None
    """The text of content/_library.yaml; None if there is none."""
    assets: tuple[Asset, ...] = ()
    """Files in content/ to copy. Their `target` is still relative to content/."""
    static: tuple[Asset, ...] = ()
    """Files in static/ to copy."""
    unread: frozenset[str] = frozenset()
    """Paths of articles and annotation files that exist but cannot be read."""
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    """By path: the stamp of each of these files, taken before it was read."""


def find_site(start: Path) -> Path | None:
    """Return the nearest folder, from `start` upwards, that contains a site.toml, or None."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return folder
    return None


def has_address_by_workflow(root: Path) -> bool:
    """Whether a GitHub workflow of the site's repository sets the address (`--base-url`)."""
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
    """Read site.toml alone. Problems quote lines of the returned texts, which are by path.

    Problems: `unreadable`, `not-utf8`, and those of `read_settings`.
    """
    reading = _Reading(root, Read())
    value, _ = reading.settings()
    return value, reading.texts, tuple(reading.problems)


def load(
    root: Path, before: Read | None = None
) -> tuple[SiteFiles | None, dict[str, str], tuple[Problem, ...]]:
    """Read a site. Return None for the site if site.toml cannot be used, or there is no content.

    The returned texts are all those that were read, by path; problems quote lines of them. A text
    of `before` is not read again if the stamp of its file is the same. Callers that cannot rely on
    stamps pass none.

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
        hint = "create it, and add an article"
        reading.problem(CONTENT, "no-content", "the site has no `content` folder", hint)
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
            message = "there is no article for this annotation file"
            hint = f"put it next to `{own}.md`; files whose names start with `_` are ignored"
            reading.problem(name, "orphan-annotations", message, hint)
        elif dot and ending == "yml" and stem + ".md" in present:
            message = "annotation files must end in `.yaml`"
            reading.problem(name, "orphan-annotations", message, f"rename it to `{own}.yaml`")
    path = f"{CONTENT}/{LIBRARY}"
    here = (reading.root / path).is_file() and reading.is_inside(path)
    library = reading.text(path) if here else None
    return tuple(documents), library


class _Reading:
    """One pass over a site's folder, which collects texts and problems."""

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
        """Read site.toml. Return None if it cannot be read or used."""
        from explainer.parse.settings import read_settings

        text = self.text(SETTINGS)
        if text is None:
            return None, None
        value, places, problems = read_settings(text)
        self.problems += problems
        return value, places

    def text(self, path: str) -> Text | None:
        """Read a text file. If it cannot be read, report a problem and return None."""
        from explainer.parse.text import decode

        cached, stamp = self.before.texts.get(path), self.stamps.get(path)
        if cached is not None and stamp and stamp == self.before.stamps.get(path):
            self.texts[path] = cached
            return Text(path, cached)
        self.unread.add(path)
        try:
            raw = (self.root / path).read_bytes()
        except FileNotFoundError:
            hint = "to create a site, run `explainer new`"
            self.problem(path, "unreadable", "this file does not exist", hint)
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
        """Yield every file below a folder of the site, in the order of names.

        A missing folder has no files. Names that start with `_` or `.` are skipped; with `hidden`,
        only `.git` and files of the operating system are. Links are followed, but not out of the
        site and not in a loop: `above` has the device and inode of the enclosing folders.
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
                self.problem(shown, "bad-name", "the file name is not UTF-8", "rename the file")
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
        """Whether a path is not a link, or links to a part of the site that does not enclose it."""
        here = self.root / path
        if not here.is_symlink():
            return True
        try:
            real = Path(os.path.realpath(here, strict=True))
        except OSError:
            message = "this symbolic link points to nothing, or to itself"
            self.problem(path, "link-broken", message, "fix or remove it", "info")
            return False
        if not real.is_relative_to(self.inside):
            message = "this symbolic link points outside the site"
            hint = "copy its target into the site: only files in the site’s folder are published"
            self.problem(path, "link-outside", message, hint)
            return False
        return not Path(os.path.realpath(here.parent)).is_relative_to(real)


_LITTER = frozenset({".git", ".DS_Store", "Thumbs.db"})
_DEEPEST = 60
"""How deep folders can be nested: deeper than on any site, but not too deep for Python."""
