"""Decode and normalize text for the parsers of authors' files."""

from __future__ import annotations

import codecs
import re

from explainer.model.location import Lines, Location
from explainer.model.problems import Problem
from explainer.support.patterns import later

NOT_YAML = later("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""A character that normalized YAML does not allow, raw or as an escape.

These are control characters, halves of surrogate pairs, noncharacters, a byte order mark, and
U+0085, U+2028 and U+2029, which are line ends in YAML 1.1 but not in YAML 1.2.
"""

_SURROGATE = later("[\ud800-\udfff]")
_BREAK = later("\r\n?|[\x85\u2028\u2029]")


def normalize(text: str) -> str:
    r"""Return `text` without a byte order mark, with `\n` as line ends."""
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def line_end(text: str) -> str:
    r"""Return the line end of a text as it is on disk: `\r\n` if it has any, else `\n`."""
    return "\r\n" if "\r\n" in text else "\n"


def clean(text: str) -> str:
    r"""Return external text in a form that YAML allows.

    Line ends become `\n`, lone surrogates become U+FFFD, and other characters of `NOT_YAML` are
    removed.
    """
    return NOT_YAML.sub("", _SURROGATE.sub("\ufffd", _BREAK.sub("\n", text)))


def quoted(text: str) -> str:
    """Return `text` as a quoted YAML value on one line."""
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


def decode(path: str, raw: bytes) -> tuple[str | None, Problem | None]:
    r"""Decode a file into text without a byte order mark, with `\n` as line ends.

    If the file is not UTF-8, return None and a problem at the first invalid character: `not-utf8`
    or `null-character`.
    """
    # UTF-32's mark begins with the one of UTF-16.
    marks = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    save = "save the file as UTF-8 (“Save with Encoding” in your editor)"
    if raw.startswith(marks) or raw[:4].count(0) >= 2:
        message = "the file is encoded as UTF-16 or UTF-32, not UTF-8"
        return None, Problem(Location(path, 1, 1), "not-utf8", message, save)
    try:
        text = normalize(raw.decode())
    except UnicodeDecodeError as error:
        before = normalize(raw[: error.start].decode())
        guess = raw[error.start : error.start + 1].decode("cp1252", "replace")
        message = f"the file is not UTF-8: byte 0x{raw[error.start]:02X} is not valid here"
        if guess.isprintable() and guess != "\ufffd":
            save += f"; in Windows-1252, an older encoding, this byte is `{guess}`"
        return None, Problem(Lines(path, before).location(len(before)), "not-utf8", message, save)
    if (index := text.find("\0")) >= 0:
        message = "null character: the file is not text, or not UTF-8"
        return None, Problem(Lines(path, text).location(index), "null-character", message, save)
    return text, None
