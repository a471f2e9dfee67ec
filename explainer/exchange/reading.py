"""How files of other programs are read: as text, and as JSON of a known shape."""

from __future__ import annotations

import json
import re
from typing import Any

from explainer.model.location import Location
from explainer.model.problems import Problem, short
from explainer.parse.text import clean, decode

LARGEST = 64_000_000
"""Bytes. A file of 100,000 annotations has half of that; more is no file for one article."""


def text_of(path: str, raw: bytes) -> tuple[str | None, Problem | None]:
    """Decode a file. Problems: `too-large`, and those of `parse.text.decode`."""
    if len(raw) > LARGEST:
        message = f"the file has {len(raw) // 1_000_000} MB, more than {LARGEST // 1_000_000}"
        return None, Problem(Location(path), "too-large", message, "import it in parts")
    return decode(path, raw)


def json_of(path: str, text: str) -> tuple[Any, Problem | None]:
    """Read JSON. Problems: `not-json`, at the first character that is wrong."""
    location = Location(path)
    try:
        return json.loads(text), None
    except json.JSONDecodeError as error:
        location = Location(path, error.lineno, error.colno)
        # A full stop, and a position that is ours to give.
        message = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
    except RecursionError:
        message = "its brackets are nested too deeply"
    except ValueError as error:  # a number of thousands of digits
        message = f"this cannot be read: {error}"
    hint = "give the file as the other program exported it"
    return None, Problem(location, "not-json", message, hint)


def wrong_shape(path: str, at: str, wanted: str, found: object) -> Problem:
    """Report JSON that is well-formed, but has another shape than is wanted."""
    place = f"`{at}`" if at else "the file"
    message = f"{place} should be {wanted}, but is {_named(found)}"
    return Problem(Location(path), "wrong-shape", message)


def _named(value: object) -> str:
    match value:
        case None:
            return "missing"
        case dict():
            return f"an object with the keys {', '.join(map(short, list(value)[:6])) or '(none)'}"
        case list():
            return "a list"
        case str():
            return f"the text `{short(value)}`"
        case _:
            return f"`{short(str(value))}`"


def first_text(data: object, *keys: str) -> str:
    """Give the first of the values under `keys` that is a text and says something, or ""."""
    for key in keys:
        if isinstance(data, dict) and isinstance(value := data.get(key), str) and value.strip():
            return clean(value)
    return ""


def as_list(value: object) -> list[Any]:
    """Give JSON-LD's “one or more” as a list; nothing as an empty one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def objects(value: object) -> list[dict[str, Any]]:
    """Give the objects among “one or more”."""
    return [one for one in as_list(value) if isinstance(one, dict)]


def one_line(text: str) -> str:
    """Give text on one line; spaces that do not break stay what they are."""
    return re.sub("[ \t\n]+", " ", clean(text)).strip(" ")
