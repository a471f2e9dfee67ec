"""Files from the source packages of other projects, fetched into `node_modules/` beside npm's."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pytest

from tests.helpers.npm import FETCHED


@contextmanager
def source(name: str, version: str, path: str) -> Iterator[IO[bytes]]:
    """Open a file of a package's source distribution, which is downloaded if it is not there.

    If that fails, the test is skipped; in CI, it fails.
    """
    whole = f"{name}-{version}"
    archive = FETCHED / f"{whole}.tar.gz"
    if not archive.is_file():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--no-binary", name, "--dest", str(FETCHED), f"{name}=={version}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            why = f"pip could not fetch {whole}:\n{done.stderr}"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    with tarfile.open(archive) as files:
        file = files.extractfile(f"{whole}/{path}")
        assert file
        yield file
