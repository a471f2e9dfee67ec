"""Why YAML could not be read, in an author's words.

A YAML parser says where it stopped and what it had expected, which seldom is where and what the
author did wrong. So its words are not shown: the text around the place is looked at again, by
rules that each know one mistake of those who write articles rather than YAML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from explainer.model.problems import short

Finding: TypeAlias = tuple[int, str, str]
"""Characters before the mistake, the message, the hint."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a YAML parser stopped. Places are counts of the characters before them."""

    text: str
    at: int
    """Where it could not go on."""
    begin: int | None
    """Where that began which it was reading."""
    context: str
    """What it was reading, in the parser's words."""
    last: tuple[int, int]
    """Where the last value begins that it could read to its end, and where it ends."""
    bracket: int | None
    """Where the innermost `[` or `{` stands that is open there."""
    first_line: int
    """The number of the text's first line in its file."""

    def line_start(self, index: int) -> int:
        """Give the place of the first character of the line around `index`."""
        return self.text.rfind("\n", 0, index) + 1

    def line(self, index: int) -> str:
        """Give the line around `index`."""
        end = self.text.find("\n", index)
        return self.text[self.line_start(index) : end if end >= 0 else len(self.text)]

    def number(self, index: int) -> int:
        """Give the number of the line around `index`, from 1."""
        return self.first_line + self.text.count("\n", 0, index)

    def above(self, index: int) -> int | None:
        """Give the place of the first word of the nearest line above that says something."""
        start = self.line_start(index)
        while start > 0:
            start = self.line_start(start - 1)
            line = self.line(start)
            if line.strip() and not line.lstrip().startswith("#"):
                return start + len(line) - len(line.lstrip())
        return None

    def starts_line(self, index: int) -> bool:
        """Whether only white space stands before `index` on its line."""
        return not self.text[self.line_start(index) : index].strip()


# A line of YAML: entry dashes, a key, a value.
_LINE = re.compile(
    r"(?P<lead>[ ]*(?:-[ ]+)*)(?:(?P<key>[^\s:#'\"\[{][^:]*?)[ ]*:[ \t]+)?(?P<value>.*)"
)


def quoted(text: str) -> str:
    """Give `text` as a YAML value in quotation marks, on one line."""
    if not text.isprintable():
        known = {"\n": "\\n", "\t": "\\t", "\\": "\\\\", '"': '\\"'}
        return f'"{"".join(known.get(c) or (c if c.isprintable() else _code(c)) for c in text)}"'
    if "'" not in text:
        return f"'{text}'"
    if not re.search(r'["\\]', text):
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _code(char: str) -> str:
    return f"\\U{ord(char):08X}"


def explain(stop: Stop) -> Finding:
    """Find the mistake that made a parser stop, and say how to fix it."""
    for rule in _RULES:
        if finding := rule(stop):
            return finding
    hint = "a text is safe in quotation marks, or on indented lines below `key: |`"
    return min(stop.at, len(stop.text)), "YAML cannot make sense of the text from here on", hint


# --- hints ---------------------------------------------------------------------------------------


def _ready(stop: Stop, index: int) -> str:
    """Give the line around `index` with its value in quotation marks, ready to paste."""
    match = _LINE.fullmatch(stop.line(index))
    if not match or not match["value"].strip() or re.match(r"\{.*:", match["value"]):
        return ""  # within braces it is not plain where the value ends
    value, _, comment = match["value"].partition(" # ")
    key = f"{match['key']}: " if match["key"] else ""
    comment = f" # {comment}" if comment else ""
    return f"\n    {match['lead'].lstrip()}{key}{quoted(_unwrapped(value.strip()))}{comment}"


def _unwrapped(value: str) -> str:
    """Take off quotation marks that were meant for YAML, not those that belong to the text.

    `'It's here'` is wrapped: the mark within is an apostrophe. `"Yes," he said, "no"` is not: the
    next mark closes what the first one opened.
    """
    mark = value[:1]
    if mark not in {'"', "'"} or len(value) < 2 or not value.endswith(mark):
        return value
    inner = value[1:-1]
    behind = inner[inner.find(mark) + 1 :]
    return inner if mark not in inner or behind[:1].isalnum() else value


def _in_quotes(stop: Stop, index: int, words: str = "put the value in quotation marks") -> str:
    line = _ready(stop, index)
    return f"{words}:{line}" if line else words


