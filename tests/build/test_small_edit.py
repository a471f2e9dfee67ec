"""An edit that only an article's own pages show makes only these, and gives what a build gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from explainer.build import pages, pipeline
from explainer.build.options import BuildOptions
from explainer.build.site import LoadResult
from explainer.build.thin import thin
from explainer.model.article import Annotation, Article, Digests, LaterBody, NoteView, Passage
from explainer.render.page_view import sheets_of
from explainer.site import index, routes, sheets
from tests.build import edits
from tests.build.test_incremental import START, Site, build
from tests.helpers import folders

SITES = Path(__file__).parent.parent / "sites"
OLD = "content/old.md"
NOTES = "content/old.yaml"


@pytest.fixture
def site(tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site that was built."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START))
    made = Site(tmp_path, templates, monkeypatch)
    edit(made, "site.toml", "entries = 2", "entries = 1")
    edit(made, "content/b.yaml", "by: ANN example", "by: ann")
    made.compare()
    return made


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Has an entry for each whole build."""
    plans: list[object] = []
    assign = routes.assign_addresses

    def counted(files: Any, *rest: Any) -> Any:
        plans.append(files)
        return assign(files, *rest)

    monkeypatch.setattr(routes, "assign_addresses", counted)
    return plans


def edit(site: Site, path: str, old: str, new: str) -> None:
    file = site.root / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))


SMALL = {
    "a word": (OLD, "the school", "a school"),
    "a paragraph": (OLD, "market.\n", "market.\n\nIt was cold.\n"),
    "a paragraph above": (OLD, "The budget", "It was cold.\n\nThe budget"),
    "a note": (NOTES, "A *note*", "Another *note*"),
    "lines of a file": (NOTES, "notes:\n", "# a comment\n\nnotes:\n"),
    "a problem": (OLD, "the market", "the [market](b.html)"),
    "a placeholder": (OLD, "market.", "market. Lorem ipsum."),
    "the newest": ("content/b.md", "Words of", "Letters of"),
    "a chapter": ("content/c.md", "The record", "A record"),
}


@pytest.mark.parametrize(("path", "old", "new"), SMALL.values(), ids=SMALL)
def test_only_its_own_pages_are_made(
    site: Site, planned: list[object], path: str, old: str, new: str
) -> None:
    edit(site, path, old, new)
    before = folders.contents(site.root / "_site")
    build(site.root)
    assert not planned
    after = folders.contents(site.root / "_site")
    changed = {name for name in before.keys() | after if before.get(name) != after.get(name)}
    own = path.removeprefix("content/").rpartition(".")[0]
    more = "feed.xml", "pagefind/", ".explainer"
    assert all(name.startswith((f"{own}/", *more)) for name in changed)
    site.compare()
    edit(site, path, new, old)
    build(site.root)
    site.compare()
    assert len(planned) == 2  # the two to compare with


@pytest.mark.parametrize(("path", "old", "new"), SMALL.values(), ids=SMALL)
def test_a_check(site: Site, planned: list[object], path: str, old: str, new: str) -> None:
    build(site.root, write=False)
    edit(site, path, old, new)
    planned.clear()
    build(site.root, write=False)
    assert not planned
    site.compare(write=False)
    edit(site, path, new, old)
    site.compare(write=False)
    assert len(planned) == 2  # the two to compare with


WIDE = {
    "a title": (OLD, "An old one", "An older one"),
    "a date": (OLD, "2020-01-02", "2020-01-03"),
    "a draft": (OLD, "date:", "draft: true\ndate:"),
    "a heading": (OLD, "A letter", "## Winter\n\nA letter"),
    "a picture": (OLD, "A letter", "![A picture](p.png)\n\nA letter"),
    "a formula": (OLD, "A letter", "A `code`.\n\n```python\nx\n```\n\nA letter"),
    "an allowed remark": (NOTES, "note: Cold.", "note: Cold., allow: [{code: x, reason: y}]"),
    "an error": (NOTES, "quote: A letter", "quote: A lettr"),
    "a source": (NOTES, "[shared]", "[spare]"),
    "a claim": ("content/a.yaml", "The river rose.", "The river fell."),
    "the home page": ("content/index.md", "Welcome", "Hello"),
    "the library": ("content/_library.yaml", "The shared", "A shared"),
    "a copied file": ("static/file.txt", "A file", "The file"),
}


