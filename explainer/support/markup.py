"""Make `Markup` of text, faster than `markupsafe` if there is nothing to escape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import markupsafe
from markupsafe import Markup, escape

plain: Callable[[str], str] = getattr(markupsafe, "_escape_inner", None) or (
    lambda text: str(escape(text))
)
"""Escapes a text, and returns a text: the same if there is nothing to escape."""

TEXTS: set[type] = {str}
"""Classes whose values are text without markup: `shown` adds those that it meets."""


def marked(html: str) -> Markup:
    """Return text that is HTML already as `Markup`."""
    return str.__new__(Markup, html)


def escaped(text: str) -> Markup:
    """Return text as `escape` does; `Markup` is returned as it is."""
    if type(text) is Markup:
        return text
    return str.__new__(Markup, plain(text))


def shown(value: Any) -> str:
    """Return what a template shows of a value: as `escape` does, but plain text stays as it is."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    if kind in TEXTS:
        return plain(value)
    if kind is int:
        return str(value)
    if issubclass(kind, str) and not hasattr(kind, "__html__") and kind.__str__ is str.__str__:
        TEXTS.add(kind)
    return escape(value)
