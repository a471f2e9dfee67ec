"""What users install: the sdist and the wheel, and environments with nothing else in them."""

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
    """Run a command isolated from the checkout and from this environment."""
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
    """Skip a test because this machine lacks something; in CI, fail."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


@dataclass(frozen=True)
class Packed:
    """The files of a release."""

    sdist: Path
    wheel: Path


def build(kind: str, source: Path, into: Path) -> Path:
    """Build an `sdist` or `wheel` from a folder of sources, and return the file."""
    command = (sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", into)
    built = run(*command, source, cwd=into)
    assert built.returncode == 0, built.stdout + built.stderr
    (file,) = into.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return file


def packed(folder: Path) -> Packed:
    """Build both from the checkout into a folder, or use those that are about to be released."""
    if given := os.environ.get("EXPLAINER_DIST"):
        (sdist,), (wheel,) = (Path(ROOT, given).glob(each) for each in ("*.tar.gz", "*.whl"))
        return Packed(sdist, wheel)
    return Packed(build("sdist", ROOT, folder), build("wheel", ROOT, folder))


def environment(folder: Path, wheel: Path) -> Path:
    """Create an environment with a wheel and its dependencies; return its folder of programs."""
    made = run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    assert made.returncode == 0, made.stdout + made.stderr
    programs = folder / PROGRAMS
    pip = (sys.executable, "-m", "pip", "--python", programs / "python", "install")
    pip = (*pip, "--quiet", "--no-compile", "--disable-pip-version-check")
    pinned = run(*pip, "--require-hashes", "-r", ROOT / "requirements/run.txt", cwd=folder)
    if pinned.returncode:
        missing(f"pip could not fetch requirements/run.txt:\n{pinned.stderr}")
    # Fetch nothing else: all dependencies of the wheel are pinned.
    done = run(*pip, "--no-index", wheel, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return programs


def constraints(folder: Path) -> dict[str, str]:
    """Return environment variables that make installers use our pinned versions.

    Hashes are left out: with any hash, pip would also require one for our own file. The build
    backend is among the pins for tests.
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
    """Return the pinned versions of explainer's dependencies, by name."""
    text = (ROOT / "requirements/run.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w-]+)==([^\s;]+)", text, re.MULTILINE))
