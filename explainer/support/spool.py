"""Bytes that wait in a file without a name, so that they take no memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

_LENGTH: Final = 32
"""The bits of the number of bytes that are put into a file at once."""


class Spool:
    """A file that is gone when all that was put into it is, or the process has ended.

    `folder`: where to create it; None to keep everything in memory.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder if hasattr(os, "pread") else None  # as on Windows
        self._file: SpoolFile | None = None
        self._end = 0

    def put(self, content: bytes) -> Held:
        """Write bytes, and return how to read them; if they cannot be written, they stay here."""
        with suppress(OSError):
            if self._file is None and self._folder:
                self._file = SpoolFile(self._folder)
            if self._file and os.pwrite(self._file.number, content, self._end) == len(content):
                self._end += len(content)
                return Held(self._file, self._end - len(content), len(content))
        return Held(content)


class SpoolFile:
    """An open file, which is gone with this object and its copies in forked processes."""

    def __init__(self, folder: Path) -> None:
        with tempfile.TemporaryFile(dir=folder) as file:
            self.number = os.dup(file.fileno())

    def __del__(self) -> None:
        with suppress(AttributeError, OSError):
            os.close(self.number)


class Held:
    """Bytes in a `Spool`. Pickled, they are the bytes themselves."""

    __slots__ = ("_content", "_place")

    def __init__(self, content: SpoolFile | bytes, start: int = 0, length: int = 0) -> None:
        self._content = content
        self._place = start << _LENGTH | length
        """Where they begin in the file, and their number: one value, because there are many."""

    def read(self) -> bytes:
        """Return the bytes. Raises OSError."""
        if isinstance(self._content, bytes):
            return self._content
        start, length = self._both
        return os.pread(self._content.number, length, start)

    @property
    def _both(self) -> tuple[int, int]:
        return self._place >> _LENGTH, self._place & (1 << _LENGTH) - 1

    @property
    def place(self) -> tuple[SpoolFile, int, int] | None:
        """The file, the offset of the bytes in it, and their number; None without a file."""
        file = self._content
        return None if isinstance(file, bytes) else (file, *self._both)

    def __reduce__(self) -> tuple[Callable[[bytes], Held], tuple[bytes]]:
        return Held, (self.read(),)
