"""Fixtures: a site, its output folder, and a built site with search."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.model.report import as_text
from explainer.output import search
from tests.output.search_site import PROGRAM, build


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    for name in ("content", "static", "themes/mine"):
        (site / name).mkdir(parents=True)
    (site / "site.toml").write_text("title = 'x'\n")
    return site


@pytest.fixture
def output(site: Path) -> Path:
    return site / "_site"


@pytest.fixture(scope="module", autouse=True)
def _with_search():
    """Enable search as if the extra is installed (see tests/conftest.py)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_program", lambda: PROGRAM)
        yield


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    output, result = build(tmp_path_factory.mktemp("search"))
    assert as_text(result.problems, result.texts, color=False) == ""
    return output
