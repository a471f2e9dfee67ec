"""LaTeX, as bibliographies have it in their fields, to plain text and back."""

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
# LaTeX's ligatures: `--` is a dash, `?`` an inverted question mark. An empty group parts them.
_LIGATURE = re.compile("(?<=-)(?=-)|(?<=`)(?=`)|(?<=')(?=')|(?<=[?!])(?=`)|(?<=<)(?=<)|(?<=>)(?=>)")
_LINK = re.compile(r"\\(?:url|path|nolinkurl)\s*\{([^{}]*)\}|\\href\s*\{([^{}]*)\}\s*\{[^{}]*\}")


def escape(text: str) -> str:
    """Give plain text as LaTeX that reads the same."""
    parted = _LIGATURE.sub("\0", one_line(text))
    return "".join("{}" if c == "\0" else _ESCAPES.get(c, c) for c in parted)


def escape_url(address: str) -> str:
    """Give an address as a field holds it: only what would end the field is percent-encoded."""
    return address.translate({ord("{"): "%7B", ord("}"): "%7D", ord("\\"): "%5C"})


def url(field: str) -> str:
    r"""Give the address in a field, without `\url{…}` and the escapes that people add."""
    if found := _LINK.search(field):
        field = found[1] or found[2] or ""
    field = re.sub(r"\{?\\(?:textasciitilde|sim)\s*(?:\{\})?\}?", "~", field)
    field = re.sub(r"\{?\\([%&_#~$^])(?:\{\})?\}?", r"\1", field)
    return field.strip().replace("{", "").replace("}", "")


def plain(latex: str) -> str:
    """Give LaTeX as text on one line: accents, dashes and symbols as the characters they stand for.

    What cannot be read as LaTeX is left as it is written.
    """
    if not re.search(r"[\\{}$%~`'?!\-]", latex):
        return one_line(latex)
    from pylatexenc.latex2text import LatexNodes2Text

    source = re.sub(r"(?<!\\)((?:\\\\)*)%", r"\1\\%", latex)  # no comments in fields
    source = re.sub(_LINK, lambda m: escape(m[1] or m[2] or ""), source)
    # Parted from the letters around it, or it would be taken for an accent.
    source = source.replace(r"\textasciicircum{}", "\ue000")
    source = re.sub(r"(?<!\\)~", "\u00a0", source)
    reader = LatexNodes2Text(math_mode="text", strict_latex_spaces=False)
    logging.getLogger("pylatexenc").addHandler(logging.NullHandler())
    try:
        text = reader.latex_to_text(source)
    except (ValueError, LookupError, RecursionError, TypeError, AttributeError):
        return one_line(latex)
    return one_line(text.replace("\ue000", "^"))
