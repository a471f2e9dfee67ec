"""Options that override site.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.render import cards

SETTINGS = """\
title = "A site"
url = "https://example.org/"

[search]
enabled = true

[images]
cards = true
"""


@pytest.fixture(name="site")
def _site(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "site.toml").write_text(SETTINGS, encoding="utf-8")
    text = "---\ntitle: A title\ndate: 2024-01-01\n---\n\nWords.\n"
    (tmp_path / "content/a.md").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(not cards.is_installed(), reason="the extra `images` is not installed")
@pytest.mark.parametrize("wanted", [True, False])
def test_cards_can_be_left_out(site: Path, wanted: bool) -> None:
    assert not build_site(site, BuildOptions(cards=wanted, search=False)).problems
    assert (site / "_site/a/card.png").exists() is wanted
    page = (site / "_site/a/index.html").read_text(encoding="utf-8")
    assert ("og:image" in page) is wanted


@pytest.mark.parametrize("wanted", [True, False])
def test_the_search_can_be_left_out(site: Path, wanted: bool) -> None:
    built = build_site(site, BuildOptions(cards=False, search=wanted))
    # Tests have no Pagefind, which is reported if the site wants a search.
    assert [problem.code for problem in built.problems] == ["search-missing"] * wanted
