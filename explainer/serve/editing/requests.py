"""Read a page's JSON request, and build the reply."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from explainer.model.problems import Problem
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to a request."""

    status: int
    """The HTTP status: 200; 400 for an invalid request; 404; 409 if the file has changed since the
    page was loaded; 422 if the author has something to fix."""
    body: Mapping[str, Any]
    """The JSON body. If the status is not 200, `problems` has messages for the author."""


class RefusalError(Exception):
    """Ends a request with an error reply. `more` adds keys to its body."""

    def __init__(self, status: int, message: str, hint: str = "", **more: Any) -> None:
        super().__init__(message)
        self.reply = Reply(status, {"problems": [_worded(message, hint)], **more})


def refused(problems: Sequence[Problem]) -> Reply:
    """Return the reply to a change that would cause problems."""
    worded = []
    for problem in problems:
        location = problem.location
        place = f"{location.path}:{location.line}" if location.line else location.path
        worded.append(_worded(problem.message, problem.hint, place))
    return Reply(422, {"problems": worded})


def _worded(message: str, hint: str, place: str = "") -> dict[str, str]:
    return {"message": message, "hint": hint, "place": place}


def parse_request(body: bytes) -> object:
    """Parse a request's body; return None if it is not JSON in UTF-8."""
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError):
        return None


class Request:
    """Validating access to a request's JSON. Methods raise RefusalError on wrong types."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body

    def text(self, key: str) -> str:
        """Return a text; empty if the key is missing."""
        value = self.body.get(key, "")
        if not isinstance(value, str):
            raise RefusalError(400, f"`{key}` is not text")
        # JSON allows unpaired surrogates, which cannot be encoded in UTF-8.
        return value.encode("utf-8", "replace").decode()

    def number(self, key: str) -> int | None:
        """Return a nonnegative integer, or None."""
        value = self.body.get(key)
        return value if isinstance(value, int) and value >= 0 else None

    def flag(self, key: str) -> bool:
        """Return a boolean; false if the key is missing."""
        value = self.body.get(key, False)
        if not isinstance(value, bool):
            raise RefusalError(400, f"`{key}` is not true or false")
        return value

    def group(self, key: str) -> Request:
        """Return a nested object; empty if the key is missing."""
        value = self.body.get(key, {})
        if not isinstance(value, dict):
            raise RefusalError(400, f"`{key}` is not an object")
        return Request(value)

    def groups(self, key: str) -> list[Request]:
        """Return a list of objects; empty if the key is missing."""
        value = self.body.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise RefusalError(400, f"`{key}` is not a list of objects")
        return [Request(one) for one in value]
