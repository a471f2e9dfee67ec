"""The Content-Security-Policy of a page, and the foreign hosts that it must allow."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from explainer.model.article import Article, Html
from explainer.support import addresses

_FOREIGN_IMAGE = re.compile(r'<img\b[^>]*?\ssrc="(https?://[^/"?#]+)', re.IGNORECASE)
_ORIGIN = re.compile(r"https?://[\w.:-]+")


def foreign_images(article: Article) -> tuple[str, ...]:
    """The origins (`https://example.org`) of pictures that an article takes from elsewhere."""
    found: set[str] = set()
    for part in article.body:
        if isinstance(part, Html) and "<img" in part.html:
            found.update(_FOREIGN_IMAGE.findall(part.html))
    if article.image and addresses.is_outside(article.image):
        found.add("/".join(article.image.split("/", 3)[:3]))
    return tuple(sorted(found))


def policy(images: Iterable[str], *, search: bool = False, live: bool = False) -> Markup:
    """A policy for an attribute in double quotes; single ones within it are no danger there.

    `images`: origins of pictures. `search`: for the search page. `live`: for `explainer serve`.
    """
    sources = "".join(f" {origin}" for origin in images if _ORIGIN.fullmatch(origin))
    # The standard leaves open what `'self'` means for a page opened from disk: `file:` says it,
    # and opens nothing to a page from the web, which no browser lets at files.
    # Pagefind fetches its index and a WebAssembly program that reads it; its form leads to itself.
    # No other page's script fetches anything, but tools that look at robots.txt do it from a page.
    program, form = (" 'wasm-unsafe-eval'", "'self'") if search else ("", "'none'")
    # Not every browser takes `'self'` for the server's websocket too.
    connect = " ws: wss:" if live else ""
    return Markup(  # noqa: S704 - fixed words, and hosts of letters
        f"default-src 'none'; style-src 'self' file:; script-src 'self' file:{program}; "
        f"connect-src 'self'{connect}; img-src 'self' file: data:{sources}; "
        f"media-src 'self' file:; base-uri 'none'; form-action {form}"
    )
