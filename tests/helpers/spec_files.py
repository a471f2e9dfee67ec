"""Read specifications: Markdown files of prose, with examples in long fences.

    ````````````````example
    input
    .
    expected output
    ````````````````

A fence has sixteen backticks. Lines with a single full stop separate the parts of an example; the
last part is the expected output. Options such as `html` may follow `example`. `⟨U+00AD⟩` represents
the character with that code point, so that files contain no invisible characters.
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
    """One example in a file; malformed if `wrong` is not empty."""

    file: Path
    line: int
    """The line of its opening fence, from 1."""
    number: int = -1
    """The number of examples above it."""
    options: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    """The parts as written. Each is empty or ends with a line break."""
    wrong: str = ""

    @property
    def name(self) -> str:
        """`anchor/quotes.md:12`."""
        return f"{self.file.parent.name}/{self.file.name}:{self.line}"


def examples(file: Path) -> Iterator[Example]:
    """Yield the examples of a file, including malformed ones. There is at least one."""
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
            yield Example(file, number, wrong=f"this is not a valid start of an example: {line}")
    if start:
        yield Example(file, start, wrong="the fence that opens here is never closed")
    if count < 0 and not wrong:
        yield Example(file, 1, wrong="the file has no example")


def rewrite(example: Example, expected: str) -> None:
    """Replace the last part of an example in its file."""
    lines = example.file.read_text(encoding="utf-8").split("\n")
    # Use its number: the examples above may have changed their length since the file was read.
    opening = [i for i, line in enumerate(lines) if _OPENING.fullmatch(line)]
    start = opening[example.number]
    end = lines.index(FENCE, start)
    last = max(i for i in range(start, end) if lines[i] == ".")
    lines[last + 1 : end] = expected.split("\n")[:-1]
    example.file.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def decoded(text: str) -> str:
    """Replace `⟨U+00AD⟩` with the character that it represents."""
    return _WRITTEN.sub(lambda match: chr(int(match[1], 16)), text)


def encoded(text: str) -> str:
    """Replace invisible characters and combining accents with the form `⟨U+00AD⟩`."""
    return "".join(f"⟨U+{ord(c):04X}⟩" if _is_hidden(c) else c for c in text)


def _is_hidden(char: str) -> bool:
    if char in "\n ":
        return False
    if unicodedata.category(char) in {"Cc", "Cf", "Zs", "Zl", "Zp"}:
        return True
    return "\u0300" <= char <= "\u036f" or "\ufe00" <= char <= "\ufe0f"
