"""Change keys of annotations in the text of an annotation file, and nothing else."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from yaml.nodes import MappingNode

from explainer.edit.annotation_file import has_data, unwritable
from explainer.edit.changes import add_lines, into_flow, replace_value
from explainer.edit.style import Style, styles_of
from explainer.edit.yaml_document import Node, Splice, YamlDocument
from explainer.model.location import Location
from explainer.model.problems import Problem

Keys: TypeAlias = Mapping[str, str | bool | None]
"""The keys to change: their new values, or None to remove them."""


def set_keys(
    text: str, changes: Sequence[tuple[tuple[str, int], Keys]], *, path: str = ""
) -> str | Problem:
    """Set and remove texts of entries, each given by its section and index: `("notes", 2)`.

    A key that an entry does not have is added after the key before it in `Keys`. Return the new
    text. Problems: those of `annotation_file.edit`.
    """
    file = YamlDocument.read(text, path)
    if isinstance(file, Problem):
        return file
    wanted: Any = copy.deepcopy(file.data)
    for (section, index), keys in changes:
        if problem := unwritable([key for key in keys.values() if key is not None], path):
            return problem
        node = file.find((section, index))
        if isinstance(node, Problem):
            return node
        entry = wanted[section][index]
        for key, value in keys.items():
            if value is None:
                entry.pop(key, None)
            else:
                entry[key] = value
    for style in styles_of(file):
        flat, raw = file.flat, file.text
        splices = _splices(file, style, changes) or []
        for splice in sorted(splices, key=lambda s: (s.start, s.end), reverse=True):
            raw = YamlDocument(raw, flat, path, None, None, 0).with_change(splice)
            flat = flat[: splice.start] + splice.text + flat[splice.end :]
        # New keys stand beside those that they belong to, not at the end as in `wanted`.
        if has_data(file, flat, wanted, any_order=True):
            return raw
    message = "the change cannot be written without changing other data in this file"
    return Problem(Location(path), "cannot-write", message, "write it by hand in an editor")


def _splices(
    file: YamlDocument, style: Style, changes: Sequence[tuple[tuple[str, int], Keys]]
) -> list[Splice] | None:
    """Return the changes to the file's text, which do not overlap; None if one is impossible."""
    splices: list[Splice] = []
    for (section, index), keys in changes:
        node = file.entry(section, index)
        assert node
        values = {key.value: value for key, value in node.value}
        above: Node | None = None  # the value after which a new key goes
        added: dict[str, str | bool] = {}
        for key, value in keys.items():
            if value is None:
                splices += [_removal(file, node, key)] if key in values else []
            elif key in values and values[key].value == value:
                above = values[key]
            elif key in values:
                text = value if isinstance(value, str) else str(value).lower()
                splice = replace_value(file, style, node, key, text)
                if splice is None:
                    return None
                splices.append(splice)
                above = values[key]
            else:
                added[key] = value
        if added:
            splices.append(_addition(file, style, node, above, added))
    ordered = sorted(splices, key=lambda splice: (splice.start, splice.end))
    if any(one.end > other.start for one, other in pairwise(ordered)):
        return None
    return splices


def _addition(
    file: YamlDocument,
    style: Style,
    node: MappingNode,
    above: Node | None,
    keys: Mapping[str, str | bool],
) -> Splice:
    """Add keys after a value of an entry, or at its end."""
    if node.flow_style:
        pairs = (f"{style.key(k)}: {style.flow(v, k)}" for k, v in keys.items())
        return into_flow(file, node, ", ".join(pairs))
    end = file.line_end(above if above is not None else node)
    return add_lines(file, end, style.mapping(keys, file.column(node)))


def _removal(file: YamlDocument, node: MappingNode, name: str) -> Splice:
    """Remove a key with its value; outside braces, with its lines."""
    pairs = list(node.value)
    at = next(i for i, (key, _) in enumerate(pairs) if key.value == name)
    key, value = pairs[at]
    following = pairs[at + 1][0].start_mark.index if at + 1 < len(pairs) else None
    if at == 0 and following is not None:
        return Splice(key.start_mark.index, following, "", 0)
    if node.flow_style:
        return Splice(
            pairs[at - 1][1].end_mark.index if at else key.start_mark.index,
            value.end_mark.index,
            "",
            0,
        )
    start = file.flat.rfind("\n", 0, key.start_mark.index)
    return Splice(start, file.line_end(value), "", 0)
