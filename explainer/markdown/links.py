"""The links and pictures of a parsed text, resolved in its tokens or reported to the author.

A link within the site becomes relative to the article's own page. Where the same HTML also appears
on another page (a claim's review has a page of its own), rendering moves its links there.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from explainer.markdown import picture_sizes, pictures
from explainer.markdown.figures import credit
from explainer.markdown.link_positions import LinkOccurrence, find_links
from explainer.markdown.link_targets import BadLink, LinkLookup, LinkTargets, look_up
from explainer.support import addresses

DECORATIVE = "decorative"
"""The class of a picture that says nothing: `![](line.svg){.decorative}`."""

_WITHOUT_TEXT = BadLink(
    "link-without-text",
    "this link has no words: nobody sees it, and a screen reader spells its address",
    "write what it leads to: [The transcript](transcript.md)",
    "warning",
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

    problems: Sequence[tuple[LinkOccurrence, BadLink]]
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
    problems: list[tuple[LinkOccurrence, BadLink]] = []
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
        if isinstance(target, BadLink):
            problems.append((link, target))
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


def _check_text(image: Token) -> Iterator[BadLink]:
    """Check that a picture has an alternative text, and a credit only where it is shown."""
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
    """Give a picture of this site its size, its versions, and when it is loaded."""
    if addresses.is_outside(target):
        return
    if measured is None:
        name = posixpath.basename(target.partition("#")[0])
        if name.rpartition(".")[2].casefold() not in picture_sizes.ENDINGS:
            hint = "use JPEG, PNG, WebP, AVIF, GIF or SVG"
            what = f"`{name}`" if name else "a page"
            message = f"{what} is not a picture that every browser shows"
            yield BadLink("not-a-picture", message, hint, "warning")
        return
    if measured.picture:
        found = pictures.attributes(measured.picture, lambda to: _from_page(address, to), lazy=lazy)
        image.attrs.update(found)
    if flaw := measured.flaw:
        yield BadLink(flaw.code, flaw.message, flaw.hint, "warning")


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
