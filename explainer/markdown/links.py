"""The links and pictures of a parsed text: what they lead to (a page, a file, the web, or nothing).

They are resolved in the text's tokens, or reported to the author. An article's links are looked up
in its site's `LinkTargets`; each lookup can be repeated against newer targets, so that a later
build sees whether the article must be made again.

A link within the site becomes relative to the article's own page. Where the same HTML also appears
on another page (a claim's review has a page of its own), rendering moves its links there.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from explainer.markdown import picture_sizes, pictures
from explainer.markdown.link_positions import LinkOccurrence, find_links
from explainer.markdown.pictures import Flaw
from explainer.markdown.rules import credit
from explainer.model.problems import nearest
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
class LinkLookup:
    """A link or picture that was looked up, with the result."""

    url: str
    """As its author wrote it."""
    picture: bool
    target: str | Flaw
    """What it leads to: an address of this site (`/kremlin-call/#part`), one of the web as it was
    written, or a fragment alone."""
    measured: pictures.Measured | None
    """Of a picture: what is known of its file."""

    @property
    def flaw(self) -> Flaw | None:
        """What is wrong with the link, or with the picture's file."""
        if isinstance(self.target, Flaw):
            return self.target
        return self.measured.flaw if self.measured else None


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
) -> str | Flaw:
    try:
        parts = urlsplit(url)
    except ValueError:
        return Flaw("bad-link", f"`{url}` is not a valid address", "fix the link", "error")
    # Browsers drop control characters and white space within a scheme.
    if parts.scheme or parts.netloc or url.startswith(("//", "\\")):
        allowed = _PICTURE_SCHEMES if picture else _SCHEMES
        if parts.scheme in allowed:
            return url
        kind = "a picture" if picture else "a link"
        return Flaw(
            "unsafe-link",
            f"`{url[:60]}` is not allowed as the address of {kind}",
            "use `https://…` or a path within the site"
            if url.startswith(("//", "\\"))
            else f"use one of {', '.join(sorted(allowed))}, or a path within the site",
            "error",
        )
    if not url:
        what, example = ("picture", "![](photo.jpg)") if picture else ("link", "[text](page.md)")
        hint = f"put the address in the parentheses: {example}"
        return Flaw("empty-link", f"this {what} has no address", hint)
    if not parts.path:
        return url
    return _within(
        parts.path, f"#{parts.fragment}" if parts.fragment else "", path, address, targets
    )