@pytest.mark.parametrize(("path", "old", "new"), WIDE.values(), ids=WIDE)
def test_other_edits_build_the_site(
    site: Site, planned: list[object], path: str, old: str, new: str
) -> None:
    edit(site, path, old, new)
    build(site.root)
    assert len(planned) == 1
    site.compare()


def test_a_problem_elsewhere_that_names_the_line(site: Site, planned: list[object]) -> None:
    """A link to a part that does not exist is found by comparing articles."""
    edit(site, OLD, "the market", "the [market](b.md#nowhere)")
    site.compare()
    planned.clear()
    edit(site, OLD, "The budget", "It was cold.\n\nThe budget")
    build(site.root)
    assert len(planned) == 1
    site.compare()


def test_the_report_quotes_lines_as_they_are(site: Site, planned: list[object]) -> None:
    edit(site, OLD, "the market.", "the [market](b.html).")
    site.compare()
    edit(site, OLD, "(b.html).", "(b.html)!")
    planned.clear()
    assert "(b.html)!" in build(site.root).text
    assert not planned
    site.compare()


@pytest.mark.parametrize("grows", [False, True])
def test_a_site_whose_size_is_reported(
    site: Site, planned: list[object], monkeypatch: pytest.MonkeyPatch, *, grows: bool
) -> None:
    monkeypatch.setattr(pages, "PAGES_LIMIT", 1000)
    edit(site, "site.toml", "entries = 1", "entries = 2")
    site.compare()
    planned.clear()
    assert "large-site" in build(site.root).text
    edit(site, OLD, "the school", "words " * 200_000 if grows else "a school")
    assert "large-site" in build(site.root).text
    assert len(planned) == (1 if grows else 0)
    site.compare()


def test_two_edits_one_after_the_other(site: Site, planned: list[object]) -> None:
    edit(site, OLD, "the school", "a school")
    build(site.root)
    edit(site, "content/c.md", "The record", "A record")
    build(site.root)
    assert not planned
    site.compare()


def test_other_options_between(site: Site, planned: list[object]) -> None:
    pipeline.build_site(site.root, BuildOptions(drafts=True, jobs=1))
    planned.clear()
    edit(site, OLD, "the school", "a school")
    build(site.root)
    assert len(planned) == 1
    site.compare()


# --- what other pages show -----------------------------------------------------------------------


def blank(article: Article) -> Article:
    """Return an article without what only its own pages may show."""
    nowhere = Passage(0, 0, "", "", "", 0, "")

    def bare(one: Annotation) -> Annotation:
        if isinstance(one, NoteView):
            one = replace(one, html=Markup())
        return replace(one, passage=one.passage and nowhere)

    new = {each.id: bare(each) for each in article.annotations}
    return replace(
        article,
        body=(),
        words=0,
        length=0,
        headings=(),
        annotations=tuple(new.values()),
        sources=tuple(
            replace(
                source,
                uses=tuple(replace(u, annotation=new[u.annotation.id]) for u in source.uses),
            )
            for source in article.sources
        ),
    )


def in_memory(article: Article) -> Article:
    """Return an article as builds have it in memory."""
    return thin(article, LaterBody(lambda: article, sheets_of(article), Digests(b"", b"")))


def site_files(loaded: LoadResult) -> dict[str, bytes]:
    """Return the files of a site that are not an article's."""
    assert loaded.site
    files = loaded.site.renderer().site_files(loaded.site.aliases)
    return {file.path: file.make().content for file in files}


@pytest.mark.parametrize("bare", [blank, in_memory])
@pytest.mark.parametrize("name", ["", "chapters", "languages", "thirty"])
def test_other_pages_show_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, bare: Callable[[Article], Article]
) -> None:
    """All but the home page and the feed of articles show only what is hashed.

    These two are made from whole articles, which are not in memory.
    """
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START))
    monkeypatch.setattr(sheets, "MOST", 2)
    root = SITES / name if name else edits.put(tmp_path)
    options = BuildOptions(write=False, jobs=1)
    whole = pipeline.load_site(root, options)
    make: Callable[..., Any] = index.index

    def of_blank(articles: Iterable[Article], *rest: Any) -> Any:
        return make([a if a.address == "/" else bare(a) for a in articles], *rest)

    monkeypatch.setattr(index, "index", of_blank)
    other = pipeline.load_site(root, options)
    one, two = site_files(whole), site_files(other)
    if bare is blank:
        assert (one.pop("feed.xml") != two.pop("feed.xml")) or name
    assert one == two
    assert whole.problems == other.problems
