"""A build keeps little of each article in memory."""

from __future__ import annotations

import shutil
import tracemalloc
from pathlib import Path

import pytest

from bench.generate import write_site
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.article import LaterBody

MOST = 19_000
"""Bytes of memory for an article of the benchmark, in the process that starts others."""


@pytest.mark.slow
def test_the_memory_of_a_build_per_article(tmp_path: Path) -> None:
    few, many = (peak(tmp_path / str(number), number) for number in (60, 160))
    assert (many - few) / 100 < MOST


def test_articles_share_their_sets(tmp_path: Path) -> None:
    write_site(tmp_path / "site", 3)
    loaded = build_site(tmp_path / "site", BuildOptions(jobs=1, search=False, cards=False)).loaded
    assert loaded.articles
    articles = [result.article for _, result in loaded.articles.results]
    assert len({id(each.left_out) for each in articles}) == 1
    bodies = [each.body for each in articles if isinstance(each.body, LaterBody)]
    assert len(bodies) == 3
    assert len({id(each.sheets) for each in bodies}) == 1
    for document, result in loaded.articles.results:
        assert result.article.front is document.front
        assert result.article.path is document.path
    kinds = [one.kind for each in articles for one in each.annotations]
    assert len({id(kind) for kind in kinds}) == len(set(kinds))


def peak(site: Path, articles: int) -> int:
    """Return the most bytes in use while a site is built.

    The less of two builds: Python's tables of names double now and then, for all tests so far.
    """
    write_site(site, articles)
    settings = "\n[search]\nenabled = false\n\n[images]\ncards = false\nsizes = false\n"
    with (site / "site.toml").open("a") as file:
        file.write(settings)
    build_site(site, BuildOptions(jobs=2))  # loads what a first build needs
    return min(traced(site), traced(site))


def traced(site: Path) -> int:
    for made in ("_site", ".explainer"):
        shutil.rmtree(site / made)
    tracemalloc.start()
    try:
        assert not build_site(site, BuildOptions(jobs=2)).failed
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
