"""explainer.model.problems: sorting, and helpers for messages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from explainer.model.location import Location
from explainer.model.problems import (
    CODES,
    Problem,
    Severity,
    did_you_mean,
    nearest,
    short,
    sort,
)
from tests import ROOT


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


def test_every_code_is_expected_by_a_test() -> None:
    """Some test compares it, or a report in the form `error[code]` or `path error code` has it."""
    in_report = re.compile(r"\b(?:error|warning|info)(?: |: |\[)([a-z0-9-]+)")
    expected = set()
    for text in (*_strings(), *_reports()):
        expected |= {text, *in_report.findall(text)}
    assert CODES - expected == set()


def _reports() -> Iterator[str]:
    for path in (ROOT / "tests").rglob("*"):
        if path.name == "problems.txt" or path.suffix == ".md":
            yield path.read_text(encoding="utf-8", errors="replace")


def _strings() -> Iterator[str]:
    """Yield the strings in the tests, except those with which they make a problem themselves."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        calls = (n for n in nodes if isinstance(n, ast.Call) and "Problem" in ast.unparse(n.func))
        made = {inner for call in calls for inner in ast.walk(call)}
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in made:
                yield node.value
