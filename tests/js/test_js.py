"""Scripts: functions without the DOM, in node's test runner, and the bundles for pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from explainer.serve import bundle
from tests import ROOT

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def node() -> str:
    program = shutil.which("node")
    if program is None:
        why = "scripts are tested with node, and node is not installed"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    return program


def test_scripts(node: str) -> None:
    """Run `*.test.mjs`. A failure shows node's output."""
    files = sorted(HERE.glob("*.test.mjs"))
    assert files
    command = [node, "--test", *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^. pass [1-9]", done.stdout, re.MULTILINE), done.stdout


@pytest.mark.parametrize("name", ["live.js", "annotate.js"])
def test_a_bundled_script_is_valid(node: str, tmp_path: Path, name: str) -> None:
    """All its files share a scope, so a name declared in two of them is a syntax error."""
    script = tmp_path / name
    script.write_bytes(bundle.bundle(name))
    done = subprocess.run([node, "--check", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not re.search(rb"^(?:import|export)\b", script.read_bytes(), re.MULTILINE)


@pytest.mark.parametrize("name", ["live.css", "annotate.css"])
def test_a_bundled_style_sheet_is_valid(name: str) -> None:
    assert b"@import" not in bundle.bundle(name)


def test_every_file_is_in_one_bundle_once() -> None:
    entries = ("live.js", "annotate.js", "live.css", "annotate.css")
    joined = b"".join(bundle.bundle(name) for name in entries)
    for path in bundle.CLIENT.rglob("*.*"):
        first = path.read_bytes().splitlines()[0]
        assert first.startswith((b"//", b"/*")), f"{path} does not say what it is for"
        assert joined.count(first) in (1, 2 if path.parent.name == "shared" else 1), path
