"""Fixtures for all tests: `--regen`, a fixed date, sites without search, and a browser."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import settings

from explainer.build import disk
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.output import search
from explainer.render import minify, theme
from tests import ROOT
from tests.helpers import browser as browsers
from tests.helpers import installed
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
def _templates(templates: Path) -> Iterator[None]:
    """Compile each template, and keep it, only once: most tests build a site with the same theme.

    Sites that have `.explainer/templates` already, keep theirs.
    """
    find = theme.find

    def found(site: Path, name: str = "default", *, cache: Path | None = None) -> Any:
        return find(site, name, cache=cache if cache is None or cache.exists() else templates)

    compiled: dict[tuple[type, str, str | None, str | None], Any] = {}
    compile_ = jinja2.Environment.compile

    def once(
        environment: jinja2.Environment,
        source: str,
        name: str | None = None,
        filename: str | None = None,
    ) -> Any:
        key = environment.code_generator_class, source, name, filename
        if key not in compiled:
            compiled[key] = compile_(environment, source, name, filename)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(theme, "find", found)
        patch.setattr(jinja2.Environment, "compile", once)
        yield


@pytest.fixture(autouse=True, scope="session")
def _same_files() -> Iterator[None]:
    """Make only once what is the same in most sites: style sheets and scripts.

    And read the program itself only once, which each build does to know whether it has changed.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "program", cache(disk.program))
        for name in ("minify_css", "minify_js"):
            small = cache(getattr(minify, name))
            patch.setattr(minify, name, lambda parts, small=small: small(tuple(parts)))
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
