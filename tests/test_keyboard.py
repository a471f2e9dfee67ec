"""Reading by keyboard alone, and what the script adds: keys, filters, what is new, copying."""

from __future__ import annotations

import re

import pytest

from explainer.build import Options, build_site
from tests import browser as browsers
from tests import folders

pytestmark = browsers.needed

DEMONSTRATION = "kremlin-call/index.html"
SHORT = "gettysburg/index.html"
NARROW, WIDE = 390, 1280

# What has the focus, or where the next Tab starts from: the ids of the note or mark around it.
PLACE = """() => { const e = document.activeElement;
  return {note: e.closest('.note')?.id ?? null, ref: e.getAttribute('href'),
          role: e.getAttribute('role'), tag: e.tagName}; }"""


def place(page):
    return page.evaluate(PLACE)


def references(page):
    """The reference marks' links, in the order of the page."""
    return page.eval_on_selector_all(
        ".ref [role=doc-noteref]", "all => all.map(e => e.getAttribute('href'))"
    )


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("name", [DEMONSTRATION, SHORT, "binary-search/index.html"])
def test_tab_reaches_every_mark(browser, own_site, name, width):
    with browsers.opened(browser, (own_site / name).as_uri(), width) as (page, _):
        wanted = references(page)
        assert len(wanted) > 10
        reached = []
        # Every stop, until the focus leaves the page.
        for _ in range(600):
            page.keyboard.press("Tab")
            now = place(page)
            if now["tag"] == "BODY":
                break
            if now["role"] == "doc-noteref":
                reached.append(now["ref"])
    assert reached == wanted


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("scripting", [True, False], ids=["script", "no-script"])
def test_every_note_is_entered_and_left(browser, own_site, scripting, width):
    """Enter on a mark leads into its note; Tab to a link in it; its back link to the mark again."""
    url = (own_site / DEMONSTRATION).as_uri()
    with browsers.opened(browser, url, width, java_script_enabled=scripting) as (page, _):
        for href in references(page):
            note = href.removeprefix("#")
            page.locator(f".ref [role=doc-noteref][href='{href}']").focus()
            page.keyboard.press("Enter")
            page.keyboard.press("Tab")
            assert place(page)["note"] == note, "Tab after Enter leads into the note"
            back = page.locator(f"[id='{note}'] [role=doc-backlink]")
            assert page.evaluate("e => e === document.activeElement", back.element_handle())
            page.keyboard.press("Enter")
            if scripting:
                assert place(page)["ref"] == href
            else:  # the browser goes on from the passage: the next Tab is at or after its mark
                assert page.url.endswith("#ref-" + note.removeprefix("note-"))
                page.keyboard.press("Tab")
                after = place(page)
                assert after["note"] != note
                assert page.evaluate(
                    "id => !!(document.getElementById(id).compareDocumentPosition("
                    "document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)",
                    "ref-" + note.removeprefix("note-"),
                )


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_keys_step_from_note_to_note(browser, own_site, width):
    with browsers.opened(browser, (own_site / SHORT).as_uri(), width) as (page, _):
        order = [href.removeprefix("#") for href in references(page)]
        for note in order:
            page.keyboard.press("n")
            assert place(page)["note"] == note
            assert page.locator(f"[id='{note}']").is_visible()
        page.keyboard.press("n")  # after the last there is none
        assert place(page)["note"] == order[-1]
        for note in order[-2::-1]:
            page.keyboard.press("p")
            assert place(page)["note"] == note
        page.keyboard.press("Escape")
        assert place(page)["ref"] == f"#{order[0]}"
        assert page.locator(f"[id='{order[0]}']").is_visible() is (width == WIDE)
        assert page.locator(".lit").count() <= 3  # at most the mark that has the focus


def test_letters_are_keys_only_while_the_reader_wants_it(browser, own_site):
    url = (own_site / SHORT).as_uri()
    with browsers.opened(browser, url, WIDE) as (page, _):
        page.locator(".tools summary").click()
        page.locator("input[name=keys]").uncheck()
        page.locator("h1").click()
        page.keyboard.press("n")
        assert place(page)["note"] is None
        page.goto((own_site / DEMONSTRATION).as_uri())  # and on every page
        page.keyboard.press("n")
        assert place(page)["note"] is None
        page.locator(".tools summary").click()
        page.locator("input[name=keys]").check()
        page.locator("h1").click()
        page.keyboard.press("n")
        assert place(page)["note"] is not None


