"""GitHub's alerts: a quotation that begins with a line `[!NOTE]` becomes a block with a label.

The label is the name of the alert's kind in the page's language; rendering fills it in
(`PageView.worded`), so it is not part of the reader's text. Words after `[!NOTE]` are the alert's
own title, as in Obsidian, and are part of that text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from explainer.markdown.findings import Finding, places, report
from explainer.markdown.pictures import Flaw

KINDS = ("note", "tip", "important", "warning", "caution")
"""The kinds of alerts. Authors can write them in any case."""

_FIRST_LINE = re.compile(
    rf"\[!(?P<kind>{'|'.join(KINDS)})\](?P<fold>[+-]?)(?:[ \t]+(?P<title>[^\n]*))?(?:\n|\Z)",
    re.IGNORECASE,
)


def alerts(state: StateCore) -> None:
    """Turn the quotations that begin with the mark of an alert into alerts.

    A mark without a title and without any text stays a quotation.
    """
    out: list[Token] = []
    open_: list[bool] = []
    """For each open quotation: whether it is an alert."""
    marks: set[int] = set()
    """The ids of the tokens of the paragraphs that consist of a mark."""
    for i, token in enumerate(state.tokens):
        if id(token) in marks:
            continue
        out.append(token)
        if token.type == "blockquote_open":
            found = _mark(state.tokens[i : i + 5])
            open_.append(found is not None)
            if found:
                paragraph = state.tokens[i + 1 : i + 4]
                marks.update(map(id, paragraph if found.end() == len(found.string) else ()))
                out += _begin(state, token, paragraph, found)
        elif token.type == "blockquote_close" and open_.pop():
            token.type, token.tag = "alert_close", "div"
    state.tokens = out


def _mark(tokens: Sequence[Token]) -> re.Match[str] | None:
    """Return the mark at the start of a quotation, of which these are the first five tokens."""
    if tokens[1].type != "paragraph_open":
        return None
    found = _FIRST_LINE.match(tokens[2].content)
    is_all = found and found.end() == len(found.string) and not (found["title"] or "").strip()
    return None if is_all and tokens[4].type == "blockquote_close" else found


def _begin(
    state: StateCore, quotation: Token, paragraph: Sequence[Token], found: re.Match[str]
) -> list[Token]:
    """Make a quotation an alert, and return the tokens of its label and its title.

    `paragraph` are the tokens of its first paragraph, which loses the mark.
    """
    kind = found["kind"].lower()
    quotation.type, quotation.tag = "alert_open", "div"
    # `PageView.worded` relies on the label directly after the role.
    quotation.attrs |= {"data-alert": kind, "role": "note"}
    opening, inline, closing = paragraph
    first = inline.map[0] if inline.map else 0
    if found["fold"]:
        place = places(state).search(inline, found[0].rstrip())
        why = f"`{found['fold']}` has no effect: readers always see the whole alert"
        hint = f"delete the `{found['fold']}`"
        report(quotation, Finding(place, Flaw("foreign-markup", why, hint, "info")))
    out = [Token("raw", "", 0, content=f'<p class="alert-label">{kind}</p>\n', block=True)]
    if title := (found["title"] or "").strip():
        where = [first, first + 1]
        start = Token("paragraph_open", "p", 1, map=where, level=opening.level, block=True)
        start.attrs["class"] = "alert-title"
        text = Token("inline", "", 0, map=where, level=inline.level, block=True, content=title)
        text.children = []
        out += [start, text, Token("paragraph_close", "p", -1, level=closing.level, block=True)]
    inline.content = inline.content[found.end() :].lstrip(" \t")
    for token in (opening, inline):
        token.map = [first + 1, token.map[1]] if token.map else None
    return out
