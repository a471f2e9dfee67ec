"""Format what authors enter, in a form or on the command line, for an annotation file."""

from __future__ import annotations

import re

from explainer.markdown.parser import NoteMarkdown
from explainer.parse.text import clean

_LONG = 88
"""Longer Markdown, in characters, is written as a literal block (`|`)."""
_PROSE_WIDTH = 92
"""The width for wrapping prose, in characters: below 100 with the indentation."""
_WIDE = 120
"""If a file has a longer line, its author does not wrap lines."""
# Starts that would end the paragraph above; and lines that must not be wrapped, such as tables.
_OPENS = re.compile(r"[-+*#>=|~`:]|[0-9]+[.)]")
_UNWRAPPED = re.compile(r"\s|[#|`~]|.*[|]|.*(?:\\|  )$|\[[^\]]*\]:")


def sentence(text: str) -> str:
    """Put text on one line."""
    return " ".join(clean(text).split())


def markdown(text: str) -> str:
    """Format Markdown: short text stays on one line; other text ends with a line break."""
    lines = [line if line.strip() else "" for line in clean(text).split("\n")]
    text = "\n".join(lines).strip("\n").rstrip()
    return text + "\n" if "\n" in text or len(text) > _LONG else text


def wraps_lines(file: str) -> bool:
    """Return whether a file's lines are wrapped, ignoring lines with addresses."""
    return all(len(line) <= _WIDE for line in file.split("\n") if "://" not in line)


def wrap(text: str) -> str:
    """Wrap long lines of prose in Markdown, if it renders the same."""
    if "```" in text or "~~~" in text:
        return text
    wrapped = "\n".join(_wrap_line(line) for line in text.split("\n"))
    reader = NoteMarkdown()
    before, after = (reader.render(reader.parse(each)).split() for each in (text, wrapped))
    return wrapped if before == after else text


def _wrap_line(line: str) -> str:
    if len(line) <= _PROSE_WIDTH or _UNWRAPPED.match(line):
        return line
    item = re.match(r"(?:[-+*]|[0-9]+[.)]) +|> ?", line)
    lead = item[0] if item else ""
    indent = lead if lead.startswith(">") else " " * len(lead)
    lines: list[str] = []
    now, *words = line.split(" ")
    for word in words:
        if len(now) + 1 + len(word) > _PROSE_WIDTH and word and not _OPENS.match(word):
            lines.append(now)
            now = indent + word
        else:
            now += " " + word
    return "\n".join((*lines, now))
