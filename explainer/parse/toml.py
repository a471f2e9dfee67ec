"""Read TOML into plain data, with the locations of keys, which tomllib does not provide."""

from __future__ import annotations

import datetime
import re
import tomllib
from dataclasses import replace
from typing import Any

from explainer.model.documents import Text
from explainer.model.location import KeyPath, Lines, Located, Location
from explainer.model.problems import Problem
from explainer.model.scalars import DateTime
from explainer.parse.conflicts import conflicts
from explainer.support.patterns import later

_PART = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
_NAME = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_STATEMENT = later(rf"[ \t]*(?P<bracket>\[\[?)?[ \t]*(?P<name>{_NAME})[ \t]*(?:=|\]\]?)[ \t]*")
_SPACE = later(r"(?:\s|#[^\n]*)*")
_SCALAR = later(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[^,\]}#\n]+',
    re.DOTALL,
)


def _spots(text: str) -> dict[KeyPath, tuple[int, int]]:
    """Return, for each key of valid TOML, the offsets of the key and of its value."""
    spots: dict[KeyPath, tuple[int, int]] = {}
    counts: dict[KeyPath, int] = {}  # of the tables `[[name]]` so far
    table: KeyPath = ()
    index = 0
    while index < len(text):
        if match := _STATEMENT.match(text, index):
            start, index = match.start("name"), match.end()
            if not match["bracket"]:
                key_path = (*table, *_parts(match["name"]))
                spots.setdefault(key_path, (start, index))
                index = _within(text, index, key_path, spots)
            else:
                table = _current(_parts(match["name"]), counts)
                spots.setdefault(table, (start, start))
            if match["bracket"] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
                spots.setdefault(table, (start, start))
        index = text.find("\n", index) + 1 or len(text)
    return spots


def _within(text: str, index: int, key_path: KeyPath, spots: dict[KeyPath, tuple[int, int]]) -> int:
    """Add the entries inside a value to `spots`, and return the offset of its end.

    `index` is the offset of the value's start. Invalid TOML ends the value early.
    """
    begin = text[index : index + 1]
    if begin not in ("[", "{"):
        scalar = _SCALAR.match(text, index)
        return scalar.end() if scalar else index
    number = 0
    while True:
        index = _after_space(text, index + 1)
        inner: KeyPath = (*key_path, number)
        start = index
        if begin == "{":
            key = _STATEMENT.match(text, index)
            if not key:
                break
            inner, index = (*key_path, *_parts(key["name"])), key.end()
        end = _within(text, index, inner, spots)
        if end == index:
            break
        spots.setdefault(inner, (start, index))
        number += 1
        index = _after_space(text, end)
        if text[index : index + 1] != ",":
            break
    return index + 1


def _after_space(text: str, index: int) -> int:
    """Return the offset after spaces, line ends, and comments."""
    space = _SPACE.match(text, index)
    return space.end() if space else index


def _parts(name: str) -> KeyPath:
    parts = re.findall(_PART, name)
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in parts)


def _current(names: KeyPath, counts: dict[KeyPath, int]) -> KeyPath:
    """Return the key path of a table; a parent that is a list of tables means its last entry."""
    key_path: KeyPath = ()
    for name in names[:-1]:
        key_path = (*key_path, name)
        if key_path in counts:
            key_path = (*key_path, counts[key_path])
    return (*key_path, names[-1])


_KEY_VALUE = "write `key = value`"
_NO_DATE = "no date"
"""Our own message: tomllib reads the year as a number if the rest is not valid."""
_LIKE_DATE = later(r"(?:\d{4}-\d{1,2}(?:-\d{1,2})?|\d{1,2}:\d{2})[\w:.+-]*")

