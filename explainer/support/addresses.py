"""Addresses of the site's pages, as links between pages and as addresses on the web.

An *address* is what `Article.address` holds: a path from the site's root in plain Unicode that
begins with `/`, ends with `/` where a folder's `index.html` is meant, and may carry a fragment. A
relative link names that `index.html`, so that the site works from disk and under any base path;
an absolute one does not.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

_SAFE = "/:@!$&'()*+,;=~-._"


def file_of(address: str) -> str:
    """Return the path of an address's page, relative to the output folder."""
    path = address.partition("#")[0][1:]
    return path + "index.html" if not path or path.endswith("/") else path


def root_of(address: str) -> str:
    """Return the relative path from a page to the site's root: `../../`, empty at the root."""
    return "../" * address.partition("#")[0].count("/", 1)


def relative(root: str, address: str) -> str:
    """Return a link to `address` from a page whose `root_of` is `root`."""
    path, sign, fragment = address.partition("#")
    file = _quoted(file_of(path))
    if not root and ":" in file:
        root = "./"  # or all before the colon would be a scheme
    return root + file + sign + fragment


def absolute(url: str, address: str) -> str:
    """Return the web address of a page on the site that is published at `url`."""
    path, sign, fragment = address.partition("#")
    return url.rstrip("/") + _quoted(path) + sign + fragment


def is_outside(address: str) -> bool:
    """Return whether an address is outside this site."""
    return not address.startswith("/") or address.startswith("//")


def host(url: str) -> str:
    """Return the host name of a web address without `www.`; empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _quoted(path: str) -> str:
    is_plain = path.isascii() and " " not in path and "%" not in path
    return path if is_plain else quote(path, safe=_SAFE)
