"""A site that may soon be too large for GitHub Pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build import pages
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site


@pytest.fixture(name="site")
def _site(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "static").mkdir()
    (tmp_path / "site.toml").write_text('title = "A site"\n', encoding="utf-8")
    (tmp_path / "content/a.md").write_text("# A title\n\nWords.\n", encoding="utf-8")
    (tmp_path / "static/film.bin").write_bytes(bytes(3_000_000))
    return tmp_path


def codes(site: Path) -> list[str]:
    return [problem.code for problem in build_site(site, BuildOptions(clean=True)).problems]


def test_half_of_the_limit_is_a_remark(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGES_LIMIT", 6_000_000)
    (problem,) = build_site(site, BuildOptions()).problems
    assert (problem.code, problem.severity) == ("large-site", "info")
    assert problem.location.path == "_site"
    assert problem.message == "the site has 3 MB, and GitHub Pages publishes at most 1 GB"


def test_less_is_none(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGES_LIMIT", 8_000_000)
    assert codes(site) == []


def test_it_can_be_allowed(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGES_LIMIT", 6_000_000)
    with (site / "site.toml").open("a", encoding="utf-8") as file:
        file.write('[[allow]]\ncode = "large-site"\nreason = "It is on our own server."\n')
    assert codes(site) == []
