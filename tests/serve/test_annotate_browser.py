"""Annotating in a browser: text selected on the page becomes an entry in the file."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from explainer.anchor import text as anchor_text
from explainer.build.options import BuildOptions
from explainer.markdown.parser import Markdown, MarkdownOptions
from explainer.model.documents import Text
from explainer.parse.front_matter import read_article
from explainer.serve.live import LiveSite
from tests import ROOT
from tests.helpers import browser as browsers
from tests.helpers import npm
from tests.helpers.axe import VERSION as AXE
from tests.helpers.folders import contents, put

pytestmark = browsers.needed
PATIENCE = 20_000
"""The timeout for everything, in milliseconds."""

ARTICLE = """\
---
title: A call
date: 2024-11-10
---

## The call

He *said* that [he would](https://example.org/) come. Nobody believed him, and he said so.

Then he said that again, and then he said that again.

| who  | what |
|------|------|
| Anna | a promise |

```python
total = a_promise + 1
```

The last word is hers.
"""
NOTES = """\
# mine, with a comment
notes:
  - id: last
    quote: The last word
    note: |
      It is *short*.

# the end
"""
FILES = {
    "site.toml": 'title = "A site"\nurl = "https://example.org/repo/"\n',
    "content/_library.yaml": "people:\n  peskov: {name: Dmitry Peskov}\n",
    "content/call.md": ARTICLE,
    "content/call.yaml": NOTES,
}


class Served:
    """A site with its own server."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.page = url + "call/"
        self.file = folder / "content/call.yaml"

    @property
    def text(self) -> str:
        return self.file.read_text()


@contextmanager
def running(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "explainer", "--site", str(folder), "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "VISUAL": "", "EDITOR": ""}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    try:
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"http://\S+", line):
                yield found[0]
                break
        else:
            raise AssertionError(said)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


@pytest.fixture(scope="module")
def one_server(tmp_path_factory):
    folder = put(tmp_path_factory.mktemp("annotated"), FILES)
    with running(folder) as url:
        yield Served(folder, url)


@pytest.fixture
def server(one_server, browser):
    if contents(one_server.folder)["content/call.yaml"] != NOTES.encode():
        one_server.file.write_text(NOTES)
        time.sleep(0.5)
    return one_server


@contextmanager
def opened(browser, server, width=1280, **options):
    with browsers.opened(browser, server.page, width, **options) as (page, heard):
        page.wait_for_selector("explainer-edit", state="attached", timeout=PATIENCE)
        yield page, heard
        refused = "Failed to load resource: the server responded with a status of 4"
        assert [m for m in heard.messages if not m.startswith(refused)] == []


def drag(page, first, last, nth=0):
    """Select with the mouse from the start of `first` to the end of `last`."""
    points = page.evaluate(
        """([first, last, nth]) => {
          const find = (words, nth) => {
            const walker = document.createTreeWalker(document.querySelector(".text"), 4);
            while (walker.nextNode()) {
              let at = -1;
              while ((at = walker.currentNode.data.indexOf(words, at + 1)) >= 0)
                if (!nth--) {
                  const range = document.createRange();
                  range.setStart(walker.currentNode, at);
                  range.setEnd(walker.currentNode, at + words.length);
                  return range;
                }
            }
          };
          const start = find(first, nth);
          start.startContainer.parentElement.scrollIntoView({ block: "center" });
          const a = start.getBoundingClientRect();
          const b = [...find(last, nth).getClientRects()].at(-1);
          return [a.left + 0.5, a.top + a.height / 2, b.right, b.top + b.height / 2];
        }""",
        [first, last, nth],
    )
    page.mouse.move(*points[:2])
    page.mouse.down()
    page.mouse.move(points[2] - 4, points[3])
    page.mouse.move(*points[2:])
    page.mouse.up()
    page.locator(BAR).wait_for(timeout=PATIENCE)


def select_by_keys(page, words):
    """Select some words with Shift and the arrow keys."""
    page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.querySelector(".text"), 4);
          while (walker.nextNode()) {
            const node = walker.currentNode;
            const at = node.data.indexOf(words);
            if (at >= 0) return getSelection().setBaseAndExtent(node, at, node, at + 1);
          }
        }""",
        words,
    )
    for _ in words[1:]:
        page.keyboard.press("Shift+ArrowRight")
    page.locator(BAR).wait_for(timeout=PATIENCE)


BAR = "explainer-annotate >> .bar"
FORM = "explainer-annotate >> dialog"
SAID = "explainer-annotate >> .message"


def choose(page, kind):
    page.locator(f"{BAR} >> button", has_text=kind).click()
    page.locator(f"{FORM} >> q").wait_for(timeout=PATIENCE)


def field(page, name):
    return page.locator(f"{FORM} >> [name={name}]")


def saved(page, note):
    """Wait until the page has reloaded and shows a note."""
    page.locator(".note", has_text=note).first.wait_for(state="attached", timeout=PATIENCE)
    page.locator(SAID, has_text="call.yaml").wait_for(timeout=PATIENCE)
    assert not page.locator(FORM).is_visible()


def added(old, entry, section="notes"):
    """Return the file with an entry appended to a section."""
    assert section == "notes"
    return old.replace("\n# the end\n", f"\n{entry}\n# the end\n")


def test_select_across_markup_with_the_mouse_and_undo(browser, server):
    with opened(browser, server) as (page, _):
        drag(page, "said", "come")
        choose(page, "Note")
        assert page.locator(f"{FORM} >> .quote").inner_text() == "said that he would come"
        field(page, "note").fill("A *promise*.")
        field(page, "noteKind").select_option("quotation")
        page.locator(f"{FORM} >> button.save").click()
        saved(page, "A promise.")
        assert server.text == added(
            NOTES,
            "  - quote: said that he would come\n    note: A *promise*.\n    kind: quotation\n",
        )
        assert page.locator(".news, .news-bar").count() == 0  # the author does not need them
        marks = page.locator("mark[data-kind=quotation]").all_inner_texts()
        assert "".join(marks) == "said that he would come"
        assert "Added to call.yaml:8 · Undo" in page.locator(SAID).inner_text()
        page.locator(f"{SAID} >> button.undo").click()
        page.locator(SAID, has_text="Undone").wait_for(timeout=PATIENCE)
        assert server.text == NOTES
        page.locator("mark[data-kind=quotation]").wait_for(state="detached", timeout=PATIENCE)


def test_keyboard_only(browser, server):
    """Selecting, reaching the bar, filling in the form, saving."""
    with opened(browser, server) as (page, _):
        select_by_keys(page, "Nobody believed him")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("getSelection().toString()") == "Nobody believed him"
        page.keyboard.press("Enter")
        page.locator(f"{FORM} >> q").wait_for(timeout=PATIENCE)
        page.keyboard.type("Nobody believed that he would come: none.")
        page.keyboard.press("Tab")
        page.keyboard.type("Disp")
        page.keyboard.press("Tab")
        page.keyboard.type("Dmitry Peskov")
        page.keyboard.press("Tab")
        page.keyboard.type("2024-11")
        page.keyboard.press("Control+Enter")
        saved(page, "Nobody believed that he would come: none.")
        assert server.text == NOTES + (
            "\nclaims:\n  - id: nobody-believed-that-he-would-come\n"
            "    quote: Nobody believed him\n"
            '    claim: "Nobody believed that he would come: none."\n    by: peskov\n'
            "    date: 2024-11\n    rating: disputed\n"
        )
        assert page.locator("a", has_text="Dmitry Peskov").count()


def test_shortcut_and_escape(browser, server):
    with opened(browser, server) as (page, _):
        page.keyboard.press("Alt+a")
        page.locator(SAID, has_text="Select text").wait_for(timeout=PATIENCE)
        select_by_keys(page, "hers")
        page.keyboard.press("Alt+a")
        page.keyboard.press("Escape")
        page.locator(BAR).wait_for(state="hidden", timeout=PATIENCE)
        assert page.evaluate("getSelection().toString()") == "hers"
        page.keyboard.press("Alt+a")
        page.keyboard.press("Enter")
        page.locator(f"{FORM} >> q").wait_for(timeout=PATIENCE)
        page.keyboard.press("Escape")
        assert not page.locator(FORM).is_visible()
        assert server.text == NOTES


def test_repeated_words(browser, server):
    with opened(browser, server) as (page, _):
        drag(page, "he said that again", "he said that again", nth=1)
        choose(page, "Question")
        assert page.locator(f"{FORM} >> .beside").count() == 1
        field(page, "question").fill("Again?")
        page.keyboard.press("Control+Enter")
        saved(page, "Again?")
        entry = server.text.removeprefix(NOTES)
        assert re.search(r"\n  - quote: he said that again\n    (prefix|suffix): \S.*\n", entry)
        before = page.evaluate(
            """() => {
              const range = document.createRange();
              range.selectNodeContents(document.querySelector("mark[data-kind=question]").parentElement);
              range.setEndBefore(document.querySelector("mark[data-kind=question]"));
              return range.toString();
            }"""
        )
        assert before.endswith("and then ")


def test_part_of_a_word(browser, server):
    """A selection is completed to whole words, unless the author wants only a part."""
    with opened(browser, server) as (page, _):
        drag(page, "body bel", "body bel")
        choose(page, "Note")
        page.locator(f"{FORM} >> q", has_text="Nobody believed").wait_for(timeout=PATIENCE)
        part = page.get_by_label("Only the selected part of a word")
        assert not part.is_checked()
        part.check()
        page.locator(f"{FORM} >> q", has_text=re.compile("^body bel$")).wait_for(timeout=PATIENCE)
        field(page, "note").fill("A part.")
        page.keyboard.press("Control+Enter")
        saved(page, "A part.")
        entry = "  - quote: body bel\n    inside: true\n    note: A part.\n"
        assert server.text == added(NOTES, entry)
        drag(page, "said that", "come")
        choose(page, "Note")
        page.locator(f"{FORM} >> q").wait_for(timeout=PATIENCE)
        assert not part.is_visible()


def test_code_and_tables(browser, server):
    with opened(browser, server) as (page, _):
        drag(page, "a_promise", "a_promise")
        choose(page, "Note")
        field(page, "note").fill("A variable.")
        page.keyboard.press("Control+Enter")
        saved(page, "A variable.")
        assert "  - quote: a_promise\n" in server.text
        assert page.locator("pre mark").all_inner_texts() == ["a_promise"]
        drag(page, "Anna", "a promise")
        choose(page, "Note")
        assert page.locator(f"{FORM} >> .quote").inner_text() == "Anna a promise"
        field(page, "note").fill("Hers.")
        page.keyboard.press("Control+Enter")
        page.locator("td mark").nth(1).wait_for(timeout=PATIENCE)
        assert page.locator("td mark").all_inner_texts() == ["Anna", "a promise"]


def test_only_the_articles_text_can_be_annotated(browser, server):
    with opened(browser, server) as (page, _):
        for selector in (".note header + p", "h1"):
            page.evaluate(
                "(s) => getSelection().selectAllChildren(document.querySelector(s))", selector
            )
            page.wait_for_timeout(400)
            assert not page.locator(BAR).is_visible()


def test_the_file_changes_while_a_form_is_open(browser, server):
    """Nothing is written; the form's text is kept, and can be saved after a reload."""
    with opened(browser, server) as (page, _):
        drag(page, "Nobody believed", "him")
        choose(page, "Note")
        field(page, "note").fill("My words.")
        changed = NOTES.replace("mine,", "ours,")
        server.file.write_text(changed)
        page.locator(f"{FORM} >> button.save").click()
        page.locator(f"{FORM} >> .problems", has_text="changed").wait_for(timeout=PATIENCE)
        assert server.text == changed
        page.locator(f"{FORM} >> button.reload").click()
        page.locator(f"{FORM} >> q").wait_for(timeout=PATIENCE)
        assert field(page, "note").input_value() == "My words."
        page.wait_for_timeout(300)
        page.locator(f"{FORM} >> button.save").click()
        saved(page, "My words.")
        assert server.text == added(
            changed, "  - quote: Nobody believed him\n    note: My words.\n"
        )


