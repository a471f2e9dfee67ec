"""What the search covers of a page: elements with `data-pagefind-body`, title, and language.

Only this is passed to Pagefind, so an index can be used again if this is equal, whatever else of
the pages differs: navigation, footers, and lists of other articles.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

_HTML: Final = re.compile(r"<html\b[^>]*>")
_ATTRIBUTE: Final = "data-pagefind-body"
_COVERED: Final = re.compile(rf"<([a-z]+)\b[^<>]*\s{_ATTRIBUTE}\b")
_TITLE: Final = re.compile(r"<h1\b.*?</h1>", re.DOTALL)


def searched(html: str, *, whole: bool = False) -> str:
    """Return what the search covers of a page, as a page.

    `whole` returns the page as it is. That is for templates that are not this program's: Pagefind
    may read something else on their pages. So may it on a page with comments, or one on which it
    is not certain where an element ends.
    """
    found = None if whole or "<!--" in html else _HTML.search(html)
    parts = _parts(html, max(html.find("<body"), 0)) if found else []
    return "\n".join((f"{found[0]}<body>", *parts)) if found and parts else html


def digest(html: str, *, whole: bool = False) -> str:
    """Return a hash of what `searched` returns."""
    return hashlib.sha256(searched(html, whole=whole).encode()).hexdigest()[:32]


def _parts(html: str, at: int) -> list[str]:
    """Return the elements that the search covers, in their order; none if one has no end."""
    parts = list[str]()
    while body := _covered(html, at):
        parts += _TITLE.findall(html, at, body.start())
        at = _end(html, body)
        if not at:
            return []
        parts.append(html[body.start() : at])
    return [*parts, *_TITLE.findall(html, at)] if parts else []


def _covered(html: str, at: int) -> re.Match[str] | None:
    """Return the start of the next element that the search covers.

    Only the tags that have the attribute's name are looked at: a page has hundreds of others.
    """
    place = html.find(_ATTRIBUTE, at)
    while place >= 0:
        start = html.rfind("<", at, place)
        if start >= 0 and (found := _COVERED.match(html, start)):
            return found
        place = html.find(_ATTRIBUTE, place + 1)
    return None


def _end(html: str, start: re.Match[str]) -> int:
    """Return where an element ends that starts there; 0 if it has no end."""
    depth = 0
    for tag in re.compile(rf"<(/?){start[1]}\b").finditer(html, start.start()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return html.index(">", tag.end()) + 1
    return 0
