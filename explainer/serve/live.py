"""A site in memory: updates read only what changed, and pages are rendered on request.

    changed paths ──► LiveSite.update ──► SiteState, Change
    address ────────► LiveSite.answer ──► Response

Content that a page takes from other articles (rival claims, people, related reading) needs no
dependency tracking: a page is rendered from the current state when a browser requests it.
`build.pipeline` reads the site as in a build, so responses are the files that a build would write,
except for the Content-Security-Policy, which lets pages connect to their server.

An error never removes a page. An article that cannot be made stays as it was after its last good
update. The same holds for a page whose template fails, and for the whole site while site.toml or
the theme has errors.
"""

from __future__ import annotations

import gc
import os
import threading
import traceback
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import field, replace
from pathlib import Path

from explainer.article.context import ArticleContext, Unplaced
from explainer.build.disk import Disk
from explainer.build.fallback import Kept, keep_articles, load_usable_site
from explainer.build.options import BuildOptions
from explainer.build.pipeline import Results
from explainer.build.site import Site
from explainer.model.documents import Asset, Texts, annotations_path
from explainer.model.kinds import kinds
from explainer.model.location import Location
from explainer.model.problems import Problem, short, sort
from explainer.output import search
from explainer.parse import json_schema
from explainer.render.templates import TemplateError
from explainer.serve import responses
from explainer.serve.pages import Change, SitePages
from explainer.serve.responses import Response
from explainer.site import load
from explainer.site.load import SETTINGS
from explainer.support import cache
from explainer.support.addresses import base_path
from explainer.support.collection import without_collection
from explainer.support.values import dataclass

_KEPT = 1000
"""How many good pages are kept in case their template fails: the most recent ones."""


@dataclass(frozen=True, slots=True)
class ArticleFiles:
    """The files of an article. Paths are relative to the site's folder."""

    article: str
    """The Markdown file."""
    annotations: str
    """The annotation file, which may not exist."""


@dataclass(frozen=True, slots=True)
class SiteState:
    """A site as of its last update."""

    problems: tuple[Problem, ...] = ()
    """All problems, sorted."""
    texts: Texts = field(default_factory=lambda: Texts({}))
    """The contents of the authors' files, by path, for excerpts."""
    site: Site | None = None
    """The site that the pages are made from; None before the first usable version."""
    pages: SitePages | None = None
    """The files of the site; None if there is no site."""

    @property
    def unplaced(self) -> Mapping[str, tuple[Unplaced, ...]]:
        """The annotations without a place, by the address of their article."""
        return self.site.unplaced if self.site else {}

    def files(self, address: str) -> ArticleFiles | None:
        """Return the files of the article at an address; None if there is no article."""
        article = self.pages and self.pages.article(address)
        if not article:
            return None
        return ArticleFiles(article.path, annotations_path(article.path))


