"""Let file permissions hold for tests that run as root, as they do for everybody else."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3
_OVERRIDES = 0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Set(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable"))


@contextmanager
def modes(*changes: tuple[Path, int]) -> Iterator[None]:
    """Change the modes of files and folders, and let them hold, until the block ends."""
    before = [(path, path.stat().st_mode & 0o7777) for path, _ in changes]
    for path, mode in changes:
        path.chmod(mode)
    try:
        with _held():
            yield
    finally:
        for path, mode in reversed(before):
            if path.exists():
                path.chmod(mode)


@contextmanager
def _held() -> Iterator[None]:
    if os.name != "posix":
        pytest.skip("modes as POSIX has them")
    if os.geteuid() != 0:
        yield
        return
    if sys.platform != "linux":
        pytest.skip("root may read everything")
    _override(allowed=False)
    try:
        yield
    finally:
        _override(allowed=True)


def _override(*, allowed: bool) -> None:
    """Set whether this thread, and those that it starts, may read and write everything as root."""
    system = ctypes.CDLL(None, use_errno=True)
    header, sets = _Header(_VERSION, 0), (_Set * 2)()
    assert system.capget(ctypes.byref(header), sets) == 0
    own = sets[0].effective & ~_OVERRIDES
    sets[0].effective = own | (sets[0].permitted & _OVERRIDES if allowed else 0)
    assert system.capset(ctypes.byref(header), sets) == 0, os.strerror(ctypes.get_errno())
