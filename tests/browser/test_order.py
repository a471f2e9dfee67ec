"""Readers can order an article's claims by rating, with a script and without."""

from __future__ import annotations

from typing import Any

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests.helpers import browser as browsers
from tests.helpers import folders

pytestmark = browsers.needed

TEXT, RATED = "1 2 3 4 5 6", "2 3 4 6 1 5"
"""The numbers of the claims in the order of the text, and by rating. 3 and 4 are rivals."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    ratings = ("false", "true", "true", "disputed", "false", "true")
    claims = "".join(
        f"- {{id: c{n}, quote: word{n}, claim: Claim {n}., rating: {rating}}}\n"
        for n, rating in enumerate(ratings, 1)
    ).replace("id: c3", "disputes: [c4], id: c3")
    files = {
        "site.toml": 'title = "T"\n',
        "content/a.md": "---\ntitle: T\n---\n" + " ".join(f"word{n}" for n in range(1, 7)) + "\n",
        "content/a.yaml": "claims:\n" + claims,
    }
    folder = folders.put(tmp_path_factory.mktemp("order"), files)
    assert not build_site(folder, BuildOptions(jobs=1)).failed
    return (folder / "_site/a/index.html").as_uri()


def order(tab: Any) -> str:
    """Return the numbers of the claims from top to bottom."""
    return tab.evaluate("""() => [...document.querySelectorAll(".ledger summary")]
      .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map(row => row.firstElementChild.textContent).join(" ")""")


@pytest.mark.parametrize("scripts", [True, False])
def test_claims_by_rating_and_back(browser: Any, page: str, *, scripts: bool) -> None:
    with browsers.opened(browser, page, 1280, java_script_enabled=scripts) as (tab, heard):
        switch = tab.get_by_label("Order by rating")
        assert order(tab) == TEXT
        switch.check()
        assert order(tab) == RATED
        switch.uncheck()
        assert order(tab) == TEXT
    assert heard.messages == []


def test_keys_follow_the_order_and_it_is_remembered(browser: Any, page: str) -> None:
    with browsers.opened(browser, page, 390) as (tab, _):
        tab.get_by_label("Order by rating").check()
        tab.reload()
        assert order(tab) == RATED
        tab.get_by_label("Order by rating").focus()
        reached = []
        for _ in range(6):
            tab.keyboard.press("Tab")
            reached.append(tab.evaluate("document.activeElement.firstElementChild.textContent"))
        assert " ".join(reached) == RATED
