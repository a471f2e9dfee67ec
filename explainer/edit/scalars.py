"""Texts as YAML scalars: plain, in quotation marks, or as a block under `|`."""

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
    """Whether a text needs no quotation marks: all who read YAML take it for this very text.

    `flow`: it is between brackets or braces. `typed`: its type matters to readers that, unlike
    ours, take `no` or `1863` for something else than text.
    """
    if not _PLAIN.fullmatch(text) or ": " in text or " #" in text or text.startswith("..."):
        return False
    if flow and re.search(r"[,\[\]{}]|:(?=[\"'])", text):
        return False
    if text.lower() in {"null", "~"}:
        return False
    return not typed or _RESOLVER.resolve(ScalarNode, text, (True, False)).endswith(":str")


def quoted(text: str, preferred: str) -> str:
    """A text in quotation marks, on one line; the others, if those preferred need escapes."""
    if "\n" in text or "\t" in text:
        return double(text)
    escaped = '"' in text or "\\" in text
    if ("'" not in text or escaped) if preferred == "'" else (escaped and "'" not in text):
        return "'" + text.replace("'", "''") + "'"
    return double(text)


def double(text: str) -> str:
    """A text in double quotation marks, on one line."""
    return '"' + re.sub(r'[\\"\n\t]', lambda match: _ESCAPES[match[0]], text) + '"'


def block(text: str, column: int, step: int, rest: str = "") -> str | None:
    """A text under `|`, its lines in `column`, `step` columns from its key.

    `rest` follows on the first line: a comment. None if only quotation marks can hold the text.
    """
    body = text.removesuffix("\n")
    if not body.strip() or body.endswith("\n"):
        return None
    sign = "|"
    if body[0] in " \t\n":
        # Else readers would take the lines' column from the first one.
        if step > 9:
            return None
        sign += str(step)
    sign += "" if text.endswith("\n") else "-"
    lines = (" " * column + line if line else "" for line in body.split("\n"))
    return "\n".join((sign + rest, *lines))
