"""Rules for tables: their cells, their captions, and what an author wrote that no cell shows.

As in Pandoc, a caption is a paragraph `: Text` or `Table: Text` below a table or above it. Without
a table beside it, it stays text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.rules_block import StateBlock, paragraph
from markdown_it.rules_block import table as parse_table
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from explainer.markdown.findings import Finding, places, report
from explainer.markdown.foreign import notes_of
from explainer.markdown.pictures import Flaw
from explainer.model.problems import short
from explainer.support.patterns import later

_CAPTION = later(r"(?::|Table:)[ \t]+(?=\S)")
_CAPTION_LINE = later(r"(?::|Table:)[ \t]+[^|\s][^|]*")
_BAR = later(r"(?<!\\)\|")
_DASHES = later(r"(?=[^|]*\|)[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*(?:\||$))+[ \t]*")
_DELIMITERS = later(r"[-:|\s]+")
_ROW = later(r"\|(?=[ \t])[^|\n]*\|(?:[^|\n]*\|)+[ \t]*")
_CONTAINER = later(r"(?:[-+*:~]|\d{1,9}[.)])[ \t]|\[\^[^\]\s]+\]:")
"""The start of what contains blocks, such as an item of a list."""
_NOTHING = later(r"(?:\s|\||<!--.*?-->)*")


def table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a table as markdown-it does, and report rows with more cells than it has columns."""
    first = len(state.tokens)
    if not parse_table(state, start_line, _before_caption(state, start_line, end_line), silent):
        if not silent:
            _note_no_table(state, start_line, end_line)
        return False
    columns = 0
    for token in state.tokens[first:]:
        columns += token.type == "th_open"
        if token.type == "tr_open" and token.map and token.map[0] > start_line:
            _report_lost_cells(state, token, columns)
    return True


def _before_caption(state: StateBlock, start_line: int, end_line: int) -> int:
    """Return the line of a caption directly below the rows of a table; else `end_line`."""
    dashes = start_line + 1
    # Asked at every line of a paragraph, so most are left here to take linear time.
    if dashes >= end_line or not _DELIMITERS.fullmatch(
        state.src, state.bMarks[dashes] + state.tShift[dashes], state.eMarks[dashes]
    ):
        return end_line
    for line in range(start_line + 2, end_line):
        if state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            break
        start = state.bMarks[line] + state.tShift[line]
        if _CAPTION_LINE.fullmatch(state.src, start, state.eMarks[line]):
            return line
    return end_line


def _note_no_table(state: StateBlock, line: int, end_line: int) -> None:
    """Note a row without a head, and a head whose line of dashes has another number of cells."""
    start, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    if state.src.find("|", start, end) < 0:
        return  # nearly always
    if state.is_code_block(line) or not _BAR.search(state.src, start, end):
        return
    if line + 1 < end_line:
        if state.sCount[line + 1] > state.sCount[line] and _CONTAINER.match(state.src, start):
            return  # the table may be in it: this rule reads its lines once more
        after = state.bMarks[line + 1] + state.tShift[line + 1]
        if _DASHES.fullmatch(state.src, after, state.eMarks[line + 1]):
            notes_of(state).add("table", state.src, after, state.eMarks[line + 1])
            return
    if _ROW.fullmatch(state.src, start, end):
        notes_of(state).add("table", state.src, start, end)


def _report_lost_cells(state: StateBlock, row: Token, columns: int) -> None:
    line = row.map[0] if row.map else 0
    start = state.bMarks[line] + state.tShift[line]
    text = state.src[start : state.eMarks[line]]
    bars = [bar.start() for bar in _BAR.finditer(text)]
    last = columns - 1 + (bars[:1] == [0])
    if last >= len(bars) or _NOTHING.fullmatch(text, bars[last]):
        return
    lost = text[bars[last] + 1 :].strip().removesuffix("|").strip()
    message = (
        f"the head of this table has {columns} cell{'s' if columns > 1 else ''}, and this row has "
        f"more: readers do not see `{short(lost)}`"
    )
    hint = "add cells to the head of the table, or write `\\|` for a bar that readers should see"
    place = places(state).at(start + text.index(lost, bars[last]), lost)
    report(row, Finding(place, Flaw("lost-cell", message, hint)))


def table_cells(state: StateCore) -> None:
    """Align table cells by class, set the scope of header cells, and turn empty ones into `<td>`.

    The Content-Security-Policy of pages allows no style attributes. Screen readers would announce
    an empty header cell (the corner of a table) for every cell in its column.
    """
    for i, token in enumerate(state.tokens):
        if token.type not in ("td_open", "th_open"):
            continue
        if "style" in token.attrs:
            side = str(token.attrs.pop("style")).removeprefix("text-align:")
            token.attrJoin("class", f"align-{side}")
        if token.type == "th_open" and not state.tokens[i + 1].children:
            token.tag = state.tokens[i + 2].tag = "td"
        elif token.type == "th_open":
            token.attrs["scope"] = "col"


# --- captions ------------------------------------------------------------------------------------


def caption(state: StateBlock, line: int, end_line: int, silent: bool) -> bool:
    """Read a caption below a table as a paragraph, even if a definition seems to follow it."""
    start = state.bMarks[line] + state.tShift[line]
    below = state.tokens and state.tokens[-1].type == "table_close"
    if not below or state.is_code_block(line) or not _CAPTION.match(state.src, start):
        return False
    return paragraph(state, line, end_line, silent)


def captions(state: StateCore) -> None:
    """Move captions into their tables. Note those that begin with a colon, and have no table.

    A caption between two tables belongs to the first, unless that has one above.
    """
    tokens = state.tokens
    moved: set[int] = set()
    """The indices of the tokens of captions."""
    given: dict[int, Sequence[Token]] = {}
    """By the index of a `table_open`: the tokens of its caption."""
    last = -1
    """The index of the last `table_open`."""
    for i, token in enumerate(tokens):
        if token.type == "table_open":
            last = i
        elif token.type == "paragraph_open" and (mark := _CAPTION.match(tokens[i + 1].content)):
            after = i + 3 < len(tokens) and tokens[i + 3].type == "table_open"
            ends_before = i > 0 and tokens[i - 1].type == "table_close" and last not in given
            if ends_before or after:
                given[last if ends_before else i + 3] = _caption(tokens[i : i + 3], mark)
                moved.update((i, i + 1, i + 2))
            elif mark[0].startswith(":"):
                notes = notes_of(state)
                notes.line = token.map[0] if token.map else 0
                notes.add("caption", tokens[i + 1].content, 0, mark.end())
    if given:
        state.tokens = [
            each
            for i, token in enumerate(tokens)
            if i not in moved
            for each in (token, *given.get(i, ()))
        ]


def _caption(paragraph: Sequence[Token], mark: re.Match[str]) -> Sequence[Token]:
    """Make a paragraph a caption, without its mark."""
    opening, inline, closing = paragraph
    opening.type, closing.type = "caption_open", "caption_close"
    opening.tag = closing.tag = "caption"
    inline.content = inline.content[mark.end() :]
    return paragraph
