"""Read the texts in a site's folder. No other module reads what authors write.

The order does not depend on the file system: every folder is read in the order of its names.
"""

from __future__ import annotations

import os
import stat
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from explainer.model.documents import Asset, Document, Text, Texts, annotations_path
from explainer.model.location import Located
from explainer.model.problems import Problem
from explainer.model.settings import Settings
from explainer.site.file_names import is_left_out, is_private_key
from explainer.site.find import SETTINGS as SETTINGS
from explainer.site.find import find_site as find_site
from explainer.site.walk import CONTENT as CONTENT
from explainer.site.walk import LIBRARY as LIBRARY
from explainer.site.walk import STATIC as STATIC
from explainer.site.walk import Stamp as Stamp
from explainer.site.walk import Walk, is_source, stamp_of
from explainer.support.digests import digest_bytes
from explainer.support.files import read_file
from explainer.support.spool import Held
from explainer.support.temporary import is_temporary
from explainer.support.values import dataclass

Hold: TypeAlias = Callable[[bytes], Held]
"""Holds bytes outside of memory."""
_Holder: TypeAlias = Callable[[], Hold | None]


@dataclass(frozen=True, slots=True)
class Read:
    """What an earlier run read, to be used again for files that have not changed."""

    texts: Mapping[str, Text] = field(default_factory=dict)
    """By path."""
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    """By path: the stamp of the file at that time."""
    files: SiteFiles | None = None
    """All that was read."""
    problems: tuple[Problem, ...] = ()
    """The problems of the files."""

    def without(self, changed: frozenset[str] | None) -> Read:
        """Return this without the stamps of files that may have changed: they are read again.

        `changed` has their paths, or those of folders that they are in; None for all files.
        """
        if changed is None:
            return Read()
        stamps = {path: one for path, one in self.stamps.items() if not is_in(path, changed)}
        return Read(self.texts, stamps)


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
    real: Mapping[str, str] = field(default_factory=dict)
    """By the path of a file that a symbolic link leads to: the path of the link's target."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """By the path of a file or folder that is not published: the reason, a clause."""
    leftovers: tuple[str, ...] = ()
    """Paths of temporary files of explainer's own: a running or a killed process made them."""
    unread: frozenset[str] = frozenset()
    """Paths of articles, annotation files, and folders that exist but cannot be read."""
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    """By path: the stamp of each of these files, taken before it was read."""
    walked: object = field(default_factory=object, compare=False)
    """The same object if since then only texts of articles have been read, added, or removed."""


def has_address_by_workflow(root: Path) -> bool:
    """Whether a GitHub workflow of the site's repository sets the address (`--base-url`)."""
    for folder in (root, *root.parents):
        for path in sorted((folder / ".github/workflows").glob("*.y*ml")):
            try:
                if "--base-url" in read_file(path).decode():
                    return True
            except (OSError, UnicodeDecodeError):
                continue
        if (folder / ".git").exists():
            break
    return False


def settings(root: Path) -> tuple[Settings | None, Texts, tuple[Problem, ...]]:
    """Read site.toml alone. Problems quote lines of the returned texts, which are by path.

    Problems: `unreadable`, `not-utf8`, and those of `read_settings`.
    """
    reading = _Reading(root, Read())
    value, _ = reading.settings()
    return value, Texts(reading.texts), tuple(reading.walk.problems)


def document(root: Path, path: str, *, annotated: bool) -> Document | None:
    """Read the article at a path again, and its annotation file if it is `annotated`.

    Return None if there is any problem with them.
    """
    reading = _Reading(root, Read())
    article = reading.text(path)
    annotations = reading.text(annotations_path(path)) if annotated else None
    if article is None or reading.walk.problems:
        return None
    return Document(article, annotations)


def texts(root: Path, paths: Iterable[str]) -> Texts:
    """Return the texts of those files that can be read, by path, for a report to quote."""
    reading = _Reading(root, Read())
    for path in paths:
        reading.text(path)
    return Texts(reading.texts)


def load(
    root: Path, before: Read | None = None, holder: _Holder | None = None
) -> tuple[SiteFiles | None, Texts, tuple[Problem, ...]]:
    """Read a site. Return None for the site if site.toml cannot be used, or there is no content.

    The returned texts are all those that were read, by path; problems quote lines of them. A text
    of `before` is not read again if the stamp of its file is the same. Callers that cannot rely on
    stamps pass none. `holder` returns what takes the texts of articles out of memory, or None; it
    is called only if there is a site.

    Problems: `unreadable`, `bad-name`, `not-utf8`, `orphan-annotations`, `link-outside`,
    `link-broken`, `no-content`, `not-published` and `backup-file` (info), and those of
    `read_settings`.
    """
    reading = _Reading(root, before or Read())
    site = _load(reading, holder)
    return site, Texts(reading.texts), tuple(reading.walk.problems)


