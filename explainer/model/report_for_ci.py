"""Format problems for services that show them beside a change: GitHub's annotations, and SARIF.

Both are made from the rows of the report in JSON. Paths in them are relative to the top of the
repository: `folder` is that of the site in it, with `/` at its end, or empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote

from explainer import __version__
from explainer.model.report import printable

Row: TypeAlias = Mapping[str, Any]
"""A problem, with the keys of `report.as_json`."""

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_ORDER = list(_COMMANDS)
_ABOUT = "https://pypi.org/project/explainer-ssg/"
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_github(rows: Iterable[Row], folder: str = "") -> str:
    """Return commands by which a GitHub workflow shows problems in the files of a pull request.

    GitHub shows a few of each severity for each step, so the worst ones are first.
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    lines = []
    for row in sorted(rows, key=lambda row: _ORDER.index(row["severity"])):
        place = {"file": _path(row, folder), "title": f"explainer: {row['code']}"}
        if row["line"]:
            place["line"] = str(row["line"])
        if row["line"] and row["column"]:
            place["col"] = str(row["column"])
        properties = ",".join(f"{key}={_property(value)}" for key, value in place.items())
        lines.append(f"::{_COMMANDS[row['severity']]} {properties}::{_data(_text(row))}\n")
    return "".join(lines)


def _data(text: str) -> str:
    """Escape the message of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape the value of a property of a command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _text(row: Row) -> str:
    """Return a message with its hint, without characters that terminals obey."""
    lines = (row["message"], *(row["hint"].split("\n") if row["hint"] else ()))
    return "\n".join(printable(line) for line in lines)


def _path(row: Row, folder: str) -> str:
    path: str = row["path"]
    return path if path.startswith("/") else folder + path


def as_sarif(rows: Iterable[Row], folder: str = "") -> str:
    """Return a log in SARIF 2.1.0, which code scanners exchange.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    rows = list(rows)
    codes = sorted({row["code"] for row in rows})
    driver = {
        "name": "explainer",
        "version": __version__,
        "informationUri": _ABOUT,
        "rules": [
            {"id": code, "shortDescription": {"text": code.replace("-", " ").capitalize()}}
            for code in codes
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(row, codes, folder) for row in rows],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _result(row: Row, codes: Sequence[str], folder: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": row["code"],
        "ruleIndex": codes.index(row["code"]),
        "level": _LEVELS[row["severity"]],
        "message": {"text": _text(row)},
        "locations": [_location(row, folder)],
    }
    if row["related"]:
        result["relatedLocations"] = [
            {"id": number, **_location(each, folder), "message": {"text": each["message"]}}
            for number, each in enumerate(row["related"], start=1)
        ]
    if row["annotation"]:
        result["properties"] = {"annotation": row["annotation"]}
    return result


def _location(row: Row, folder: str) -> dict[str, Any]:
    """Return a place in a file; for an entire file, its first line, as GitHub needs one."""
    region = {"startLine": row["line"] or 1}
    if row["line"] and row["column"]:
        region["startColumn"] = row["column"]
    address = quote(_path(row, folder), safe="/!$&'()*+,;=:@-._~")
    return {"physicalLocation": {"artifactLocation": {"uri": address}, "region": region}}
