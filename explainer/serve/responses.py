"""What the server sends for an address: bytes, media type, status; and the page without a theme."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath

from explainer.render import feeds
from explainer.support import addresses

_TYPES = {
    ".atom": "application/atom+xml",
    ".bib": "text/x-bibtex",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".ogg": "audio/ogg",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
"""By a file's ending: the types that Python 3.11 lacks, or names by an older name."""
_STANDARD = mimetypes.MimeTypes(filenames=())
"""Python's own table, without the machine's, which differs from one to the next."""
_FEEDS = frozenset(addresses.file_of(feed) for feed in (feeds.FEED, feeds.CLAIMS_FEED))


@dataclass(frozen=True, slots=True)
class Response:
    """What is sent for an address."""

    content: bytes
    media_type: str
    """The value of the header `Content-Type`, with the charset of texts."""
    status: int = 200
    """HTTP's."""

    @property
    def is_html(self) -> bool:
        """Whether the server adds its scripts."""
        return self.media_type.startswith("text/html")

    @property
    def hash(self) -> str:
        """16 hexadecimal digits that differ where the content does."""
        return hashlib.sha256(self.content).hexdigest()[:16]


def media_type(path: str) -> str:
    """Give the media type of a file by its path in the output, with the charset of texts."""
    if path in _FEEDS:
        kind = "application/atom+xml"
    else:
        ending = PurePosixPath(path).suffix.casefold()
        guess = _TYPES.get(ending) or _STANDARD.guess_type(f"x{ending}")[0]
        kind = guess or "application/octet-stream"
    is_text = kind.startswith("text/") or kind.endswith(("+xml", "/xml"))
    return f"{kind}; charset=utf-8" if is_text else kind


def error_page(title: str, text: str = "", status: int = 200) -> Response:
    """Make a page without a theme, for when the site has none to show."""
    html = (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:\">"
        f"<title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(text)}</p></html>\n"
    )
    return Response(html.encode(errors="replace"), media_type(".html"), status)