def load_changed(
    root: Path, before: Read, changed: Collection[str]
) -> tuple[SiteFiles, Texts, tuple[Problem, ...]] | None:
    """Read only the texts that have changed, and return the whole site like `load`.

    `changed` has the paths of all files that may differ from `before`. Returns None if they are not
    all articles and annotation files without problems, or if one has come or gone and its folder,
    or the annotation file without its article, must be looked at: then folders must be read, too.
    """
    files = before.files
    if files is None or not changed:
        return None
    partners = {path.rpartition(".")[0] + end for path in changed for end in (".md", ".yaml")}
    if not partners.isdisjoint(problem.location.path for problem in before.problems):
        return None
    texts, stamps = dict(before.texts), dict(before.stamps)
    real, come_or_gone = Path(os.path.realpath(root)), set[str]()
    for path in changed:
        if path in files.real or not is_source(path) or (path in stamps) != (path in texts):
            return None
        if path not in stamps or not os.path.lexists(root / path):
            come_or_gone.add(path)
        if path in stamps and path in come_or_gone:
            del texts[path], stamps[path]
        elif path in stamps or os.path.lexists(root / path):
            found = _plain_text(root, real, path)
            if found is None:
                return None
            texts[path], stamps[path] = found
    if come_or_gone and (
        files.real or not all(_is_simple(path, before, texts) for path in come_or_gone)
    ):
        return None
    articles = {path.rpartition(".")[0] + ".md" for path in changed}
    documents = _changed_documents(files.documents, articles, texts)
    return replace(files, documents=documents, stamps=stamps), Texts(texts), before.problems


def _changed_documents(
    before: Sequence[Document], paths: Iterable[str], texts: Mapping[str, Text]
) -> tuple[Document, ...]:
    """Return all documents with the present texts of some, in the order of their paths."""
    documents = [*before]
    for path in paths:
        at = bisect_left(documents, path.split("/"), key=lambda d: d.article.path.split("/"))
        known = documents[at : at + 1]
        is_known = bool(known) and known[0].article.path == path
        if path not in texts:
            del documents[at : at + is_known]
        elif is_known:
            documents[at] = _reread(known[0], texts)
        else:
            documents.insert(at, _document(path, texts))
    return tuple(documents)


def _plain_text(root: Path, real: Path, path: str) -> tuple[Text, Stamp] | None:
    """Return a text and the stamp of its file; None if anything about the file is unusual."""
    from explainer.parse.text import decode

    file = root / path
    if os.path.realpath(file) != str(real / path) or is_private_key(str(file)):
        return None
    try:
        status = file.lstat()
        content, problem = decode(path, read_file(file))
    except OSError:
        return None
    if content is None or problem or not stat.S_ISREG(status.st_mode):
        return None
    return Text(path, content), stamp_of(status)


def _is_simple(path: str, before: Read, texts: Mapping[str, Text]) -> bool:
    """Whether a source can be added, or was removed, without a look at its folder.

    `before` and `texts` have the texts before and now.
    """
    folder, _, name = path.rpartition("/")
    stem = path.rpartition(".")[0]
    others = (stem + ending for ending in (".yml", ".YML", ".Yml", ".YAML", ".Yaml"))
    return (
        (path in before.texts or any(each.startswith(f"{folder}/") for each in before.texts))
        and not (is_left_out(name, in_content=True) or is_temporary(name))
        and name.encode(errors="ignore").decode() == name
        and before.stamps.keys().isdisjoint(others)
        and (stem + ".md" in texts or stem + ".yaml" not in texts)
    )


def _document(path: str, texts: Mapping[str, Text]) -> Document:
    """Return the article at a path, with its annotation file if there is one."""
    notes = annotations_path(path)
    return Document(texts[path], texts.get(notes))


def _reread(document: Document, texts: Mapping[str, Text]) -> Document:
    """Return a document with its present texts: the same object if none differs."""
    now = _document(document.article.path, texts)
    return document if now == document else now


