"""Pages rendered from values: what every page must contain, and what it must not."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any, get_args
from urllib.parse import unquote, urljoin

import pytest

from explainer.model.article import (
    ClaimView,
    Html,
    QuestionView,
)
from explainer.model.scalars import BuiltinKind, Genre
from explainer.render.files import make_files
from tests.helpers.articles import (
    RATINGS,
    Maker,
    build,
    dozen,
    paragraphs,
    plain,
    renderer,
    rich,
)


class Reading(HTMLParser):
    """The links, ids, and tags of a page, and what is wrong with it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.assets: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)
        self.close()
        self.wrong += [f"<{tag}> is not closed" for tag in self.open]

    VOID = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if len(found) < len(attrs):
            self.wrong.append(f"<{tag}> has an attribute twice")
        self.tags.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a" and found.get("href") is not None:
            self.links.append(str(found["href"]))
        if tag == "link" and found.get("rel") in ("stylesheet", "alternate"):
            self.assets.append(str(found["href"]))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    return build(rich(), plain(), dozen())


@pytest.fixture(scope="module")
def page(site: dict[str, str]) -> str:
    return site["kremlin-call/index.html"]


def html_pages(site: dict[str, str]) -> Iterable[tuple[str, str]]:
    return ((path, text) for path, text in site.items() if path.endswith(".html"))


def test_every_promised_file_is_there(site: dict[str, str]) -> None:
    assert {
        "index.html",
        "kremlin-call/index.html",
        "kremlin-call/annotations.json",
        "kremlin-call/claims/call-happened/index.html",
        "claims/index.html",
        "sources/index.html",
        "people/index.html",
        "people/peskov/index.html",
        "topics/index.html",
        "topics/diplomacy/index.html",
        "feed.xml",
        "claims/feed.xml",
        "sitemap.xml",
        "robots.txt",
        "404.html",
        "old/index.html",
        "deep/down/index.html",
        "assets/style.css",
        "assets/code.css",
    } <= set(site)
    assert "about/annotations.json" not in site


def test_pages_are_well_formed(site: dict[str, str]) -> None:
    for path, text in html_pages(site):
        reading = Reading(text)
        assert reading.wrong == [], path
        assert len(reading.ids) == len(set(reading.ids)), path
        assert text.startswith("<!DOCTYPE html><html lang="), path
        assert sum(tag == "h1" for tag, _ in reading.tags) == 1, path
        levels = [int(tag[1]) for tag, _ in reading.tags if re.fullmatch("h[1-6]", tag)]
        jumps = [(a, b) for a, b in pairwise(levels) if b > a + 1]
        assert jumps == [], path


def test_no_script_style_or_other_host(site: dict[str, str]) -> None:
    for path, text in html_pages(site):
        for tag, attributes in Reading(text).tags:
            assert tag not in ("style", "iframe"), path
            if tag == "script" and attributes.get("type") != "application/ld+json":
                source = str(attributes["src"]).partition("?")[0]
                assert source.endswith(("assets/script.js", "assets/lists.js")), path
                assert "defer" in attributes
            assert not any(name.startswith("on") or name == "style" for name in attributes), path
            if tag in ("img", "link") and attributes.get("rel") != "canonical":
                source = str(attributes.get("src") or attributes.get("href"))
                assert "//" not in source, path


def test_links_have_targets(site: dict[str, str]) -> None:
    ids = {path: set(Reading(text).ids) for path, text in html_pages(site)}
    for path, text in html_pages(site):
        if path == "404.html":
            continue
        reading = Reading(text)
        for link in [*reading.links, *reading.assets]:
            if link.startswith("http"):
                continue
            assert not link.startswith("/"), (path, link)
            target, _, fragment = urljoin("https://x/" + path, link).partition("#")
            file = unquote(target.removeprefix("https://x/").partition("?")[0])
            file += "index.html" if file.endswith("/") or not file else ""
            assert file in site, (path, link)
            if fragment:
                assert unquote(fragment) in ids[file], (path, link)


