"""Report the parts of an article's raw HTML that the Content-Security-Policy of pages blocks.

Addresses in raw HTML are checked when links are resolved (`markdown.policy`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it.token import Token

from explainer.markdown.findings import Place, Places
from explainer.markdown.pictures import Flaw
from explainer.markdown.policy import blocked, is_blocked
from explainer.markdown.raw_addresses import start_tags
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.model.security import SecuritySettings

_WHY = "has no effect: the Content-Security-Policy of pages blocks it"
_STYLES = "put the styles into `static/custom.css`"
_SCRIPTS = 'put the script into a file in static/, and write <script src="/name.js"></script>'
_ATTRIBUTE = Flaw("blocked-by-policy", f"a `style` attribute {_WHY}", _STYLES, "info")
_ELEMENT = Flaw("blocked-by-policy", f"a `<style>` element {_WHY}", _STYLES)
_INLINE = Flaw("blocked-by-policy", f"a `<script>` without `src` {_WHY}", _SCRIPTS)
_HANDLER = Flaw("blocked-by-policy", f"a script in an attribute {_WHY}", _SCRIPTS)
_RUNS = re.compile(r"(?:module|(?:text|application)/(?:x-)?(?:java|ecma)script.*)?", re.IGNORECASE)
"""The types of scripts that browsers run. All others are data."""


def check(
    tokens: Sequence[Token],
    text: str,
    security: SecuritySettings,
    locate: Callable[[Place], Location],
) -> Iterator[Problem]:
    """Report what is blocked, each kind once, at the first place: the warnings `blocked-by-policy`
    and `blocked-address`, and for `style` attributes a remark.

    `text` was parsed into `tokens`.
    """
    found: dict[Flaw, list[tuple[Token, str]]] = {}
    for token in tokens:
        inside = (each for each in token.children or () if each.type == "html_inline")
        for raw in (token,) if token.type == "html_block" else inside:
            for flaw, words in _flaws(raw.content, security):
                found.setdefault(flaw, []).append((token, words))
    for flaw, all_ in found.items():
        times = f" ({len(all_)} times in this article)" if len(all_) > 1 else ""
        location = locate(Places(text).search(*all_[0]))
        yield Problem(location, flaw.code, flaw.message + times, flaw.hint, flaw.severity)


def _flaws(html: str, security: SecuritySettings) -> Iterator[tuple[Flaw, str]]:
    """Yield what is blocked in raw HTML, each with its words."""
    for tag, attributes in start_tags(html):
        values = {each["name"].lower(): (each["value"] or "").strip("\"'") for each in attributes}
        element, words = tag["name"].lower(), tag[0]
        if element == "style":
            yield _ELEMENT, words
        elif (
            element == "script" and "src" not in values and _RUNS.fullmatch(values.get("type", ""))
        ):
            yield _INLINE, words
        elif element == "form" and not values.get("action") and is_blocked("forms", "", security):
            yield blocked("forms", "", security, "link to a page with the form instead"), words
        if "style" in values:
            yield _ATTRIBUTE, words
        if any(re.fullmatch("on[a-z]+", name) for name in values):
            yield _HANDLER, words
