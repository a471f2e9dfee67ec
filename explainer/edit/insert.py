"""Where an entry goes in a file, and with which lines. Positions are those of the flat text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from yaml.nodes import MappingNode, ScalarNode

from explainer.edit.entry import KEYED, SECTIONS, Kind, Value
from explainer.edit.style import Style, are_separated
from explainer.edit.yaml_document import Node, Splice, YamlDocument


def insert(file: YamlDocument, style: Style, kind: Kind, entry: Mapping[str, Value]) -> Splice:
    """Put an entry after the last one of its kind, with its section if there is none."""
    name = SECTIONS[kind]
    flow_file = isinstance(file.root, MappingNode) and file.root.flow_style
    found = file.section(name)
    if not flow_file:
        if found is None:
            return _new_section(file, style, kind, entry)
        if isinstance(found[1], ScalarNode):
            return _first(file, style, found, kind, entry)
        if not found[1].flow_style:
            return _after_last(file, style, found[1], kind, entry)
    item = style.flow_entry(kind, entry)
    if found and not isinstance(found[1], ScalarNode):
        return into_flow(file, found[1], item)
    whole = f"{{{item}}}" if kind in KEYED else f"[{item}]"
    if found is None:
        return into_flow(file, file.root, f"{style.key(name)}: {whole}")
    start, end = found[1].start_mark.index, found[1].end_mark.index
    lead = " " if file.flat[start - 1] == ":" else ""
    lead += "" if file.flat[:start].rstrip().endswith(":") else ": "
    return Splice(start, end, lead + whole, len(lead))


def _after_last(
    file: YamlDocument, style: Style, section: Node, kind: Kind, entry: Mapping[str, Value]
) -> Splice:
    """After the last entry of a section that has some."""
    column = file.column(section)
    nodes, values = zip(
        *(pair if isinstance(pair, tuple) else (pair, pair) for pair in section.value), strict=True
    )
    last = values[-1]
    end = file.content_end(section)
    end += len(file.rest_of_line(end))
    # Comments right below the entry, and deeper than its first column, are about it.
    while below := re.compile(r"\n( *)#[^\n]*").match(file.flat, end):
        if len(below[1]) <= column:
            break
        end = below.end()
    is_block = isinstance(last, MappingNode) and not last.flow_style
    if kind in KEYED:
        if is_block:
            style = replace(style, step=file.column(last) - column)
        flow = isinstance(last, MappingNode) and not is_block
    else:
        if is_block and last.value:
            style = replace(style, gap=max(file.column(last) - column - 1, 1))
        flow = all(isinstance(v, MappingNode) and v.flow_style for v in values)
    blank = are_separated(file, nodes)
    if blank is None:
        wide = style.section_blank if style.entry_blank is None else style.entry_blank
        blank = kind not in KEYED and wide
    lines = style.entry(kind, entry, column, flow=flow)
    return add_lines(file, end, lines, blank=blank and not file.keeps(last) and not style.close)


def _first(
    file: YamlDocument,
    style: Style,
    pair: tuple[Node, Node],
    kind: Kind,
    entry: Mapping[str, Value],
) -> Splice:
    """Below the key of a section that has nothing; a word for nothing goes."""
    key, empty = pair
    start, end = empty.start_mark.index, empty.end_mark.index
    rest = file.rest_of_line(end)
    lines = style.entry(kind, entry, file.column(key) + style.indent(kind))
    splice = add_lines(file, end + len(rest), lines, blank=False)
    if start == end:
        return splice
    before = len(file.flat[:start].rstrip(" "))
    return Splice(before, splice.end, rest + splice.text, len(rest) + splice.at)


def _new_section(
    file: YamlDocument, style: Style, kind: Kind, entry: Mapping[str, Value]
) -> Splice:
    """After all that the file has."""
    root = file.root
    column = file.column(root.value[0][0]) if isinstance(root, MappingNode) else 0
    key = " " * column + style.key(SECTIONS[kind]) + ":"
    lines = [key, *style.entry(kind, entry, column + style.indent(kind))]
    if isinstance(root, ScalarNode) and root.start_mark.index < root.end_mark.index:
        # A file that says `null`.
        start = root.start_mark.index
        lead = "\n" if file.flat[:start].rpartition("\n")[2] else ""
        text = lead + "\n".join(lines)
        return Splice(start, root.end_mark.index, text, text.index(lines[1]))
    above = file.flat[: file.end].rstrip("\n")
    if isinstance(root, MappingNode):
        above = file.flat[: max(file.content_end(root), len(above))]
    if not above.strip():
        return Splice(0, 0, "\n".join(lines) + "\n", len(key) + 1)
    alone = re.fullmatch(r"\s*(# yaml-language-server:[^\n]*|---[^\n]*)\s*", above)
    blank = not (alone or style.close or file.keeps(root)) and style.section_blank
    return add_lines(file, len(above), lines, blank=blank, skip=len(key) + 1)


def add_lines(
    file: YamlDocument, end: int, lines: Sequence[str], *, blank: bool, skip: int = 0
) -> Splice:
    """Put lines after the line that ends at `end`; the entry begins `skip` characters into them."""
    lead = "\n\n" if blank else "\n"
    text = lead + "\n".join(lines)
    if end == len(file.flat):
        if file.flat.endswith("\n"):
            # Such a file ends with a text that keeps its blank lines.
            text = "\n".join(lines) + "\n"
            lead = ""
        elif _ends_with_text(lines):
            text += "\n"
    return Splice(end, end, text, len(lead) + skip)


def _ends_with_text(lines: Sequence[str]) -> bool:
    """Whether the last of an entry's lines belongs to a text under `|` that ends with a break."""
    header = next(
        (m for m in (re.search(r": \|[1-9]?(-?)$", x) for x in reversed(lines)) if m), None
    )
    return header is not None and not header[1]


def into_flow(file: YamlDocument, node: Node, item: str) -> Splice:
    """After the last item between brackets or braces."""
    start: int = node.start_mark.index
    if not node.value:
        return Splice(start + 1, start + 1, item, 0)
    items = [pair if isinstance(pair, tuple) else (pair, pair) for pair in node.value]
    first, last = items[-1]
    end = max(first.end_mark.index, last.end_mark.index)
    before = items[-2][1].end_mark.index if len(items) > 1 else start
    between = " "
    if "\n" in file.flat[before : first.start_mark.index]:
        between = "\n" + " " * file.column(first)
    comment = re.compile(r"[ \t]*(,?)[ \t]*(#[^\n]*)").match(file.flat, end)
    if comment and between != " ":
        text = f"{between}{item}," if comment[1] else f"{between}, {item}"
        return Splice(comment.end(), comment.end(), text, len(between))
    return Splice(end, end, f",{between}{item}", 1 + len(between))
