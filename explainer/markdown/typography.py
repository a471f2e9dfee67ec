"""Smart punctuation: quotation marks of the article's language, dashes, and the ellipsis.

Three things change, and nothing else: straight quotation marks, `--` and `---` between two spaces
or two words, and three dots. Code, raw HTML, addresses, and what is escaped stay as they are. So
does what may not be punctuation: `--strict`, `6"`, `xn--p1ai`, four dots.

A quotation mark opens or closes by the characters on its sides, as in CommonMark's rules for
emphasis. A stack of open marks decides the rest. Each block takes one pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from functools import cache

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from explainer.markdown.bare_links import LINKED_AS_TYPED
from explainer.support.patterns import later
from explainer.support.values import dataclass

TYPOGRAPHY = "typography"
"""The key of the `QuotationMarks` in a parser's environment; without it, nothing changes."""
_TYPED = "typed"


@dataclass(frozen=True, slots=True)
class QuotationMarks:
    """The quotation marks of a language: pairs of the opening and the closing one."""

    double: tuple[str, str]
    """What `"` becomes."""
    inner: tuple[str, str]
    """What `"` becomes within a pair of itself."""
    single: tuple[str, str]
    """What `'` becomes, unless it is an apostrophe."""


_STYLES = {
    "“ ” “ ” ‘ ’": "",  # English, Spanish, Portuguese, Dutch, Turkish, Danish, Chinese, …
    "„ “ „ “ ‚ ‘": "bg bs cs de et hr hsb is ka lb lt mk sk sl sr",
    "„ ” « » ‚ ’": "pl ro",
    "„ ” » « ‚ ’": "hu",
    "” ” ” ” ’ ’": "fi he sv",
    "” “ ” “ ’ ‘": "ar ur",
    "« » « » ‘ ’": "hy nb nn no",
    "« » « » ‹ ›": "de-ch de-li fa fr-ch",
    "« » “ ” ‘ ’": "ca el it pt-pt sq",
    "« » „ “ ‚ ‘": "be ky ru uk",
    "«\u202f \u202f» “ ” ‘ ’": "fr",
}
"""Marks (double, inner, single), and the languages that have them.

From the delimiters of CLDR, with two differences: `'` stays single in all languages, so that quotes
of annotations match, and other inner marks stand for a second `"`; and German in Switzerland has
guillemets, as its newspapers do.
"""


@cache
def _marks() -> dict[str, QuotationMarks]:
    found: dict[str, QuotationMarks] = {}
    for style, languages in _STYLES.items():
        a, b, c, d, e, f = style.split(" ")
        for language in languages.split() or ("",):
            found[language] = QuotationMarks((a, b), (c, d), (e, f))
    return found


def marks_of(language: str) -> QuotationMarks:
    """Return the marks of a language: of its tag, of the tag's first part, or else English ones."""
    tag = language.lower().replace("_", "-")
    table = _marks()
    return table.get(tag) or table.get(tag.partition("-")[0]) or table[""]


# --- in the tokens of a text ---------------------------------------------------------------------

_OBJECT = "\ufffc"
"""Stands for what stays as it is, such as code. It counts as a letter."""
_BREAKS = frozenset({"softbreak", "hardbreak"})
_OBJECTS = frozenset({"code_inline", "image", "formula"})
_VERBATIM = later(
    r"<(/?)(code|kbd|math|pre|samp|script|style|svg|textarea|title|tt|var|xmp)\b(?!.*/>\Z)",
    re.IGNORECASE | re.DOTALL,
)
_SIGNS = ('"', "'", "--", "...")
"""What is replaced, if anything is."""


def typography(state: StateCore) -> None:
    """Replace the punctuation in the text of all inline tokens.

    It must run while what was escaped is still in tokens of its own. The text of a heading as it
    was typed is kept (see `typed`).
    """
    marks = state.env.get(TYPOGRAPHY)
    if marks is None:
        return
    for i, token in enumerate(state.tokens):
        children = token.children
        text = "\0".join([c.content for c in children or () if c.type == "text"])
        if children and any(sign in text for sign in _SIGNS):
            if state.tokens[i - 1].type == "heading_open":
                token.meta[_TYPED] = "".join(
                    "\n" if child.type in _BREAKS else child.content
                    for child in children
                    if child.type in ("text", "text_special", "code_inline", *_BREAKS)
                )
            _replace(children, marks)


