"""A site held in memory: read once, then only what changed; pages are rendered on request.

    changed paths ──► LiveSite.update ──► SiteState, Change
    address ────────► LiveSite.answer ──► Response

What a page takes from others (rivals, people, related reading) needs no record of dependencies: no
page is made before somebody opens it, and then from the present state. The site is read by
`build.pipeline`, as in a build: responses are the files that a build would write, but for the
Content-Security-Policy, which lets pages connect to their server.

A mistake never takes a page away that was there. An article that cannot be made stays as it last
was; so does the whole site while site.toml or the theme cannot be used, and a page whose template
fails.
"""

from __future__ import annotations

import gc
import os
import threading
import traceback
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from explainer.article.context import Unplaced
from explainer.build import pipeline
from explainer.build.fallback import Kept, load_usable_site
from explainer.build.options import BuildOptions
from explainer.build.site import Site
from explainer.model.documents import Asset
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

_KEPT = 1000
"""Good pages that are kept for when their template fails: those that were made last."""


@dataclass(frozen=True, slots=True)
class ArticleFiles:
    """The files of an article. Paths are relative to the site's folder."""

    article: str
    """Its Markdown."""
    annotations: str
    """Its annotation file, whether it exists or not."""


@dataclass(frozen=True, slots=True)
class SiteState:
    """A site as of its last update."""

    problems: tuple[Problem, ...] = ()
    """All of them, sorted."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """What the authors wrote, by path: for excerpts."""
    articles: Mapping[str, ArticleFiles] = field(default_factory=dict)
    """By address."""
    site: Site | None = None
    """What the pages are made from. None until something could be made."""
    pages: SitePages | None = None
    """The files of the site; None without one."""

    @property
    def unplaced(self) -> Mapping[str, tuple[Unplaced, ...]]:
        """By an article's address: its annotations that have no place."""
        return self.site.unplaced if self.site else {}


