"""HTML comments: they are for authors, so the parsers drop them, whether raw HTML is on or off.

Comments are recognized where CommonMark recognizes them (§§ 4.6 and 6.6), but they also end at
`--!>`, as in browsers (HTML, § 13.2.5.52), so that no text after it is lost. A comment at the start
of a line is a block, which may contain blank lines; what follows it on its last line is Markdown
again. Any other comment ends in its own paragraph, heading, or table cell. A comment that does not
end stays, and is noted as a mark of kind `open-comment`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.paragraph import paragraph
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from explainer.markdown.foreign import ForeignMarks, note_raw_html, notes_of
from explainer.support.patterns import later

COMMENT = "comment"
"""The type of the token that stands for an inline comment of several lines. It shows nothing; its
`meta["lines"]` is the number of line breaks in it."""
_OPEN = "<!--"
_END = later("--!?>")
_WHOLE = later(r"<!---?>|<!--.*?--!?>", re.DOTALL)
_MORE = later(r"<!--(?:\s*(?:more|truncate)\s*|more\s[^>]*)-->", re.IGNORECASE)
"""Comments by which other generators end the summary of an article."""
_UNCLOSED = "unclosed_lines"
_BLANK = " \t"


def _end(text: str, start: int, stop: int) -> int:
    """Return the offset of the end of the comment at `start`; -1 if it does not end by `stop`."""
    for short in ("<!-->", "<!--->"):
        if text.startswith(short, start):
            return start + len(short)
    found = _END.search(text, start + len(_OPEN), stop)
    return found.end() if found else -1


# --- blocks --------------------------------------------------------------------------------------


def comment_block(state: StateBlock, line: int, end_line: int, silent: bool) -> bool:
    """Drop comments at the start of a block, and parse what follows them on their last line."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(_OPEN, start) or state.is_code_block(line):
        return False
    here, at = line, start
    while state.src.startswith(_OPEN, at):
        last, end = _block_end(state, here, at, end_line)
        if end < 0:
            break
        if not silent and _MORE.fullmatch(state.src, at, end):
            notes_of(state).add("more", state.src, at, end)
        here, at = last, state.skipSpaces(end)
    if silent:
        return at > start
    if at == start:  # raw HTML would continue to the end of the text
        return bool(state.md.options.html) and paragraph(state, line, end_line, False)
    if at >= state.eMarks[here]:
        state.line = here + 1
    else:
        _parse_rest(state, here, at, end_line)
    return True


def _block_end(state: StateBlock, line: int, start: int, end_line: int) -> tuple[int, int]:
    """Return the last line of a comment, and the offset of its end; -1 if it is not closed.

    The lines of a comment that is not closed are remembered: no other comment ends on them, and
    looking again and again would take quadratic time.
    """
    end = _end(state.src, start, state.eMarks[line])
    first, stop = state.env.get(_UNCLOSED, (0, 0))
    if end >= 0 or first <= line < stop:
        return line, end
    here = line + 1
    while here < end_line:
        if state.sCount[here] < state.blkIndent and not state.isEmpty(here):
            break
        begin = state.bMarks[here] + state.tShift[here]
        if found := _END.search(state.src, begin, state.eMarks[here]):
            return here, found.end()
        here += 1
    state.env[_UNCLOSED] = (line, here)
    return line, -1


def _parse_rest(state: StateBlock, line: int, start: int, end_line: int) -> None:
    """Parse a block that begins within a line, at offset `start`."""
    marks = (state.bMarks, state.tShift, state.sCount, state.bsCount)
    before = [mark[line] for mark in marks]
    for mark, value in zip(marks, (start, 0, state.blkIndent, 0), strict=True):
        mark[line] = value
    for rule in state.md.block.ruler.getRules(""):  # a paragraph is the last, and always matches
        if rule(state, line, end_line, False):
            break
    for mark, value in zip(marks, before, strict=True):
        mark[line] = value


# --- inline --------------------------------------------------------------------------------------


