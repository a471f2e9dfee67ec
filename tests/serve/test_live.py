"""A site in memory: the same as a build and as a fresh start, after any edits."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explainer.article import make
from explainer.build import fallback, pipeline, store
from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.markdown import pictures
from explainer.model.documents import Text
from explainer.output import search, shards
from explainer.parse.annotations import read_annotations
from explainer.parse.front_matter import read_article
from explainer.render import theme
from explainer.serve.live import Change, LiveSite
from explainer.serve.responses import Response, media_type
from explainer.site import index, load, made_pages, routes
from tests.conftest import PROGRAM
from tests.helpers import folders
from tests.helpers.examples import examples
from tests.whole.test_sites import CASES, prepared

CONNECT = b" ws: wss:"

SITE = 'title = "Site"\nurl = "https://example.org/base/"\nauthors = ["Ann"]\n'
CALL = """\
---
title: The call
date: 2024-11-11
topics: [War]
---

They had a *phone* call, he said.
"""
CALL_NOTES = """\
sources:
  post: {title: They talked, publisher: Post, url: "https://example.org/post"}
claims:
  - id: call
    quote: phone call
    claim: They spoke by telephone.
    by: Ben
    rating: disputed
    evidence: [{source: post, stance: supports}]
notes:
  - quote: he said
    note: In an interview.
