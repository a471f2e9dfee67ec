"""What authors type into a form → texts as a file has them."""

from __future__ import annotations

import re

from explainer.markdown.parser import NoteMarkdown
from explainer.parse.text import clean

_LONG = 88
"""Characters from which a text in Markdown is written below `|`."""
_PROSE_WIDTH = 92
"""Characters to which a line of prose is wrapped: with its indentation, fewer than 100."""
_WIDE = 120
"""A file with a longer line has an author who does not wrap lines."""
# What a line cannot begin with and still belong to the paragraph above; nor may a table be cut.
_OPENS = re.compile(r"[-+*#>=|~`:]|[0-9]+[.)]")
_UNWRAPPED = re.compile(r"\s|[#|`~]|.*[|]|.*(?:\\|  )$|\[[^\]]*\]:")


def sentence(text: str) -> str:
    """Text on one line."""
    return " ".join(clean(text).split())


def markdown(text: str) -> str:
    """Markdown as a file has it: on its key's line if it is short, else on lines of its own."""
    lines = [line if line.strip() else "" for line in clean(text).split("\n")]
    text = "\n".join(lines).strip("\n").rstrip()
    return text + "\n" if "\n" in text or len(text) > _LONG else text


def wraps_lines(file: str) -> bool:
    """Whether a file's author wraps lines; addresses cannot be wrapped."""
    return all(len(line) <= _WIDE for line in file.split("\n") if "://" not in line)


def wrap(text: str) -> str:
    """Markdown with its long lines of prose wrapped, as authors' editors do; it reads the same."""
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