class LiveSite:
    """A site held in memory.

    `update` is called by one thread at a time; `answer`, `state` and `base` by any, at any time.
    """

    def __init__(self, root: Path, options: BuildOptions) -> None:
        self._root = root.absolute()
        self._options = options
        self._kept = Kept()
        self._reads_all = True
        """Whether the next update reads everything, whatever its argument says."""
        self._problems: tuple[Problem, ...] = ()
        """Those of the last update that could be used, without those of rendering."""
        self.state = SiteState()
        """The state now. The value itself never changes: ask again for a newer one."""
        self._swapping = threading.Lock()
        self._rendering = threading.RLock()
        self._last_good: dict[str, Response] = {}
        """By path: the last good page, for when its template fails."""

    @property
    def base(self) -> str:
        """The path under which the site is published: `/`, or `/repository/`."""
        site = self.state.site
        url = site.settings.url if site else None
        return (urlsplit(url).path.rstrip("/") if url else "") + "/"

    # Reading.

    def update(self, paths: Collection[Path] | None) -> Change:
        """Read what changed, and replace the state.

        `paths`: files and folders, absolute, that were changed, added or deleted; a file that is
        not among them is read all the same if its size or time differs. None: everything is read.
        Raises nothing: whatever goes wrong is a problem in `state`, `bug` if it is our fault.
        """
        changed = None if paths is None or self._reads_all else _relative(paths, self._root)
        self._reads_all = True  # unless this succeeds
        first = self.state.pages is None
        try:
            with pipeline.without_collection():
                change = self._update(changed)
        except OSError as error:
            change = self._fail(_unreadable(error, self._root))
        except Exception as error:
            change = self._fail(_bug(error))
        if first and self.state.pages:
            gc.freeze()  # or now and then a save would wait for a walk through all articles
        return change

    def _update(self, changed: frozenset[str] | None) -> Change:
        snapshot = self._kept.snapshot
        snapshot = replace(snapshot, read=_without(snapshot.read, changed))
        before = replace(self._kept, snapshot=snapshot)
        result, kept = load_usable_site(self._root, self._options, before)
        old, site = self.state.pages, result.site
        if site is None:
            texts = {**self.state.texts, **result.texts}
            return self._replace(replace(self.state, texts=texts), result.problems)
        if old and old.site.cards and site.cards:
            site = replace(site, cards=old.site.cards)  # they have their fonts
        pages = SitePages(self._root, site, kept.snapshot.read.stamps, self._rendering)
        if self._options.write and (old is None or old.site.scale != site.scale):
            with suppress(OSError):  # an editor's convenience is no reason to fail
                json_schema.write_schemas(self._root, site.scale)
        change = Change("pages")
        if old and not (changed and _has_changed_asset(site.assets, changed)):
            change = pages.change_from(old)
        state = SiteState(
            texts=result.texts,
            articles={
                a.address: ArticleFiles(a.path, a.path.removesuffix(".md") + ".yaml")
                for a in site.index.articles
            },
            site=site,
            pages=old if change.kind == "nothing" else pages,
        )
        self._kept, self._problems, self._reads_all = kept, result.problems, False
        return self._replace(state, result.problems, change)

    def _fail(self, problem: Problem) -> Change:
        return self._replace(self.state, (*self._problems, problem))

    def _replace(
        self, state: SiteState, problems: Iterable[Problem], change: Change | None = None
    ) -> Change:
        """Make a state the current one, with these problems and its pages'; say what changed.

        `change` says it of the pages; None if they stay as they are.
        """
        change = change or Change("nothing")
        with self._swapping:
            old, pages = self.state, state.pages
            every = sort((*problems, *(pages.problems if pages else ())))
            self.state = replace(state, problems=every)
        is_same = old.problems == every and old.unplaced == state.unplaced
        return Change("problems") if change.kind == "nothing" and not is_same else change

    # Answering.

    def answer(self, address: str) -> Response | None:
        """Give what lies at an address, or None if there is no such page or file.

        `address`: below `base`, decoded: `/gettysburg/`, `/assets/style.css`. Pages are rendered
        at the first call after an update, files read at each. Raises nothing, as `update`.
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
        """Add problems that came up with a page, unless there are newer pages by now."""
        with self._swapping:
            pages.problems.update(dict.fromkeys(problems))
            if problems and self.state.pages is pages:
                every = sort((*self.state.problems, *pages.problems))
                self.state = replace(self.state, problems=every)


def _unreadable(error: OSError, root: Path) -> Problem:
    """Report a file that was in its folder's listing, but could not be read."""
    name = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    with suppress(ValueError):
        name = Path(name).relative_to(root).as_posix()
    return Problem(
        Location(name or SETTINGS),
        "unreadable",
        f"cannot be read: {error.strerror or type(error).__name__}",
        "everything stays as it was; saving any file has it read anew",
    )


def _bug(error: Exception) -> Problem:
    """Report an exception that no author can cause."""
    trace = traceback.extract_tb(error.__traceback__)
    at = f" ({Path(trace[-1].filename).name}, line {trace[-1].lineno})" if trace else ""
    return Problem(
        Location(SETTINGS),
        "bug",
        f"a mistake of explainer's own: {type(error).__name__}: {short(str(error))}{at}",
        "please report it, with these words and what you did; all stays as it was",
    )


def _relative(paths: Iterable[Path], root: Path) -> frozenset[str] | None:
    """Give absolute paths relative to the site's folder.

    None if one is outside of it, or the folder itself: then everything may have changed.
    """
    try:
        names = frozenset(path.relative_to(root).as_posix() for path in paths)
    except ValueError:
        return None
    return None if "." in names else names


def _is_changed(path: str, changed: frozenset[str]) -> bool:
    """Whether a file, or a folder that it lies in, is among those that changed."""
    while path:
        if path in changed:
            return True
        path = path.rpartition("/")[0]
    return False


def _without(read: load.Read, changed: frozenset[str] | None) -> load.Read:
    """Leave out the stamps of files that may have changed, all where `changed` is None.

    A text without a stamp is read again.
    """
    if changed is None:
        return load.Read()
    stamps = {path: stamp for path, stamp in read.stamps.items() if not _is_changed(path, changed)}
    return load.Read(read.texts, stamps)


def _has_changed_asset(assets: Iterable[Asset], changed: frozenset[str]) -> bool:
    """Whether a copied file, but for style sheets, is among those that changed."""
    return any(_is_changed(a.path, changed) for a in assets if not a.target.endswith(".css"))
