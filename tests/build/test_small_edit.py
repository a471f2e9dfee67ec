"""An edit that only an article's own pages show makes only these, and gives what a build gives."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from explainer.build import pages, pipeline, store
from explainer.build.options import BuildOptions
from explainer.build.site import LoadResult
from explainer.build.thin import thin
from explainer.model.article import Annotation, Article, Digests, LaterBody, NoteView, Passage
from explainer.model.documents import RoutedDocument
from explainer.model.site import ClaimRef
from explainer.output.stage import StagedFile, StageWriter
from explainer.render.page_view import sheets_of
from explainer.render.renderer import article_files
from explainer.site import index, routes, sheets
from tests.build import edits
from tests.build.test_incremental import START, Site, build, contents, edit
from tests.helpers import folders

SITES = Path(__file__).parent.parent / "sites"
OLD = "content/old.md"
NOTES = "content/old.yaml"


@pytest.fixture
def site(tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site that was built."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START))
    monkeypatch.setattr(sheets, "MOST", 2)
    made = Site(tmp_path, templates, monkeypatch)
    edit(made, "site.toml", "entries = 2", "entries = 1")
    edit(made, "content/b.yaml", "by: ANN example", "by: ann")
    build(made.root)
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


@contextmanager
def putting(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Yield the paths of the files that are rendered and staged meanwhile."""
    put, stage = set[str](), StageWriter.put

    def recorded(writer: StageWriter, name: str, content: bytes) -> StagedFile:
        put.add(name)
        return stage(writer, name, content)

    with monkeypatch.context() as patch:
        patch.setattr(StageWriter, "put", recorded)
        yield put


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


RETOLD = {
    "a title": (OLD, "An old one", "An older one"),
    "a title of a chapter": ("content/c.md", "Chapter C", "Chapter Three"),
    "a title of a rival": ("content/b.md", "Article B", "Another article"),
    "a claim": ("content/b.yaml", "The budget is large", "The budget is small"),
    "a claim of a page in the menu": ("content/a.yaml", "The river rose.", "The river fell."),
    "a fact": ("content/b.yaml", "    rating:", "    fact: It is not.\n    rating:"),
    "a review": ("content/a.yaml", "review: It did.", "review: It did so."),
    "a question": ("content/b.yaml", "Which market?", "What market?"),
    "a summary": ("content/b.md", "title:", "summary: Not new.\ntitle:"),
}


