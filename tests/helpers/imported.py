"""Run the program in a process of its own, and tell which modules it imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests import ROOT


def program(*arguments: str, folder: Path) -> tuple[int, str, str, set[str]]:
    """Return the exit code, standard output and error, and the modules that were imported."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "explainer", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = done.stderr.splitlines(keepends=True)
    own = "".join(line for line in lines if not line.startswith("import time:"))
    return done.returncode, done.stdout, own, {line.rpartition("|")[2].strip() for line in lines}
