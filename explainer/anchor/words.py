"""Whether a position in a text is inside a word or a number (docs/anchoring.md, "Whole words").

All positions are offsets in an article's normalized text. Each check looks at a few characters on
either side, whatever the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from enum import Enum, IntEnum

from explainer.anchor.text import ReaderText
from explainer.support.patterns import later


class WordCut(IntEnum):
    """What a quote cuts if it begins or ends at a position."""

    NOTHING = 0
    """Nothing: it is not inside a word."""
    PERHAPS = 1
    """Perhaps a word. Hangul, Arabic, and Hebrew attach particles to words; a letter may change
    what a digit means (`5G`) or not (`5km`)."""
    WORD = 2
    """A word or a number."""


class _Kind(Enum):
    LETTER = "a letter of a script with spaces between words"
    ATTACHED = "a letter of a script that attaches particles to words"
    UNSPACED = "a letter of a script without spaces"
    DIGIT = "a digit, a fraction, or a superscript number"


_ATTACHED = (
    *((0x0590, 0x06FF), (0x0700, 0x077F), (0x0860, 0x08FF)),  # Hebrew, Arabic, Syriac
    *((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF)),  # Hangul
    *((0xFB1D, 0xFDFF), (0xFE70, 0xFEFC), (0xFFA0, 0xFFDC)),  # compatibility forms
)
UNSPACED = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF)),  # Thai, Lao, Burmese, Khmer
    *((0x1950, 0x19FF), (0x1A20, 0x1AAF), (0x1B00, 0x1B7F), (0xA980, 0xA9FF)),  # Tai, Java, Bali
    *((0xAA60, 0xAADF), (0x2E80, 0x2FFF), (0x3005, 0x3007), (0x3021, 0x312F)),  # Han, kana
    *((0x31A0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0xA4CF), (0xF900, 0xFAFF)),
    *((0xFF66, 0xFF9F), (0x16FE0, 0x18DFF), (0x1AFF0, 0x1B2FF), (0x20000, 0x3FFFF)),
)
"""Ranges of code points, from the Unicode block list and UAX 14 (line breaking class SA)."""
UNSPACED_LETTERS = "".join(f"{chr(first)}-{chr(last)}" for first, last in UNSPACED)
"""`UNSPACED` for the brackets of a regular expression."""
_RANGES = sorted(
    [(*r, _Kind.ATTACHED) for r in _ATTACHED] + [(*r, _Kind.UNSPACED) for r in UNSPACED],
    key=lambda r: r[0],
)
_STARTS = [first for first, _, _ in _RANGES]

_SEPARATORS = frozenset(".,'´٫٬،·⁄．，")
"""Decimal and thousands separators, and the bar of a fraction."""
_JOINED = later(r"[:/_：／∕∶]\d|\^[-+(]?\w")
"""After a digit, these usually make one expression: a time, a fraction, a name, a power."""
_RAISED_SIGNS = frozenset("⁺⁻₊₋")
_HAN_NUMERALS = frozenset("〇零一二三四五六七八九十百千万萬亿億两兩")
_ENCLOSED = later("[①-⓿❶-➓㈠-㊿\U0001f100-\U0001f10c]")
"""Numbers in circles and brackets, which are signs of their own."""
_FIXED_SPACES = frozenset("\u00a0\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f")
"""Spaces that separate thousands, which are not typed between two numbers."""
_CURRENCY = "[A-Z]{0,3}[$¢-¥֏؋৲৳৻૱௹฿៛₠-⃏꠸﷼﹩＄￠￡￥￦]"
_LEAD = later(
    r"(?:(?<=[\s(\[{<>=~≈×:;/|,^*≤≥≠→⇒¿¡„（［｛「『【〈《〔，。：；、])"
    r"|(?<=[\"'«»‹›])(?<![\w.,!?)\]}%].))"
    rf"(?:{_CURRENCY})?[-+±]?(?:{_CURRENCY}|[A-Z]{{1,3}}(?=\Z))?\.?$"
)
"""What belongs to a number before its first digit: a sign, a currency, a decimal point. It follows
a character that is not part of a word: there is no sign in `EIP-1283`, nor in `"Apollo"-11`."""
_LEAD_LENGTH = 12
_EXPONENT = later(r"\d[eE][-+]$")
_NUMBER = later(rf"(?:{_CURRENCY})?\.?\d")
_LONG_DASHES = frozenset(("—", "―", "--", "---"))
"""Dashes before a speech or between words, which are never signs."""
_GROUP_BEFORE = later(r"\W\d{1,3}$")
_GROUP_AFTER = later(r"\d{3}(?!\d)")
_FRACTION = later(r"[¼-¾⅐-⅞]|\d{1,2}[/⁄]\d{1,2}(?![\d/])")
_HEBREW_ABBREVIATION = later(r"[א-ת](?:[\"״][א-ת](?!\w)|׳[א-ת])")
_MOST_MARKS = 8
"""How many combining marks to skip to find their letter."""
_MOST_LETTERS = 200
"""Longer words are not completed: they are data, such as a picture in base64."""


def cut(article: ReaderText, position: int) -> WordCut:
    """Return what a quote cuts that begins or ends at a position in the normalized text."""
    text = article.normalized.text
    if not 0 < position < len(text):
        return WordCut.NOTHING
    around = text[position - 1 : position + 1]
    if around.isascii():  # these are nearly all places
        if around.isalpha():
            return WordCut.WORD
        if " " in around and not around.strip().isdigit():
            return WordCut.NOTHING
    one, other = _kind(text, position - 1), _kind(text, position)
    if one and other:
        if one is other:
            numeral = text[position - 1] in _HAN_NUMERALS and text[position] in _HAN_NUMERALS
            return WordCut.PERHAPS if numeral else _SAME_KIND[one]
        return WordCut.PERHAPS if {one, other} == {_Kind.LETTER, _Kind.DIGIT} else WordCut.NOTHING
    if one is _Kind.DIGIT:
        return _joined(article, position)
    if other is _Kind.DIGIT:
        return max(_joined(article, position - 1), _signed(article, position))
    return max(_signed(article, position), _spelled(text, position))


_SAME_KIND = {
    _Kind.LETTER: WordCut.WORD,
    _Kind.DIGIT: WordCut.WORD,
    _Kind.ATTACHED: WordCut.PERHAPS,
    _Kind.UNSPACED: WordCut.NOTHING,
}


def _kind(text: str, position: int) -> _Kind | None:
    """Return the kind of a character, or None for white space, punctuation, and symbols."""
    if not 0 <= position < len(text):
        return None
    for at in range(position, max(-1, position - _MOST_MARKS), -1):
        character = text[at]
        if character.isascii():
            if character.isalpha():
                return _Kind.LETTER
            return _Kind.DIGIT if character.isdigit() else None
        category = unicodedata.category(character)[0]
        if category not in "LMN":
            return _Kind.DIGIT if character in _RAISED_SIGNS else None
        if category == "N" and unicodedata.category(character) != "Nl":
            return None if _ENCLOSED.match(character) else _Kind.DIGIT
        code = ord(character)
        index = bisect_right(_STARTS, code) - 1
        if index >= 0 and code <= _RANGES[index][1]:
            return _RANGES[index][2]
        if category != "M":
            return _Kind.LETTER if category == "L" else _Kind.DIGIT
    return _Kind.LETTER  # the mark is on the letter before it


def _joined(article: ReaderText, at: int) -> WordCut:
    """Return what is cut beside a character after a digit, such as a decimal point."""
    text = article.normalized.text
    if not (0 < at < len(text) - 1 and text[at - 1].isdecimal()):
        return WordCut.NOTHING
    if text[at] == " ":
        return _spaced(article, at)
    if text[at + 1].isdecimal() and text[at] in _SEPARATORS:
        return WordCut.WORD
    return WordCut.PERHAPS if _JOINED.match(text, at) else WordCut.NOTHING


def _spaced(article: ReaderText, at: int) -> WordCut:
    """Return what is cut beside a space after a digit: a group of digits, or a fraction."""
    text = article.normalized.text
    before = " " + text[max(0, at - 4) : at]
    start, end = article.normalized.raw(at, at + 1)
    space = "".join(c for c in article.text[start:end] if c.isspace())
    if len(space) > 1 or space not in _FIXED_SPACES | {" "} or not _GROUP_BEFORE.search(before):
        return WordCut.NOTHING
    if _GROUP_AFTER.match(text, at + 1):
        return WordCut.WORD if space in _FIXED_SPACES else WordCut.PERHAPS
    return WordCut.PERHAPS if _FRACTION.match(text, at + 1) else WordCut.NOTHING


def _signed(article: ReaderText, position: int) -> WordCut:
    """Return what is cut after a number's sign, or after the point of a number such as `.5`."""
    text = article.normalized.text
    if not _NUMBER.match(text, position):
        return WordCut.NOTHING
    before = " " * (position < _LEAD_LENGTH) + text[max(0, position - _LEAD_LENGTH) : position]
    lead = _LEAD.search(before)
    if lead is None:
        # Without spaces between words, the sign follows one.
        sign = text[position - 1] in "-+" and _kind(text, position - 2) is _Kind.UNSPACED
        return WordCut.PERHAPS if sign or _EXPONENT.search(before) else WordCut.NOTHING
    _, dash, after = lead[0].partition("-")
    if dash:
        at = position - len(after) - 1
        start, end = article.normalized.raw(at, at + 1)
        if article.text[start:end] in _LONG_DASHES:
            return WordCut.NOTHING
    return WordCut.WORD if re.search(r"[-+±.]", lead[0]) else WordCut.NOTHING