def typed(inline: Token) -> str | None:
    """Return the text of a heading as its author typed it, from which ids are made.

    None if nothing in it could have changed.
    """
    text: str | None = inline.meta.get(_TYPED)
    return text


def _replace(children: Sequence[Token], marks: QuotationMarks) -> None:
    """Replace the punctuation in the text of a block."""
    pieces = list(_pieces(children))
    whole = "".join(text for text, _ in pieces)
    changes = deque(_Text(whole, marks).changes())
    at = 0
    for text, token in pieces:
        end = at + len(text)
        here: list[_Change] = []
        while changes and changes[0].start < end:
            if changes[0].end <= end:  # not half in another token
                here.append(changes[0])
            changes.popleft()
        if here and token is not None:
            token.content = _changed(whole, at, end, here)
        at = end


def _changed(text: str, start: int, end: int, changes: Iterable[_Change]) -> str:
    """Return a part of a text with changes."""
    out: list[str] = []
    for change in changes:
        out += [text[start : change.start], change.text]
        start = change.end
    return "".join((*out, text[start:end]))


def _pieces(children: Sequence[Token]) -> Iterator[tuple[str, Token | None]]:
    """Yield the text of a block in pieces, and the token of those that may change."""
    verbatim = 0
    as_typed = False
    for child in children:
        kind = child.type
        if kind == "text":
            keep = verbatim or as_typed
            yield (_OBJECT * len(child.content), None) if keep else (child.content, child)
        elif kind == "text_special":
            yield re.sub(r"[\"'.-]", _OBJECT, child.content), None
        elif kind in _BREAKS:
            yield "\n", None
        elif kind in _OBJECTS:
            yield _OBJECT, None
        elif kind in ("link_open", "link_close"):
            as_typed = kind == "link_open" and child.markup in LINKED_AS_TYPED
        elif kind == "html_inline" and (tag := _VERBATIM.match(child.content)):
            verbatim = max(0, verbatim + (-1 if tag[1] else 1))


def smart(text: str, marks: QuotationMarks) -> str:
    """Return a text without markup with its punctuation replaced."""
    if not any(sign in text for sign in _SIGNS):
        return text
    return _changed(text, 0, len(text), _Text(text, marks).changes())


# --- in a text -----------------------------------------------------------------------------------

_APOSTROPHE = "’"
_SIGN = later(
    r"[\"']|(?<!-)-{2,3}(?!-)|(?<!\.)\.{3}(?!\.)"
    r"|://[^\s\"'<>]*|\bwww\.[^\s\"'<>]*|\bxn--[\w-]*",
    re.IGNORECASE,
)
"""What may change, and addresses, which do not."""
_OPENING = frozenset("([{<“‘„‚«‹¿¡-–—―/")
"""What is before an opening mark, if punctuation is on both sides of it."""
_WORD_ENDS = frozenset(".,:;!?)]}%°…”’»›")
_WORD_STARTS = frozenset("([{“‘„‚«‹¿¡$€£¥")
"""What a word may end and start with, beside a dash."""
_ELIDED = later(
    r"(?:em|til|tis|twas|twere|cause|bout|\d0s|[nst](?=\s)|n(?='\s))(?![\w’])", re.IGNORECASE
)
"""What follows an apostrophe at the start of a word: `'tis`, `rock 'n' roll`, `'90s`, `'s nachts`.
"""
_HEBREW = later("[\u0590-\u05ff]")
_UNSPACED = "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff]"


