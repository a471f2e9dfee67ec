"""Find links that a site's own templates write, and that lead to no page or file of the site.

Links of authors are checked when articles are made. What is left in finished pages is the
templates' work. A site without templates of its own is not checked.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from html import unescape
from urllib.parse import unquote

from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.render.files import RenderedFile
from explainer.render.theme import Theme
from explainer.support.patterns import later

_LINK = later(r"""<[a-zA-Z][^<>]*?\s(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")
_ELSEWHERE = later(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def targets(page: RenderedFile, base: str) -> Iterator[tuple[str, str]]:
    """Yield the links of a page within the site: the path in the output, and the link as written.

    `base` is the path at which the site is published; it begins and ends with `/`.
    """
    for link in _LINK.finditer(page.content.decode()):
        written = unescape(next(filter(None, link.groups()), ""))
        path = unquote(written.partition("#")[0].partition("?")[0])
        if not path or _ELSEWHERE.match(path) or (path[0] == "/" and not path.startswith(base)):
            continue
        at = path.removeprefix(base) if path[0] == "/" else f"{posixpath.dirname(page.path)}/{path}"
        file = posixpath.normpath(at.lstrip("/"))
        yield ("index.html" if file == "." else file), written


def check(
    theme: Theme, found: Mapping[str, tuple[str, str]], paths: frozenset[str]
) -> Iterator[Problem]:
    """Yield the warning `broken-link` for each target that is not one of `paths`.

    `found` has by target: the link as written, and the path of the first page that has it.
    """
    for target, (written, page) in sorted(found.items()):
        if target in paths or f"{target}/index.html" in paths:
            continue
        message = f"the link `{written}` on the page `{page}` leads to no page or file of this site"
        hint = "correct the address; `page.link('/topics/')` makes a link to a page"
        yield Problem(_place(theme, written, target), "broken-link", message, hint, "warning")


def _place(theme: Theme, written: str, target: str) -> Location:
    """Return the line of the first template that has a link or its address, or the first file."""
    address = "/" + target.removesuffix("index.html")
    for place, path in theme.own_templates:
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if any(f"{sign}{text}" in line for sign in "\"'=" for text in (written, address)):
                return Location(place, number)
    return Location(theme.own_templates[0][0])
