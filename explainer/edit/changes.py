"""Compute the splice that inserts an entry or replaces a value.

Positions are indexes into the document's flat text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from yaml.nodes import MappingNode, ScalarNode

from explainer.edit import scalars
from explainer.edit.entry import KEYED, SECTIONS, Group, Kind
from explainer.edit.style import Style, are_separated
from explainer.edit.yaml_document import Node, Pair, Splice, YamlDocument, is_block_text, pairs

# --- an entry ------------------------------------------------------------------------------------


def insert(file: YamlDocument, style: Style, kind: Kind, entry: Group) -> Splice:
    """Insert an entry after the last one of its kind, creating the section if necessary."""
    name = SECTIONS[kind]
    pair = file.section(name)
    if not (isinstance(file.root, MappingNode) and file.root.flow_style):
        if pair is None:
            return _new_section(file, style, kind, entry)
        if isinstance(pair[1], ScalarNode):
            return _first(file, style, pair, kind, entry)
        if not pair[1].flow_style:
            return _at_end(file, style, pair[1], kind, entry)
    item = style.flow_entry(kind, entry)
    if pair and not isinstance(pair[1], ScalarNode):
        return into_flow(file, pair[1], item)
    collection = f"{{{item}}}" if kind in KEYED else f"[{item}]"
    if pair is None:
        return into_flow(file, file.root, f"{style.key(name)}: {collection}")
    start, end = pair[1].start_mark.index, pair[1].end_mark.index
    lead = " " if file.flat[start - 1] == ":" else ""
    lead += "" if file.flat[:start].rstrip().endswith(":") else ": "
    return Splice(start, end, lead + collection, len(lead))


def _at_end(file: YamlDocument, style: Style, section: Node, kind: Kind, entry: Group) -> Splice:
    """Insert an entry after the last one of a section in block style."""
    column = file.column(section)
    nodes, values = zip(*pairs(section), strict=True)
    last = values[-1]
    end = with_comments_below(file, file.line_end(section), column)
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
    return add_lines(file, end, lines, blank=blank and not file.keeps(last))


def _first(file: YamlDocument, style: Style, pair: Pair, kind: Kind, entry: Group) -> Splice:
    """Insert the first entry of an empty section, replacing a `null`."""
    key, empty = pair
    start, end = empty.start_mark.index, empty.end_mark.index
    rest = file.rest_of_line(end)
    lines = style.entry(kind, entry, file.column(key) + style.indent(kind))
    splice = add_lines(file, end + len(rest), lines)
    if start == end:
        return splice
    before = len(file.flat[:start].rstrip(" "))
    return Splice(before, splice.end, rest + splice.text, len(rest) + splice.at)


def _new_section(file: YamlDocument, style: Style, kind: Kind, entry: Group) -> Splice:
    """Append a section with an entry to the file."""
    root = file.root
    column = file.column(root.value[0][0]) if isinstance(root, MappingNode) else 0
    key = " " * column + style.key(SECTIONS[kind]) + ":"
    lines = [key, *style.entry(kind, entry, column + style.indent(kind))]
    if isinstance(root, ScalarNode) and root.start_mark.index < root.end_mark.index:
        # The file contains only `null`.
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
    blank = not (alone or file.keeps(root)) and style.section_blank
    return add_lines(file, len(above), lines, blank=blank, skip=len(key) + 1)


# --- a value -------------------------------------------------------------------------------------


def replace_value(
    file: YamlDocument, style: Style, node: MappingNode, key: str, value: str
) -> Splice | None:
    """Replace the value of a key, or add the key; None if the old value is not a scalar."""
    old = next((v for k, v in node.value if k.value == key), None)
    if old is None and node.flow_style:
        return into_flow(file, node, f"{style.key(key)}: {style.scalar(value, flow=True)}")
    if old is None:
        return add_lines(file, file.line_end(node), style.mapping({key: value}, file.column(node)))
    if not isinstance(old, ScalarNode):
        return None
    start, end = old.start_mark.index, file.content_end(old)
    lead = " " if start == end and file.flat[start - 1] == ":" else ""
    is_block = is_block_text(old)
    if node.flow_style or (not is_block and "\n" not in value):
        text = style.like(old, value, key, flow=bool(node.flow_style))
        return Splice(start, end, lead + text, len(lead))
    # Keep a comment that follows the old value on its line.
    column, step = file.column(node), style.step
    if is_block:
        end = len(file.flat[: old.end_mark.index].rstrip("\n"))
        signs, rest = file.header(old)
        inner = file.text_column(old)
        digit = re.search("[1-9]", signs)
        step = int(digit[0]) if digit else inner - column if inner else step
    else:
        rest = file.rest_of_line(end)
        end += len(rest)
    if not value:
        text = style.scalar(value) + rest
    elif style.blocks and (block := scalars.block(value, column + step, step, rest)):
        text = block + "\n" * (end == len(file.flat) and value.endswith("\n"))
    else:
        text = scalars.double(value) + rest
    return Splice(start, end, lead + text, len(lead))


# --- lines and items -----------------------------------------------------------------------------


def add_lines(
    file: YamlDocument, end: int, lines: Sequence[str], *, blank: bool = False, skip: int = 0
) -> Splice:
    """Insert lines after the line that ends at `end`; the entry starts `skip` characters in."""
    lead = "\n\n" if blank else "\n"
    text = lead + "\n".join(lines)
    if end == len(file.flat):
        if file.flat.endswith("\n"):
            # The file ends with a block text that keeps its trailing line breaks (`|+`).
            text = "\n".join(lines) + "\n"
            lead = ""
        elif _ends_with_text(lines):
            text += "\n"
    return Splice(end, end, text, len(lead) + skip)


def _ends_with_text(lines: Sequence[str]) -> bool:
    """Return whether the lines end with a block text (`|`) that ends with a line break."""
    headers = (re.search(r": \|[1-9]?(-?)$", line) for line in reversed(lines))
    header = next(filter(None, headers), None)
    return header is not None and not header[1]


def with_comments_below(file: YamlDocument, end: int, column: int) -> int:
    """Return the end of the comments directly below a line that are indented more than `column`.

    They belong to the entry or item above. `end` is the end of its last line.
    """
    while below := re.compile(r"\n( *)#[^\n]*").match(file.flat, end):
        if len(below[1]) <= column:
            break
        end = below.end()
    return end


def into_flow(file: YamlDocument, node: Node, item: str) -> Splice:
    """Insert an item after the last one between brackets or braces."""
    start: int = node.start_mark.index
    if not node.value:
        return Splice(start + 1, start + 1, item, 0)
    *others, (first, last) = pairs(node)
    end = max(first.end_mark.index, last.end_mark.index)
    before = others[-1][1].end_mark.index if others else start
    between = " "
    if "\n" in file.flat[before : first.start_mark.index]:
        between = "\n" + " " * file.column(first)
    comment = re.compile(r"[ \t]*(,?)[ \t]*(#[^\n]*)").match(file.flat, end)
    if comment and between != " ":
        text = f"{between}{item}," if comment[1] else f"{between}, {item}"
        return Splice(comment.end(), comment.end(), text, len(between))
    return Splice(end, end, f",{between}{item}", 1 + len(between))
