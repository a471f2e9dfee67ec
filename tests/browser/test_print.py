"""Print, as Chromium's PDF: every note, review, and URL is there, and nothing overlaps."""

from __future__ import annotations

import io
import re
import unicodedata
from itertools import pairwise
from typing import Any

import pytest

from tests.browser.test_browser import BOXES
from tests.helpers import browser as browsers

pypdf = pytest.importorskip("pypdf")

pytestmark = [*browsers.needed, pytest.mark.slow]

PAGES = {
    "en/many/index.html": "stress",
    "en/long/index.html": "stress",
    "ar/many/index.html": "stress",
    "kremlin-call/index.html": "own_site",
    "binary-search/index.html": "own_site",
    "gettysburg/index.html": "own_site",
}
LATIN = [name for name in PAGES if not name.startswith("ar/")]
MILLIMETRE = 72 / 25.4
COLUMN = 643
"""The width, in CSS pixels, that 10-print.css leaves between the margins of an A4 sheet."""


@pytest.fixture(scope="module")
def printed(browser, own_site, stress):
    """Return a page's PDF reader and its expected texts. Each page is printed once."""
    done: dict[str, tuple[Any, dict[str, Any]]] = {}

    def give(name: str) -> tuple[Any, dict[str, Any]]:
        if name not in done:
            folder = stress if PAGES[name] == "stress" else own_site
            with browsers.opened(browser, (folder / name).as_uri(), COLUMN) as (page, _):
                page.emulate_media(media="print")
                expected = page.evaluate(TOLD)
                expected["boxes"] = page.evaluate(BOXES, {"closed": []})["problems"]
                page.emulate_media(media=None)
                content = page.pdf(format="A4", prefer_css_page_size=True, tagged=False)
            done[name] = (pypdf.PdfReader(io.BytesIO(content)), expected)
        return done[name]

    return give


# The expected texts: the visible texts of notes, reviews, and sources, and the URLs of links.
TOLD = """() => {
  const texts = selector => Object.fromEntries([...document.querySelectorAll(selector)].map(
    (e, i) => [e.id || e.closest('[id]').id + ' ' + i, [...e.querySelectorAll('p, li, dd')]
      .filter(e => !e.querySelector('p, li, dd') && e.checkVisibility()).map(e => e.innerText)]));
  return {
    notes: texts('aside.note'),
    claims: texts('.ledger .claim'),
    // In print, the URL is between a source's title and its publisher.
    sources: Object.fromEntries([...document.querySelectorAll('.sources li[id]')].map(
      e => [e.id, [...e.querySelectorAll('cite, .quoted')].map(part => part.innerText)])),
    links: [...document.querySelectorAll('main a[href^=http]')].map(a => a.getAttribute('href')),
  };
}"""


def letters(text: str) -> str:
    """Return only letters and numbers, because line breaks and hyphenation can vary.

    Ligatures are decomposed. Parts of letters that a PDF returns separately are not letters.
    """
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if c.isalnum())


def missing(text: str, sheets: list[str]) -> str:
    """Return the part of a text that is on no sheet. A text can continue on the next sheet.

    A part is matched up to a sheet's last word before the rest is searched on later sheets.
    """
    for sheet in sheets:
        if text in sheet:
            return ""
        length = _longest(text, sheet)
        if length >= 12:
            text = text[length:]
    return text


def _longest(text: str, sheet: str) -> int:
    """Return how many letters from the start of a text are contiguous on a sheet."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text[:middle] in sheet else (low, middle - 1)
    return low


@pytest.mark.parametrize("name", LATIN)
def test_nothing_is_lost(printed, name):
    reader, expected = printed(name)
    sheets = [letters(page.extract_text()) for page in reader.pages]
    assert expected["notes"]
    for kind in ("notes", "claims", "sources"):
        for location, texts in expected[kind].items():
            assert texts, location
            for text in texts:
                assert not missing(letters(text), sheets), (kind, location, text)
    for address in expected["links"]:
        assert not missing(letters(address), sheets), address


def test_nothing_is_lost_from_right_to_left(printed):
    """PDFs return Arabic letters in visual order, by word or by letter."""
    reader, expected = printed("ar/many/index.html")
    text = unicodedata.normalize("NFKC", "\n".join(page.extract_text() for page in reader.pages))
    # Compare words with their letters sorted, and how often each occurs.
    have = sorted("".join(sorted(word)) for word in re.findall(r"[\u0600-\u06ff]+", text))
    assert len(have) > 1000, "no Arabic in it: this test has nothing to look at"
    spoken = " ".join(line for note in expected["notes"].values() for line in note)
    want = re.findall(r"[\u0600-\u06ff]+", unicodedata.normalize("NFKC", spoken))
    there = "".join(c for c in text if "\u0600" <= c <= "\u06ff")
    assert len(there) >= sum(map(len, want))


@pytest.mark.parametrize("name", PAGES)
def test_nothing_overlaps_on_an_endless_sheet(printed, name):
    _, expected = printed(name)
    assert expected["boxes"] == []


@pytest.mark.parametrize("name", PAGES)
def test_columns_are_separate_and_within_the_sheet(printed, name):
    """Every run of text starts on the sheet, and none starts on top of another."""
    reader, _ = printed(name)
    for number, page in enumerate(reader.pages, 1):
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        assert (width, height) == pytest.approx((210 * MILLIMETRE, 297 * MILLIMETRE), abs=1)
        runs = positions(page)
        for x, y, text in runs:
            assert 15 * MILLIMETRE <= x <= width - 15 * MILLIMETRE, (number, text)
            assert 15 * MILLIMETRE <= y <= height - 15 * MILLIMETRE, (number, text)
        for (x, y, text), (x2, y2, text2) in pairwise(sorted(runs)):
            assert (round(x, 1), round(y, 1)) != (round(x2, 1), round(y2, 1)), (number, text, text2)


def positions(page: Any) -> list[tuple[float, float, str]]:
    """Return where the runs of text on a sheet start, in points from its lower left corner."""
    found: list[tuple[float, float, str]] = []

    def visit(text: str, ctm: list[float], tm: list[float], *_: Any) -> None:
        if letters(text):  # arrows and shapes can be drawings with their own coordinates
            a, b, c, d, e, f = ctm
            x, y = tm[4], tm[5]
            found.append((a * x + c * y + e, b * x + d * y + f, text))

    page.extract_text(visitor_text=visit)
    return found
