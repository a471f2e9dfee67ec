"""A site held in memory: read once, then only what changed; a page is rendered when asked for.

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
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from explainer.build import pipeline
from explainer.build.fallback import Kept, load_usable_site
from explainer.build.options import BuildOptions
from explainer.model.location import Location
from explainer.model.problems import Problem, short, sort
from explainer.output import search
from explainer.parse import editor_schemas
from explainer.render.templates import TemplateError
from explainer.serve import responses, stale
from explainer.serve.pages import SitePages
from explainer.serve.responses import Response
from explainer.serve.state import ArticleFiles, Change, SiteState
from explainer.site.load import SETTINGS

_NOTHING = Change("nothing")
_KEPT = 1000
"""Good pages that are kept for when their template fails: those that were made last."""


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
        self._current: tuple[SiteState, SitePages | None] = SiteState(), None
        self._swapping = threading.Lock()
        self._rendering = threading.RLock()
        self._last_good: dict[str, Response] = {}
        """By path: the last good page, for when its template fails."""

    @property
    def state(self) -> SiteState:
        """The state now. The value itself never changes: ask again for a newer one."""
        return self._current[0]

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
        changed = None if paths is None or self._reads_all else stale.relative(paths, self._root)
        self._reads_all = True  # unless this succeeds
        first = self._current[1] is None
        try:
            with pipeline.without_collection():
                change = self._update(changed)
        except OSError as error:
            change = self._fail(_unreadable(error, self._root))
        except Exception as error:
            change = self._fail(_bug(error))
        if first and self._current[1]:
            gc.freeze()  # or now and then a save would wait for a walk through all articles
        return change

    def _update(self, changed: frozenset[str] | None) -> Change:
        snapshot = self._kept.snapshot
        snapshot = replace(snapshot, read=stale.without(snapshot.read, changed))
        before = replace(self._kept, snapshot=snapshot)
        result, kept = load_usable_site(self._root, self._options, before)
        state, old = self._current
        if result.site is None:
            texts = {**state.texts, **result.texts}
            return self._replace(replace(state, texts=texts), old, result.problems)
        site = result.site
        if old and old.site.cards and site.cards:
            site = replace(site, cards=old.site.cards)  # they have their fonts
        pages = SitePages(self._root, site, kept.snapshot.read.stamps, self._rendering)
        if self._options.write and (old is None or old.site.scale != site.scale):
            with suppress(OSError):  # an editor's convenience is no reason to fail
                editor_schemas.write_schemas(self._root, site.scale)
        change = Change("pages")
        if old and not stale.has_changed_asset(site.assets, changed):
            change = pages.change_from(old)
        state = SiteState(
            texts=result.texts,
            unplaced=site.unplaced,
            articles={
                a.address: ArticleFiles(a.path, a.path.removesuffix(".md") + ".yaml")
                for a in site.index.articles
            },
            site=site,
        )
        self._kept, self._problems, self._reads_all = kept, result.problems, False
        return self._replace(
            state, old if change.kind == "nothing" else pages, result.problems, change
        )

    def _fail(self, problem: Problem) -> Change:
        state, pages = self._current
        return self._replace(state, pages, (*self._problems, problem))

    def _replace(
        self,
        state: SiteState,
        pages: SitePages | None,
        problems: Iterable[Problem],
        change: Change = _NOTHING,
    ) -> Change:
        """Make a state the current one, with these problems and its pages'; say what changed.

        `change` says it of the pages.
        """
        with self._swapping:
            old, _ = self._current
            state = replace(state, problems=sort((*problems, *(pages.problems if pages else ()))))
            self._current = state, pages
        is_same = old.problems == state.problems and old.unplaced == state.unplaced
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
        state, pages = self._current
        if pages is None:
            return responses.no_site(state.problems) if path.endswith(".html") else None
        try:
            if response := pages.rendered.get(path):
                return response
            if pages.is_copied(path):
                return pages.copied(path)
            if path.startswith(search.FOLDER):
                response, problems = pages.search_file(path, lambda: self._current[1] is pages)
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
            state, current = self._current
            if problems and current is pages:
                every = sort((*state.problems, *pages.problems))
                self._current = replace(state, problems=every), pages


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
