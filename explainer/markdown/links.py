"""Links and pictures in Markdown: to what they lead, or to a message for the author.

A link within the site becomes relative to the article's own page. Where the same HTML stands on
another page too (a claim's review has a page of its own), `render.py` moves it there.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from explainer.markdown import picture_sizes, pictures
from explainer.markdown.parser import credit
from explainer.model.problems import Code, Severity, nearest
from explainer.support import addresses

_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp", "xmpp", "geo", "doi"})
_PICTURE_SCHEMES = frozenset({"http", "https"})
_BEFORE_ADDRESS = r"(?:\]\(\s*<?|<|=\s*[\"']?)"
"""What stands before the address of a link in Markdown, and in raw HTML."""
_BEFORE_DEFINED = r"^[ >]*\[[^\]\n]+\]:\s*<?"
"""What stands before an address that links refer to: `[name]: address`."""

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
class Spot:
    """Which of the links and pictures of a text one is."""

    line: int
    """From 0, in the parsed text."""
    url: str
    """The address, as Markdown's parser gives it."""
    order: int
    """How many of the text before it have the same address."""
    in_line: int
    """How many of these stand on the same line."""


@dataclass(frozen=True, slots=True)
class BadLink:
    """A link or picture that leads nowhere, may not be followed, or lacks something."""

    code: Code
    message: str
    hint: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page, to which a link leads: `page.md#part`."""

    address: str
    """The page's."""
    fragment: str
    """What stands after the `#`, decoded."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What came of resolving the links of a text."""

    bad: Sequence[tuple[Spot, BadLink]]
    """Those that are wrong."""
    parts: Sequence[tuple[Spot, Part]]
    """Those that lead to a part of a page of this site."""


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
) -> Resolved:
    """Rewrite the links and pictures of one text's tokens, in place.

    `path` and `address` are those of the article, which relative links start from. Pictures are
    loaded when they come into sight; `eager`: but for the first one. What was asked of `known` is
    added to `asked`. Links that are wrong are left without an address, so that nothing unsafe is
    ever written.

    Problems: `unsafe-link`, `bad-link`, `broken-link`, and the warnings `link-to-skipped`,
    `empty-link`, `link-without-text`; of pictures those of `article.make`.
    """
    bad: list[tuple[Spot, BadLink]] = []
    parts: list[tuple[Spot, Part]] = []
    for spot, child, seen in spots(tokens):
        picture = child.type == "image"
        if picture:
            bad += [(spot, each) for each in _words_of(child)]
        elif not seen:
            bad.append((spot, _WITHOUT_TEXT))
        url = spot.url
        answer = ask(url, path, address, known, picture=picture)
        target = answer.found
        if "://" not in url or target != url:  # others lead out of the site, whatever is in it
            asked.append(answer)
        if isinstance(target, str):
            link = _from_page(address, target)
            child.attrs["src" if picture else "href"] = (
                link if link == url else _with_query(link, url)
            )
            if "#" in target and (part := _part(address, target)):
                parts.append((spot, part))
            if picture:
                found = _show(child, target, address, answer.measured, lazy=not eager)
                bad += [(spot, each) for each in found]
                eager = False
        else:
            bad.append((spot, target))
            if picture:
                child.attrs["src"] = ""
            else:  # a link without an address is one that waits for it (HTML, § 4.5.1)
                child.attrs.pop("href", None)
    return Resolved(bad, parts)


def spots(tokens: Iterable[Token]) -> Iterator[tuple[Spot, Token, bool]]:
    """Every link and picture of a text: which it is, its token, whether anything is seen of it."""
    alike: Counter[str] = Counter()
    alike_here: Counter[tuple[str, int]] = Counter()
    line = 0
    for token in tokens:
        if token.map:
            line = token.map[0]
        here = line
        children = token.children or []
        for number, child in enumerate(children):
            if child.type in ("link_open", "image"):
                url = str(child.attrs.get("src" if child.type == "image" else "href", ""))
                seen, breaks = _words_in(children, number)
                at = here + breaks  # the address stands behind the words
                spot = Spot(at, url, alike[url], alike_here[url, at])
                alike[url] += 1
                alike_here[url, at] += 1
                yield spot, child, seen
            if child.type == "image":
                here += _words_in(children, number)[1]
            elif child.type in _BREAKS:
                here += 1


_WITHOUT_TEXT = BadLink(
    "link-without-text",
    "this link has no words: nobody sees it, and a screen reader spells its address",
    "write what it leads to: [The transcript](transcript.md)",
    "warning",
)


_BREAKS = frozenset({"softbreak", "hardbreak"})