def test_mistakes_are_reported_and_drafts_kept(browser, server):
    with opened(browser, server) as (page, _):
        drag(page, "Nobody believed", "him")
        choose(page, "Claim")
        field(page, "review").fill("Because.")
        page.keyboard.press("Control+Enter")
        page.locator(f"{FORM} >> .problems", has_text="rating").wait_for(timeout=PATIENCE)
        page.keyboard.press("Escape")
        assert not page.locator(FORM).is_visible()
        page.locator(f"{SAID} >> button", has_text="Continue").click()
        page.locator(f"{FORM} >> q").wait_for(timeout=PATIENCE)
        assert field(page, "review").input_value() == "Because."
        assert server.text == NOTES


def test_a_new_source(browser, server):
    with opened(browser, server) as (page, _):
        drag(page, "Nobody believed", "him")
        choose(page, "Note")
        field(page, "note").fill("Sourced.")
        page.locator(f"{FORM} >> button", has_text="New source").click()
        field(page, "title").fill("The report: in full")
        field(page, "publisher").fill("Paper")
        field(page, "url").fill("https://example.org/report")
        field(page, "date").fill("2024-11-09")
        page.keyboard.press("Control+Enter")
        saved(page, "Sourced.")
        assert "    sources: [paper-2024-11-09]\n" in server.text
        assert 'sources:\n  paper-2024-11-09:\n    title: "The report: in full"\n' in server.text


