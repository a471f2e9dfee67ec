"""Convert LaTeX in bibliography fields to plain text and back."""

from __future__ import annotations

import logging
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
_LINK = re.compile(r"\\(?:url|path|nolinkurl)\s*\{([^{}]*)\}|\\href\s*\{([^{}]*)\}\s*\{[^{}]*\}")


def escape(text: str) -> str:
    """Convert plain text to LaTeX that renders as the same text."""
    parted = _LIGATURE.sub("\0", one_line(text))
    return "".join("{}" if c == "\0" else _ESCAPES.get(c, c) for c in parted)


def escape_url(address: str) -> str:
    """Percent-encode the characters of an address that would end a field."""
    return address.translate({ord("{"): "%7B", ord("}"): "%7D", ord("\\"): "%5C"})


def url(field: str) -> str:
    r"""Extract the address from a field, without `\url{…}` and escapes."""
    if link := _LINK.search(field):
        field = link[1] or link[2] or ""
    field = re.sub(r"\{?\\(?:textasciitilde|sim)\s*(?:\{\})?\}?", "~", field)
    field = re.sub(r"\{?\\([%&_#~$^])(?:\{\})?\}?", r"\1", field)
    return field.strip().replace("{", "").replace("}", "")


def plain(latex: str) -> str:
    """Convert LaTeX to text on one line, with Unicode accents, dashes, and symbols.

    Text that is not valid LaTeX is returned unchanged, on one line.
    """
    if not re.search(r"[\\{}$%~`'?!\-]", latex):
        return one_line(latex)
    from pylatexenc.latex2text import LatexNodes2Text

    source = re.sub(r"(?<!\\)((?:\\\\)*)%", r"\1\\%", latex)  # no comments in fields
    source = re.sub(_LINK, lambda m: escape(m[1] or m[2] or ""), source)
    # Replaced, or it would be read as an accent on the next letter.
    source = source.replace(r"\textasciicircum{}", "\ue000")
    source = re.sub(r"(?<!\\)~", "\u00a0", source)
    reader = LatexNodes2Text(math_mode="text", strict_latex_spaces=False)
    logging.getLogger("pylatexenc").addHandler(logging.NullHandler())
    try:
        text = reader.latex_to_text(source)
    except (ValueError, LookupError, RecursionError, TypeError, AttributeError):
        return one_line(latex)
    return one_line(text.replace("\ue000", "^"))
