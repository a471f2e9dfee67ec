"""Turn a formula in TeX into MathML, with latex2mathml (the extra `math`).

Only elements and attributes of MathML that are known to be harmless get into a page, and everything
is escaped here, so a formula contains no markup of its author.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from html import unescape
from importlib.util import find_spec
from typing import TYPE_CHECKING

from markdown_it.common.utils import escapeHtml

from explainer.model.problems import short
from explainer.support.patterns import later
from explainer.support.values import dataclass

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LONGEST = 4000
"""A longer formula stays as it is: no reader could take it in."""
_DEEPEST = 60
"""How many braces and environments may be inside each other."""
_COLOR = later("[A-Za-z]+|#[0-9A-Fa-f]{3,6}")
_SPACES = later(r"[\x00-\x20]+")
_NESTING = later(r"\\[{}]|[{}]|\\(begin|end|left|right)\b")
_COMMENT = later(r"(?<!\\)(?:\\\\)*%")
_ENVIRONMENT = later(r"\\(begin|end)\{([^{}]*)\}(?:\{\d+\})?")
_ENVIRONMENTS = {
    **dict.fromkeys(("align", "align*", "aligned", "alignat*", "alignedat", "split"), "align*"),
    **dict.fromkeys(("eqnarray", "eqnarray*"), "align*"),
    **dict.fromkeys(("gather", "gather*", "gathered", "multline", "multline*"), "matrix"),
    **dict.fromkeys(("cases", "dcases"), "cases"),
    **dict.fromkeys(("equation", "equation*", "displaymath", "math"), ""),
    **{f"{kind}matrix": f"{kind}matrix" for kind in ("", "p", "b", "B", "v", "V", "small")},
    **dict.fromkeys(("array", "subarray"), "array"),
    "substack": "substack",
}
"""By the name of an environment: the one of latex2mathml that shows the same."""
_ELEMENTS = (
    "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot "
    "mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none"
)
_ATTRIBUTES = (
    "accent accentunder columnalign columnlines columnspacing depth displaystyle fence form height "
    "largeop linethickness lspace mathcolor maxsize minsize movablelimits notation rowlines "
    "rowspacing rspace scriptlevel separator stretchy symmetric voffset width"
)
_OUTSIDE = frozenset(("href", "class", "id", "style"))
"""Attributes that would reach beyond the formula."""
_PARTS = {
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
"""By the name of an element: how many parts it has."""
_FUNCTIONS = "\\arg \\deg \\hom \\ker \\lg \\dim \\Pr \\sgn"
"""Functions of LaTeX that latex2mathml does not know."""
_VARIANTS = {
    "bold": "BOLD",
    "italic": "ITALIC",
    "bold-italic": "BOLD ITALIC",
    "double-struck": "DOUBLE-STRUCK",
    "script": "SCRIPT",
    "bold-script": "BOLD SCRIPT",
    "fraktur": "FRAKTUR",
    "bold-fraktur": "BOLD FRAKTUR",
    "sans-serif": "SANS-SERIF",
    "bold-sans-serif": "SANS-SERIF BOLD",
    "monospace": "MONOSPACE",
}
"""By the value of `mathvariant`, which browsers no longer know: how Unicode names the letters."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as pages show it."""

    html: str
    text: str
    """What readers see, as one line."""


@dataclass(frozen=True, slots=True)
class BadFormula:
    """Why a formula cannot be shown."""

    message: str
    """What is wrong, as a clause: `the brace is not closed`."""
    hint: str


def is_installed() -> bool:
    """Whether the extra `math` is installed."""
    return find_spec("latex2mathml") is not None


@lru_cache(maxsize=1000)
def mathml(tex: str, *, display: bool) -> Formula | BadFormula:
    """Convert a formula. `display`: whether it is in a line of its own."""
    if why := _wrong(tex):
        return why
    from latex2mathml.converter import convert_to_element

    try:
        root = convert_to_element(_known(tex), display="block" if display else "inline")
    except Exception as error:
        return _unreadable(error)
    if why := _unknown(root):
        return why
    for element in root.iter():
        text = _SPACES.sub(" ", unescape(element.text or ""))
        if text.isascii() and text.isalpha() and text != element.text:
            element.set("mathvariant", "normal")  # `\mathrm{d}` comes as a character reference
        element.text = _styled(text, element.attrib.get("mathvariant", ""))
        if not _COLOR.fullmatch(element.attrib.get("mathcolor", "")):
            element.attrib.pop("mathcolor", None)
    _strip(root)
    text = "".join(map(str, root.itertext()))
    if not text:
        return BadFormula("it shows nothing", "write a formula, or delete the dollar signs")
    attributes = f'alttext="{escapeHtml(" ".join(tex.split()))}"'
    attributes += ' display="block"' if display else ""
    inner = "".join(map(_written, root))
    return Formula(f"<math {attributes}>{inner}</math>", text)


