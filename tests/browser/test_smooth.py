"""Pages with many notes stay smooth: how often the browser lays out a page for what a reader does.

`bench/reader.py --smooth` measures times. All notes of a margin depend on the ones before them, so
that each layout is as long as the article.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import browser as browsers

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