"""
DENIAL = "---\ntitle: The denial\ndate: 2024-11-12\n---\n\nThere was no call at all.\n"
DENIAL_NOTES = """\
claims:
  - id: none
    quote: no call
    claim: They did not speak.
    by: Cem
    rating: unverified
    disputes: [call#call]
"""
FILES = {
    "site.toml": SITE,
    "content/call.md": CALL,
    "content/call.yaml": CALL_NOTES,
    "content/denial.md": DENIAL,
    "content/denial.yaml": DENIAL_NOTES,
    "content/about.md": "---\ntitle: About\n---\n\n[The call](call.md) and [a file](a.txt).\n",
    "content/a.txt": "text",
    "static/custom.css": "p { color: green }",
    "themes/default/styles/99.css": "h1 { color: green }",
}
FOUR_PIXELS = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + 2 * b"\0\0\0\2" + bytes(9)
"""The header of a PNG of 2 × 2 pixels, which is all that is read."""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("explainer-cache")


@pytest.fixture
def root(tmp_path: Path, cache: Path) -> Path:
    return folders.with_cache(folders.put(tmp_path / "site", FILES), cache)


def started(root: Path) -> LiveSite:
    site = LiveSite(root, BuildOptions(drafts=True, jobs=1))
    site.update(None)
    return site


def save(site: LiveSite, root: Path, files: Mapping[str, str | bytes]) -> Change:
    """Write files, and update the site."""
    folders.put(root, files)
    return site.update([root / name for name in files])


def text(site: LiveSite, address: str) -> str:
    answer = site.answer(address)
    assert answer, address
    return answer.content.decode()


def codes(site: LiveSite) -> list[str]:
    return [problem.code for problem in site.state.problems]


def addresses(site: LiveSite) -> list[str]:
    """All responses of `answer`, except for the search index."""
    pages = site.state.pages
    if pages is None:
        return []
    rendered = (
        pages._theme_files,
        pages._site_files,
        *map(pages._files_of, pages.site.index.by_address),
    )
    paths = {*pages._assets, *pages.site.versions, *(path for files in rendered for path in files)}
    return sorted(f"/{path}" for path in paths)


def everything(site: LiveSite) -> dict[str, Response | None]:
    return {address: site.answer(address) for address in addresses(site)}


# --- like a build --------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_answers_are_what_a_build_writes(case: str, tmp_path: Path, cache: Path) -> None:
    root = prepared(case, tmp_path, cache)
    options = BuildOptions(drafts=case != "drafts-and-future", jobs=1)  # its draft has an error
    built = build_site(root, options)
    assert not built.failed
    written = folders.contents(root / "_site")
    del written[folders.MANIFEST]
    site = LiveSite(root, options)
    site.update(None)
    assert site.state.problems == built.problems
    assert {a[1:] for a in addresses(site)} == {
        name for name in written if not name.startswith(search.FOLDER)
    }
    for name, content in written.items():
        answer = site.answer(f"/{name}")
        assert answer, name
        assert answer.content.replace(CONNECT, b"") == content, name
        if name.endswith("/index.html"):
            assert site.answer(f"/{name.removesuffix('index.html')}") == answer


def test_media_types(root: Path) -> None:
    static = ("a.woff2", "a.pdf", "a.webp", "a.JPG", "CNAME", "a.wasm", "a.svg")
    folders.put(root, {f"static/{name}": "x" for name in static})
    site = started(root)
    expected = {
        "/": "text/html; charset=utf-8",
        "/custom.css": "text/css; charset=utf-8",
        "/assets/script.js": "text/javascript; charset=utf-8",
        "/feed.xml": "application/atom+xml; charset=utf-8",
        "/claims/feed.xml": "application/atom+xml; charset=utf-8",
        "/sitemap.xml": "application/xml; charset=utf-8",
        "/robots.txt": "text/plain; charset=utf-8",
        "/call/annotations.json": "application/ld+json",
        "/call/card.png": "image/png",
        "/a.woff2": "font/woff2",
        "/a.pdf": "application/pdf",
        "/a.webp": "image/webp",
        "/a.JPG": "image/jpeg",
        "/a.wasm": "application/wasm",
        "/a.svg": "image/svg+xml; charset=utf-8",
        "/CNAME": "application/octet-stream",
    }
    found = {address: site.answer(address) for address in expected}
    assert {address: answer and answer.media_type for address, answer in found.items()} == expected


def test_base_is_the_path_of_the_url(root: Path) -> None:
    site = LiveSite(root, BuildOptions())
    assert site.base == "/"
    site.update(None)
    assert site.base == "/base/"
    save(site, root, {"site.toml": SITE.replace("/base/", "")})
    assert site.base == "/"


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Has the paths of the pages of each index that is made. There is a search."""
    monkeypatch.setattr(search, "_program", lambda: PROGRAM)
    made: list[list[str]] = []
    index = search.index

    def recorded(*given: Any, **options: Any) -> Any:
        made.append(sorted(given[1]))
        return index(*given, **options)

    monkeypatch.setattr(search, "index", recorded)
    return made


@pytest.mark.skipif(PROGRAM is None, reason="Pagefind is not installed")
def test_the_search_index_is_made_on_request(root: Path, indexed: list[list[str]]) -> None:
    site = started(root)
    text(site, "/search/")
    assert indexed == [], "not before a file of it is asked for"
    before = files_of_search(site)
    assert (
        save(site, root, {"content/call.md": CALL.replace("They had", "There was")}).kind == "pages"
    )
    assert files_of_search(site) != before
    assert len(indexed) == 2
    assert not build_site(root, BuildOptions(jobs=1)).failed
    written = folders.contents(root / "_site")
    made = {name: content for name, content in written.items() if name.startswith(search.FOLDER)}
    assert {name: site.answer(f"/{name}") for name in made} == {
        name: Response(content, media_type(name)) for name, content in made.items()
    }
    assert site.answer(f"/{search.FOLDER}nothing.json") is None
    assert len(indexed) == 3, "the build's own"


@pytest.mark.skipif(PROGRAM is None, reason="Pagefind is not installed")
def test_only_the_shards_of_changed_pages_are_made_again(
    root: Path, indexed: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "LEAST", 1)
    site = started(root)
    files_of_search(site)
    assert len(indexed) > 2
    assert len({shards.number(path, 8) for paths in indexed for path in paths}) == len(indexed)
    indexed.clear()
    save(site, root, {"content/call.md": CALL.replace("They had", "There was")})
    listed = files_of_search(site)
    assert [paths for paths in indexed if "call/index.html" in paths] == indexed
    assert len(indexed) == 1
    indexed.clear()
    save(site, root, {"site.toml": SITE + 'menu = ["about"]\n'})
    assert files_of_search(site) == listed
    assert indexed == [], "the menu is not searched"


def files_of_search(site: LiveSite) -> dict[str, str]:
    """The content of the search index's list of files."""
    found: dict[str, str] = json.loads(text(site, f"/{search.FOLDER}pagefind-entry.json"))
    return found


@pytest.mark.skipif(PROGRAM is None, reason="Pagefind is not installed")
def test_a_failing_search_is_reported(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_program", lambda: PROGRAM)
    site = started(root)

    def fail(*_: object) -> object:
        raise search._ServiceError("it fell over")

    monkeypatch.setattr(search, "_serve", fail)
    assert site.answer(f"/{search.FOLDER}pagefind-entry.json") is None
    assert codes(site) == ["search-failed"]
    assert text(site, "/call/")


def test_a_draft_is_labelled(root: Path) -> None:
    site = started(root)
    assert "class=draft" not in text(site, "/call/")
    for language, word in {"en": "Draft", "de": "Entwurf", "ar": "مسودة"}.items():
        draft = CALL.replace("---\n", f"---\ndraft: true\nlanguage: {language}\n", 1)
        save(site, root, {"content/call.md": draft})
        assert f"<span class=draft>{word}</span>" in text(site, "/call/")


# --- like a fresh start --------------------------------------------------------------------------

_MARKDOWN = (
    CALL,
    DENIAL,
    CALL.replace("phone", "telephone"),
    CALL.replace("topics: [War]", "topics: [War, Peace]\nrelated: [about.md]"),
    CALL.replace("title: The call", "title: Another call\naliases: [/old/]"),
    DENIAL.replace("title: The denial", "title: Denied\nslug: about\nlanguage: ar"),
    DENIAL.replace("date:", "draft: true\ndate:"),
    DENIAL + "\n[About](about.md), [the call](call.md), ![a](a.png)\n",
    DENIAL + "\n[Call](call.md#note-call), [claim](/call/claims/call/), [Ben](/people/ben/)\n",
    CALL.replace("title: The call", "title: One call\nsummary: In short."),
    CALL.replace("They had", "They had, as we know now,"),
    DENIAL.replace("---\n\n", "related: [call.md]\n---\n\n", 1),
    "---\ntitle: Plain\n---\n",
    "---\ntitle: Part\nchapters: [call.md, deep, about]\n---\n",
    CALL.replace("topics: [War]", "chapters: [deep/more.md, denial.md, deep]"),
)
_BROKEN = {
    "md": ("", "---\ntitle: [\n---\n", "no head"),
    "yaml": ("claims: [", "notes: 1\n", "a: b"),
}
_YAML = (
    CALL_NOTES,
    DENIAL_NOTES,
    "",
    CALL_NOTES.replace("by: Ben", "by: {}").replace("{}", "ann") + "people: {ann: {name: Ann B}}\n",
    CALL_NOTES.replace("rating: disputed", "rating: 'true'\n    disputes: [denial#none]"),
    CALL_NOTES.replace("quote: he said", "quote: words that are not there"),
    CALL_NOTES.replace("post", "shared"),
    DENIAL_NOTES.replace("id: none", "id: call"),
    "# Moved.\n" + CALL_NOTES,
    "# Moved.\n\n" + DENIAL_NOTES.replace("call#call", "call#nothing"),
    CALL_NOTES.replace("by: Ben", "by: cem").replace("They talked", "They met"),
    "# Moved.\n" + CALL_NOTES.replace("by: Ben", "by: cem").replace("They talked", "They met"),
    DENIAL_NOTES + "notes: [{note: On everything.}]\n",
)
_PLACES = ("call", "denial", "about", "deep/index", "deep/more")
_OTHERS: dict[str, tuple[str | bytes, ...]] = {
    "content/_library.yaml": (
        'sources:\n  shared: {title: Shared, url: "https://example.org/s"}\n',
        "people:\n  ann: {name: Ann B, role: Baker}\n",
        "",
    ),
    "content/deep/a.png": (b"no picture", FOUR_PIXELS),
    "content/deep/a.csv": ("a,b\n1,2\n", "a;b\n3;4\n", ""),
    "site.toml": (
        SITE,
        'title = "Other"\nlanguage = "de"\n',
        SITE + '[disclaimers]\nexplainer = "Mind *this*."\n',
        SITE + "[feeds]\nenabled = false\n",
        SITE + 'menu = ["call", {title = "More", page = "deep/more"}, "about"]\n',
    ),
    "static/custom.css": ("p { color: green }", "p { color: blue }"),
    "static/robots.txt": ("User-agent: *\n",),
    "themes/default/styles/99.css": ("h1 { color: red }", "h2 { color: red }"),
    "themes/default/templates/topics.html": (
        '{% extends "built-in/topics.html" %}',
        "{{ site.title }}",
    ),
}


def _edits() -> st.SearchStrategy[tuple[str, str, str | bytes]]:
    """An edit: the action, the file, and its new content or name."""
    articles = st.sampled_from(_PLACES)

    def kind(ending: str, contents: tuple[str, ...]) -> st.SearchStrategy[tuple[str, str, str]]:
        names = articles.map(lambda place: f"content/{place}.{ending}")
        return st.tuples(st.just("write"), names, st.sampled_from(contents + _BROKEN[ending]))

    other = st.sampled_from([(n, c) for n, contents in _OTHERS.items() for c in contents])
    names = st.sampled_from([f"content/{p}.{e}" for p in _PLACES for e in ("md", "yaml")])
    movable = st.one_of(names, st.sampled_from(["content/deep", *_OTHERS]))
    return st.one_of(
        kind("md", _MARKDOWN),
        kind("yaml", _YAML),
        other.map(lambda pair: ("write", *pair)),
        st.tuples(st.just("delete"), movable.filter(lambda name: name != "site.toml"), st.just("")),
        st.tuples(st.just("move"), names, names),
        st.tuples(st.just("move"), st.just("content/deep"), st.just("content/away")),
    )


def _apply(root: Path, edit: tuple[str, str, str | bytes]) -> set[Path]:
    """Apply an edit if possible. Return the paths that a watcher would report."""
    what, name, value = edit
    path = root / name
    if what == "write":
        folders.put(root, {name: value})
        return {path}
    if not path.exists():
        return set()
    if what == "delete":
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        return {path}
    target = root / str(value)
    if path.is_dir() and target.exists():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)
    return {path, target}


def _mended(root: Path) -> set[Path]:
    """Repair every article so that its page can be made. Return the changed paths."""
    mended = set()
    for path in (root / "content").rglob("*.*"):
        if path.is_file() and path.name != "_library.yaml" and _is_broken(path):
            path.write_text("---\ntitle: Mended\n---\n" if path.suffix == ".md" else "")
            mended.add(path)
    return mended


def _is_broken(path: Path) -> bool:
    written = Text(path.name, path.read_text("latin-1"))
    if path.suffix == ".md":
        return read_article(written)[0].front is None
    return path.suffix == ".yaml" and read_annotations(written)[0] is None


@settings(
    deadline=None,
    max_examples=examples(25),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(_edits(), st.booleans()), min_size=1, max_size=9))
