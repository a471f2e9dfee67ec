"""The search page in a browser."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from contextlib import contextmanager
from urllib.parse import quote

import pytest

from explainer.output import shards
from tests.output.search_site import build, installed

CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
    installed,
    pytest.mark.skipif(
        CHROMIUM is None and "CI" not in os.environ, reason="Debian's chromium is not installed"
    ),
]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "chromium is missing, and CI may not go without it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # requested by the browser, not by a page
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()


@pytest.fixture(scope="module", params=["/", "/some/base/"])
def address(request, built, tmp_path_factory):
    """The URL of the served site: at the root of a server, and below a path."""
    top = built
    if request.param != "/":
        top = tmp_path_factory.mktemp("www")
        (top / "some").mkdir()
        shutil.copytree(built, top / "some/base")
    with served(top) as server:
        yield f"{server}{request.param}"


@contextmanager
def served(top):
    """Serve a folder, and return the URL of the server."""
    handler = functools.partial(_Handler, directory=str(top))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def visit(browser):
    """Open a URL; assert afterwards that the console is empty and no other host was contacted."""
    seen = []

    def go(url, **options):
        page = browser.new_context(**options).new_page()
        messages, requests = [], []
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        seen.append((page, url, messages, requests))
        page.goto(url)
        return page

    yield go
    for page, url, messages, requests in seen:
        page.context.close()
        assert messages == []
        assert all(r.split("/")[:3] == url.split("/")[:3] for r in requests), requests


def results(page, status):
    """Wait for the status, then return the results' titles and links."""
    from playwright.sync_api import expect

    expect(page.locator("#search-status")).to_have_text(status)
    links = page.locator("#search-results h2 a").all()
    return [(link.inner_text(), link.get_attribute("href")) for link in links]


def test_words_are_found_with_umlauts_and_in_inflected_forms(visit, address):
    page = visit(address + "search/")
    field = page.get_by_role("searchbox", name="Search for")
    assert field.evaluate("e => e === document.activeElement")
    field.fill("paraffin")
    assert results(page, "1 result for “paraffin”") == [
        ("The lighthouse", address + "lighthouse/index.html"),
    ]
    assert page.locator("#search-results mark").inner_text() == "paraffin."
    assert page.locator("#search-results .kicker").inner_text() == "Analysis"
    assert page.url == address + "search/?q=paraffin"
    field.fill("bürgermeister")
    assert results(page, "1 result for “bürgermeister”") == [
        ("Über die Küste", address + quote("küste/index.html")),
    ]
    assert page.locator("#search-results h2").get_attribute("lang") == "de"
    assert page.locator("#search-results .kicker").inner_text() == "News · German"
    field.fill("haus")  # German's stem of «Häuser»: English would not find it
    assert len(results(page, "1 result for “haus”")) == 1
    field.fill("der Bürgermeisterin")
    assert len(results(page, "1 result for “der Bürgermeisterin”")) == 1
    page.locator("#search-results h2 a").click()
    assert page.locator("h1").inner_text() == "Über die Küste"
    assert page.evaluate("document.documentElement.lang") == "de"


def test_text_entered_before_the_script_loads_is_searched(visit, address):
    page = visit(address)
    held = []
    page.route("**/assets/search.js*", lambda route: held.append(route))
    page.goto(address + "search/", wait_until="commit")
    page.get_by_role("searchbox").fill("paraffin")
    assert len(held) == 1
    held[0].continue_()
    assert results(page, "1 result for “paraffin”")


def test_a_claim_is_found_by_its_text_review_and_speaker(visit, address):
    page = visit(address + "search/?q=perished")
    claim = (
        "Not one sailor perished at the reef.",
        address + "lighthouse/claims/nobody/index.html",
    )
    assert results(page, "1 result for “perished”") == [claim]
    assert page.locator("#search-results .kicker").inner_text() == "Claim · False · Ada Quill"
    badge = page.locator("#search-results [data-rating]")
    assert badge.get_attribute("data-rating") == "false"
    page.locator("#search-words").fill("eleven shipwrecks")
    assert results(page, "1 result for “eleven shipwrecks”") == [claim]
    page.locator("#search-words").fill("quill")
    assert set(results(page, "3 results for “quill”")) == {
        claim,
        ("Ada Quill", address + "people/keeper/index.html"),
        ("The lighthouse", address + "lighthouse/index.html"),  # she answers its question
    }


def test_filters_are_kept_in_the_url(visit, address):
    page = visit(address + "search/?q=wick")
    everything = results(page, "3 results for “wick”")
    assert {title for title, _ in everything} == {
        "The lighthouse",
        "The second",
        "The wick was trimmed daily.",
    }
    page.get_by_label("Search in").select_option("article")
    assert len(results(page, "2 results for “wick”")) == 2
    page.get_by_label("Search in").select_option("")
    page.get_by_label("Rating").select_option("true")
    (only,) = results(page, "1 result for “wick”")
    assert only == ("The wick was trimmed daily.", address + "lighthouse/claims/wick/index.html")
    assert page.url == address + "search/?q=wick&rating=true"
    page.reload()
    assert results(page, "1 result for “wick”") == [only]
    assert page.get_by_label("Rating").input_value() == "true"
    page.get_by_label("Rating").select_option("false")
    assert results(page, "No results for “wick”") == []


