"""axe-core: what it finds on pages in a browser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.helpers import npm

VERSION = "4.14.1"
OPEN = """() => { document.querySelectorAll('.note').forEach(n => n.classList.add('open'));
                  document.querySelectorAll('details').forEach(d => d.open = true); }"""
"""Opens all notes and details."""


def violations(
    browser: Any, urls: Iterable[str], *, opened: bool, media: str = "screen", **context: Any
) -> list[object]:
    """Return axe's violations on pages. `opened`: open all notes and details."""
    axe = (npm.package("axe-core", VERSION) / "axe.min.js").read_text(encoding="utf-8")
    window = browser.new_context(bypass_csp=True, **context)
    page = window.new_page()
    page.emulate_media(media=media)
    found: list[object] = []
    for url in urls:
        page.goto(url)
        if opened:
            page.evaluate(OPEN)
        page.evaluate(axe)
        result = page.evaluate("axe.run({resultTypes: ['violations']})")
        found += [
            (url, v["id"], node["target"], node["failureSummary"][:200])
            for v in result["violations"]
            for node in v["nodes"][:3]
        ]
    window.close()
    return found
