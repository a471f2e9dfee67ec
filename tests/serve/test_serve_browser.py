"""`serve` in a browser, as authors see it next to their editor."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import browser as browsers
from tests.helpers import serving
from tests.helpers.serving import PATIENCE, Served

pytestmark = browsers.needed
MILLISECONDS = PATIENCE * 1000


def opened(browser: Any, server: Served, path: str = "long/", width: int = 1280, **options: Any):
    return browsers.opened(browser, server.url + path, width, **options)


def until(page: Any, expression: str) -> None:
    """Wait until an expression is true in a page, across reloads.

    Playwright's `wait_for_function` evaluates text in the page, which the page's policy forbids.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(_PlaywrightError):  # in the middle of a reload
            if page.evaluate(expression):
                return
        page.wait_for_timeout(10)
    raise AssertionError(f"never: {expression}")


CONNECTED = "document.querySelector('explainer-live')?.dataset.connected"


def connected(page: Any) -> None:
    """Wait until the page is connected, and set a marker that does not survive a reload."""
    until(page, f"Boolean({CONNECTED})")
    page.evaluate("window.before = true")


def text_of(page: Any, selector: str, pattern: str) -> None:
    page.locator(selector, has_text=pattern).first.wait_for(timeout=MILLISECONDS)


def reloaded(page: Any) -> None:
    until(
        page,
        f"!window.before && document.readyState === 'complete' && {CONNECTED}",
    )


try:
    from playwright.sync_api import Error as _PlaywrightError
except ImportError:
    _PlaywrightError = Exception

PANEL = "explainer-live >> .panel"


def test_saved_changes_are_shown(browser: Any, server: Served) -> None:
    with opened(browser, server) as (page, heard):
        connected(page)
        server.edit("content/long.md", "Paragraph 1.", "Paragraph one.")
        text_of(page, "p", "Paragraph one.")
        assert not heard.messages
        assert not page.locator(PANEL).is_visible()


def test_a_changed_page_requests_nothing(browser: Any, server: Served) -> None:
    """The new page comes with the message, and forms ask for their data when they open."""
    with opened(browser, server) as (page, _):
        connected(page)
        page.wait_for_load_state("networkidle")
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        server.edit("content/long.md", "Paragraph 21.", "Paragraph twenty.")
        text_of(page, "p", "Paragraph twenty.")
        page.wait_for_timeout(800)
        assert [url.rpartition("/")[2] for url in requests] == ["proposals"]
        assert page.evaluate("window.before")


def test_an_unchanged_page_is_not_reloaded(browser: Any, server: Served) -> None:
    with opened(browser, server, "other/") as (page, _):
        connected(page)
        before = len(server.updates)
        server.edit("content/long.md", "Paragraph 1.", "Paragraph one.")
        serving.wait_for(lambda: len(server.updates) > before)
        page.wait_for_timeout(200)
        assert page.evaluate("window.before")
        server.edit("content/other.md", "Short.", "Longer.")
        text_of(page, "p", "Longer.")
        server.write("static/pixel.gif", "another picture")
        reloaded(page)  # the HTML does not show whether the page uses it


def test_a_save_while_the_page_loads(browser: Any, server: Served) -> None:
    """No change is lost between the page's rendering and its websocket."""
    with opened(browser, server, "other/") as (page, _):
        held: list[Any] = []
        released: list[bool] = []
        script = re.compile(r"/live\.js")
        page.route(script, lambda route: route.continue_() if released else held.append(route))
        page.reload(wait_until="commit")
        while not held:
            page.wait_for_timeout(20)
        before = len(server.updates)
        server.edit("content/other.md", "Short.", "Saved meanwhile.")
        serving.wait_for(lambda: len(server.updates) > before)
        released.append(True)
        for route in held:
            route.continue_()
        text_of(page, "p", "Saved meanwhile.")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_scroll_position_is_kept(browser: Any, server: Served, width: int) -> None:
    top = """() => [...document.querySelectorAll('p')]
        .find(p => p.textContent.startsWith('Paragraph 25')).getBoundingClientRect().top"""
    with opened(browser, server, width=width) as (page, _):
        connected(page)
        page.evaluate(f"scrollTo({{top: scrollY + ({top})() - 300, behavior: 'instant'}})")
        page.wait_for_timeout(50)
        assert abs(page.evaluate(top) - 300) < 2
        # Above it, the text grows and a paragraph is deleted.
        text = (server.folder / "content/long.md").read_text()
        text = text.replace("Paragraph 3.", f"Paragraph 3 grew. {serving.WORDS * 20}")
        server.write("content/long.md", text.replace("Paragraph 5. ", "Paragraph 5, too. " * 40))
        text_of(page, "p", "Paragraph 3 grew.")
        page.wait_for_timeout(100)
        assert abs(page.evaluate(top) - 300) < 2
        assert page.evaluate("window.before")  # only prose was patched
        # A new note reloads the page, and the text above the window grows again.
        text = text.replace("Paragraph 4.", f"Paragraph 4 grew. {serving.WORDS * 20}")
        server.write("content/long.md", text)
        note = "  - quote: Paragraph 7\n    note: A note on the seventh.\n"
        server.write("content/long.yaml", serving.NOTES + note)
        reloaded(page)
        until(page, "document.body.textContent.includes('the seventh')")
        page.wait_for_timeout(100)
        assert abs(page.evaluate(top) - 300) < 2


