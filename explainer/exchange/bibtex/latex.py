"""Convert LaTeX in bibliography fields to plain text and back."""

from __future__ import annotations

import re

from explainer.exchange.reading import one_line

_ESCAPES = {
    **{c: f"\\{c}" for c in "{}$&%#_"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
# LaTeX's ligatures: `--` is a dash, `?`` an inverted question mark. An empty group splits them.
_LIGATURE = re.compile("(?<=-)(?=-)|(?<=`)(?=`)|(?<=')(?=')|(?<=[?!])(?=`)|(?<=<)(?=<)|(?<=>)(?=>)")
_URL = re.compile(r"\\(?:url|path|nolinkurl)\s*\{([^{}]*)\}")
_LINK_TARGET = re.compile(r"\\href\s*\{([^{}]*)\}\s*(?=\{)")
_MATH_OR_DOLLAR = re.compile(r"\\.|\$\$?(?:\\.|[^$\\])*\$\$?|\$", re.DOTALL)


def escape(text: str) -> str:
    """Convert plain text to LaTeX that renders as the same text."""
    parted = _LIGATURE.sub("\0", one_line(text))
    return "".join("{}" if c == "\0" else _ESCAPES.get(c, c) for c in parted)


def escape_url(address: str) -> str:
    """Percent-encode the characters of an address that would end a field."""
    return address.translate({ord("{"): "%7B", ord("}"): "%7D", ord("\\"): "%5C"})


_URL_COMMANDS = (
    (re.compile(r"\{?\\(?:textasciitilde|sim)\s*(?:\{\})?\}?"), "~"),
    (re.compile(r"\{?\$?(?:\\textless\s*(?:\{\})?|(?<=\$)<(?=\$))\$?\}?"), "<"),
    (re.compile(r"\{?\$?(?:\\textgreater\s*(?:\{\})?|(?<=\$)>(?=\$))\$?\}?"), ">"),
    (re.compile(r"\{?\\([%&_#~$^])(?:\{\})?\}?"), r"\1"),
)


def url(field: str) -> str:
    r"""Extract the address from a field, without `\url{…}` and escapes."""
    if link := _URL.search(field) or _LINK_TARGET.search(field):
        field = link[1]
    for command, character in _URL_COMMANDS:
        field = command.sub(character, field)
    return field.strip().replace("{", "").replace("}", "")


def plain(latex: str) -> tuple[str, tuple[str, ...]]:
    r"""Convert LaTeX to text on one line, with Unicode accents, dashes, and symbols.

    Also returns the commands that are not known, such as `\foo`. They are left in the text as they
    are written. So is text that is not valid LaTeX; then the whole text is returned as unknown.
    """
    if not re.search(r"[\\{}$%~`'?!\-]", latex):
        return one_line(latex), ()
    # pylatexenc is slow to import, and plain fields do not need it.
    from explainer.exchange.bibtex.latex_reader import read

    source = re.sub(r"(?<!\\)((?:\\\\)*)%", r"\1\\%", latex)  # no comments in fields
    source = _MATH_OR_DOLLAR.sub(_without_amounts, source)
    source = _LINK_TARGET.sub("", source)
    source = _URL.sub(lambda match: escape(match[1].replace(r"\%", "%")), source)
    text, unknown = read(source)
    return (one_line(latex), (one_line(latex),)) if text is None else (one_line(text), unknown)


def _without_amounts(match: re.Match[str]) -> str:
    r"""Escape dollar signs that mean money: `$5 to $6` is no formula, but `$\alpha$` is.

    A formula has no spaces inside its dollar signs and no digit after them (unless it is only a
    sign, as in `$>$5`), or has LaTeX in it.
    """
    text = match[0]
    inner = text.strip("$")
    if text[0] == "\\" or (len(text) > 1 and re.search(r"[\\^_]", inner)):
        return text
    follows = match.string[match.end() : match.end() + 1]
    is_sign = re.fullmatch(r"[<>=+\-±~≤≥≈]+", inner)
    if is_sign or (inner and inner == inner.strip() and not follows.isdigit()):
        return text
    return text.replace("$", r"\$")
