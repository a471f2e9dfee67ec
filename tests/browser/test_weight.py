"""The size of a page: at most 60 KB (of 1,024 bytes) before compression."""

from __future__ import annotations

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

MOST = 60 * 1024


def test_an_annotated_article_of_a_thousand_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTML, CSS, and scripts together, with every file that the page references."""
    monkeypatch.setattr(
        search, "_program", lambda: PROGRAM
    )  # pages in the search index have extra attributes
    monkeypatch.setattr(sys, "path", [str(ROOT / "bench"), *sys.path])
    import generate

    generate.write_site(tmp_path, 1, words=925, annotations=12)
    assert not build_site(tmp_path, BuildOptions(jobs=1)).problems
    page = tmp_path / "_site/article-00000/index.html"
    html = page.read_text(encoding="utf-8")
    text = html[html.index('<div class="text">') : html.index("</article>")]
    bare = re.sub(r"(?s)<aside.*?</aside>|<sup.*?</sup>|<[^>]*>", "", text)
    assert 1000 <= len(bare.split()) < 1020
    collection = json.loads(page.with_name("annotations.json").read_bytes())
    assert collection["total"] == 12
    named = re.findall(
        r'<link rel="stylesheet".*? href="([^"?]+)|<script defer src="([^"?]+)', html
    )
    files = [page, *(page.parent / (style or script) for style, script in named)]
    assert len(files) >= 3
    weights = {file.name: file.stat().st_size for file in files}
    assert sum(weights.values()) <= MOST, weights
