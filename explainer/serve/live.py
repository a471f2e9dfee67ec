"""A site held in memory: read once, then only what changed; a page is rendered when asked for.

    paths that changed ─► update ─► State (problems, what is known)
    address ────────────► answer ─► bytes and media type

What a page takes from others (rivals, people, related reading) is right without any book of who
depends on whom, because no page is made before somebody wants it, and then from the present state.
What is read and made goes through `build.load_site`, as in a build: the answers are the files that
a build would write, but for the Content-Security-Policy, which lets pages connect to their server.

A mistake never takes a page away that was there: an article that cannot be made stays as it last
was, so does the whole site where site.toml or the theme cannot be used, and a page whose template
fails.
"""

from __future__ import annotations

import gc
import hashlib
import mimetypes
import os
import stat
import tempfile
import threading
import traceback
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from explainer.article.make import Unplaced
from explainer.build import pipeline
from explainer.formats import web_annotation
from explainer.model.article import Article
from explainer.model.documents import Asset
from explainer.model.location import Location
from explainer.model.problems import Problem, short, sort
from explainer.output import search
from explainer.parse import schema_files
from explainer.render import renderer
from explainer.render.theme import TemplateError
from explainer.site import load
from explainer.support import addresses

Kind: TypeAlias = Literal["nothing", "styles", "pages", "problems"]

