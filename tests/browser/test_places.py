"""A site at the three kinds of GitHub Pages addresses, crawled in a browser.

A project page is below `/repository/`, a user page and a custom domain are at the root. Requests to
the host are answered from the output folder as GitHub Pages would; any other request is an error.
"""

from __future__ import annotations

import json
import mimetypes
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from click.testing import CliRunner

from explainer.cli import main
from explainer.output import search
from tests.helpers import browser as browsers
from tests.helpers import folders

PAGEFIND = search._program()  # looked up before conftest.py takes it away

pytestmark = browsers.needed

PLACES = {
    "project page": "https://octocat.github.io/my-repo/",
    "user page": "https://octocat.github.io/",
    "custom domain": "https://www.example.org/",
}
MORE = {
    "content/news/über uns.md": "---\ntitle: Über uns\ntopics: [A b]\naliases: [/old/us/]\n---\n\n"
    "See [leap years](../leap-years/index.md) and [the picture](map.svg).\n\n"
    "![A map](map.svg)\n\n## A heading\n\n[Down](#a-heading)\n",
    "content/news/map.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>\n',
}


@dataclass
class Place:
    """A site at an address."""

    output: Path
    base: str
    """Ends with a slash."""
    missing: list[str] = field(default_factory=list)
    """Requested addresses that do not exist."""

    def file(self, url: str) -> Path | None:
        """The file that GitHub Pages serves for an address of the site."""
        path = unquote(urlsplit(url).path)
        below = urlsplit(self.base).path
        if not path.startswith(below):
            return None
        found = self.output / path.removeprefix(below)
        found = found / "index.html" if found.is_dir() and path.endswith("/") else found
        return found if found.is_file() else None

    def is_here(self, url: str) -> bool:
        return urlsplit(url).netloc == urlsplit(self.base).netloc


