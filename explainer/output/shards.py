"""How the pages of a large site are divided among several indexes, its shards.

After an edit only the shards with pages that have changed are indexed again. A page searches all of
them: that costs a reader three or four requests more for each, so there are few.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final

_PAGE: Final = re.compile(r"(?:(?:^|(?<=/))claims/[^/]+/)?index\.html$")
"""The end of the path of a page: what its article's address lacks."""
MOST: Final = 8
LEAST = 2000
"""A site with fewer pages that readers can search has one index, and one with more at least so many
pages in half of an index."""


def count(pages: int) -> int:
    """Return how many shards a site with so many pages has: a power of two."""
    return min(MOST, 1 << (pages // LEAST).bit_length())


def number(path: str, count: int) -> int:
    """Return the number of the shard that has the page at a path, beginning with 0.

    An article and its claims are in the same one.
    """
    article = _PAGE.sub("", path)
    return hashlib.sha256(article.encode()).digest()[0] % count


def divided(pages: Iterable[str], count: int) -> dict[int, list[str]]:
    """Return the sorted paths of the pages of each shard that has any, by its number."""
    found: dict[int, list[str]] = {}
    for path in sorted(pages):
        found.setdefault(number(path, count), []).append(path)
    return dict(sorted(found.items()))


def language(name: str, shard: int) -> str:
    """Return what a shard calls a language, so that all can be listed in one file.

    It is a language tag with a private subtag (RFC 5646), since Pagefind divides words by it.
    """
    return f"{name}-x-shard{shard}" if shard else name
