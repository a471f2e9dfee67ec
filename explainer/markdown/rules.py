"""Rules for an article's tokens: pictures become figures, and every heading gets an id.

A CSV file in a picture's place is always a figure: `data_tables` makes a table of it. The text in
square brackets is its caption.

A picture that is alone in its paragraph and has a title or a credit becomes a figure. The title is
its caption, and part of the reader's text. If `alt` is in braces, the text in square brackets can
be the caption, too. Audio and video always become figures: the text in square brackets is their
caption. The credit, `{credit="Jane Doe"}`, is plain text after it, and cannot be annotated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from explainer.markdown.attribute_rules import PLACE, take_lists
from explainer.markdown.comments import COMMENT
from explainer.markdown.data_files import is_data
from explainer.markdown.findings import Finding, places, report
from explainer.markdown.foreign import notes_of
from explainer.markdown.formulas import FORMULA
from explainer.markdown.media import file_name, label_of, media_of
from explainer.markdown.pictures import Flaw
from explainer.markdown.typography import typed
from explainer.support.slugs import heading_id, unique


def figures(state: StateCore) -> None:
    """Turn pictures alone in their paragraph into figures if they have a title or credit."""
    tokens = state.tokens
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        image = _lone_image(tokens, i)
        if image is None:
            _report_lost_text(state, tokens[i])
            out.append(tokens[i])
            i += 1
            continue
        opening, inline, closing = tokens[i : i + 3]
        opening.type, opening.tag = "figure_open", "figure"
        closing.type, closing.tag = "figure_close", "figure"
        if media_of(image):
            opening.attrs["data-file"] = file_name(str(image.attrs["src"]))
        out += [opening, inline, *_caption(state, image, inline), closing]
        i += 3
    state.tokens = out


def _caption(state: StateCore, image: Token, inline: Token) -> list[Token]:
    """Move a picture's title and credit to a caption, and return the caption's tokens."""
    inside: dict[str, Any] = {"map": inline.map, "level": inline.level, "block": True}
    tokens = [Token("figcaption_open", "figcaption", 1, **inside)]
    title = str(image.attrs.pop("title", ""))
    if title:
        _report_lost_text(state, inline)
        caption = Token("inline", "", 0, map=inline.map, level=inline.level + 1, block=True)
        caption.content = title
        caption.children = []
        notes_of(state).line = inline.map[0] if inline.map else 0
        state.md.inline.parse(title, state.md, state.env, caption.children)
        take_lists(state, tokens[0], caption)
        tokens.append(caption)
    elif _has_other_text(image) or (media_of(image) and image.children):
        caption = Token("inline", "", 0, map=inline.map, level=inline.level + 1, block=True)
        caption.children = image.meta.get("alt")
        if caption.children is None:
            # Footnotes belong to one of the two only.
            words = Token("text", "", 0, content=label_of(image))
            caption.children, image.children = image.children, [words]
        tokens.append(caption)
    if name := credit(image):
        del image.meta["credit"]
        html = f'<span class="credit">{escapeHtml(name)}</span>'
        before = " " if len(tokens) > 1 else ""
        tokens.append(Token("raw", "", 0, content=before + html, block=True))
    if len(tokens) == 1:  # a player without a caption
        return []
    return [*tokens, Token("figcaption_close", "figcaption", -1, **inside)]


def credit(image: Token) -> str:
    """Return a picture's credit; empty if it has none or if its caption already shows it."""
    return str(image.meta.get("credit", "")).strip()


def _has_other_text(image: Token) -> bool:
    """Whether the text in a picture's square brackets is not its alternative text."""
    text = "".join(child.content for child in image.meta.get("alt", ())).strip()
    return text not in ("", image.content.strip())


def _report_lost_text(state: StateCore, inline: Token) -> None:
    """Report pictures whose text in square brackets is neither their alternative nor a caption."""
    for image in inline.children or ():
        if image.type == "image" and _has_other_text(image):
            other = "an alternative text in braces"
            if is_data(str(image.attrs["src"])):
                other = "a caption in quotation marks"
            why = f"this has {other}, so readers do not see the text in its square brackets"
            hint = 'keep one of them; a caption is in quotation marks: ![text](file "caption")'
            place = image.meta.get(PLACE) or places(state).search(inline, "![")
            report(inline, Finding(place, Flaw("bad-attribute", why, hint)))


def _lone_image(tokens: Sequence[Token], i: int) -> Token | None:
    if tokens[i].type != "paragraph_open" or tokens[i].hidden or i + 2 >= len(tokens):
        return None
    children = [child for child in tokens[i + 1].children or () if child.type != COMMENT]
    if len(children) != 1 or children[0].type != "image":
        return None
    image = children[0]
    if is_data(str(image.attrs["src"])):
        if "alt" not in image.meta:
            image.meta["alt"], image.children, image.content = image.children or [], [], ""
        return image
    shown = image.attrs.get("title") or credit(image) or _has_other_text(image)
    return image if shown or media_of(image) else None


# --- headings ------------------------------------------------------------------------------------

RESERVED_IDS = re.compile(r"(?:note|ref|claim|question|source|rating|page|fn|fnref)-")
"""The prefixes of ids that pages use for their own parts."""


def heading_ids(state: StateCore) -> None:
    """Give every heading without an id of the author's one made from its text."""
    tokens = state.tokens
    taken = {
        str(each.attrs["id"]): 0
        for token in tokens
        for each in (token, *(token.children or ()))
        if each.attrs and "id" in each.attrs
    }
    headings = [i for i, token in enumerate(tokens) if token.type == "heading_open"]
    for i in headings:
        if "id" not in tokens[i].attrs:
            name = heading_id(typed(tokens[i + 1]) or inline_text(tokens[i + 1])) or "section"
            if RESERVED_IDS.match(name):
                name = f"section-{name}"
            tokens[i].attrs["id"] = unique(name, taken)


def inline_text(inline: Token) -> str:
    """Return the text of an inline token, as readers see it."""
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or ()
        if child.type in ("text", "code_inline", FORMULA, "softbreak", "hardbreak")
    )
