"""explainer.model.report: reports for people and programs."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.model.location import Location
from explainer.model.problems import (
    Problem,
    RelatedLocation,
    Severity,
)
from explainer.model.report import as_json, as_text


def problem(
    line: int = 1, column: int = 1, severity: Severity = "error", path: str = "a.yaml"
) -> Problem:
    return Problem(Location(path, line, column), "bad-value", "no `x`", severity=severity)


def report(line: str, column: int) -> list[str]:
    """Return the source line and the caret line, without indentation."""
    text = as_text([problem(1, column)], {"a.yaml": line}, color=False)
    return [row[4:] for row in text.splitlines()[1:]]


def test_a_report_shows_the_line_a_caret_and_hints() -> None:
    content = "claims:\n  - id: a\n"
    location = Location("content/a.yaml", 2, 9)
    first = Problem(location, "duplicate-id", "the id `a` is taken", "rename it\nor leave it out")
    second = Problem(Location("content/b.md"), "no-front-matter", "nothing", severity="warning")
    third = Problem(Location("content/a.yaml", 1), "x", "the whole line")
    assert as_text([first, second, third], {"content/a.yaml": content}, color=False) == (
        "content/a.yaml:2:9: error[duplicate-id]: the id `a` is taken\n"
        "      - id: a\n"
        "            ^\n"
        "  hint: rename it\n"
        "        or leave it out\n"
        "content/b.md: warning[no-front-matter]: nothing\n"
        "content/a.yaml:1: error[x]: the whole line\n"
        "    claims:\n"
    )


def test_related_locations_follow_with_their_lines() -> None:
    related = (
        RelatedLocation(Location("a.yaml", 1, 3), "first here"),
        RelatedLocation(Location("b.md"), "and \x1bthere"),
    )
    found = Problem(Location("a.yaml", 2, 1), "duplicate-id", "again", "hint", related=related)
    assert as_text([found], {"a.yaml": "x y\nz\n"}, color=False) == (
        "a.yaml:2:1: error[duplicate-id]: again\n"
        "    z\n"
        "    ^\n"
        "  a.yaml:1:3: first here\n"
        "    x y\n"
        "      ^\n"
        "  b.md: and <U+001B>there\n"
        "  hint: hint\n"
    )


def test_no_problems_no_report() -> None:
    assert as_text([], {}, color=True) == ""


@pytest.mark.parametrize(
    ("line", "column", "shown", "before"),
    [
        ("a: b", 4, "a: b", 3),
        ("\ta: b", 2, "    a: b", 4),
        ("你好: b", 5, "你好: b", 6),
        ("e\u0301e\u0301: b", 7, "e\u0301e\u0301: b", 4),
        ("a\u200db: c", 6, "a\u200db: c", 4),
        ("a: b", 5, "a: b", 4),  # just past the end
        ("a: b", 99, "a: b", 4),
        ("a\x1b[31m: b", 2, "a<U+001B>[31m: b", 1),
        ("a\x1b: b", 5, "a<U+001B>: b", 11),
        ("\u202ea", 2, "<U+202E>a", 8),
    ],
)
def test_the_caret_is_under_its_column(line: str, column: int, shown: str, before: int) -> None:
    assert report(line, column) == [shown, " " * before + "^"]


def test_a_long_line_is_cut_around_the_column() -> None:
    line = "".join(f"{number:05}." for number in range(10_000))
    shown, caret = report(line, 30_001)
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) <= 102
    assert shown[len(caret) - 1 :].startswith("05000.")
    shown, caret = report(line, 1)
    assert shown.startswith("00000.")
    assert caret == "^"


def test_a_line_of_zero_width_characters_is_cut_too() -> None:
    assert len(report("a" + "\u0301" * 100_000, 50_000)[0]) < 1000


def test_color() -> None:
    text = as_text([problem()], {"a.yaml": "x"}, color=True)
    plain = as_text([problem()], {"a.yaml": "x"}, color=False)
    assert "\x1b[1;31merror[bad-value]:\x1b[0m" in text
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == plain


def test_a_location_outside_the_text_shows_no_line() -> None:
    assert as_text([problem(5)], {"a.yaml": "x"}, color=False).count("\n") == 1


anything = st.text(st.characters())  # lone surrogates too


@given(anything, anything, anything, st.integers(0, 50), st.integers(0, 50))
def test_no_control_character_reaches_the_terminal(
    path: str, message: str, line: str, number: int, column: int
) -> None:
    found = Problem(Location(path, number, column), "x", message, hint=message)
    text = as_text([found], {path: line}, color=False)
    assert {unicodedata.category(char) for char in text.replace("\n", "")} <= {
        *("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps"),
        *("Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Cf", "Cn", "Co"),
    }
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)
    text.encode()


def test_json_has_exactly_the_documented_keys() -> None:
    related = RelatedLocation(Location("b.yaml", 2), "first here\ud800")
    found = Problem(Location("a.yaml", 3, 7), "x", "é", "fix it", "warning", "call", (related,))
    assert json.loads(as_json([found, problem()])) == [
        {
            "path": "a.yaml",
            "line": 3,
            "column": 7,
            "severity": "warning",
            "code": "x",
            "message": "é",
            "hint": "fix it",
            "annotation": "call",
            "related": [{"path": "b.yaml", "line": 2, "column": 0, "message": "first here\ufffd"}],
        },
        {
            "path": "a.yaml",
            "line": 1,
            "column": 1,
            "severity": "error",
            "code": "bad-value",
            "message": "no `x`",
            "hint": "",
            "annotation": None,
            "related": [],
        },
    ]
    assert list(json.loads(as_json([found]))[0]) == [
        *("path", "line", "column", "severity", "code", "message", "hint", "annotation"),
        "related",
    ]
    assert as_json([]) == "[]\n"


@given(anything)
def test_json_is_valid_for_any_text(text: str) -> None:
    report = as_json([Problem(Location(text, 1, 1), "x", text, text, annotation=text)])
    assert report.isascii()
    row = json.loads(report)[0]
    assert row["message"] == re.sub("[\ud800-\udfff]", "\ufffd", text)
    row["annotation"].encode()