def _load(reading: _Reading, holder: _Holder | None) -> SiteFiles | None:
    settings, settings_places = reading.settings()
    if settings is None or settings_places is None:
        return None
    if not (reading.root / CONTENT).is_dir():
        hint = "create it, and add an article"
        reading.walk.problem(CONTENT, "no-content", "the site has no `content` folder", hint)
        return None
    walk, reading.hold = reading.walk, holder() if holder else None
    names = list(walk.files(CONTENT))
    documents, library = _documents(reading, names)
    taken = {d.article.path for d in documents}
    taken |= {d.annotations.path for d in documents if d.annotations}
    assets = [name for name in names if name not in taken and not is_source(name)]
    static = list(walk.files(STATIC))
    assets, static = (list(filter(walk.can_read, each)) for each in (assets, static))
    walk.problems += walk.remarks()
    return SiteFiles(
        settings,
        settings_places,
        documents,
        library,
        _assets(CONTENT, assets),
        _assets(STATIC, static),
        walk.real,
        walk.left_out,
        tuple(walk.leftovers),
        frozenset(reading.unread | walk.failed),
        walk.stamps,
    )


def is_in(path: str, changed: frozenset[str]) -> bool:
    """Whether a file, or a folder that contains it, is among `changed`."""
    while path:
        if path in changed:
            return True
        path = path.rpartition("/")[0]
    return False


def _assets(folder: str, names: Iterable[str]) -> tuple[Asset, ...]:
    return tuple(Asset(name, name.removeprefix(f"{folder}/")) for name in names)


def _documents(reading: _Reading, names: list[str]) -> tuple[tuple[Document, ...], Text | None]:
    present = set(names)
    documents = []
    for name in names:
        stem, dot, ending = name.rpartition(".")
        if dot and ending == "md":
            article = reading.text(name)
            annotations = reading.text(stem + ".yaml") if stem + ".yaml" in present else None
            if article is not None:
                documents.append(Document(article, annotations))
        elif dot and ending.casefold() in ("yaml", "yml") and stem + ".md" in present:
            if ending != "yaml":
                message = "annotation files must end in `.yaml`"
                hint = f"rename it to `{PurePosixPath(stem).name}.yaml`"
                reading.walk.problem(name, "orphan-annotations", message, hint)
        elif dot and ending.casefold() == "yaml":
            message = "there is no article for this annotation file"
            place = f"put it next to `{PurePosixPath(stem).name}.md`"
            hint = f"{place}; files whose names start with `_` are ignored"
            reading.walk.problem(name, "orphan-annotations", message, hint)
    return tuple(documents), reading.library()


class _Reading:
    """One pass over a site's folder, which collects texts and problems."""

    def __init__(self, root: Path, before: Read) -> None:
        self.root = root
        self.before = before
        self.hold: Hold | None = None
        self.walk = Walk(root)
        self.unread: set[str] = set()
        self.texts: dict[str, Text] = {}

    def settings(self) -> tuple[Settings | None, Located | None]:
        """Read site.toml. Return None if it cannot be read or used."""
        from explainer.parse.settings import read_settings

        text = self.text(SETTINGS)
        if text is None:
            return None, None
        value, places, problems = read_settings(text)
        self.walk.problems += problems
        return value, places

    def library(self) -> Text | None:
        """Read the library. Return None if there is none, or it cannot be read."""
        path = f"{CONTENT}/{LIBRARY}"
        file = self.root / path
        if not os.path.lexists(file) or (file.is_symlink() and self.walk.follow(path) is None):
            return None
        return self.text(path)

    def text(self, path: str) -> Text | None:
        """Read a text file. If it cannot be read, report a problem and return None."""
        from explainer.parse.text import decode

        known, stamp = self.before.texts.get(path), self.walk.stamps.get(path)
        if known is not None and stamp and stamp == self.before.stamps.get(path):
            self.texts[path] = known
            return known
        self.unread.add(path)
        try:
            raw = read_file(f"{self.root}/{path}")
        except FileNotFoundError:
            hint = "to create a site, run `explainer new`"
            self.walk.problem(path, "unreadable", "this file does not exist", hint)
            return None
        except OSError as error:
            self.walk.unreadable(path, error)
            return None
        content, problem = decode(path, raw)
        if problem:
            self.walk.problems.append(problem)
        if content is None:
            return None
        self.unread.discard(path)
        if self.hold:
            encoded = content.encode()
            text = Text(path, self.hold(encoded), digest_bytes(encoded))
        else:
            text = Text(path, content)
        self.texts[path] = text
        return text
