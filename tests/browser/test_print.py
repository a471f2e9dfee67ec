"""Print, as Chromium's PDF: all of a page's text and every URL is there, and nothing overlaps."""

from __future__ import annotations

import io
import shutil
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests import ROOT
from tests.browser.test_browser import BOXES
from tests.browser.test_reader import SCRIPT
from tests.helpers import browser as browsers
from tests.helpers import stress as stress_site

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
THEMED = [
    (theme, name) for theme in ("default", "ledger") for name in [*PAGES, "zh/many/index.html"]
]
MILLIMETRE = 72 / 25.4
COLUMN = 643
"""The width, in CSS pixels, that 10-print.css leaves between the margins of an A4 sheet."""
SMALLEST = 7.99
"""In points; fractions of pixels are rounded."""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both sites in the theme `ledger`, in one folder of output."""
    output = tmp_path_factory.mktemp("ledger") / "out"
    for root in (stress_site.write(tmp_path_factory.mktemp("stress")), ROOT):
        folder = tmp_path_factory.mktemp("themed")
        shutil.copytree(root / "content", folder / "content")
        settings = (root / "site.toml").read_text(encoding="utf-8")
        (folder / "site.toml").write_text(f'theme = "ledger"\n{settings}', encoding="utf-8")
        built = build_site(folder, BuildOptions(future=True))
        assert not built.failed, built.problems
        shutil.copytree(folder / "_site", output, dirs_exist_ok=True)
    return output


@pytest.fixture(scope="module")
def printed(browser, own_site, stress, ledger):
    """Return a page's PDF reader and its expected texts. Each page is printed once."""
    done: dict[tuple[str, str], tuple[Any, dict[str, Any]]] = {}

    def give(name: str, theme: str = "default") -> tuple[Any, dict[str, Any]]:
        if (theme, name) not in done:
            folder = own_site if PAGES.get(name) == "own_site" else stress
            folder = ledger if theme == "ledger" else folder
            with browsers.opened(browser, (folder / name).as_uri(), COLUMN) as (page, _):
                page.emulate_media(media="print")
                expected = page.evaluate(TOLD)
                expected["boxes"] = page.evaluate(BOXES, {"closed": []})["problems"]
                expected["smallest"] = page.evaluate(f"() => {SCRIPT}.smallest()")
                page.emulate_media(media=None)
                content = page.pdf(format="A4", prefer_css_page_size=True, tagged=False)
            done[theme, name] = (pypdf.PdfReader(io.BytesIO(content)), expected)
        return done[theme, name]

    return give


# All visible text, in runs that are in one piece in a PDF: a block's text without references, which
# are painted later, and up to a link, whose address follows. Also the addresses, how many notes are
# outside the margin, and whether a font has Chinese letters.
TOLD = """() => {
  const runs = [];
  let last;
  const shown = e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length
    && !e.closest('script, style, math');
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { data, parentElement } = walk.currentNode;
    if (!data.trim() || !shown(parentElement)) continue;
    let box = parentElement;
    const style = () => getComputedStyle(box);
    while (/^(inline|contents)/.test(style().display) && style().position === 'static')
      box = box.parentElement;
    if (box === last) runs[runs.length - 1] += data;
    else if (style().display === 'inline') runs.splice(-1, 0, data);
    else {
      runs.push(data);
      last = box;
    }
    if (parentElement.closest('a[href^=http]')) last = null;
  }
  const canvas = document.createElement('canvas').getContext('2d');
  canvas.font = '20px serif';
  return {
    runs,
    links: [...document.querySelectorAll('main a[href^=http]')].map(a => a.getAttribute('href')),
    inside: [...document.querySelectorAll('.text .note')].filter(note => {
      const box = note.getBoundingClientRect();
      const text = document.querySelector('.text').getBoundingClientRect();
      return box.left < text.right && box.right > text.left;
    }).length,
    wide: canvas.measureText('河').width === 20,
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


@pytest.mark.parametrize(("theme", "name"), THEMED)
def test_nothing_is_lost(printed, theme, name):
    """Each run of the page's text is in the PDF, and no letter is there less often.

    PDFs return Arabic letters in visual order, by word or by letter: they are only counted.
    """
    reader, expected = printed(name, theme)
    if name.startswith("zh/") and not expected["wide"]:
        pytest.skip("no font has Chinese letters")
    sheets = [letters(page.extract_text()) for page in reader.pages]
    runs = [letters(run) for run in expected["runs"]]
    assert len(runs) >= 12
    assert not Counter("".join(runs)) - Counter("".join(sheets))
    if not name.startswith("ar/"):
        assert [run for run in runs if missing(run, sheets)] == []
    if theme == "default" and not name.startswith("ar/"):
        for address in expected["links"]:
            assert not missing(letters(address), sheets), address


@pytest.mark.parametrize(("theme", "name"), THEMED)
def test_no_letter_is_tiny(printed, theme, name):
    size, example = printed(name, theme)[1]["smallest"]
    assert size >= SMALLEST, example


@pytest.mark.parametrize("name", PAGES)
def test_notes_are_in_the_margin(printed, name):
    assert printed(name)[1]["inside"] == 0


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