def _wrong(tex: str) -> BadFormula | None:
    """Return what is wrong with a formula's text, without reading it in full."""
    if len(tex) > _LONGEST:
        why = f"it is longer than {_LONGEST:,} characters"
        return BadFormula(why, "divide it into several formulas")
    if _COMMENT.search(tex):
        return BadFormula("in TeX, `%` starts a comment", "for the sign, write `\\%`")
    depth = deepest = 0
    for sign in _NESTING.finditer(tex):
        depth += {"{": 1, "}": -1, "begin": 1, "end": -1}.get(sign[1] or sign[0], 0)
        if depth < 0:
            break
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        return BadFormula("it is nested too deeply", "divide it into several formulas")
    if depth:
        which = "is not closed" if depth > 0 else "closes nothing"
        return BadFormula(
            f"a brace or environment {which}", "check `{` and `}`, `\\begin` and `\\end`"
        )
    for found in _ENVIRONMENT.finditer(tex):
        if found[2] not in _ENVIRONMENTS:
            names = "`aligned`, `cases`, `matrix`, `pmatrix`, and `array`"
            why = f"there is no environment `{short(found[2])}`"
            return BadFormula(why, f"there are {names}, among others")
    return None


def _known(tex: str) -> str:
    """Return a formula with the environments that latex2mathml knows."""

    def known(found: re.Match[str]) -> str:
        name = _ENVIRONMENTS[found[2]]
        return f"\\{found[1]}{{{name}}}" if name else ""

    return _ENVIRONMENT.sub(known, tex)


def _unreadable(error: Exception) -> BadFormula:
    kind = type(error).__name__
    if kind == "RecursionError":
        return BadFormula(
            "its commands call themselves", "write the formula without `\\newcommand`"
        )
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.removesuffix("Error")).lower()
    known = {
        "No Available Tokens": "something is missing at its end",
        "Missing Super Script Or Subscript": "nothing follows `^` or `_`",
        "Double Subscripts": "two subscripts follow each other",
        "Double Superscripts": "two superscripts follow each other",
        "Extra Left Or Missing Right": "a `\\left` has no `\\right`",
        "Missing End": "an environment does not end",
        "Numerator Not Found": "a fraction has no numerator",
        "Denominator Not Found": "a fraction has no denominator",
    }
    why = {name.lower(): text for name, text in known.items()}.get(words, "it cannot be read")
    return BadFormula(why, "compare it with the TeX of a formula that works")


def _unknown(root: Element) -> BadFormula | None:
    """Return what latex2mathml did not understand, and left as text or left out."""
    for element in root.iter():
        text = element.text or ""
        if outside := _OUTSIDE.intersection(element.attrib):
            why = f"a formula cannot have `\\{min(outside)}`"
            return BadFormula(why, "delete it; a link can be around the formula: `[$x$](page.md)`")
        if len(element) != _PARTS.get(element.tag, len(element)):
            return BadFormula("a part is missing", "write `\\frac{above}{below}`, `x^{above}`")
        if element.tag == "mtext":
            continue
        if text in _FUNCTIONS.split():
            element.text = text = text[1:]
        if len(text) > 1 and text.startswith("\\"):
            why = f"there is no command `{short(text)}`"
            return BadFormula(
                why, "for words, write `\\text{…}`; for a function, `\\operatorname{…}`"
            )
        if text == "&" and element.tag == "mi":
            hint = "put the lines into `\\begin{aligned}` and `\\end{aligned}`, or write `\\&`"
            return BadFormula("`&` is not in an environment", hint)
    return None


def _strip(root: Element) -> None:
    """Remove spaces at both ends: a quote never begins or ends with one, so no formula does."""
    elements = list(root.iter())
    for each, strip in ((elements, str.lstrip), (elements[::-1], str.rstrip)):
        for element in each:
            element.text = strip(element.text or "")
            if element.text:
                break


def _styled(text: str, variant: str) -> str:
    """Return letters in a style of mathematics, as Unicode has them."""
    if variant not in _VARIANTS:
        return text
    return "".join(_letter(character, variant) for character in text)


@cache
def _letter(character: str, variant: str) -> str:
    """Return a letter or digit in a style; the same character if Unicode has none."""
    name = unicodedata.name(character, "")
    found = re.fullmatch(r"(?:LATIN|GREEK) (CAPITAL|SMALL) LETTER (\w+)|(DIGIT \w+)", name)
    if found is None:
        return character
    letter = found[3] or f"{found[1]} {found[2]}"
    other = {"FRAKTUR": "BLACK-LETTER"}.get(_VARIANTS[variant], _VARIANTS[variant])
    for styled in (f"MATHEMATICAL {_VARIANTS[variant]} {letter}", f"{other} {letter}"):
        try:
            return unicodedata.lookup(styled)
        except KeyError:
            continue
    return character


def _written(element: Element) -> str:
    """Return an element as HTML."""
    inner = "".join(_pieces(element))
    if element.tag not in _ELEMENTS.split():
        return f"<mrow>{inner}</mrow>"
    attributes = "".join(
        f' {name}="{escapeHtml(value)}"'
        for name, value in element.attrib.items()
        if name in _ATTRIBUTES.split() or (name, value) == ("mathvariant", "normal")
    )
    if "mathbackground" in element.attrib:  # the line of `\rule`
        attributes += ' mathbackground="currentcolor"'
    return f"<{element.tag}{attributes}>{inner}</{element.tag}>"


def _pieces(element: Element) -> Iterator[str]:
    yield escapeHtml(element.text or "")
    for child in element:
        yield _written(child)
        yield escapeHtml(child.tail or "")
