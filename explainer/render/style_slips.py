"""Find what a site's own style sheets load from other hosts, which its pages block."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from explainer.markdown.policy import blocked, is_blocked, is_on_the_web
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.model.security import Loaded, SecuritySettings
from explainer.support.patterns import later

_COMMENT = later(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ADDRESS = later(
    r"""(?P<import>@import\s+)?\burl\(\s*["']?(?P<url>[^"')\s]+)|@import\s+["'](?P<bare>[^"']+)""",
    re.IGNORECASE,
)


def check(sheets: Iterable[tuple[str, str]], security: SecuritySettings) -> Iterator[Problem]:
    """Yield the warning `blocked-address` for each address that pages load nothing from.

    `sheets` are the style sheets: the name that problems show, and the text.
    """
    for place, text in sheets:
        css = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), text)
        for found in _ADDRESS.finditer(css):
            group = "bare" if found["bare"] else "url"
            url, start = found[group], found.start(group)
            loaded = _loaded(css, found)
            is_data = loaded == "fonts" and url.lower().startswith("data:")
            if is_data or (is_on_the_web(url) and is_blocked(loaded, url, security)):
                flaw = blocked(loaded, url, security, "use a copy of it in `static/`")
                line, column = css.count("\n", 0, start) + 1, start - css.rfind("\n", 0, start)
                location = Location(place, line, column)
                yield Problem(location, flaw.code, flaw.message, flaw.hint, flaw.severity)


def _loaded(css: str, found: re.Match[str]) -> Loaded:
    """Return what an address in a style sheet is for."""
    if found["import"] or found["bare"]:
        return "styles"
    at = found.start()
    is_font = css.rfind("@font-face", 0, at) > css.rfind("}", 0, at)
    return "fonts" if is_font else "images"
