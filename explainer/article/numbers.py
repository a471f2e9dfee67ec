"""Number annotations and footnotes together, in the order in which readers meet them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from markdown_it.token import Token

from explainer.anchor import mark
from explainer.article.merge import PlacedAnnotation

_REFERENCE = re.compile(mark.REFERENCE.format("([0-9]+)"))


def number_notes(tokens: Iterable[Token], placed: Sequence[PlacedAnnotation]) -> list[int]:
    """Return the number of each annotation, and write those of footnotes into their tokens.

    `tokens` are those of `mark.apply`. Annotations on the whole article come first. Footnotes have
    links and ids of their own; what readers see is in `meta["shown"]`.
    """
    tokens = list(tokens)
    with_passage = [i for i, item in enumerate(placed) if item.passage]
    numbers = {i: n for n, i in enumerate(sorted({*range(len(placed))} - {*with_passage}), 1)}
    shown: dict[int, int] = {}
    for each in _references(tokens):
        last = len(numbers) + len(shown)
        if isinstance(each, int):
            numbers[with_passage[each]] = last + 1
        else:
            shown.setdefault(each.meta["id"], last + 1)
            each.meta["shown"] = shown[each.meta["id"]]
    return [numbers[i] for i in range(len(placed))]


def _references(tokens: Iterable[Token]) -> Iterator[int | Token]:
    """Yield the index of each annotation, and each token that shows a footnote's number."""
    for token in tokens:
        if token.children is not None:
            yield from _references(token.children)
        elif token.type in ("footnote_ref", "footnote_open"):
            yield token
        elif "\0" in token.content:
            yield from map(int, _REFERENCE.findall(token.content))
