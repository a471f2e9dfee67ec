"""The files in which a script finds the rows of a list on several sheets.

A sheet has only its own rows, so filters and counts need those of the others. A file is JSON:

    {"each": 200,
     "shown": "{shown} of 1,234 claims",
     "choices": {"speaker": [["bob", "bob", "Bob"], …], …},
     "rows": [[-20261130, "text", "bob", …], …]}

`each` is the number of rows on a sheet. `shown` says how many rows are shown; only the first file
has it, because it depends on all. `choices` has, for each filter, the values that rows of this file
have: a number or text by which all choices of the filter are sorted, the value, and its label. A
row has a number by which the rows of every group are sorted, the text to search in, and its values
for each filter, in the order of `choices`, with spaces between them. The rows of all files together
are in the order of the list. The entries that the script shows are on the sheets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

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
    choices: Mapping[str, Sequence[tuple[int | str, str, str]]]
    """See above."""
    shown: str
    """See above; empty for all files but the first."""

    def content(self) -> bytes:
        """Return the file."""
        made = [
            [row.order, _cut(row.text), *(" ".join(own[name]) for name in self.choices)]
            for row in self.rows
            for own in (row.keys,)
        ]
        shown = {"shown": self.shown} if self.shown else {}
        data = {"each": sheets.MOST, **shown, "choices": self.choices, "rows": made}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def row_file(
    rows: tuple[ClaimRow, ...] | tuple[SourceRow, ...], filters: Iterable[Filter], shown: str
) -> RowFile:
    """Return the file of some rows of a list, which have these filters. `shown`: see above."""
    choices = {
        each.name: [(choice.order, choice.value, choice.label) for choice in each.choices]
        for each in filters
    }
    return RowFile(rows, choices, shown)


def _cut(text: str) -> str:
    return text.encode()[:_LONGEST_TEXT].decode(errors="ignore")
