"""Rules for attribute lists: after a picture, link, or code, after a heading, and above a block.

A list that cannot be attributes where it is stays on the page as text, and is reported if the
author seems to have meant attributes. In the texts of annotations, there are no attributes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from explainer.markdown import attributes
from explainer.markdown.attributes import AS_TEXT, AttributeList, Host, Objection
from explainer.markdown.findings import Finding, places, report
from explainer.markdown.media import media_of
from explainer.markdown.pictures import Flaw
from explainer.model.problems import short

_LIST = "attributes"
"""The key in a token's `meta` of the attribute list that it shows as text."""
_AT = "at"
"""The key in a token's `meta` of its offset in the content of its block."""
PLACE = "list-at"
"""The key in a token's `meta` of the place of its attribute list."""
_EMPHASIS = frozenset({"em_close", "strong_close", "s_close"})
_HOSTS = frozenset({"image", "code_inline", "link_close"})
"""What an attribute list in a line of text can follow."""
_LINE_END = re.compile(r"[ \t]*(?:\n|\Z)")
_NOTHING = re.compile(r"(?:[ \t]|<!--.*?-->)*")
_NOT_HERE = re.compile(r"(?:\\[A-Za-z]+|[_^])$|^\s*(?:[:!]{3}|\?{3})")
"""What comes before braces in TeX, and in blocks of other generators, which are reported whole."""
_TAKES_LIST = frozenset(
    (
        *("paragraph_open", "heading_open", "bullet_list_open", "ordered_list_open", "dl_open"),
        *("blockquote_open", "table_open", "fence", "code_block", "hr"),
    )
)
_TAKES_LAST: Mapping[str, Host] = {"heading_open": "heading", "table_open": "block"}
"""What takes the list at the end of its text, or of its caption."""
_MISPLACED = Objection(
    "nothing takes these attributes",
    f"put them on a line of their own directly above the block that they are for, or {AS_TEXT}",
)
_NOT_IN_NOTES = Objection("annotations have no attributes", f"remove them, or {AS_TEXT}")


def attribute_lists(md: MarkdownIt) -> None:
    """Make the parser of articles read attribute lists."""
    md.inline.ruler.push("attributes", _inline)
    md.block.ruler.before("fence", "attributes", _block)
    md.core.ruler.after("block", "block_attributes", _above_blocks)
    md.core.ruler.after("inline", "attributes", _in_lines)


def no_attribute_lists(md: MarkdownIt) -> None:
    """Make the parser of notes report attribute lists."""
    md.inline.ruler.push("attributes", _inline)
    md.core.ruler.after("inline", "attributes", _in_notes)


def _inline(state: StateInline, silent: bool) -> bool:
    """Make one token of the text of an attribute list; `take_lists` decides what it becomes."""
    if state.src[state.pos] != "{":
        return False
    on_picture = not state.pending and bool(state.tokens) and state.tokens[-1].type == "image"
    found = attributes.read(state.src, state.pos, state.posMax, anything=on_picture)
    if found is None:
        return False
    if not silent:
        token = state.push("text_special", "", 0)  # not yet joined with the text beside it
        token.content = found.source
        token.meta = {_LIST: found, _AT: state.pos}
    state.pos += len(found.source)
    return True


# --- above a block -------------------------------------------------------------------------------


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read an attribute list on a line of its own."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    end = state.eMarks[start_line]
    if state.is_code_block(start_line) or not state.src.startswith("{", start):
        return False
    found = attributes.read(state.src, start, end)
    if found is None or not _NOTHING.fullmatch(state.src, start + len(found.source), end):
        return False
    if attributes.objection(found, Token("", "", 0), "block"):
        return False
    if silent:
        return True
    token = state.push("attributes", "", 0)
    token.content = found.source
    token.map = [start_line, start_line + 1]
    token.meta = {_LIST: found, _AT: start}
    state.line = start_line + 1
    return True


def _above_blocks(state: StateCore) -> None:
    """Move the attribute lists above blocks to them; make those above nothing text again."""
    out: list[Token] = []
    waiting: list[Token] = []
    for i, token in enumerate(state.tokens):
        if token.type == "attributes":
            waiting.append(token)
            continue
        if waiting and token.type in _TAKES_LIST and not token.hidden:
            waiting = [each for each in waiting if not _give(state, each, token)]
        if waiting and token.type == "paragraph_open":
            _prepend(waiting, state.tokens[i + 1])
        else:
            out += _paragraph(waiting)
        waiting = []
        out.append(token)
    state.tokens = out + _paragraph(waiting)


def _give(state: StateCore, line: Token, block: Token) -> bool:
    found: AttributeList = line.meta[_LIST]
    if attributes.objection(found, block, "block"):
        return False
    attributes.apply(found, block)
    block.meta[PLACE] = places(state).at(line.meta[_AT], found.source)
    return True


def _prepend(lines: Sequence[Token], inline: Token) -> None:
    inline.content = "\n".join([*(line.content for line in lines), inline.content])
    first, last = lines[0].map, inline.map
    inline.map = [first[0], last[1]] if first and last else inline.map


