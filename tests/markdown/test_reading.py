"""Reading in Chromium: keyboard, script, repeated visits, and copied text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests.helpers import browser as browsers
from tests.helpers import folders

pytestmark = browsers.needed

WIDE, NARROW = 1280, 390
REFERENCES = ".text [role=doc-noteref][href^='#note-']"


@pytest.fixture
def article(own_site: Path) -> str:
    """The `file:` URL of an article with notes, claims, and a question."""
    return (own_site / "gettysburg/index.html").as_uri()


@pytest.mark.parametrize("scripting", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_keys_reach_every_note_and_return(
    browser: Any, article: str, width: int, scripting: bool
) -> None:
    with browsers.opened(browser, article, width, java_script_enabled=scripting) as (page, _):
        references = page.locator(REFERENCES)
        assert references.count() > 10
        for i in range(references.count()):
            reference = references.nth(i)
            note = page.locator(reference.get_attribute("href"))
            reference.focus()
            page.keyboard.press("Enter")
            assert note.is_visible()
            page.keyboard.press("Tab")  # into the note, to its first link: the one back to the text
            assert note.locator("[role=doc-backlink]:focus").count() == 1
            page.keyboard.press("Enter")
            if scripting:
                assert reference.evaluate("e => e === document.activeElement")
                assert note.is_visible() == (width == WIDE)
            else:
                name = note.get_attribute("id").removeprefix("note-")
                assert page.url.endswith(f"#ref-{name}")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_tab_alone_reaches_every_mark_in_order(browser: Any, article: str, width: int) -> None:
    with browsers.opened(browser, article, width) as (page, _):
        wanted = page.eval_on_selector_all(REFERENCES, "all => all.map(e => e.hash)")
        reached = []
        for _ in range(400):  # every tab stop, until the focus leaves the page
            page.keyboard.press("Tab")
            tag, role, hash_ = page.evaluate(
                "(({tagName, role, hash}) => [tagName, role, hash])(document.activeElement)"
            )
            if tag == "BODY":
                break
            if role == "doc-noteref":
                reached.append(hash_)
        assert reached == wanted


def test_letters_step_through_the_notes_and_can_be_turned_off(browser: Any, article: str) -> None:
    with browsers.opened(browser, article, NARROW) as (page, heard):

        def opened() -> list[str]:
            place = "all => all.map(e => e.className.match(/n([0-9]+)/)[1])"
            return page.eval_on_selector_all(".note.open", place)

        page.keyboard.press("n")
        first = opened()
        page.keyboard.press("n")
        assert opened() == [str(int(first[0]) + 1)]  # and the previous one is closed
        page.keyboard.press("p")
        assert opened() == first
        page.keyboard.press("Escape")
        assert opened() == []
        assert page.evaluate("document.activeElement.getAttribute('role')") == "doc-noteref"
        page.locator(".tools summary").click()
        page.locator(".tools [name=keys]").uncheck()
        page.locator("h1").click()
        page.keyboard.press("n")
        assert opened() == []
        assert heard.messages == []


def test_mark_and_note_are_highlighted_together(browser: Any, article: str) -> None:
    with browsers.opened(browser, article, WIDE) as (page, _):
        mark = page.locator("mark").first
        note = page.locator(f"#note-{mark.get_attribute('data-annotation').split()[0]}")
        mark.hover()
        assert note.locator("> .lit").count() == 1
        page.locator("h1").hover()
        assert note.locator("> .lit").count() == 0
        note.hover()
        assert "lit" in mark.get_attribute("class")


def test_a_mark_is_tapped_and_its_note_opens_and_closes(browser: Any, article: str) -> None:
    with browsers.opened(browser, article, NARROW, has_touch=True) as (page, _):
        mark = page.locator("mark:not([data-annotation*=' '])").first
        note = page.locator(f"#note-{mark.get_attribute('data-annotation')}")
        reference = page.locator(f"[href='#{note.get_attribute('id')}'][role=doc-noteref]")
        assert reference.get_attribute("aria-expanded") == "false"
        mark.tap()
        assert note.is_visible()
        assert reference.get_attribute("aria-expanded") == "true"
        mark.tap()
        assert not note.is_visible()


def test_what_readers_chose_is_kept_on_every_page(browser: Any, own_site: Path) -> None:
    with (
        browsers.served(own_site) as base,
        browsers.opened(browser, base + "gettysburg/", WIDE) as (page, heard),
    ):
        page.locator(".tools summary").click()
        page.locator(".tools [value=claims]").check()
        for address in ("gettysburg/", "binary-search/"):
            page.goto(base + address)
            shown = page.locator(".note:visible")
            kinds = set(shown.evaluate_all("all => all.map(e => e.dataset.kind)"))
            assert kinds == {"claim"}
            assert page.locator(".ref:not(:has([data-rating])):visible").count() == 0
        page.locator(".tools summary").click()
        page.locator(".tools [value=all]").check()
        assert page.locator(".note:not([data-kind=claim]):visible").count() > 3
        assert heard.messages == []


@pytest.mark.parametrize("scripting", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_readers_choose_what_they_see(
    browser: Any, article: str, width: int, scripting: bool
) -> None:
    with browsers.opened(browser, article, width, java_script_enabled=scripting) as (page, _):

        def seen(selector: str) -> int:
            return page.locator(f"{selector}:visible").count()

        paragraphs = seen(".text > p")
        page.locator(".tools summary").click()
        page.locator(".tools [value=text]").check()
        assert [seen(each) for each in (".ref", ".note", ".after")] == [0, 0, 0]
        assert seen(".text > p") == paragraphs
        page.locator(".tools [value=passages]").check()
        assert 0 < seen(".text > p") < paragraphs
        assert seen(".text > p") == seen(".text > p:has(mark)")
        page.locator(".tools [value=all]").check()
        assert seen(".text > p") == paragraphs
        assert seen(".ref") > 0


def visits(folder: Path) -> dict[str, str]:
    return {
        "site.toml": 'title = "T"\n',
        "content/a.md": "---\ntitle: A\ndate: 2026-01-01\n---\n\nOne, two, three and four.\n",
    }


def test_annotations_since_the_last_visit_are_marked_new(browser: Any, tmp_path: Path) -> None:
    claim = "claims: [{id: c, quote: three, claim: Three., rating: %s}]\n"
    notes = "notes: [{id: old, quote: One, note: Old.}%s]\n"
    files = visits(tmp_path)
    folders.put(tmp_path, {**files, "content/a.yaml": claim % "unverified" + notes % ""})
    assert not build_site(tmp_path, BuildOptions()).problems
    with (
        browsers.served(tmp_path / "_site") as base,
        browsers.opened(browser, base + "a/", WIDE) as (page, _),
    ):
        assert page.locator(".news").count() == 0
        more = ", {id: added, quote: two, note: New.}"
        folders.put(tmp_path, {**files, "content/a.yaml": claim % "disputed" + notes % more})
        assert not build_site(tmp_path, BuildOptions()).problems
        page.goto(base + "a/")
        assert page.locator("#note-c .news").inner_text().startswith("Rating changed")
        assert page.locator("#note-added .news").inner_text().startswith("New since")
        assert page.locator("#note-old .news").count() == 0
        assert page.locator(".news-bar a").count() == 2
        page.locator(".news-bar button").click()
        assert page.locator(".news-bar").count() == 0
        page.reload()  # the same visit
        assert page.locator(".news").count() == 2
        later = page.context.new_page()  # the next visit
        later.goto(base + "a/")
        assert later.locator(".news").count() == 0


def test_links_and_citations_are_copied(browser: Any, own_site: Path) -> None:
    with browsers.served(own_site) as base:
        options = {"permissions": ["clipboard-read", "clipboard-write"]}
        with browsers.opened(browser, base + "gettysburg/", WIDE, **options) as (page, _):
            page.locator(".ledger summary").first.click()
            button = page.locator(".ledger .copy").first
            button.click()
            # The clipboard is asynchronous: a slow machine still showed the old label.
            page.wait_for_function("b => b.innerText === 'Copied'", arg=button.element_handle())
            copied = page.evaluate("navigator.clipboard.readText()")
            assert re.fullmatch(re.escape(base) + r"gettysburg/claims/[\w-]+/index\.html", copied)
            cite = page.locator(".cite .copy")
            cite.click()
            page.wait_for_function("b => b.innerText === 'Copied'", arg=cite.element_handle())
            assert "The Gettysburg Address" in page.evaluate("navigator.clipboard.readText()")


def test_copied_text_is_the_articles(browser: Any, article: str) -> None:
    """Reference marks are not copied, so the text can be pasted as a quote."""
    with browsers.opened(browser, article, WIDE) as (page, _):
        copied, words = page.evaluate(
            """() => { const p = document.querySelector('mark').closest('p, li, td');
                       const s = getSelection(); s.selectAllChildren(p);
                       const bare = p.cloneNode(true);
                       bare.querySelectorAll(':is(sup, span):has([role=doc-noteref])')
                           .forEach(e => e.remove());
                       return [s.toString(), bare.textContent]; }"""
        )
    assert words.strip()
    assert copied.split() == words.split()


@pytest.mark.parametrize("scripting", [True, False], ids=["script", "no-script"])
def test_a_note_leads_to_the_meaning_of_its_rating(
    browser: Any, article: str, scripting: bool
) -> None:
    with browsers.opened(browser, article, WIDE, java_script_enabled=scripting) as (page, _):
        rating = page.locator(".text .note header [href^='#rating-']").first
        legend = page.locator(f"[id='{rating.get_attribute('href')[1:]}'] + dd")
        meaning = legend.evaluate("dd => dd.firstChild.data.trim()")
        assert meaning.endswith(".")
        assert rating.get_attribute("title") == (meaning if scripting else None)


# --- from disk -----------------------------------------------------------------------------------


class _Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.ids: set[str | None] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.links.add(value)
            if name == "id":
                self.ids.add(value)


def test_every_link_has_a_target_on_disk(own_site: Path) -> None:
    read = {path: _Links(path.read_text(encoding="utf-8")) for path in own_site.rglob("*.html")}
    broken = []
    for path, page in read.items():
        if path.name == "404.html":  # not meant to be opened from disk
            continue
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = read[file].ids if file in read else set()
            if not file.is_file() or (parts.fragment and unquote(parts.fragment) not in known):
                broken.append((path, link))
    assert broken == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_widths_of_pictures(browser: Any, tmp_path: Path, width: int) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"/>'
    sizes = ("width=5%", "width=47%", "width=50%", "width=100%", "width=120 height=500")
    pictures = "\n\n".join(f"![p](p.svg){{{size}}}" for size in sizes)
    folders.put(tmp_path, {"site.toml": 'title = "T"\n', "content/p.svg": svg})
    folders.put(tmp_path, {"content/a.md": f"---\ntitle: A\n---\n{pictures}\n"})
    build_site(tmp_path, BuildOptions(jobs=1))
    with browsers.opened(browser, (tmp_path / "_site/a/index.html").as_uri(), width) as (page, _):
        column, *shown = page.evaluate(
            "() => [document.querySelector('.text p'), ...document.querySelectorAll('.text img')]"
            ".map(e => [e.getBoundingClientRect().width, e.getBoundingClientRect().height])"
        )
    wanted = [column[0] * share for share in (0.05, 0.47, 0.5, 1)] + [120]
    assert [w for w, _ in shown] == pytest.approx(wanted, abs=0.5)
    assert [h for _, h in shown] == pytest.approx([w * 2 / 3 for w in wanted], abs=1)
