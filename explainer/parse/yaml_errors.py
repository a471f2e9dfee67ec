"""Explain YAML syntax errors in terms that authors understand.

A YAML parser reports where it stopped and what it expected, which is rarely where and what the
author did wrong. So its message is not shown. Instead, rules examine the text around that position;
each rule recognizes one common mistake.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from explainer.model.problems import short
from explainer.parse.text import quoted
from explainer.support.values import dataclass

Finding: TypeAlias = tuple[int, str, str]
"""The offset of the mistake, the message, and the hint."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The position where a YAML parser stopped. Offsets count characters from 0."""

    text: str
    at: int
    """The offset where it could not continue."""
    begin: int | None
    """The offset where the construct that it was reading started."""
    context: str
    """What it was reading, as the parser describes it."""
    last: tuple[int, int]
    """The start and end offsets of the last complete value."""
    bracket: int | None
    """The offset of the innermost open `[` or `{`."""
    first_line: int
    """The line number of the text's first line in its file."""

    def line_start(self, index: int) -> int:
        """Return the offset of the start of the line that contains `index`."""
        return self.text.rfind("\n", 0, index) + 1

    def line(self, index: int) -> str:
        """Return the line that contains `index`."""
        end = self.text.find("\n", index)
        return self.text[self.line_start(index) : end if end >= 0 else len(self.text)]

    def number(self, index: int) -> int:
        """Return the number of the line that contains `index`, counted from 1."""
        return self.first_line + self.text.count("\n", 0, index)

    def above(self, index: int) -> int | None:
        """Return the offset of the text on the nearest line above that has content."""
        start = self.line_start(index)
        while start > 0:
            start = self.line_start(start - 1)
            line = self.line(start)
            if line.strip() and not line.lstrip().startswith("#"):
                return start + len(line) - len(line.lstrip())
        return None

    def starts_line(self, index: int) -> bool:
        """Return whether only white space comes before `index` on its line."""
        return not self.text[self.line_start(index) : index].strip()


# A line of YAML: entry dashes, a key, a value.
_LINE = re.compile(
    r"(?P<lead>[ ]*(?:-[ ]+)*)(?:(?P<key>[^\s:#'\"\[{][^:]*?)[ ]*:[ \t]+)?(?P<value>.*)"
)


def explain(stop: Stop) -> Finding:
    """Return the mistake that made the parser stop, and how to fix it."""
    for rule in _RULES:
        if finding := rule(stop):
            return finding
    hint = "put text in quotation marks, or on indented lines below `key: |`"
    return min(stop.at, len(stop.text)), "this is not valid YAML from here on", hint


# --- hints ---------------------------------------------------------------------------------------


def _ready(stop: Stop, index: int) -> str:
    """Return the line that contains `index` with its value in quotation marks, ready to paste."""
    match = _LINE.fullmatch(stop.line(index))
    if not match or not match["value"].strip() or re.match(r"\{.*:", match["value"]):
        return ""  # inside braces, the end of the value is unclear
    value, _, comment = match["value"].partition(" # ")
    key = f"{match['key']}: " if match["key"] else ""
    comment = f" # {comment}" if comment else ""
    return f"\n    {match['lead'].lstrip()}{key}{quoted(_unwrapped(value.strip()))}{comment}"


