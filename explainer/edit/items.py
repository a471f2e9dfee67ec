"""Add an item to a list of an entry, such as `history`, leaving every other byte unchanged."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from explainer.edit.annotation_file import Edited, checked, unwritable
from explainer.edit.changes import add_lines, into_flow, with_comments_below
from explainer.edit.entry import Group
from explainer.edit.style import LIST_WIDTH, Style
from explainer.edit.yaml_document import Node, Splice, YamlDocument
from explainer.model.problems import Problem


def append_item(
    text: str, entry: tuple[str, int], key: str, item: Group, *, path: str = ""
) -> Edited | Problem:
    """Append an item to the list `key` of an entry, which is created if the entry has none.

    `entry` is the entry's section and its index there. Problems: those of `annotation_file.edit`.
    """
    file = YamlDocument.read(text, path)
    if isinstance(file, Problem):
        return file
    if problem := unwritable(item, path):
        return problem
    node = file.find(entry)
    if isinstance(node, Problem):
        return node
    section, index = entry
    wanted: Any = copy.deepcopy(file.data)
    wanted[section][index][key] = [*(wanted[section][index].get(key) or []), item]
    return checked(file, lambda style: _splice(file, style, node, key, item), wanted)


def _splice(
    file: YamlDocument, style: Style, entry: MappingNode, key: str, item: Group
) -> Splice | None:
    """Return the change; None if the value of the key is not a list."""
    old: Node | None = next((v for k, v in entry.value if k.value == key), None)
    if isinstance(old, SequenceNode):
        return (
            into_flow(file, old, style.flow(item))
            if old.flow_style
            else _last(file, style, old, item)
        )
    if isinstance(old, ScalarNode):
        return _instead_of_null(file, style, old, item)
    if old is not None:
        return None
    if entry.flow_style:
        return into_flow(file, entry, f"{style.key(key)}: [{style.flow(item)}]")
    column = file.column(entry)
    lines = style.mapping({key: [item]}, column)
    return add_lines(file, file.line_end(entry), lines)


def _last(file: YamlDocument, style: Style, old: Node, item: Group) -> Splice:
    """Add an item to a list with a line for each item."""
    column = file.column(old)
    last = old.value[-1]
    on_lines = isinstance(last, MappingNode) and not last.flow_style
    gap = max(file.column(last) - column - 1, 1) if on_lines and last.value else style.gap
    lines = replace(style, gap=gap).item(item, column, 0 if on_lines else LIST_WIDTH)
    return add_lines(file, with_comments_below(file, file.line_end(old), column), lines)


def _instead_of_null(file: YamlDocument, style: Style, old: Node, item: Group) -> Splice | None:
    """Put a list where an empty value is."""
    start, end = old.start_mark.index, old.end_mark.index
    if start < end and file.flat[start:end].lower() not in ("null", "~"):
        return None
    lead = " " if file.flat[start - 1] == ":" else ""
    return Splice(start, end, f"{lead}[{style.flow(item)}]", len(lead))