def test_editing_in_place(browser, server):
    with opened(browser, server) as (page, _):
        edit = page.locator("#note-last explainer-edit")
        edit.locator("button.edit").click()
        area = edit.locator("textarea")
        assert area.input_value() == "It is *short*."
        assert edit.locator(".place").inner_text() == "call.yaml:3"
        area.fill("It is *long*,\nin fact: n, p.")
        page.keyboard.press("Control+Enter")
        saved(page, "It is long")
        assert server.text == NOTES.replace("It is *short*.", "It is *long*,\n      in fact: n, p.")
        page.locator(f"{SAID} >> button.undo").click()
        page.locator(SAID, has_text="Undone").wait_for(timeout=PATIENCE)
        assert server.text == NOTES


def test_undo_with_the_keyboard_after_a_reload(browser, server):
    with opened(browser, server) as (page, _):
        edit = page.locator("#note-last explainer-edit")
        edit.locator("button.edit").click()
        edit.locator("textarea").fill("It is *long*.")
        page.keyboard.press("Control+Enter")
        saved(page, "It is long")
        page.reload()
        edit.locator("button.edit").wait_for(timeout=PATIENCE)
        page.wait_for_timeout(300)
        page.keyboard.press("Alt+z")
        page.locator(SAID, has_text="Undone").wait_for(timeout=PATIENCE)
        assert server.text == NOTES
        page.wait_for_timeout(300)
        page.keyboard.press("Alt+z")
        page.locator(SAID, has_text="nothing to undo").wait_for(timeout=PATIENCE)


