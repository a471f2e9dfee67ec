"""Let the file system fail, or kill the process, at any one of a program's changes to it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any

import pytest

WRITES = ("open", "write", "fsync", "mkdir", "link", "rename", "replace")
"""The functions of `os` that need space on the disk."""
CHANGES = (*WRITES, "chmod", "unlink", "rmdir")
"""Those that change anything."""

_CREATING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Fault:
    """Run `act` instead of change number `at` (from 0), and with `lasting` of those after it."""

    def __init__(
        self,
        patch: pytest.MonkeyPatch,
        at: int,
        act: Callable[[], object],
        *,
        names: tuple[str, ...] = CHANGES,
        lasting: bool = False,
    ) -> None:
        self.count = 0
        """How many changes there were."""
        self._at, self._act, self._lasting = at, act, lasting
        for name in names:
            patch.setattr(os, name, self._wrapped(name, getattr(os, name)))
        patch.setattr(io, "open", self._opening(io.open))

    @property
    def happened(self) -> bool:
        return self.count > self._at

    def _is_due(self) -> bool:
        self.count += 1
        return self.count - 1 == self._at or (self._lasting and self.happened)

    def _wrapped(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if (name != "open" or args[1] & _CREATING) and self._is_due():
                if name == "write":  # as on a disk that is filling up
                    function(args[0], bytes(args[1])[: len(args[1]) // 2])
                self._act()
            return function(*args, **kwargs)

        return call

    def _opening(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if set(mode) & set("wxa+") and self._is_due():
                self._act()
            return function(file, mode, *args, **kwargs)

        return call