def test_no_results_and_empty_queries(visit, address):
    page = visit(address + "search/?q=xylophone&kind=nonsense")
    assert results(page, "No results for “xylophone”") == []
    assert page.get_by_label("Search in").input_value() == ""
    page.locator("#search-words").fill("<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="Search").click()
    assert results(page, "No results for “<img src=x onerror=alert(1)>”") == []
    for word in ("theatre", "aardvark", "wick theatre"):  # “the” and “a” are no results
        page.locator("#search-words").fill(word)
        assert results(page, f"No results for “{word}”") == []
    page.locator("#search-words").fill("")
    assert results(page, "") == []
    assert page.url == address + "search/"


def test_markup_in_an_excerpt_is_text(visit, address):
    page = visit(address + "search/?q=trimmed+dusk")
    results(page, "1 result for “trimmed dusk”")
    assert "a < b && c > d" in page.locator(".excerpt").inner_text()


def test_more_results_are_shown_on_request(visit, address):
    page = visit(address + "search/?q=mooring")
    assert len(results(page, "14 results for “mooring”")) == 10
    page.get_by_role("button", name="Show more").focus()
    page.keyboard.press("Enter")
    page.locator("#search-results li:nth-child(14)").wait_for()
    assert not page.locator("#search-more").is_visible()
    eleventh = page.locator("#search-results li:nth-child(11) a")
    assert eleventh.evaluate("e => e === document.activeElement")
    assert len({url for _, url in results(page, "14 results for “mooring”")}) == 14


def test_keyboard_only(visit, address):
    page = visit(address + "search/", reduced_motion="reduce", color_scheme="dark")
    page.keyboard.type("paraffin")
    page.keyboard.press("Enter")
    results(page, "1 result for “paraffin”")
    for _ in range(4):  # the button, two filters, the result
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(address + "lighthouse/index.html")


@pytest.mark.parametrize("width", [320, 1280])
def test_no_horizontal_overflow(visit, address, width):
    page = visit(address + "search/?q=wick", viewport={"width": width, "height": 800})
    results(page, "3 results for “wick”")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_shortcut_opens_search_and_focuses_its_field(visit, address):
    page = visit(address + "lighthouse/")
    page.keyboard.press("Control+/")
    assert page.url == address + "lighthouse/"
    page.keyboard.press("/")
    page.wait_for_url(address + "search/index.html")
    page.locator("h1").click()
    page.keyboard.press("/")
    field = page.locator("#search-words")
    assert field.evaluate("e => e === document.activeElement")
    page.keyboard.type("and/or")
    assert field.input_value() == "and/or"


def test_a_page_opened_from_disk_explains_why_search_does_not_work(visit, built):
    page = visit((built / "search/index.html").as_uri() + "?q=wick")
    status = page.locator("#search-status").inner_text()
    assert "Search does not work in a page opened from disk" in status
    assert page.locator("#search-words").is_disabled()


def test_without_javascript_a_notice_and_other_links_are_shown(visit, address):
    page = visit(address + "search/", java_script_enabled=False)
    assert "Search needs JavaScript" in page.locator("main").inner_text()
    assert not page.locator("#search-words").is_visible()
    listed = page.locator("main li a").all_inner_texts()
    assert listed == ["Claims", "Sources", "People", "Topics"]


def test_all_shards_are_searched(visit, tmp_path, monkeypatch):
    monkeypatch.setattr(shards, "LEAST", 3)
    output, _ = build(tmp_path)
    assert len([*output.rglob("*.pf_meta")]) > 4
    with served(output) as server:
        page = visit(f"{server}/search/?q=mooring")
        assert len(results(page, "14 results for “mooring”")) == 10
        page.get_by_role("button", name="Show more").click()
        page.locator("#search-results li:nth-child(14)").wait_for()
        assert len({url for _, url in results(page, "14 results for “mooring”")}) == 14
        page.locator("#search-words").fill("haus")
        assert len(results(page, "1 result for “haus”")) == 1
        assert page.locator("#search-results h2").get_attribute("lang") == "de"
        assert page.locator("#search-results .kicker").inner_text() == "News · German"
        page.locator("#search-words").fill("wick")
        assert len(results(page, "3 results for “wick”")) == 3
        assert page.locator("#search-results h2[lang]").count() == 0
        page.get_by_label("Search in").select_option("claim")
        assert len(results(page, "1 result for “wick”")) == 1
        page.get_by_label("Rating").select_option("false")
        assert results(page, "No results for “wick”") == []
        page.get_by_label("Search in").select_option("")
        page.get_by_label("Rating").select_option("")
        for word in ("theatre", "wick theatre"):
            page.locator("#search-words").fill(word)
            assert results(page, f"No results for “{word}”") == []


def test_a_search_takes_few_requests(visit, tmp_path, monkeypatch):
    monkeypatch.setattr(shards, "LEAST", 3)
    output, _ = build(tmp_path)
    count = len([*output.rglob("*.pf_meta")])
    asked = []
    with served(output) as server:
        page = visit(f"{server}/search/")
        page.on("response", lambda one: asked.append(one.url.partition("/pagefind/")[2]))
        page.locator("#search-words").fill("wick")
        results(page, "3 results for “wick”")
        assert len([url for url in asked if "pagefind.js" in url]) <= 2, "one for each language"
        asked.clear()
        page.locator("#search-words").fill("trimmed")
        results(page, "2 results for “trimmed”")
        assert 0 < len(asked) <= 2 * count


def test_an_index_that_cannot_be_loaded_is_reported(browser, address):
    page = browser.new_context().new_page()
    page.route("**/pagefind-entry.json*", lambda route: route.abort())
    page.goto(address + "search/?q=wick")
    assert results(page, "Search could not be loaded. Try again when you are online.") == []
    page.unroute("**/pagefind-entry.json*")
    page.get_by_role("button", name="Search").click()
    assert len(results(page, "3 results for “wick”")) == 3
    page.context.close()