def _within(
    target: str, fragment: str, path: str, address: str, targets: LinkTargets
) -> str | Flaw:
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
            return Flaw(
                "link-to-skipped",
                f"`{wanted}` is not built, so this link goes nowhere",
                "remove the link until that page is published",
            )
        return targets.addresses[file] + fragment
    if file in targets.files:
        return f"/{targets.files[file]}{fragment}"
    as_page = at.removesuffix("index.html").rstrip("/") + "/"
    if as_page in targets.pages or _is_made(as_page, targets):
        return as_page + fragment
    if at.lstrip("/") in targets.output_paths:
        return at + fragment
    return Flaw(
        "broken-link",
        f"there is no page or file `{wanted}` on this site",
        _near(file, path, targets),
        "error",
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
        how = " Link to a page by the path of its .md file" if link.endswith(".md") else ""
        return f"did you mean `{link}`?{how}"
    if file.endswith(".md") or "." not in posixpath.basename(file):
        return "link to a page by the path of its .md file, relative to this file's folder"
    return "put the file next to the article, or write its path relative to the article's folder"


def _stem(path: str) -> str:
    return path.removeprefix("content/").removesuffix(".md")


# --- resolved in the tokens of a text ------------------------------------------------------------

DECORATIVE = "decorative"
"""The class of a picture that says nothing: `![](line.svg){.decorative}`."""

_WITHOUT_TEXT = Flaw(
    "link-without-text",
    "this link has no text: it is invisible, and screen readers read out its address",
    "add text that says what it links to: [The transcript](transcript.md)",
)


@dataclass(frozen=True, slots=True)
class PageFragment:
    """A part of a page that a link leads to: `page.md#part`."""

    address: str
    """The page's."""
    fragment: str
    """What follows the `#`, decoded."""


@dataclass(frozen=True, slots=True)
class ResolvedLinks:
    """The result of resolving the links of a text."""

    problems: Sequence[tuple[LinkOccurrence, Flaw]]
    """What is wrong with them."""
    fragments: Sequence[tuple[LinkOccurrence, PageFragment]]
    """Those that lead to a part of a page of this site."""
    lookups: Sequence[LinkLookup]
    """What was looked up in `LinkTargets`: what the result depends on."""


def resolve(
    tokens: Sequence[Token], path: str, address: str, targets: LinkTargets, *, eager: bool = False
) -> ResolvedLinks:
    """Rewrite the links and pictures of one text's tokens, in place.

    `path` and `address` are those of the article, which relative links start from. Pictures are
    loaded when they come into sight; with `eager`, the first one is loaded at once. Links that are
    wrong lose their address, so that nothing unsafe is ever written.

    Problems: `unsafe-link`, `bad-link`, `broken-link`, and the warnings `link-to-skipped`,
    `empty-link`, `link-without-text`; of pictures `picture-without-alt`, `credit-not-shown`,
    `not-a-picture`, `broken-picture`, `huge-picture`.
    """
    problems: list[tuple[LinkOccurrence, Flaw]] = []
    fragments: list[tuple[LinkOccurrence, PageFragment]] = []
    lookups: list[LinkLookup] = []
    for link, token, has_text in find_links(tokens):
        picture = token.type == "image"
        if picture:
            problems += [(link, each) for each in _check_text(token)]
        elif not has_text:
            problems.append((link, _WITHOUT_TEXT))
        lookup = look_up(link.url, path, address, targets, picture=picture)
        target = lookup.target
        if "://" not in link.url or target != link.url:  # others lead out of every site
            lookups.append(lookup)
        if lookup.flaw:
            problems.append((link, lookup.flaw))
        if isinstance(target, Flaw):
            if picture:
                token.attrs["src"] = ""
            else:  # a link without an address is one that waits for it (HTML, § 4.5.1)
                token.attrs.pop("href", None)
            continue
        rewritten = _with_query(_from_page(address, target), link.url)
        token.attrs["src" if picture else "href"] = rewritten
        if part := _page_fragment(address, target):
            fragments.append((link, part))
        if picture:
            found = _show(token, target, address, lookup.measured, lazy=not eager)
            problems += [(link, each) for each in found]
            eager = False
    return ResolvedLinks(problems, fragments, lookups)


def _check_text(image: Token) -> Iterator[Flaw]:
    """Check that a picture has an alternative text, and a credit only where it is shown."""
    classes = str(image.attrs.get("class", "")).split()
    if not image.content.strip() and DECORATIVE not in classes:
        name = unquote(str(image.attrs.get("src", ""))).rpartition("/")[2]
        yield Flaw(
            "picture-without-alt",
            f"the picture `{name}` has no alternative text",
            f"describe what it shows: ![Two men at a telephone]({name})\n"
            f"or, in an article, mark it as decorative: ![]({name}){{.{DECORATIVE}}}",
        )
    if credit(image):
        yield Flaw(
            "credit-not-shown",
            "the credit is not shown, because the picture is not in a paragraph by itself",
            "put an empty line before and after the picture",
        )


def _show(
    image: Token, target: str, address: str, measured: pictures.Measured | None, *, lazy: bool
) -> Iterator[Flaw]:
    """Give a picture of this site its size, its versions, and when it is loaded."""
    if addresses.is_outside(target):
        return
    if measured is None:
        name = posixpath.basename(target.partition("#")[0])
        if name.rpartition(".")[2].casefold() not in picture_sizes.ENDINGS:
            hint = "use JPEG, PNG, WebP, AVIF, GIF, or SVG"
            what = f"`{name}`" if name else "a page"
            message = f"{what} is not a picture that all browsers can show"
            yield Flaw("not-a-picture", message, hint)
        return
    if measured.picture:
        found = pictures.attributes(measured.picture, lambda to: _from_page(address, to), lazy=lazy)
        image.attrs.update(found)


def _from_page(address: str, target: str) -> str:
    if addresses.is_outside(target):
        return target
    return addresses.relative(addresses.root_of(address), target)


def _with_query(link: str, url: str) -> str:
    """A link within the site, with the query that its author gave it: `search.md?q=call`."""
    query = "" if addresses.is_outside(url) and "://" in url else urlsplit(url).query
    if not query or "?" in link:
        return link
    path, sign, fragment = link.partition("#")
    return f"{path}?{query}{sign}{fragment}"


def _page_fragment(address: str, target: str) -> PageFragment | None:
    """The page and the part that an address of this site leads to, if it leads to a part."""
    page, _, fragment = target.partition("#")
    # Text fragments (https://wicg.github.io/scroll-to-text-fragment/) are found by words.
    fragment = unquote(fragment.partition(":~:")[0])
    same_page = not page or page.startswith("?")
    if not same_page and addresses.is_outside(page):
        return None
    if not fragment or fragment.casefold() == "top":  # the page's top (HTML, § 7.4.6.3)
        return None
    return PageFragment(address if same_page else page, fragment)
