"""Code blocks, highlighted by Pygments."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from explainer.markdown.findings import Finding, places, report
from explainer.markdown.pictures import Flaw
from explainer.model.problems import short
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class CodePiece:
    """A piece of highlighted code."""

    css: str
    """Pygments' short class, such as `kd`; empty for plain text."""
    text: str
    """The code."""


_CLASS = re.compile(r"\.([\w+#-]+)")


def fence_language(token: Token) -> str:
    """Return the language of a fenced code block; empty if it names none.

    It is the first word after the fence or, as in Pandoc, a class in braces: `{.python}`.
    """
    info = unescapeAll(token.info).strip()
    if info.startswith("{"):
        classes = _CLASS.findall(info.partition("}")[0])
        return next(filter(is_known_language, classes), "")
    return info.split(maxsplit=1)[0] if info else ""


_CELL = re.compile(r"\{=?\w[^}]*\}?")
"""What stands after a fence around code that another generator runs or turns into a block."""
_WITHOUT_TEXT = re.compile(r"[^\s{]*\s*(?:\{[^}=]*[.#][^}=]*\})?")
"""What can stand after a fence: a language, and classes, which show nothing."""


def check_fences(state: StateCore) -> None:
    """Report what an author wrote after the fences around code and no reader sees."""
    for token in state.tokens:
        info = token.info.strip() if token.type == "fence" else ""
        if not info or not token.map:
            continue
        if cell := _CELL.match(info):
            words = cell[0]
            message = f"`{short(words)}` has no effect: readers will see this block as code"
            hint = "include the result instead; if readers are to see code, write only its language"
            flaw = Flaw("foreign-markup", message, hint)
        elif not _WITHOUT_TEXT.fullmatch(info):
            words = info.removeprefix(fence_language(token)).strip()
            message = f"`{short(words)}` has no effect: code has no title and no marked lines"
            flaw = Flaw("bad-attribute", message, "delete it, or write it above the code", "info")
        else:
            continue
        report(token, Finding(places(state).search(token, words), flaw))


def is_known_language(name: str) -> bool:
    """Return whether Pygments has a lexer for a language."""
    return _lexer(name) is not None


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        # The lexer must not change the text: marks are placed by offset.
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def highlight_code(code: str, language: str) -> list[CodePiece]:
    """Split code into highlighted pieces. Joined, their texts are `code`."""
    from pygments.token import STANDARD_TYPES, Text, Token

    lexer = _lexer(language) if language else None
    if lexer is None:
        return [CodePiece("", code)]
    pieces: list[CodePiece] = []
    for _, kind, text in lexer.get_tokens_unprocessed(code):
        while kind not in STANDARD_TYPES:
            kind = kind.parent  # a lexer may define its own token types
        css = "" if kind in Token.Text or kind in Text.Whitespace else STANDARD_TYPES[kind]
        if pieces and pieces[-1].css == css:
            pieces[-1] = CodePiece(css, pieces[-1].text + text)
        else:
            pieces.append(CodePiece(css, text))
    if "".join(piece.text for piece in pieces) != code:  # the lexer changed the text
        return [CodePiece("", code)]
    return pieces


def code_html(css: str, text: str) -> str:
    """Return a piece of highlighted code as HTML."""
    return f'<span class="{css}">{escapeHtml(text)}</span>' if css else escapeHtml(text)


def code_open(token: Token) -> str:
    """Return the opening tags of a code block. `tabindex` lets keyboard users scroll the code."""
    language = fence_language(token)
    attributes = "".join(f' {k}="{escapeHtml(str(v))}"' for k, v in token.attrs.items())
    code = f' class="language-{escapeHtml(language)}"' if language else ""
    return f'<pre{attributes} tabindex="0"><code{code}>'


CODE_CLOSE = "</code></pre>\n"


def code_block(token: Token) -> str:
    """Return a code block as HTML."""
    pieces = highlight_code(token.content, fence_language(token))
    return code_open(token) + "".join(code_html(p.css, p.text) for p in pieces) + CODE_CLOSE