def test_a_later_draft_is_not_lost(browser, server):
    with opened(browser, server) as (page, _):
        edit = page.locator("#note-last explainer-edit")
        edit.locator("button.edit").click()
        edit.locator("textarea").fill("It is *quick*.")
        page.keyboard.press("Control+Enter")
        saved(page, "It is quick")  # updated in place, without a reload
        drag(page, "Nobody", "him")
        choose(page, "Note")
        area = field(page, "note")
        area.fill("Written while the page stood.")
        page.wait_for_timeout(4500)
        assert area.input_value() == "Written while the page stood."
        page.keyboard.press("Control+Enter")  # the page knows the new version of the file
        saved(page, "Written while the page stood.")
        assert "It is *quick*." in server.text


def test_edit_text_that_was_updated_in_place(browser, server):
    with opened(browser, server) as (page, _):
        server.file.write_text(NOTES.replace("*short*", "*long*"))
        page.locator("#note-last", has_text="It is long").wait_for(timeout=PATIENCE)
        page.wait_for_timeout(300)
        edit = page.locator("#note-last explainer-edit")
        edit.locator("button.edit").click()
        assert edit.locator("textarea").input_value() == "It is *long*."
        edit.locator("textarea").fill("It is *very long*.")
        page.keyboard.press("Control+Enter")
        saved(page, "It is very long")
        assert server.text == NOTES.replace("*short*", "*very long*")