# The start of the message of tomllib (a regular expression); our message; the hint.
_MESSAGES = (
    ("Expected '=' after a key", "there is no equals sign after this key", _KEY_VALUE),
    (
        "Invalid value",
        "invalid value",
        'put text in quotation marks: title = "My site"\n'
        "other values are `true`, `false`, numbers, and lists such as [1, 2]",
    ),
    (
        _NO_DATE,
        "this is not a date or time in TOML",
        'write it like 2024-11-10 or 18:30:00; in quotation marks, it may be incomplete: "2024-11"',
    ),
    (
        "Expected newline",
        "unexpected text after the value",
        "if the text contains quotation marks, put it in single ones: title = 'The \"Post\"'",
    ),
    ("Invalid statement", "this line does not start with a key or a table name", _KEY_VALUE),
    ("Invalid initial character", "there is no key here", _KEY_VALUE),
    ("Cannot overwrite|Duplicate inline table key", "this key appears twice", "remove one of them"),
    (
        "Cannot declare|Cannot redefine",
        "this table appears twice",
        "put all its keys under one heading",
    ),
    ("Cannot mutate", "this table appears twice", "put all its keys in one place"),
    ("Unterminated string", "a quotation mark is not closed", 'put text of several lines in `"""`'),
    (
        "Illegal character",
        "TOML does not allow this character here",
        "if a quotation mark is not closed on this line, close it",
    ),
    (
        "Unescaped",
        "`\\` starts an unknown escape",
        "to write a `\\`, put the text in single quotation marks",
    ),
    ("Unclosed array", "this list is not closed", "add a `]`, and put commas between the entries"),
    ("Unclosed inline", "a `{` is not closed", "add a `}`, and put commas between the entries"),
    ("Expected ']", "the name of this table is not closed", "write it like [build] or [[ratings]]"),
    ("Expected", "a quotation mark is not closed", "close it on the same line"),
    (
        "Invalid date",
        "this date does not exist",
        "if it is text, put it in quotation marks",
    ),
    ("", "this is not valid TOML", "write each line as `key = value` or [table]"),
)


def read_front_matter(text: Text, *, first_line: int) -> tuple[Located, tuple[Problem, ...]]:
    """Read TOML as `read` does, but with whole numbers, dates, and times as text, as in YAML.

    In `extra`, numbers stay numbers.
    """
    located, problems = read(text, first_line=first_line)
    if not isinstance(located.data, dict):
        return located, problems
    extra = {key: value for key, value in located.data.items() if key == "extra"}
    return replace(located, data=_as_text(located.data) | _as_text(extra, int)), problems


def _as_text(data: Any, *kept: type) -> Any:
    """Return data with dates, times, and whole numbers as text, except values of the types kept."""
    if isinstance(data, dict):
        return {key: _as_text(value, *kept) for key, value in data.items()}
    if isinstance(data, list):
        return [_as_text(value, *kept) for value in data]
    if isinstance(data, datetime.date):
        return DateTime(data.isoformat())
    if isinstance(data, datetime.time):
        return data.isoformat()
    return str(data) if type(data) is int and int not in kept else data


def read(text: Text, *, first_line: int = 1) -> tuple[Located, tuple[Problem, ...]]:
    """Read TOML; `first_line` is the line number of the text's first line in its file.

    If there is a problem, the data is None. Problems: `toml-syntax`, `too-deep`, `conflict-marker`.
    """
    lines = Lines(text.path, text.content, first_line)
    if conflict := next(conflicts(lines), None):
        return Located(None, False, lines), (conflict,)
    try:
        data = tomllib.loads(text.content)
    except RecursionError:
        problem = Problem(
            Location(text.path, first_line, 1), "too-deep", "the brackets are nested too deeply"
        )
    except ValueError as error:  # with numbers of more than 4300 digits not a TOMLDecodeError
        problem = _explain(lines, str(error))
    else:
        spots = _spots(text.content)
        values = {key_path: (start, start, False) for key_path, (_, start) in spots.items()}
        keys = {key_path: start for key_path, (start, _) in spots.items()}
        return Located(data, True, lines, values, keys), ()
    return Located(None, False, lines), (problem,)


def _explain(lines: Lines, words: str) -> Problem:
    index = len(lines.text.rstrip())
    if match := re.search(r"\(at line (\d+), column (\d+)\)$", words):
        line = lines.starts[int(match[1]) - 1]
        index = line + int(match[2]) - 1
        start = re.compile(r"[\w:-]*$").search(lines.text, line, index)
        if (
            start
            and words.startswith(("Expected newline", "Unclosed array"))
            and _LIKE_DATE.match(lines.text, start.start())
        ):
            words, index = _NO_DATE, start.start()
    elif "end of document" not in words:
        index = 0
    message, hint = next(rest for start, *rest in _MESSAGES if re.match(start, words))
    if words.startswith("Unescaped"):  # reported two characters too late
        index = lines.text.rfind("\\", 0, index)
    return Problem(lines.location(min(index, len(lines.text))), "toml-syntax", message, hint)
