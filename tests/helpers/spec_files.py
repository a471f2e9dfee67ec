"""Specifications: Markdown files of prose, with examples in long fences.

    ````````````````example
    what goes in
    .
    what comes out
    ````````````````

A fence has sixteen backticks; lines of a single full stop separate an example's parts, and the last
part is what is expected. Behind `example` may stand words that the runner knows, such as `html`.
`⟨U+00AD⟩` stands for the character of that number, so that nothing invisible matters in a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = "`" * 16
_OPENING = re.compile(r"`{16}example((?: [a-z-]+)*)")
_NEARLY = re.compile(r"\s*(`{7,}|~{7,})")
_WRITTEN = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")


@dataclass(frozen=True)
class Example:
    """One example of a file; where `wrong` says something, it is not one."""

    file: Path
    line: int
    """The line of its opening fence, from 1."""
    number: int = -1
    """How many examples stand above it."""
    options: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    """As they are written; each ends with a line break, if it has any line."""
    wrong: str = ""

    @property
    def name(self) -> str:
        """`anchor/quotes.md:12`."""
        return f"{self.file.parent.name}/{self.file.name}:{self.line}"


def examples(file: Path) -> Iterator[Example]:
    """Give the examples of a file, malformed ones too. There is at least one."""
    start, options, parts, count, wrong = 0, "", [""], -1, 0
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
        if start:
            if line == FENCE:
                yield Example(file, start, count, tuple(options.split()), tuple(parts))
                start = 0
            elif line == ".":
                parts.append("")
            else:
                parts[-1] += line + "\n"
        elif match := _OPENING.fullmatch(line):
            start, options, parts = number, match[1], [""]
            count += 1
        elif _NEARLY.match(line):
            wrong += 1
            yield Example(file, number, wrong=f"this is not how an example begins: {line}")
    if start:
        yield Example(file, start, wrong="the fence that opens here is never closed")
    if count < 0 and not wrong:
        yield Example(file, 1, wrong="the file has no example")


def rewrite(example: Example, expected: str) -> None:
    """Put another last part into an example's file."""
    lines = example.file.read_text(encoding="utf-8").split("\n")
    # By its number: those above may have become longer since the file was read.
    opening = [i for i, line in enumerate(lines) if _OPENING.fullmatch(line)]
    start = opening[example.number]
    end = lines.index(FENCE, start)
    last = max(i for i in range(start, end) if lines[i] == ".")
    lines[last + 1 : end] = expected.split("\n")[:-1]
    example.file.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def decoded(text: str) -> str:
    """Put in the characters that `⟨U+00AD⟩` stands for."""
    return _WRITTEN.sub(lambda match: chr(int(match[1], 16)), text)


def encoded(text: str) -> str:
    """Write what nobody sees, and accents that stand alone, as `⟨U+00AD⟩`."""
    return "".join(f"⟨U+{ord(c):04X}⟩" if _is_hidden(c) else c for c in text)


def _is_hidden(char: str) -> bool:
    if char in "\n ":
        return False
    if unicodedata.category(char) in {"Cc", "Cf", "Zs", "Zl", "Zp"}:
        return True
    return "\u0300" <= char <= "\u036f" or "\ufe00" <= char <= "\ufe0f"
