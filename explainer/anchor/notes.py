"""Decide where the notes of an article go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markdown_it.token import Token

from explainer.anchor.text import ReaderText

_HOLDS_NOTES = frozenset({"list_item_open", "dd_open", "footnote_open"})
_PASSES = _HOLDS_NOTES.union(
    ("bullet_list_open", "ordered_list_open", "dl_open", "footnote_block_open")
)


def note_places(
    tokens: Sequence[Token], reader: ReaderText, blocks: Mapping[int, Sequence[int]]
) -> dict[int, list[int]]:
    """Return, by the index of a token, the highlights whose notes follow it, in their order.

    `blocks` are the indices of the highlights by the token of the block in which their passages
    end. Notes go to the first place after it that is not within any block, or only in list items,
    definitions, and footnotes. So they are never inside a quotation, a table, or a figure, and
    those of a defined term begin its definition. Nor are they inside raw HTML that cannot contain
    them.
    """
    places: dict[int, list[int]] = {}
    waiting: list[int] = []
    open_: list[str] = []
    for i, token in enumerate(tokens):
        waiting += blocks.get(i, ())
        if token.nesting == 1:
            open_.append(token.type)
        elif token.nesting == -1:
            open_.pop()
        if waiting and i not in reader.raw.no_notes and _may_hold(open_):
            places[i] = sorted(waiting)
            waiting = []
    return places


def _may_hold(open_: Sequence[str]) -> bool:
    """Return whether notes can be in these elements, from the outermost to the innermost."""
    return not open_ or (open_[-1] in _HOLDS_NOTES and _PASSES.issuperset(open_))
