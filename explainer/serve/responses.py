"""Responses, and pages without a theme for when the site cannot be shown."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Sequence
from html import escape
from pathlib import PurePosixPath

from explainer.model.problems import Problem
from explainer.render import feeds
from explainer.support import addresses
from explainer.support.values import dataclass

_TYPES = {
    ".atom": "application/atom+xml",
    ".bib": "text/x-bibtex",
    ".flac": "audio/flac",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".m4a": "audio/mp4",
    ".m4v": "video/mp4",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/ogg",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".vtt": "text/vtt",
    ".wav": "audio/wav",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
"""By suffix: the types that Python 3.11 does not know, or knows by an older name."""
_STANDARD = mimetypes.MimeTypes(filenames=())
"""Python's own table, without the system's types, which differ between machines."""
_FEEDS = frozenset(addresses.file_of(feed) for feed in (feeds.FEED, feeds.CLAIMS_FEED))


@dataclass(frozen=True, slots=True)
class Response:
    """The response for an address."""

    content: bytes
    media_type: str
    """The value of the `Content-Type` header, with a charset for text types."""
    status: int = 200
    """The HTTP status code."""

    @property
    def is_html(self) -> bool:
        """Whether it is an HTML page, to which the server adds its scripts."""
        return self.media_type.startswith("text/html")

    @property
    def hash(self) -> str:
        """A hash of the content, as 16 hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()[:16]


def media_type(path: str) -> str:
    """Return the media type of a file by its path in the output, with a charset for text types."""
    if path in _FEEDS:
        kind = "application/atom+xml"
    else:
        ending = PurePosixPath(path).suffix.casefold()
        guess = _TYPES.get(ending) or _STANDARD.guess_type(f"x{ending}")[0]
        kind = guess or "application/octet-stream"
    is_text = kind.startswith("text/") or kind.endswith(("+xml", "/xml"))
    return f"{kind}; charset=utf-8" if is_text else kind


def error_page(title: str, text: str = "", status: int = 200) -> Response:
    """Return a page without a theme, for when the site cannot be shown."""
    html = (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:\">"
        f"<title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(text)}</p></html>\n"
    )
    return Response(html.encode(errors="replace"), media_type(".html"), status)


def no_site(problems: Sequence[Problem]) -> Response:
    """Return the page shown at every address until the site has been read successfully."""
    count = sum(problem.severity == "error" for problem in problems)
    text = f"Fix {count} problem{'s' * (count != 1)} first." if count else "Reading the site…"
    return error_page("This site cannot be shown yet", text)


def no_page(path: str, problem: Problem) -> Response:
    """Return the response for a file, by its path in the output, that could not be made."""
    if not path.endswith(".html"):
        return Response(b"", media_type(path))
    location = problem.location
    place = f"{location.path}, line {location.line}: " if location.line else f"{location.path}: "
    return error_page("This page cannot be shown", place + problem.message)
