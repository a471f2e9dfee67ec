"""Find the places in broken YAML from which the rest of the text can be read on its own.

These are the keys of the text, and the entries directly below a key: `- …`, or `ID: …`. They are
found by their indentation, without a parser, because after a syntax error no parser knows what is
an entry. Lines inside longer values are indented more, so they are not mistaken for entries.
"""

from __future__ import annotations

import re
from collections import Counter

from explainer.support.values import dataclass

_KEY = re.compile(r"^(?P<key>[a-z][\w-]*):(?P<rest>[ \t].*)?$", re.MULTILINE)
"""A key of the text. Prose rarely has such a line, but may have `Note: …`."""
_ENTRY = re.compile(r"^(?P<indent>[ \t]*)(?:(?P<dash>-)|(?P<key>[\w.-]+:)|[^\s#])?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Restart:
    """A place from which the rest of a text can be read."""

    start: int
    """The offset of its line."""
    key: str
    """The key that it is below; empty for a key of the text."""

    def text(self, text: str) -> str:
        """Return the rest of the text below its key, as long as the whole text: same offsets."""
        head = f"{self.key}:" if self.key else ""
        return head + "\n" * (self.start - len(head)) + text[self.start :]


def find(text: str) -> list[Restart]:
    """Return all places, in the order of the text."""
    keys = list(_KEY.finditer(text))
    ends = [*(key.start() for key in keys), len(text)][1:]
    found: list[Restart] = []
    for key, end in zip(keys, ends, strict=True):
        found.append(Restart(key.start(), ""))
        if (key["rest"] or "").strip()[:1] in ("", "#"):
            found += (Restart(start, key["key"]) for start in _entries(text, key.end() + 1, end))
    return found


def _entries(text: str, start: int, end: int) -> list[int]:
    """Return the offsets of the lines with entries in a part of the text."""
    lines = [line for line in _ENTRY.finditer(text, start, end) if line[0].strip()]
    if not lines:
        return []
    first = len(lines[0]["indent"])
    dashes = Counter(len(line["indent"]) for line in lines if line["dash"])
    # One line may have the wrong indentation, even the first.
    indent = min((i for i, n in dashes.items() if n > 1 and i <= first + 1), default=first)
    kind = "dash" if lines[0]["dash"] or indent in dashes else "key"
    return [line.start() for line in lines if line[kind] and len(line["indent"]) == indent]
