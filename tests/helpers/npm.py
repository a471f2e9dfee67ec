"""Packages of npm that tests need: fetched into `node_modules/`, which git ignores."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from tests import ROOT

FETCHED = ROOT / "node_modules" / ".tests"


def package(name: str, version: str) -> Path:
    """Give the folder of a package, fetched if it is not there in this version.

    Where it cannot be had the test is skipped, but in CI it fails.
    """
    # Each has a folder of its own: npm takes away what the last command did not name.
    prefix = FETCHED / f"{name.replace('/', '+')}-{version}"
    folder = prefix / "node_modules" / name
    with _one_at_a_time():
        why = "" if _version(folder) == version else _fetch(f"{name}@{version}", prefix)
    if why:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    return folder


def _version(folder: Path) -> str:
    try:
        return str(json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError):
        return ""


@cache  # npm tries for a minute: not once more for each test
def _fetch(wanted: str, prefix: Path) -> str:
    """Fetch a package into a folder; gives why that failed, or nothing."""
    npm = shutil.which("npm")
    if npm is None:
        return f"{wanted} is fetched by npm, and npm is not installed"
    # Without --prefix npm would look for a package.json in the folders above.
    prefix.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--prefix", str(prefix), "--no-save", "--no-package-lock"]
    command += ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", wanted]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        return f"npm could not fetch {wanted} within three minutes"
    return f"npm could not fetch {wanted}:\n{done.stderr}" if done.returncode else ""


@contextmanager
def _one_at_a_time():
    """pytest-xdist's processes must not fetch the same package at once."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with (Path(tempfile.gettempdir()) / "explainer-tests-npm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
