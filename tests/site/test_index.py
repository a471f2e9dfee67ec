"""explainer/site/index.py: the order of articles and claims, further reading, and chapters."""

from __future__ import annotations

from pathlib import Path

from explainer.build.options import BuildOptions
from explainer.build.pipeline import load_site
from explainer.model.site import SiteIndex
from explainer.site.index import IndexScope
from explainer.site.index import index as make_index
from tests.helpers import folders


def page(title: str, more: str = "") -> str:
    return f"---\ntitle: {title}\n{more}---\nWords.\n"


def index(root: Path, files: dict[str, str]) -> SiteIndex:
    folders.put(root, {"site.toml": 'title = "T"\n', **files})
    site = load_site(root, BuildOptions(jobs=1)).site
    assert site
    return site.index


def test_newest_first_then_by_address(tmp_path: Path) -> None:
    dates = {"a": "", "b": "2023-01-01", "c": "2024-01-01", "d": "2023-01-01", "e": ""}
    files = {f"content/{n}.md": page(n, f"date: {d}\n" if d else "") for n, d in dates.items()}
    files["content/a.yaml"] = (
        "claims:\n- {id: old, claim: C, rating: 'true', date: 2020}\n"
        "- {id: none, claim: C, rating: 'true'}\n"
        "- {id: new, claim: C, rating: 'true', date: 2022-05}\n"
    )
    files["content/c.yaml"] = "claims: [{id: middle, claim: C, rating: 'true', date: 2021}]\n"
    found = index(tmp_path, files)
    assert [article.front.title for article in found.articles] == ["c", "b", "d", "a", "e"]
    assert [ref.claim.id for ref in found.claims] == ["new", "middle", "old", "none"]


def test_further_reading(tmp_path: Path) -> None:
    related = "related:\n  - {title: Elsewhere, url: 'https://x.org/'}\n  - b\n  - draft\n  - /\n"
    files = {
        "content/a.md": page("A", related),
        "content/b.md": page("B", "slug: other\n"),
        "content/draft.md": page("D", "draft: true\n"),
        "content/index.md": page("Home"),
    }
    assert index(tmp_path, files).related == {
        "/a/": (("Elsewhere", "https://x.org/"), ("B", "/other/"), ("Home", "/")),
    }


def test_the_most_uses_of_a_source(tmp_path: Path) -> None:
    assert index(tmp_path / "none", {"content/a.md": page("A")}).most_uses == 0
    sources = "sources: {one: {title: One, url: 'https://one.example/'}, two: {title: Two}}\n"
    files = {f"content/{name}.md": page(name) for name in "ab"}
    files |= {
        f"content/{name}.yaml": f"{sources}notes: [{{quote: Words, note: N, sources: [{used}]}}]\n"
        for name, used in (("a", "one, two"), ("b", "one"))
    }
    assert index(tmp_path / "some", files).most_uses == 2


def test_chapters_of_a_document_without_a_page_are_left_out(tmp_path: Path) -> None:
    """While a document has errors, a preview has no page of it."""
    (article,) = index(tmp_path, {"content/a.md": page("A")}).articles
    chapters = {"content/broken.md": ["content/a.md"], "content/a.md": ["content/broken.md"]}
    found = make_index([article], IndexScope({}, chapters, {}.get))
    assert (found.index.chapters, found.index.parents) == ({article.address: ()}, {})
    assert found.problems == ()


def test_chapters_and_what_they_are_chapters_of(tmp_path: Path) -> None:
    files = {
        "content/book.md": page("Book", "chapters: [two, draft, one]\n"),
        "content/one.md": page("One"),
        "content/two.md": page("Two", "chapters: [deep]\n"),
        "content/deep.md": page("Deep"),
        "content/draft.md": page("Draft", "draft: true\nchapters: [alone]\n"),
        "content/alone.md": page("Alone"),
    }
    found = index(tmp_path, files)
    assert {a: [c.address for c in own] for a, own in found.chapters.items()} == {
        "/book/": ["/two/", "/one/"],
        "/two/": ["/deep/"],
    }
    parents = {address: parent.address for address, parent in found.parents.items()}
    assert parents == {"/two/": "/book/", "/one/": "/book/", "/deep/": "/two/"}
