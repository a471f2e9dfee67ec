"""Find slips in a site's own templates that no error reveals: what browsers or Jinja leave out.

Only the templates in the site's `themes/` are read, so a site without any pays nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import jinja2
from jinja2 import nodes

from explainer.model.location import Location
from explainer.model.problems import Problem, did_you_mean
from explainer.render.theme import Theme

_BASE = "base.html"
_POLICY = "page.policy"
_ELSEWHERE = r"""["']?\s*(?:https?:)?//"""
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
    (
        rf"<(?:script|img|iframe|embed|video|audio|source)\b[^>]*?\ssrc\s*=\s*{_ELSEWHERE}"
        rf"|<link\b(?=[^>]*stylesheet)[^>]*?\shref\s*=\s*{_ELSEWHERE}",
        "a file from another host",
        "a copy of it in the theme’s `static/`",
    ),
    (r"<(?:iframe|object|embed)\b", "a frame", "a link"),
)
"""What the pages' Content-Security-Policy blocks: a pattern, its name, and what to use instead."""
_SLIP = re.compile("|".join(f"({pattern})" for pattern, _, _ in _BLOCKED), re.IGNORECASE)


def check(theme: Theme) -> Iterator[Problem]:
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
            yield from _blocked(tree, place)


# --- what browsers leave out ----------------------------------------------------------------------


def _blocked(tree: nodes.Template, place: str) -> Iterator[Problem]:
    for data in tree.find_all(nodes.TemplateData):
        for found in _SLIP.finditer(data.data):
            _, what, instead = _BLOCKED[(found.lastindex or 1) - 1]
            line = data.lineno + data.data.count("\n", 0, found.start())
            message = f"{what} has no effect: the Content-Security-Policy of pages blocks it"
            yield Problem(
                Location(place, line), "blocked-by-policy", message, f"use {instead}", "warning"
            )


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
