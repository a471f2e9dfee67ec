"""Writes to the terminal in a thread of its own: one that is not read keeps no page waiting."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeAlias

from explainer.model.problems import Problem

Say: TypeAlias = Callable[[str], None]
"""Writes one or more lines."""
Show: TypeAlias = Callable[[Sequence[Problem], Mapping[str, str]], None]
"""Writes problems, with lines of the texts, given by path, that they are about."""


class Terminal:
    """Calls `say` and `show` one after the other, in the order of the calls of its methods."""

    def __init__(self, say: Say, show: Show) -> None:
        self._say = say
        self._show = show
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        # A daemon: it may hang at a terminal that is held, and must not keep the process.
        self._thread = threading.Thread(target=self._run, name="terminal", daemon=True)
        self._thread.start()

    def say(self, text: str) -> None:
        """Write text, soon."""
        self._queue.put(partial(self._say, text))

    def show(self, problems: Sequence[Problem], texts: Mapping[str, str]) -> None:
        """Write problems, soon."""
        self._queue.put(partial(self._show, problems, texts))

    def close(self) -> None:
        """Finish writing, if the terminal is read."""
        self._queue.put(None)
        self._thread.join(1)

    def _run(self) -> None:
        while write := self._queue.get():
            with suppress(OSError, ValueError):  # the pipe is broken; the stream is closed
                write()