def test_an_article_page_has_the_promised_attributes(page: str) -> None:
    article = rich()
    for annotation in article.annotations:
        body = re.search(
            rf'<aside[^>]* id="note-{annotation.id}"[^>]*>(.*?)</aside>', page, re.DOTALL
        )
        assert body
        assert 'role="doc-backlink"' in body[1]
        back = "page-top" if annotation.passage is None else f"ref-{annotation.id}"
        assert f'href="#{back}"' in body[1]
        for citation in annotation.citations:
            if annotation.kind != "claim":  # the evidence of claims is in the ledger
                assert f'href="#source-{citation.id}"' in body[1]
        if isinstance(annotation, ClaimView):
            assert f'href="#claim-{annotation.id}"' in body[1]
            assert f'href="claims/{annotation.id}/"' in page
            assert f'data-rating="{annotation.rating.id}"' in body[1]
        if annotation.passage:
            reference = rf'<sup [^>]*><a href="#note-{annotation.id}" role="doc-noteref"'
            assert len(re.findall(reference, page)) == 1
    for badge in re.findall(r'<b data-rating="([\w-]+)"[^>]*>(.*?)</b>', page):
        assert badge[1] == RATINGS[badge[0]].label


def test_text_is_kept(page: str) -> None:
    """Without our elements, the body is the parser's output, including white space in `pre`."""
    body = page.partition('<div class="text">')[2].partition('<div class="after">')[0]
    bare = re.sub(r'<aside.*?</aside>|<sup class="ref\b.*?</sup>', "", body, flags=re.DOTALL)
    given = "".join(part.html for part in rich().body if isinstance(part, Html))
    assert bare.removesuffix("</div></article>").rstrip("\n") == given.rstrip("\n")


def test_the_text_of_the_page(page: str) -> None:
    text = " ".join(re.sub("<[^>]+>", "", re.sub("</h4>", " ", page.partition("<body")[2])).split())
    for words_ in (
        "3 claims checked: 1 mixed, 2 disputed",
        "Annotated by The explainer team and Ann O’Nym · 20 November 2024",
        "Updated 11 February 2025",
        "4-minute read",
        "Read it at themoscowtimes.com",
        "Opinion pieces do not reflect the publisher’s position.",
        "Dmitry Peskov, 10 November 2024 Disputed",
        "Dmitry Peskov Kremlin spokesperson",
        "Against no primary source",
        "These claims contradict each other",
        "11 November 2024 Unverified One newspaper, nobody on the record.",
        "Repeats The Washington Post; not counted as a separate source.",
        "newspaper article, secondary source · archived copy",
        "speech, primary source",
        "Cited in 2 places 2, 4",
        "in Europe Reuters, at swissinfo.ch (2), paragraph 1",
        "What would settle it A record of the call published by either side.",
        "2 January 2025 A date was wrong.",
    ):
        assert words_.replace(" · ", " ") in text.replace(" · ", " "), words_


def test_links_on_a_claims_page_are_relative_to_it(site: dict[str, str]) -> None:
    page = site["kremlin-call/claims/call-happened/index.html"]
    home = "../../../kremlin-call/"
    assert f'see <a href="{home}#the-report">the report</a>' in page
    assert '<a href="../../../sources/index.html#source-post">its source</a>' in page
    assert f'<a href="{home}#ref-call-happened">' in page
    assert 'href="../no-call/"' not in page.partition("<main")[0]
    assert "Second paragraph." in page


def test_one_claim_review_on_a_claims_page_and_none_elsewhere(site: dict[str, str]) -> None:
    for path, text in html_pages(site):
        data = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
        kinds = [item["@type"] for one in data for item in as_list(json.loads(one))]
        if "/claims/" in path:
            assert kinds == ["ClaimReview", "BreadcrumbList"], path
        else:
            assert "ClaimReview" not in kinds, path


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_social_and_canonical_addresses_are_absolute(page: str) -> None:
    assert '<link rel="canonical" href="https://example.org/base/kremlin-call/">' in page
    assert '<meta property="og:url" content="https://example.org/base/kremlin-call/">' in page
    assert 'content="https://example.org/base/kremlin-call/phone.jpg"' in page
    assert '<meta property="og:image:width" content="1200">' in page
    assert '<meta property="og:image:alt" content="A telephone">' in page
    sizes = (
        'width="1200" height="800" srcset="../assets/pictures/phone-480.jpg 480w, phone.jpg 1200w"'
    )
    assert f'<img src="phone.jpg" alt="A telephone" {sizes} ' in page


def test_without_url() -> None:
    site = build(rich(), url=None)
    assert "sitemap.xml" not in site
    assert "Sitemap" not in site["robots.txt"]
    for path, text in html_pages(site):
        assert 'rel="canonical"' not in text, path
        assert "og:url" not in text, path
        assert "example.org/base" not in text, path
    assert '<a href="/claims/index.html">' in site["404.html"]


def test_404_links_from_the_servers_root(site: dict[str, str]) -> None:
    assert 'href="/base/assets/style.css?v=' in site["404.html"]
    assert '<a class="site-name" href="/base/">' in site["404.html"]


