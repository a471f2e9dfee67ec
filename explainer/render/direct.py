"""Compile templates to Python that reads attributes and calls functions directly.

Jinja calls a function for each, which also looks for items, and accepts names that do not exist.
This takes a seventh of the rendering time, and our templates seldom need it. If one does, there is
an exception, and the caller renders the template again, compiled in Jinja's own way. If both ways
succeed, they give the same text.

Templates and their blocks also collect what they show in lists, as macros do, and yield it at once;
and what is `Markup` or plain text already is not passed to `escape`.
"""

from __future__ import annotations

from collections.abc import Iterable
from keyword import iskeyword
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

_ABOUT_MISSING = frozenset(("defined", "undefined", "default", "d"))
"""Tests and filters for names that may not exist."""


class DirectGenerator(CodeGenerator):
    """Generates the Python code of a template."""

    _is_direct = True

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Write the access to an attribute."""
        if not self._is_direct or iskeyword(node.attr):
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self._visit_present(node.node, frame)
        self.write(f".{node.attr})")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        """Write the access to an item whose key is a variable; constants may name attributes."""
        if not self._is_direct or not isinstance(node.arg, nodes.Name | nodes.Getattr):
            super().visit_Getitem(node, frame)
            return
        self._visit_present(node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")

    def visit_Call(  # noqa: N802
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        """Write a call. No function that templates get needs their context."""
        named = [(kwarg.key, kwarg.value) for kwarg in node.kwargs]
        unusual = node.dyn_args or node.dyn_kwargs or any(iskeyword(name) for name, _ in named)
        if not self._is_direct or unusual:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self._visit_present(node.node, frame)
        self.write("(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        for name, value in named:
            self.write(f"{name}=")
            self.visit(value, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def _visit_present(self, node: nodes.Expr, frame: Frame) -> None:
        """Write what an attribute is read of, or what is called.

        If it is a name that does not exist, this raises an exception.
        """
        if isinstance(node, nodes.Name) and node.ctx == "load":
            self.write(frame.symbols.ref(node.name))
        else:
            self.visit(node, frame)

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Write a list of statements. Those of a template or block show their text at the end."""
        if frame.buffer is not None:
            super().blockvisit(nodes, frame)
            return
        self.buffer(frame)
        super().blockvisit(nodes, frame)
        self.writeline(f"yield concat({frame.buffer})")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _is_escaped(frame):
            self.write("(_shown if (_kind := type(_shown := ")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _is_escaped(frame):
            self.write(")) is Markup else plain(_shown) if _kind is str else escape(_shown))")
        else:
            super()._output_child_post(node, frame, finalize)

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:  # noqa: N802
        """Write a test."""
        before = self._is_direct
        self._is_direct = before and node.name not in _ABOUT_MISSING
        super().visit_Test(node, frame)
        self._is_direct = before

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:  # noqa: N802
        """Write a filter."""
        before = self._is_direct
        self._is_direct = before and node.name not in _ABOUT_MISSING
        super().visit_Filter(node, frame)
        self._is_direct = before


def _is_escaped(frame: Frame) -> bool:
    return bool(frame.eval_ctx.autoescape) and not frame.eval_ctx.volatile
