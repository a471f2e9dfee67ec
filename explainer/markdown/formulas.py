r"""Rules for formulas in TeX: `$…$` in a line, and `$$…$$` in a line of its own.

As in Pandoc, a dollar sign opens a formula if no space follows it, and closes one if no space
precedes and no digit follows it; `\$` does neither. So prices stay text. Beyond Pandoc's rule, no
letter, digit, or dollar sign precedes the opening one (`5$`, `US$`), and a number followed by words
is no formula (`$5 or 6$`). Each dollar sign is compared only with the next one, so the time is
linear.

A formula becomes one token. Its `content` is what readers see of it, which is one unit: a quote
contains all of it or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from explainer.markdown.findings import Finding, places, report
from explainer.markdown.mathml import BadFormula, Formula, is_installed, mathml
from explainer.markdown.pictures import Flaw
from explainer.model.problems import short
from explainer.support.patterns import later

FORMULA = "formula"
"""The type of the token of a formula. Its `meta["tex"]` is the TeX, `meta["lines"]` the number of
line breaks in it, and `meta["html"]` what a page shows."""
_AT = "at"
"""The key in a token's `meta` of its offset in the content of its block."""
_WRONG = "wrong"
"""The key in a token's `meta` of why a formula cannot be shown."""
_TEX = r"(?P<tex>(?:[^$\\]|\\.)++)"
_INLINE = later(rf"(?<![\w$])\$(?![\s$]){_TEX}(?<!\s)\$(?![\d$])", re.DOTALL)
_DISPLAY = later(rf"(?<![\w$])\$\${_TEX}\$\$(?!\$)", re.DOTALL)
_PRICE = later(r"\d[\d.,]*\w?[\s.,;:/–—-]+[^\W\d_]{2,}(?!\w*[\\^_=])", re.DOTALL)
"""A number and a word, as between two prices: `5 million, or `."""


def formulas(md: MarkdownIt) -> None:
    """Make a parser read formulas. Without the extra `math`, they are shown as TeX."""
    md.options[FORMULA] = is_installed()
    ends = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", FORMULA, _block, {"alt": ends})
    md.inline.ruler.before("escape", FORMULA, _inline)
    md.core.ruler.push(FORMULA, _finish)
    md.add_render_rule(FORMULA, lambda renderer, tokens, i, options, env: tokens[i].meta["html"])


def _inline(state: StateInline, silent: bool) -> bool:
    """Read a formula in a line of text; with two dollar signs, it is shown below that line."""
    if state.src[state.pos] != "$":
        return False
    display = state.src.startswith("$$", state.pos)
    found = (_DISPLAY if display else _INLINE).match(state.src, state.pos, state.posMax)
    if found is None or not found["tex"].strip() or _PRICE.match(found["tex"].lstrip()):
        return False
    if not silent:
        token = state.push(FORMULA, "", 0)
        tex = found["tex"].strip()
        token.meta = {"tex": tex, "lines": found[0].count("\n"), _AT: state.pos}
        made = mathml(tex, display=display) if state.md.options[FORMULA] else None
        _show(token, found[0], made)
    state.pos = found.end()
    return True


def _show(token: Token, source: str, made: Formula | BadFormula | None) -> None:
    """Set what readers see of a formula: what the author wrote, if it cannot be converted."""
    if made is None or isinstance(made, BadFormula):
        token.content = " ".join(source.split())
        token.meta |= {"html": f"<code>{escapeHtml(token.content)}</code>", _WRONG: made}
    else:
        token.content = made.text
        token.meta["html"] = made.html


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a formula whose dollar signs begin a line and end this or a later line."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("$$", start) or state.is_code_block(start_line):
        return False
    line, at = start_line, start + 2
    while (close := state.src.find("$$", at, state.eMarks[line])) < 0:
        line += 1
        if line >= end_line or state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return False
        at = state.bMarks[line]
    content = state.getLines(start_line, line + 1, state.blkIndent, False).strip()
    if state.src[close + 2 : state.eMarks[line]].strip() or not _DISPLAY.fullmatch(content):
        return False
    if silent:
        return True
    where = [start_line, line + 1]
    opening, inline = state.push("formula_open", "div", 1), state.push("inline", "", 0)
    opening.attrs["class"] = "formula"
    opening.map = inline.map = where
    inline.content, inline.children = content, []
    state.push("formula_close", "div", -1)
    state.line = line + 1
    return True


def _finish(state: StateCore) -> None:
    """Report the formulas that cannot be shown; in alternative texts, show all of them as TeX."""
    for token in state.tokens:
        if token.type == "inline":
            for child in token.children or ():
                if child.type == FORMULA and (wrong := child.meta.get(_WRONG)):
                    _report(state, token, child, wrong)
                elif child.type == "image":
                    child.children = list(_as_text(child.children or []))


def _report(state: StateCore, inline: Token, child: Token, wrong: BadFormula) -> None:
    place = places(state).inside(inline, child.meta[_AT], child.content)
    message = f"readers see `{short(child.content)}` as it is: {wrong.message}"
    report(inline, Finding(place, Flaw("bad-formula", message, wrong.hint)))


def _as_text(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == FORMULA:
            yield Token("text", "", 0, content=f"${token.meta['tex']}$")
        else:
            yield token
