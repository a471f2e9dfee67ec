"""Process many items in one or several processes. Results are in the order of the items."""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from explainer.support.collection import collect_new, collecting_new

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Result = TypeVar("Result")

ENOUGH = 60
"""The number of items from which several processes are worth starting."""
_MOST = 61
"""The maximum number of processes: the limit of `concurrent.futures` on Windows."""
_FEW = 2
"""The most processes that are few."""
_CHUNKS_EACH = 8
"""The number of chunks per process, so that none waits long for the slowest."""
_MOST_IN_CHUNK = 16
"""The most items of a chunk: its results are in memory at once, here and in the process."""

_KILLED = (
    "a process of explainer was killed, probably because there is not enough memory; use fewer: "
    "`--jobs 1`"
)


def processes(items: int, jobs: int | None, *, enough: int = ENOUGH) -> int:
    """How many processes to use for so many items: as many as asked for, or one a core.

    `enough`: the items from which several processes are worth it; few where each takes long.
    """
    if jobs is not None:
        return min(jobs, max(items, 1), _MOST)
    if items < enough:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(cores or 1, max(items, 1), _MOST)


def run(
    work: Callable[[Shared, Item], Result],
    shared: Shared,
    items: Sequence[Item],
    jobs: int,
    meanwhile: Callable[[], object] = lambda: None,
) -> Iterator[Result]:
    """Yield `work(shared, item)` for every item.

    With more than one job, `work` must be of a module's top level, and items and results are
    pickled; so is `shared` where processes cannot be forked. Any exception is raised here, and
    ChildProcessError, which is an OSError, if a process is killed.
    `meanwhile` is called once, in this process, while others work. If they are few, it is called
    when they have ended: few cores are busy with them, and while they exist, all memory that this
    process writes to exists twice.
    """
    if jobs == 1:
        meanwhile()
        with collecting_new() if len(items) >= ENOUGH else nullcontext():
            for item in items:
                yield work(shared, item)
        return
    is_forked = sys.platform == "linux"
    # Forked processes need not prepare again what the first item needs, such as templates.
    if is_forked and len(items) > jobs * _CHUNKS_EACH:
        yield work(shared, items[0])
        items = items[1:]
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # Forked processes have `shared` without its being pickled; on macOS forking is not safe.
    kind = "fork" if is_forked else "spawn"
    context = multiprocessing.get_context(kind)
    # Nothing is ever sent: its end is closed when this process ends, in whatever way.
    alive, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(
        jobs, mp_context=context, initializer=_start, initargs=(work, shared, alive, ours)
    )
    try:
        size = min(max(1, len(items) // (jobs * _CHUNKS_EACH)), _MOST_IN_CHUNK)
        results = pool.map(_step, items, chunksize=size)
        if jobs > _FEW:
            meanwhile()
        yield from results
    except BrokenProcessPool:
        raise ChildProcessError(errno.ECHILD, _KILLED) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        alive.close()
        ours.close()
    if jobs <= _FEW:
        meanwhile()


# What this process, if it is one of `run`'s, works with: a pool hands items only.
_here: list[Any] = []


def _start(
    work: Callable[[Any, Any], Any], shared: Any, alive: Connection, parents: Connection
) -> None:
    """Begin a process, which ends with its parent even if that is killed.

    `parents` is the parent's end of `alive`, which is closed here.
    """
    parents.close()
    threading.Thread(target=_end_with, args=(alive,), daemon=True).start()
    collect_new()
    _here[:] = [work, shared]


def _end_with(alive: Connection) -> None:
    with suppress(EOFError, OSError):
        alive.recv()
    os._exit(1)


def _step(item: Any) -> Any:
    work, shared = _here
    return work(shared, item)