def test_any_order_of_edits_equals_a_fresh_start(
    tmp_path_factory: pytest.TempPathFactory,
    cache: Path,
    edits: list[tuple[tuple[str, str, str | bytes], bool]],
) -> None:
    root = folders.with_cache(folders.put(tmp_path_factory.mktemp("live"), FILES), cache)
    site = started(root)
    before = everything(site)
    waiting: set[Path] = set()
    for edit, at_once in edits:
        waiting |= _apply(root, edit)
        if at_once:
            change = site.update(waiting)
            now = everything(site)
            assert change.kind not in ("nothing", "problems") or now == before, change
            waiting, before = set(), now
    site.update(waiting | _mended(root))
    fresh = started(root)
    assert everything(site) == everything(fresh)
    assert site.state.problems == fresh.state.problems
    assert site.state.unplaced == fresh.state.unplaced
    assert site.state.texts == fresh.state.texts
    assert site.base == fresh.base


_IN_A_GUIDE = {
    "site.toml": (
        SITE,
        SITE + 'menu = ["guide", "more"]\n',
        SITE + 'menu = ["guide/a", {title = "Code", url = "https://example.org/"}]\n',
    ),
    **{
        f"content/{place}.md": tuple(
            f"---\ntitle: {title}\n{more}---\n"
            for title in ("One", "Two")
            for more in (
                "",
                "draft: true\n",
                "chapters: [a.md, b.md]\n",
                "chapters: [b, guide/a, more]\n",
                "chapters: [index.md, more]\n",
            )
        )
        for place in ("guide/index", "guide/a", "guide/b", "guide/more", "more", "index")
    },
}


