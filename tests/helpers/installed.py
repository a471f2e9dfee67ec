"""The sdist and the wheel, and environments that have nothing else: what users install."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from tests import ROOT

PROGRAMS = "Scripts" if os.name == "nt" else "bin"
"""The folder of an environment's programs."""


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command that knows nothing of the checkout or of this environment."""
    known = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**known, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def missing(why: str) -> NoReturn:
    """Skip a test for what this machine does not have; in CI it fails."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


@dataclass(frozen=True)
class Packed:
    """What a release consists of."""

    sdist: Path
    wheel: Path


def build(kind: str, source: Path, into: Path) -> Path:
    """Build a `sdist` or `wheel` from a folder of sources; gives the file."""
    command = (sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", into)
    built = run(*command, source, cwd=into)
    assert built.returncode == 0, built.stdout + built.stderr
    (file,) = into.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return file


def packed(folder: Path) -> Packed:
    """Build both from the checkout, into a folder; or take those that are to be released."""
    if given := os.environ.get("EXPLAINER_DIST"):
        (sdist,), (wheel,) = (Path(ROOT, given).glob(each) for each in ("*.tar.gz", "*.whl"))
        return Packed(sdist, wheel)
    return Packed(build("sdist", ROOT, folder), build("wheel", ROOT, folder))


def environment(folder: Path, wheel: Path) -> Path:
    """Make an environment with a wheel, and all that it needs; gives its folder of programs."""
    made = run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    assert made.returncode == 0, made.stdout + made.stderr
    programs = folder / PROGRAMS
    pip = (sys.executable, "-m", "pip", "--python", programs / "python", "install")
    pip = (*pip, "--quiet", "--no-compile", "--disable-pip-version-check")
    pinned = run(*pip, "--require-hashes", "-r", ROOT / "requirements/run.txt", cwd=folder)
    if pinned.returncode:
        missing(f"pip could not fetch requirements/run.txt:\n{pinned.stderr}")
    # Nothing more may be fetched: what the wheel needs is among the pins.
    done = run(*pip, "--no-index", wheel, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return programs


def constraints(folder: Path) -> dict[str, str]:
    """Give what has installers take our pinned versions, as environment variables.

    Without their hashes: one hash would make pip ask for that of our own file. The pins for tests
    have the build's backend.
    """
    files = {}
    for name in ("run", "test"):
        text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
        lines = re.findall(r"^\w.*?==.*?(?= *\\?$)", text, re.MULTILINE)
        files[name] = folder / f"{name}.txt"
        files[name].write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {
        "PIP_CONSTRAINT": str(files["test"]),
        "UV_CONSTRAINT": str(files["run"]),
        "UV_BUILD_CONSTRAINT": str(files["test"]),
    }


def pins() -> dict[str, str]:
    """The pinned versions of all that explainer needs, by name."""
    text = (ROOT / "requirements/run.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w-]+)==([^\s;]+)", text, re.MULTILINE))
