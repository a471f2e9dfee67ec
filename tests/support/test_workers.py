"""Worker processes end with the process that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from explainer.support import workers

SCRIPT = """
import os, sys, time
from pathlib import Path
from explainer.support import workers

def work(folder, item):
    Path(folder, str(os.getpid())).touch()
    time.sleep(60)

if __name__ == "__main__":
    list(workers.run(work, sys.argv[1], range(8), 2))
"""


def square(shared: int, item: int) -> int:
    return shared + item * item


def test_results_are_in_the_order_of_the_items() -> None:
    expected = [5 + n * n for n in range(40)]
    assert list(workers.run(square, 5, range(40), 1)) == expected
    assert list(workers.run(square, 5, range(40), 2)) == expected


@pytest.mark.parametrize("count", [0, 1, 40])
@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_this_process_does_something_else_meanwhile(count: int, jobs: int) -> None:
    done: list[int] = []
    results = workers.run(square, 0, range(count), jobs, lambda: done.append(os.getpid()))
    assert list(results) == [n * n for n in range(count)]
    assert done == [os.getpid()]


def test_an_error_meanwhile_ends_the_workers() -> None:
    with pytest.raises(ZeroDivisionError):
        list(workers.run(square, 0, range(40), 3, lambda: 1 // 0))


def test_nothing_is_done_meanwhile_while_few_work() -> None:
    done: list[int] = []
    results = workers.run(square, 0, range(40), 2, lambda: done.append(-1))
    done.extend(results)
    assert done == [*(n * n for n in range(40)), -1]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes cannot be killed so")
def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script, seen = tmp_path / "run.py", tmp_path / "seen"
    script.write_text(SCRIPT)
    seen.mkdir()
    parent = subprocess.Popen([sys.executable, str(script), str(seen)])
    try:
        assert waited_for(lambda: len(list(seen.iterdir())) == 2)
    finally:
        parent.kill()
        parent.wait()
    pids = [int(file.name) for file in seen.iterdir()]
    assert waited_for(lambda: not any(map(is_alive, pids)))


def waited_for(happens, patience: float = 30) -> bool:
    end = time.monotonic() + patience
    while not happens():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")
    except (ProcessLookupError, FileNotFoundError):
        return False


def _end(_: None, item: int) -> int:
    if item == 3:
        os._exit(9)
    return item


def test_a_process_that_is_killed_is_reported() -> None:
    with pytest.raises(ChildProcessError, match="--jobs 1"):
        list(workers.run(_end, None, range(8), 2))
