"""Changes are read, and open pages and the terminal hear what came of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from explainer.model.problems import Problem
from explainer.serve.service import OWN, OpenPage, Service
from explainer.serve.state import Change
from explainer.serve.updates import Changes
from explainer.serve.watch import is_kind

_TEXTS = frozenset({".md", ".yaml", ".toml"})
"""Endings of files whose change shows in the HTML of the pages that it changes."""


class Reloader:
    """Keeps a service's site, its open pages and the terminal up to date."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._shown: tuple[Problem, ...] = ()
        """The problems that the terminal and the open pages show."""
        self._updating = ThreadPoolExecutor(1, "update")

    def close(self) -> None:
        """Let go of the thread, without waiting for its work."""
        self._updating.shutdown(wait=False, cancel_futures=True)

    async def start(self) -> None:
        """Read the site for the first time."""
        await self._read(None)
        self._show()

    async def update(self, changes: Changes) -> None:
        """Read what changed, and tell the open pages and the terminal what came of it."""
        service = self.service
        started = time.perf_counter()
        change = await self._read(changes)
        spent = time.perf_counter() - started
        pages = tuple(service.open_pages)
        for page, address in product(pages, change.styles):
            page.reload(service.path(address))
        reloaded: set[OpenPage] = set()
        if change.kind in ("styles", "pages"):
            always = changes is None or not all(path.suffix in _TEXTS for path in changes)
            refreshing = (self._refresh(page, change, always=always) for page in pages)
            reloaded = {page for page in await asyncio.gather(*refreshing) if page}
        problems = service.problems
        is_news = problems != self._shown
        if is_news:
            for page in service.open_pages - reloaded:
                page.reload(service.path(f"/{OWN}problems"))
        if is_news or change.kind != "nothing":
            service.terminal.say(_line(changes, service.root, spent, problems))
        if is_news:
            self._show()

    async def _read(self, changes: Changes) -> Change:
        loop = asyncio.get_running_loop()
        self.service.bug = None
        change = await loop.run_in_executor(self._updating, self.service.site.update, changes)
        self.service.bases.add(self.service.site.base)
        return change

    def _show(self) -> None:
        self._shown = self.service.problems
        self.service.terminal.show(self._shown, self.service.site.state.texts)

    async def _refresh(self, page: OpenPage, change: Change, *, always: bool) -> OpenPage | None:
        """Note what a page is now, and reload it if it differs; gives it if it was reloaded."""
        now = (await self.service.page(page.address)).hash
        is_reloaded = change.kind == "pages" and (always or page.hash != now)
        page.hash = now
        if is_reloaded:
            page.reload(self.service.path(page.address) + "#all" * always)
        return page if is_reloaded else None


def _line(changes: Changes, root: Path, seconds: float, problems: Sequence[Problem]) -> str:
    """What the terminal says of an update: when, what changed, how long it took, what is wrong."""
    if changes is None:
        names = "everything"
    else:
        # Or those that an editor made for a moment.
        existing = [path for path in changes if is_kind(Path.exists, path)]
        shown = [_name(path, root) for path in sorted(existing or changes)]
        names = ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")
    counts = [
        f"{number} {severity}{'' if number == 1 else 's'}"
        for severity in ("error", "warning")
        if (number := sum(problem.severity == severity for problem in problems))
    ]
    parts = ", ".join([f"{names}: {seconds * 1000:.0f} ms", *counts])
    return f"{time.strftime('%H:%M:%S')} {parts}"


def _name(path: Path, root: Path) -> str:
    """A file's name as its author thinks of it: without the folder that all content lies in."""
    inside = path.relative_to(root) if path.is_relative_to(root) else path
    return inside.as_posix().removeprefix("content/")