def test_redirect(site: dict[str, str]) -> None:
    page = site["deep/down/index.html"]
    assert '<meta http-equiv="refresh" content="0; url=../../kremlin-call/">' in page
    assert '<link rel="canonical" href="https://example.org/base/kremlin-call/">' in page
    assert '<a href="../../kremlin-call/">' in page


def test_noindex_leaves_an_article_out_of_feeds_and_indexes() -> None:
    m = Maker()
    m.claim("secret", "A claim.", address="/kremlin-call/")
    m.block(f"<p>{m.mark('secret', 'words')}</p>")
    site = build(m.article(noindex=True), aliases={})
    assert '<meta name="robots" content="noindex">' in site["kremlin-call/index.html"]
    assert '<meta name="robots" content="noindex">' in site["kremlin-call/claims/secret/index.html"]
    for file in ("sitemap.xml", "feed.xml", "claims/feed.xml"):
        assert "kremlin-call" not in site[file]


def test_home_has_its_own_text() -> None:
    m = Maker()
    m.note("hello", "A note on the home page.")
    m.block(f"<p>Welcome {m.mark('hello', 'home')}.</p>\n")
    home = m.article(address="/", path="content/index.md", title="Start", date=None)
    site = build(home, plain())
    assert "<h1>Start</h1>" in site["index.html"]
    assert 'id="note-hello"' in site["index.html"]
    assert 'href="about/"' in site["index.html"]
    assert json.loads(site["annotations.json"])["total"] == 1


def test_an_empty_site_renders() -> None:
    site = build(aliases={})
    assert "No articles yet." in site["index.html"]
    assert "No claims yet." in site["claims/index.html"]
    assert "<updated>1970-01-01T00:00:00Z</updated>" in site["feed.xml"]


def test_the_same_input_gives_the_same_bytes() -> None:
    assert build(rich(), plain(), dozen()) == build(dozen(), rich(), plain())


def test_titles_are_short() -> None:
    long = "A title that goes on " * 8
    site = build(plain(title=long), aliases={})
    title = re.search("<title>(.*?)</title>", site["about/index.html"])
    assert title
    assert len(title[1]) <= 70
    assert title[1].endswith("…")


def test_description_is_the_opening_without_summary(site: dict[str, str]) -> None:
    meta = 'name="description" property="og:description" content="Plain text &amp; nothing else.">'
    assert meta in site["about/index.html"]


def test_the_policy_allows_only_the_hosts_of_pictures() -> None:
    m = Maker()
    m.block('<p><img src="https://pictures.example/a.png" alt="A"><img src="b.png" alt="B"></p>\n')
    policy = "img-src 'self' file: data: https://pictures.example;"
    assert policy in build(m.article())["kremlin-call/index.html"]


@pytest.mark.parametrize("genre", get_args(Genre))
@pytest.mark.parametrize("kind", get_args(BuiltinKind))
def test_every_genre_and_kind_has_a_word(genre: Genre, kind: BuiltinKind) -> None:
    m = Maker()
    m.note("one", "Text.", kind=kind)
    m.block(f"<p>{m.mark('one', 'words')}</p>")
    made = renderer()
    pages, problems = make_files(made.article_files(m.article(genre=genre)))
    assert problems == ()
    assert pages


def test_an_answered_question() -> None:
    m = Maker()
    m.question("why", "Why?")
    question = m.annotations[0]
    assert isinstance(question, QuestionView)
    m.annotations[0] = replace(question, status="answered", answer=paragraphs("Because."))
    m.block(f"<p>{m.mark('why', 'words')}</p>")
    page = build(m.article())["kremlin-call/index.html"]
    assert page.count("<p>Because.</p>") == 2
    assert "Answered question" in page


def test_there_are_anchor_names_for_every_reference_mark() -> None:
    m = Maker()
    for i in range(40):
        m.note(f"n{i}", "Note.")
        m.block(f"<p>{m.mark(f'n{i}', 'words')}</p>\n")
    style = build(m.article())["assets/style.css"]
    assert ".n48{--b:--47;--n:--48}" in style
    assert ".n49{" not in style
    assert ".p47{--b:--47}" in style


# --- speed ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_speed() -> None:
    """Measures the time. The limit is generous, for machines that are slow or busy."""
    article = dozen()
    made = renderer(article)
    make_files(made.article_files(article))
    best = min(_time(lambda: make_files(made.article_files(article))) for _ in range(20))
    print(f"\nan article with 8 claim pages and annotations.json: {best * 1000:.2f} ms")
    assert best < 0.05


def _time(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