@pytest.mark.parametrize("drafts", [True, False])
@settings(
    deadline=None,
    max_examples=examples(20),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.sampled_from([(name, c) for name, contents in _IN_A_GUIDE.items() for c in contents])
        | st.sampled_from([(name, None) for name in _IN_A_GUIDE if name != "site.toml"]),
        min_size=2,
        max_size=12,
    )
)
def test_any_order_of_chapter_edits_equals_a_fresh_start(
    tmp_path_factory: pytest.TempPathFactory,
    cache: Path,
    drafts: bool,
    edits: list[tuple[str, str | None]],
) -> None:
    """The chapters and the menu that a page shows depend on other files."""
    files = {name: contents[0] for name, contents in _IN_A_GUIDE.items()}
    files["content/guide/index.md"] = "---\ntitle: Guide\nchapters: [a.md, b.md]\n---\n"
    root = folders.with_cache(folders.put(tmp_path_factory.mktemp("live"), files), cache)
    options = BuildOptions(drafts=drafts, jobs=1)
    site = LiveSite(root, options)
    site.update(None)
    for name, content in edits:
        before = everything(site)
        if content is None:
            (root / name).unlink(missing_ok=True)
        else:
            folders.put(root, {name: content})
        change = site.update([root / name])
        assert change.kind not in ("nothing", "problems") or everything(site) == before
    fresh = LiveSite(root, options)
    fresh.update(None)
    assert everything(site) == everything(fresh)
    assert site.state.problems == fresh.state.problems


