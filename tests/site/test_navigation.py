"""Chapters and the menu: which page lists which, what pages show, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.build.options import BuildOptions
from explainer.build.pipeline import BuildResult, build_site
from explainer.model.documents import Document, Text
from explainer.model.location import Lines, Located
from explainer.model.settings import Settings
from explainer.parse.json_schema import json_schema
from explainer.serve.live import LiveSite
from explainer.site import navigation, routes
from explainer.site.load import SiteFiles
from tests.helpers import folders, pages

SITE = 'title = "Site"\nurl = "https://example.org/"\n'
GUIDE = "---\ntitle: Guide\nchapters: [start.md, part, end.md]\n---\nWords.\n"
FILES = {
    "site.toml": SITE + 'menu = ["guide"]\n',
    "content/guide/index.md": GUIDE,
    "content/guide/start.md": "---\ntitle: Start\nsummary: How to begin.\n---\n",
    "content/guide/part.md": "---\ntitle: Part\nchapters: [inner.md]\n---\n",
    "content/guide/inner.md": "---\ntitle: Inner\n---\n",
    "content/guide/end.md": "---\ntitle: End\n---\nThe last words.\n",
    "content/guide/end.yaml": "notes: [{quote: last words, note: Really.}]\n",
    "content/alone.md": "---\ntitle: Alone\n---\n",
}


def built(root: Path, more: Mapping[str, str], **options: bool) -> tuple[BuildResult, Path]:
    folders.put(root, {**FILES, **more})
    return build_site(root, BuildOptions(jobs=1, **options)), root / "_site"


def page(output: Path, name: str) -> pages.Element:
    return pages.parse((output / name / "index.html").read_text(encoding="utf-8"))


def links(found: pages.Element, selector: str) -> list[tuple[str, str]]:
    """Return the text and target of the links in an element."""
    return [
        (" ".join(a.text.split()), a.attributes["href"])
        for element in pages.select(found, selector)
        for a in element
        if a.tag == "a"
    ]


def current(found: pages.Element) -> list[tuple[str, str]]:
    """Return the current links of the masthead, with their `aria-current`."""
    (masthead,) = pages.select(found, "header.masthead")
    return [
        (a.text, a.attributes["aria-current"])
        for a in masthead
        if a.tag == "a" and "aria-current" in a.attributes
    ]


# --- chapters ------------------------------------------------------------------------------------


def test_pages_of_a_guide_link_to_each_other(tmp_path: Path) -> None:
    done, output = built(tmp_path, {})
    assert done.problems == ()
    guide, start = page(output, "guide"), page(output, "guide/start")
    part, inner, end = (page(output, f"guide/{name}") for name in ("part", "inner", "end"))
    (chapters,) = pages.select(guide, "nav.chapters")
    assert links(guide, "nav.chapters") == [
        ("Start", "start/"),
        ("Part", "part/"),
        ("End", "end/"),
    ]
    assert [e.text for e in chapters if e.tag == "p"] == ["How to begin."]
    assert links(start, ".kicker") == [("Guide", "../../guide/")]
    assert links(inner, ".kicker") == [("Part", "../../guide/part/")]
    assert links(guide, ".kicker") == []
    assert links(start, "nav.neighbours") == [("Next Part", "../../guide/part/")]
    assert links(part, "nav.neighbours") == [
        ("Previous Start", "../../guide/start/"),
        ("Next End", "../../guide/end/"),
    ]
    assert links(end, "nav.neighbours") == [("Previous Part", "../../guide/part/")]
    assert pages.select(inner, "nav.neighbours") == [], "alone in its part"
    (beside,) = pages.select(part, "nav.neighbours")
    assert beside.attributes["aria-label"] == "Previous and next chapter"
    rels = [
        (e.tag, e.attributes["rel"]) for e in part if e.attributes.get("rel") in ("prev", "next")
    ]
    assert rels == [("link", "prev"), ("link", "next"), ("a", "prev"), ("a", "next")]


def test_pages_without_chapters_have_no_style_sheet_for_them(tmp_path: Path) -> None:
    _, output = built(tmp_path, {})
    for name, has in {"guide": True, "guide/start": True, "alone": False, ".": False}.items():
        text = (output / name / "index.html").read_text(encoding="utf-8")
        assert ("chapters.css" in text) == has, name


def test_undated_chapters_are_in_no_other_list(tmp_path: Path) -> None:
    dated = "---\ntitle: Part\ndate: 2024-05-01\n---\n"
    about = "---\ntitle: About\nchapters: [alone.md]\n---\n"
    more = {"site.toml": SITE, "content/guide/part.md": dated, "content/about.md": about}
    done, output = built(tmp_path, more)
    assert not done.failed
    home = page(output, ".")
    assert links(home, "section.teasers") == [("Part", "guide/part/")]
    # `inner.md` is no longer a chapter.
    assert [name for name, _ in links(home, "section.short")] == ["About", "Guide", "Inner"]
    assert [name for name, _ in links(home, "footer")][:2] == ["About", "Guide"]
    feed = (output / "feed.xml").read_text(encoding="utf-8")
    assert "Part" in feed
    sitemap = (output / "sitemap.xml").read_text(encoding="utf-8")
    assert "guide/start/" in sitemap


def test_claims_of_undated_chapters_are_not_latest(tmp_path: Path) -> None:
    claims = "claims: [{id: a, quote: last words, claim: It is so., rating: true}]\n"
    done, output = built(tmp_path, {"content/guide/end.yaml": claims})
    assert not done.failed
    assert not pages.select(page(output, "."), "section.latest")
    assert "It is so." in page(output, "claims").text
    end = "---\ntitle: End\ndate: 2024-05-01\n---\nThe last words.\n"
    _, output = built(tmp_path, {"content/guide/end.md": end, "content/guide/end.yaml": claims})
    (latest,) = pages.select(page(output, "."), "section.latest")
    assert "It is so." in latest.text


def test_the_home_page_can_have_chapters(tmp_path: Path) -> None:
    home = "---\ntitle: Home\nchapters: [alone.md, guide]\n---\nWelcome.\n"
    done, output = built(tmp_path, {"content/index.md": home})
    assert done.problems == ()
    found, alone = page(output, "."), page(output, "alone")
    assert links(found, "nav.chapters") == [
        ("Alone", "alone/"),
        ("Guide", "guide/"),
    ]
    assert pages.select(found, "section.short") == []
    assert links(alone, ".kicker") == []
    assert links(alone, "nav.neighbours") == [("Next Guide", "../guide/")]
    assert "chapters.css" in (output / "index.html").read_text(encoding="utf-8")
    for name, key_path in {"alone": "Alone", "guide/start": "Guide"}.items():
        text = (output / name / "index.html").read_text(encoding="utf-8")
        assert '"position":1,"name":"Site"' in text
        assert f'"position":2,"name":"{key_path}"' in text


@pytest.mark.parametrize("drafts", [True, False])
def test_drafts_are_left_out_of_lists_and_neighbours(tmp_path: Path, drafts: bool) -> None:
    draft = FILES["content/guide/part.md"].replace("---\n", "---\ndraft: true\n", 1)
    done, output = built(tmp_path, {"content/guide/part.md": draft}, drafts=drafts)
    assert not done.failed
    names = [name for name, _ in links(page(output, "guide"), "nav.chapters")]
    assert names == (["Start", "Part", "End"] if drafts else ["Start", "End"])
    after = [name for name, _ in links(page(output, "guide/start"), "nav.neighbours")]
    assert after == (["Next Part"] if drafts else ["Next End"])
    # A page that only a draft lists has no parent until the draft is built.
    assert bool(links(page(output, "guide/inner"), ".kicker")) == drafts


def test_from_right_to_left(tmp_path: Path) -> None:
    toml = FILES["site.toml"] + 'language = "ar"\n'
    _, output = built(tmp_path, {"site.toml": toml})
    part = page(output, "guide/part")
    (beside,) = pages.select(part, "nav.neighbours")
    assert beside.attributes["aria-label"] == "الفصل السابق والفصل التالي"
    assert [name for name, _ in links(part, "nav.neighbours")] == ["السابق Start", "التالي End"]


def test_text_of_a_page_without_a_catalogue(tmp_path: Path) -> None:
    """English blocks are marked as English; titles in them have the language of their page."""
    toml = FILES["site.toml"] + 'language = "fr"\n'
    _, output = built(tmp_path, {"site.toml": toml})
    part = page(output, "guide/part")
    (beside,) = pages.select(part, "nav.neighbours")
    assert beside.attributes["lang"] == "en"
    assert [e.attributes["lang"] for e in beside if e.tag == "b"] == ["fr", "fr"]
    (masthead,) = pages.select(part, "header.masthead")
    languages = {a.text: a.attributes.get("lang") for a in masthead if a.tag == "a"}
    assert languages["Guide"] == "fr"


@pytest.mark.parametrize("theme", ["default", "ledger"])
def test_every_theme_shows_them(tmp_path: Path, theme: str) -> None:
    toml = FILES["site.toml"].replace("menu", f'theme = "{theme}"\nmenu')
    _, output = built(tmp_path, {"site.toml": toml})
    part = page(output, "guide/part")
    assert current(part) == [("Guide", "true")]
    assert links(part, "nav.neighbours")
    assert links(part, ".kicker")
    assert links(page(output, "guide"), "nav.chapters")


NAMES = ("index", "a", "b", "c", "d/index", "d/e")


@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        st.tuples(st.booleans(), st.lists(st.sampled_from([*NAMES, "nothing"]), max_size=5)),
    )
)
def test_chapters_always_form_trees(entries: dict[str, tuple[bool, list[str]]]) -> None:
    """A page has at most one parent and is never above itself; what is left out is reported."""
    documents = [
        Document(
            Text(
                f"content/{name}.md",
                f"---\ntitle: T\ndraft: {str(draft).lower()}\nchapters: {items}\n---\n",
            )
        )
        for name, (draft, items) in entries.items()
    ]
    settings = Settings(title="S")
    files = SiteFiles(settings, Located(None, True, Lines("site.toml", "")), tuple(documents))
    plan, _ = routes.assign_addresses(files, settings, "2026-01-01")
    found, problems = navigation.chapters(plan)
    backwards = replace(files, documents=files.documents[::-1])
    again, _ = routes.assign_addresses(backwards, settings, "2026-01-01")
    assert navigation.chapters(again)[0] == found
    parents: dict[str, str] = {}
    for own, listed in found.items():
        for chapter in listed:
            assert chapter not in parents
            parents[chapter] = own
    for start in parents:
        above, steps = start, 0
        while above in parents:
            above, steps = parents[above], steps + 1
            assert above != start
            assert steps < len(NAMES)
    assert not {path for path, (draft, _) in entries.items() if draft} & {
        path.removeprefix("content/").removesuffix(".md") for path in (*parents, *found)
    }
    written = sum(len(items) for draft, items in entries.values() if not draft)
    drafts = sum(
        routes.named_page(item, f"content/{name}.md", plan.addresses) in plan.skipped
        for name, (draft, items) in entries.items()
        if not draft
        for item in items
    )
    assert len(parents) + len(problems) + drafts == written


# --- the menu ------------------------------------------------------------------------------------

MENU = """\
menu = [
    "alone.md", # in the foot no more
    "guide",
    { title = "The end", page = "guide/end.md" },
    { title = "Code", url = "https://example.org/code" },
]
"""


def test_the_menu(tmp_path: Path) -> None:
    done, output = built(
        tmp_path, {"site.toml": SITE + MENU, "content/b.md": "---\ntitle: B\n---\n"}
    )
    assert done.problems == ()
    home = page(output, ".")
    assert links(home, "header.masthead")[1:5] == [
        ("Alone", "alone/"),
        ("Guide", "guide/"),
        ("The end", "guide/end/"),
        ("Code", "https://example.org/code"),
    ]
    assert [name for name, _ in links(home, "footer")][:1] == ["B"]
    assert "Alone" not in [name for name, _ in links(home, "footer")]
    expected = {
        ".": [("Site", "page")],
        "alone": [("Alone", "page")],
        "guide": [("Guide", "page")],
        "guide/start": [("Guide", "true")],
        "guide/inner": [("Guide", "true")],
        "guide/end": [("Guide", "true"), ("The end", "page")],
        "b": [],
    }
    assert {name: current(page(output, name)) for name in expected} == expected


@pytest.mark.parametrize("drafts", [True, False])
def test_a_draft_in_the_menu(tmp_path: Path, drafts: bool) -> None:
    draft = "---\ntitle: Alone\ndraft: true\n---\n"
    more = {"site.toml": SITE + MENU, "content/alone.md": draft}
    done, output = built(tmp_path, more, drafts=drafts)
    assert not done.failed
    names = [name for name, _ in links(page(output, "guide"), "header.masthead")]
    assert ("Alone" in names) == drafts


def test_editors_know_the_menu() -> None:
    editor = jsonschema.Draft202012Validator(json_schema("site"))
    good = [["a", {"title": "T", "page": "a"}, {"title": "T", "url": "https://example.org/"}], []]
    bad = ["a", [1], [{"page": "a"}], [{"title": "T", "link": "x"}], [{"title": "T", "url": "x"}]]
    assert [editor.is_valid({"title": "S", "menu": menu}) for menu in good] == [True, True]
    assert [editor.is_valid({"title": "S", "menu": menu}) for menu in bad] == [False] * 5


# --- what is rendered again ----------------------------------------------------------------------


def test_an_edit_of_the_parent_shows_on_the_chapter(tmp_path: Path) -> None:
    root = folders.put(tmp_path, FILES)
    site = LiveSite(root, BuildOptions(drafts=True, jobs=1))
    site.update(None)

    def text(address: str) -> str:
        answer = site.answer(address)
        assert answer
        return answer.content.decode()

    def save(name: str, content: str) -> None:
        folders.put(root, {name: content})
        assert site.update([root / name]).kind == "pages"

    assert "<b>Part</b>" in text("/guide/start/")
    save("content/guide/index.md", GUIDE.replace("part, end.md", "end.md, part"))
    assert "<b>End</b>" in text("/guide/start/")
    save("content/guide/index.md", GUIDE.replace("title: Guide", "title: Manual"))
    assert ">Manual</a></p>" in text("/guide/start/")
    assert ">Manual</a>" in text("/alone/"), "in the menu"
    save("content/guide/part.md", "---\ntitle: Other\n---\n")
    assert "<b>Other</b>" in text("/guide/start/")
    assert "<h1>Inner</h1>" in text("/guide/inner/")
    save("site.toml", SITE)
    assert "aria-current" not in text("/guide/start/")


def listed(site: LiveSite) -> list[tuple[str, str]]:
    answer = site.answer("/guide/")
    assert answer
    return links(pages.parse(answer.content.decode()), "nav.chapters")


def test_a_nearer_draft_replaces_a_chapter(tmp_path: Path) -> None:
    """Pages change only because the entry now names another one."""
    guide = {"content/guide/index.md": GUIDE.replace("end.md", "alone.md")}
    site = LiveSite(folders.put(tmp_path, {**FILES, **guide}), BuildOptions(jobs=1))
    site.update(None)
    assert ("Alone", "../alone/") in listed(site)
    folders.put(tmp_path, {"content/guide/alone.md": "---\ntitle: Soon\ndraft: true\n---\n"})
    assert site.update([tmp_path / "content/guide/alone.md"]).kind == "pages"
    assert [name for name, _ in listed(site)] == ["Start", "Part"]


def test_a_build_after_an_edit_equals_a_build_from_scratch(tmp_path: Path) -> None:
    _, output = built(tmp_path / "one", {})
    edited = {"content/guide/index.md": GUIDE.replace("start.md, part", "part, start.md")}
    built(tmp_path / "one", edited)
    _, fresh = built(tmp_path / "two", edited)
    found, expected = folders.contents(output), folders.contents(fresh)
    del found[folders.MANIFEST], expected[folders.MANIFEST]
    assert found == expected
