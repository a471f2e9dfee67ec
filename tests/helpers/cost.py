"""The cost of a call: in steps, which are the same on every machine, or in CPU seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def steps(run: Callable[[], object]) -> int:
    """Return the number of events (calls, lines, returns, exceptions) while `run` runs."""
    count = 0

    def tracer(frame: object, event: str, arg: object) -> object:
        nonlocal count
        count += 1
        return tracer

    sys.settrace(tracer)  # type: ignore[arg-type]
    try:
        run()
    finally:
        sys.settrace(None)
    return count


def cpu_seconds(run: Callable[[], object]) -> float:
    """Return the CPU time of a call: the least of three, because other processes slow some down.

    For code whose work is not in Python, such as regular expressions. Only compare what was
    measured in the same process.
    """

    def once() -> float:
        start = time.process_time()
        run()
        return time.process_time() - start

    return min(once() for _ in range(3))