@pytest.mark.parametrize("broken", ["book", "part"])
def test_lists_of_chapters_leave_out_pages_that_cannot_be_built(
    broken: str, tmp_path: Path
) -> None:
    files = {
        "site.toml": SITE,
        "content/book.md": "---\ntitle: Book\nchapters: [part, other]\n---\n",
        "content/part.md": "---\ntitle: Part\n---\n",
        "content/other.md": "---\ntitle: Other\n---\n",
    }
    files[f"content/{broken}.yaml"] = "claims: [{}]\n"
    site = LiveSite(folders.put(tmp_path, files), BuildOptions(jobs=1))
    site.update(None)
    assert site.state.site
    listed = site.state.site.index.chapters
    titles = {address: [each.front.title for each in own] for address, own in listed.items()}
    assert titles == ({} if broken == "book" else {"/book/": ["Other"]})


def test_only_changed_articles_are_made_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = store.make_article
    monkeypatch.setattr(
        store,
        "make_article",
        lambda entry, context: (made.append(entry.document.article.path), make(entry, context))[1],
    )
    site = started(root)
    assert sorted(made) == ["content/about.md", "content/call.md", "content/denial.md"]
    made.clear()
    save(site, root, {"content/call.yaml": CALL_NOTES.replace("Ben", "Bea")})
    assert made == ["content/call.md"]
    made.clear()
    site.update(None)
    site.update([root / "content"])
    assert made == []


