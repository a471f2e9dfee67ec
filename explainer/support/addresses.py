"""Addresses of the site's pages, as links between pages and as addresses on the web.

An *address* is what `Article.address` holds: a path from the site's root in plain Unicode that
begins with `/`, ends with `/` where a folder's `index.html` is meant, and may carry a fragment. All
links within the site are made here, by `relative`. They work under any base path. Whether they name
that `index.html` depends on the site's `LinkStyle`; the address of a page on the web never does.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from typing import Literal, TypeAlias
from urllib.parse import quote, urlsplit

from explainer.support.patterns import later

LinkStyle: TypeAlias = Literal["pretty", "file"]
"""How links name a page: `x/`, which needs a web server, or `x/index.html`, which also works for
pages that are opened from disk."""

_SAFE = "/:@!$&'()*+,;=~-._"
_UNSAFE = later(rf"[^A-Za-z0-9{re.escape(_SAFE)}]")


def file_of(address: str) -> str:
    """Return the path of an address's page, relative to the output folder."""
    path = address.partition("#")[0][1:]
    return path + "index.html" if not path or path.endswith("/") else path


def root_of(address: str) -> str:
    """Return the relative path from a page to the site's root: `../../`, empty at the root."""
    return "../" * (address.partition("#")[0].count("/") - 1)


@lru_cache(1024)
def relative(root: str, address: str, style: LinkStyle) -> str:
    """Return a link to `address` from a page whose `root_of` is `root`.

    `root` may also be the address of the site on the web, with a `/` at the end.
    """
    path, sign, fragment = address.partition("#")
    name = path[1:] if style == "pretty" else file_of(path)
    return below(root, _quoted(name)) + sign + fragment


def below(root: str, link: str) -> str:
    """Return a link from the site's root as one from a page whose `root_of` is `root`."""
    if not root and (not link or ":" in link):
        return f"./{link}"  # `""` is the page itself, and all before a colon would be a scheme
    return root + link


@lru_cache(1024)
def absolute(url: str, address: str) -> str:
    """Return the web address of a page on the site that is published at `url`."""
    path, sign, fragment = address.partition("#")
    return url.rstrip("/") + _quoted(path) + sign + fragment


def base_path(url: str | None) -> str:
    """Return the path of a site's address, with a `/` at both ends: `/`, or `/repository/`."""
    return (urlsplit(url).path.rstrip("/") if url else "") + "/"


def without_base(path: str, base: str) -> str | None:
    """Return a path on the site's host as a path from the site's root; None if it is outside.

    `base` is the site's `base_path`: of `/repository/call/`, `/call/` is left.
    """
    if base == "/" or not f"{path}/".startswith(base):
        return None
    return "/" + path[len(base) :]


def key(address: str) -> str:
    """Return a key that is equal for addresses that differ only in case or Unicode form."""
    if address.isascii():
        return address.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", address).casefold())


def is_outside(address: str) -> bool:
    """Return whether an address is outside this site."""
    return not address.startswith("/") or address.startswith("//")


@lru_cache(1024)
def host(url: str) -> str:
    """Return the host name of a web address without `www.`; empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


# Parameters that only say how a reader came to a page.
_TRACKING = later(
    r"utm_\w+|(?:fb|g|d|ms|tw|tt|y)clid|[gw]braid|mc_[ce]id|igshid|_g[al]|_hs(?:enc|mi)|mkt_tok",
    re.IGNORECASE,
)
_PLAIN = later(
    r"https?:(//[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?)/?", re.ASCII
)
_DOI = later(r"https?://(?:(?:www|dx)\.)?doi\.org(?=/)", re.IGNORECASE)
_PERCENT = later(r"%([0-9A-Fa-f]{2})")
_PORTS = {"http": 80, "https": 443}


def identity(url: str) -> str:
    """Return a text that is equal for web addresses that lead to the same page for certain.

    Addresses may differ in the scheme (http, https), the case and the encoding of the host, the
    default port, percent-encoding (RFC 3986, section 6.2.2), one slash at the end, parameters for
    tracking, and a text fragment; those of a DOI also in its case and in `dx.` (DOI Handbook, 2.4).
    Everything else may lead to another page, also other fragments.
    """
    if doi := _DOI.match(url):
        url = f"https://doi.org{url[doi.end() :].lower()}"
    if plain := _PLAIN.fullmatch(url):
        return plain[1]
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return url
    if not host.isascii():
        with suppress(UnicodeError):
            host = host.encode("idna").decode()
    user, sign, _ = parts.netloc.rpartition("@")
    where = f"{user}{sign}{host.rstrip('.')}"
    where += f":{port}" if port not in (None, _PORTS.get(parts.scheme)) else ""
    fields = [
        each for each in parts.query.split("&") if not _TRACKING.fullmatch(each.partition("=")[0])
    ]
    query, fragment = "&".join(fields), parts.fragment.partition(":~:")[0]
    path = _canonical(parts.path).removesuffix("/")
    return f"//{where}{path}?{_canonical(query)}#{_canonical(fragment)}".removesuffix("?#")


def _canonical(text: str) -> str:
    """Return a part of an address with as little percent-encoding as possible, in capitals."""

    def canonical(code: re.Match[str]) -> str:
        letter = chr(int(code[1], 16))
        unreserved = letter.isascii() and (letter.isalnum() or letter in "-._~")
        return letter if unreserved else code[0].upper()

    return _PERCENT.sub(canonical, quote(text, safe="%/?:@!$&'()*+,;=~-._[]"))


def _quoted(path: str) -> str:
    return quote(path, safe=_SAFE) if _UNSAFE.search(path) else path
