"""The mutation tester: which changes it makes, and what it reports."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests import ROOT
from tests.helpers.mutants import mutants


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("a < b", "a <= b"),
        ("a in b", "a not in b"),
        ("a and b", "a or b|a|b"),
        ("a or b or c", "a and b and c|b or c|a or c|a or b"),
        ("a + 1", "a - 1|a + 2|a + 0"),
        ("not a", "a"),
        ("True", "False"),
        ("a[1:b]", "a[:b]|a[2:b]|a[0:b]|a[1:]"),
        ("min(a)", "max(a)"),
        ("a.partition(b)", "a.rpartition(b)"),
        ("{a, b}", "{b}|{a}"),
        ("{a: 'x', b: 'y'}", "{b: 'y'}|{a: 'x'}"),
        ("('x', 'y')", "('y',)|('x',)"),
        ("a if b else c", "a if not b else c"),
        ("[a for a in b if a]", "[a for a in b]"),
        ("'quote-lost'", "'quote-lost-x'"),
        ("'a message'", ""),
        ("f'{a + 1}'", ""),
        ("a == b", "a != b"),
        ("Literal['x', 'y']", ""),
    ],
)
def test_changes_of_an_expression(source: str, changed: str) -> None:
    def after(number: int) -> str:
        tree = ast.parse(f"v = {source}")
        list(mutants(tree))[number].apply()
        return ast.unparse(tree).removeprefix("v = ")

    count = len(list(mutants(ast.parse(f"v = {source}"))))
    assert sorted(map(after, range(count))) == sorted(filter(None, changed.split("|")))


def test_changes_of_statements_and_the_lines_that_reach_them() -> None:
    source = """\
def f(x=1) -> int:
    "Text."
    for y in x:
        if y:
            break
        g(
            y, 2)
    return None
"""
    tree = ast.parse(source)
    found = {(each.line, str(each)): sorted(each.lines) for each in mutants(tree)}
    assert {key: lines for key, lines in found.items() if "pass" in key[1]} == {
        (5, "    - break\n    + pass"): [5],
        (6, "    - g(y, 2)\n    + pass"): [6],
    }
    assert found[1, "    - 1\n    + 2"] == [], "importing the module runs it"
    assert found[7, "    - 2\n    + 3"] == [6, 7]
    assert {line for line, _ in found} == {1, 4, 5, 6, 7}


@pytest.mark.slow
def test_survivors_are_listed() -> None:
    command = [sys.executable, "-m", "tests.helpers.mutation", "explainer/support/paths.py"]
    done = subprocess.run([*command, "--number", "4"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    last = done.stdout.splitlines()[-1]
    assert last.startswith("explainer/support/paths.py: 4 tried, ")
    assert done.stdout.count(": not noticed by ") == int(last.split()[3])
