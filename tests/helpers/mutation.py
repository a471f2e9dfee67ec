"""Change the code in small ways, and list the changes that no test notices.

    python -m tests.helpers.mutation explainer/serve/guard.py --number 60

A *mutant* is a module with one change of its syntax tree: another comparison, number, or operator,
a negated condition, a missing entry of a table. A process of its own runs the tests that reach the
line. The same seed chooses the same mutants. (mutmut changes neither tables nor properties, but the
words of every message.)
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib
import os
import pickle
import random
import resource
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from itertools import chain
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from _pytest.main import pytest_runtestloop

from tests import ROOT
from tests.helpers.mutants import Mutant, mutants

MODULES = (
    "anchor edit output serve/guard.py site/index.py site/names.py site/sources.py site/rivals.py "
    "site/permanent.py markdown/links.py support/addresses.py model/ratings.py"
)
"""What `make mutants` changes: code whose mistakes readers would see, or that loses files."""
MORE_TESTS = {
    "anchor": "whole/test_spec.py exchange/test_placing.py",
    "edit": "serve/test_editing.py exchange/test_importing.py",
    "exchange": "cli",
    "markdown": "whole/test_spec.py article",
    "model": "parse render/test_badges.py check/test_allow.py",
    "parse": "whole/test_spec.py",
    "site": "render/test_lists.py render/test_relations.py serve/test_live.py",
    "support": "site/test_sources.py render/test_render.py formats",
}
"""By package: the tests that run beside those in the package's own folder."""
OPTIONS = "-x -q -p no:cacheprovider --hypothesis-profile quick --hypothesis-seed 1"
PRELOADED = "jinja2 pydantic markdown_it pygments tornado.web yaml rapidfuzz"
"""Libraries that are loaded once, and not in every process again."""
MEMORY = 3 << 30
"""The most that a process may use, in bytes: a loop without end may fill a list."""


@dataclass(eq=False)  # pytest needs plugins to be hashable
class Reached:
    """A plugin for pytest that records which lines of a file each test runs, and the time."""

    file: str
    lines: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    seconds: dict[str, float] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    shared: dict[Any, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By its definition: the lines that a fixture runs, which all tests with the fixture reach."""
    found: set[int] = field(default_factory=set)
    """Where to record lines now."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that fails."""
        if report.failed:
            self.failed.add(report.nodeid)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Run a test."""
        self.found = self.lines[item.nodeid]

        def local(frame: Any, event: str, _: Any) -> Any:
            self.found.add(frame.f_lineno)
            return local

        def trace(frame: Any, event: str, _: Any) -> Any:
            return local(frame, event, _) if frame.f_code.co_filename == self.file else None

        start = time.monotonic()
        threading.settrace(trace)
        sys.settrace(trace)
        yield
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]
        self.seconds[item.nodeid] = time.monotonic() - start
        fixtures: Any = getattr(item, "_fixtureinfo", None)
        for fixture in chain.from_iterable(fixtures.name2fixturedefs.values() if fixtures else ()):
            self.lines[item.nodeid] |= self.shared[fixture]

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """Set up a fixture, for one test or several."""
        outer, self.found = self.found, self.shared[fixturedef]
        yield
        self.found = outer


@dataclass(eq=False)
class Only:
    """A plugin for pytest that runs some tests, in this order."""

    names: list[str]

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Choose the tests."""
        place = {name: i for i, name in enumerate(self.names)}
        chosen = (item for item in items if item.nodeid in place)
        items[:] = sorted(chosen, key=lambda item: place[item.nodeid])


OUTPUT = os.dup(1)  # the tests' own output goes nowhere


def say(line: str) -> None:
    """Print a line."""
    os.write(OUTPUT, f"{line}\n".encode())


def forked(work: Callable[[], int], seconds: float) -> int:
    """Run `work` in a process of its own; return its exit code, negative if it was ended."""
    child = os.fork()
    if child == 0:
        os.setsid()
        signal.alarm(int(seconds) + 1)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        with suppress(BaseException):
            os._exit(work())
        os._exit(99)
    _, status = os.waitpid(child, 0)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what it has started
    return os.waitstatus_to_exitcode(status)


def tested(tests: Iterable[str], plugin: object) -> int:
    """Run tests in this process without output, and return pytest's exit code."""
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silent, stream)
    fast = "not slow and not browser"
    return int(pytest.main([*OPTIONS.split(), "-m", fast, *tests], plugins=[plugin]))


