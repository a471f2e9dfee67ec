"""Emphasis and strikethrough beside Chinese, Japanese, and Korean text.

CommonMark decides by the characters around `**` whether it opens or closes emphasis. Its rules for
punctuation assume spaces between words, so the second `**` in `**真，**她说` closes nothing. This
module amends them as the CommonMark CJK-friendly Amendments do
(https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md): punctuation of these
scripts counts as letters do, and their letters beside other punctuation count as spaces do. Nothing
changes where no such character is next to the run.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from markdown_it.common.utils import isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned


class CjkState(StateInline):
    """Makes a parser recognize emphasis and strikethrough beside CJK text."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - its names
        """Return whether the run of delimiters at `start` can open or close, and its length."""
        text, end, sign = self.src, start + 1, self.src[start]
        while end < self.posMax and text[end] == sign:
            end += 1
        before, last = _before(text, start)
        blank_before, mark_before, cjk_before = _kind(before)
        blank_after, mark_after, cjk_after = _kind(text[end] if end < self.posMax else " ")
        cjk_before = cjk_before or last
        # Left-flanking and right-flanking.
        left = not blank_after and (
            not mark_after or cjk_after or blank_before or mark_before or cjk_before
        )
        right = not blank_before and (
            not mark_before or cjk_before or blank_after or mark_after or cjk_after
        )
        return Scanned(
            left and (canSplitWord or not right or mark_before),
            right and (canSplitWord or not left or mark_after),
            end - start,
        )


@lru_cache(512)
def _kind(char: str) -> tuple[bool, bool, bool]:
    """Return whether a character is white space, punctuation, and CJK."""
    return isWhiteSpace(ord(char)), isPunctChar(char), _is_cjk(char)


def _before(text: str, start: int) -> tuple[str, bool]:
    """Return the character before a position, and whether a selector makes it a CJK one.

    A variation selector belongs to the character before it. Those of ideographs follow nothing
    else, and U+FE01 makes quotation marks as wide as ideographs.
    """
    if not start:
        return " ", False
    selector = text[start - 1]
    if "\ufe00" <= selector <= "\ufe0e" and start > 1:
        return text[start - 2], selector == "\ufe01" and text[start - 2] in "‘’“”"
    return selector, "\U000e0100" <= selector <= "\U000e01ef"


def _is_cjk(char: str) -> bool:
    """Return whether a character is wide or Hangul, and not an emoji."""
    if char < "\u1100":
        return False
    if unicodedata.east_asian_width(char) in "WFH":
        # Wide symbols outside the blocks of these scripts are emoji.
        return "\u2e80" <= char <= "\uffff" or not unicodedata.category(char).startswith("S")
    return "\u1100" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff"
