"""Detect the YAML style of a file, and write values in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from explainer.edit import scalars
from explainer.edit.entry import KEYED, Group, Kind, Value, split, texts_in
from explainer.edit.yaml_document import Node, YamlDocument, is_block_text, items, walk
from explainer.support.values import dataclass

LIST_WIDTH = 100
"""The longest line for a group in braces in an entry's list, such as evidence."""
_FLOW_WIDTH = 160
"""The longest line for a whole entry in braces, if the other entries are written in braces."""
_WORDS = frozenset({"date", "checked", "rating", "status", "kind", "stance"})
"""Keys whose values have a fixed form. They are written without quotation marks, although YAML has
other types for some of them."""


@dataclass(frozen=True, slots=True)
class Style:
    """The YAML style of a file. Lengths are in columns."""

    step: int = 2
    """Indentation of the text or keys below a key."""
    dash: int = 2
    """Indentation of the dashes of a list below a key."""
    gap: int = 1
    """The number of spaces after a dash."""
    quote: str = '"'
    """The quotation mark for texts that need quoting."""
    quoted_keys: bool = False
    """Whether keys are quoted, as in JSON."""
    entry_blank: bool | None = None
    """Whether blank lines separate the entries of lists; None if unknown."""
    section_blank: bool = True
    """Whether blank lines separate sections."""
    block_lists: frozenset[str] = frozenset()
    """Keys whose lists have a line for each item."""
    block_items: bool = False
    """Whether groups in an entry's lists, such as evidence, have a line for each key."""
    pad: str = ""
    """The space inside braces."""
    blocks: bool = True
    """Whether texts of several lines may be literal blocks (`|`)."""

    def indent(self, kind: Kind) -> int:
        """Return the indentation of a section's entries."""
        return self.step if kind in KEYED else self.dash

    def key(self, name: str) -> str:
        """Write a key, without its colon."""
        return f'"{name}"' if self.quoted_keys else name

    def scalar(
        self, text: str, column: int | None = None, *, flow: bool = False, typed: bool = True
    ) -> str:
        """Write a text as a value.

        `column` is the column of its key if the text can be a literal block. See `scalars.is_plain`
        for `flow` and `typed`.
        """
        if self.blocks and "\n" in text and column is not None:
            block = scalars.block(text, column + self.step, self.step)
            if block is not None:
                return block
        if self.quoted_keys:
            return scalars.double(text)
        if scalars.is_plain(text, flow=flow, typed=typed):
            return text
        return scalars.quoted(text, self.quote)

    def like(self, old: ScalarNode, value: str, key: str, *, flow: bool) -> str:
        """Write a text as the value of `key`, with the quotation marks of the `old` value."""
        if old.style == '"':
            return scalars.double(value)
        if old.style == "'":
            return scalars.quoted(value, "'")
        return self.scalar(value, flow=flow, typed=flow or key not in _WORDS)

    # on one line

    def flow(self, value: Value, key: str = "") -> str:
        """Write a value on one line; `key` is its key in a group."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return self.scalar(value, flow=True, typed=key not in _WORDS)
        if isinstance(value, Mapping):
            pairs = ", ".join(f"{self.key(k)}: {self.flow(v, k)}" for k, v in value.items())
            return f"{{{self.pad}{pairs}{self.pad}}}"
        return f"[{', '.join(self.flow(item) for item in value)}]"

    def flow_entry(self, kind: Kind, entry: Group) -> str:
        """Write an entry on one line, after its id as a key for keyed kinds."""
        if kind not in KEYED:
            return self.flow(entry)
        name, rest = split(entry)
        return f"{self.scalar(name, flow=True)}: {self.flow(rest)}"

    # with lines of its own

    def entry(self, kind: Kind, entry: Group, column: int, *, flow: bool = False) -> list[str]:
        """Write an entry's lines; with `flow`, on one line unless it is too long."""
        if kind in KEYED:
            name, rest = split(entry)
            lead = " " * column + self.scalar(name, typed=False) + ":"
            if flow:
                return [f"{lead} {self.flow(rest)}"]
            return [lead, *self.mapping(rest, column + self.step)]
        on_lines = not flow or any("\n" in text for text in texts_in(entry))
        return self.item(entry, column, 0 if on_lines else _FLOW_WIDTH)

    def item(self, value: Value, column: int, width: int) -> list[str]:
        """Write a list item with its dash at `column`, on one line if it fits in `width`."""
        lead = " " * column + "-" + " " * self.gap
        line = lead + self.flow(value)
        if len(line) <= width or not isinstance(value, Mapping):
            return [line]
        first, *rest = self.mapping(value, len(lead))
        return [lead + first[len(lead) :], *rest]

    def mapping(self, group: Group, column: int) -> list[str]:
        """Write a group's lines with its keys at `column`."""
        lines: list[str] = []
        for key, value in group.items():
            lead = " " * column + self.key(key) + ":"
            if isinstance(value, str):
                text = self.scalar(value, column, typed=key not in _WORDS)
                lines += f"{lead} {text}".split("\n")
            elif isinstance(value, bool) or not value:
                lines.append(f"{lead} {self.flow(value)}")
            elif isinstance(value, Mapping):
                lines += [lead, *self.mapping(value, column + self.step)]
            elif (groups := any(isinstance(i, Mapping) for i in value)) or key in self.block_lists:
                width = 0 if self.block_items else LIST_WIDTH
                lines.append(lead)
                for item in value:
                    assert isinstance(item, Mapping) or not groups
                    lines += self.item(item, column + self.dash, width)
            else:
                lines.append(f"{lead} {self.flow(value)}")
        return lines