@dataclass(frozen=True, slots=True)
class _Change:
    """A piece of the text, and what replaces it."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Open:
    """An opening mark that is not closed yet."""

    sign: str
    """`"` or `'`."""
    number: int
    """The number of its change."""
    pair: tuple[str, str]


@dataclass(slots=True)
class _Text:
    """The text of a block, and the state of the pass through it."""

    text: str
    marks: QuotationMarks
    found: list[_Change] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    doubles: int = 0
    """How many marks in `open` are double."""
    opened_at: int = -1
    """Where the last opening mark is."""

    def changes(self) -> list[_Change]:
        """Return what changes, in order."""
        for found in _SIGN.finditer(self.text):
            sign, at = found[0], found.start()
            if sign == '"':
                self._double(at)
            elif sign == "'":
                self._single(at)
            elif sign[0] == "-" and self._is_dash(at, found.end()):
                self._change(at, "–" if sign == "--" else "—", found.end())
            elif sign == "...":
                self._change(at, "…", found.end())
        self._close_singles(0)
        return self.found

    def _change(self, at: int, text: str, end: int | None = None) -> None:
        self.found.append(_Change(at, end or at + 1, text))

    def _sides(self, at: int) -> tuple[str, str, bool, bool]:
        """Return the characters beside a mark, and whether it can open and close something."""
        before = self.text[at - 1] if at else " "
        after = self.text[at + 1] if at + 1 < len(self.text) else " "
        word_before, word_after = _is_word(before), _is_word(after)
        opens = not after.isspace() and (word_after or not word_before)
        closes = not before.isspace() and (word_before or not word_after)
        return before, after, opens, closes

    def _double(self, at: int) -> None:
        before, after, opens, closes = self._sides(at)
        if opens and closes:
            if _HEBREW.match(before) and _HEBREW.match(after):
                return  # the sign of an abbreviation
            inside = _is_word(before)
            opens = not self.doubles and (before in _OPENING or _is_unspaced(before, after))
            if inside and not opens and not self.doubles:
                return
        elif closes and not self.doubles and before.isdigit():
            return  # inches, or seconds
        if opens:
            self._open('"', at, self.marks.inner if self.doubles else self.marks.double)
        elif closes:
            self._close_double(at)

    def _single(self, at: int) -> None:
        before, after, opens, closes = self._sides(at)
        is_open = bool(self.open) and self.open[-1].sign == "'"
        if opens and closes:
            if before.isdigit() and after.isdigit():
                return  # feet, or minutes
            opens = not is_open and (before in _OPENING or _is_unspaced(before, after))
            is_open = is_open and not (_is_word(before) and not _is_unspaced(before, after))
        elif opens and _ELIDED.match(self.text, at + 1):
            opens, closes = False, True
            is_open = False
        if opens:
            self._open("'", at, self.marks.single)
        elif closes and is_open:
            self._change(at, self.open.pop().pair[1])
        elif closes and (not before.isdigit() or _is_word(after)):
            self._change(at, _APOSTROPHE)

    def _open(self, sign: str, at: int, pair: tuple[str, str]) -> None:
        self.open.append(_Open(sign, len(self.found), pair))
        self.doubles += sign == '"'
        self.opened_at = at
        self._change(at, pair[0])

    def _close_double(self, at: int) -> None:
        pair = self.marks.double
        if self.doubles:
            last = next(i for i in reversed(range(len(self.open))) if self.open[i].sign == '"')
            self._close_singles(last + 1)
            pair = self.open.pop().pair
            self.doubles -= 1
        self._change(at, pair[1])

    def _close_singles(self, first: int) -> None:
        """Take the single marks that were opened from number `first` on for apostrophes."""
        for mark in self.open[first:]:
            if mark.sign == "'":
                self.found[mark.number] = replace(self.found[mark.number], text=_APOSTROPHE)
        del self.open[first:]

    def _is_dash(self, start: int, end: int) -> bool:
        """Return whether two or three hyphens are between spaces or between words."""
        before = self.text[start - 1] if start else " "
        after = self.text[end] if end < len(self.text) else " "
        if before.isspace() or after.isspace():
            alone = start == 0 and end == len(self.text)
            return before.isspace() and after.isspace() and not alone
        if before in "\"'":
            joined = self.opened_at != start - 1
        else:
            joined = _is_word(before) or before in _WORD_ENDS
        quoted = after in "\"'" and not self.text[end + 1 : end + 2].isspace()
        return joined and (_is_word(after) or after in _WORD_STARTS or quoted)


def _is_word(char: str) -> bool:
    """Return whether a character belongs to a word, as letters, digits, and their marks do."""
    return char.isalnum() or char == _OBJECT or unicodedata.category(char)[0] == "M"


def _is_unspaced(before: str, after: str) -> bool:
    """Return whether a letter of a script without spaces between words is on either side."""
    sides = before + after  # compiled if a text needs it
    return not sides.isascii() and re.search(_UNSPACED, sides) is not None
