"""Another value for a key of an entry. Positions are those of the flat text."""

from __future__ import annotations

import re

from yaml.nodes import MappingNode, ScalarNode

from explainer.edit import scalars
from explainer.edit.insert import add_lines, into_flow
from explainer.edit.style import Style
from explainer.edit.yaml_document import Splice, YamlDocument, is_block_text


def replace_value(
    file: YamlDocument, style: Style, node: MappingNode, key: str, value: str
) -> Splice | None:
    """Replace the value of a key, or add the key; None if the old value is no text."""
    old = next((v for k, v in node.value if k.value == key), None)
    if old is None:
        return _add_key(file, style, node, key, value)
    if not isinstance(old, ScalarNode):
        return None
    start, end = old.start_mark.index, file.content_end(old)
    lead = " " if start == end and file.flat[start - 1] == ":" else ""
    is_block = is_block_text(old)
    if node.flow_style or (not is_block and (style.quoted or "\n" not in value)):
        text = style.like(old, value, key, flow=bool(node.flow_style))
        return Splice(start, end, lead + text, len(lead))
    # A comment beside the old value stays beside the new one.
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
    if style.quoted or not value:
        text = style.scalar(value) + rest
    elif block := scalars.block(value, column + step, step, rest):
        text = block + "\n" * (end == len(file.flat) and value.endswith("\n"))
    else:
        text = scalars.double(value) + rest
    return Splice(start, end, lead + text, len(lead))


def _add_key(file: YamlDocument, style: Style, node: MappingNode, key: str, value: str) -> Splice:
    if node.flow_style:
        return into_flow(file, node, f"{style.key(key)}: {style.scalar(value, flow=True)}")
    end = file.content_end(node)
    end += len(file.rest_of_line(end))
    return add_lines(file, end, style.mapping({key: value}, file.column(node)), blank=False)
