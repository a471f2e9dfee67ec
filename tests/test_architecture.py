"""The structure of the package: short files and functions, unique class names, import layers."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import defaultdict
from functools import cache

import pytest

from tests import ROOT

PACKAGE = ROOT / "explainer"
FILE_LINES, FUNCTION_LINES = 600, 60

LONG_FUNCTIONS: dict[str, str] = {}
"""Functions that may be longer, at most three: `path.py:Class.name`, each with the reason."""


@cache
def parsed() -> dict[str, ast.Module]:
    """Return the syntax tree of every module of the package, by its path."""
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def functions(tree: ast.AST, prefix: str = "") -> dict[str, int]:
    """Return the line count of every function and method below a node, by qualified name."""
    found: dict[str, int] = {}
    for node in ast.iter_child_nodes(tree):
        inner = prefix
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{prefix}{node.name}."
            if not isinstance(node, ast.ClassDef):
                found[inner.rstrip(".")] = (node.end_lineno or node.lineno) - node.lineno + 1
        found |= functions(node, inner)
    return found


def test_no_file_is_long() -> None:
    lines = {
        path.relative_to(PACKAGE).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
    }
    assert {path: number for path, number in lines.items() if number > FILE_LINES} == {}


def test_no_function_is_long() -> None:
    long = {
        f"{path}:{name}"
        for path, tree in parsed().items()
        for name, number in functions(tree).items()
        if number > FUNCTION_LINES
    }
    assert long == set(LONG_FUNCTIONS), "remove exceptions that are not needed"
    assert len(LONG_FUNCTIONS) <= 3


def test_no_two_classes_share_a_name() -> None:
    places = defaultdict(list)
    for path, tree in parsed().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(path)
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def test_packages_import_only_packages_below() -> None:
    pytest.importorskip("importlinter")
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_versions_are_pinned_only_in_requirements() -> None:
    """The lists in requirements/ agree and name no index, and there are no other lock files."""
    pins = {}
    for name in ("run", "site", "test"):
        text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
        assert not re.search(r"://|^--(?!hash)", text, re.MULTILINE)
        pins[name] = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE))
    assert pins["run"].items() <= pins["site"].items() <= pins["test"].items()
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout
    names = {path.rpartition("/")[2] for path in tracked.splitlines()}
    locks = {"package-lock.json", "yarn.lock", "pnpm-lock.yaml", "uv.lock", "poetry.lock"}
    assert not names & (locks | {"Pipfile.lock", "pdm.lock", "npm-shrinkwrap.json"})