def _words_in(children: Sequence[Token], number: int) -> tuple[bool, int]:
    """Whether anything is seen of link or picture `number`, and the line breaks in its words."""
    opening = children[number]
    if opening.type == "image":
        return True, sum(child.type in _BREAKS for child in opening.children or ())
    seen, breaks = False, 0
    for i in range(number + 1, len(children)):
        child = children[i]
        if child.type == "link_close":
            return seen, breaks
        breaks += child.type in _BREAKS
        if child.type in ("image", "html_inline", "footnote_ref") or child.content.strip():
            seen = True
    return True, breaks


def _with_query(link: str, url: str) -> str:
    """A link within the site, with the query that its author gave it: `search.md?q=call`."""
    query = "" if addresses.is_outside(url) and "://" in url else urlsplit(url).query
    if not query or "?" in link:
        return link
    path, sign, fragment = link.partition("#")
    return f"{path}?{query}{sign}{fragment}"


def _part(address: str, target: str) -> Part | None:
    """The page and the part to which an address of this site leads, if it is a part."""
    page, _, fragment = target.partition("#")
    # Text fragments (https://wicg.github.io/scroll-to-text-fragment/) are found by words.
    fragment = unquote(fragment.partition(":~:")[0])
    if page and (addresses.is_outside(page) and not page.startswith("?")):
        return None
    if not fragment or fragment.casefold() == "top":  # the page's top (HTML, § 7.4.6.3)
        return None
    return Part(address if not page or page.startswith("?") else page, fragment)


def position(text: str, link: Spot, *, by_line: bool = False) -> int | None:
    """How many characters of a text stand before the address of a link, as its author wrote it.

    `by_line`: the text is just the one that was parsed, so that the link's line counts; elsewhere,
    as in a value of YAML, the order of links does. Where a link has its address by reference, that
    is the place. Nothing where the address does not stand there as it was parsed, such as one with
    entities.
    """
    for written in dict.fromkeys((link.url, unquote(link.url))):
        address = rf"({re.escape(written)})(?=[\s)>\"']|\Z)"
        pattern = re.compile(_BEFORE_ADDRESS + address)
        start, end, number = 0, len(text), link.order
        if by_line:
            above = text.split("\n", link.line + 1)[: link.line + 1]
            end = sum(map(len, above)) + len(above) - 1
            start, number = end - len(above[-1]), link.in_line
        here = [match.start(1) for match in pattern.finditer(text, start, end)]
        if number < len(here):
            return here[number]
        defined = re.search(_BEFORE_DEFINED + address, text, re.MULTILINE)
        if defined:
            return defined.start(1)
        later = [match.start(1) for match in pattern.finditer(text, start)]
        if later:
            return later[0] if by_line else later[-1]
    return None


def _words_of(image: Token) -> Iterator[BadLink]:
    """See that a picture has words for those who do not see it, and none that are lost."""
    classes = str(image.attrs.get("class", "")).split()
    if not image.content.strip() and DECORATIVE not in classes:
        name = unquote(str(image.attrs.get("src", ""))).rpartition("/")[2]
        yield BadLink(
            "picture-without-alt",
            f"the picture `{name}` has no words for those who do not see it",
            f"write what it shows: ![Two men at a telephone]({name})\n"
            f"or, in an article, that it only decorates: ![]({name}){{.{DECORATIVE}}}",
            "warning",
        )
    if credit(image):
        yield BadLink(
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
            what = f"`{name}`" if name else "a page"
            message = f"{what} is not a picture that every browser shows"
            yield BadLink("not-a-picture", message, hint, "warning")
        return
    if measured.picture:
        found = pictures.attributes(measured.picture, lambda to: _from_page(address, to), lazy=lazy)
        image.attrs.update(found)
    if measured.flaw:
        flaw = measured.flaw
        yield BadLink(flaw.code, flaw.message, flaw.hint, "warning")


def _from_page(address: str, target: str) -> str:
    if addresses.is_outside(target):
        return target
    return addresses.relative(addresses.root_of(address), target)


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
        "broken-link",
        f"`{wanted}` leads to no page or file of this site",
        _near(file, path, known),
    )


def _is_made(address: str, known: Known) -> bool:
    """Whether an address is of a kind that annotations make: of a person, a topic, a claim.

    Which there are is known only when all articles are.
    """
    above = address[:-1].rpartition("/")[0] + "/"
    return above in ("/people/", "/topics/") or (
        above.endswith("/claims/") and above.removesuffix("claims/") in known.pages
    )


def _near(file: str, path: str, known: Known) -> str:
    """A hint for the article at `path`, which links to a file that is not there."""
    # Without what all have in common, which would make anything look alike.
    files = {_stem(other): other for other in (*known.files, *known.addresses) if other != path}
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