def test_a_later_start_makes_no_article_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = folders.put(tmp_path, FILES)
    made: list[str] = []
    make, read = store.make_article, store.read_article
    monkeypatch.setattr(
        store, "make_article", lambda each, context: made.append(each.path) or make(each, context)
    )
    monkeypatch.setattr(
        store, "read_article", lambda text: made.append(f"front {text.path}") or read(text)
    )
    first = started(root)
    assert len(made) == 6
    save(first, root, {"content/call.yaml": CALL_NOTES.replace("Ben", "Bea")})
    first.close()
    made.clear()
    second = started(root)
    assert made == []
    assert everything(second) == everything(first)
    assert second.state.problems == first.state.problems
    second.close()
    folders.put(root, {"content/denial.md": DENIAL.replace("at all", "whatever")})
    third = started(root)
    assert made == ["front content/denial.md", "content/denial.md"]
    assert "whatever" in text(third, "/denial/")
    made.clear()
    third.close()
    save(third, root, {"site.toml": SITE + "[markdown]\nlinkify = true\n"})
    third.close()
    (root / ".explainer/cache.db").write_bytes(b"no database")
    fourth = started(root)
    assert everything(fourth) == everything(third)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("call.md", CALL.replace("he said", "she wrote to us, he said")),
        ("call.md", CALL + "\n[Denied](denial.md#note-none).\n"),
        ("call.yaml", CALL_NOTES.replace("They spoke by", "They talked by")),
        ("call.yaml", CALL_NOTES.replace("disputed", "unverified")),
        ("call.yaml", CALL_NOTES + "  - note: On everything.\n"),
        ("call.yaml", CALL_NOTES.replace("quote: he said", "quote: not there")),
        ("call.yaml", "# Moved by a line.\n" + CALL_NOTES.replace("They spoke", "They talked")),
        ("call.md", CALL.replace("The call", "A call")),
        ("about.md", "---\ntitle: About us\n---\n\nNothing.\n"),
        ("call.md", CALL.replace("topics: [War]", "topics: [War, Peace]\nsubtitle: Again")),
        ("call.md", CALL.replace("date: ", "date: 1999-01-01 # ")),
        ("call.yaml", CALL_NOTES + "  - note: On everything.\nquestions: [{question: Why?}]\n"),
        ("call.yaml", CALL_NOTES.replace("by: Ben", "by: Dora")),
        ("call.yaml", CALL_NOTES.replace("post", "other-post")),
        ("new.md", "---\ntitle: New\ndate: 2020\n---\n\nSee [the call](call.md).\n"),
    ],
)
def test_a_save_does_not_look_at_the_whole_site(
    root: Path, file: str, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = started(root)
    before = everything(site)
    with monkeypatch.context() as patch:
        for module, name in (
            (load, "load"),
            (routes, "assign_addresses"),
            (index, "index"),
            (made_pages, "assign_redirects"),
            (pictures, "gather"),
            (theme, "find"),
        ):
            patch.setattr(module, name, lambda *_: 1 / 0)
        assert save(site, root, {f"content/{file}": content}).kind == "pages"
    assert "bug" not in codes(site)
    assert everything(site) != before
    fresh = started(root)
    assert everything(site) == everything(fresh)
    assert site.state.problems == fresh.state.problems


def test_an_edit_of_a_text_reads_its_annotations_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = started(root)
    read: list[str] = []
    for module in (fallback, make):
        real = module.read_annotations
        monkeypatch.setattr(
            module,
            "read_annotations",
            lambda text, real=real: (read.append(text.path), real(text))[1],
        )
    save(site, root, {"content/call.md": FILES["content/call.md"] + "\nMore.\n"})
    assert read == ["content/call.yaml"]


def test_a_new_note_leaves_what_all_pages_share(root: Path) -> None:
    note = "notes:\n" + "- note: First.\n" * 9  # no other article has as many
    site = started(folders.put(root, {"content/about.yaml": note}))
    before = site.state.pages
    save(site, root, {"content/about.yaml": note + "- note: Second.\n"})
    assert before
    assert site.state.pages
    assert site.state.pages._renderer.context.assets is before._renderer.context.assets
    save(site, root, {"content/about.yaml": note + "- note: More.\n" * 16})
    assert site.state.pages._renderer.context.assets is not before._renderer.context.assets
    assert ".n17{" in text(site, "/assets/style.css")


def test_a_new_file_does_not_remake_unrelated_articles(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = FILES["content/about.md"] + "\n[Soon](soon.md) ![A](b.png)\n"
    site = started(folders.put(root, {"content/about.md": broken}))
    made: list[str] = []
    make = store.make_article
    monkeypatch.setattr(
        store,
        "make_article",
        lambda entry, context: (made.append(entry.document.article.path), make(entry, context))[1],
    )
    assert codes(site) == ["broken-link", "broken-link"]
    save(site, root, {"content/soon.md": DENIAL, "content/b.png": FOUR_PIXELS})
    assert sorted(made) == ["content/about.md", "content/soon.md"]
    assert codes(site) == []
    assert 'width="2"' in text(site, "/about/")
    made.clear()
    save(site, root, {"content/b.png": b"no picture"})
    assert made == ["content/about.md"]
    assert codes(site) == ["broken-picture"]
    save(site, root, {"content/about.md": FILES["content/about.md"] + "\n![A](b.csv)\n"})
    assert codes(site) == ["broken-link"]
    made.clear()
    save(site, root, {"content/b.csv": "head\none\n"})
    assert made == ["content/about.md"]
    save(site, root, {"content/b.csv": "head\ntwo\n"})
    assert codes(site) == []
    assert "<td>two</td>" in text(site, "/about/")
    made.clear()
    save(site, root, {"content/other.png": FOUR_PIXELS, "content/other.csv": "a"})
    (root / "content/call.md").rename(root / "content/called.md")
    site.update([root / "content/call.md", root / "content/called.md"])
    assert sorted(made) == ["content/about.md", "content/called.md"]
    assert everything(site) == everything(started(root))


def test_an_unlisted_file_is_read_if_its_size_differs(root: Path) -> None:
    site = started(root)
    folders.put(root, {"content/call.md": CALL.replace("phone", "mobile")})
    assert site.update([]).kind == "pages"
    assert "mobile" in text(site, "/call/")


def test_a_listed_file_is_read_regardless_of_its_stamp(root: Path) -> None:
    site = started(root)
    path = root / "content/call.md"
    old = path.stat()
    path.write_text(CALL.replace("phone", "cable"))
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert site.update([path.parent]).kind == "pages"
    assert "cable" in text(site, "/call/")


# --- what changed --------------------------------------------------------------------------------


def test_kinds_of_change(root: Path) -> None:
    site = LiveSite(root, BuildOptions(drafts=True, jobs=1))
    assert site.update(None) == Change("pages")
    assert site.update(None) == Change("nothing")
    assert save(site, root, {"content/call.md": CALL + "\n\n"}) == Change("nothing")
    style = {"static/custom.css": "p { color: blue }"}
    assert save(site, root, style) == Change("styles", ("/custom.css",))
    own = {"themes/default/styles/99.css": "h1 { color: red }"}
    assert save(site, root, own) == Change("styles", ("/assets/style.css",))
    page = text(site, "/")
    lost = {"content/denial.yaml": DENIAL_NOTES + "notes:\n- {quote: lost, note: Not here.}\n"}
    assert save(site, root, lost) == Change("problems")
    assert text(site, "/") == page
    assert save(site, root, {"static/custom.css": "", "site.toml": SITE + "#"}).kind == "styles"
    assert save(site, root, {"content/b.txt": "b"}) == Change("pages")
    assert save(site, root, {"content/b.txt": "c"}) == Change("pages")


# --- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "broken", "code"),
    [
        ("call.md", b"---\ntitle: [\n---\nNew words.", "yaml-syntax"),
        ("call.md", b"", "no-front-matter"),
        ("call.md", b"\xff\xfe", "not-utf8"),
        ("call.yaml", b"claims: [", "yaml-syntax"),
        ("call.yaml", b"claims:\n- {quote: x}", "missing-key"),
        ("call.yaml", b"\xff\xff", "not-utf8"),
    ],
)
def test_a_broken_article_stays_as_it_was(root: Path, file: str, broken: bytes, code: str) -> None:
    site = started(root)
    before = everything(site)
    whole = (root / "content" / file).read_bytes()
    assert save(site, root, {f"content/{file}": broken}) == Change("problems")
    assert code in codes(site)
    assert everything(site) == before
    save(site, root, {"content/about.md": FILES["content/about.md"] + "More."})
    assert code in codes(site)
    assert "phone" in text(site, "/call/")
    assert "More." in text(site, "/about/")
    save(site, root, {f"content/{file}": whole})
    assert codes(site) == []
    fresh = folders.put(root, {f"content/{file}": broken}) and started(root)
    assert fresh.answer("/call/") is None
    assert code in codes(fresh)
    assert text(fresh, "/denial/")


@pytest.mark.parametrize("broken", [b"sources: [", b"\xff\xff", b"sources: {shared: {}}"])
def test_a_broken_library_stays_as_it_was(root: Path, broken: bytes) -> None:
    name = "content/_library.yaml"
    shared = "sources:\n  shared: {title: A shared source}\n"
    notes = DENIAL_NOTES + "    evidence: [{source: shared, stance: supports}]\n"
    site = started(folders.put(root, {name: shared, "content/denial.yaml": notes}))
    before = everything(site)
    assert codes(site) == []
    assert save(site, root, {name: broken}) == Change("problems")
    assert {problem.location.path for problem in site.state.problems} == {name}
    assert site.update([]) == Change("nothing")
    assert everything(site) == before
    assert save(site, root, {name: shared}) == Change("problems")
    assert codes(site) == []
    (root / name).unlink()
    site.update([root / name])
    assert codes(site) == ["unknown-source"]


def test_an_annotation_without_a_place(root: Path) -> None:
    site = started(root)
    moved = CALL_NOTES.replace("quote: phone call", "quote: phone bill")
    save(site, root, {"content/call.yaml": moved})
    (lost,) = site.state.unplaced["/call/"]
    assert (lost.id, lost.kind, lost.text) == ("call", "claim", "They spoke by telephone.")
    assert (lost.quote, lost.location.line) == ("phone bill", 4)
    assert lost.problem in site.state.problems
    assert "In an interview." in text(site, "/call/")
    assert "They spoke by telephone." not in text(site, "/claims/")
    assert site.answer("/call/claims/call/") is None
    assert "unknown-claim" in codes(site), "of the article that disputes it"
    save(site, root, {"content/call.yaml": CALL_NOTES})
    assert site.state.unplaced == {}
    assert codes(site) == []


def test_unknown_ratings_and_sources_are_shown_unchanged(root: Path) -> None:
    site = started(root)
    wrong = CALL_NOTES.replace("rating: disputed", "rating: odd").replace(
        "source: post", "source: x"
    )
    save(site, root, {"content/call.yaml": wrong})
    assert {"unknown-rating", "unknown-source"} <= set(codes(site))
    for address, answer in everything(site).items():
        assert answer, address
    assert "template" not in " ".join(codes(site))
    assert "They spoke by telephone." in text(site, "/call/")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("site.toml", "title = "),
        ("site.toml", ""),
        ("site.toml", SITE + 'theme = "none"\n'),
        ("content", None),
        ("site.toml", None),
    ],
)
def test_a_broken_site_stays_as_it_was(root: Path, name: str, content: str | None) -> None:
    site = started(root)
    before = everything(site)
    aside = root.parent / "aside"
    if content is None:
        (root / name).rename(aside)
    else:
        folders.put(root, {name: content})
    assert site.update([root / name]) == Change("problems")
    assert codes(site)
    if name == "content":
        assert site.answer("/a.txt") is None
        del before["/a.txt"]
    assert {address: site.answer(address) for address in before} == before
    if content is None:
        aside.rename(root / name)
    else:
        folders.put(root, {name: SITE})
    assert site.update([root / name]) == Change("problems")
    assert codes(site) == []
    assert everything(site).items() >= before.items()


