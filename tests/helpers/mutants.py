"""Small changes of a module's syntax tree, each of which some test should notice."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_PAIRS = """Lt LtE|Gt GtE|Eq NotEq|Is IsNot|In NotIn|And Or|Add Sub|Mult FloorDiv|BitOr BitAnd|
min max|any all|find rfind|startswith endswith|partition rpartition|lstrip rstrip|index rindex|
removeprefix removesuffix|bisect_left bisect_right|sorted reversed"""
_OTHER = {
    one: other
    for pair in _PAIRS.split("|")
    for one, other in (pair.split(), reversed(pair.split()))
}


def _with(node: Any, **fields: Any) -> Any:
    """Return a copy of a node with other fields."""
    return ast.copy_location(type(node)(**{**dict(ast.iter_fields(node)), **fields}), node)


def _without(node: Any, *fields: str) -> list[Any]:
    """Return copies of a node that each lack one item of the lists in these fields."""
    lists = {field: getattr(node, field) for field in fields}
    count = len(lists[fields[0]])
    return [
        _with(node, **{name: items[:i] + items[i + 1 :] for name, items in lists.items()})
        for i in range(count)
    ]


def _operator(node: Any) -> list[Any]:
    other = _OTHER.get(type(node.op).__name__)
    return [_with(node, op=getattr(ast, other)())] if other else []


def _comparison(node: ast.Compare) -> list[Any]:
    other = getattr(ast, _OTHER[type(node.ops[0]).__name__])
    return [_with(node, ops=[other(), *node.ops[1:]])]


def _constant(node: ast.Constant) -> list[Any]:
    value = node.value
    if isinstance(value, bool):
        return [_with(node, value=not value)]
    if isinstance(value, int):
        return [_with(node, value=value + 1), _with(node, value=value - 1)]
    is_code = isinstance(value, str) and re.fullmatch(r"[a-z]+(-[a-z]+)+", value)
    return [_with(node, value=f"{value}-x")] if is_code else []


def _negated(node: Any) -> list[Any]:
    if isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
        return []  # changed itself
    return [_with(node, test=ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test))]


def _nothing(node: Any) -> list[Any]:
    if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call):
        return []
    return [ast.copy_location(ast.Pass(), node)]


_CHANGES: dict[type[ast.AST], Callable[[Any], Iterable[Any]]] = {
    ast.Compare: _comparison,
    ast.BoolOp: lambda n: (
        _operator(n) + (_without(n, "values") if len(n.values) > 2 else list(n.values))
    ),
    ast.BinOp: _operator,
    ast.AugAssign: _operator,
    ast.UnaryOp: lambda n: [n.operand] if isinstance(n.op, ast.Not) else [],
    ast.Constant: _constant,
    ast.Slice: lambda n: [_with(n, **{e: None}) for e in ("lower", "upper") if getattr(n, e)],
    ast.Set: lambda n: _without(n, "elts"),
    ast.List: lambda n: _without(n, "elts"),
    ast.Dict: lambda n: _without(n, "keys", "values"),
    ast.Tuple: lambda n: (
        _without(n, "elts") if all(isinstance(each, ast.Constant) for each in n.elts) else []
    ),
    ast.Name: lambda n: [_with(n, id=_OTHER[n.id])] if n.id in _OTHER else [],
    ast.Attribute: lambda n: [_with(n, attr=_OTHER[n.attr])] if n.attr in _OTHER else [],
    ast.Return: lambda n: [] if ast.unparse(n) in _EMPTY else [_with(n, value=None)],
    ast.If: _negated,
    ast.While: _negated,
    ast.IfExp: _negated,
    ast.comprehension: lambda n: _without(n, "ifs"),
    **dict.fromkeys((ast.Break, ast.Continue, ast.Raise, ast.Expr), _nothing),
}
_EMPTY = {"return", "return None", "return False"}
"""Statements that are not changed to `return`, because they do the same or nearly so."""
_LEFT_OUT = {"annotation", "returns", "decorator_list", "keys"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of a module's syntax tree that is not made yet."""

    line: int
    lines: frozenset[int]
    """The lines of which a test must run one to notice it; empty if importing the module does."""
    old: Any
    new: Any
    parent: ast.AST
    name: str
    index: int | None

    def apply(self) -> None:
        """Make the change."""
        if self.index is None:
            setattr(self.parent, self.name, self.new)
        else:
            getattr(self.parent, self.name)[self.index] = self.new

    def __str__(self) -> str:
        old, new = (ast.unparse(each).partition("\n")[0] for each in (self.old, self.new))
        return f"    - {old}\n    + {new}"


def mutants(node: ast.AST, line: int = 1, lines: frozenset[int] = frozenset()) -> Iterator[Mutant]:
    """Yield the mutants below a node; `lines` are those of the statement around it."""
    is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    for name, value in ast.iter_fields(node):
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or isinstance(child, ast.JoinedStr):
                continue
            is_alias = getattr(getattr(child, "annotation", None), "id", "") == "TypeAlias"
            is_type = getattr(getattr(child, "value", None), "id", "") == "Literal"
            is_zip = getattr(getattr(node, "func", None), "id", "") == "zip"
            if name in _LEFT_OUT or is_alias or is_type or (is_zip and name == "keywords"):
                continue
            at, own = getattr(child, "lineno", line), lines
            if isinstance(child, ast.stmt) and (is_function or lines):
                own = frozenset({at})
            elif lines and isinstance(child, ast.expr):
                own |= {*range(at, (child.end_lineno or at) + 1)}
            where = index if isinstance(value, list) else None
            for new in _CHANGES.get(type(child), lambda _: ())(child):
                yield Mutant(at, own, child, new, node, name, where)
            yield from mutants(child, at, own)
