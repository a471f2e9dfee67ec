"""Update the site when files change, and notify the open pages and the terminal.

An update runs immediately after a single save. When changes keep coming, updates run less often,
and each covers all changes since the one before.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import product
from pathlib import Path
from typing import TypeAlias

from explainer.model.problems import Problem
from explainer.serve.pages import Change
from explainer.serve.service import OWN, OpenPage, Service
from explainer.serve.watch import Changes, is_kind

_TEXTS = frozenset({".md", ".yaml", ".toml"})
"""Suffixes of files whose changes always appear in the HTML of the pages that they affect."""

Say: TypeAlias = Callable[[str], None]
"""Prints one or more lines."""
Show: TypeAlias = Callable[[Sequence[Problem], Mapping[str, str]], None]
"""Prints problems with excerpts from the texts, which are given by path."""

_CALM = 0.25
"""Seconds without a change after which the next update runs immediately again."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.08, 0.4
"""Seconds without changes to wait for when changes follow an update: the first wait, and the
longest; it doubles with each update."""
_HALF_SAVED = 0.04
"""The same, if a file is missing or empty: an editor may be about to write it."""
_PATIENCE = 3.0
"""Seconds after which an update runs even if changes keep coming."""
_MANY = 500
"""The number of changes above which everything is read: the system may have dropped some."""


class Updates:
    """Collects changes while an update runs or changes keep coming."""

    def __init__(self, update: Callable[[Changes], Awaitable[None]]) -> None:
        self._update = update
        self._pending: set[Path] = set()
        self._everything = False
        self._arrived = asyncio.Event()

    def add(self, changes: Changes) -> None:
        """Record changes. Call it in the event loop's thread."""
        if changes is None:
            self._everything = True
        else:
            self._pending.update(changes)
        self._arrived.set()

    async def run(self) -> None:
        """Update whenever there are changes, until cancelled."""
        loop = asyncio.get_running_loop()
        pause = 0.0
        finished = -_CALM
        while True:
            await self._arrived.wait()
            follows = loop.time() - finished < _CALM
            pause = min(max(2 * pause, _FIRST_PAUSE), _LONGEST_PAUSE) if follows else 0.0
            if pause or await loop.run_in_executor(None, _is_half_saved, tuple(self._pending)):
                await self._quiet(pause or _HALF_SAVED)
            await self._update(self._take())
            finished = loop.time()

    async def _quiet(self, pause: float) -> None:
        """Wait until no change has arrived for `pause` seconds, at most `_PATIENCE` seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _PATIENCE
        while loop.time() < end:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), pause)
            except TimeoutError:
                return

    def _take(self) -> Changes:
        pending, everything = self._pending, self._everything or len(self._pending) > _MANY
        self._pending, self._everything = set(), False
        self._arrived.clear()
        return None if everything else frozenset(pending)


def _is_half_saved(paths: Collection[Path]) -> bool:
    """Whether a file is missing or empty, as it can be while an editor saves it."""
    for path in paths:
        try:
            if not path.stat().st_size:
                return True
        except OSError:
            return True
    return False


class Terminal:
    """Writes to the terminal in a separate thread, so that a blocked terminal delays no page.

    Calls `say` and `show` one at a time, in the order in which its methods were called.
    """

    def __init__(self, say: Say, show: Show) -> None:
        self._say = say
        self._show = show
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        # A daemon, so that a blocked terminal does not keep the process alive.
        self._thread = threading.Thread(target=self._run, name="terminal", daemon=True)
        self._thread.start()

    def say(self, text: str) -> None:
        """Write text soon, without waiting for it."""
        self._queue.put(partial(self._say, text))

    def show(self, problems: Sequence[Problem], texts: Mapping[str, str]) -> None:
        """Write problems soon, without waiting for it."""
        self._queue.put(partial(self._show, problems, texts))

    def close(self) -> None:
        """Finish writing, for at most a second."""
        self._queue.put(None)
        self._thread.join(1)

    def _run(self) -> None:
        while write := self._queue.get():
            with suppress(OSError, ValueError):  # a broken pipe; a closed stream
                write()


class Reloader:
    """Keeps a service's site, its open pages and the terminal up to date."""

    def __init__(self, service: Service, terminal: Terminal) -> None:
        self.service = service
        self.terminal = terminal
        self._shown: tuple[Problem, ...] = ()
        """The problems that the terminal and the open pages show."""
        self._updating = ThreadPoolExecutor(1, "update")

    def close(self) -> None:
        """Stop the threads without waiting for an update."""
        self._updating.shutdown(wait=False, cancel_futures=True)
        self.terminal.close()

    async def start(self) -> None:
        """Read the site for the first time."""
        await self._read(None)
        self._show()

    async def update(self, changes: Changes) -> None:
        """Read what changed, and notify the open pages and the terminal."""
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
            self.terminal.say(_line(changes, service.root, spent, problems))
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
        self.terminal.show(self._shown, self.service.site.state.texts)

    async def _refresh(self, page: OpenPage, change: Change, *, always: bool) -> OpenPage | None:
        """Record the current hash of a page, and reload it if it differs. Return it if reloaded."""
        now = await self.service.page(page.address)
        is_reloaded = change.kind == "pages" and (always or page.hash != now.hash)
        page.hash = now.hash
        if is_reloaded:
            path = self.service.path(page.address)
            if always:
                page.reload(f"{path}#all")
            else:
                page.reload(path, self.service.text(now, page.address))
        return page if is_reloaded else None


def _line(changes: Changes, root: Path, seconds: float, problems: Sequence[Problem]) -> str:
    """Return the terminal's line about an update: time, changed files, duration, problems."""
    if changes is None:
        names = "everything"
    else:
        # An editor's temporary files are named only if nothing else changed.
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
    """Return a file's path relative to the site, without the leading `content/`."""
    inside = path.relative_to(root) if path.is_relative_to(root) else path
    return inside.as_posix().removeprefix("content/")