# --- the style of a file -------------------------------------------------------------------------


def styles_of(file: YamlDocument) -> tuple[Style, Style]:
    """Return the style in which a file is written, and one to use if that does not work.

    A comment below that is indented more would become a part of a literal block (`|`), so the
    second style has none.
    """
    style = _style_of(file)
    return style, replace(style, blocks=False)


def _style_of(file: YamlDocument) -> Style:
    steps: list[int] = []
    dashes: list[int] = []
    gaps: list[int] = []
    block_lists: set[str] = set()
    block_items = False
    for node in walk(file.root):
        if not isinstance(node, MappingNode) or node.flow_style:
            continue
        for key, value in node.value:
            column = file.column(key)
            if isinstance(value, SequenceNode) and not value.flow_style:
                dashes.append(file.column(value) - column)
                groups = [v for v in value.value if isinstance(v, MappingNode) and not v.flow_style]
                gaps += [file.column(item) - file.column(value) - 1 for item in groups]
                if node is not file.root:
                    block_lists.add(str(key.value))
                    block_items = block_items or bool(groups)
            elif isinstance(value, MappingNode) and not value.flow_style:
                steps.append(file.column(value) - column)
            elif is_block_text(value) and (inner := file.text_column(value)) is not None:
                steps.append(inner - column)
    nodes = list(walk(file.root))
    quotes = [n.style for n in nodes if isinstance(n, ScalarNode) and n.style]
    braces = [n for n in nodes if isinstance(n, MappingNode) and n.flow_style and n.value]
    keys = [key for key, _ in file.sections()]
    separated = [are_separated(file, items(section)) for _, section in file.sections()]
    return Style(
        step=_usual([s for s in steps if s < 10], 2),
        dash=_usual(dashes, 2),
        gap=_usual([g for g in gaps if g > 0], 1),
        quote="'" if quotes.count("'") > quotes.count('"') else '"',
        quoted_keys=bool(keys) and all(key.style == '"' for key in keys),
        entry_blank=_usual([s for s in separated if s is not None], None),
        section_blank=are_separated(file, keys) is not False,
        block_lists=frozenset(block_lists),
        block_items=block_items,
        pad=_usual([" " * (file.flat[n.start_mark.index + 1] == " ") for n in braces], ""),
    )


def _usual(values: Sequence[Any], otherwise: Any) -> Any:
    """Return the most frequent value, the earliest on a tie."""
    return max(values, key=values.count) if values else otherwise


def are_separated(file: YamlDocument, nodes: Sequence[Node]) -> bool | None:
    """Return whether blank lines usually separate nodes; None if the nodes do not show it."""
    separated = []
    for before, node in pairwise(nodes):
        between = file.flat[before.start_mark.index : node.start_mark.index]
        line = between[: between.rfind("\n") + 1]
        # Skip comments above the node, which follow the blank line.
        line = re.sub(r"(?:^[ \t]*#[^\n]*\n)+\Z", "", line, flags=re.MULTILINE)
        if "\n" in line:
            separated.append(re.search(r"\n[ \t]*\n\Z", line) is not None)
    return _usual(separated, None)  # type: ignore[no-any-return]
