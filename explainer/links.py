"""Links and pictures in Markdown: to what they lead, or to a message for the author.

A link within the site becomes relative to the article's own page. Where the same HTML stands on
another page too (a claim's review has a page of its own), `render.py` moves it there.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from explainer.formats import addresses
from explainer.problems import Severity, nearest

_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp", "xmpp", "geo", "doi"})
_PICTURE_SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class Known:
    """What links may lead to."""

    addresses: Mapping[str, str]
    """By the path of a document (`content/x.md`): its address."""
    pages: frozenset[str]
    """All addresses of pages, those that explainer makes too."""
    files: Mapping[str, str]
    """By the path of a file in content/: its place in the output."""
    places: frozenset[str]
    """Places in the output of all copied files."""
    skipped: frozenset[str]
    """Paths of documents that are not built."""


@dataclass(frozen=True, slots=True)
class BadLink:
    """A link that leads nowhere, or may not be followed."""

    line: int
    """From 0, in the parsed text; that of the block."""
    code: str
    message: str
    hint: str
    severity: Severity = "error"


def resolve(tokens: Sequence[Token], path: str, address: str, known: Known) -> list[BadLink]:
    """Rewrite the links and pictures of one text's tokens, in place.

    `path` and `address` are those of the article, which relative links start from. Gives the links
    that are wrong: they are left without an address, so that nothing unsafe is ever written.
    """
    bad: list[BadLink] = []
    line = 0
    for token in tokens:
        if token.map:
            line = token.map[0]
        for child in _links(token):
            key = "src" if child.type == "image" else "href"
            url = str(child.attrs.get(key, ""))
            target = place(url, path, address, known, picture=child.type == "image")
            if isinstance(target, str):
                child.attrs[key] = _from_page(address, target)
            else:
                child.attrs[key] = url if target.severity == "warning" else ""
                bad.append(replace(target, line=line))
    return bad


def _from_page(address: str, target: str) -> str:
    if addresses.is_outside(target):
        return target
    return addresses.relative(addresses.root_of(address), target)


def _links(token: Token) -> Iterator[Token]:
    for child in token.children or ():
        if child.type in ("link_open", "image"):
            yield child


def place(
    url: str, path: str, address: str, known: Known, *, picture: bool = False
) -> str | BadLink:
    """Give what a link or picture of an article leads to.

    That is an address of this site (`/kremlin-call/#part`), one of the web as it was written, or a
    fragment alone. `path` and `address` are the article's.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return BadLink(0, "bad-link", f"`{url}` is not an address", "mend the link")
    # Browsers drop control characters and white space within a scheme.
    if parts.scheme or parts.netloc or url.startswith(("//", "\\")):
        allowed = _PICTURE_SCHEMES if picture else _SCHEMES
        if parts.scheme in allowed:
            return url
        kind = "a picture" if picture else "a link"
        return BadLink(
            0,
            "unsafe-link",
            f"`{url[:60]}` cannot be the address of {kind}",
            "use https://, or a path within the site"
            if url.startswith(("//", "\\"))
            else f"allowed are {', '.join(sorted(allowed))}, and paths within the site",
        )
    if not parts.path:
        return url
    return _within(parts.path, f"#{parts.fragment}" if parts.fragment else "", path, address, known)


def _within(target: str, fragment: str, path: str, address: str, known: Known) -> str | BadLink:
    """A path within the site: a file's, from the article's own file; or an address."""
    wanted = unquote(target)
    folder = posixpath.dirname(path)
    if wanted.startswith("/"):
        file = "content" + posixpath.normpath(wanted)
        at = posixpath.normpath(wanted)
    else:
        file = posixpath.normpath(posixpath.join(folder, wanted))
        at = posixpath.normpath(posixpath.join(address, wanted))
    # macOS decomposes the accents in files' names, and hardly anybody types them so.
    forms = (unicodedata.normalize(form, file) for form in ("NFC", "NFD"))
    file = next((f for f in (file, *forms) if f in known.addresses or f in known.files), file)
    if file in known.addresses:
        if file in known.skipped:
            return BadLink(
                0,
                "link-to-skipped",
                f"`{wanted}` is not built, so that this link leads nowhere",
                "take the link out until that page is published",
                "warning",
            )
        return known.addresses[file] + fragment
    if file in known.files:
        return f"/{known.files[file]}{fragment}"
    as_page = at.removesuffix("index.html").rstrip("/") + "/"
    if as_page in known.pages or _is_made(as_page, known):
        return as_page + fragment
    if at.lstrip("/") in known.places:
        return at + fragment
    return BadLink(
        0,
        "broken-link",
        f"`{wanted}` leads to no page or file of this site",
        _near(file, known),
    )


def _is_made(address: str, known: Known) -> bool:
    """Whether an address is of a kind that annotations make: of a person, a topic, a claim.

    Which there are is known only when all articles are.
    """
    above = address[:-1].rpartition("/")[0] + "/"
    return above in ("/people/", "/topics/") or (
        above.endswith("/claims/") and above.removesuffix("claims/") in known.pages
    )


def _near(file: str, known: Known) -> str:
    # Without what all have in common, which would make anything look alike.
    files = {_stem(path): path for path in (*known.files, *known.addresses)}
    near = nearest(_stem(file), files)
    if near is not None:
        path = files[near].removeprefix("content/")
        how = " Write a link to a page as the path of its .md file" if path.endswith(".md") else ""
        return f"did you mean `{path}`?{how}"
    if file.endswith(".md") or "." not in posixpath.basename(file):
        return "write a link to a page as the path of its .md file, from this file's folder"
    return "put the file beside the article, or write its path from the article's folder"


def _stem(path: str) -> str:
    return path.removeprefix("content/").removesuffix(".md")
