"""Only shards are indexed of which pages have changed, and the rest stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explainer.build import pipeline
from explainer.build.options import BuildOptions
from explainer.output import search, shards
from tests.build.test_incremental import START, Site, build, contents, edit, with_search
from tests.output.search_site import installed

pytestmark = installed

OLD = "content/old.md"


@pytest.fixture
def site(tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site that was built, with a search."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START))
    with_search(monkeypatch)
    made = Site(tmp_path, templates, monkeypatch)
    made.compare()
    return made


@pytest.fixture
def made(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Has the number of each shard that is indexed."""
    numbers: list[int] = []
    index = search.index

    def counted(pagefind: Any, pages: Any, style: Any, number: int = 0, **options: Any) -> Any:
        numbers.append(number)
        return index(pagefind, pages, style, number, **options)

    monkeypatch.setattr(search, "index", counted)
    return numbers


def shard_of(site: Site, page: str) -> int:
    found = contents(site.root)
    count = sum(1 for name in found if name.startswith(search.FOLDER + "fragment/"))
    return shards.number(page, shards.count(count))


def test_a_site_has_several_shards(site: Site) -> None:
    names = [name for name in contents(site.root) if name.endswith(".pf_meta")]
    assert len({name.partition("_")[0] for name in names}) > 2


def test_a_word_concerns_one_shard(site: Site, made: list[int]) -> None:
    edit(site, OLD, "the school", "a school")
    build(site.root)
    assert made == [shard_of(site, "old/index.html")]
    made.clear()
    site.compare()
    assert len(made) == len(set(made)), "only those of the site to compare with"


def test_a_build_of_the_whole_site_makes_only_the_shards_of_what_differs(
    site: Site, made: list[int]
) -> None:
    edit(site, OLD, "2020-01-02", "2020-01-03")  # concerns lists
    build(site.root)
    assert set(made) <= {shard_of(site, "old/index.html")}
    made.clear()
    shutil.rmtree(site.root / ".explainer/state")
    build(site.root)
    assert made == []
    site.compare()


@pytest.mark.parametrize(
    "change",
    [
        lambda site: edit(site, "site.toml", 'menu = ["a"]', 'menu = ["b"]'),
        lambda site: edit(site, "site.toml", 'title = "Site"', 'title = "Another"'),
    ],
)
def test_what_is_around_the_text_is_not_indexed(
    site: Site, made: list[int], change: Callable[[Site], None]
) -> None:
    change(site)
    build(site.root)
    assert made == []
    site.compare()


def test_a_file_that_is_gone_is_made_again(site: Site, made: list[int]) -> None:
    name = next(n for n in contents(site.root) if n.endswith(".pf_index"))
    (site.root / "_site" / name).unlink()
    build(site.root)
    assert len(made) == 1
    site.compare()


def test_a_shard_without_pages_is_left_out(site: Site, made: list[int]) -> None:
    for name in ("old", "c", "b"):
        (site.root / f"content/{name}.yaml").unlink(missing_ok=True)
        (site.root / f"content/{name}.md").unlink()
        site.compare()


def test_a_file_of_the_authors_is_not_replaced(site: Site) -> None:
    own = site.root / "static" / search.LIST
    own.parent.mkdir(parents=True)
    own.write_text("{}")
    site.compare()
    edit(site, OLD, "the school", "a school")
    site.compare()
    assert contents(site.root)[search.LIST] == b"{}"
    own.unlink()
    site.compare()


def test_without_search_nothing_stays(site: Site) -> None:
    assert not pipeline.build_site(site.root, BuildOptions(jobs=1, search=False)).failed
    assert not [name for name in contents(site.root) if name.startswith(search.FOLDER)]
    site.compare()


def test_several_processes_give_the_same(site: Site, made: list[int]) -> None:
    before = contents(site.root)
    shutil.rmtree(site.root / ".explainer/state")
    assert not pipeline.build_site(site.root, BuildOptions(jobs=3, clean=True)).failed
    assert len(made) > 2
    assert contents(site.root) == before
