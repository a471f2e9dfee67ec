"""An id for every heading: its author's, or one from its words."""

from __future__ import annotations

import re

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from explainer.support.slugs import slug, unique

RESERVED_IDS = re.compile(r"(?:note|ref|claim|question|source|rating|page|fn|fnref)-")
"""Beginnings of ids that a page gives to parts of its own."""

_BRACES = re.compile(r"\s*\{([^{}]*)\}\s*$")
_ATTRIBUTE = re.compile(r"([#.])([^\s#.{}\"'<>&]+)")


def heading_ids(state: StateCore) -> None:
    """Give every heading an id: the author's, in braces at its end, or one from its words."""
    tokens = state.tokens
    taken = {
        str(token.attrs["id"]): 0
        for token in tokens
        if "id" in token.attrs and token.type != "heading_open"
    }
    headings = [i for i, token in enumerate(tokens) if token.type == "heading_open"]
    for i in headings:
        _take_heading_attributes(tokens[i], tokens[i + 1])
        if "id" in tokens[i].attrs:
            taken[str(tokens[i].attrs["id"])] = 0
    for i in headings:
        if "id" not in tokens[i].attrs:
            name = slug(inline_text(tokens[i + 1])) or "section"
            if RESERVED_IDS.match(name):
                name = f"section-{name}"
            tokens[i].attrs["id"] = unique(name, taken)


def _take_heading_attributes(heading: Token, inline: Token) -> None:
    last = inline.children[-1] if inline.children else None
    if last is None or last.type != "text":
        return
    braces = _BRACES.search(last.content)
    if not braces or _ATTRIBUTE.sub("", braces[1]).strip():
        return
    last.content = last.content[: braces.start()]
    for sign, name in _ATTRIBUTE.findall(braces[1]):
        if sign == "#":
            heading.attrs["id"] = name
        else:
            heading.attrJoin("class", name)


def inline_text(inline: Token) -> str:
    """The words of an inline token, as a reader sees them."""
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or ()
        if child.type in ("text", "code_inline", "softbreak", "hardbreak")
    )
