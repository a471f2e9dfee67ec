"""explainer.model.problems: sorting, and helpers for messages."""

from __future__ import annotations

from explainer.model.location import Location
from explainer.model.problems import (
    Problem,
    Severity,
    did_you_mean,
    nearest,
    short,
    sort,
)


def problem(
    line: int = 1, column: int = 1, severity: Severity = "error", path: str = "a.yaml"
) -> Problem:
    return Problem(Location(path, line, column), "bad-value", "no `x`", severity=severity)


def test_sort_is_by_location_then_severity_without_duplicates() -> None:
    expected = (
        problem(1, 2, path="a.md"),
        problem(1, 3),
        problem(1, 3, "warning"),
        problem(2, 1),
        problem(10, 1),
    )
    assert sort((*reversed(expected), *expected)) == expected


def test_near_misses() -> None:
    words = ["quote", "prefix", "suffix"]
    assert nearest("qoute", words) == "quote"
    assert nearest("Prefix", words) == "prefix"
    assert nearest("image", words) is None
    assert nearest("x", []) is None
    assert did_you_mean("sufix", words) == "did you mean `suffix`?"
    assert did_you_mean("image", words, "else") == "else"


def test_short() -> None:
    assert short("a\n  b") == "a b"
    assert short("a" * 100, 10) == "a" * 9 + "…"
