"""Decide where the notes of an article go: after a block that may have notes after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markdown_it.token import Token

from explainer.anchor.text import ReaderText

_HOLDS_NOTES = frozenset({"list_item_open", "dd_open", "footnote_open"})
_PASSES = _HOLDS_NOTES.union(
    ("bullet_list_open", "ordered_list_open", "dl_open", "footnote_block_open")
)


def note_places(
    tokens: Sequence[Token], reader: ReaderText, blocks: Mapping[int, list[int]]
) -> dict[int, list[int]]:
    """Return, by the index of a token, the indices of the highlights whose notes follow it.

    `blocks` are the highlights by the token of the block in which their passages end.

    Notes follow the outermost block that contains the end of the passage. In a list item, a
    definition, or a footnote, they follow the outermost block in it. Those of a defined term, which
    cannot contain blocks, begin its definition. Notes are never inside a quotation, a table, or a
    figure, nor inside raw HTML that cannot contain them. They are in the order of the highlights.
    """
    closing = closings(tokens)
    places: dict[int, list[int]] = {}
    latest = 0
    open_: list[int] = []
    for i, token in enumerate(tokens):
        if token.nesting == 1:
            open_.append(i)
        elif token.nesting == -1:
            open_.pop()
        if i in blocks:
            first, stop = _room(tokens, closing, open_, i)
            latest = max(latest, _outside_html(tokens, reader.raw.no_notes, first, stop))
            places.setdefault(latest, []).extend(blocks[i])
    return {i: sorted(numbers) for i, numbers in places.items()}


def _room(
    tokens: Sequence[Token], closing: Mapping[int, int], open_: Sequence[int], i: int
) -> tuple[int, int]:
    """Return the token that the notes of block `i` follow, and the end of the element around them.

    `open_` are the tokens that open the elements around the block.
    """
    depth = 0
    while depth < len(open_) and tokens[open_[depth]].type in _PASSES:
        depth += 1
    if depth < len(open_) and tokens[open_[depth]].type == "dt_open":
        definition = closing[open_[depth]] + 1
        return definition, closing[definition]
    # This may have passed lists: go back to the innermost element that may contain notes.
    while depth and tokens[open_[depth - 1]].type not in _HOLDS_NOTES:
        depth -= 1
    first = closing[open_[depth]] if depth < len(open_) else i
    return first, closing[open_[depth - 1]] if depth else len(tokens)


def _outside_html(tokens: Sequence[Token], no_notes: frozenset[int], first: int, stop: int) -> int:
    """Return the first block from `first` on, in the same element, that notes can follow."""
    depth = 0
    for i in range(first, stop):
        depth += tokens[i].nesting if i > first else 0
        if depth == 0 and i not in no_notes:
            return i
    return first


def closings(tokens: Sequence[Token]) -> dict[int, int]:
    """Return, by the index of each opening token, the index of the one that closes it."""
    stack: list[int] = []
    closing: dict[int, int] = {}
    for i, token in enumerate(tokens):
        if token.nesting == 1:
            stack.append(i)
        elif token.nesting == -1 and stack:
            closing[stack.pop()] = i
    return closing
