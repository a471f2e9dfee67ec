"""Write texts as YAML scalars: plain, quoted, or as a literal block (`|`)."""

from __future__ import annotations

import re
from typing import Any

import yaml as pyyaml
from yaml.nodes import ScalarNode

_RESOLVER: Any = pyyaml.resolver.Resolver()
_PLAIN = re.compile(
    r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=<~][^\t\n]*(?<![\s:])|[^\s\-?:,\[\]{}#&*!|>'\"%@`=<~:]"
)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def is_plain(text: str, *, flow: bool, typed: bool) -> bool:
    """Return whether a text needs no quotation marks in YAML.

    `flow`: the text is between brackets or braces. `typed`: it also needs quotation marks if other
    YAML parsers would not read it as text, such as `no` or `1863`; ours reads all scalars as text.
    """
    if not _PLAIN.fullmatch(text) or ": " in text or " #" in text or text.startswith("..."):
        return False
    if flow and re.search(r"[,\[\]{}]|:(?=[\"'])", text):
        return False
    if text.lower() == "null":
        return False
    return not typed or _RESOLVER.resolve(ScalarNode, text, (True, False)).endswith(":str")


def quoted(text: str, preferred: str) -> str:
    """Quote a text on one line, with the `preferred` marks unless they would need escapes."""
    if "\n" in text or "\t" in text:
        return double(text)
    escaped = '"' in text or "\\" in text
    if ("'" not in text or escaped) if preferred == "'" else (escaped and "'" not in text):
        return "'" + text.replace("'", "''") + "'"
    return double(text)


def double(text: str) -> str:
    """Quote a text on one line, with double quotation marks."""
    return '"' + re.sub(r'[\\"\n\t]', lambda match: _ESCAPES[match[0]], text) + '"'


def block(text: str, column: int, step: int, rest: str = "") -> str | None:
    """Write a text as a literal block (`|`) at `column`, which is `step` columns from its key.

    `rest` is a comment to keep on the first line. Return None if the text must be quoted.
    """
    body = text.removesuffix("\n")
    if not body.strip() or body.endswith("\n"):
        return None
    sign = "|"
    if body[0] in " \t\n":
        # Without an indentation indicator, parsers take the column of the first line.
        if step > 9:
            return None
        sign += str(step)
    sign += "" if text.endswith("\n") else "-"
    lines = (" " * column + line if line else "" for line in body.split("\n"))
    return "\n".join((sign + rest, *lines))