@dataclass(eq=False)
class Trial:
    """Mutants of one file, and what tests reach of it."""

    file: Path
    tree: ast.Module
    lines: dict[str, set[int]] = field(default_factory=dict)
    """By the name of a test: the lines that it runs."""
    seconds: dict[str, float] = field(default_factory=dict)
    """By the name of a test: how long it takes, including the time to record the lines."""

    def tests_of(self, mutant: Mutant) -> tuple[list[str], float]:
        """Return the tests that reach a mutant, and how long they may take.

        Those of the file's own tests come first, then the fastest.
        """
        found = [name for name, own in self.lines.items() if (mutant.lines or own) & own]
        mine = f"test_{self.file.stem}.py"
        found.sort(key=lambda name: (mine not in name, self.seconds[name]))
        return found, 20 + 10 * sum(self.seconds[name] for name in found)

    def code(self, mutant: Mutant) -> CodeType:
        """Make the change, and return the code of the module."""
        mutant.apply()
        return compile(ast.fix_missing_locations(self.tree), str(self.file), "exec")

    def is_noticed(self, mutant: Mutant, session: pytest.Session | None = None) -> bool:
        """Whether a test fails, or runs out of time or memory, with a mutant. Print it if not.

        With the `session` of a process that has loaded the tests and the module, only the code of
        functions is exchanged, which is faster.
        """
        names, limit = self.tests_of(mutant)
        plugin = Only(names)

        def load() -> int:
            get_code, code = SourceFileLoader.get_code, self.code(mutant)

            def changed(loader: SourceFileLoader, name: str) -> Any:
                return code if loader.path == str(self.file) else get_code(loader, name)

            SourceFileLoader.get_code = changed  # type: ignore[method-assign]
            return tested(dict.fromkeys(name.partition("::")[0] for name in names), plugin)

        def exchange() -> int:
            assert session
            exchange_code(self.file, self.code(mutant))
            plugin.pytest_collection_modifyitems(session.items)
            return run_items(session)

        if names and forked(exchange if session else load, limit) != 0:
            return True
        where = f"{self.file.relative_to(ROOT)}:{mutant.line}"
        say(f"{where}: not noticed by {len(names)} tests\n{mutant}")
        return False


def exchange_code(file: Path, code: CodeType) -> None:
    """Give all functions of a loaded module the code that they have in another version of it."""
    new: dict[tuple[str, int], CodeType] = {}
    waiting = [code]
    while waiting:
        for inner in waiting.pop().co_consts:
            if isinstance(inner, CodeType):
                new[inner.co_qualname, inner.co_firstlineno] = inner
                waiting.append(inner)
    for found in gc.get_objects():
        if isinstance(found, FunctionType) and found.__code__.co_filename == str(file):
            name, line = found.__code__.co_qualname, found.__code__.co_firstlineno
            if not name.endswith("<lambda>"):  # there may be several in a line
                found.__code__ = new[name, line]


def run_items(session: pytest.Session) -> int:
    """Run the tests that a session has collected; return 0 if all pass."""
    pytest_runtestloop(session)  # raises `session.Failed` because of `-x`
    return session.testsfailed


@dataclass(eq=False)
class InOneProcess:
    """A plugin for pytest that tries mutants instead of running tests."""

    trial: Trial
    mutants: list[Mutant]
    result: Path
    """Where to write the lines and times of the tests, and how many mutants survived."""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Measure the tests, then try each mutant."""

        def measure() -> int:
            plugin = Reached(str(self.trial.file))
            session.config.pluginmanager.register(plugin)
            session.config.option.maxfail = 0
            run_items(session)
            for name in plugin.failed:
                say(f"{name} fails without any change, and is left out")
                plugin.lines[name].clear()
            self.result.write_bytes(pickle.dumps((dict(plugin.lines), plugin.seconds)))
            return 0

        forked(measure, 3600)
        self.trial.lines, self.trial.seconds = pickle.loads(self.result.read_bytes())
        survived = sum(not self.trial.is_noticed(mutant, session) for mutant in self.mutants)
        found = self.trial.lines, self.trial.seconds, survived
        self.result.write_bytes(pickle.dumps(found))
        return True


def survivors(file: Path, number: int, seed: int) -> tuple[int, int]:
    """Return how many mutants of a file were tried, and how many no test notices."""
    trial = Trial(file, ast.parse(file.read_text(encoding="utf-8")))
    every = list(mutants(trial.tree))
    chosen = random.Random(seed).sample(every, min(number, len(every)))
    chosen.sort(key=lambda mutant: mutant.line)
    package = file.relative_to(ROOT / "explainer").parts[0]
    tests = [f"tests/{name}" for name in (package, *MORE_TESTS.get(package, "").split())]
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "result")
        plugin = InOneProcess(trial, [mutant for mutant in chosen if mutant.lines], result)
        if code := forked(lambda: tested(tests, plugin), 1e6):
            sys.exit(f"{' '.join(tests)} cannot be run (exit code {code})")
        trial.lines, trial.seconds, survived = pickle.loads(result.read_bytes())
    survived += sum(not trial.is_noticed(mutant) for mutant in chosen if not mutant.lines)
    return len(chosen), survived


def main() -> int:
    """Print all survivors, and a count for each file. Return 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="*", help="files, and folders with files")
    parser.add_argument("--number", type=int, default=60, help="of mutants for each file")
    parser.add_argument("--seed", type=int, default=1, help="what decides which mutants")
    given = parser.parse_args()
    os.chdir(ROOT)
    for name in PRELOADED.split():
        importlib.import_module(name)
    total = 0
    for path in given.paths or [f"explainer/{name}" for name in MODULES.split()]:
        for file in sorted(ROOT.joinpath(path).rglob("*.py")) or [ROOT / path]:
            start = time.monotonic()
            tried, survived = survivors(file, given.number, given.seed)
            total += survived
            took = f"{time.monotonic() - start:.0f} s"
            say(f"{file.relative_to(ROOT)}: {tried} tried, {survived} survived, {took}")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
