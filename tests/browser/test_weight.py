"""The weight of pages and of what they load, in bytes; a KB has 1,024."""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.output import search
from tests import ROOT
from tests.conftest import PROGRAM

KB = 1024
FILES = re.compile(r'<link rel=stylesheet.*? href="([^"?]+)|<script defer src="([^"?]+)')


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of an article of 1,000 words with 12 annotations."""
    folder = tmp_path_factory.mktemp("weight")
    with pytest.MonkeyPatch.context() as patch:
        # Pages in the search index have extra attributes.
        patch.setattr(search, "_program", lambda: PROGRAM)
        patch.setattr(sys, "path", [str(ROOT / "bench"), *sys.path])
        import generate

        generate.write_site(folder, 1, words=925, annotations=12)
        assert not build_site(folder, BuildOptions(jobs=1)).problems
    return folder / "_site/article-00000/index.html"


def loaded(page: Path) -> list[Path]:
    """Return the style sheets and scripts of a page."""
    named = FILES.findall(page.read_text(encoding="utf-8"))
    return [page.parent / (style or script) for style, script in named]


def test_an_annotated_article_of_a_thousand_words(page: Path) -> None:
    html = page.read_text(encoding="utf-8")
    text = html[html.index("<div class=text>") : html.index("</article>")]
    bare = re.sub(r"(?s)<aside.*?</aside>|<sup.*?</sup>|<[^>]*>", "", text)
    assert 1000 <= len(bare.split()) < 1020
    assert json.loads(page.with_name("annotations.json").read_bytes())["total"] == 12
    weights = {file.name: file.stat().st_size for file in (page, *loaded(page))}
    assert weights.keys() == {"index.html", "style.css", "print.css", "script.js"}
    assert weights["index.html"] <= 32 * KB
    assert len(gzip.compress(page.read_bytes())) <= 8 * KB
    assert sum(weights.values()) <= 59 * KB, weights


def test_what_all_pages_load(page: Path) -> None:
    """What a browser fetches once for a site, and needs before it shows a page, with gzip."""
    shown = [file for file in loaded(page) if file.name != "print.css"]
    assert sum(len(gzip.compress(file.read_bytes())) for file in shown) <= 9 * KB


def test_the_longest_example(own_site: Path) -> None:
    page = own_site / "kremlin-call/index.html"
    assert page.stat().st_size <= 85 * KB
    assert len(gzip.compress(page.read_bytes())) <= 18 * KB
