"""Read files of other programs as text or JSON, and values from their JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from explainer.model.location import Location
from explainer.model.problems import Problem, short
from explainer.parse.text import clean, decode

LARGEST = 64_000_000
"""The largest file, in bytes. A file of 100,000 annotations has half as many."""


def text_of(path: str, raw: bytes) -> tuple[str | None, Problem | None]:
    """Decode a file. Problems: `too-large`, and those of `parse.text.decode`."""
    if len(raw) > LARGEST:
        message = f"the file has {len(raw) // 1_000_000} MB; the limit is {LARGEST // 1_000_000} MB"
        return None, Problem(Location(path), "too-large", message, "split it and import each part")
    return decode(path, raw)


def json_of(path: str, text: str) -> tuple[Any, tuple[Problem, ...]]:
    """Parse JSON; the problems have an error if it cannot be read.

    Problems: `not-json`, at the first invalid character; `duplicate-key` (a warning) for objects
    that have a key twice, since only the last value can be used.
    """
    location = Location(path)
    twice: dict[str, int] = {}

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(pairs)
        if len(data) < len(pairs):
            keys = [key for key, _ in pairs]
            twice.update((key, 0) for key in data if keys.count(key) > 1)
        return data

    try:
        data = json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        location = Location(path, error.lineno, error.colno)
        # Our messages start in lower case.
        message = f"the file is not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}"
    except RecursionError:
        message = "the brackets are nested too deeply"
    except ValueError as error:  # a number with thousands of digits
        message = f"the file cannot be read: {error}"
    else:
        if not twice:
            return data, ()
        listed = ", ".join(f"`{short(key)}`" for key in list(twice)[:6])
        message = f"objects have a key more than once, and only its last value is used: {listed}"
        return data, (Problem(location, "duplicate-key", message, "", "warning"),)
    hint = "use the file exactly as the other program exported it"
    return None, (Problem(location, "not-json", message, hint),)


def wrong_shape(path: str, at: str, expected: str, found: object) -> Problem:
    """Report valid JSON at `at` that does not have the `wanted` shape."""
    place = f"`{at}`" if at else "the file"
    message = f"{place} should be {expected}, but is {_named(found)}"
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
    """Return the first value under `keys` that is a nonblank string, or ""."""
    for key in keys:
        if isinstance(data, dict) and isinstance(value := data.get(key), str) and value.strip():
            return clean(value)
    return ""


def as_list(value: object) -> list[Any]:
    """Return JSON-LD's “one or more” as a list, which is empty for null."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects among JSON-LD's “one or more”."""
    return [one for one in as_list(value) if isinstance(one, dict)]


def has_surrogate(value: object) -> bool:
    """Return whether JSON has half of a surrogate pair, which is no character, in a text."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def one_line(text: str) -> str:
    """Put text on one line; nonbreaking spaces are kept."""
    return re.sub("[ \t\n]+", " ", clean(text)).strip(" ")
