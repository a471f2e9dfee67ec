"""Fixtures for all tests: `--regen`, a fixed date, sites without search, and a browser."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.output import search
from tests import ROOT
from tests.helpers import browser as browsers
from tests.helpers import installed, shared
from tests.helpers import stress as stress_site

# Without bytecode files, every process of a test run would compile the whole package again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

EPOCH = "1780272000"
"""SOURCE_DATE_EPOCH for builds: 2026-06-01, so that expected results do not depend on the date."""


# No deadlines: they measure how busy the machine is. bench/ measures performance.
settings.register_profile("explainer", deadline=None)
# `make quick` selects this with `--hypothesis-profile`; see also tests/helpers/examples.py.
settings.register_profile("quick", deadline=None, max_examples=15)
settings.load_profile("explainer")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regen",
        action="store_true",
        help="rewrite expected results; read the diff before you commit it",
    )


def pytest_configure(config: pytest.Config) -> None:
    # A background process of a script ignores SIGINT, and so do its children, such as servers.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not config.getoption("--regen"):
        return
    if os.environ.get("CI"):
        raise pytest.UsageError("--regen rewrites expected results: never use it in CI")
    if config.getoption("numprocesses", None):
        raise pytest.UsageError("--regen rewrites files one by one: leave out -n")


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores, because some tests wait for a server or a program."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Let tests use a copy of explainer's folder among the user's caches, and write only there.

    With the user's key, what `.explainer/` of this repository keeps stays valid. The caches of
    other programs, such as pip and browsers, stay where they are.
    """
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return  # the process that started this one has done it
    made = tempfile.TemporaryDirectory()
    session.config.add_cleanup(made.cleanup)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for folder in home.iterdir() if home.is_dir() and os.name == "posix" else ():
        if folder.name == "explainer":
            shutil.copytree(folder, Path(made.name, folder.name))
        else:
            Path(made.name, folder.name).symlink_to(folder)
    os.environ["XDG_CACHE_HOME"] = made.name


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Before the tests run."""
    shared.collect_less()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for compiled templates that sites can share: see `folders.with_cache`."""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture(scope="session")
def regen(pytestconfig: pytest.Config) -> bool:
    """Whether to rewrite expected results instead of comparing them."""
    return bool(pytestconfig.getoption("--regen"))


@pytest.fixture(autouse=True, scope="session")
def _no_search() -> Iterator[None]:
    """Build sites as if the extra `search` were not installed; output/test_search.py undoes this.

    Expected results must not depend on what is installed, and indexing takes time.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_program", lambda: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def _shared(templates: Path) -> Iterator[None]:
    """Make only once what most sites have in common (tests/helpers/shared.py)."""
    with pytest.MonkeyPatch.context() as patch:
        shared.share(patch, templates)
        yield


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, shared by the tests of one file."""
    with browsers.launched() as started:
        yield started


PROGRAM = search._program()  # looked up before `_no_search` hides it


@pytest.fixture(scope="session")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build this repository's own site, with search if it is installed."""
    output = tmp_path_factory.mktemp("own") / "site"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_program", lambda: PROGRAM)
        built = build_site(ROOT, BuildOptions(output=output, future=True))
    assert not built.failed, built.problems
    return output


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> installed.Packed:
    """Return the sdist and the wheel from the folder EXPLAINER_DIST, or build them."""
    return installed.packed(tmp_path_factory.mktemp("packed"))


@pytest.fixture(scope="session")
def programs(packed: installed.Packed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs in an environment with the wheel and no extras."""
    return installed.environment(tmp_path_factory.mktemp("environment") / "venv", packed.wheel)


@pytest.fixture(scope="session")
def stress(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the stress test for margin notes (tests/helpers/stress.py)."""
    folder = stress_site.write(tmp_path_factory.mktemp("stress"))
    built = build_site(folder, BuildOptions(output=folder / "out"))
    assert not built.problems, built.problems
    return folder / "out"
