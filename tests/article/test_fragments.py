"""Links to parts of pages, links without text or address, and where they are reported.

The exact text of all reports is in tests/invalid/bad-links.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.fallback import Kept, load_usable_site
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.markdown import link_positions
from explainer.markdown.parser import Markdown
from explainer.model.problems import Problem
from tests.helpers import folders

HEAD = "---\ntitle: T\n---\n"
SITE = {"site.toml": 'title = "T"\n', "content/b.md": HEAD + "# The call\n"}


@pytest.fixture
def root(tmp_path: Path, templates: Path) -> Path:
    return folders.with_cache(folders.put(tmp_path, SITE), templates)


def problems(root: Path) -> tuple[Problem, ...]:
    return build_site(root, BuildOptions(jobs=1, write=False)).problems


@pytest.mark.parametrize(
    "link",
    [
        *("b.md#the-call", "/b/#the-call", "b.md#", "#", "#top", "#own", "#mine", "#fn-1"),
        *("#fnref-1", "#note-n", "#ref-n", "#source-s", "#page-sources", "#:~:text=words"),
        *("b.md#:~:text=The%20call", "b.md#the-call:~:text=call", "/sources/#source-s"),
        *("https://example.org/#nothing", "?q=x#own", "b.md?q=x#the-call", "/claims/#anything"),
    ],
)
def test_existing_parts(link: str, root: Path) -> None:
    body = f"## Own\n\nSome `words`{{#mine}}.[^1]\n\n[a link]({link})\n\n[^1]: Note.\n"
    notes = "sources: {s: {title: S}}\nnotes: [{id: n, quote: words, note: N, sources: [s]}]\n"
    folders.put(root, {"content/a.md": HEAD + body, "content/a.yaml": notes})
    assert problems(root) == ()


def test_raw_html_has_parts_too(root: Path) -> None:
    body = '<a name="old"></a> <p id=new>\n\n[a](#old), [b](#new), [c](#none)\n'
    settings = SITE["site.toml"] + "[markdown]\nhtml = true\n"
    folders.put(root, {"content/a.md": HEAD + body, "site.toml": settings})
    (problem,) = problems(root)
    assert problem.message == "there is no `#none` on this page"


def test_each_is_reported_once_at_its_place(root: Path) -> None:
    body = "Zwei\n[Zeilen\nlang](b.md#the-cal) und *[noch\neiner](b.md#the-cal)*.\n"
    folders.put(root, {"content/a.md": HEAD + body})
    found = problems(root)
    assert [(p.code, p.severity, p.location.line, p.location.column) for p in found] == [
        ("broken-fragment", "warning", 6, 7),
        ("broken-fragment", "warning", 7, 8),
    ]
    assert found[0].hint == "did you mean `b.md#the-call`?"


def test_the_problem_names_its_annotation(root: Path) -> None:
    notes = "notes:\n  - id: n\n    quote: words\n    note: 'It [is](#so), [see](gone.md).'\n"
    folders.put(root, {"content/a.md": HEAD + "Some words.\n", "content/a.yaml": notes})
    found = problems(root)
    assert [(p.code, p.annotation, p.location.line, p.location.column) for p in found] == [
        ("broken-fragment", "n", 4, 20),
        ("broken-link", "n", 4, 32),
    ]


def test_the_sites_disclaimer_is_reported_in_site_toml(root: Path) -> None:
    settings = SITE["site.toml"] + '[disclaimers]\nopinion = "[Us](us.md)"\n'
    article = "---\ntitle: T\ndate: 2024\ngenre: opinion\n---\n"
    files = {"site.toml": settings, "content/a.md": article, "content/c.md": article}
    (problem,) = problems(folders.put(root, files))
    assert (problem.location.path, problem.location.line) == ("site.toml", 3)


MADE = {
    "content/a.md": "---\ntitle: A\ntopics: [Real, राजनीति]\naliases: [/old/]\n---\nSome words.\n",
    "content/a.yaml": (
        "people: {ann: {name: Ann}}\n"
        "claims: [{id: claim-1, quote: words, claim: C., rating: 'true', by: ann}]\n"
    ),
    "static/people/own/index.html": "",
}


@pytest.mark.parametrize(
    ("link", "near"),
    [
        *(("/people/ann/", None), ("../people/ann/index.html", None), ("/topics/real/", None)),
        *(("/topics/राजनीति/", None), ("/a/claims/claim-1/", None), ("/old/claims/claim-1/", None)),
        ("/people/own/", None),
        *(("/people/anne/", "/people/ann/"), ("/topics/reel/#top", "/topics/real/")),
        *(("/a/claims/claim-2", "/a/claims/claim-1/"), ("/people/bob/#x", "")),
        ("/a/claims/xyz/?q", ""),
        *(("/topics/राजनेता/", "/topics/राजनीति/"), ("/people/Ann/", "/people/ann/")),
    ],
)
def test_pages_of_people_topics_and_claims(root: Path, link: str, near: str | None) -> None:
    folders.put(root, {**MADE, "content/c.md": HEAD + f"Words, and [a link]({link}).\n"})
    found = problems(root)
    assert [(str(p.location), p.severity, p.code) for p in found] == [
        ("content/c.md:4:21", "error", "broken-link")
    ] * (near is not None)
    if near:
        assert f"`{near}`" in found[0].hint


def test_what_has_another_error_is_not_missing_too(root: Path) -> None:
    lost = MADE["content/a.yaml"].replace("quote: words", "quote: gone")
    link = HEAD + "[a](/a/claims/claim-1/), [b](/people/ann/)\n"
    folders.put(root, {**MADE, "content/a.yaml": lost, "content/c.md": link})
    assert [p.code for p in problems(root)] == ["quote-lost"]


def test_another_page_can_lose_the_part(root: Path) -> None:
    """Under `serve`, unchanged pages are not made again, but their links are checked."""
    folders.put(root, {"content/a.md": HEAD + "[call](b.md#the-call)\n"})
    options = BuildOptions(jobs=1, write=False)
    first, kept = load_usable_site(root, options, Kept())
    assert first.problems == ()
    folders.put(root, {"content/b.md": HEAD + "# The telephone\n"})
    again, _ = load_usable_site(root, options, kept)
    assert [(p.location.path, p.code) for p in again.problems] == [
        ("content/a.md", "broken-fragment")
    ]


def test_a_query_is_kept_on_a_claims_own_page_too(root: Path) -> None:
    claims = "claims: [{id: c, claim: C, rating: 'true', review: '[x](b.md?q=1#the-call)'}]\n"
    folders.put(root, {"content/a.md": HEAD, "content/a.yaml": claims})
    assert not build_site(root, BuildOptions(jobs=1)).failed
    for page, up in (("a", "../"), ("a/claims/c", "../../../")):
        html = (root / "_site" / page / "index.html").read_text(encoding="utf-8")
        assert f'href="{up}b/index.html?q=1#the-call"' in html


def test_a_link_to_a_draft_has_no_address(root: Path) -> None:
    files = {
        "content/a.md": HEAD + "[The draft](draft.md)\n",
        "content/draft.md": "---\ntitle: T\ndraft: true\n---\n",
    }
    built = build_site(folders.put(root, files), BuildOptions(jobs=1))
    assert "link-to-skipped" in [p.code for p in built.problems]
    assert "<a>The draft</a>" in (root / "_site/a/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("[](x)", False),
        ("[ ](x)", False),
        ("[**a**](x)", True),
        ("[`a`](x)", True),
        ("[![](y)](x)", True),
        ("<https://example.org>", True),
    ],
)
def test_links_without_text(text: str, seen: bool) -> None:
    assert next(iter(link_positions.find_links(Markdown().parse(text)))).has_text is seen


@pytest.mark.slow
def test_many_links_are_fast(root: Path) -> None:
    body = "[a](b.md#the-call) " * 2_000
    folders.put(root, {"content/a.md": HEAD + body + "\n"})
    assert problems(root) == ()


@pytest.mark.parametrize(
    ("heading", "link"),
    [
        ("क्या ओपन सोर्स", "#क्या-ओपन-सोर्स"),
        ("การเริ่มต้น", "#การเริ่มต้น"),
        ("案例：谷歌开源计划", "#案例谷歌开源计划"),
        ("What's new in C++ 1.2", "#whats-new-in-c-12"),
        (
            "தொடங்குதல்",
            "#%E0%AE%A4%E0%AF%8A%E0%AE%9F%E0%AE%99%E0%AF%8D%E0%AE%95%E0%AF%81%E0%AE%A4%E0%AE%B2%E0%AF%8D",
        ),
        ("Café", "#cafe\u0301"),
        ("Cafe\u0301", "#café"),
        ("Any {#cafe\u0301}", "a.md#café"),
    ],
)
def test_links_to_the_ids_that_github_makes(heading: str, link: str, root: Path) -> None:
    folders.put(root, {"content/a.md": f"{HEAD}[link]({link})\n\n## {heading}\n"})
    assert problems(root) == ()


@pytest.mark.parametrize(
    ("heading", "link", "id_"),
    [
        ("What's new in C++ 1.2", "#whats-new-in-c-1-2", "#whats-new-in-c-12"),
        ("C++ and more", "#c-plus-plus-and-more", "#c-and-more"),
        ("Note x", "#note-x", "#section-note-x"),
    ],
)
def test_a_link_to_an_older_id_is_reported_with_the_present_one(
    heading: str, link: str, id_: str, root: Path
) -> None:
    folders.put(root, {"content/a.md": f"{HEAD}[link]({link})\n\n## {heading}\n"})
    (problem,) = problems(root)
    assert (problem.code, problem.hint) == ("broken-fragment", f"did you mean `{id_}`?")