def _paragraph(lines: Sequence[Token]) -> list[Token]:
    if not lines:
        return []
    level, first, last = lines[0].level, lines[0].map, lines[-1].map
    where = [first[0], last[1]] if first and last else None
    content = "\n".join(line.content for line in lines)
    opening = Token("paragraph_open", "p", 1, map=where, level=level, block=True)
    inline = Token("inline", "", 0, map=where, level=level + 1, block=True)
    inline.content, inline.children = content, []
    return [opening, inline, Token("paragraph_close", "p", -1, level=level, block=True)]


# --- in lines of text ----------------------------------------------------------------------------


def _in_lines(state: StateCore) -> None:
    for i, token in enumerate(state.tokens):
        if token.type == "inline":
            # A list in a table's caption is for the table, which is before it.
            in_caption = state.tokens[i - 1].type == "caption_open"
            take_lists(state, state.tokens[i - 2 if in_caption else i - 1], token)


def take_lists(state: StateCore, block: Token, inline: Token) -> None:
    """Give attribute lists in a line of text to what they follow, or report them.

    `block` is the opening token of the block that has the text. A list at the end of a heading or
    of a table's caption belongs to it.
    """
    children = inline.children or []
    if not any(_LIST in child.meta for child in children):
        return
    kept: list[Token] = []
    takes = _TAKES_LAST.get(block.type)
    end = _start_of_end(children) if takes else len(children)
    for i, child in enumerate(children):
        found: AttributeList | None = child.meta.get(_LIST)
        if found is None:
            kept.append(child)
            continue
        host, kind = _host(kept)
        if host is None and takes and i >= end and found.clear:
            host, kind = block, takes
        wrong = attributes.objection(found, host, kind) if host else None
        if host is None or wrong:
            kept.append(child)
            if wrong is None and not _seems_meant(found, block, inline, child.meta[_AT], kept):
                continue
            wrong = wrong or attributes.objection(found, Token("", "", 0), "block") or _MISPLACED
            _report(state, inline, child, wrong)
            continue
        attributes.apply(found, host)
        host.meta[PLACE] = places(state).inside(inline, child.meta[_AT], found.source)
        if host is block:
            _strip_end(kept)
    inline.children = kept


def _host(before: Sequence[Token]) -> tuple[Token | None, Host]:
    """Return what an attribute list after these tokens belongs to; None if there is nothing."""
    last = before[-1] if before else None
    if last is None or last.type not in _HOSTS:
        return None, "block"
    if last.type == "link_close":
        return next(token for token in reversed(before) if token.type == "link_open"), "link"
    return last, media_of(last) or ("picture" if last.type == "image" else "code")


def _start_of_end(children: Sequence[Token]) -> int:
    """Return the index from which on there are only attribute lists and spaces."""
    end = len(children)
    while end and (
        _LIST in children[end - 1].meta
        or (children[end - 1].type == "text" and not children[end - 1].content.strip())
    ):
        end -= 1
    return end


def _strip_end(children: list[Token]) -> None:
    """Remove the space between a heading's text and its attribute list."""
    while children and children[-1].type in ("softbreak", "hardbreak"):
        children.pop()
    if children and children[-1].type == "text":
        children[-1].content = children[-1].content.rstrip()


def _seems_meant(
    found: AttributeList, block: Token, inline: Token, at: int, kept: Sequence[Token]
) -> bool:
    """Return whether an author seems to have meant attributes, and not just text in braces."""
    content, end = inline.content, at + len(found.source)
    before = content[max(content.rfind("\n", 0, at) + 1, at - 80) : at]
    line_ends = _LINE_END.match(content, end)
    if not before.strip() and line_ends:
        return found.clear or block.type == "paragraph_open"
    if not found.clear or _NOT_HERE.search(before):
        return False
    follows = before[-1:] == "]" or (len(kept) > 1 and kept[-2].type in _EMPHASIS)
    return follows or (line_ends is not None and line_ends.end() == len(content))


def _in_notes(state: StateCore) -> None:
    for block, inline in zip(state.tokens, state.tokens[1:], strict=False):
        children = inline.children or [] if inline.type == "inline" else []
        for i, child in enumerate(children):
            found: AttributeList | None = child.meta.get(_LIST)
            before = children[max(i - 1, 0) : i + 1]
            if found and (
                (i and children[i - 1].type in _HOSTS)
                or _seems_meant(found, block, inline, child.meta[_AT], before)
            ):
                _report(state, inline, child, _NOT_IN_NOTES)


def _report(state: StateCore, inline: Token, child: Token, why: Objection) -> None:
    found: AttributeList = child.meta[_LIST]
    place = places(state).inside(inline, child.meta[_AT] + why.at, found.source[why.at :])
    message = f"readers see `{short(found.source)}` as text: {why.message}"
    report(inline, Finding(place, Flaw("bad-attribute", message, why.hint)))
