"""Join and minify style sheets and scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable

_STRING = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_STRINGS = re.compile(_STRING, re.DOTALL)
_STRING_OR_COMMENT = re.compile(rf"{_STRING}|/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_ZERO = re.compile(r"(?<![\w.#-])0(?=\.\d)")
_NEEDLESS = re.compile(r" ?([{};,>]) ?|(?<=[:(]) | (?=\))")


def minify_css(parts: Iterable[str]) -> str:
    """Join style sheets without comments and unneeded white space and zeros. Keeps strings."""
    return "".join(map(_minified, parts))


def _minified(css: str) -> str:
    css = _STRING_OR_COMMENT.sub(lambda match: match[1] or " ", css)
    pieces = _STRINGS.split(css)  # every second piece is a string
    for i in range(0, len(pieces), 2):
        small = _NEEDLESS.sub(lambda match: match[1] or "", _SPACE.sub(" ", pieces[i]))
        pieces[i] = _ZERO.sub("", small.replace(";}", "}"))
    return "".join(pieces).strip() + "\n"


def minify_js(parts: Iterable[str]) -> str:
    """Join scripts into one scope, without comments and unneeded white space."""
    import rjsmin

    small = rjsmin.jsmin("\n".join(parts))
    return f"(()=>{{{small}}})();\n"
