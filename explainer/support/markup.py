"""Make `Markup` of text, faster than `markupsafe` if there is nothing to escape."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

_special = re.compile("[&<>'\"]").search

TEXTS: set[type] = {str}
"""Classes whose values are text without markup: `shown` adds those that it meets."""


def marked(html: str) -> Markup:
    """Return text that is HTML already as `Markup`."""
    return str.__new__(Markup, html)


def escaped(text: str) -> Markup:
    """Return text as `escape` does; `Markup` is returned as it is."""
    if type(text) is Markup:
        return text
    return escape(text) if _special(text) else str.__new__(Markup, text)


def shown(value: Any) -> str:
    """Return what a template shows of a value: as `escape` does, but plain text stays as it is."""
    kind = type(value)
    if kind is Markup or (kind in TEXTS and not _special(value)):
        return value  # type: ignore[no-any-return]
    if kind is int:
        return str(value)
    if issubclass(kind, str) and not hasattr(kind, "__html__") and kind.__str__ is str.__str__:
        TEXTS.add(kind)
    return escape(value)
