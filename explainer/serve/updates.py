"""When changes are read: at once after a save, seldom while many follow each other, and all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import TypeAlias

Changes: TypeAlias = Collection[Path] | None
"""Files and folders that changed, absolute; None where anything may have."""

_CALM = 0.25
"""Seconds without a change after an update, after which the next one comes at once again."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.08, 0.4
"""Seconds of quiet that are waited for when changes follow on an update: at first, and at last."""
_HALF_SAVED = 0.04
"""The same where a file is gone or empty: an editor may be about to write it."""
_PATIENCE = 3.0
"""Seconds after which an update comes though there is no quiet."""
_MANY = 500
"""Changes from which on it is surer to look at everything: the system drops some when many come."""


class Updates:
    """Gathers changes while an update runs, or while more of them are coming."""

    def __init__(self, update: Callable[[Changes], Awaitable[None]]) -> None:
        self._update = update
        self._pending: set[Path] = set()
        self._everything = False
        self._arrived = asyncio.Event()

    def add(self, changes: Changes) -> None:
        """Note changes; call it in the loop's thread."""
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
        """Wait until nothing has come for `pause` seconds, but not for ever."""
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
    """Whether one of the files is gone or empty, as between the steps of an editor's save."""
    for path in paths:
        try:
            if not path.stat().st_size:
                return True
        except OSError:
            return True
    return False
