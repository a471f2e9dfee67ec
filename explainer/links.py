"""Links and pictures in Markdown: to what they lead, or to a message for the author.

A link within the site becomes relative to the article's own page. Where the same HTML stands on
another page too (a claim's review has a page of its own), `render.py` moves it there.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from explainer import picture_sizes, pictures
from explainer.formats import addresses
from explainer.markdown import credit
from explainer.problems import Severity, nearest

_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp", "xmpp", "geo", "doi"})
_PICTURE_SCHEMES = frozenset({"http", "https"})


DECORATIVE = "decorative"
"""The class of a picture that says nothing: `![](line.svg){.decorative}`."""


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
    pictures: Mapping[str, pictures.Measured] = field(default_factory=dict)
    """By the place of a picture's file in the output: what is known of it."""


@dataclass(frozen=True, slots=True)
class BadLink:
    """A link or picture that leads nowhere, may not be followed, or lacks something."""

    line: int
    """From 0, in the parsed text; that of the block."""
    code: str
    message: str
    hint: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Asked:
    """A link or picture of an article, and all that was known of it."""

    url: str
    """As its author wrote it."""
    picture: bool
    found: str | BadLink
    """What it leads to, as `place` gives it."""
    measured: pictures.Measured | None
    """Of a picture: what is known of its file."""


def ask(url: str, path: str, address: str, known: Known, *, picture: bool) -> Asked:
    """Ask where a link or picture leads, as `place` does, and what is known of the picture."""
    found = place(url, path, address, known, picture=picture)
    measured = None
    if picture and isinstance(found, str) and not addresses.is_outside(found):
        measured = known.pictures.get(found[1:].partition("#")[0])
    return Asked(url, picture, found, measured)


def is_answered_alike(asked: Iterable[Asked], path: str, address: str, known: Known) -> bool:
    """Whether an article's links and pictures, asked for again, are what they were."""
    return all(ask(each.url, path, address, known, picture=each.picture) == each for each in asked)


def resolve(
    tokens: Sequence[Token],
    path: str,
    address: str,
    known: Known,
    asked: list[Asked],
    *,
    eager: bool = False,
) -> list[BadLink]:
    """Rewrite the links and pictures of one text's tokens, in place.

    `path` and `address` are those of the article, which relative links start from. Pictures are
    loaded when they come into sight; `eager`: but for the first one. What was asked of `known` is
    added to `asked`. Gives the links that are wrong: they are left without an address, so that
    nothing unsafe is ever written.
    """
    bad: list[BadLink] = []
    line = 0
    for token in tokens:
        if token.map:
            line = token.map[0]
        for child in _links(token):
            if child.type == "image":
                bad += [replace(each, line=line) for each in _words_of(child)]
            key = "src" if child.type == "image" else "href"
            url = str(child.attrs.get(key, ""))
            answer = ask(url, path, address, known, picture=child.type == "image")
            target = answer.found
            if "://" not in url or target != url:  # others lead out of the site, whatever is in it
                asked.append(answer)
            if isinstance(target, str):
                child.attrs[key] = _from_page(address, target)
                if child.type == "image":
                    found = _show(child, target, address, answer.measured, lazy=not eager)
                    bad += [replace(each, line=line) for each in found]
                    eager = False
            else:
                child.attrs[key] = url if target.severity == "warning" else ""
                bad.append(replace(target, line=line))
    return bad


def _words_of(image: Token) -> Iterator[BadLink]:
    """See that a picture has words for those who do not see it, and none that are lost."""
    classes = str(image.attrs.get("class", "")).split()
    if not image.content.strip() and DECORATIVE not in classes:
        name = unquote(str(image.attrs.get("src", ""))).rpartition("/")[2]
        yield BadLink(
            0,
            "picture-without-alt",
            f"the picture `{name}` has no words for those who do not see it",
            f"write what it shows: ![Two men at a telephone]({name})\n"
            f"or, in an article, that it only decorates: ![]({name}){{.{DECORATIVE}}}",
            "warning",
        )
    if credit(image):
        yield BadLink(
            0,
            "credit-not-shown",
            "a picture's credit stands under the picture, and there is no room for it in a line",
            "let the picture stand alone, with an empty line before and after it",
            "warning",
        )


def _show(
    image: Token, target: str, address: str, measured: pictures.Measured | None, *, lazy: bool
) -> Iterator[BadLink]:
    """Say of a picture of this site how large it is, and when it is loaded."""
    if addresses.is_outside(target):
        return
    place = target[1:].partition("#")[0]
    name = posixpath.basename(place)
    if measured is None:
        if name.rpartition(".")[2].casefold() not in picture_sizes.ENDINGS:
            hint = "use JPEG, PNG, WebP, AVIF, GIF or SVG"
            message = f"`{name}` is not a picture that every browser shows"
            yield BadLink(0, "not-a-picture", message, hint, "warning")
        return
    if measured.picture:
        found = pictures.attributes(measured.picture, lambda to: _from_page(address, to), lazy=lazy)
        image.attrs.update(found)
    if measured.flaw:
        flaw = measured.flaw
        yield BadLink(0, flaw.code, flaw.message, flaw.hint, "warning")


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
