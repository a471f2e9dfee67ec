"""Format problems as a report: text for people, or JSON for programs."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from explainer.model.location import Location
from explainer.model.problems import Problem, RelatedLocation
from explainer.support.patterns import later

_COLORS = {
    "bold": "\x1b[1m",
    "off": "\x1b[0m",
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "info": "\x1b[1;36m",
    "hint": "\x1b[36m",
}
_LONGEST = 600  # characters of a message, which may quote a long text
_LEFT, _RIGHT = 60, 40  # terminal columns shown before and after a column of a long line
_MOST = 400  # characters shown on each side, since combining ones take no column

# Characters that move the cursor, reorder the line, or cannot be encoded: C0 and C1 controls,
# surrogates, line separators, and bidirectional controls.
_UNSAFE = later("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SURROGATES = later("[\ud800-\udfff]")


def as_text(problems: Iterable[Problem], texts: Mapping[str, str], *, color: bool) -> str:
    """Return a report for people; empty if there are no problems.

    `texts` has the contents of files by path. If it has the file of a problem, the report shows the
    line, with a caret under the column. Related locations follow in the same form. `color` adds
    ANSI colours. Control characters from authors' files never get into the report.
    """
    paint = _COLORS if color else dict.fromkeys(_COLORS, "")
    lines: dict[str, list[str]] = {}

    def excerpt(location: Location, caret: str) -> Iterator[str]:
        if location.path in texts and location.path not in lines:
            lines[location.path] = texts[location.path].split("\n")
        if 0 < location.line <= len(lines.get(location.path, ())):
            shown, before = _excerpt(lines[location.path][location.line - 1], location.column)
            if shown.strip():
                yield f"    {shown}".rstrip()
                if location.column:
                    yield f"    {' ' * before}{caret}^{paint['off']}"

    report: list[str] = []
    for problem in problems:
        report.append(
            f"{paint['bold']}{printable(str(problem.location))}:{paint['off']} "
            f"{paint[problem.severity]}{problem.severity}[{problem.code}]:{paint['off']} "
            f"{printable(problem.message[:_LONGEST])}"
        )
        report += excerpt(problem.location, paint[problem.severity])
        for related in problem.related:
            place = f"{paint['bold']}{printable(str(related.location))}:{paint['off']}"
            report.append(f"  {place} {printable(related.message[:_LONGEST])}")
            report += excerpt(related.location, paint["hint"])
        for number, line in enumerate(problem.hint.split("\n") if problem.hint else ()):
            label = "  hint: " if number == 0 else "        "
            label = label if line else label.rstrip()
            report.append(f"{paint['hint']}{label}{paint['off']}{printable(line)}".rstrip())
    return "".join(line + "\n" for line in report)


def as_json(problems: Iterable[Problem]) -> str:
    """Return a report for programs: one JSON list of objects.

    `line` and `column` count from 1; 0 means the entire file or line. `related` is a list of
    objects with a `path`, a `line`, a `column`, and a `message`.
    """
    return indented(as_rows(problems))


def as_rows(problems: Iterable[Problem]) -> str:
    """Return the same as `as_json` in one line, which takes less time to make."""
    rows = []
    for problem in problems:
        row = _row(problem, "severity", "code", "message", "hint", "annotation")
        rows.append(row | {"related": [_row(each, "message") for each in problem.related]})
    return json.dumps(rows, separators=(",", ":"))


def indented(rows: str) -> str:
    """Return the result of `as_rows` as `as_json` writes it."""
    return json.dumps(json.loads(rows), indent=2) + "\n"


def printable(text: str) -> str:
    """Return `text` with unsafe characters replaced by their code points: `<U+202E>`."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)


def _row(problem: Problem | RelatedLocation, *keys: str) -> dict[str, object]:
    at = problem.location
    row = {"path": _unicode(at.path), "line": at.line, "column": at.column}
    return row | {key: _unicode(getattr(problem, key)) for key in keys}


def _unicode(value: object) -> object:
    """Replace lone surrogates in text: JSON allows them, but many JSON parsers fail."""
    if not isinstance(value, str) or value.isascii():
        return value
    return _SURROGATES.sub("\ufffd", value)


def _cell(char: str) -> tuple[str, int]:
    """Return a character in printable form, and the number of terminal columns that it takes."""
    if char == "\t":
        return "    ", 4
    if _UNSAFE.match(char):
        return (shown := printable(char)), len(shown)
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return char, 0
    return char, 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _side(chars: str, columns: int) -> tuple[list[str], int]:
    """Return the characters to show in about `columns` terminal columns, and their total width."""
    whole = "".join(chars[:columns])
    if whole.isascii() and whole.isprintable():  # each takes one column
        return list(whole), len(whole)
    shown: list[str] = []
    taken = 0
    for char in chars[:_MOST]:
        if taken >= columns:
            break
        text, cells = _cell(char)
        shown.append(text)
        taken += cells
    return shown, taken


def _excerpt(line: str, column: int) -> tuple[str, int]:
    """Return the part of a line to show, and its width in terminal columns before `column`."""
    index = min(max(column - 1, 0), len(line))
    left, before = _side(line[:index][::-1], _LEFT)
    right, _ = _side(line[index:], _LEFT + _RIGHT - before)
    if len(left) < index:
        left.append("…")
        before += 1
    if index + len(right) < len(line):
        right.append("…")
    return "".join((*reversed(left), *right)), before
