"""Pages with many notes stay smooth: how often the browser lays out a page for what a reader does.

`bench/reader.py --smooth` measures times. All notes of a margin depend on the ones before them, so
that each layout is as long as the article.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests.helpers import browser as browsers
from tests.helpers import folders

pytestmark = browsers.needed


@pytest.mark.parametrize("width", [1280, 1680])
def test_layouts(browser: Any, stress: Path, width: int) -> None:
    url = (stress / "en/many/index.html").as_uri()
    with browsers.opened(browser, url, width, height=800) as (page, _):
        meter = page.context.new_cdp_session(page)
        meter.send("Performance.enable")

        def layouts(act: Callable[[], None]) -> int:
            """Return how many layouts an action causes, until the page is painted."""

            def count() -> int:
                page.evaluate(
                    "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
                )
                found = meter.send("Performance.getMetrics")["metrics"]
                return next(int(each["value"]) for each in found if each["name"] == "LayoutCount")

            before = count()
            act()
            return count() - before

        page.mouse.move(2, 2)
        page.keyboard.press("n")
        assert [layouts(partial(page.keyboard.press, "n")) for _ in range(5)] == [1] * 5
        page.keyboard.press("Escape")
        mark = page.locator("p > mark").nth(4)
        mark.scroll_into_view_if_needed()
        box = mark.bounding_box()
        assert layouts(partial(page.mouse.move, box["x"] + 3, box["y"] + 6)) == 0
        assert page.locator(".note > .lit").count() == 1


# --- many notes ----------------------------------------------------------------------------------

MANY, LAST = 110, 3


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of an article with so many notes that the script settles them. The last are long."""
    words = [" ".join([f"word{n}", *["then"] * 30]) for n in range(MANY)]
    lengths = [9] * (MANY - LAST) + [3000] * LAST
    notes = [
        f"- {{quote: word{n}, note: {'Long. ' * length}}}\n" for n, length in enumerate(lengths)
    ]
    files = {
        "site.toml": 'title = "T"\n',
        "content/a.md": "---\ntitle: T\n---\n" + "\n\n".join(words) + "\n",
        "content/a.yaml": "notes:\n" + "".join(notes),
    }
    folder = folders.put(tmp_path_factory.mktemp("many"), files)
    assert not build_site(folder, BuildOptions(jobs=1)).failed
    return (folder / "_site/a/index.html").as_uri()


def places(page: Any) -> list[list[float]]:
    return page.evaluate("""() => [...document.querySelectorAll('.text .note')].map(note => {
      const box = note.getBoundingClientRect();
      return [box.x, box.y + scrollY, box.width, box.height].map(Math.round);
    })""")


def steady(page: Any) -> int:
    return page.locator(".steady").count()


def test_of_many_notes_only_the_opened_one_is_laid_out(browser: Any, many: str) -> None:
    with browsers.opened(browser, many, 1280, height=800) as (page, heard):
        assert steady(page) == MANY - LAST, "those that reach beyond the end of the page are not"
        page.keyboard.press("n")
        browser.start_tracing(page=page, categories=["devtools.timeline"])
        page.keyboard.press("n")
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        events = json.loads(browser.stop_tracing())["traceEvents"]
        layouts = [each["args"]["beginData"] for each in events if each["name"] == "Layout"]
        assert layouts
        assert all(each["partialLayout"] for each in layouts), layouts
        assert heard.messages == []


@pytest.mark.parametrize("width", [1024, 1680])
def test_many_notes_are_where_they_are_without_a_script(
    browser: Any, many: str, width: int
) -> None:
    with browsers.opened(browser, many, width, java_script_enabled=False) as (page, _):
        expected = places(page)
    with browsers.opened(browser, many, 1280) as (page, _):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("() => document.querySelectorAll('.steady').length > 99")
        assert places(page) == expected
        page.emulate_media(media="print")
        cut = page.locator(".steady").evaluate_all(
            "all => all.filter(e => e.scrollHeight > e.clientHeight + 1).length"
        )
        assert cut == 0, "in print, notes are as high as their text"


def test_the_note_with_the_focus_is_above_open_notes_before_it(browser: Any, many: str) -> None:
    with browsers.opened(browser, many, 1280, height=800) as (page, _):
        page.keyboard.press("n")
        page.keyboard.press("n")
        notes = page.locator(".steady")
        order = "e => Number(getComputedStyle(e).zIndex)"
        assert notes.nth(1).evaluate(order) > notes.nth(2).evaluate(order)
        notes.nth(2).locator("a").first.focus()
        assert notes.nth(1).evaluate(order) < notes.nth(2).evaluate(order)
