"""Find slips in a site's own templates that no error reveals: what browsers or Jinja leave out.

Only the templates in the site's `themes/` are read, so a site without any pays nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import jinja2
from jinja2 import nodes

from explainer.markdown import policy
from explainer.model.location import Location
from explainer.model.problems import Problem, did_you_mean
from explainer.model.security import Loaded, SecuritySettings
from explainer.render.theme import Theme
from explainer.support.patterns import later

_BASE = "base.html"
_POLICY = "page.policy"
_BLOCKED = (
    (r"""(?<=["'\s])style\s*=\s*["']""", "a `style` attribute", "a class, and a file in `styles/`"),
    (r"<style\b", "a `<style>` element", "a file in the theme’s `styles/`"),
    (r"""(?<=["'\s])on[a-z]{3,}\s*=\s*["']""", "a script in an attribute", "a file in `scripts/`"),
    (
        r"<script(?=[\s>])(?![^>]*\bsrc\b)(?![^>]*\btype=[\"']?(?:application|text/(?!j))[^>]*)[^>]*>",
        "a `<script>` without `src`",
        "a file in the theme’s `scripts/`",
    ),
    (
        r"""(?:href|src)\s*=\s*["']?\s*javascript:""",
        "a `javascript:` address",
        "a file in `scripts/`",
    ),
    (r"<(?:object|embed)\b", "a plug-in", "a link, or <iframe>"),
)
"""What the pages' Content-Security-Policy blocks: a pattern, its name, and what to use instead."""
_SLIP = later("|".join(f"({pattern})" for pattern, _, _ in _BLOCKED), re.IGNORECASE)
_LOADS = later(
    r"<(?P<name>script|img|iframe|video|audio|source|form|link(?=[^>]*\bstylesheet\b))\b"
    r"(?:[^>]*?\s(?:src|href|action)\s*=\s*[\"']?\s*(?P<url>[^\"'\s>]*))?",
    re.IGNORECASE,
)
_LOADED: dict[str, tuple[Loaded, str, str]] = {
    "script": ("scripts", "a script from another host", "use a copy of it in `scripts/`"),
    "link": ("styles", "a style sheet from another host", "use a copy of it in `styles/`"),
    "img": ("images", "a picture from another host", "use a copy of it in `static/`"),
    "iframe": ("frames", "a frame", "use a link"),
    "form": ("forms", "a form for another host", "link to a page with the form"),
    **dict.fromkeys(
        ("video", "audio", "source"),
        ("media", "a file from another host", "use a copy of it in `static/`"),
    ),
}
"""By element: the key of `[security]` that allows it, its name, and what to do instead."""


def check(theme: Theme, security: SecuritySettings) -> Iterator[Problem]:
    """Yield the slips in the templates of a site: the warnings `template-ignored` and
    `blocked-by-policy`.

    Templates that are not valid are left to rendering, which reports them.
    """
    if not theme.own_templates:
        return
    base = theme.files("templates").get(_BASE)
    has_policy = base is not None and _POLICY in base.read_text(encoding="utf-8", errors="replace")
    for place, path in theme.own_templates:
        try:
            text = path.read_text(encoding="utf-8")
            tree = theme.environment.parse(text)
            yield from _ignored(theme.environment, tree, place)
        except (OSError, ValueError, jinja2.TemplateError):
            continue
        if has_policy and ("<html" not in text or _POLICY in text):
            yield from _blocked(tree, place, security)


# --- what browsers leave out ----------------------------------------------------------------------


def _blocked(tree: nodes.Template, place: str, security: SecuritySettings) -> Iterator[Problem]:
    for data in tree.find_all(nodes.TemplateData):
        slips = [(found.start(), *_slip(found)) for found in _SLIP.finditer(data.data)]
        slips += [
            (found.start(), *slip)
            for found in _LOADS.finditer(data.data)
            if (slip := _loads(found, security))
        ]
        for start, what, hint in sorted(slips):
            line = data.lineno + data.data.count("\n", 0, start)
            message = f"{what} has no effect: the Content-Security-Policy of pages blocks it"
            yield Problem(Location(place, line), "blocked-by-policy", message, hint, "warning")


def _slip(found: re.Match[str]) -> tuple[str, str]:
    _, what, instead = _BLOCKED[(found.lastindex or 1) - 1]
    return what, f"use {instead}"


def _loads(found: re.Match[str], security: SecuritySettings) -> tuple[str, str] | None:
    """Return what an element loads, and a hint, if pages may not load it; else None.

    The address, or its beginning, may be computed when the page is made.
    """
    loaded, what, instead = _LOADED[found["name"].lower()]
    url = found["url"] or ""
    if policy.is_on_the_web(url) or (loaded == "frames" and url):
        is_blocked = policy.is_blocked(loaded, url, security)
    else:
        is_blocked = loaded == "frames" and not security.frames
    if not is_blocked:
        return None
    hint = policy.how_to_allow(loaded, url, security) if url else ""
    return what, f"{hint}; or {instead}" if hint else instead


# --- what Jinja leaves out ------------------------------------------------------------------------


def _ignored(
    environment: jinja2.Environment, tree: nodes.Template, place: str
) -> Iterator[Problem]:
    """Yield what a template that extends another has outside the blocks of that."""
    parent = next(tree.find_all(nodes.Extends), None)
    if parent is None or parent not in tree.body or not isinstance(parent.template, nodes.Const):
        return
    known = _blocks(environment, str(parent.template.value))
    shown = {each.attr for each in tree.find_all(nodes.Getattr) if _is_self(each)}
    for node in tree.body[tree.body.index(parent) + 1 :]:
        if isinstance(node, nodes.Block):
            if node.name in known | shown:
                continue
            line = node.lineno
            message = f"no template that this one extends has a block `{node.name}`: it is ignored"
            names = ", ".join(f"`{name}`" for name in sorted(known))
            hint = did_you_mean(node.name, known, f"the blocks are {names}")
        elif line := _shown_at(node):
            message = "what is outside the blocks of a template that extends another is ignored"
            hint = "put it into a block"
        else:
            continue
        yield Problem(Location(place, line), "template-ignored", message, hint, "warning")


def _shown_at(node: nodes.Node) -> int:
    """Return the line at which a node shows something by itself; 0 if it does not."""
    if isinstance(node, nodes.Include | nodes.CallBlock | nodes.FilterBlock):
        return node.lineno
    for each in node.nodes if isinstance(node, nodes.Output) else ():
        if not isinstance(each, nodes.TemplateData):
            return each.lineno
        if text := each.data.lstrip():
            return each.lineno + each.data[: -len(text)].count("\n")
    return 0


def _is_self(node: nodes.Getattr) -> bool:
    return isinstance(node.node, nodes.Name) and node.node.name == "self"


def _blocks(environment: jinja2.Environment, name: str) -> frozenset[str]:
    """Return the names of the blocks of a template and of those that it extends."""
    names: set[str] = set()
    seen: set[str] = set()
    assert environment.loader
    while name not in seen:
        seen.add(name)
        text, _, _ = environment.loader.get_source(environment, name)
        tree = environment.parse(text)
        names |= {block.name for block in tree.find_all(nodes.Block)}
        parent = next(tree.find_all(nodes.Extends), None)
        if parent and isinstance(parent.template, nodes.Const):
            name = str(parent.template.value)
    return frozenset(names)
