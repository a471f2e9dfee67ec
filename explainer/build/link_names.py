"""Find the articles whose links may lead elsewhere because a page was added, moved, or removed.

A link names a page by its path or its address. So one that may mean the page has the name of its
file or the last part of its address in it; or it is a path that ends with dots, or with `index`. A
link that leads nowhere counts, too, because its message may propose another page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

from explainer.article.context import ArticleResult
from explainer.markdown.link_targets import LinkTargets
from explainer.support.addresses import key

_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)
_ANY = "\0"
"""In the names that an article asks for: a link that may mean any page."""
_FOLDER = re.compile(r"(?:[^?#]*/)?(?:\.*|index(?:\.md|\.html)?)/*(?:[?#].*)?|[./]*claims/.*")
"""A link to the page of a folder, or to a claim of a page that it does not name."""


def changed(before: LinkTargets, now: LinkTargets) -> frozenset[str] | None:
    """Return the names of pages that are not the same; None if any link may be concerned."""
    if replace(before, addresses=now.addresses, pages=now.pages) != now:
        return None
    others = before.addresses.items() ^ now.addresses.items()
    names = {path.rpartition("/")[2].removesuffix(".md") for path, _ in others}
    addresses = [*(address for _, address in others), *(before.pages ^ now.pages)]
    names |= {address.rstrip("/").rpartition("/")[2] for address in addresses}
    return None if "index" in names or "" in names else frozenset(map(key, names))


def asked(result: ArticleResult) -> str:
    """Return the links of an article within the site, to look for names in; empty without any."""
    found: list[str] = []
    for lookup in result.queries:
        if _OUTSIDE.match(lookup.url):
            continue
        link = key(unquote(lookup.url))
        is_any = not isinstance(lookup.target, str) or _FOLDER.fullmatch(link.rstrip("/"))
        found.append(f"{link}{_ANY}" if is_any else link)
    return "\n".join(found)


def concerned(names: frozenset[str], asking: Mapping[str, str]) -> frozenset[str]:
    """Return the paths of articles that may ask for one of the names. `asking`: see `asked`."""
    return frozenset(
        path
        for path, links in asking.items()
        if _ANY in links or any(name in links for name in names)
    )