def inline(state: StateCore) -> None:
    """Parse the inline content of blocks, as markdown-it does, and say which block it is in.

    A paragraph that contains nothing but a comment is left out.
    """
    notes = notes_of(state)
    empty: set[int] = set()
    for i, token in enumerate(state.tokens):
        if token.type == "inline":
            notes.line = token.map[0] if token.map else notes.line
            notes.in_cell = state.tokens[i - 1].type in ("td_open", "th_open")
            token.children = token.children or []
            state.md.inline.parse(token.content, state.md, state.env, token.children)
            if _OPEN in token.content:
                _clean_titles(token.children)
            if not any(child.type != COMMENT for child in token.children) and token.content:
                empty.add(i)
    if empty:
        around = {j for i in empty if _is_paragraph(state.tokens, i) for j in (i - 1, i, i + 1)}
        state.tokens = [each for i, each in enumerate(state.tokens) if i not in around]


def _clean_titles(children: Sequence[Token]) -> None:
    """Drop comments in the titles of links and pictures, which are not Markdown."""
    for child in children:
        if _OPEN in str(child.attrs.get("title", "")):
            child.attrs["title"] = _WHOLE.sub("", str(child.attrs["title"])).strip()


def _is_paragraph(tokens: Sequence[Token], i: int) -> bool:
    return tokens[i - 1].type == "paragraph_open"


def comment_inline(state: StateInline, silent: bool) -> bool:
    """Drop a comment, and one of the spaces around it."""
    start = state.pos
    if not state.src.startswith(_OPEN, start):
        return False
    last = max(state.html_terminator_last(sign) for sign in ("-->", "--!>"))
    end = _end(state.src, start, state.posMax) if last >= start else -1
    if end < 0:
        if not silent:
            notes_of(state).add("open-comment", state.src, start, start + len(_OPEN))
        return False
    if not silent:
        if _MORE.fullmatch(state.src, start, end):
            notes_of(state).add("more", state.src, start, end)
        end = _close_gap(state, end)
        if lines := state.src.count("\n", start, end):
            state.push(COMMENT, "", 0).meta = {"lines": lines}
    state.pos = end
    return True


def _close_gap(state: StateInline, end: int) -> int:
    """Remove the space before or after a comment, and return where the text goes on.

    At the end of a line, the space before it is removed: with the space after it, it would make a
    hard line break.
    """
    rest = end
    while rest < state.posMax and state.src[rest] in _BLANK:
        rest += 1
    if rest == state.posMax or state.src[rest] == "\n":
        if state.pending[-1:] in _BLANK:
            state.pending = state.pending.rstrip(_BLANK)
        return end
    return rest if _after_space(state) else end


def _after_space(state: StateInline) -> bool:
    """Return whether the text so far is empty, or ends with a space or a line break."""
    if state.pending:
        return state.pending[-1] in _BLANK
    for token in reversed(state.tokens):
        if token.type != COMMENT:
            return token.type in ("softbreak", "hardbreak") or token.content[-1:] == " "
    return True


# --- raw HTML ------------------------------------------------------------------------------------

_RAW = later(
    r"(?P<keep><(script|style|textarea|title|xmp|iframe|noembed|noframes|noscript|plaintext)\b"
    r".*?(?:</\2\s*>|\Z)"
    r"|</?[a-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)"
    r"|(?P<open><!--)",
    re.DOTALL | re.IGNORECASE,
)
"""Raw HTML that can contain `<!--` without starting a comment, and what starts one."""


def raw_comments(state: StateCore) -> None:
    """Drop the comments in blocks of raw HTML."""
    notes = notes_of(state)
    for token in state.tokens:
        if token.type == "html_block":
            notes.line = token.map[0] if token.map else notes.line
            token.content = _without_comments(notes, token.content)


def _without_comments(notes: ForeignMarks, html: str) -> str:
    kept: list[str] = []
    done = at = 0
    while markup := _RAW.search(html, at):
        note_raw_html(notes, html, at, markup.start(), markup["keep"] or "")
        at = markup.end()
        if markup["open"]:
            end = _end(html, markup.start(), len(html))
            if end < 0:
                notes.add("open-comment", html, *markup.span())
                break
            kept.append(html[done : markup.start()])
            done = at = end
    else:
        note_raw_html(notes, html, at, len(html), "")
    return "".join((*kept, html[done:]))
