"""A page's request as JSON, and the reply to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from explainer.model.problems import Problem


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to a request."""

    status: int
    """HTTP's: 200; 400 for what no page of ours asks; 404; 409 if the file differs from the one
    that the page knows; 422 if the author has something to fix."""
    body: Mapping[str, Any]
    """Sent as JSON. If the status is not 200, `problems` has words for the author."""


class RefusalError(Exception):
    """Ends a request with a reply that is not 200; `more` are keys of its body."""

    def __init__(self, status: int, message: str, hint: str = "", **more: Any) -> None:
        super().__init__(message)
        self.reply = Reply(status, {"problems": [_worded(message, hint)], **more})


def refused(problems: Sequence[Problem]) -> Reply:
    """Give the reply to a change that would cause problems."""
    worded = []
    for problem in problems:
        location = problem.location
        place = f"{location.path}:{location.line}" if location.line else location.path
        worded.append(_worded(problem.message, problem.hint, place))
    return Reply(422, {"problems": worded})


def _worded(message: str, hint: str, place: str = "") -> dict[str, str]:
    return {"message": message, "hint": hint, "place": place}


def parse_request(body: bytes) -> object:
    """Read a request's body; None for what is not JSON in UTF-8."""
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError):
        return None


class Request:
    """A request's JSON, read with care: anything may be in it. Raises RefusalError."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body

    def text(self, key: str) -> str:
        """A text; empty if there is none."""
        value = self.body.get(key, "")
        if not isinstance(value, str):
            raise RefusalError(400, f"`{key}` is no text")
        # Half a surrogate pair is legal in JSON, and nowhere else.
        return value.encode("utf-8", "replace").decode()

    def number(self, key: str) -> int | None:
        """A number from 0; None if there is none."""
        value = self.body.get(key)
        return value if isinstance(value, int) and value >= 0 else None

    def group(self, key: str) -> Request:
        """A group of keys; empty if there is none."""
        value = self.body.get(key, {})
        if not isinstance(value, dict):
            raise RefusalError(400, f"`{key}` is no group of keys")
        return Request(value)

    def groups(self, key: str) -> list[Request]:
        """A list of groups; empty if there is none."""
        value = self.body.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise RefusalError(400, f"`{key}` is no list of groups")
        return [Request(one) for one in value]
