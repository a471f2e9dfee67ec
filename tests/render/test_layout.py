"""Pages in a browser: margin notes, lines of text, colors, and requests."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from explainer.render.files import make_files
from tests.helpers.articles import (
    crowd,
    plain,
    renderer,
    rich,
)

CHROMIUM = Path("/usr/bin/chromium")
TWO_MARGINS = 1440  # from this width on, claims have a margin of their own
WIDE = 960  # from this width on, notes are in the margin


MEASURE = """() => {
  const box = e => { const b = e.getBoundingClientRect();
    return {x: b.left, y: b.top + scrollY, right: b.right, bottom: b.bottom + scrollY}; };
  const all = s => [...document.querySelectorAll(s)];
  return {
    notes: all('.text .note').map(box),
    refs: all('.text .note').map(n => box(document.querySelector(`.ref:has([href="#${n.id}"])`))),
    others: all('.text > :not(.note), .after > *, .head, .at-a-glance, .colophon > *').map(box),
    text: box(document.querySelector('.text')),
    main: box(document.querySelector('main')),
    width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight,
  };
}"""


@pytest.fixture(scope="module")
def browser() -> Iterable[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("needs chromium")
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    articles = [crowd(), crowd("/rtl/", language="ar"), rich(), plain()]
    made = renderer(*articles, url=None)
    pages = [*make_files(made.site_files({}))[0], *make_files(made.asset_files())[0]]
    for article in articles:
        pages += make_files(made.article_files(article))[0]
    for one in pages:
        (folder / one.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / one.path).write_bytes(one.content)
    return folder


@pytest.mark.browser
@pytest.mark.parametrize("width", [WIDE, 1280, 1680, 2560])
@pytest.mark.parametrize("page", ["crowd", "rtl"])
def test_margin_notes_never_overlap(browser: Any, disk: Path, width: int, page: str) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto(f"file://{disk}/{page}/index.html")
    seen = tab.evaluate(MEASURE)
    tab.close()
    notes, refs = seen["notes"], seen["refs"]
    assert len(notes) > 40
    right = [
        pair for pair in zip(notes, refs, strict=True) if pair[0]["x"] >= seen["text"]["right"]
    ]
    left = [pair for pair in zip(notes, refs, strict=True) if pair[0]["right"] <= seen["text"]["x"]]
    assert len(left) + len(right) == len(notes), "every note is beside the text"
    assert all([left, right]) == (width >= TWO_MARGINS)
    for pairs in (left, right):
        for (before, _), (after, _) in pairwise(pairs):
            assert after["y"] >= before["bottom"] - 0.5
        for i, (note, ref) in enumerate(pairs):
            free = i == 0 or pairs[i - 1][0]["bottom"] < ref["y"] - 30
            assert note["y"] > ref["y"] - 20  # never above its line
            if free:
                assert abs(note["y"] - ref["y"]) < 20  # next to it if there is space
            assert 200 < note["right"] - note["x"] < 500
    for other in seen["others"]:
        for note in notes:
            beside = note["right"] <= other["x"] or note["x"] >= other["right"]
            assert beside or note["bottom"] <= other["y"] or note["y"] >= other["bottom"]
    assert sum(abs(n["y"] - r["y"]) < 20 for n, r in zip(notes, refs, strict=True)) > 5
    assert seen["height"] >= max(note["bottom"] for note in notes) - 1
    assert seen["width"] <= width


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 768, WIDE - 1])
def test_notes_under_their_paragraph_on_narrow_screens(
    browser: Any, disk: Path, width: int
) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    for page in ("crowd", "rtl", "kremlin-call", "about", "claims", "sources", "people"):
        tab.goto(f"file://{disk}/{page}/index.html")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, page
    tab.goto(f"file://{disk}/crowd/index.html")
    assert tab.evaluate("document.querySelector('.text .note').getClientRects().length") == 0
    tab.evaluate("document.querySelectorAll('.text .note').forEach(n => n.classList.add('open'))")
    seen = tab.evaluate(MEASURE)
    tab.close()
    boxes = sorted(seen["notes"], key=lambda b: b["y"])
    for before, after in pairwise(boxes):
        assert after["y"] >= before["bottom"] - 0.5
    for note, ref in zip(seen["notes"], seen["refs"], strict=True):
        assert note["y"] > ref["y"]
        assert note["x"] >= 0
        assert note["right"] <= width


@pytest.mark.browser
def test_lines_hold_60_to_70_characters(browser: Any, disk: Path) -> None:
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(f"file://{disk}/crowd/index.html")
    lines = tab.evaluate(
        """() => { const p = document.querySelectorAll('.text > p')[5], r = document.createRange();
        const tops = {}; const walk = document.createTreeWalker(p, 4); let n;
        while (n = walk.nextNode()) { if (n.parentElement.closest('.ref')) continue;
          for (let i = 0; i < n.length; i++) { r.setStart(n, i); r.setEnd(n, i + 1);
            const t = Math.round(r.getBoundingClientRect().bottom / 8);
            tops[t] = (tops[t] || 0) + 1; } }
        return Object.values(tops); }"""
    )
    tab.close()
    full = sorted(lines)[-4:]
    assert 58 <= sum(full) / len(full) <= 71


@pytest.mark.browser
def test_no_request_is_blocked_external_or_failed(browser: Any, disk: Path) -> None:
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    messages: list[str] = []
    requests: list[str] = []
    tab.on("console", lambda message: messages.append(message.text))
    tab.on("request", lambda request: requests.append(request.url))
    for page in ("crowd", "kremlin-call", "claims", "sources", "people", "topics", "people/post"):
        tab.goto(f"file://{disk}/{page}/index.html")
        assert tab.evaluate("getComputedStyle(document.body).margin") == "0px"  # styles were loaded
        tab.emulate_media(media="print")
        assert tab.evaluate(
            """() => [...document.querySelectorAll('.note, .claim, .sources li')].every(e =>
              e.getBoundingClientRect().height > 5 && getComputedStyle(e).position === 'static')"""
        )
        tab.emulate_media(media="screen")
    tab.close()
    assert all(url.startswith("file://") for url in requests)
    assert [m for m in messages if "phone.jpg" not in m and "ERR_FILE_NOT" not in m] == []


CONTRAST = """() => {
  const rgb = c => c.match(/[\\d.]+/g).map(Number);
  const lum = c => { const [r, g, b] = c.map(v => { v /= 255;
    return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b; };
  const found = {};
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    let b = e, ground;
    do { ground = rgb(getComputedStyle(b).backgroundColor); b = b.parentElement; }
    while (b && ground[3] === 0);
    const text = rgb(getComputedStyle(e).color);
    const l = [text, ground].map(c => lum(c.slice(0, 3))).sort((x, y) => y - x);
    const c = (l[0] + .05) / (l[1] + .05);
    if (c < 4.5) found[e.className + ' ' + e.tagName] = c;
  }
  return found;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_aa(browser: Any, disk: Path, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)
    tab = context.new_page()
    for page in ("kremlin-call", "claims", "kremlin-call/claims/half"):
        tab.goto(f"file://{disk}/{page}/index.html")
        assert tab.evaluate(CONTRAST) == {}, page
    context.close()
