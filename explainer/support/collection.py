"""Pause Python's garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 20_000
"""How many new objects that may be garbage there are before the collector looks at them."""


def collect_new() -> None:
    """Let the collector look at objects made from now on, and seldom.

    It writes to what it looks at. What a process shares with its parent would be copied.
    """
    gc.freeze()
    gc.set_threshold(_MANY, _MANY, _MANY)
    gc.enable()


@contextmanager
def collecting_new() -> Iterator[None]:
    """Call `collect_new` for the time of a block that makes many objects and much garbage."""
    enabled, threshold, frozen = gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()
    collect_new()
    try:
        yield
    finally:
        gc.set_threshold(*threshold)
        if not enabled:
            gc.disable()
        if not frozen:
            gc.unfreeze()


@contextmanager
def without_collection() -> Iterator[None]:
    """Pause Python's garbage collector: a build creates many objects, but few cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