# --- rules: each gives a finding, or None if it does not apply -----------------------------------


def _tab(stop: Stop) -> Finding | None:
    start = stop.line_start(stop.at)
    blank = stop.text[start : stop.at + 1]
    if "\t" in blank and not blank.strip():
        hint = "indent with spaces only: replace every tab at the beginning of a line"
        return start + blank.index("\t"), "a tab stands in the indentation", hint
    if blank.endswith("\t"):
        return stop.at, "a tab stands where only spaces can stand", "replace it with a space"
    return None


def _escape(stop: Stop) -> Finding | None:
    r"""`path: "C:\new"`."""
    near = stop.text[max(stop.at - 9, 0) : stop.at + 1]
    at_end = stop.at >= len(stop.text) or stop.starts_line(stop.at)
    if "quoted scalar" not in stop.context or "\\" not in near or at_end:
        return None
    index = stop.at - len(near) + 1 + near.rindex("\\")
    return (
        index,
        f"`{stop.text[index : index + 2]}` has no meaning between double quotation marks",
        _in_quotes(stop, index, "write `\\\\` for a backslash, or use single quotation marks"),
    )


def _unclosed(stop: Stop) -> Finding | None:
    """`quote: "He said`, and no mark up to the end."""
    if "quoted scalar" not in stop.context or stop.begin is None:
        return None
    mark = stop.text[stop.begin]
    hint = f"close it with another `{mark}` at the end of the text"
    if stop.text.find("\n", stop.begin) >= 0:
        hint += f":\n    {stop.line(stop.begin).strip()}{mark}"
    return stop.begin, f"the quotation mark `{mark}` that opens here is never closed", hint


def _goes_on(stop: Stop) -> Finding | None:
    """`quote: "pure fiction" he said`, `quote: [sic] he said`."""
    start, end = stop.last
    between = stop.text[end : stop.at]
    mark = stop.text[start : start + 1]
    goes_on = stop.text[stop.at : stop.at + 1] not in {"", "\n"} and not between.strip(" ")
    if mark not in {'"', "'", "[", "{"} or not goes_on or end <= start:
        return None
    if "\n" in stop.text[start:end]:
        number = stop.number(end)
        return (
            start,
            f"the `{mark}` that opens here closes only in the middle of line {number}",
            f"is a closing mark missing on line {stop.number(start)}?",
        )
    if mark in {"[", "{"}:
        what = "a list" if mark == "[" else "a group of keys"
        message = f"a value that begins with `{mark}` is {what}, and here it goes on after its end"
        return stop.at, message, _in_quotes(stop, start, "if it is text, put it in quotation marks")
    return (
        stop.at,
        "the value goes on after its closing quotation mark",
        _in_quotes(stop, start, "put the whole value in quotation marks of the other kind"),
    )


_READING = re.compile("alias|anchor|tag|directive|block scalar")


def _beginning(stop: Stop) -> Finding | None:
    """`quote: @home`, `quote: | text`, `quote: - text`: signs that no plain text begins with."""
    index = stop.at
    if stop.begin is not None and _READING.search(stop.context):
        index = stop.begin
    sign = stop.text[index : index + 1]
    if not sign or sign not in "@`%*&!|>,]}-?" or (stop.bracket is not None and sign in ",]}-?"):
        return None
    hint = _in_quotes(stop, index, "if it is text, put it in quotation marks")
    if sign in "|>":
        message = f"after `{sign}` the text must begin on the next line, indented"
        return index, message, hint
    if sign in "-?":
        match = _LINE.fullmatch(stop.line(index))
        if not match or not match["key"]:
            return None
        if sign == "-":
            message = "a list cannot begin on its key's line"
            return index, message, f"write each entry on a line of its own below\n{hint}"
    shown = "a backtick" if sign == "`" else f"`{sign}`"
    return index, f"a text cannot begin with {shown} in YAML", hint