@pytest.mark.parametrize("words", [("The last", "hers."), ("said", "so.")])
@pytest.mark.parametrize("width", [390, 700, 820, 1024, 1280, 1700])
def test_the_form_does_not_cover_the_selection(browser, server, width, words):
    with opened(browser, server, width, height=844) as (page, _):
        drag(page, *words)
        choose(page, "Claim")
        page.wait_for_timeout(200)
        boxes = page.evaluate(
            """() => {
              const box = (rect) => [rect.left, rect.top, rect.right, rect.bottom];
              const { shadowRoot } = document.querySelector("explainer-annotate");
              const dialog = shadowRoot.querySelector("dialog");
              const [range] = CSS.highlights.get("explainer-chosen");
              return [box(dialog.getBoundingClientRect()), box(range.getBoundingClientRect()),
                document.documentElement.scrollWidth];
            }"""
        )
        form, words, across = boxes
        assert across <= width
        assert form[0] >= 0 and form[2] <= width and form[1] >= 0 and form[3] <= 844  # noqa: PT018
        assert words[1] >= 0
        assert words[2] <= form[0] or words[0] >= form[2] or words[3] <= form[1]
        # All of the form can be scrolled into view.
        save = page.locator(f"{FORM} >> button.save").bounding_box()
        assert save["y"] + save["height"] <= 844


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(browser, server, width, scheme):
    axe = (npm.package("axe-core", AXE) / "axe.min.js").read_text(encoding="utf-8")
    with opened(browser, server, width, color_scheme=scheme, bypass_csp=True) as (page, _):
        page.evaluate(axe)

        def violations():
            page.wait_for_timeout(100)
            result = page.evaluate("axe.run({resultTypes: ['violations']})")
            return {
                each["id"]: [node["target"] for node in each["nodes"]]
                for each in result["violations"]
            }

        drag(page, "Nobody believed", "him")
        assert violations() == {}
        choose(page, "Claim")
        page.locator(f"{FORM} >> button", has_text="Add a source").click()
        page.locator(f"{FORM} >> button", has_text="New source").click()
        page.locator(f"{FORM} >> button.save").click()
        page.locator(f"{FORM} >> .problems p").first.wait_for(timeout=PATIENCE)
        assert violations() == {}
        page.keyboard.press("Escape")
        page.locator(SAID).wait_for(timeout=PATIENCE)
        page.evaluate("document.querySelector('#note-last').classList.add('open')")
        page.locator("#note-last explainer-edit button.edit").click()
        page.locator("#note-last textarea").wait_for(timeout=PATIENCE)
        assert violations() == {}