@pytest.fixture(scope="module", params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The starter site with one more page, built as in the workflow."""
    base = PLACES[request.param]
    site = tmp_path_factory.mktemp("place") / "site"
    assert CliRunner().invoke(main, ["new", str(site)]).exit_code == 0
    folders.put(site, MORE)
    if request.param == "custom domain":
        folders.put(site, {"static/CNAME": "www.example.org\n"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_program", lambda: PAGEFIND)
        # configure-pages returns the URL without the slash.
        command = ["--site", str(site), "build", "--strict", "--base-url", base.rstrip("/")]
        built = CliRunner().invoke(main, command)
    assert built.exit_code == 0, built.stderr
    return Place(site / "_site", base)


@contextmanager
def window(browser: Any, place: Place) -> Iterator[tuple[Any, list[str]]]:
    """Open a browser page with the site at its address. Yield it with its console messages."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    messages: list[str] = []

    def answer(route: Any) -> None:
        url = route.request.url
        file = place.file(url) if place.is_here(url) else None
        if file is None:
            place.missing.append(url)
            body = (place.output / "404.html").read_bytes() if place.is_here(url) else b""
            route.fulfill(status=404, body=body, content_type="text/html; charset=utf-8")
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        route.fulfill(body=file.read_bytes(), content_type=kind)

    context.route("**/*", answer)
    page = context.new_page()
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    try:
        place.missing.clear()
        yield page, messages
    finally:
        context.close()


ADDRESSES = """() => [...document.querySelectorAll('[href], [src]')].flatMap(
    e => e.href instanceof SVGAnimatedString ? [] : [e.href || e.src])"""


def crawl(page: Any, place: Place) -> tuple[dict[str, list[str]], dict[str, set[str]]]:
    """Open every page that is reachable from the home page.

    Returns, by the address of a page, its links as the browser resolves them, and its ids.
    """
    leads: dict[str, list[str]] = {}
    ids: dict[str, set[str]] = {}
    todo = [place.base]
    while todo:
        url = todo.pop()
        if url in leads:
            continue
        page.goto(url)
        leads[url] = page.evaluate(ADDRESSES)
        ids[url] = set(page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
        for link in leads[url]:
            target = urldefrag(link)[0]
            file = place.file(target) if place.is_here(target) else None
            if file and file.suffix == ".html":
                todo.append(target)
    return leads, ids


def test_every_link_on_every_page_works(browser: Any, place: Place) -> None:
    with window(browser, place) as (page, messages):
        leads, ids = crawl(page, place)
    files = {place.file(url) for url in leads}
    alone = {place.output / "404.html", place.output / "old/us/index.html"}
    assert files == set(place.output.rglob("*.html")) - alone, "all pages can be reached"
    nowhere, lost = [], []
    for url, links in leads.items():
        for link in links:
            target, fragment = urldefrag(link)
            if not place.is_here(target) or urlsplit(target).scheme not in ("http", "https"):
                continue
            if not target.startswith(place.base) or place.file(target) is None:
                nowhere.append((url, link))
            elif fragment and target in ids and unquote(fragment) not in ids[target]:
                lost.append((url, link))
    assert nowhere == []
    assert lost == []
    assert place.missing == []
    assert messages == []


def test_canonical_urls_match_the_pages(browser: Any, place: Place) -> None:
    script = "document.querySelector('link[rel=canonical]')?.getAttribute('href')"
    social = "document.querySelector('meta[property=\"og:url\"]')?.content"
    with window(browser, place) as (page, _):
        for path in place.output.rglob("index.html"):
            inside = path.parent.relative_to(place.output).as_posix()
            if inside == "old/us":
                continue
            page.goto(place.base + ("" if inside == "." else f"{inside}/"))
            canonical = page.evaluate(script)
            for told in (canonical, page.evaluate(social)):
                # As written, except that browsers encode non-ASCII letters.
                assert told is None or page.evaluate("u => new URL(u).href", told) == page.url
            if (path.parent / "annotations.json").is_file():
                assert canonical, "an article has one"
            for text in page.locator("script[type='application/ld+json']").all_text_contents():
                for url in strings(json.loads(text)):
                    if place.is_here(url):
                        assert place.file(urldefrag(url)[0]), (page.url, url)


def strings(data: object) -> Iterator[str]:
    """Yield every string in JSON data."""
    values = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    if isinstance(data, str):
        yield data
    for value in values:
        yield from strings(value)


def test_feeds_and_sitemaps_list_existing_pages(place: Place) -> None:
    for name in ("feed.xml", "claims/feed.xml", "sitemap.xml"):
        tree = ET.fromstring((place.output / name).read_bytes())
        found = [e.attrib["href"] for e in tree.iter() if "href" in e.attrib]
        found += [e.text or "" for e in tree.iter() if e.tag.endswith("}loc")]
        ours = [url for url in found if place.is_here(url)]
        assert ours
        for url in ours:
            assert url.startswith(place.base)
            assert place.file(urldefrag(url)[0]), (name, url)
        assert not [url for url in found if not url.startswith("https://")]
    robots = (place.output / "robots.txt").read_text(encoding="utf-8")
    assert f"Sitemap: {place.base}sitemap.xml\n" in robots


@pytest.mark.parametrize("path", ["nowhere", "nowhere/", "leap-years/claims/a/b/c.html"])
def test_missing_addresses_get_a_page_with_links_home(
    browser: Any, place: Place, path: str
) -> None:
    with window(browser, place) as (page, messages):
        asked = place.base + path
        assert page.goto(asked).status == 404
        assert place.missing == [asked], "its style sheets and scripts are found"
        assert page.evaluate("getComputedStyle(document.body).fontFamily") != "Times New Roman"
        messages.clear()  # Chromium reports the missing page itself
        links = {url for url in page.evaluate(ADDRESSES) if place.is_here(url)}
        links = {urldefrag(url)[0] for url in links} - {asked}  # "skip to the text" stays
        assert [url for url in links if not place.file(url)] == []
        page.locator("header a").first.click()
        page.wait_for_url(place.base + "**")
        assert place.file(page.url) == place.output / "index.html"
        assert messages == []


def test_an_alias_redirects(browser: Any, place: Place) -> None:
    with window(browser, place) as (page, _):
        page.goto(place.base + "old/us/")
        page.wait_for_url("**/%C3%BCber-uns/**")
        assert page.locator("h1").inner_text() == "Über uns"


@pytest.mark.skipif(PAGEFIND is None, reason="Pagefind is not installed")
def test_search_results_link_to_pages(browser: Any, place: Place) -> None:
    with window(browser, place) as (page, messages):
        page.goto(place.base)
        page.get_by_role("link", name="Search").first.click()
        page.get_by_role("searchbox").fill("Gregorian")
        results = page.locator("main a[href*='leap-years']")
        results.first.wait_for()
        assert place.missing == []
        target = results.first.evaluate("e => e.href")
        assert target.startswith(place.base + "leap-years/")
        results.first.click()
        page.wait_for_url("**/leap-years/**")
        assert place.file(page.url)
        assert messages == []


def test_the_domain_is_in_the_output(place: Place) -> None:
    domain = place.output / "CNAME"
    if "github.io" in place.base:
        assert not domain.exists()
    else:
        assert domain.read_text(encoding="utf-8") == "www.example.org\n"
