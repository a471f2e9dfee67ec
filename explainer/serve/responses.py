"""What the server sends for an address; and pages without a theme, for when the site has none."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath

from explainer.model.problems import Problem
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


def no_site(problems: Sequence[Problem]) -> Response:
    """Make the page that is shown for every address until the site could be read once."""
    count = sum(problem.severity == "error" for problem in problems)
    text = f"{count} problem{'s' * (count != 1)} to mend first." if count else "It is being read."
    return error_page("This site cannot be shown yet", text)


def no_page(path: str, problem: Problem) -> Response:
    """Make the response for a file, by its path in the output, that could not be made."""
    if not path.endswith(".html"):
        return Response(b"", media_type(path))
    location = problem.location
    place = f"{location.path}, line {location.line}: " if location.line else f"{location.path}: "
    return error_page("This page cannot be shown", place + problem.message)
