"""npm packages that tests need, installed into `node_modules/`, which git ignores."""

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
    """Return the folder of a package, and install it if it is not there in this version.

    If that fails, the test is skipped; in CI, it fails.
    """
    # Each package has its own folder: npm removes packages that the last command did not name.
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


@cache  # npm tries for a minute, so do not try again for each test
def _fetch(wanted: str, prefix: Path) -> str:
    """Install a package into a folder, and return the error; empty if there is none."""
    npm = shutil.which("npm")
    if npm is None:
        return f"{wanted} needs npm, and npm is not installed"
    # Without --prefix, npm would look for a package.json in the parent folders.
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
    """Prevent pytest-xdist's processes from installing the same package at the same time."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with (Path(tempfile.gettempdir()) / "explainer-tests-npm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
