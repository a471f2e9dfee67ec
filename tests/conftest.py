"""What all tests share: the option `--regen`, and a clock that stands still."""

from __future__ import annotations

import os

import pytest

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


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
