"""Links of HTML that another page, or a feed, shows."""

from __future__ import annotations

import re

from markupsafe import Markup

from explainer.render.context import RenderContext
from explainer.support import addresses
from explainer.support.addresses import LinkStyle
from explainer.support.patterns import later

_LINK = later(r'(\s(?:href|src)=")([^"]*)(?=")')
_SRCSET = later(r'(\ssrcset=")([^"]*)(?=")')
_TO_SOURCE = later(r'(?<==")([^"]*)sources/(?:index\.html)?(#source-([^"]+))(?=")')
_LINKS_TO_SOURCE = ("sources/index.html#source-", "sources/#source-")
_ABSOLUTE = later(r"[A-Za-z][A-Za-z0-9+.-]*:|/")


def relocate(html: Markup, origin: str, root: str, style: LinkStyle) -> Markup:
    """Return HTML from the page at `origin` with its links within the site starting from `root`.

    Links go through the site's root (`addresses.relative`), so only the path to it is replaced.
    `style` is for those to parts of the page.
    """
    if '="' not in html:
        return html
    before = addresses.root_of(origin)

    def moved(target: str) -> str:
        if not target or _ABSOLUTE.match(target) or not target.startswith((before, "#")):
            return target
        if target.startswith("#"):
            return addresses.relative(root, origin, style) + target
        return addresses.below(root, target.removeprefix(before).removeprefix("./"))

    text = _LINK.sub(lambda match: match[1] + moved(match[2]), html)
    if "srcset" in text:  # in the format of pictures.attributes
        text = _SRCSET.sub(lambda f: f[1] + ", ".join(map(moved, f[2].split(", "))), text)
    return Markup(text)  # noqa: S704 - it was Markup before


def to_sources(context: RenderContext, html: str, root: str) -> str:
    """Return HTML whose links to sources in the list of sources lead to the sheets with them.

    Authors link to `/sources/#source-ID`. Links start from `root`, as those of `relocate`.
    """
    address_of = context.source_address
    if address_of is None or not any(link in html for link in _LINKS_TO_SOURCE):
        return html

    def placed(match: re.Match[str]) -> str:
        before, fragment, key = match.groups()
        if before not in (root, "./"):
            return match[0]
        return addresses.relative(root, address_of(key), context.link_style) + fragment

    return _TO_SOURCE.sub(placed, html)


def relocated(context: RenderContext, html: Markup, origin: str, target: str) -> Markup:
    """Return HTML from the page at `origin` for the file at `target`, with absolute links.

    Links are relative if the site's URL is not known.
    """
    root = context.root(target)
    made = to_sources(context, relocate(html, origin, root, context.link_style), root)
    return Markup(made)  # noqa: S704 - it was Markup before
