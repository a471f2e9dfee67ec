"""Rules for an article's tokens: pictures become figures, and every heading gets an id.

A picture that is alone in its paragraph and has a title or a credit becomes a figure. The title is
its caption, and part of the reader's text. The credit, `{credit="Jane Doe"}`, is plain text after
the caption, and cannot be annotated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from explainer.support.slugs import heading_id, unique

_DROPPED = "insecure_attrs"
"""The key in a token's `meta` for attributes that the attrs plugin does not allow."""
_ESCAPED = re.compile(r"\\([\"\\])")
"""The plugin does not remove the backslashes in `{credit="\\"Doe\\""}`."""


def figures(state: StateCore) -> None:
    """Turn pictures alone in their paragraph into figures if they have a title or credit."""
    tokens = state.tokens
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        image = _lone_image(tokens, i)
        if image is None:
            out.append(tokens[i])
            i += 1
            continue
        opening, inline, closing = tokens[i : i + 3]
        opening.type, opening.tag = "figure_open", "figure"
        closing.type, closing.tag = "figure_close", "figure"
        out += [opening, inline, *_caption(state, image, inline), closing]
        i += 3
    state.tokens = out


def _caption(state: StateCore, image: Token, inline: Token) -> list[Token]:
    """Move a picture's title and credit to a caption, and return the caption's tokens."""
    inside: dict[str, Any] = {"map": inline.map, "level": inline.level, "block": True}
    tokens = [Token("figcaption_open", "figcaption", 1, **inside)]
    title = str(image.attrs.pop("title", ""))
    if title:
        caption = Token("inline", "", 0, map=inline.map, level=inline.level + 1, block=True)
        caption.content = title
        caption.children = []
        state.md.inline.parse(title, state.md, state.env, caption.children)
        tokens.append(caption)
    if name := credit(image):
        del image.meta[_DROPPED]["credit"]
        html = f'<span class="credit">{escapeHtml(name)}</span>'
        tokens.append(Token("raw", "", 0, content=f" {html}" if title else html, block=True))
    return [*tokens, Token("figcaption_close", "figcaption", -1, **inside)]


def credit(image: Token) -> str:
    """Return a picture's credit; empty if it has none or if its caption already shows it."""
    return _ESCAPED.sub(r"\1", str(image.meta.get(_DROPPED, {}).get("credit", ""))).strip()


def _lone_image(tokens: Sequence[Token], i: int) -> Token | None:
    if tokens[i].type != "paragraph_open" or tokens[i].hidden or i + 2 >= len(tokens):
        return None
    children = tokens[i + 1].children or []
    if len(children) != 1 or children[0].type != "image":
        return None
    image = children[0]
    return image if image.attrs.get("title") or credit(image) else None


# --- headings ------------------------------------------------------------------------------------

RESERVED_IDS = re.compile(r"(?:note|ref|claim|question|source|rating|page|fn|fnref)-")
"""The prefixes of ids that pages use for their own parts."""

_BRACES = re.compile(r"\s*\{([^{}]*)\}\s*$")
_ATTRIBUTE = re.compile(r"([#.])([^\s#.{}\"'<>&]+)")


def heading_ids(state: StateCore) -> None:
    """Give every heading an id: the author's, in braces at its end, or one made from its text."""
    tokens = state.tokens
    for token in tokens:
        if "id" in token.attrs:
            token.attrs["id"] = unicodedata.normalize("NFC", str(token.attrs["id"]))
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
            name = heading_id(inline_text(tokens[i + 1])) or "section"
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
            heading.attrs["id"] = unicodedata.normalize("NFC", name)
        else:
            heading.attrJoin("class", name)


def inline_text(inline: Token) -> str:
    """Return the text of an inline token, as readers see it."""
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or ()
        if child.type in ("text", "code_inline", "softbreak", "hardbreak")
    )
