"""Read CSV files (RFC 4180) as tables.

The separator is a comma, a semicolon, or a tab: the one that gives every row the same number of
cells. Programs in languages with a decimal comma write semicolons.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from io import StringIO
from itertools import islice
from pathlib import Path

from explainer.markdown import pictures
from explainer.markdown.pictures import Flaw
from explainer.parse.text import decode
from explainer.support.patterns import later
from explainer.support.values import dataclass

ENDINGS = frozenset({"csv", "tsv"})
"""The file name extensions, in lower case, of files that the picture syntax shows as tables."""
_MOST_BYTES = 1_000_000
_MOST_ROWS = 1_000
_MOST_CELLS = 20_000
_SEPARATORS = "\t;,"
"""Those that are rarest in texts come first."""
_SAMPLE = 50
"""How many rows decide about the separator."""
_NAMED_LINES = 5
_NUMBER = later(r"[+\-−–]?[\s$€£¥]*\d[\d.,'’٫٬\s\u202f]*[\s%‰$€£¥]*|[-–—]|n/?a", re.IGNORECASE)
"""A number with its sign and unit, or a sign that there is none."""
_SHORTER = "shorten it, or link to the file: [its title]({name})"


@dataclass(frozen=True, slots=True)
class DataFile:
    """What a CSV file contains."""

    rows: tuple[tuple[str, ...], ...] = ()
    """Its rows; the first is the head of the table. All have the same number of cells."""
    numeric: frozenset[int] = frozenset()
    """The columns that have only numbers below the head, from 0."""
    flaw: Flaw | None = None
    """The error why there are no rows, or the warning that some have another number of cells."""
    line: int = 0
    """The line in the file of what is wrong; 0 if the whole file is meant."""


def is_data(url: str) -> bool:
    """Return whether an address is that of a file that the picture syntax shows as a table."""
    path = url.partition("#")[0].partition("?")[0]
    return path.rpartition(".")[2].casefold() in ENDINGS


def gather(
    files: Mapping[str, Path], texts: Iterable[str], before: Mapping[str, DataFile]
) -> dict[str, DataFile]:
    """Read the CSV files that texts name. `files` contains every copied file.

    The keys are paths in the output. `before` contains files that have not changed.
    """
    return {
        place: before[place] if place in before else read(files[place])
        for place in pictures.named(files, texts, ENDINGS)
    }


def read(path: Path) -> DataFile:
    """Read a file. Flaws: the errors `bad-table` and `not-utf8`, and the warning `bad-table`."""
    name = path.name
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
            if len(raw) > _MOST_BYTES:
                lines = raw.count(b"\n") + sum(part.count(b"\n") for part in file)
                return _too_long(name, lines)
    except OSError as error:
        return _bad(f"`{name}` cannot be read: {error.strerror}", "check the file")
    text, problem = decode(name, raw)
    if problem or text is None:
        assert problem is not None, "there is a problem if there is no text"
        message = f"line {problem.location.line} of `{name}`: {problem.message}"
        flaw = Flaw("not-utf8", message, problem.hint, "error")
        return DataFile(flaw=flaw, line=problem.location.line)
    return _read(name, text)


def _read(name: str, text: str) -> DataFile:
    start = 0
    if said := re.match(r"sep=([,;\t])\n", text):  # a line for Excel, which does not show it
        start = said.end()
    separator = said[1] if said else _separator(text, tab=name.casefold().endswith(".tsv"))
    try:
        found = [
            (line + (start > 0), row) for line, row in _rows(text[start:], separator) if any(row)
        ]
    except _BadQuotesError as error:
        return _bad(
            f"line {error.line} of `{name}`: a quotation mark is missing, or there is one too many",
            'a cell with quotation marks is written `"so ""to say"" it"`',
            error.line,
        )
    if not found:
        return _bad(f"`{name}` is empty", "add a row with the names of the columns")
    columns = max(_width(row) for _, row in found)
    if len(found) > _MOST_ROWS + 1 or len(found) * columns > _MOST_CELLS:
        return _too_long(name, len(found))
    head = found[0][1]
    uneven = [
        (line, len(row))
        for line, row in found[1:]
        if _width(row) > _width(head) or len(row) < _width(head)
    ]
    rows = tuple(tuple((*row, *[""] * columns)[:columns]) for _, row in found)
    numeric = frozenset(i for i in range(columns) if _is_numeric([row[i] for row in rows[1:]]))
    if not uneven:
        return DataFile(rows, numeric)
    lines = [str(line) for line, _ in uneven]
    shown = ", ".join(lines[:_NAMED_LINES]) + (", …" if len(lines) > _NAMED_LINES else "")
    message = (
        f"the first row of `{name}` has {_width(head)} cells, and "
        f"line{'s' if len(lines) > 1 else ''} {shown} more or fewer"
    )
    hint = "correct the file; a cell that contains the separator is in quotation marks"
    return DataFile(rows, numeric, Flaw("bad-table", message, hint), uneven[0][0])


class _BadQuotesError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line of each row, from 1, and its cells. Raises `_BadQuotesError`."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _BadQuotesError(line) from None
        yield line, [cell.strip() for cell in row]


def _separator(text: str, *, tab: bool) -> str:
    """Return the separator that gives all rows the same number of cells, or else the most."""
    found: list[tuple[bool, int]] = []
    for separator in _SEPARATORS:
        widths: list[int] = []
        with suppress(_BadQuotesError):
            rows = (row for _, row in _rows(text, separator) if any(row))
            widths += map(len, islice(rows, _SAMPLE))
        found.append((len(set(widths)) == 1, widths[0]) if widths else (False, 0))
    if all(width < 2 for _, width in found):
        return "\t" if tab else ","
    return _SEPARATORS[found.index(max(each for each in found if each[1] > 1))]


def _width(row: list[str]) -> int:
    """Return the number of cells up to the last one that is not empty."""
    return max((i for i, cell in enumerate(row, 1) if cell), default=0)


def _is_numeric(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return all(map(_NUMBER.fullmatch, filled)) and any(c.isdigit() for x in filled for c in x)


def _too_long(name: str, rows: int) -> DataFile:
    message = (
        f"`{name}` is too long for a page: it has {rows:,} rows, and a table can have "
        f"{_MOST_ROWS:,} rows, {_MOST_CELLS:,} cells, and one megabyte"
    )
    return _bad(message, _SHORTER.format(name=name))


def _bad(message: str, hint: str, line: int = 0) -> DataFile:
    return DataFile(flaw=Flaw("bad-table", message, hint, "error"), line=line)
