"""The built pages of this repository's own site and of a stress page, in a browser, from disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from explainer.build import Options, build_site

ROOT = Path(__file__).parent.parent
CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
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


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    output = tmp_path_factory.mktemp("own") / "site"
    built = build_site(ROOT, Options(output=output, future=True))
    assert not built.problems
    return output


@pytest.fixture(scope="module")
def stress(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stress")
    output = folder / "out"
    (folder / "content").mkdir()
    (folder / "site.toml").write_text('title = "Stress"\n', encoding="utf-8")
    words = [f"word{i}" for i in range(400)]
    paragraphs = [" ".join(words[i : i + 80]) + "." for i in range(0, 240, 80)]
    paragraphs += ["## Heading " + " ".join(words[240:244]), "- item " + " ".join(words[244:260])]
    paragraphs += [f"| a | b |\n|---|---|\n| {' '.join(words[260:266])} | x |"]
    paragraphs += ["```python\n" + " + ".join(words[270:276]) + "\n```"]
    paragraphs += [" ".join(words[i : i + 40]) + "." for i in range(280, 400, 40)]
    notes = [
        f"- {{ quote: word{i}, suffix: {_next(i)}, note: Note on word {i}. }}"
        for i in (*range(10, 15), *range(30, 230, 12), 241, 250, 262, 272, *range(290, 390, 10))
    ]
    long = " ".join(["A long note that goes on and on."] * 120)
    notes.insert(3, f"- {{ quote: word20, suffix: word21, note: {long} }}")
    (folder / "content" / "page.md").write_text(
        "---\ntitle: Stress\ndate: 2026-01-01\n---\n\n" + "\n\n".join(paragraphs) + "\n",
        encoding="utf-8",
    )
    (folder / "content" / "page.yaml").write_text("notes:\n" + "\n".join(notes), encoding="utf-8")
    built = build_site(folder, Options(output=output))
    assert not built.problems, [p.message for p in built.problems]
    return output


def _next(i: int) -> str:
    return f"+ word{i + 1}" if 270 <= i < 276 else f"word{i + 1}"


def open_page(browser, path: Path, width: int, **options):
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    page = context.new_page()
    page.messages = []
    page.requests = []
    page.on("console", lambda message: page.messages.append(message.text))
    page.on("pageerror", lambda error: page.messages.append(str(error)))
    page.on("request", lambda request: page.requests.append(request.url))
    page.goto(path.as_uri())
    return page


PAGES = [
    "index.html",
    "kremlin-call/index.html",
    "gettysburg/index.html",
    "binary-search/index.html",
    "how-we-rate/index.html",
    "claims/index.html",
    "sources/index.html",
    "people/index.html",
    "topics/index.html",
]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_from_elsewhere_and_no_complaint(browser, site, name):
    page = open_page(browser, site / name, 1280)
    assert page.messages == []
    assert all(url.startswith("file://") for url in page.requests)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ids = page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))
    page.context.close()


def test_every_link_within_the_site_leads_somewhere(browser, site):
    broken = []
    for path in sorted(site.rglob("*.html")):
        if path.name == "404.html":
            continue
        page = open_page(browser, path, 1280)
        for href in page.eval_on_selector_all("a[href], link[href]", "all => all.map(e => e.href)"):
            if not href.startswith("file:"):
                continue
            target, _, fragment = href.partition("#")
            from urllib.parse import unquote, urlsplit

            file = Path(unquote(urlsplit(target).path))
            there = file.read_text(encoding="utf-8") if file.is_file() else ""
            if not file.is_file() or (fragment and f'id="{unquote(fragment)}"' not in there):
                broken.append((path, href))
        page.context.close()
    assert broken == []


BOXES = """() => {
  const box = e => { const r = e.getBoundingClientRect();
    return {left: r.left, top: r.top + scrollY, right: r.right, bottom: r.bottom + scrollY,
            id: e.id || e.tagName}; };
  const notes = [...document.querySelectorAll('aside[id^=note-]')];
  const text = [...document.querySelectorAll('p, h1, h2, h3, li, td, pre, footer, section')]
    .filter(e => !e.closest('aside') && !e.querySelector('aside') && e.innerText.trim());
  return {notes: notes.map(box), text: text.map(box)};
}"""


def overlap(a, b) -> bool:
    return (
        a["left"] < b["right"] - 1
        and b["left"] < a["right"] - 1
        and a["top"] < b["bottom"] - 1
        and b["top"] < a["bottom"] - 1
    )


@pytest.mark.parametrize("width", [320, 390, 1280, 1680])
@pytest.mark.parametrize("which", ["stress", "own"])
def test_no_note_covers_anything_and_none_is_lost(browser, site, stress, width, which):
    path = stress / "page/index.html" if which == "stress" else site / "kremlin-call/index.html"
    page = open_page(browser, path, width)
    boxes = page.evaluate(BOXES)
    page.context.close()
    notes = boxes["notes"]
    assert len(notes) >= 30
    for i, note in enumerate(notes):
        assert note["right"] > note["left"]
        assert note["bottom"] > note["top"]
        assert note["left"] >= 0
        assert note["right"] <= width + 0.5
        for other in [*notes[i + 1 :], *boxes["text"]]:
            assert not overlap(note, other), (note, other)


@pytest.mark.parametrize("which", ["stress", "own"])
def test_notes_stand_beside_their_words_on_a_wide_screen(browser, site, stress, which):
    path = stress / "page/index.html" if which == "stress" else site / "kremlin-call/index.html"
    page = open_page(browser, path, 1680)
    pairs = page.evaluate(
        """() => [...document.querySelectorAll('aside[id^=note-]')].map(note => {
             const ref = [...document.querySelectorAll('[role=doc-noteref]')]
               .find(a => a.getAttribute('href') === '#' + note.id);
             const body = document.querySelector('mark').closest('p').getBoundingClientRect();
             const box = note.getBoundingClientRect();
             return ref && {id: note.id, note: box.top, ref: ref.getBoundingClientRect().top,
                            left: box.left, text: body.right};
           }).filter(Boolean)"""
    )
    page.context.close()
    assert len(pairs) >= 30
    assert all(pair["left"] >= pair["text"] for pair in pairs)
    # A note never stands above its words; the first one stands right beside them.
    assert all(pair["note"] >= pair["ref"] - 16 for pair in pairs)
    assert abs(pairs[0]["note"] - pairs[0]["ref"]) < 40


def test_keyboard_reaches_a_note_and_returns(browser, site):
    page = open_page(browser, site / "gettysburg/index.html", 1280)
    reference = page.locator("[role=doc-noteref][href^='#note-']").first
    note = reference.get_attribute("href")
    reference.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith(note)
    back = page.locator(f"{note} [role=doc-backlink]").first
    back.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#ref-" + note.removeprefix("#note-"))
    assert page.evaluate("document.querySelector(':target').tagName") == "MARK"
    page.context.close()


def test_print_loses_no_note(browser, site):
    page = open_page(browser, site / "gettysburg/index.html", 1280)
    page.emulate_media(media="print")
    shown = page.eval_on_selector_all(
        "aside[id^=note-]", "all => all.filter(e => e.getBoundingClientRect().height > 5).length"
    )
    assert shown == page.locator("aside[id^=note-]").count() > 10
    page.context.close()


def test_copied_text_is_the_articles(browser, site):
    """Reference marks do not get into what a reader copies: it could be pasted as a quote."""
    page = open_page(browser, site / "gettysburg/index.html", 1280)
    copied, words = page.evaluate(
        """() => { const p = document.querySelector('mark').closest('p, li, td');
                   const s = getSelection(); s.selectAllChildren(p);
                   const bare = p.cloneNode(true);
                   bare.querySelectorAll(':is(sup, span):has([role=doc-noteref])')
                       .forEach(e => e.remove());
                   return [s.toString(), bare.textContent]; }"""
    )
    page.context.close()
    assert words.strip()
    assert copied.split() == words.split()