def _spelled(text: str, position: int) -> WordCut:
    """Return what is cut beside a character that belongs to the spelling of a word.

    These are the apostrophe of `can't`, which is not about what one can; the dot of the Catalan
    `col·lecció`; and the quotation mark of Hebrew abbreviations.
    """
    at = position if _kind(text, position) is None else position - 1
    before, after = _kind(text, at - 1), _kind(text, at + 1)
    if before is not after:
        return WordCut.NOTHING
    if before is _Kind.ATTACHED:
        return WordCut.PERHAPS if _HEBREW_ABBREVIATION.match(text, at - 1) else WordCut.NOTHING
    letters = text[at - 1 : at + 2].lower()
    contracted = letters == "n't" and _kind(text, at + 2) is not _Kind.LETTER
    return WordCut.WORD if contracted or letters == "l·l" else WordCut.NOTHING


def grow(
    article: ReaderText, start: int, end: int, least: WordCut = WordCut.WORD
) -> tuple[int, int]:
    """Return the ends of a piece of the normalized text with the words completed that it cuts.

    These are the words for which `cut` returns at least `least`. Very long ones stay as they are.
    """
    first, last = start, end
    while start - first <= _MOST_LETTERS and cut(article, first) >= least:
        first -= 1
    while last - end <= _MOST_LETTERS and cut(article, last) >= least:
        last += 1
    return (
        first if start - first <= _MOST_LETTERS else start,
        last if last - end <= _MOST_LETTERS else end,
    )


