"""A mode for tests in which a run fails if it reads a file that its state does not cover.

With the environment variable EXPLAINER_AUDIT, an audit hook (PEP 578) looks at each file that is
opened and each folder that is listed below the site's folder or in the program, also in worker
processes. It cannot see what other programs read, nor calls of `stat`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from explainer.support.paths import MANIFEST

_LISTING: Final = ("os.scandir", "os.listdir")
_WRITING: Final = os.O_WRONLY | os.O_RDWR


class UnrecordedReadError(Exception):
    """A run has read something that may change without being noticed by the next: a bug."""


class Audit:
    """Watches the reads of one run below some folders, until it is stopped.

    `known` are the paths that its state covers: relative to the first folder, or absolute. Those of
    folders end with a slash.
    """

    def __init__(self, tops: Iterable[str], known: Iterable[str]) -> None:
        self._tops = [f"{top}/" for top in tops]
        self._known = {os.path.join(self._tops[0], path) for path in known}  # noqa: PTH118
        self._wrong: list[str] = []
        self._is_on = True
        sys.addaudithook(self._look)

    def stop(self) -> None:
        """End it. Raises UnrecordedReadError, too, if something has swallowed that."""
        self._is_on = False
        if self._wrong:
            raise UnrecordedReadError(", ".join(sorted(set(self._wrong))))

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._is_on or not (event == "open" or event in _LISTING):
            return
        path = arguments[0] if arguments[0] is not None else "."
        if isinstance(path, int) or (event == "open" and arguments[2] & _WRITING):
            return
        self._is_on = False  # looking lists folders, too
        try:
            real = os.path.realpath(os.fsdecode(path))
            if not self._is_covered(real, is_folder=event != "open"):
                self._wrong.append(real)
                raise UnrecordedReadError(real)
        finally:
            self._is_on = True

    def _is_covered(self, path: str, *, is_folder: bool) -> bool:
        if not os.path.lexists(path):  # a new file is noticed
            return True
        if f"{path}/" in self._known or path in self._known:
            return True
        if is_folder and any(top.startswith(f"{path}/") for top in self._tops):
            return True  # only names of temporary files are looked for there
        top = next((top for top in self._tops if path.startswith(top)), None)
        if top is None or "__pycache__" in path:
            return True
        names = path.removeprefix(top).split("/")
        if names[0].startswith("."):  # what earlier runs have left, and git's own
            return True
        above = ["/".join(names[:count]) for count in range(1, len(names) + 1)]
        with suppress(OSError):
            return any(os.path.lexists(f"{top}{each}/{MANIFEST}") for each in above)
        return False
