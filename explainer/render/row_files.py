"""The files in which a script finds the rows of a list on several sheets.

A sheet has only its own rows, so filters and counts need those of the others. A file is JSON:

    {"each": 200,
     "choices": {"speaker": [[0, "bob", "Bob"], …], …},
     "rows": [[7, "text", "bob", …], …]}

`each` is the number of rows on a sheet. `choices` has, for each filter, the values that rows of
this file have: the position among all choices of the filter, the value, and its label. A row has
its position in every group, the text to search in, and its values for each filter, in the order of
`choices`, with spaces between them. The rows of all files together are in the order of the list.
The entries that the script shows are on the sheets.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from explainer.render.lists import Filter
from explainer.render.rows import ClaimRow, SourceRow
from explainer.site import sheets
from explainer.support.values import dataclass

_LONGEST_TEXT = 400
"""The most bytes of a row's text, so that a file has at most 300 KB."""


@dataclass(frozen=True, slots=True)
class RowFile:
    """All that a file is made from."""

    rows: tuple[ClaimRow | SourceRow, ...]
    orders: Sequence[int]
    """The position of each in every group."""
    choices: Mapping[str, Sequence[tuple[int, str, str]]]
    """See above."""

    def content(self) -> bytes:
        """Return the file."""
        made = [
            [order, _cut(row.text), *(" ".join(own[name]) for name in self.choices)]
            for order, row in zip(self.orders, self.rows, strict=True)
            for own in (row.keys,)
        ]
        data = {"each": sheets.MOST, "choices": self.choices, "rows": made}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def row_file(
    rows: Sequence[ClaimRow] | Sequence[SourceRow],
    orders: Sequence[int],
    filters: Sequence[Filter],
    number: int,
) -> RowFile:
    """Return the file `number`, from 1, of a list with all its filters.

    `orders` has the position in every group of each row; if it is empty, that is its position in
    the list.
    """
    start = (number - 1) * sheets.MOST_IN_FILE
    part: tuple[ClaimRow | SourceRow, ...] = tuple(rows[start : start + sheets.MOST_IN_FILE])
    keys = [row.keys for row in part]
    choices = {}
    for each in filters:
        used = {value for own in keys for value in own[each.name]}
        every = enumerate(each.choices)
        choices[each.name] = [(at, c.value, c.label) for at, c in every if c.value in used]
    places = range(start, start + len(part))
    return RowFile(part, [orders[at] for at in places] if orders else places, choices)


def _cut(text: str) -> str:
    return text.encode()[:_LONGEST_TEXT].decode(errors="ignore")