class LiveSite:
    """A site held in memory.

    Call `update` from one thread at a time. Any thread may use `answer`, `state`, and `base`.
    """

    def __init__(self, root: Path, options: BuildOptions) -> None:
        self._root = root.absolute()
        self._options = options
        self._kept = Kept()
        self._on_disk: tuple[ArticleContext | None, Results] = None, ()
        """The articles that are in the site's cache folder, with their context."""
        self._reads_all = True
        """Whether the next update reads everything, regardless of its argument."""
        self._problems: tuple[Problem, ...] = ()
        """The problems of the last usable update, except for those of rendering."""
        self.state = SiteState()
        """The current state. It is immutable; an update replaces it."""
        self._swapping = threading.Lock()
        self._rendering = threading.RLock()
        self._last_good: dict[str, Response] = {}
        """The last good version of each page, by path, in case its template fails."""

    @property
    def base(self) -> str:
        """The path under which the site is published: `/`, or `/repository/`."""
        site = self.state.site
        return base_path(site.settings.url if site else None)

    # Reading.

    def update(self, paths: Collection[Path] | None) -> Change:
        """Read what changed, and replace the state.

        `paths`: the absolute paths of files and folders that were changed, added, or deleted; None
        to read everything. Files that are not listed are still read if their size or time differs.
        Raises nothing: errors become problems in `state`, with the code `bug` if explainer's own.
        """
        changed = None if paths is None or self._reads_all else _relative(paths, self._root)
        self._reads_all = True  # unless this succeeds
        first = self.state.pages is None
        try:
            with without_collection():
                change = self._update(changed)
                if first and self.state.pages:
                    gc.freeze()  # or the collector would visit all articles, now and after saves
        except OSError as error:
            change = self._fail(_unreadable(error, self._root))
        except Exception as error:
            change = self._fail(_bug(error))
        return change

    def _update(self, changed: frozenset[str] | None) -> Change:
        rows = self._rows() if self.state.pages is None else None
        result, kept = load_usable_site(self._root, self._options, self._kept, changed, rows)
        old, site = self.state.pages, result.site
        if rows and site is None:
            rows.close()
        if site is None:
            texts = Texts({**self.state.texts.every, **result.texts.every})
            return self._replace(replace(self.state, texts=texts), result.problems)
        if old and old.site.cards and site.cards:
            site = replace(site, cards=old.site.cards)  # its fonts are already loaded
        pages = SitePages(self._root, site, kept.snapshot.read.stamps, self._rendering, old)
        if self._options.write and (old is None or _names(old.site) != _names(site)):
            with suppress(OSError):  # schemas are a convenience for editors: do not fail
                json_schema.write_schemas(self._root, site.scale, kinds(site.settings))
        change = Change("pages")
        if old and not (changed and _has_changed_asset(site.assets, changed)):
            change = pages.change_from(old)
        state = SiteState(
            texts=result.texts,
            site=site,
            pages=old if change.kind == "nothing" else pages,
        )
        self._kept, self._problems, self._reads_all = kept, result.problems, False
        if rows:
            rows.save()
            self._on_disk = kept.snapshot.context, kept.snapshot.made
        return self._replace(state, result.problems, change)

    def _rows(self) -> Disk | None:
        """Return the articles that earlier servers of the site have made."""
        is_kept = self._options.write and self._options.kept
        return Disk(self._root / cache.FOLDER, "serve") if is_kept else None

    def close(self) -> None:
        """Keep for the next server what has been made since this one has started."""
        with suppress(Exception):  # the next one makes it again
            if rows := self._rows():
                keep_articles(self._kept, *self._on_disk, rows)

    def _fail(self, problem: Problem) -> Change:
        return self._replace(self.state, (*self._problems, problem))

    def _replace(
        self, state: SiteState, problems: Iterable[Problem], change: Change | None = None
    ) -> Change:
        """Replace the current state, adding these problems and those of its pages.

        `change`: how the pages changed; None if they did not. Returns the overall change.
        """
        change = change or Change("nothing")
        with self._swapping:
            old, pages = self.state, state.pages
            rendering = state.site.reported(pages.problems) if state.site and pages else ()
            every = sort((*problems, *rendering), old.problems)
            self.state = replace(state, problems=every)
        is_same = old.problems == every and old.unplaced == state.unplaced
        return Change("problems") if change.kind == "nothing" and not is_same else change

    # Answering.

    def answer(self, address: str) -> Response | None:
        """Return the response for an address, or None if there is no such page or file.

        `address`: a decoded path relative to `base`, such as `/gettysburg/`, `/assets/style.css`.
        Pages are rendered at the first call after an update; files are read at every call. Raises
        nothing, like `update`.
        """
        path = address[1:] + ("index.html" if address.endswith("/") else "")
        if not address.startswith("/") or "\0" in path:
            return None
        state = self.state
        pages = state.pages
        if pages is None:
            return responses.no_site(state.problems) if path.endswith(".html") else None
        try:
            if response := pages.rendered.get(path):
                return response
            if pages.is_copied(path):
                return pages.copied(path)
            if path.startswith(search.FOLDER):
                response, problems = pages.search_file(path, lambda: self.state.pages is pages)
                self._report(pages, problems)
                return response
            response = pages.render(path)
        except TemplateError as error:
            problem = error.problem
        except Exception as error:
            problem = _bug(error)
        else:
            if response:
                self._keep(path, response)
            return response
        self._report(pages, [problem])
        return self._last_good.get(path) or responses.no_page(path, problem)

    def _keep(self, path: str, response: Response) -> None:
        with self._swapping:
            self._last_good.pop(path, None)
            self._last_good[path] = response
            if len(self._last_good) > _KEPT:
                del self._last_good[next(iter(self._last_good))]

    def _report(self, pages: SitePages, problems: Collection[Problem]) -> None:
        """Add problems found while making a page, unless newer pages have replaced it."""
        with self._swapping:
            pages.problems.update(dict.fromkeys(problems))
            if problems and self.state.pages is pages:
                every = sort((*self.state.problems, *pages.problems), self.state.problems)
                self.state = replace(self.state, problems=every)


def _unreadable(error: OSError, root: Path) -> Problem:
    """Return the problem for a file that is in its folder's listing but cannot be read."""
    name = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    with suppress(ValueError):
        name = Path(name).relative_to(root).as_posix()
    return Problem(
        Location(name or SETTINGS),
        "unreadable",
        f"cannot be read: {error.strerror or type(error).__name__}",
        "the pages stay as they were; to try again, save any file",
    )


def _bug(error: Exception) -> Problem:
    """Return the problem for an exception that is not an author's error."""
    trace = traceback.extract_tb(error.__traceback__)
    at = f" ({Path(trace[-1].filename).name}, line {trace[-1].lineno})" if trace else ""
    return Problem(
        Location(SETTINGS),
        "bug",
        f"a bug in explainer: {type(error).__name__}: {short(str(error))}{at}",
        "please report it with this message and what you did; the pages stay as they were",
    )


def _relative(paths: Iterable[Path], root: Path) -> frozenset[str] | None:
    """Return absolute paths relative to the site's folder.

    None if one of them is outside the folder or the folder itself: everything may have changed.
    """
    try:
        names = frozenset(path.relative_to(root).as_posix() for path in paths)
    except ValueError:
        return None
    return None if "." in names else names


def _has_changed_asset(assets: Iterable[Asset], changed: frozenset[str]) -> bool:
    """Whether a copied file other than a style sheet is among `changed`."""
    return any(load.is_in(a.path, changed) for a in assets if not a.target.endswith(".css"))


def _names(site: Site) -> object:
    """Return what the schemas for editors depend on."""
    return site.scale, site.settings.kinds