@pytest.mark.parametrize("write", [True, pytest.param(False, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("path", "old", "new"), RETOLD.values(), ids=RETOLD)
def test_texts_that_other_pages_show(
    site: Site,
    planned: list[object],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    old: str,
    new: str,
    write: bool,
) -> None:
    """Only the article, those that refer to it, and lists with other rows are made again."""
    if "summary" in new:  # a line more or less is no small edit
        edit(site, path, old, new)
        old, new = "Not new.", "Rather old."
        build(site.root)
    build(site.root, write=write)
    before = contents(site.root)
    edit(site, path, old, new)
    planned.clear()
    with putting(monkeypatch) as put:
        build(site.root, write=write)
    assert not planned
    if write:
        after = contents(site.root)
        changed = {name for name in before | after if before.get(name) != after.get(name)}
        assert path.removeprefix("content/").partition(".")[0] + "/index.html" in changed
        articles = {f"{name}/" for name in ("a", "b", "c", "old")}
        assert {name for name in put - changed if not name.startswith(tuple(articles))} <= {
            "feed.xml",
            "claims/feed.xml",
        }
    site.compare(write=write)
    edit(site, path, new, old)
    site.compare(write=write)


def test_texts_that_change_again_and_again(site: Site, planned: list[object]) -> None:
    for old, new in (("An old one", "One"), ("One", "Two"), ("the school", "a school")):
        edit(site, OLD, old, new)
        build(site.root)
    for old, new in (("The budget is", "Budgets are"), ("Budgets are", "A budget is")):
        edit(site, "content/b.yaml", old, new)
        build(site.root)
    assert not planned
    site.compare()


def test_a_whole_build_after_a_small_one_renders_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(site, OLD, "An old one", "An older one")
    edit(site, "content/b.yaml", "The budget is large", "The budget is small")
    build(site.root)
    shutil.rmtree(site.root / ".explainer/state")
    with putting(monkeypatch) as rendered:
        build(site.root)
    made = "assets/", "pagefind/", "feed.xml", "robots.txt", "sitemap.xml", "claims/feed.xml"
    assert [name for name in rendered if not name.startswith(made)] == []


MOVED = {
    "a rating": ("content/a.yaml", "rating: true", "rating: mixed"),
    "a rating that a rival's page shows": ("content/b.yaml", "rating: false", "rating: true"),
    "a date of a claim": ("content/a.yaml", "date: 2026-01-01", "date: 2026-04-04"),
    "the day of a rating": ("content/a.yaml", "checked: 2026-03-03", "checked: 2026-05-05"),
    "an earlier rating": ("content/a.yaml", "review: Once.", "review: At first."),
    "a rating and a title": ("content/b.yaml", "rating: false", "rating: mixed"),
}


@pytest.mark.parametrize(("path", "old", "new"), MOVED.values(), ids=MOVED)
def test_claims_that_are_elsewhere_in_lists(
    site: Site,
    planned: list[object],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    old: str,
    new: str,
) -> None:
    """No page of a source is made, and no other article but those that show the claim."""
    more = "date: 2026-01-01", "checked: 2026-03-03", "history:", "- rating: false"
    more = (*more, "  date: 2026-01-01", "  review: Once.")
    edit(site, "content/a.yaml", "review: It did.", "\n    ".join(("review: It did.", *more)))
    site.compare()
    assert "error" not in build(site.root).text
    planned.clear()
    edit(site, path, old, new)
    if new == "rating: mixed" and path == "content/b.yaml":  # the last of these
        edit(site, "content/b.md", "Article B", "Another article")
    with putting(monkeypatch) as put:
        build(site.root)
    assert not planned
    retold = "Another article" in (site.root / "content/b.md").read_text()
    needless = "d/", "old/", "assets/", *(() if retold else ("sources/",))
    assert put
    assert not [name for name in put if name.startswith(needless)]
    site.compare()
    planned.clear()
    for before, after in ((new, old), (old, new)):
        edit(site, path, before, after)
        build(site.root)
    edit(site, OLD, "An old one", "An older one")
    build(site.root)
    assert not planned
    site.compare()


WIDE = {
    "a title in the menu": ("content/a.md", "Article A", "The article"),
    "a title in another file's problem": (OLD, "title:", "title: &one"),
    "a date": (OLD, "2020-01-02", "2020-01-03"),
    "a draft": (OLD, "date:", "draft: true\ndate:"),
    "a heading": (OLD, "A letter", "## Winter\n\nA letter"),
    "a picture": (OLD, "A letter", "![A picture](p.png)\n\nA letter"),
    "a formula": (OLD, "A letter", "A `code`.\n\n```python\nx\n```\n\nA letter"),
    "an allowed remark": (NOTES, "note: Cold.", "note: Cold., allow: [{code: x, reason: y}]"),
    "an error": (NOTES, "quote: A letter", "quote: A lettr"),
    "a source": (NOTES, "[shared]", "[spare]"),
    "a speaker": ("content/a.yaml", "by: ann", "by: Bob"),
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


@pytest.mark.parametrize(("path", "old", "new"), MOVED.values(), ids=MOVED)
def test_a_check_of_claims_that_are_elsewhere_in_lists(
    site: Site, planned: list[object], path: str, old: str, new: str
) -> None:
    more = "review: It did.", "date: 2026-01-01", "checked: 2026-03-03", "history:"
    more = (*more, "- rating: false", "  date: 2026-01-01", "  review: Once.")
    edit(site, "content/a.yaml", "review: It did.", "\n    ".join(more))
    site.compare(write=False)
    for before, after in ((old, new), (new, old)):
        planned.clear()
        edit(site, path, before, after)
        build(site.root, write=False)
        assert not planned
        site.compare(write=False)
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
    return thin(article, LaterBody(lambda: article, sheets_of(article), Digests(b"")))


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


@pytest.mark.parametrize("name", ["", "chapters", "languages", "thirty"])
def test_pages_of_other_articles_show_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The pages of an article show only what is hashed of the articles to which it is related."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START))
    root = SITES / name if name else edits.put(tmp_path)
    site = pipeline.load_site(root, BuildOptions(write=False, jobs=1)).site
    assert site
    renderer, related = site.renderer(), 0
    for article in site.index.articles:
        around = renderer.relations(article)
        others = replace(
            around,
            above=tuple(map(blank, around.above)),
            previous=around.previous and blank(around.previous),
            next=around.next and blank(around.next),
            chapters=tuple(map(blank, around.chapters)),
            rivals={
                address: tuple(
                    ref if ref.article is article else ClaimRef(blank(ref.article), ref.claim)
                    for ref in refs
                )
                for address, refs in around.rivals.items()
            },
        )
        related += around != others
        one, two = (article_files(renderer.context, each) for each in (around, others))
        assert [file.make() for file in one] == [file.make() for file in two]
    assert related or name in ("languages", "thirty")


LIBRARY = {
    "an entry that one article names": ("The shared", "A shared", {"a", "old"}),
    "an entry that none names": ("title: Spare", "title: Sparse", set()),
    "a new entry": ("people:", "  new: {title: New}\npeople:", {"a", "b"}),  # a person is elsewhere
    "a person": ("role: witness", "role: mayor", {"a", "b"}),
}


@pytest.mark.parametrize(("old", "new", "names"), LIBRARY.values(), ids=LIBRARY)
def test_the_library_concerns_those_that_name_its_entries(
    site: Site, monkeypatch: pytest.MonkeyPatch, old: str, new: str, names: set[str]
) -> None:
    made, make = set[str](), store.make_article

    def counted(document: RoutedDocument, *rest: Any) -> object:
        made.add(Path(document.path).stem)
        return make(document, *rest)

    monkeypatch.setattr(store, "make_article", counted)
    edit(site, "content/_library.yaml", old, new)
    build(site.root)
    assert made == names
    site.compare()