def test_edit_after_the_file_has_changed(browser, server):
    with opened(browser, server) as (page, _):
        edit = page.locator("#note-last explainer-edit")
        edit.locator("button.edit").click()
        edit.locator("textarea").fill("Mine.")
        changed = NOTES.replace("mine,", "ours,")
        server.file.write_text(changed)
        edit.locator("button.save").click()
        edit.locator("button.reload").click()
        page.locator("#note-last textarea:focus").wait_for(timeout=PATIENCE)
        assert edit.locator("textarea").input_value() == "Mine."
        assert server.text == changed
        edit.locator("button.save").click()
        saved(page, "Mine.")
        assert server.text == changed.replace("It is *short*.", "Mine.")


def test_an_edit_shows_another_authors_change(browser, server):
    with opened(browser, server) as (page, _):
        edit = page.locator("#note-last explainer-edit")
        edit.locator("button.edit").click()
        edit.locator("textarea").fill("Mine.")
        changed = NOTES.replace("*short*", "*a colleague’s*")
        server.file.write_text(changed)
        edit.locator("button.save").click()
        edit.locator("button.reload").click()
        page.locator("#note-last textarea:focus").wait_for(timeout=PATIENCE)
        assert edit.locator("textarea").input_value() == "Mine."
        assert "It is *a colleague’s*." in edit.locator(".problems").inner_text()
        assert server.text == changed


def test_requests_need_an_origin(server):
    request = urllib.request.Request(f"{server.page}../__explainer/annotate/page", b"{}")
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        urllib.request.urlopen(request)
    refused.value.close()


def test_requests_need_the_token(browser, server):
    with opened(browser, server) as (page, _):
        status = page.evaluate(
            """async () => (await fetch("../__explainer/annotate/page", {
              method: "POST", body: JSON.stringify({ address: "/call/" }),
              headers: { "X-Explainer-Token": "other" },
            })).status"""
        )
        assert status == 403


# --- the page's text and the reader text ------------------------------------------------------


@pytest.fixture(scope="module")
def own_content(tmp_path_factory):
    """This repository's site, with an article that has every kind of text."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(ROOT / "content", folder / "content")
    shutil.copy(ROOT / "site.toml", folder)
    put(folder, {"content/everything.md": EVERYTHING})
    with running(folder) as url:
        yield folder, url


EVERYTHING = """\
---
title: Everything
date: 2024-11-10
---

# One *heading*{#own}

A paragraph.[^1] A hard\\
break, `code  with  spaces`, ~~gone~~, &amp; an entity, a soft\u00adhyphen,
עברית, 👩\u200d👩\u200d👧.

![A picture](https://example.org/x.png)

- [ ] to do
- [x] done
    1. nested
    2. lists

Term
:   Definition

> A quotation
> > in another

| a | b |
|---|:-:|
| *c* |   |

```python
def f():  # a comment


    return "…"
```

    indented code

[^1]: A *footnote*.
"""


def test_the_page_has_the_reader_text(browser, own_content):
    """selection.mjs reads the same text from the page that quotes are searched in."""
    folder, url = own_content
    script = (ROOT / "explainer/serve/client/annotate/selection.mjs").read_text()
    skipped = "".join(re.findall(r'"([^"]*)"', re.search(r"const NOT_TEXT =([^;]*);", script)[1]))
    site = LiveSite(folder, BuildOptions(drafts=True, write=False))
    site.update(None)
    for address in (article.address for article in site.state.site.index.articles):
        files = site.state.files(address)
        text = (folder / files.article).read_text()
        body = read_article(Text(files.article, text))[0].body
        tokens, _ = Markdown(MarkdownOptions(typographer=True)).parse_with_marks(body, "en")
        wanted = anchor_text.read(tokens).text
        with browsers.opened(browser, url + address[1:], 1280) as (page, _):
            found = page.evaluate(
                """(skipped) => {
                  const text = document.querySelector(".text").cloneNode(true);
                  for (const each of text.querySelectorAll(skipped)) each.remove();
                  return text.textContent;
                }""",
                skipped,
            )
        assert "".join(found.split()) == "".join(wanted.split()), address
