"""Remove an entry from the text of an annotation file, leaving every other byte unchanged."""

from __future__ import annotations

import copy
from typing import Any

from yaml.nodes import MappingNode

from explainer.edit.annotation_file import Edited, checked
from explainer.edit.changes import with_comments_below
from explainer.edit.yaml_document import Node, Splice, YamlDocument, items
from explainer.model.problems import Problem


def remove(text: str, entry: tuple[str, int], *, path: str = "") -> Edited | Problem:
    """Remove an entry, given by its section and index, with its comments and one blank line.

    The section stays if it was the last entry in it, and is empty then. Problems: those of
    `annotation_file.edit`.
    """
    file = YamlDocument.read(text, path)
    if isinstance(file, Problem):
        return file
    node = file.find(entry)
    if isinstance(node, Problem):
        return node
    section, index = entry
    found = file.section(section)
    assert found
    wanted: Any = copy.deepcopy(file.data)
    del wanted[section][index]
    if not wanted[section] and not found[1].flow_style:
        wanted[section] = None
    splice = (_in_brackets if found[1].flow_style else _lines)(file, found[1], node)
    return checked(file, lambda _: splice, wanted)


def _in_brackets(file: YamlDocument, section: Node, node: MappingNode) -> Splice:
    """Remove an item of a list in brackets, with one comma."""
    nodes = items(section)
    at = nodes.index(node)
    start, end = node.start_mark.index, node.end_mark.index
    if at + 1 < len(nodes):
        end = nodes[at + 1].start_mark.index
    elif at:
        start = nodes[at - 1].end_mark.index
    return Splice(start, end, "", 0)


def _lines(file: YamlDocument, section: Node, node: MappingNode) -> Splice:
    """Remove the lines of an item of a list, from its dash on."""
    column = file.column(section)
    start = file.flat.rindex(f"\n{' ' * column}-", 0, node.start_mark.index) + 1
    end = with_comments_below(file, file.line_end(node), column)
    # What follows on the next line moves up; a file may end without a line break.
    if end < len(file.flat):
        end += 1
    elif start:
        start -= 1
    if file.flat[:start].endswith("\n\n") and file.flat.startswith("\n", end):
        end += 1
    return Splice(start, end, "", 0)
