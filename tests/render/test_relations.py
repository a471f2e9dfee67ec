"""What an article's pages take from the rest of the site, and that they take nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from explainer.build.options import BuildOptions
from explainer.build.pipeline import load_site
from explainer.model.article import Article
from explainer.render.views import relations
from tests.helpers import folders
from tests.helpers.articles import Maker, dozen, rich, site_index
from tests.site.test_navigation import FILES, GUIDE


def around(article: Article, *articles: Article) -> object:
    """Return what `article` takes from `articles`, as far as pages show it."""
    index = site_index(*articles)
    return relations(index, article)


def test_rivals_and_topics() -> None:
    assert around(rich(), rich(), dozen()) == around(rich(), rich())
    rated = Maker()
    rated.claim("no-call", "Nothing at all.", "false", rivals=("call-happened",))
    claim = rated.annotations[0]
    changed = replace(
        rich(),
        annotations=tuple(claim if a.id == claim.id else a for a in rich().annotations),
    )
    assert around(rich(), changed) != around(rich(), rich())


def test_chapters(tmp_path: Path) -> None:
    def shown(files: Mapping[str, str]) -> dict[str, object]:
        site = load_site(folders.put(tmp_path, files), BuildOptions(jobs=1)).site
        assert site
        found = {}
        for article in site.index.articles:
            of = relations(site.index, article)
            linked = (*of.above, *filter(None, (of.previous, of.next)))
            found[article.address] = (
                [(a.address, a.front.title, a.language) for a in linked],
                [(a.address, a.front.title) for a in of.chapters],
                of.topics,
                of.related,
            )
        return found

    def changed(name: str, content: str) -> set[str]:
        now = shown({**FILES, name: content})
        return {address for address in before if now[address] != before[address]}

    before = shown(FILES)
    assert changed("content/alone.md", "---\ntitle: Lonely\n---\n") == set()
    turned = GUIDE.replace("start.md, part", "part, start.md")
    start, part, inner, end = (f"/guide/{name}/" for name in ("start", "part", "inner", "end"))
    assert changed("content/guide/index.md", turned) == {"/guide/", start, part, end}
    renamed = FILES["content/guide/part.md"].replace("Part", "Piece")
    assert changed("content/guide/part.md", renamed) == {"/guide/", start, inner, end}
    renamed = GUIDE.replace("Guide", "Manual")
    assert changed("content/guide/index.md", renamed) == {start, part, inner, end}
