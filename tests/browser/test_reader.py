"""What a reader meets on an annotated article, as `bench/reader.py` measures it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT
from tests.helpers import browser as browsers

pytestmark = browsers.needed

SCRIPT = (ROOT / "bench/reader.js").read_text(encoding="utf-8").rstrip().rstrip(";")
PAGES = ("kremlin-call", "gettysburg", "binary-search", "en/many", "ar/many", "zh/many")


def measured(browser: Any, folder: Path, name: str, width: int, *calls: str) -> list[Any]:
    """Return measurements of `bench/reader.js` in a window 800 pixels high."""
    with browsers.opened(browser, (folder / name / "index.html").as_uri(), width, height=800) as (
        page,
        _,
    ):
        page.evaluate(f"() => {{ window.reader = {SCRIPT}; }}")
        return [page.evaluate(f"() => window.reader.{call}") for call in calls]


@pytest.mark.parametrize("width", [1024, 1280, 1680])
@pytest.mark.parametrize("name", PAGES)
def test_notes_are_beside_their_words(
    browser: Any, own_site: Path, stress: Path, name: str, width: int
) -> None:
    folder = stress if "/" in name else own_site
    distances, (seen, notes) = measured(browser, folder, name, width, "distances()", "onScreen()")
    distances.sort()
    assert notes >= len(distances) >= 15  # a reference in a long line of code can be out of sight
    assert distances[len(distances) // 2] <= 20
    assert distances[len(distances) * 9 // 10] <= 110
    assert distances[-1] <= 200
    assert seen >= 0.95 * notes


@pytest.mark.parametrize("name", PAGES)
def test_the_text_is_calm(browser: Any, own_site: Path, stress: Path, name: str) -> None:
    folder = stress if "/" in name else own_site
    early, (share, styles), errors = measured(
        browser, folder, name, 1280, "early()", "underlined()", "timeline()"
    )
    assert early == 0
    assert share <= 0.15
    assert len({style.rpartition(" ")[2] for style in styles}) == 1, "all lines are equally thin"
    assert max(errors) <= 3


@pytest.mark.parametrize("width", [1024, 1280, 1680])
@pytest.mark.parametrize("name", PAGES)
def test_the_text_begins_below_the_head(
    browser: Any, own_site: Path, stress: Path, name: str, width: int
) -> None:
    """It does not wait for the end of what is beside the title."""
    folder = stress if "/" in name else own_site
    (gap,) = measured(browser, folder, name, width, "gap()")
    assert 20 <= gap <= 45
    assert name != "gettysburg" or measured(browser, folder, name, width, "firstLines()")[0] >= 8


def test_the_figures_of_a_dense_page(browser: Any, own_site: Path) -> None:
    """1,327 words with 37 notes: heights, the first screen, the apparatus, and tab stops."""
    page = "kremlin-call"
    height, lines, (article, apparatus) = measured(
        browser, own_site, page, 1280, "height()", "firstLines()", "words()"
    )
    assert height <= 12_000
    assert lines >= 8
    assert apparatus <= 2 * article
    address = (own_site / page / "index.html").as_uri()
    with browsers.opened(browser, address, 390, height=844) as (tab, _):
        tab.evaluate(f"() => {{ window.reader = {SCRIPT}; }}")
        assert tab.evaluate("() => window.reader.height()") <= 15_500
        assert tab.evaluate("() => window.reader.firstLines()") >= 4
    with browsers.opened(browser, address, 1280, height=800) as (tab, _):
        assert tab_stops(tab) <= 300


def tab_stops(tab: Any) -> int:
    """Press Tab until the focus comes back to an element, and return how often."""
    tab.evaluate("() => { window.stops = new Set(); }")
    for count in range(1000):
        tab.keyboard.press("Tab")
        known = """() => { const e = document.activeElement, known = window.stops.has(e);
                   window.stops.add(e); return known || e === document.body; }"""
        if tab.evaluate(known):
            return count
    raise AssertionError("the focus does not come back")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "most"), [("kremlin-call", 11), ("gettysburg", 5), ("binary-search", 6)]
)
def test_print_needs_few_sheets_and_no_letter_is_tiny(
    browser: Any, own_site: Path, name: str, most: int
) -> None:
    address = (own_site / name / "index.html").as_uri()
    with browsers.opened(browser, address, 794, height=1123) as (tab, _):
        tab.emulate_media(media="print")
        tab.evaluate(f"() => {{ window.reader = {SCRIPT}; }}")
        size, example = tab.evaluate("() => window.reader.smallest()")
        assert size >= 7.99, example
        content = tab.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", content)) <= most


@pytest.mark.parametrize("name", PAGES)
def test_a_claim_is_printed_twice_at_most(
    browser: Any, own_site: Path, stress: Path, name: str
) -> None:
    folder = stress if "/" in name else own_site
    data = json.loads((folder / name / "annotations.json").read_bytes())
    claims = [
        a["body"][0]["value"] for a in data["first"]["items"] if a["motivation"] == "assessing"
    ]
    (printed,) = measured(browser, folder, name, 1280, f"printed({json.dumps(claims)})")
    assert len(printed) >= 3
    assert max(printed) <= 2
