"""Resolve the links and pictures of a parsed text to a page, a file, or an address on the web.

Links are rewritten in the text's tokens; those that cannot be resolved are reported to the author.
An article's links are looked up in the site's `LinkTargets`. Each lookup can be repeated with newer
targets, so that a later build knows whether to process the article again.

A link within the site becomes relative to the article's page. Where the same HTML also appears on
another page (a claim's review has its own page), rendering adjusts its links.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from urllib.parse import quote, unquote, urlsplit

from markdown_it.token import Token

from explainer.markdown import picture_sizes, pictures, policy
from explainer.markdown.bare_links import LINKED_AS_TYPED
from explainer.markdown.data_files import DataFile, is_data
from explainer.markdown.link_positions import FoundLink, LinkOccurrence, find_links
from explainer.markdown.link_targets import MADE, LinkTargets, within
from explainer.markdown.media import (
    CAPTIONS,
    POSTER,
    at_time,
    check_player,
    is_elsewhere,
    media_of,
    set_language,
)
from explainer.markdown.pictures import Flaw
from explainer.markdown.raw_addresses import RawAttribute
from explainer.markdown.rules import credit, inline_text
from explainer.model.problems import short
from explainer.model.security import SecuritySettings
from explainer.support import addresses
from explainer.support.addresses import LinkStyle
from explainer.support.values import dataclass
from explainer.support.web_addresses import is_plain, wrong_with

_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp", "xmpp", "geo", "doi"})
_PICTURE_SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class LinkLookup:
    """A link or picture, and what looking it up returned."""

    url: str
    """The address, as the author wrote it."""
    picture: bool
    target: str | Flaw
    """What it points to: an address on this site (`/kremlin-call/#part`), an address on the web as
    written, or only a fragment."""
    measured: pictures.Measured | None
    """A picture's measured file; None for links and for pictures from elsewhere."""
    remark: Flaw | None = None
    """`loose-link`, if the link is understood but should be written in another way."""
    data: DataFile | None = None
    """The CSV file that is shown as a table; None for everything else."""

    @property
    def flaw(self) -> Flaw | None:
        """What is wrong with the link or with the picture's file; None if nothing is."""
        if isinstance(self.target, Flaw):
            return self.target
        return self.measured.flaw if self.measured else None


def look_up(
    url: str, path: str, address: str, targets: LinkTargets, *, picture: bool
) -> LinkLookup:
    """Look up a link or picture of an article. `path` is its file's, `address` its page's."""
    target, remark = _target(url, path, address, targets, picture=picture)
    if picture and isinstance(target, str) and target.endswith("/"):
        remark = None  # a page is not a picture: this is reported instead
    measured = data = None
    if picture and isinstance(target, str) and not addresses.is_outside(target):
        place = target[1:].partition("#")[0]
        measured, data = targets.pictures.get(place), targets.data.get(place)
    return LinkLookup(url, picture, target, measured, remark, data)


def lead_alike(
    lookups: Iterable[LinkLookup], path: str, address: str, targets: LinkTargets
) -> bool:
    """Return whether looking up an article's links and pictures again returns the same results."""
    return all(look_up(o.url, path, address, targets, picture=o.picture) == o for o in lookups)


