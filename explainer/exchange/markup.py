"""Plain text from the titles of CSL-JSON, which may have HTML-like markup."""

from __future__ import annotations

import html
import re

from explainer.exchange.scripts import script

_TAG = re.compile(
    r"<(/?)(i|b|em|strong|u|sc|scp|sub|sup|span|tt|small|inf|jats:\w+|br)\b[^<>]*>", re.IGNORECASE
)
_OTHER_TAG = re.compile(r"</?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def plain(text: str) -> tuple[str, bool]:
    """Return a text without markup, and whether tags are left in it that readers would see.

    Removes pairs of the tags that citation processors know, and reads character references. A `<`
    that begins no such pair is text, as in `p < 0.05`.
    https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html#html-like-formatting-tags
    """
    parts: list[str] = []
    opened: list[tuple[str, int, str]] = []  # name, index in `parts`, tag as written
    at = 0
    for tag in _TAG.finditer(text):
        parts.append(text[at : tag.start()])
        at = tag.end()
        name = tag[2].lower()
        if name == "br":
            parts.append(" ")
        elif not tag[1]:
            opened.append((name, len(parts), tag[0]))
            parts.append(tag[0])
        elif name in {one[0] for one in opened}:
            while opened[-1][0] != name:
                opened.pop()
            _close(parts, *opened.pop()[:2])
        else:
            parts.append(tag[0])
    parts.append(text[at:])
    result = "".join(parts)
    has_tags = _OTHER_TAG.search(result) is not None
    return unescape(result), has_tags


def _close(parts: list[str], name: str, start: int) -> None:
    inner = "".join(parts[start + 1 :])
    sign = {"sup": "^", "sub": "_", "inf": "_"}.get(name)
    parts[start:] = [script(sign, inner) if sign else inner]


def unescape(text: str) -> str:
    """Return a text with its character references read: `&amp;` as `&`."""
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text)


def escape(text: str) -> str:
    """Return a text whose character references are read as they are: `&lt;` as `&amp;lt;`."""
    return _REFERENCE.sub(lambda match: f"&amp;{match[0][1:]}", text)
