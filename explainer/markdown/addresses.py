"""Addresses of links on lines of their own, `[name]: address`, which readers do not see.

They do not see a line of prose that looks like one either: `[Anna]: Yes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from explainer.markdown.findings import places
from explainer.markdown.foreign import notes_of
from explainer.support.patterns import later

_ADDRESS = later(r"[a-z][a-z0-9+.-]*:|[/#.]|.*\w\.[a-z]|$", re.IGNORECASE)
"""What is not prose. `[//]: # (a remark)` and `[comment]: <> (a remark)` are known as comments."""


def addresses(md: MarkdownIt) -> None:
    """Make a parser note the lines that have no effect: `unused-address`, `address-twice`."""
    md.options["store_labels"] = True
    md.core.ruler.push("addresses", _note)


def _note(state: StateCore) -> None:
    given = state.env.get("references", {})
    if not given:
        return
    starts = places(state).starts
    found = [
        ("address-twice", each)
        for each in state.env.get("duplicate_refs", ())
        if each["href"] not in ("", "#", given[each["label"]]["href"])
    ]
    used = set(_labels(state.tokens))
    for label, each in given.items():
        if label not in used and not _ADDRESS.match(each["href"]):
            found.append(("unused-address", each))
    notes = notes_of(state)
    notes.line = 0
    for kind, each in sorted(found, key=lambda pair: int(pair[1]["map"][0])):
        first, after = each["map"]
        start = state.src.index("[", starts[first])
        notes.add(kind, state.src, start, starts[after] - 1)


def _labels(tokens: Iterable[Token]) -> Iterator[str]:
    """Yield the names of addresses that links and pictures use."""
    for token in tokens:
        if "label" in token.meta:
            yield token.meta["label"]
        yield from _labels(token.children or ())
        yield from _labels(token.meta.get("alt") or ())
