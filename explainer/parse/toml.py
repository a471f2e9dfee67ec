"""TOML text → plain data, and the places of its keys, which Python's tomllib does not give."""

from __future__ import annotations

import re
import tomllib

from explainer.model.documents import Text
from explainer.model.location import KeyPath, Lines, Located, Location
from explainer.model.problems import Problem

_PART = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
_NAME = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_STATEMENT = re.compile(rf"[ \t]*(?P<bracket>\[\[?)?[ \t]*(?P<name>{_NAME})[ \t]*(?:=|\]\]?)[ \t]*")
_SPACE = re.compile(r"(?:\s|#[^\n]*)*")
_SCALAR = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[^,\]}#\n]+',
    re.DOTALL,
)


def _spots(text: str) -> dict[KeyPath, tuple[int, int]]:
    """Give, for each key of a valid text, the characters before it and before its value."""
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
    """Find what stands within the brackets of a value, and where the value ends.

    `index` is where it begins. A text that TOML cannot make sense of ends it early.
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
    """Give the place of the first thing that is no space, line end or comment."""
    space = _SPACE.match(text, index)
    return space.end() if space else index


def _parts(name: str) -> KeyPath:
    parts = re.findall(_PART, name)
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in parts)


def _current(names: KeyPath, counts: dict[KeyPath, int]) -> KeyPath:
    """Give a table's path; a name above it that means a list of tables is about the last one."""
    key_path: KeyPath = ()
    for name in names[:-1]:
        key_path = (*key_path, name)
        if key_path in counts:
            key_path = (*key_path, counts[key_path])
    return (*key_path, names[-1])


_KEY_VALUE = "write `key = value`"

# How what tomllib says begins; what we say; the hint.
_MESSAGES = (
    ("Expected '=' after a key", "an equals sign is missing after this key", _KEY_VALUE),
    (
        "Invalid value",
        "no value can be read here",
        'a text stands in quotation marks: title = "My site"\n'
        "others are `true`, `false`, numbers, and lists as in [1, 2]",
    ),
    (
        "Expected newline",
        "something stands behind the end of the value",
        "a text with quotation marks in it stands in single ones: title = 'The \"Post\"'",
    ),
    ("Invalid statement", "a line begins with neither a key nor a table", _KEY_VALUE),
    ("Invalid initial character", "a key is missing here", _KEY_VALUE),
    ("Cannot overwrite|Duplicate inline table key", "this key stands twice", "leave one out"),
    (
        "Cannot declare|Cannot redefine",
        "this table stands twice",
        "write all keys of a table below one heading",
    ),
    ("Cannot mutate", "this table stands twice", "write all keys of a table in one place"),
    ("Unterminated string", "a quotation mark is not closed", 'a multi-line text stands in `"""`'),
    (
        "Illegal character",
        "a character stands here that TOML cannot have",
        "if a quotation mark is not closed on this line, close it",
    ),
    ("Unescaped", "`\\` begins an escape here", "for a plain `\\`, use single quotation marks"),
    ("Unclosed array", "a list is not closed", "close it with `]`, with commas between entries"),
    ("Unclosed inline", "a `{` is not closed", "close it with `}`, with commas between entries"),
    ("Expected ']", "a table's name is not closed", "write it as [build] or [[ratings]]"),
    ("Expected", "a quotation mark is not closed", "close it on the same line"),
    (
        "Invalid date",
        "this is not a date of the calendar",
        "put it in quotation marks if it is text",
    ),
    ("", "TOML cannot make sense of this", "each line is `key = value` or a [table]"),
)


def read(text: Text) -> tuple[Located, tuple[Problem, ...]]:
    """Read TOML. A problem, `toml-syntax` or `too-deep`, leaves the data missing."""
    lines = Lines(text.path, text.content)
    try:
        data = tomllib.loads(text.content)
    except RecursionError:
        problem = Problem(Location(text.path, 1, 1), "too-deep", "brackets are nested too deep")
    except ValueError as error:  # with numbers of more than 4300 digits not a TOMLDecodeError
        problem = _explain(lines, str(error))
    else:
        spots = _spots(text.content)
        values = {key_path: (start, start, False) for key_path, (_, start) in spots.items()}
        keys = {key_path: start for key_path, (start, _) in spots.items()}
        return Located(data, True, lines, values, keys), ()
    return Located(None, False, lines), (problem,)


def _explain(lines: Lines, words: str) -> Problem:
    message, hint = next(rest for start, *rest in _MESSAGES if re.match(start, words))
    index = len(lines.text.rstrip())
    if match := re.search(r"\(at line (\d+), column (\d+)\)$", words):
        index = lines.starts[int(match[1]) - 1] + int(match[2]) - 1
    elif "end of document" not in words:
        index = 0
    if words.startswith("Unescaped"):  # said two characters behind it
        index = lines.text.rfind("\\", 0, index)
    return Problem(lines.location(min(index, len(lines.text))), "toml-syntax", message, hint)
