"""Deciding about annotations in the panel, in a browser."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import browser as browsers
from tests.helpers import npm
from tests.helpers.axe import VERSION as AXE
from tests.helpers.repository import commit, git, isolate
from tests.serve.test_annotate_browser import running
from tests.upkeep.mill import NEW, NOTES, make, write

pytestmark = browsers.needed
PATIENCE = 20_000
"""The timeout for everything, in milliseconds."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("decided")
    with pytest.MonkeyPatch.context() as patch:
        isolate(patch, folder)
        root = make(folder / "site")
        git(root, "init", "--quiet", "--initial-branch=main")
        commit(root)
        write(root, NEW)
        with running(root) as url:
            yield root, url


@pytest.fixture
def file(served: tuple[Path, str]) -> Path:
    path = served[0] / "content/mill.yaml"
    if path.read_text() != NOTES:
        path.write_text(NOTES)
        time.sleep(0.5)
    return path


@contextmanager
def opened(browser: Any, served: tuple[Path, str], width: int = 1280, **options: Any) -> Any:
    with browsers.opened(browser, f"{served[1]}mill/", width, **options) as (page, heard):
        page.wait_for_selector(".decision", state="attached", timeout=PATIENCE)
        yield page
        refused = "Failed to load resource: the server responded with a status of 4"
        assert [m for m in heard.messages if not m.startswith(refused)] == []


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click(timeout=PATIENCE)


def wait_until(page: Any, file: Path, text: str) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while text not in file.read_text():
        assert time.monotonic() < end, file.read_text()
        page.wait_for_timeout(50)


def test_old_and_new_words_are_side_by_side(browser: Any, served: Any, file: Path) -> None:
    with opened(browser, served) as page:
        item = page.locator("li", has=page.get_by_role("button", name="Edit: edited"))
        assert item.locator(".old").inner_text() == "Old words\nthe miller gave it up for good"
        assert item.locator(".new").inner_text() == "New words\nthe miller abandoned it for good"
        assert item.locator("del").all_inner_texts() == ["gave", " up"]
        assert item.locator("ins").all_inner_texts() == ["abandoned"]
        goat = page.locator("li", has=page.get_by_role("button", name="Edit: goat"))
        assert goat.get_by_role("button").all_inner_texts()[1:] == [
            "Edit",
            "Mark for review",
            "Delete",
        ]


def test_moving_and_undoing(browser: Any, served: Any, file: Path) -> None:
    with opened(browser, served) as page:
        press(page, "Move here: edited")
        wait_until(page, file, 'quote: "the miller abandoned it for good"')
        page.wait_for_selector("#note-edited", timeout=PATIENCE)
        press(page, "Undo")
        wait_until(page, file, 'quote: "the miller gave it up for good"')
        page.get_by_role("button", name="Move here: edited").wait_for(timeout=PATIENCE)
        assert file.read_text() == NOTES


def test_other_words(browser: Any, served: Any, file: Path) -> None:
    with opened(browser, served) as page:
        press(page, "Edit: goat")
        words = page.get_by_label("Words to quote")
        assert words.input_value() == "kept a goat"
        words.fill("no such words")
        press(page, "Save: goat")
        page.wait_for_selector(".refused p", timeout=PATIENCE)
        assert "not in the article" in page.locator(".refused p").first.inner_text()
        words.fill("The smith lived")
        press(page, "Save: goat")
        wait_until(page, file, "quote: The smith lived")
        page.wait_for_selector("#note-goat", timeout=PATIENCE)


def test_a_quote_on_foreign_words_can_be_kept(browser: Any, served: Any, file: Path) -> None:
    with opened(browser, served) as page:
        assert page.get_by_text("Placed, but look at these").is_visible()
        press(page, "Keep it here: oak")
        wait_until(page, file, "prefix: house was")
        page.get_by_role("button", name="Keep it here: oak").wait_for(
            state="detached", timeout=PATIENCE
        )
        page.get_by_text("Placed, but look at these").wait_for(state="detached", timeout=PATIENCE)


def test_a_page_with_doubts_only_has_a_panel(browser: Any, served: Any, file: Path) -> None:
    start, end = NOTES.index("  - id: oak"), NOTES.index("  - id: goat")
    file.write_text("notes:\n" + NOTES[start:end])
    time.sleep(1)
    with opened(browser, served) as page:
        toggle = page.locator("explainer-live .toggle")
        assert toggle.inner_text() == "1 annotation to look at"


def test_a_file_that_was_changed_is_not_overwritten(browser: Any, served: Any, file: Path) -> None:
    with opened(browser, served) as page:
        press(page, "Edit: goat")  # so that the panel is not updated
        changed = NOTES.replace("note: Moved.", "note: It moved.")
        file.write_text(changed)
        page.wait_for_timeout(1000)
        press(page, "Save: goat")
        page.wait_for_selector(".refused p", timeout=PATIENCE)
        assert re.search("changed on disk", page.locator(".refused p").first.inner_text())
        assert file.read_text() == changed


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(browser: Any, served: Any, file: Path, width: int, scheme: str) -> None:
    axe = npm.package("axe-core", AXE) / "axe.min.js"
    with opened(browser, served, width, color_scheme=scheme, bypass_csp=True) as page:
        press(page, "Edit: goat")
        page.evaluate(axe.read_text())
        found = page.evaluate("axe.run({resultTypes: ['violations']})")
        assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0
