"""What all tests share: `--regen`, a clock that stands still, and sites without a search."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from explainer import search

EPOCH = "1780272000"
"""SOURCE_DATE_EPOCH for builds: 2026-06-01, so that what a test expects does not grow old."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regen",
        action="store_true",
        help="rewrite expected results by what comes out now; read the diff before you commit it",
    )


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--regen"):
        return
    if os.environ.get("CI"):
        raise pytest.UsageError("--regen rewrites what is expected: never in CI")
    if config.getoption("numprocesses", None):
        raise pytest.UsageError("--regen rewrites files one after the other: leave -n out")


@pytest.fixture(scope="session")
def regen(pytestconfig: pytest.Config) -> bool:
    """Whether expected results are to be rewritten instead of compared."""
    return bool(pytestconfig.getoption("--regen"))


@pytest.fixture(autouse=True, scope="session")
def _no_search() -> Iterator[None]:
    """Build sites as where the extra `search` is not installed; tests/test_search.py undoes it.

    What is expected of a site must not hang on what else is installed, and indexing takes time.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_program", lambda: None)
        yield


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