_CSS = ".css"
_LAST = 1000
"""Good pages that are kept for when their template fails: those that were made last."""
_TYPES = {
    ".atom": "application/atom+xml",
    ".avif": "image/avif",
    ".bib": "text/x-bibtex",
    ".css": "text/css",
    ".csv": "text/csv",
    ".gif": "image/gif",
    ".htm": "text/html",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".otf": "font/otf",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain",
    ".vtt": "text/vtt",
    ".wasm": "application/wasm",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
"""By a file's ending. The machine's own table, which differs from one to the next, is not asked."""
_BYTES = "application/octet-stream"
_JSON_LD = "application/ld+json"
_FEEDS = frozenset(addresses.file_of(feed) for feed in (renderer.FEED, renderer.CLAIMS_FEED))
_STANDARD = mimetypes.MimeTypes(filenames=())


@dataclass(frozen=True, slots=True)
class Answer:
    """What lies at an address."""

    content: bytes
    media_type: str
    """As the header `Content-Type` says it, with the charset of texts."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an update came to, for pages that are open."""

    kind: Kind
    """`styles`: only style sheets differ. `problems`: all answers are the same as before, but not
    the problems or what has no place."""
    styles: tuple[str, ...] = ()
    """The addresses of the style sheets that differ, if nothing else does."""


@dataclass(frozen=True, slots=True)
class Files:
    """An article, and where it was written. Paths are relative to the site's folder."""

    article: str
    """Its Markdown."""
    annotations: str
    """Its annotation file; where it would lie, if it has none."""
    made: Article
    """What its page shows."""


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a site since its last update."""

    version: int = 0
    """How many updates there were."""
    problems: tuple[Problem, ...] = ()
    """All of them, sorted."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """What the authors wrote, by path: for excerpts."""
    unplaced: Mapping[str, tuple[Unplaced, ...]] = field(default_factory=dict)
    """By an article's address: its annotations that have no place."""
    articles: Mapping[str, Files] = field(default_factory=dict)
    """By address."""
    site: pipeline.Site | None = None
    """What the pages are made from: scale, index. Nothing as long as nothing could be made."""


class LiveSite:
    """A site held in memory.

    `update` is called by one thread at a time; `answer`, `state` and `base` by any, at any time.
    """

    def __init__(self, root: Path, options: pipeline.BuildOptions) -> None:
        self._root = root.absolute()
        self._options = options
        self._memory = pipeline.Memory()
        self._whole = True
        """Whether the next update reads everything, whatever it is told."""
        self._found: tuple[Problem, ...] = ()
        """The problems of the last update that could be used; those of rendering are not among
        them."""
        self._now: tuple[State, _Pages | None] = State(), None
        self._swapping = threading.Lock()
        self._rendering = threading.RLock()
        """Python renders one page at a time anyway, and not all that draws cards likes threads."""
        self._last: dict[str, Answer] = {}
        """By path: the last good page, for when its template fails."""

    @property
    def state(self) -> State:
        """What is known now. The value itself never changes: ask again for a newer one."""
        return self._now[0]

    @property
    def base(self) -> str:
        """The path under which the site is published: `/`, or `/repository/`."""
        site = self.state.site
        url = site.settings.url if site else None
        return (urlsplit(url).path.rstrip("/") if url else "") + "/"

    # Reading.

    def update(self, paths: Collection[Path] | None) -> Change:
        """Read what changed, and put a new state in the place of the old one.

        `paths`: files and folders, absolute, that were changed, added or deleted; a file that is
        not among them is read all the same if its size or time differs. None: everything is read.
        Raises nothing: whatever goes wrong is a problem in `state`, `bug` if it is our fault.
        """
        named = None if paths is None or self._whole else _relative(paths, self._root)
        self._whole = True  # until this one is through
        first = self._now[1] is None
        try:
            with pipeline.without_collection():
                change = self._update(named)
        except OSError as error:
            change = self._fail(_vanished(error, self._root))
        except Exception as error:
            change = self._fail(_internal(error))
        if first and self._now[1]:
            gc.freeze()  # or now and then a save would wait for a walk through all articles
        return change

    def _update(self, named: frozenset[str] | None) -> Change:
        before = replace(self._memory, read=_without(self._memory.read, named))
        found = pipeline.load_site(self._root, self._options, before=before)
        state, old = self._now
        if found.site is None:
            texts = {**state.texts, **found.texts}
            return self._put(replace(state, texts=texts), old, found.problems)
        site = found.site
        if old and old.site.cards and site.cards:
            site = replace(site, cards=old.site.cards)  # they have their fonts
        pages = _Pages(self._root, site, found.memory.read.stamps)
        if self._options.write and (old is None or old.site.scale != site.scale):
            with suppress(OSError):  # an editor's convenience is no reason to fail
                schema_files.write_schemas(self._root, site.scale)
        if old and old.is_like(pages) and not _names_asset(named, site.assets):
            pages = old
        state = State(
            version=state.version,
            problems=state.problems,
            texts=found.texts,
            unplaced=site.unplaced,
            articles={article.address: _files(article) for article in site.index.articles},
            site=site,
        )
        self._memory, self._found, self._whole = found.memory, found.problems, False
        return self._put(state, pages, found.problems)

    def _fail(self, problem: Problem) -> Change:
        state, pages = self._now
        return self._put(state, pages, (*self._found, problem))

    def _put(self, state: State, pages: _Pages | None, problems: Iterable[Problem]) -> Change:
        """Put a state in its place, with these problems and its pages' own; say what differs."""
        with self._swapping:
            old, before = self._now
            own = pages.problems if pages else ()
            state = replace(state, problems=sort((*problems, *own)), version=old.version + 1)
            self._now = state, pages
        if pages is not before and pages is not None:
            styles = before.restyled(pages) if before else ()
            return Change("styles", styles) if styles else Change("pages")
        said = (old.problems, old.unplaced) != (state.problems, state.unplaced)
        return Change("problems" if said else "nothing")

    # Answering.

    def answer(self, address: str) -> Answer | None:
        """Give what lies at an address, or nothing if there is no such page or file.

        `address`: below `base`, decoded: `/gettysburg/`, `/assets/style.css`. Pages are rendered
        at the first call after an update, files read at each.
        """
        path = address[1:] + ("index.html" if address.endswith("/") else "")
        if not address.startswith("/") or "\0" in path:
            return None
        state, pages = self._now
        if pages is None:
            return _unready(state) if path.endswith(".html") else None
        if kept := pages.answers.get(path):
            return kept
        if asset := pages.assets.get(path):
            content = _read(self._root, asset)
            return None if content is None else Answer(content, _media_type(path))
        if path in pages.site.versions:
            return _version(pages.site.versions[path], path)
        if path.startswith(search.FOLDER):
            return self._search(pages, path)
        with self._rendering:
            return pages.answers.get(path) or self._render(pages, path)

    def addresses(self) -> list[str]:
        """List all that `answer` has an answer for, but for the search's files."""
        pages = self._now[1]
        return sorted("/" + path for path in pages.paths()) if pages else []

    def _render(self, pages: _Pages, path: str) -> Answer | None:
        try:
            file = pages.file(path)
            if file is None:
                return None
            with pipeline.without_collection():
                content = file.make().content
        except TemplateError as error:
            problem = error.problem
        except Exception as error:
            problem = _internal(error)
        else:
            made = PurePosixPath(path).name == web_annotation.FILE
            answer = Answer(content, _JSON_LD if made else _media_type(path))
            pages.answers[path] = answer
            self._last.pop(path, None)
            self._last[path] = answer
            if len(self._last) > _LAST:
                del self._last[next(iter(self._last))]
            return answer
        self._tell(pages, [problem])
        return self._last.get(path) or _failed(path, problem)

    def _tell(self, pages: _Pages, problems: Iterable[Problem]) -> None:
        """Add problems that came up with a page, unless there are newer pages by now."""
        with self._swapping:
            pages.problems.update(dict.fromkeys(problems))
            state, now = self._now
            if now is pages:
                every = sort((*state.problems, *pages.problems))
                self._now = replace(state, problems=every), pages

    # Searching.

    def _search(self, pages: _Pages, path: str) -> Answer | None:
        """Give one of the search's files, all of which are made when the first is asked for."""
        with pages.searching:
            if pages.found is None:
                pages.found = self._index(pages)
        content = (pages.found or {}).get(path)
        return None if content is None else Answer(content, _media_type(path))

    def _index(self, pages: _Pages) -> Mapping[str, bytes] | None:
        """Index all pages; nothing if they are out of date before that is done."""
        pagefind = pages.site.search
        if pagefind is None:
            return {}
        with tempfile.TemporaryDirectory(prefix="explainer-pages-") as folder:
            files: dict[str, str] = {}
            for file in pages.html():
                if self._now[1] is not pages:
                    return None
                page = self._indexed(file)
                if page and page.path not in pages.assets:
                    place = Path(folder, f"{len(files)}.html")
                    place.write_bytes(page.content)
                    files[page.path] = str(place)
            if not files:
                return {}
            found, problems = search.index(pagefind, files)
        self._tell(pages, problems)
        return found

    def _indexed(self, file: renderer.OutputFile) -> renderer.RenderedFile | None:
        try:
            with self._rendering:  # for one page at a time, so that others are answered between
                page = file.make()
        except TemplateError:
            return None  # told when somebody asks for it
        return page if page.indexed else None


class _Pages:
    """What can be asked for in one state of a site, and what of it was rendered."""

    def __init__(self, root: Path, site: pipeline.Site, stamps: Mapping[str, load.Stamp]) -> None:
        self.site = site
        self.assets = {asset.target: asset for asset in site.assets}
        self.answers: dict[str, Answer] = {}
        self.problems: dict[Problem, None] = {}
        """Of templates, as they come up."""
        self.searching = threading.Lock()
        self.found: Mapping[str, bytes] | None = None
        """The search's files; nothing before they are made."""
        self._renderer = site.renderer(live=True)
        self._articles = {article.address: article for article in site.index.articles}
        self._listed: dict[str, dict[str, renderer.OutputFile]] = {}
        own = (asset for asset in site.assets if asset.target.endswith(_CSS))
        self._styles = {
            **{f"/{asset.target}": _digest(_read(root, asset)) for asset in own},
            **{
                f"/assets/{name}": digest
                for name, digest in self._renderer.hashes.items()
                if name.endswith(_CSS)
            },
        }
        self._shape = (
            site.settings,
            site.scale,
            site.index.articles,
            # What articles name by paths: where these lead hangs on pages that are left out, too.
            site.index.related,
            {page: [a.path for a in listed] for page, listed in site.index.chapters.items()},
            site.menu,
            site.aliases,
            site.assets,
            [stamps.get(a.path) for a in site.assets if not a.target.endswith(_CSS)],
            site.theme.folders,
            {kind: h for kind, h in site.theme.digests.items() if kind != "styles"},
            site.search is not None,
            site.cards is not None,
            set(site.versions),
            set(site.named),
            set(self._styles),
        )
        """All that answers depend on, but for what stands in style sheets."""

    def is_like(self, other: _Pages) -> bool:
        """Whether every answer is the same."""
        return self._styles == other._styles and self._shape == other._shape

    def restyled(self, other: _Pages) -> tuple[str, ...]:
        """The addresses of the style sheets that differ, if nothing else does."""
        if self._shape != other._shape:
            return ()
        return tuple(sorted(a for a, h in self._styles.items() if other._styles[a] != h))

    def file(self, path: str) -> renderer.OutputFile | None:
        """Give one of the files that are made, by its path in the output."""
        if path.startswith("assets/"):
            return self._assets.get(path)
        if file := self._site.get(path):
            return file
        parts = path.split("/")[:-1]
        for end in range(len(parts), -1, -1):
            address = "/" + "".join(f"{part}/" for part in parts[:end])
            if file := self._of(address).get(path):
                return file
        return None

    def paths(self) -> set[str]:
        """List all files, by their paths in the output."""
        made = (self._assets, self._site, *map(self._of, self._articles))
        return {*self.assets, *self.site.versions, *(path for files in made for path in files)}

    def html(self) -> Iterator[renderer.OutputFile]:
        """List all pages."""
        for files in (self._site, *map(self._of, self._articles)):
            yield from (file for path, file in files.items() if path.endswith(".html"))

    @cached_property
    def _assets(self) -> dict[str, renderer.OutputFile]:
        return {file.path: file for file in self._renderer.asset_files()}

    @cached_property
    def _site(self) -> dict[str, renderer.OutputFile]:
        return {file.path: file for file in self._renderer.site_files(self.site.aliases)}

    def _of(self, address: str) -> dict[str, renderer.OutputFile]:
        """By path: the files of the article at an address."""
        article = self._articles.get(address)
        if article is None:
            return {}
        if address not in self._listed:
            files = self._renderer.article_files(article)
            self._listed[address] = {file.path: file for file in files}
        return self._listed[address]


# --- files ---------------------------------------------------------------------------------------


def _files(article: Article) -> Files:
    return Files(article.path, article.path.removesuffix(".md") + ".yaml", article)


def _relative(paths: Iterable[Path], root: Path) -> frozenset[str] | None:
    """Paths within the site's folder; nothing where one is outside, or the folder itself."""
    named: set[str] = set()
    for path in paths:
        for top in (root, Path(os.path.realpath(root))):
            if path.is_relative_to(top) and path != top:
                named.add(path.relative_to(top).as_posix())
                break
        else:
            return None
    return frozenset(named)


def _is_named(path: str, named: frozenset[str]) -> bool:
    """Whether a file, or a folder that it lies in, is among those that changed."""
    while path:
        if path in named:
            return True
        path = path.rpartition("/")[0]
    return False


def _without(read: load.Read, named: frozenset[str] | None) -> load.Read:
    """Leave out the files that may have changed: all of them, if nobody knows which."""
    if named is None:
        return load.Read()
    texts = {path: text for path, text in read.texts.items() if not _is_named(path, named)}
    stamps = {path: stamp for path, stamp in read.stamps.items() if not _is_named(path, named)}
    return load.Read(texts, stamps)


def _names_asset(named: frozenset[str] | None, assets: Iterable[Asset]) -> bool:
    """Whether a file that is copied is said to have changed, whatever its stamp says."""
    if not named:
        return False
    others = (asset.path for asset in assets if not asset.target.endswith(_CSS))
    return any(_is_named(path, named) for path in others)


def _read(root: Path, asset: Asset) -> bytes | None:
    """Read a file that is copied; nothing where it is none any more, or leads out of the site."""
    try:
        real = Path(os.path.realpath(root / asset.path, strict=True))
        inside = real.relative_to(os.path.realpath(root)).parts
        own = PurePosixPath(asset.path).parts
        if any(part.startswith(".") and part not in own for part in inside):
            return None
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(real, flags | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:  # noqa: PTH123
            return file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except (OSError, ValueError):
        return None


def _version(version: Path | bytes, path: str) -> Answer | None:
    if isinstance(version, Path):
        try:
            version = version.read_bytes()
        except OSError:
            return None
    return Answer(version, _media_type(path))


def _digest(content: bytes | None) -> str:
    return hashlib.sha256(content or b"").hexdigest()


def _media_type(path: str) -> str:
    """What a file is, by its name, with the charset of texts."""
    if path in _FEEDS:
        kind = "application/atom+xml"
    else:
        ending = PurePosixPath(path).suffix.casefold()
        kind = _TYPES.get(ending) or _STANDARD.guess_type(f"x{ending}")[0] or _BYTES
    is_text = kind.startswith("text/") or kind.endswith(("+xml", "/xml"))
    return f"{kind}; charset=utf-8" if is_text else kind


# --- what is said when something is wrong --------------------------------------------------------


def _vanished(error: OSError, root: Path) -> Problem:
    """A file that was there when its folder was read, and could not be read then."""
    name = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    with suppress(ValueError):
        name = Path(name).relative_to(root).as_posix()
    return Problem(
        Location(name or load.SETTINGS),
        "unreadable",
        f"cannot be read: {error.strerror or type(error).__name__}",
        "everything stays as it was; saving any file has it read anew",
    )


def _internal(error: Exception) -> Problem:
    trace = traceback.extract_tb(error.__traceback__)
    at = f" ({Path(trace[-1].filename).name}, line {trace[-1].lineno})" if trace else ""
    return Problem(
        Location(load.SETTINGS),
        "bug",
        f"a mistake of explainer's own: {type(error).__name__}: {short(str(error))}{at}",
        "please report it, with these words and what you did; all stays as it was",
    )


def _unready(state: State) -> Answer:
    count = sum(problem.severity == "error" for problem in state.problems)
    said = f"{count} problem{'s' * (count != 1)} to mend first." if count else "It is being read."
    return _plain("This site cannot be shown yet", said)


def _failed(path: str, problem: Problem) -> Answer:
    location = problem.location
    place = f"{location.path}, line {location.line}: " if location.line else f"{location.path}: "
    if path.endswith(".html"):
        return _plain("This page cannot be shown", place + problem.message)
    return Answer(b"", _media_type(path))


def _plain(title: str, text: str) -> Answer:
    """A page without a theme."""
    html = (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:\">"
        f"<title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(text)}</p></html>\n"
    )
    return Answer(html.encode(errors="replace"), _media_type(".html"))
