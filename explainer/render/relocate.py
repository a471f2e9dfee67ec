"""HTML of one page, for another place: its relative links changed to lead from there."""

from __future__ import annotations

import re

from markupsafe import Markup

from explainer.support import addresses

_LINK = re.compile(r'(\s(?:href|src)=")([^"]*)(?=")')
_SRCSET = re.compile(r'(\ssrcset=")([^"]*)(?=")')
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/")


def relocate(html: Markup, origin: str, root: str) -> Markup:
    """HTML from the page at `origin`, its links within the site beginning with `root` instead.

    Links lead from a page by the site's root (`addresses.relative`), so that is what is exchanged.
    """
    if '="' not in html:
        return html
    before = addresses.root_of(origin)

    def moved(target: str) -> str:
        if not target or _ABSOLUTE.match(target) or not target.startswith((before, "#")):
            return target
        if target.startswith("#"):
            return addresses.relative(root, origin) + target
        return root + target.removeprefix(before)

    text = _LINK.sub(lambda found: found[1] + moved(found[2]), html)
    if "srcset" in text:  # as pictures.attributes writes it
        text = _SRCSET.sub(lambda f: f[1] + ", ".join(map(moved, f[2].split(", "))), text)
    return Markup(text)  # noqa: S704 - it was Markup before
