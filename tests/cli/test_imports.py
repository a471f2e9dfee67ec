"""Commands start quickly, because they import only what they use.

This holds modules, not times, which depend on the machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

PROGRAM = """
import sys
from explainer.cli import main
try:
    main(sys.argv[1:], "explainer")
finally:
    print("imported", *sys.modules)
"""
LARGE = {"asyncio", "email", "http", "logging.config", "ssl", "unittest", "urllib.request"}
"""Large modules of the standard library."""
ENGINE = {"jinja2", "markdown_it", "yaml", "pydantic", "pydantic_core", "explainer.build.pipeline"}
SERVER = {"starlette", "uvicorn", "websockets", "httpx", "watchfiles"}
TOOLS = {"PIL", "pygments", "latex2mathml"}


def imported(*arguments: str, site: Path) -> set[str]:
    """Run a command with the site's folder as the current one, and return what it imported."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1700000000"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=site,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.rpartition("imported ")[2].split())


@pytest.fixture(name="site")
def _site(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "site.toml").write_text('title = "Small"\n', encoding="utf-8")
    (tmp_path / "content/a.md").write_text("# A title\n\nSome words.\n", encoding="utf-8")
    (tmp_path / "content/a.yaml").write_text(
        "notes:\n  - quote: Some words\n    note: A note.\n", encoding="utf-8"
    )
    return tmp_path


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("build", "--help")])
def test_help_and_version_import_nothing_large(arguments: tuple[str, ...], site: Path) -> None:
    assert not imported(*arguments, site=site) & (LARGE | ENGINE | SERVER | TOOLS)


def test_one_command_does_not_import_another(site: Path) -> None:
    others = {f"explainer.cli.{name}" for name in ("scaffold", "exchange", "reanchor")}
    assert not imported("--version", site=site) & {"explainer.cli.build", *others}
    assert not imported("build", "--help", site=site) & others


def test_a_build_imports_neither_pydantic_nor_a_server(site: Path) -> None:
    assert not imported("build", site=site) & (LARGE | SERVER | TOOLS | {"pydantic"})


def test_a_check_imports_neither_pydantic_nor_a_server(site: Path) -> None:
    assert not imported("check", site=site) & (LARGE | SERVER | TOOLS | {"pydantic"})
