"""The cost of a call: in steps, which are the same on every machine, or in CPU time."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from typing import Any


def steps(run: Callable[[], object]) -> int:
    """Return the number of events (calls, lines, returns, exceptions) while `run` runs."""
    count = 0
    outer: Any = sys.gettrace()  # of the mutation tester, which sees the events as well

    def tracer(frame: object, event: str, arg: object) -> object:
        nonlocal count
        count += 1
        if outer:
            outer(frame, event, arg)
        return tracer

    sys.settrace(tracer)  # type: ignore[arg-type]
    try:
        run()
    finally:
        sys.settrace(outer)
    return count


def is_linear(run: Callable[[int], object], short: int, long: int, factor: float) -> bool:
    """Whether `run(long)` takes less than `factor` times the CPU time of `run(short)`.

    For work that is not in Python, such as regular expressions; otherwise compare `steps`. Each
    counts with its least time, because other processes slow some down. No garbage is collected
    meanwhile: that takes longer the more objects earlier tests have left.
    """

    def seconds(size: int) -> float:
        start = time.process_time()
        run(size)
        return time.process_time() - start

    gc.collect()
    gc.disable()
    try:
        limit = factor * max(0.005, min(seconds(short) for _ in range(3)))
        return any(seconds(long) < limit for _ in range(3))
    finally:
        gc.enable()
