"""What readers with a keyboard, a screen reader, or large fingers meet, in both themes.

The guide's page on accessibility says what is tested here.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.output import search
from tests import ROOT
from tests.helpers import browser as browsers
from tests.helpers import kinds, npm
from tests.helpers.axe import violations

PAGEFIND = search._program()  # looked up before conftest.py takes it away
VNU = "26.9.27"
WIDTHS = [390, 1440]

pytestmark = browsers.needed

KINDS = kinds.KINDS | {
    "guide page": "guide/annotating/index.html",
    "long table": "guide/problems/index.html",
    "chapters": "guide/index.html",
    "redirect": "old/about/index.html",
}
ARTICLES = ("kremlin-call", "gettysburg", "binary-search")


@pytest.fixture(scope="module", params=["default", "ledger"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of this repository's site in a theme, with a redirect that does not lead away."""
    root = tmp_path_factory.mktemp("accessible")
    shutil.copytree(ROOT / "content", root / "content")
    settings = (ROOT / "site.toml").read_text(encoding="utf-8")
    themed = f'theme = "{request.param}"\n{settings}'
    (root / "site.toml").write_text(themed, encoding="utf-8")
    about = root / "content/how-we-rate.md"
    text = about.read_text(encoding="utf-8")
    about.write_text(text.replace("---\n", "---\naliases: [/old/about/]\n", 1), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_program", lambda: PAGEFIND)
        built = build_site(root, BuildOptions(future=True))
    assert not built.failed, built.problems
    moved = root / "_site/old/about/index.html"
    still = moved.read_text(encoding="utf-8").replace("http-equiv=refresh", "name=was-refresh")
    moved.write_text(still, encoding="utf-8")
    with browsers.served(root / "_site") as url:
        yield url


def pages_of(site: str) -> list[str]:
    """The addresses of a page of each kind. Without Pagefind, there is no search page."""
    return [site + path for kind, path in KINDS.items() if PAGEFIND or kind != "search"]


# --- axe -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(browser: Any, site: str, width: int, scheme: str) -> None:
    window = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    assert violations(browser, pages_of(site), opened=True, **window) == []


def test_axe_finds_nothing_with_closed_notes(browser: Any, site: str, stress: Path) -> None:
    """Pages as first shown, and articles with many notes in both directions."""
    urls = [f"{site}{name}/index.html" for name in ARTICLES]
    urls += [(stress / name / "index.html").as_uri() for name in ("en/many", "ar/many")]
    for width in WIDTHS:
        window = {"viewport": {"width": width, "height": 900}}
        assert violations(browser, urls, opened=False, **window) == []


@pytest.mark.parametrize("theme", ["default", "ledger"])
def test_axe_finds_nothing_in_other_languages(browser: Any, tmp_path: Path, theme: str) -> None:
    """A right-to-left text and endnotes; chapters and a menu."""
    urls = []
    for name, shown in (
        ("rtl", ("kabisa", "schaltjahr")),
        ("chapters", ("guide", "guide/writing", "guide/part", "guide/anfang", ".")),
    ):
        root = tmp_path / name
        shutil.copytree(ROOT / "tests/sites" / name, root, ignore=shutil.ignore_patterns("exp*"))
        settings = (root / "site.toml").read_text(encoding="utf-8")
        (root / "site.toml").write_text(f'theme = "{theme}"\n{settings}', encoding="utf-8")
        assert not build_site(root, BuildOptions(output=tmp_path / f"out-{name}")).failed
        urls += [(tmp_path / f"out-{name}" / each / "index.html").as_uri() for each in shown]
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            window = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
            assert violations(browser, urls, opened=True, **window) == []


def test_axe_finds_nothing_in_print(browser: Any, site: str) -> None:
    urls = [f"{site}{name}/index.html" for name in ARTICLES]
    assert violations(browser, urls, opened=False, media="print") == []


# --- the checker of the W3C ----------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("java") is None, reason="vnu needs Java")
def test_the_checker_of_the_w3c_finds_nothing(own_site: Path, stress: Path) -> None:
    jar = npm.package("vnu-jar", VNU) / "build/dist/vnu.jar"
    # In files, it doesn't know what `'self'` is, and it takes JSON-LD for a script. The section of
    # footnotes has a role of its own and needs no heading.
    known = ["--filterpattern", ".*violates Content Security Policy.*|Section lacks heading.*"]
    command = ["java", "-Xss2m", "-jar", str(jar), *known, "--format", "json", "--skip-non-html"]
    done = subprocess.run(
        [*command, str(own_site), str(stress / "en"), str(stress / "ar")],
        capture_output=True,
        check=False,
        timeout=300,
    )
    found = json.loads(done.stderr)["messages"]
    assert [(m["url"].rpartition("/site/")[2], m["message"]) for m in found] == []


# --- the keyboard --------------------------------------------------------------------------------

FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const seen = [...e.getClientRects()].filter(r => r.width && r.height
      && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth);
  const hit = (x, y) => {
    const top = document.elementFromPoint(x, y);
    return top && (e.contains(top) || top.contains(e) || e.closest('summary')?.contains(top));
  };
  const free = seen.some(r => [0.25, 0.5, 0.75].some(x => [0.25, 0.5, 0.75].some(
      y => hit(r.left + r.width * x, r.top + r.height * y))));
  return [e.outerHTML.slice(0, 120), seen.length > 0, free];
}"""


@pytest.mark.parametrize("width", [390, 1024, 1280, 1680])
@pytest.mark.parametrize("name", ["kremlin-call", "en/many"])
def test_nothing_hides_the_focus(
    browser: Any, own_site: Path, stress: Path, name: str, width: int
) -> None:
    """WCAG 2.2, 2.4.11: what has the focus is never entirely hidden, not even by an open note."""
    folder = stress if "/" in name else own_site
    url = (folder / name / "index.html").as_uri()
    hidden, stops = [], 0
    with browsers.opened(browser, url, width) as (page, _):
        page.wait_for_timeout(100)
        for _ in range(140):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUS)
            if focus is None:
                break
            stops += 1
            if not (focus[1] and focus[2]):
                hidden.append(focus)
    assert stops > 60
    assert hidden == []


SCROLLING = """() => [...document.querySelectorAll('body *')].filter(e => {
  const style = getComputedStyle(e);
  const scrolls = v => v === 'auto' || v === 'scroll';
  const wide = scrolls(style.overflowX) && e.scrollWidth > e.clientWidth + 1;
  const high = scrolls(style.overflowY) && e.scrollHeight > e.clientHeight + 1;
  return (wide || high) && e.checkVisibility();
}).filter(e => e.tabIndex < 0 && !e.querySelector('a[href], button, [tabindex="0"], summary'))
  .map(e => e.outerHTML.slice(0, 100))"""


def test_every_scrolling_part_can_be_reached(browser: Any, site: str) -> None:
    """In Chromium, a part that scrolls can have the focus by itself; in other browsers it needs
    something inside that can.
    """
    found = {}
    for url in pages_of(site):
        with browsers.opened(browser, url, 390) as (page, _):
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            if parts := page.evaluate(SCROLLING):
                found[url] = parts
    assert found == {}


# --- touch ---------------------------------------------------------------------------------------

TARGETS = """() => {
  const all = [...document.querySelectorAll('a[href], button, summary, input, select')]
    .filter(e => e.checkVisibility() && !e.closest('.skip') && e.getClientRects().length);
  const inline = e => !e.matches('summary, button, input, select')
    && (getComputedStyle(e).display === 'inline' || e.closest('p, li, dd, figcaption, td, sup'));
  const boxes = all.map(e => [e, e.getBoundingClientRect()]);
  const middle = r => [r.left + r.width / 2, r.top + r.height / 2];
  return boxes.filter(([e, r]) => !inline(e) && (r.width < 23.5 || r.height < 23.5)).filter(
    ([e, r]) => boxes.some(([o, s]) => o !== e && !o.contains(e) && !e.contains(o)
      && Math.hypot(middle(r)[0] - middle(s)[0], middle(r)[1] - middle(s)[1]) < 24)
  ).map(([e, r]) => [e.outerHTML.slice(0, 90), Math.round(r.width), Math.round(r.height)]);
}"""


def test_touch_targets_are_large_or_apart(browser: Any, site: str) -> None:
    """WCAG 2.2, 2.5.8: 24 by 24 pixels, or a circle of 24 that no other target is in. Links within
    a sentence are exempt.
    """
    found = {}
    for url in pages_of(site):
        with browsers.opened(browser, url, 390) as (page, _):
            if small := page.evaluate(TARGETS):
                found[url] = small[:5]
    assert found == {}


# --- screen readers ------------------------------------------------------------------------------


WITHOUT_REFERENCES = """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
  .filter(e => e.checkVisibility()).map(e => {
    const copy = e.cloneNode(true);
    copy.querySelectorAll('sup:has([role=doc-noteref])').forEach(each => each.remove());
    return copy.textContent.replace(/\\s+/g, ' ').trim();
  })"""


def names_of(page: Any, *roles: str) -> list[str]:
    """Return the names of everything with one of these roles, as screen readers get them."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return [
        " ".join(str(node.get("name", {}).get("value", "")).split())
        for node in nodes
        if node.get("role", {}).get("value") in roles and not node.get("ignored")
    ]