def test_a_site_that_was_never_usable(root: Path) -> None:
    folders.put(root, {"site.toml": "title = "})
    site = LiveSite(root, BuildOptions(jobs=1))
    assert "Reading the site" in text(site, "/")
    assert site.update(None) == Change("problems")
    assert "1 problem" in text(site, "/call/")
    assert "connect-src" in text(site, "/404.html")
    assert site.answer("/custom.css") is None
    assert save(site, root, {"site.toml": SITE}).kind == "pages"
    assert "phone" in text(site, "/call/")


def test_a_template_that_fails(root: Path) -> None:
    site = started(root)
    before = text(site, "/call/")
    template = "themes/default/templates/article.html"
    assert save(site, root, {template: "{{ page.nothing }}"}).kind == "pages"
    assert text(site, "/call/") == before, "the last good one"
    assert "This page cannot be shown" in text(site, "/denial/"), "nobody has seen it before"
    (problem,) = site.state.problems
    assert problem.code.startswith("template"), problem
    assert problem.location.path.endswith("article.html")
    assert text(site, "/claims/")
    save(site, root, {template: '{% extends "built-in/article.html" %}'})
    assert codes(site) == []
    assert text(site, "/call/") == before


def test_the_number_of_kept_pages_is_limited(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explainer.serve.live._KEPT", 3)
    site = started(root)
    for address in ("/", "/call/", "/claims/", "/sources/", "/"):
        assert site.answer(address)
    assert list(site._last_good) == ["call/index.html", "claims/index.html", "sources/index.html"]


def test_two_articles_with_one_address(root: Path) -> None:
    site = started(root)
    save(site, root, {"content/call/index.md": DENIAL})
    assert "address-taken" in codes(site)
    assert text(site, "/call/") == text(started(root), "/call/")
    (root / "content/call/index.md").unlink()
    site.update([root / "content/call"])
    assert "phone" in text(site, "/call/")
    assert codes(site) == []


def test_a_bug_is_reported(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = started(root)
    before = text(site, "/call/")
    with monkeypatch.context() as patch:
        patch.setattr(pipeline.prepare, "allowances", lambda *_: 1 / 0)
        assert save(site, root, {"content/call.md": CALL + "More."}) == Change("problems")
        assert codes(site) == ["bug"]
        assert text(site, "/call/") == before
        site.update([])
        assert codes(site) == ["bug"]
    assert site.update([]) == Change("pages"), "what it did not read before is read now"
    assert "More." in text(site, "/call/")


def test_a_file_that_vanishes_while_it_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = started(root)

    def vanished(*_: object) -> None:
        raise FileNotFoundError(2, "No such file", str(root / "content/a.txt"))

    with monkeypatch.context() as patch:
        patch.setattr(store.pictures, "gather", vanished)
        site.update(None)
    (problem,) = site.state.problems
    assert (problem.code, problem.location.path) == ("unreadable", "content/a.txt")
    site.update([])
    assert codes(site) == []


def test_loops_and_unreadable_files(root: Path) -> None:
    site = started(root)
    content = root / "content"
    (content / "loop").symlink_to(".", target_is_directory=True)
    (content / "round.md").symlink_to("round.md")
    (content / "gone.md").symlink_to("nowhere.md")
    os.mkfifo(content / "pipe.txt")
    site.update([content / "loop", content / "round.md", content / "pipe.txt"])
    assert "link-broken" in codes(site)
    assert everything(site) == everything(started(root))
    assert site.answer("/pipe.txt") is None


# --- what is never served ------------------------------------------------------------------------


def test_nothing_else_is_served(root: Path, tmp_path: Path) -> None:
    folders.put(tmp_path, {"secret.txt": "secret"})
    folders.put(root, {".git/config": "secret", "content/.hidden.txt": "x", "content/_x.txt": "x"})
    (root / "content/out.txt").symlink_to(tmp_path / "secret.txt")
    site = started(root)
    for address in (
        "/../secret.txt",
        "/content/call.md",
        "/call.md",
        "/site.toml",
        "/.git/config",
        "/.hidden.txt",
        "/_x.txt",
        "/out.txt",
        "//call/",
        "/call",
        "/call/../call/",
        "call/",
        "",
        "/\0",
        "/assets/../custom.css",
    ):
        assert site.answer(address) is None, address


def test_a_file_replaced_by_a_link_out_of_the_site_is_not_served(
    root: Path, tmp_path: Path
) -> None:
    folders.put(tmp_path, {"secret.txt": "secret"})
    folders.put(root, {".git/config": "secret"})
    site = started(root)
    assert text(site, "/a.txt") == "text"
    file = root / "content/a.txt"
    for target in (tmp_path / "secret.txt", root / ".git/config", tmp_path, root / "gone"):
        file.unlink()
        file.symlink_to(target)
        assert site.answer("/a.txt") is None, target
        site.update([file])
        assert b"secret" not in (site.answer("/a.txt") or Response(b"", "")).content


# --- threads -------------------------------------------------------------------------------------


def test_responses_during_an_update(root: Path) -> None:
    site = started(root)
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            for address in ("/call/", "/", "/claims/", "/custom.css"):
                answer = site.answer(address)
                if answer is None or not answer.content:
                    wrong.append(address)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(20):
        save(site, root, {"content/call.md": CALL.replace("phone", f"phone{number}")})
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert "phone19" in text(site, "/call/")
    assert everything(site) == everything(started(root))
