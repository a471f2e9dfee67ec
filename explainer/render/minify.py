"""Join and minify style sheets and scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from explainer.support.patterns import later

_STRING = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_STRINGS = later(_STRING, re.DOTALL)
_STRING_OR_COMMENT = later(rf"{_STRING}|/\*.*?\*/", re.DOTALL)
_SPACE = later(r"\s+")
_ZERO = later(r"(?<![\w.#])(?<!\w-)0(?=\.\d)")
_WORD = later("['\"]([A-Za-z_][A-Za-z0-9_-]*)['\"]")
_NEEDLESS = later(r" ?([{};,>/]) ?|(?<=[:(]) | (?=\))|(?<=[\d)]) (\*) (?=var\()")


def minify_css(parts: Iterable[str]) -> str:
    """Join style sheets without comments and unneeded white space, zeros, and quotation marks."""
    return "".join(map(_minified, parts))


def _minified(css: str) -> str:
    css = _STRING_OR_COMMENT.sub(lambda match: match[1] or " ", css)
    pieces = _STRINGS.split(css)  # every second piece is a string
    for i in range(0, len(pieces), 2):
        small = _NEEDLESS.sub(lambda match: match[1] or match[2] or "", _SPACE.sub(" ", pieces[i]))
        pieces[i] = _ZERO.sub("", small.replace(";}", "}"))
    for i in range(1, len(pieces), 2):
        word = _WORD.fullmatch(pieces[i])
        if word and pieces[i - 1].endswith("=") and pieces[i + 1].startswith("]"):
            pieces[i] = word[1]  # of an attribute selector
    return "".join(pieces).strip() + "\n"


def minify_js(parts: Iterable[str]) -> str:
    """Join scripts into one scope, without comments and unneeded white space.

    A part may end without a semicolon, and in a comment. An error in a part is reported as any
    other, but does not keep the parts after it from running.
    """
    *others, last = list(filter(None, map(_pieces, parts))) or [[]]
    if not others:
        return f"(()=>{{{''.join(last)}}})();\n"
    tried = "".join(f"try{{{''.join(_shared(part))}}}catch(e){{$e(e)}}" for part in others)
    return f"(()=>{{const $e=e=>setTimeout(()=>{{throw e}});{tried}{''.join(_shared(last))}}})();\n"


def _shared(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the pieces of a part with `var` for the `const` and `let` that all parts see.

    Unlike these, `var` and functions that are not `async` are visible outside a `try` block.
    Declarations that follow each other become one: `var a=1,b=2`.
    """
    kinds = [""]  # for each open bracket: the word that began the statement, if it declares
    last = held = ""  # `held`: a semicolon that may become a comma
    for piece in pieces:
        if last == "joined":
            last = ","
            if piece == " ":
                continue
        if piece in ("const", "let") and (not last or last in ";{}\n"):
            kind = piece if kinds[1:] else "var"
            if held and kinds[-1] == kind:
                yield ","
                held, last = "", "joined"
                continue
            kinds[-1] = kind
            piece = kind
        elif held or piece == "\n":
            kinds[-1] = ""
        yield held
        held = ""
        if piece in _CLOSING or (piece[0] == "}" and piece[1:]):
            kinds.pop()
        if piece in _OPENING or piece.endswith("${"):
            kinds.append("")
        if piece == ";":
            held = piece
        else:
            yield piece
        last = piece
    yield held


_JS_TOKEN = later(
    r"""(?P<gap>(?:\s|(?<!\S)//[^\n]*|(?<!\S)/\*.*?\*/)+)"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
    r"""|(?P<regex>/(?![/*])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*)"""
    r"""|[\w$]+|.""",
    re.DOTALL,
)
"""A piece of a script: a token of ECMAScript, except for template literals. Only after white space
do slashes start a comment, and only where a value can start, a regular expression."""
_TEMPLATE = later(r"[`}](?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{|\Z)", re.DOTALL)
_BEFORE_REGEX = later(r"[(,=:\[!&|?{;~^<>*%+-]|return|typeof|case|in|of")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_JOINS_LEFT, _JOINS_RIGHT = frozenset("{}()[];,:?=<>!&|"), frozenset("{([;,")


def _pieces(js: str) -> list[str]:
    """Return the pieces of a script without comments and unneeded white space.

    Strings, template literals, and regular expressions stay as they are. Line breaks stay wherever
    one may end a statement.
    """
    pieces = [";"]  # the last one decides what a slash and a line break mean
    braces: list[int] = []  # for each open `${`: the braces open inside it
    at, gap = 0, ""
    while at < len(js):
        is_template = js[at] == "`" or (js[at] == "}" and braces[-1:] == [0])
        match = (_TEMPLATE if is_template else _JS_TOKEN).match(js, at)
        assert match, "a pattern matches any character"
        piece = match[0]
        if is_template:
            braces = braces[:-1] if piece[0] == "}" else braces
            braces += [0] if piece.endswith("${") else []
        elif match["gap"]:
            gap = "\n" if "\n" in piece else " "
            at = match.end()
            continue
        elif match["regex"] and not _BEFORE_REGEX.fullmatch(pieces[-1]):
            piece = "/"
        elif braces and piece in "{}":
            braces[-1] += 1 if piece == "{" else -1
        at += len(piece)
        pieces += [gap] if gap and _is_needed(gap, pieces[-1], piece) else []
        pieces.append(piece)
        gap = ""
    return pieces[1:]


def _is_needed(gap: str, before: str, after: str) -> bool:
    if before[-1] in _JOINS_RIGHT or after[0] in "})];,":
        return False
    return gap == "\n" or not (before[-1] in _JOINS_LEFT or after[0] in _JOINS_LEFT)