def _colon(stop: Stop) -> Finding | None:
    """`quote: He said: no`."""
    if stop.text[stop.at : stop.at + 1] != ":":
        return None
    message = "a colon with a space after it stands inside a value"
    if stop.starts_line(stop.at):
        return stop.at, "a key is missing before this colon", ""
    if stop.bracket is not None:
        if re.fullmatch(r"\s*[\w-]+", stop.text[stop.line_start(stop.at) : stop.at]):
            return None  # a key at a line's beginning: a bracket above is not closed
        hint = "put the value in quotation marks; or is a comma or a bracket missing before this?"
        return stop.at, message, hint
    start = stop.line_start(stop.at)
    match = _LINE.fullmatch(stop.line(stop.at))
    if match and match["key"] and start + match.start("value") < stop.at:
        return stop.at, message, _in_quotes(stop, stop.at)
    above = stop.above(stop.at)
    if above is None:
        return None
    word = start + len(stop.line(start)) - len(stop.line(start).lstrip())
    if word - start <= above - stop.line_start(above):
        return _no_key(stop, above)
    return (
        word,
        "this line is indented deeper than the one above, and so would continue its value",
        f"for a key of its own, begin it where line {stop.number(above)} has its key\n"
        "for a part of the text above, put that in quotation marks or below `key: |`",
    )


def _simple_key(stop: Stop) -> Finding | None:
    """A line without colon where a key must stand."""
    if "simple key" not in stop.context or stop.begin is None:
        return None
    return _no_key(stop, stop.begin)


def _no_key(stop: Stop, index: int) -> Finding:
    """Judge the line around `index`, which has no `key: `."""
    line = stop.line(index)
    for sign, pattern in (("colon", r"[ ]*(?:-[ ]+)*[\w-]+:(?=[^\s/])"), ("dash", r"[ ]*-(?=\w)")):
        if match := re.match(pattern, line):
            fixed = f"{match[0]} {line[match.end() :]}".strip()
            place = stop.line_start(index) + match.end()
            return place, f"a space is missing after the {sign}", f"write it so:\n    {fixed}"
    above = stop.above(index)
    if above is not None and re.search(r":[ ]+[|>][-+0-9]*\s*(#.*)?$", stop.line(above)):
        number = stop.number(above)
        message = f"the text that line {number} announces is not indented"
        return index, message, f"begin its lines with more spaces than line {number} has"
    return (
        index,
        f"`{short(line.strip(), 40)}` is not of the form `key: value`",
        "is a colon missing? A line that belongs to the text above must be indented deeper than "
        "that text's key",
    )


def _bracket(stop: Stop) -> Finding | None:
    """`sources: [a, b`, and no bracket up to the next key."""
    if stop.bracket is None:
        return None
    if stop.text[stop.at : stop.at + 1] == ",":
        return stop.at, "an entry is missing before this comma", "leave the comma out"
    sign = stop.text[stop.bracket]
    closing = "]" if sign == "[" else "}"
    number = stop.number(stop.at)
    comment = "\n` #` begins a comment" if " #" in stop.text[stop.bracket : stop.at] else ""
    return (
        stop.bracket,
        f"the `{sign}` that opens here is not closed where it should be, at the latest on line "
        f"{number}",
        f"close it with `{closing}`, and write a comma between any two entries\n"
        f"if `{sign}` belongs to a text, put that in quotation marks{comment}",
    )


def _indentation(stop: Stop) -> Finding | None:
    """A line that begins in a column where nothing above begins."""
    above = stop.above(stop.at)
    if above is None or stop.at >= len(stop.text) or not stop.starts_line(stop.at):
        return None
    if stop.text.startswith("...", stop.at) or stop.line(above).startswith("..."):
        message = "a second YAML document begins here"
        return stop.at, message, "leave the line `...` out"
    column = stop.at - stop.line_start(stop.at) + 1
    match = _LINE.fullmatch(stop.line(above))
    columns = {above - stop.line_start(above) + 1}
    if match and match["value"]:
        columns.add(len(match["lead"]) + 1)
    begins = " or ".join(str(c) for c in sorted(columns))
    if column in columns and re.match(r"-(\s|$)", stop.text[stop.at : stop.at + 2]):
        message = "a list entry stands here among `key: value` lines"
        return stop.at, message, "indent it deeper than the key that it belongs to"
    return (
        stop.at,
        f"this line begins in column {column}, out of line with those above",
        f"lines that belong together begin in the same column; line {stop.number(above)}, the one "
        f"above, begins in column {begins}",
    )


_RULES = (
    _tab,
    _escape,
    _unclosed,
    _goes_on,
    _beginning,
    _colon,
    _simple_key,
    _bracket,
    _indentation,
)
