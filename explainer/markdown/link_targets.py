"""What a link or picture of an article leads to: a page, a file, the web, or nothing.

An article's links are looked up in its site's `LinkTargets`. Each lookup can be repeated against
newer targets, so that a later build sees whether the article must be made again.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from explainer.markdown import pictures
from explainer.model.problems import Code, Severity, nearest
from explainer.support import addresses

_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp", "xmpp", "geo", "doi"})
_PICTURE_SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class LinkTargets:
    """What links may lead to."""

    addresses: Mapping[str, str]
    """By the path of a document (`content/x.md`): its address."""
    pages: frozenset[str]
    """All addresses of pages, those that explainer makes too."""
    files: Mapping[str, str]
    """By the path of a file in content/: its path in the output."""
    output_paths: frozenset[str]
    """Paths in the output of all copied files."""
    skipped: frozenset[str]
    """Paths of documents that are not built."""
    pictures: Mapping[str, pictures.Measured] = field(default_factory=dict)
    """By the path of a picture in the output: what is known of its file."""


@dataclass(frozen=True, slots=True)
class BadLink:
    """A link or picture that leads nowhere, may not be followed, or lacks something."""

    code: Code
    message: str
    hint: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class LinkLookup:
    """A link or picture that was looked up, with the result."""

    url: str
    """As its author wrote it."""
    picture: bool
    target: str | BadLink
    """What it leads to: an address of this site (`/kremlin-call/#part`), one of the web as it was
    written, or a fragment alone."""
    measured: pictures.Measured | None
    """Of a picture: what is known of its file."""


def look_up(
    url: str, path: str, address: str, targets: LinkTargets, *, picture: bool
) -> LinkLookup:
    """Look up a link or picture of the article at `path` (its file) and `address` (its page)."""
    target = _target(url, path, address, targets, picture=picture)
    measured = None
    if picture and isinstance(target, str) and not addresses.is_outside(target):
        measured = targets.pictures.get(target[1:].partition("#")[0])
    return LinkLookup(url, picture, target, measured)


def lead_alike(
    lookups: Iterable[LinkLookup], path: str, address: str, targets: LinkTargets
) -> bool:
    """Whether an article's links and pictures, looked up again, have the same results."""
    return all(look_up(o.url, path, address, targets, picture=o.picture) == o for o in lookups)


def _target(
    url: str, path: str, address: str, targets: LinkTargets, *, picture: bool
) -> str | BadLink:
    try:
        parts = urlsplit(url)
    except ValueError:
        return BadLink("bad-link", f"`{url}` is not an address", "mend the link")
    # Browsers drop control characters and white space within a scheme.
    if parts.scheme or parts.netloc or url.startswith(("//", "\\")):
        allowed = _PICTURE_SCHEMES if picture else _SCHEMES
        if parts.scheme in allowed:
            return url
        kind = "a picture" if picture else "a link"
        return BadLink(
            "unsafe-link",
            f"`{url[:60]}` cannot be the address of {kind}",
            "use https://, or a path within the site"
            if url.startswith(("//", "\\"))
            else f"allowed are {', '.join(sorted(allowed))}, and paths within the site",
        )
    if not url:
        what, example = ("picture", "![](photo.jpg)") if picture else ("link", "[words](page.md)")
        hint = f"write it between the brackets: {example}"
        return BadLink("empty-link", f"this {what} has no address", hint, "warning")
    if not parts.path:
        return url
    return _within(
        parts.path, f"#{parts.fragment}" if parts.fragment else "", path, address, targets
    )


def _within(
    target: str, fragment: str, path: str, address: str, targets: LinkTargets
) -> str | BadLink:
    """A path within the site: a file's, from the article's own file; or an address."""
    wanted = unquote(target)
    at = posixpath.normpath(posixpath.join(address, wanted))
    file = posixpath.normpath(posixpath.join(posixpath.dirname(path), wanted))
    if wanted.startswith("/"):
        file = "content" + file
    # macOS decomposes the accents in files' names, and hardly anybody types them so.
    forms = (unicodedata.normalize(form, file) for form in ("NFC", "NFD"))
    file = next((f for f in (file, *forms) if f in targets.addresses or f in targets.files), file)
    if file in targets.addresses:
        if file in targets.skipped:
            return BadLink(
                "link-to-skipped",
                f"`{wanted}` is not built, so that this link leads nowhere",
                "take the link out until that page is published",
                "warning",
            )
        return targets.addresses[file] + fragment
    if file in targets.files:
        return f"/{targets.files[file]}{fragment}"
    as_page = at.removesuffix("index.html").rstrip("/") + "/"
    if as_page in targets.pages or _is_made(as_page, targets):
        return as_page + fragment
    if at.lstrip("/") in targets.output_paths:
        return at + fragment
    return BadLink(
        "broken-link",
        f"`{wanted}` leads to no page or file of this site",
        _near(file, path, targets),
    )


def _is_made(address: str, targets: LinkTargets) -> bool:
    """Whether an address is of a kind that annotations make: of a person, a topic, a claim.

    Which there are is known only when all articles are.
    """
    above = address[:-1].rpartition("/")[0] + "/"
    return above in ("/people/", "/topics/") or (
        above.endswith("/claims/") and above.removesuffix("claims/") in targets.pages
    )


def _near(file: str, path: str, targets: LinkTargets) -> str:
    """A hint for the article at `path`, which links to a file that is not there."""
    # Without what all have in common, which would make anything look alike.
    files = {_stem(other): other for other in (*targets.files, *targets.addresses) if other != path}
    near = nearest(_stem(file), files)
    if near is not None:
        link = posixpath.relpath(files[near], posixpath.dirname(path))
        how = " Write a link to a page as the path of its .md file" if link.endswith(".md") else ""
        return f"did you mean `{link}`?{how}"
    if file.endswith(".md") or "." not in posixpath.basename(file):
        return "write a link to a page as the path of its .md file, from this file's folder"
    return "put the file beside the article, or write its path from the article's folder"


def _stem(path: str) -> str:
    return path.removeprefix("content/").removesuffix(".md")