def test_notes_and_focus_are_kept(browser: Any, server: Served) -> None:
    with opened(browser, server, width=390) as (page, _):
        connected(page)
        for name in ("twelve", "twenty"):
            page.locator(f"#ref-{name}").click()
        assert page.evaluate("document.activeElement.parentElement.id") == "note-twenty"
        location = page.evaluate("document.activeElement.getBoundingClientRect().top")
        changed = serving.NOTES.replace("note: A", "kind: definition\n    note: A")
        server.write("content/long.yaml", changed)
        reloaded(page)
        assert page.locator("#note-twelve").is_visible()
        assert page.locator("#note-twenty").is_visible()
        until(page, "document.activeElement.parentElement.id === 'note-twenty'")
        after = page.evaluate("document.activeElement.getBoundingClientRect().top")
        assert abs(location - after) < 2
        expanded = page.locator("[role=doc-noteref][href='#note-twelve']")
        assert expanded.get_attribute("aria-expanded") == "true"
        page.keyboard.press("Escape")
        assert not page.locator("#note-twenty").is_visible()


def test_focus_on_an_element_without_an_id(browser: Any, server: Served) -> None:
    with opened(browser, server) as (page, _):
        connected(page)
        page.locator("[role=doc-noteref][href='#note-twenty']").focus()
        changed = serving.NOTES.replace("note: A", "kind: definition\n    note: A")
        server.write("content/long.yaml", changed)
        reloaded(page)
        until(page, "document.activeElement.getAttribute('href') === '#note-twenty'")


def test_a_style_sheet_is_applied_without_a_reload(browser: Any, server: Served) -> None:
    spacing = "getComputedStyle(document.querySelector('h1')).letterSpacing"
    with opened(browser, server) as (page, heard):
        connected(page)
        assert page.evaluate(spacing) == "1px"
        for width in (7, 9):
            server.write("static/custom.css", f"h1 {{ letter-spacing: {width}px; }}\n")
            until(page, f"{spacing} === '{width}px'")
        assert page.evaluate("window.before")
        assert page.locator("link[href*='custom.css']").count() == 1
        before = len(server.updates)
        server.edit("content/other.md", "Short.", "Another page is no reason to reload this one.")
        serving.wait_for(lambda: len(server.updates) > before)
        page.wait_for_timeout(200)
        assert page.evaluate("window.before")
        assert not heard.messages


def test_a_problem_appears_and_disappears(browser: Any, server: Served) -> None:
    with opened(browser, server) as (page, heard):
        connected(page)
        server.edit("content/long.md", "title: A long read", "titel: A long read")
        panel = page.locator(PANEL)
        panel.wait_for(timeout=MILLISECONDS)
        assert "error" in panel.locator(".toggle").inner_text()
        shown = panel.inner_text()
        assert "content/long.md:2:1" in shown
        assert "titel" in shown
        assert page.locator("h1").inner_text() == "A long read"  # the last good page
        assert panel.locator(".excerpt b").first.inner_text() == "t"
        # It can be collapsed by keyboard, and stays collapsed after a reload.
        panel.locator(".toggle").focus()
        page.keyboard.press("Enter")
        assert not panel.locator(".list").is_visible()
        page.reload()
        connected(page)
        panel.wait_for(timeout=MILLISECONDS)
        assert not panel.locator(".list").is_visible()
        server.edit("content/long.md", "titel: A long read", "title: A long read")
        panel.wait_for(state="hidden", timeout=MILLISECONDS)
        assert not heard.messages


def test_a_position_can_be_copied(browser: Any, server: Served) -> None:
    with opened(browser, server, permissions=["clipboard-read", "clipboard-write"]) as (page, _):
        connected(page)
        server.edit("content/other.md", "title: Another", "titel: Another")
        page.locator(PANEL).locator(".place").first.click(timeout=MILLISECONDS)
        page.locator(PANEL).locator("[data-done]").wait_for(timeout=MILLISECONDS)
        assert page.evaluate("navigator.clipboard.readText()").startswith("content/other.md:")


def test_an_annotation_without_a_place(browser: Any, server: Served) -> None:
    with opened(browser, server) as (page, _):
        connected(page)
        server.edit("content/long.md", "Paragraph 20.", "Paragraph twenty.")
        text_of(page, "p", "Paragraph twenty.")  # the page stays up to date
        panel = page.locator(PANEL)
        panel.wait_for(timeout=MILLISECONDS)
        assert "Not placed on this page" in panel.inner_text()
        assert "A note about the twentieth." in panel.inner_text()
        assert "content/long.yaml:" in panel.inner_text()
        page.goto(server.url + "other/")
        panel.wait_for(timeout=MILLISECONDS)
        assert "Not placed" not in panel.inner_text()
        assert "content/long.yaml:" in panel.inner_text()


def test_the_server_stops_and_returns(browser: Any, tmp_path: Path) -> None:
    folder = serving.site(tmp_path / "site")
    with serving.served(folder) as first:
        port, url = first.port, first.url
        context = browser.new_context()
        page = context.new_page()
        page.goto(url + "long/")
        connected(page)
        assert first.end() == 0
        page.locator("explainer-live >> .stopped").wait_for(timeout=MILLISECONDS)
        assert page.locator("h1").is_visible()
    with serving.served(folder, "--port", str(port)):
        reloaded(page)
        assert not page.locator("explainer-live >> .stopped").is_visible()
    context.close()