def _unwrapped(value: str) -> str:
    """Remove quotation marks that were meant for YAML, but not those that are part of the text.

    `'It's here'` is wrapped: the inner mark is an apostrophe. `"Yes," he said, "no"` is not: the
    second mark closes the first.
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


# --- rules: each returns a finding, or None if it does not apply ---------------------------------


_BLOCK = re.compile(
    r"^(?P<indent>[ \t]*)(?P<dash>-[ \t])?(?:[ ]*-[ ]+)*(?:[\w.-]+:(?=\s))?", re.MULTILINE
)
"""The beginning of a line: an entry of a list, a key, or neither."""


def _overrun(stop: Stop) -> Finding | None:
    """A quotation mark or bracket that is not closed, so that it takes in the lines that follow.

    What the parser says is wrong in those lines is not the mistake, whatever it is.
    """
    quote = stop.begin if "quoted scalar" in stop.context else None
    start = stop.bracket if quote is None else quote
    if start is None:
        return None
    match = _LINE.match(stop.line(start))
    column = len(match["lead"]) if match else 0
    first = stop.text.find("\n", start) + 1
    for line in _BLOCK.finditer(stop.text, first, stop.at) if first else ():
        if line.end() == line.end("indent") or len(line["indent"]) > column:
            continue
        before = stop.text[start : line.start()].rstrip()
        if quote is None and not line["dash"] and before.endswith((",", "[", "{")):
            continue
        return _bracket(stop) if quote is None else _unclosed(stop)
    return None


def _tab(stop: Stop) -> Finding | None:
    start = stop.line_start(stop.at)
    blank = stop.text[start : stop.at + 1]
    if "\t" in blank and not blank.strip():
        hint = "use only spaces for indentation: replace each tab at the start of a line"
        return start + blank.index("\t"), "there is a tab in the indentation", hint
    if blank.endswith("\t"):
        return (
            stop.at,
            "there is a tab where YAML allows only spaces",
            "replace the tab with a space",
        )
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
        f"`{stop.text[index : index + 2]}` is not a valid escape in double quotation marks",
        _in_quotes(stop, index, "write `\\\\` for a backslash, or use single quotation marks"),
    )


def _unclosed(stop: Stop) -> Finding | None:
    """`quote: "He said`, without a closing mark."""
    if "quoted scalar" not in stop.context or stop.begin is None:
        return None
    mark = stop.text[stop.begin]
    hint = f"add another `{mark}` at the end of the text"
    if stop.text.find("\n", stop.begin) >= 0:
        hint += f":\n    {stop.line(stop.begin).strip()}{mark}"
    return stop.begin, f"the quotation mark `{mark}` that opens here is not closed", hint


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
            f"the `{mark}` that opens here does not close until the middle of line {number}",
            f"check for a missing closing `{mark}` on line {stop.number(start)}",
        )
    if mark in {"[", "{"}:
        what = "a list" if mark == "[" else "a group of keys"
        message = f"`{mark}` at the start of a value begins {what}, but there is text after its end"
        return stop.at, message, _in_quotes(stop, start, "if it is text, put it in quotation marks")
    return (
        stop.at,
        "there is text after the closing quotation mark",
        _in_quotes(stop, start, "put the whole value in the other kind of quotation marks"),
    )


_READING = re.compile("alias|anchor|tag|directive|block scalar")


def _beginning(stop: Stop) -> Finding | None:
    """`quote: @home`, `quote: | text`, `quote: - text`: signs that plain text cannot start with."""
    index = stop.at
    if stop.begin is not None and _READING.search(stop.context):
        index = stop.begin
    sign = stop.text[index : index + 1]
    if not sign or sign not in "@`%*&!|>,]}-?" or (stop.bracket is not None and sign in ",]}-?"):
        return None
    hint = _in_quotes(stop, index, "if it is text, put it in quotation marks")
    if sign in "|>":
        message = f"after `{sign}`, the text must start on the next line, indented"
        return index, message, hint
    if sign in "-?":
        if stop.starts_line(index):
            return _keyless_above(stop)
        match = _LINE.fullmatch(stop.line(index))
        if not match or not match["key"]:
            return None
        if sign == "-":
            message = "a list cannot start on the same line as its key"
            return index, message, f"write each entry on its own line below the key\n{hint}"
    shown = "a backtick" if sign == "`" else f"`{sign}`"
    return index, f"in YAML, text without quotation marks cannot start with {shown}", hint


def _colon(stop: Stop) -> Finding | None:
    """`quote: He said: no`."""
    if stop.text[stop.at : stop.at + 1] != ":":
        return None
    message = "there is a colon followed by a space inside a value"
    if stop.starts_line(stop.at):
        return stop.at, "there is no key before this colon", ""
    if stop.bracket is not None:
        if re.fullmatch(r"\s*[\w-]+", stop.text[stop.line_start(stop.at) : stop.at]):
            return None  # a key at a line's beginning: a bracket above is not closed
        hint = "put the value in quotation marks, or add the missing comma or bracket before it"
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
    if finding := _keyless_above(stop):
        return finding
    return (
        word,
        "this line is indented more than the one above, so it continues that line's value",
        f"if it is a new key, indent it like the key on line {stop.number(above)}\n"
        "if it is part of the text above, put that text in quotation marks or below `key: |`",
    )


_KEYLESS = re.compile(r"[ ]*(?:-[ ]+)*[\w-]+:(?=[^\s/])|[\w-]+\s*$")
"""A line that lacks the space after its colon, or at the beginning of a line, its colon."""


def _keyless_above(stop: Stop) -> Finding | None:
    """Explain the line above if it should have a key, and is the reason why this line has none."""
    above = stop.above(stop.at)
    if above is not None:
        line = stop.line(above)
        is_deeper = above - stop.line_start(above) > stop.at - stop.line_start(stop.at)
        if _KEYLESS.match(line) or (is_deeper and not re.search(r":(?:\s|$)", line)):
            return _no_key(stop, above)
    return None


def _simple_key(stop: Stop) -> Finding | None:
    """A line without a colon where a key is required."""
    if "simple key" not in stop.context or stop.begin is None:
        return None
    return _no_key(stop, stop.begin)


def _no_key(stop: Stop, index: int) -> Finding:
    """Explain the line that contains `index`, which has no `key: `."""
    line = stop.line(index)
    for sign, pattern in (("colon", r"[ ]*(?:-[ ]+)*[\w-]+:(?=[^\s/])"), ("dash", r"[ ]*-(?=\w)")):
        if match := re.match(pattern, line):
            fixed = f"{match[0]} {line[match.end() :]}".strip()
            place = stop.line_start(index) + match.end()
            return place, f"there is no space after the {sign}", f"write:\n    {fixed}"
    above = stop.above(index)
    if above is not None and re.search(r":[ ]+[|>][-+0-9]*\s*(#.*)?$", stop.line(above)):
        number = stop.number(above)
        message = f"the text that belongs to line {number} is not indented"
        return index, message, f"indent it more than line {number}"
    return (
        index,
        f"`{short(line.strip(), 40)}` does not have the form `key: value`",
        "add the missing colon; or, if the line continues the text above, indent it more than "
        "the key of that text",
    )


def _bracket(stop: Stop) -> Finding | None:
    """`sources: [a, b`, without a closing bracket before the next key."""
    if stop.bracket is None:
        return None
    if stop.text[stop.at : stop.at + 1] == ",":
        return stop.at, "there is no entry before this comma", "remove the comma"
    sign = stop.text[stop.bracket]
    closing = "]" if sign == "[" else "}"
    number = stop.number(stop.at)
    comment = "\n` #` starts a comment" if " #" in stop.text[stop.bracket : stop.at] else ""
    return (
        stop.bracket,
        f"the `{sign}` that opens here is not closed by line {number}",
        f"add a `{closing}`, and put commas between the entries\n"
        f"if `{sign}` is part of text, put the text in quotation marks{comment}",
    )


def _indentation(stop: Stop) -> Finding | None:
    """A line that starts in a column where no line above starts."""
    above = stop.above(stop.at)
    if above is None or stop.at >= len(stop.text) or not stop.starts_line(stop.at):
        return None
    if stop.text.startswith("...", stop.at) or stop.line(above).startswith("..."):
        message = "a second YAML document starts here"
        return stop.at, message, "remove the line `...`"
    column = stop.at - stop.line_start(stop.at) + 1
    match = _LINE.fullmatch(stop.line(above))
    columns = {above - stop.line_start(above) + 1}
    if match and match["value"]:
        columns.add(len(match["lead"]) + 1)
    begins = " or ".join(str(c) for c in sorted(columns))
    if column in columns and re.match(r"-(\s|$)", stop.text[stop.at : stop.at + 2]):
        message = "there is a list entry among `key: value` lines"
        return stop.at, message, "indent it more than the key that it belongs to"
    return (
        stop.at,
        f"this line starts in column {column}, which does not match the lines above",
        f"start lines that belong together in the same column; line {stop.number(above)} starts in "
        f"column {begins}",
    )


_RULES = (
    _overrun,
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
