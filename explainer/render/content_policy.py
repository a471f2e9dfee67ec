"""The Content-Security-Policy of a page (https://www.w3.org/TR/CSP3/)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup

from explainer.markdown.raw_addresses import raw_attributes
from explainer.model.security import OWN, SecuritySettings

_MAY_SHOW = re.compile(r"<(?:img|image|source|input|video)\b", re.IGNORECASE)
_WEB_ORIGIN = re.compile(r"https?://[^/\\?#]+", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://[\w.:-]+")


def foreign_images(texts: Iterable[str], *others: str | None) -> tuple[str, ...]:
    """Return the origins (`https://example.org`) of pictures from other sites.

    `texts` are HTML, and `others` the addresses of further pictures.
    """
    urls = [url for url in others if url]
    for text in texts:
        if "//" in text and _MAY_SHOW.search(text):
            for attribute in raw_attributes(text):
                if attribute.picture:
                    urls += [attribute.value[start:end] for start, end in attribute.urls]
    origins = (_WEB_ORIGIN.match(url) for url in urls)
    return tuple(sorted({origin[0].lower() for origin in origins if origin}))


@lru_cache
def content_policy(
    security: SecuritySettings,
    images: tuple[str, ...],
    *,
    search: bool = False,
    fonts: bool = False,
    live: bool = False,
) -> Markup:
    """Return a Content-Security-Policy for an attribute in double quotes.

    `security` has the hosts that all pages may load from, and `images` the origins of the page's
    pictures. `search` is for the search page, `fonts` for a site with fonts of its own, `live` for
    `explainer serve`.
    """

    def hosts(allowed: Iterable[str], *more: str) -> str:
        named = (host for host in allowed if host != OWN)
        return "".join(f" {host}" for host in dict.fromkeys((*named, *more)))

    shown = [origin for origin in images if _ORIGIN.fullmatch(origin)]
    # The standard does not define `'self'` for a page opened from disk, so `file:` is added. It
    # grants nothing to a page from the web, because browsers keep these away from files.
    # Pagefind fetches its index and a WebAssembly program that reads it. Its form submits to its
    # own page. Filters of a list on several pages fetch the others, and audit tools fetch
    # robots.txt from a page.
    program = " 'wasm-unsafe-eval'" if search else ""
    own_forms = " 'self'" if search or OWN in security.forms else ""
    forms = own_forms + hosts(security.forms) or " 'none'"
    font = f"font-src 'self' file:{hosts(security.fonts)}; " if fonts or security.fonts else ""
    own_frames = " 'self' file:" if OWN in security.frames else ""
    frames = own_frames + hosts(security.frames)
    frame = f"frame-src{frames}; " if frames else ""
    # In some browsers, `'self'` does not include the server's websocket.
    socket = " ws: wss:" if live else ""
    return Markup(  # noqa: S704 - constants and safe host names
        f"default-src 'none'; style-src 'self' file:{hosts(security.styles)}; "
        f"script-src 'self' file:{program}{hosts(security.scripts)}; "
        f"connect-src 'self'{socket}{hosts(security.connect)}; "
        f"img-src 'self' file: data:{hosts(security.images, *shown)}; "
        f"media-src 'self' file:{hosts(security.media)}; {font}{frame}"
        f"base-uri 'none'; form-action{forms}"
    )
