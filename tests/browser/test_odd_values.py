"""Pages whose storage, address, browser, or ratings are not what the scripts expect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests.helpers import browser as browsers
from tests.helpers import folders

pytestmark = browsers.needed

SITE = {
    "site.toml": 'title = "T"\n[[ratings]]\nid = "v1.0"\nlabel = "First version"\n'
    'meaning = "What v1.0 means."\n',
    "content/a.md": "---\ntitle: A\n---\n\nOne claim and another claim.\n",
    "content/a.yaml": "claims:\n"
    "  - {id: a, quote: One claim, claim: One., by: B, rating: v1.0}\n"
    "  - {id: b, quote: another claim, claim: Two., by: B, rating: 'true'}\n",
}

STORED = ["null", "{", "0", "true", '"keys"', "[null, 1]", '{"a": 1}', "\x00"]
FILL = """(value) => {
  for (const store of [localStorage, sessionStorage])
    for (const key of ["explainer:hidden", `explainer:seen:${location.pathname}`])
      store.setItem(key, value);
}"""
BLOCKED = """for (const store of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, store, { get() { throw new DOMException("", "SecurityError"); } });
"""
FULL = """Storage.prototype.setItem = () => { throw new DOMException("", "QuotaExceededError"); };
"""
OLDER = """delete Element.prototype.checkVisibility; delete window.structuredClone;
delete Object.groupBy; delete CSS.escape; delete HTMLElement.prototype.showPopover;
delete Array.prototype.at; delete Array.prototype.findLast; delete Navigator.prototype.clipboard;
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = folders.put(tmp_path_factory.mktemp("odd") / "site", SITE)
    built = build_site(root, BuildOptions())
    assert not built.failed
    with browsers.served(root / "_site") as base:
        yield base


def check(page: Any, heard: browsers.Heard, address: str) -> None:
    """Load a page, and check that each part of its script has run, without an error."""
    page.goto(address)
    page.wait_for_timeout(50)
    assert heard.messages == []
    assert page.get_attribute("#note-a [href$='#rating-v1.0']", "title") == "What v1.0 means."
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.parentElement.id") == "note-a"
    page.evaluate("document.querySelector('.tools').open = true")
    page.locator(".tools [value=claims]").check()
    assert page.locator("#note-a").is_visible()
    assert heard.messages == []


@pytest.mark.parametrize("stored", STORED)
def test_stored_values(browser: Any, served: str, stored: str) -> None:
    address = f"{served}a/index.html"
    with browsers.opened(browser, address, 1280) as (page, heard):
        page.evaluate(FILL, stored)
        check(page, heard, address)


@pytest.mark.parametrize("script", [BLOCKED, FULL, OLDER], ids=["blocked", "full", "older"])
def test_without_storage_or_newer_methods(browser: Any, served: str, script: str) -> None:
    with browsers.opened(browser, "about:blank", 1280) as (page, heard):
        page.add_init_script(script)
        check(page, heard, f"{served}a/index.html")


@pytest.mark.parametrize("hash_", ["#%FF", "#%", "#rating-v1.0", "#note-[", "#'\"", "#:~:text=%FF"])
@pytest.mark.parametrize("name", ["a/index.html", "claims/index.html?rating=v1.0&text=%FF"])
def test_hashes(browser: Any, served: str, name: str, hash_: str) -> None:
    with browsers.opened(browser, served + name, 1280) as (page, heard):
        page.evaluate("(hash) => { location.hash = hash; }", hash_)
        page.evaluate("history.back()")
        page.evaluate("(hash) => { location.hash = hash; }", hash_)
        page.wait_for_timeout(50)
        assert heard.messages == []


def test_a_broken_script_of_the_site_stops_no_other(browser: Any, tmp_path: Path) -> None:
    root = folders.put(tmp_path / "site", SITE)
    folders.put(root, {"themes/default/scripts/05-own.js": "const own = 1;\nnull.broken\n"})
    assert not build_site(root, BuildOptions()).failed
    with (
        browsers.served(root / "_site") as base,
        browsers.opened(browser, f"{base}a/index.html", 1280) as (page, heard),
    ):
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.parentElement.id") == "note-a"
        assert (
            [message for message in heard.messages if "broken" in message] == heard.messages != []
        )