@pytest.mark.parametrize("name", [*ARTICLES, "en/many", "ar/many"])
def test_headings_have_no_references_in_their_names(
    browser: Any, own_site: Path, stress: Path, name: str
) -> None:
    folder = stress if "/" in name else own_site
    with browsers.opened(browser, (folder / name / "index.html").as_uri(), 1280) as (page, _):
        headings = names_of(page, "heading")
        texts = page.evaluate(WITHOUT_REFERENCES)
        count = page.locator("h1 sup, h2 sup, h3 sup, h4 sup").count()
    assert sorted(headings) == sorted(texts)
    assert count or "/" not in name, "the stress article has references in headings"


@pytest.mark.parametrize("name", ARTICLES)
def test_notes_and_references_have_names(browser: Any, site: str, name: str) -> None:
    with browsers.opened(browser, f"{site}{name}/index.html", 1280) as (page, _):
        notes = names_of(page, "note", "doc-footnote", "DocFootnote")
        references = names_of(page, "DocNoteRef", "doc-noteref")
    assert len(notes) > 3
    assert [each for each in notes if not each.strip()] == []
    assert len(set(notes)) == len(notes), "each has a name of its own"
    assert len(references) > 3
    assert [each for each in references if not each.strip()] == []


# --- the measures themselves ---------------------------------------------------------------------

BREAK = """() => {
  const add = (parent, tag, css, text) => {
    const made = document.createElement(tag);
    made.style.cssText = css;
    made.textContent = text;
    parent.append(made);
    return made;
  };
  const box = add(document.querySelector('main'), 'div', 'width: 5rem; overflow-x: auto', '');
  add(box, 'p', 'width: 50rem', 'wide');
  for (const name of ['x', 'y']) add(document.querySelector('main'), 'button',
      'all: unset; display: inline-block; width: 9px; height: 9px', name);
  add(document.querySelector('h1'), 'sup', '', '1');
  [...document.querySelectorAll('main a')].find(e => e.checkVisibility()).focus();
  add(document.body, 'div', 'position: fixed; inset: 0', '');
}"""


def test_the_measures_see_what_is_wrong(browser: Any, site: str) -> None:
    with browsers.opened(browser, f"{site}{KINDS['article']}", 390) as (page, _):
        page.evaluate(BREAK)
        assert page.evaluate(FOCUS)[1:] == [True, False]
        assert len(page.evaluate(SCROLLING)) == 1
        assert len([each for each in page.evaluate(TARGETS) if "<button" in each[0]]) == 2