def test_kinds_that_are_hidden_stay_so_on_other_pages(browser, own_site):
    shown = ".note[data-kind=claim]:not([hidden])"
    with browsers.served(own_site) as url, browsers.opened(browser, url, WIDE) as (page, heard):
        page.goto(url + DEMONSTRATION)
        claims = page.locator(".note[data-kind=claim]").count()
        assert page.locator(shown).count() == claims > 5
        page.locator(".tools summary").focus()
        page.keyboard.press("Enter")
        page.locator("input[name='kind claim']").focus()
        page.keyboard.press("Space")
        assert page.locator(shown).count() == 0
        assert not page.locator(".ref:has(.badge)").first.is_visible()
        page.goto(url + SHORT)
        assert page.locator(shown).count() == 0
        assert page.locator(".note:not([hidden])").count() > 0
        page.locator(".tools summary").click()
        page.locator("input[name='kind claim']").check()
        page.goto(url + DEMONSTRATION)
        assert page.locator(shown).count() == claims
        assert heard.messages == []


# --- what is new ---------------------------------------------------------------------------------

ARTICLE = "---\ntitle: A\ndate: 2026-01-01\n---\n\nOne two three four five six.\n"
BEFORE = """\
claims:
- {id: first, quote: One, claim: It is one., rating: unverified, review: So far.}
notes:
- {id: second, quote: three, note: Three it is.}
"""
AFTER = BEFORE.replace("unverified", "true") + "- {id: third, quote: five, note: Five it is.}\n"


def test_what_is_new_since_the_last_visit(browser, tmp_path):
    output = tmp_path / "out"

    def build(annotations):
        folders.put(tmp_path, {"content/a.yaml": annotations})
        assert not build_site(tmp_path, Options(output=output)).failed

    folders.put(tmp_path, {"site.toml": 'title = "S"\n', "content/a.md": ARTICLE})
    build(BEFORE)
    with (
        browsers.served(output) as url,
        browsers.opened(browser, f"{url}a/", WIDE) as (page, heard),
    ):
        assert page.locator(".news").count() == 0  # nothing is new on the first visit
        page.reload()
        assert page.locator(".news, .news-bar").count() == 0
        build(AFTER)
        page = page.context.new_page()  # another visit: a session of its own
        page.goto(f"{url}a/")
        told = page.eval_on_selector_all(
            ".note:has(.news)", "all => all.map(e => [e.id, e.querySelector('.news').innerText])"
        )
        assert [note for note, _ in told] == ["note-first", "note-third"]
        assert told[0][1] != told[1][1]  # one is rated anew, one was not there
        assert page.locator(".news-bar a").count() == 2
        page.reload()  # what was new stays so for the session
        assert page.locator(".note:has(.news)").count() == 2
        page.locator(".news-bar button").click()
        assert page.locator(".news-bar").count() == 0
        page = page.context.new_page()
        page.goto(f"{url}a/")
        assert page.locator(".news").count() == 0
        assert heard.messages == []


# --- copying -------------------------------------------------------------------------------------


def test_buttons_copy_links_and_citation(browser, own_site):
    with browsers.served(own_site) as url, browsers.opened(browser, url, WIDE) as (page, _):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(url + DEMONSTRATION)
        for button, expected in (
            (".ledger .claim .copy", re.compile(r"^http://127\.0\.0\.1:\d+/.*/claims/[\w-]+/$")),
            ("[data-copy=page-citation]", re.compile("One call, two accounts")),
        ):
            button = page.locator(button).first
            label = button.inner_text()
            button.focus()
            page.keyboard.press("Enter")
            page.wait_for_function(
                "([e, was]) => e.innerText !== was", arg=[button.element_handle(), label]
            )
            assert expected.search(page.evaluate("navigator.clipboard.readText()"))
            assert page.evaluate("e => e === document.activeElement", button.element_handle())


def test_copied_text_is_the_articles(browser, own_site):
    """Reference marks do not get into what a reader copies: it could be pasted as a quote."""
    with browsers.opened(browser, (own_site / SHORT).as_uri(), WIDE) as (page, _):
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
