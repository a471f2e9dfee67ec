"""Biome, the linter and formatter of scripts and style sheets: `python -m tests.helpers.biome`.

`make lint` runs `check`, `make format` runs `check --write`. biome.json configures the checks. If
Biome cannot be fetched, a message says so; this is an error only in CI.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import ROOT
from tests.helpers import npm

VERSION = "2.6.8"


def main(arguments: list[str]) -> int:
    """Run Biome in the repository's folder, and return its exit code."""
    try:
        program = npm.package("@biomejs/biome", VERSION) / "bin" / "biome"
    except pytest.skip.Exception as skipped:
        print(f"Scripts and style sheets are not checked: {skipped}")
        return 0
    except pytest.fail.Exception as failed:
        print(f"Scripts and style sheets are not checked: {failed}")
        return 1
    command = ["node", program, "check", "--error-on-warnings", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