def _target(
    url: str, path: str, address: str, targets: LinkTargets, *, picture: bool
) -> tuple[str | Flaw, Flaw | None]:
    """Return what an address points to, and the remark `loose-link` or None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return _not_web(url), None
    # Browsers ignore control characters and white space within a scheme.
    if parts.scheme or parts.netloc or url.startswith(("//", "\\")):
        return _outside(url, parts.scheme, picture=picture), None
    if not url:
        what, example = ("picture", "![](photo.jpg)") if picture else ("link", "[text](page.md)")
        hint = f"put the address in the parentheses: {example}"
        return Flaw("empty-link", f"this {what} has no address", hint), None
    if not parts.path:
        return url, None
    target, remark = within(parts.path, path, address, targets)
    if isinstance(target, str) and parts.fragment:
        target += f"#{parts.fragment}"
    return target, remark


def _outside(url: str, scheme: str, *, picture: bool) -> str | Flaw:
    """Return an address with a scheme or a host, or what is wrong with it."""
    allowed = _PICTURE_SCHEMES if picture else _SCHEMES
    if scheme in _PICTURE_SCHEMES:
        return _not_web(url) if wrong_with(url) else url
    if scheme in allowed:
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


def _not_web(url: str) -> Flaw:
    """Return what is wrong with an address that is not valid."""
    message = f"`{short(url)}` is not a web address: {wrong_with(url)}"
    hint = "open the page in a browser, and copy its address from there"
    return Flaw("bad-link", message, hint, "error")


# --- resolved in the tokens of a text ------------------------------------------------------------

DECORATIVE = "decorative"
"""The class of a picture that only decorates: `![](line.svg){.decorative}`."""

_WITHOUT_TEXT = Flaw(
    "link-without-text",
    "this link has no text: it is invisible, and screen readers read out its address",
    "add text that says what it links to: [The transcript](transcript.md)",
)


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """How the links of a site are written, and what its pages may load."""

    style: LinkStyle = "file"
    security: SecuritySettings = SecuritySettings()


@dataclass(frozen=True, slots=True)
class PageFragment:
    """A part of a page that a link points to: `page.md#part`; or a page that may be generated."""

    address: str
    """The address of the page."""
    fragment: str
    """What follows the `#`, percent-decoded; empty for the whole page."""


@dataclass(frozen=True, slots=True)
class ResolvedLinks:
    """The result of resolving the links of a text."""

    problems: Sequence[tuple[LinkOccurrence, Flaw]]
    """What is wrong with the links and pictures."""
    fragments: Sequence[tuple[LinkOccurrence, PageFragment]]
    """The links to a part of a page on this site, and those to a person, topic, or claim."""
    lookups: Sequence[LinkLookup]
    """Everything that was looked up in `LinkTargets`, and so what the result depends on."""


def resolve(
    tokens: Sequence[Token],
    path: str,
    address: str,
    targets: LinkTargets,
    *,
    options: LinkOptions,
    eager: bool = False,
    language: str = "",
) -> ResolvedLinks:
    """Rewrite the links and pictures in the tokens of one text, in place.

    `path` and `address` are those of the article; relative links start from them. Pictures are
    loaded lazily; with `eager`, the first one is loaded at once. Invalid links lose their address,
    so that nothing unsafe is ever written. `language` is that of the text, and so of captions.

    Problems: the errors `unsafe-link`, `bad-link`, and `broken-link`; the warnings
    `link-to-skipped`, `empty-link`, and `link-without-text`; the remark `loose-link`; and for
    pictures the warnings
    `picture-without-alt`, `credit-not-shown`, `not-a-picture`, `broken-picture`, and
    `huge-picture`. Addresses in raw HTML are resolved in the same way. What the
    Content-Security-Policy of pages blocks is the warning `blocked-address`.
    """
    problems: list[tuple[LinkOccurrence, Flaw]] = []
    fragments: list[tuple[LinkOccurrence, PageFragment]] = []
    lookups: list[LinkLookup] = []
    rewriting = _Rewriting()
    for found in find_links(tokens):
        link, token, raw = found.occurrence, found.token, found.raw
        problems += [(link, each) for each in _check_link(found, options.security)]
        if (same := _not_looked_up(found, options.security)) is not None:
            rewriting.add(found, same)
            continue
        picture = raw.picture if raw else token.type == "image" and found.other != CAPTIONS
        lookup = look_up(link.url, path, address, targets, picture=picture)
        target = lookup.target
        if "://" not in link.url or target != link.url:  # full URLs need no lookup
            lookups.append(lookup)
        problems += [(link, each) for each in (lookup.flaw, lookup.remark) if each]
        if isinstance(target, Flaw):
            rewriting.add(found, None)
            continue
        if not found.other and (media := media_of(token)):
            flaws = check_player(token, media, options.security)
            problems += [(link, each) for each in flaws]
        target, wrong = _at_time(_composed(target))
        problems += [(link, wrong)] if wrong else []
        rewriting.add(found, _with_query(from_page(address, target, options.style), link.url))
        if part := _page_fragment(address, target):
            fragments.append((link, part))
        if found.other:
            shown = _attach(found, target, lookup.measured, language)
            problems += [(link, each) for each in shown]
        elif token.type == "image" and not media_of(token):
            shown = _show(token, target, address, lookup.measured, lazy=not eager)
            problems += [(link, each) for each in shown]
            eager = False
    rewriting.finish()
    return ResolvedLinks(problems, fragments, lookups)


class _Rewriting:
    """Writes addresses into tokens. Those of raw HTML are collected first."""

    def __init__(self) -> None:
        self.raw: list[tuple[Token, RawAttribute, list[str | None]]] = []

    def add(self, found: FoundLink, url: str | None) -> None:
        """Write an address; None for one that leads nowhere."""
        if found.raw:
            if found.number == 0:
                self.raw.append((found.token, found.raw, []))
            self.raw[-1][2].append(url)
        elif found.other:
            found.token.meta[found.other] = url or ""
        elif found.token.type == "image":
            found.token.attrs["src"] = url or ""
        elif url is None:  # an `<a>` without `href` is a placeholder link (HTML, § 4.5.1)
            found.token.attrs.pop("href", None)
        else:
            found.token.attrs["href"] = url
            if found.token.markup in LINKED_AS_TYPED:
                found.token.attrJoin("class", "uri")  # in print, not followed by its address

    def finish(self) -> None:
        """Write the addresses of raw HTML."""
        for token, group in groupby(self.raw, key=itemgetter(0)):
            pieces: list[str] = []
            done = 0
            for _, attribute, urls in group:
                if (written := attribute.written(urls)) is not None:
                    pieces += [token.content[done : attribute.start], written]
                    done = attribute.end
            token.content = "".join((*pieces, token.content[done:]))


def _not_looked_up(found: FoundLink, security: SecuritySettings) -> str | None:
    """Return the address of a link that stays as it is, whatever the site has; None for others."""
    raw, url = found.raw, found.occurrence.url
    if raw is None:
        is_simple = found.token.type == "link_open" and "#" not in url and is_plain(url)
        return url if is_simple else None
    if not _is_left(raw, url, security):
        return None
    return f"https:{url}" if url.startswith("//") else url


def _is_left(raw: RawAttribute, url: str, security: SecuritySettings) -> bool:
    """Return whether an address in raw HTML is not looked up, because pages do not load it from
    the site.
    """
    if raw.plugin or url.lower().startswith("data:"):
        return True
    is_elsewhere = policy.is_on_the_web(url)
    return raw.loaded in ("frames", "forms") and (
        is_elsewhere or not security.allows_own(raw.loaded)
    )


def _check_link(found: FoundLink, security: SecuritySettings) -> Iterator[Flaw]:
    """Check what a link shows, and that pages may load the address."""
    raw, url = found.raw, found.occurrence.url
    if raw is None:
        if found.token.type == "image":
            yield from () if found.other else _check_text(found.token)
        elif not found.has_text:
            yield _WITHOUT_TEXT
    else:
        yield from policy.check_raw(raw, url, security)


def _check_text(image: Token) -> Iterator[Flaw]:
    """Check that a picture has an alternative text, and that its credit is shown if it has one."""
    classes = str(image.attrs.get("class", "")).split()
    shown_otherwise = media_of(image) or is_data(str(image.attrs.get("src", "")))  # or would be
    if not (shown_otherwise or inline_text(image).strip() or DECORATIVE in classes):
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


def _at_time(target: str) -> tuple[str, Flaw | None]:
    """Return an address with its time in seconds, and what is wrong with the time."""
    found = at_time(target)
    return (target, found) if isinstance(found, Flaw) else (found, None)


def _attach(
    found: FoundLink, target: str, measured: pictures.Measured | None, language: str
) -> Iterator[Flaw]:
    """Set the size of a video to that of its poster, or the language of its captions."""
    video = found.token
    if found.other == POSTER:
        yield from not_a_picture(target, measured)
        picture = measured and measured.picture
        if picture and picture.width and not {"width", "height", "data-width"} & video.attrs.keys():
            video.attrs |= {"width": str(picture.width), "height": str(picture.height)}
        return
    set_language(video, language)
    if is_elsewhere(target) or not target.lower().partition("?")[0].endswith(".vtt"):
        video.meta[CAPTIONS] = ""
        message = f"browsers show no captions from `{short(target.rpartition('/')[2])}`"
        yield Flaw("broken-captions", message, "use a file in WebVTT (`.vtt`) on this site")


def _show(
    image: Token, target: str, address: str, measured: pictures.Measured | None, *, lazy: bool
) -> Iterator[Flaw]:
    """Set the size, the versions, and the loading behavior of a picture on this site."""
    if is_data(target):
        name = posixpath.basename(target.partition("#")[0])
        hint = f"put it in a paragraph of its own in an article: ![Caption]({name})"
        if addresses.is_outside(target):
            hint = "save it next to the article: pages load no data from other sites"
        yield Flaw("not-a-picture", f"`{name}` can be shown only as a table", hint)
        return
    yield from not_a_picture(target, measured)
    if measured and measured.picture and not addresses.is_outside(target):
        found = pictures.attributes(
            measured.picture,
            lambda to: from_page(address, to, "file"),
            lazy=lazy,
            wanted=image.attrs,
        )
        image.attrs.update(found)


def not_a_picture(target: str, measured: pictures.Measured | None) -> Iterator[Flaw]:
    """Report a file on this site that is not a picture: `not-a-picture`.

    `target` is an address as `look_up` returns it, with what it measured of the file.
    """
    if measured is None and not addresses.is_outside(target):
        name = posixpath.basename(target.partition("#")[0])
        if name.rpartition(".")[2].casefold() not in picture_sizes.ENDINGS:
            hint = "use JPEG, PNG, WebP, AVIF, GIF, or SVG"
            what = f"`{name}`" if name else "a page"
            message = f"{what} is not a picture that all browsers can show"
            yield Flaw("not-a-picture", message, hint)


def from_page(address: str, target: str, style: LinkStyle) -> str:
    """Return a link to `target`, an address on this site or on the web, from a page."""
    if addresses.is_outside(target):
        return target
    return addresses.relative(addresses.root_of(address), target, style)


def _with_query(link: str, url: str) -> str:
    """Add the author's query to a link within the site: `search.md?q=call`."""
    query = "" if addresses.is_outside(url) and "://" in url else urlsplit(url).query
    if not query or "?" in link:
        return link
    path, sign, fragment = link.partition("#")
    return f"{path}?{query}{sign}{fragment}"


def _composed(target: str) -> str:
    """Compose the accented letters of a fragment, as in the ids of headings."""
    page, sign, fragment = target.partition("#")
    if addresses.is_outside(page) and page:
        return target
    plain = unquote(fragment)
    composed = unicodedata.normalize("NFC", plain)
    return target if composed == plain else f"{page}{sign}{quote(composed)}"


def _page_fragment(address: str, target: str) -> PageFragment | None:
    """Return the page and part that an address on this site points to.

    Returns None for an entire page, unless it may be generated.
    """
    page, _, fragment = target.partition("#")
    # Browsers find text fragments (https://wicg.github.io/scroll-to-text-fragment/) by their words.
    fragment = unquote(fragment.partition(":~:")[0])
    same_page = not page or page.startswith("?")
    if not same_page and addresses.is_outside(page):
        return None
    if fragment.casefold() == "top":  # the page's top (HTML, § 7.4.6.3)
        fragment = ""
    if not fragment and (same_page or not MADE.fullmatch(page)):
        return None
    return PageFragment(address if same_page else page, fragment)
