"""Packages of npm that tests need: fetched into `node_modules/`, which git ignores."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
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
        if _version(folder) != version:
            _fetch(f"{name}@{version}", prefix)
    return folder


def _version(folder: Path) -> str:
    try:
        return str(json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError):
        return ""


def _fetch(wanted: str, prefix: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        _missing(f"{wanted} is fetched by npm, and npm is not installed")
    # Without --prefix npm would look for a package.json in the folders above.
    prefix.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--prefix", str(prefix), "--no-save", "--no-package-lock"]
    command += ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", wanted]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        _missing(f"npm could not fetch {wanted} within three minutes")
    if done.returncode:
        _missing(f"npm could not fetch {wanted}:\n{done.stderr}")


def _missing(why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


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