def may_cut(article: ReaderText, position: int) -> bool:
    """Whether to cut a prefix or suffix at a position that explainer proposes.

    This is at a space, or between characters in scripts without spaces.
    """
    text = article.normalized.text
    if not 0 < position < len(text):
        return True
    if cut(article, position):
        return False
    start, _ = article.normalized.raw(position, position + 1)
    if article.splits(start):
        return False
    if " " in (text[position - 1], text[position]):
        return True
    return any(
        _kind(text, at) is _Kind.UNSPACED or text[at] in _WIDE_PUNCTUATION
        for at in (position - 1, position)
    )


def context(article: ReaderText, start: int, end: int, *, is_suffix: bool = False) -> str:
    """Return a piece of the reader's text, shortened at its outer end to whole words.

    The piece is a prefix, or else a suffix. If it has no whole words, return all of it.
    """
    piece = range(start, end)[::-1] if is_suffix else range(start, end)
    for at in piece:
        outer = at + is_suffix
        if may_cut(article, article.normalized.position(outer)):
            return article.text[start:outer] if is_suffix else article.text[outer:end]
    return article.text[start:end]


def count_words(text: str) -> int:
    """Return the number of words, with each character of a script without spaces as one."""
    unspaced = 0 if text.isascii() else len(re.findall(f"[{UNSPACED_LETTERS}]", text))
    return text.count(" ") + 1 + unspaced


_WIDE_PUNCTUATION = frozenset("、。〈〉《》「」『』【】〔〕・！（），．：；？［］｛｝～")
