"""How a file's author writes, and values written so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from explainer.edit import scalars
from explainer.edit.entry import KEYED, Group, Kind, Value, split, texts_in
from explainer.edit.yaml_document import Node, YamlDocument, is_block_text, items, walk

_WIDTH = 100
"""The longest line of a group between braces in an entry's list: evidence stays readable."""
_FLOW_WIDTH = 160
"""The same for a whole entry, if the others of its list are written so: their author likes it."""
_WORDS = frozenset({"date", "checked", "rating", "status", "kind", "stance"})
"""Keys of which the values are words of a fixed form: they are written without quotation marks
though YAML has another type for some of them."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a file's author writes. Lengths are columns."""

    step: int = 2
    """From a key to the text or keys below it."""
    dash: int = 2
    """From a key to the dashes of the list below it."""
    gap: int = 1
    """Spaces after a dash."""
    quote: str = '"'
    """The quotation marks of texts that need some."""
    quoted: bool = False
    """Every text is in quotation marks."""
    close: bool = False
    """No blank line is added."""
    quoted_keys: bool = False
    """As in JSON."""
    entry_blank: bool | None = None
    """Whether a blank line separates entries of lists; None if the file does not show it."""
    section_blank: bool = True
    """Whether a blank line separates sections."""
    block_lists: frozenset[str] = frozenset()
    """Keys under which lists have a line for each item."""
    block_items: bool = False
    """Whether groups in an entry's lists (evidence) have a line for each key."""
    pad: str = ""
    """What is inside braces."""

    def indent(self, kind: Kind) -> int:
        """From a section's key to its entries."""
        return self.step if kind in KEYED else self.dash

    def key(self, name: str) -> str:
        """A key, without its colon."""
        return f'"{name}"' if self.quoted_keys else name

    def scalar(
        self, text: str, column: int | None = None, *, flow: bool = False, typed: bool = True
    ) -> str:
        """A text as a value; `column`, if it may have lines of its own, is its key's.

        For `flow` and `typed` see `scalars.is_plain`.
        """
        if "\n" in text and column is not None and not self.quoted:
            block = scalars.block(text, column + self.step, self.step)
            if block is not None:
                return block
        if self.quoted or self.quoted_keys:
            return scalars.double(text)
        if scalars.is_plain(text, flow=flow, typed=typed):
            return text
        return scalars.quoted(text, self.quote)

    def like(self, old: ScalarNode, value: str, key: str, *, flow: bool) -> str:
        """A text as the value of `key`, in the quotation marks of the one that it replaces."""
        if self.quoted or old.style == '"':
            return scalars.double(value)
        if old.style == "'":
            return scalars.quoted(value, "'")
        return self.scalar(value, flow=flow, typed=flow or key not in _WORDS)

    # on one line

    def flow(self, value: Value, key: str = "") -> str:
        """A value on one line, the one of `key` if it is in a group."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return self.scalar(value, flow=True, typed=key not in _WORDS)
        if isinstance(value, Mapping):
            pairs = ", ".join(f"{self.key(k)}: {self.flow(v, k)}" for k, v in value.items())
            return f"{{{self.pad}{pairs}{self.pad}}}"
        return f"[{', '.join(self.flow(item) for item in value)}]"

    def flow_entry(self, kind: Kind, entry: Group) -> str:
        """An entry on one line, with its id as its key if it is of a kind that has one."""
        if kind not in KEYED:
            return self.flow(entry)
        name, rest = split(entry)
        return f"{self.scalar(name, flow=True)}: {self.flow(rest)}"

    # with lines of its own

    def entry(self, kind: Kind, entry: Group, column: int, *, flow: bool = False) -> list[str]:
        """An entry's lines, in full; `flow`: on one line, if that is not too long."""
        if kind in KEYED:
            name, rest = split(entry)
            lead = " " * column + self.scalar(name, typed=False) + ":"
            if flow:
                return [f"{lead} {self.flow(rest)}"]
            return [lead, *self.mapping(rest, column + self.step)]
        on_lines = not flow or any("\n" in text for text in texts_in(entry))
        return self.item(entry, column, 0 if on_lines else _FLOW_WIDTH)

    def item(self, value: Value, column: int, width: int) -> list[str]:
        """The lines of a list's item, its dash in `column`: one, if no longer than `width`."""
        lead = " " * column + "-" + " " * self.gap
        line = lead + self.flow(value)
        if len(line) <= width or not isinstance(value, Mapping):
            return [line]
        first, *rest = self.mapping(value, len(lead))
        return [lead + first[len(lead) :], *rest]

    def mapping(self, group: Group, column: int) -> list[str]:
        """A group's lines, keys in `column`."""
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
                width = 0 if self.block_items else _WIDTH
                lines.append(lead)
                for item in value:
                    assert isinstance(item, Mapping) or not groups
                    lines += self.item(item, column + self.dash, width)
            else:
                lines.append(f"{lead} {self.flow(value)}")
        return lines


# --- the style of a file -------------------------------------------------------------------------


def styles(file: YamlDocument) -> Sequence[Style]:
    """Give styles to try: the file's own, then plainer ones that nothing can misread."""
    own = _style(file)
    return own, replace(own, close=True), replace(own, close=True, quoted=True)


def _style(file: YamlDocument) -> Style:
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
            if isinstance(value, SequenceNode) and not value.flow_style and value.value:
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
        step=_usual([s for s in steps if 0 < s < 10], 2),
        dash=_usual([d for d in dashes if d >= 0], 2),
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
    """The most frequent value, the earliest of equals."""
    return max(values, key=values.count) if values else otherwise


def are_separated(file: YamlDocument, nodes: Sequence[Node]) -> bool | None:
    """Whether blank lines are before nodes that follow another; None if none does."""
    found = []
    for before, node in pairwise(nodes):
        between = file.flat[before.start_mark.index : node.start_mark.index]
        line = between[: between.rfind("\n") + 1]
        # Comments on what follows are between it and the blank line.
        line = re.sub(r"(?:^[ \t]*#[^\n]*\n)+\Z", "", line, flags=re.MULTILINE)
        if "\n" in line:
            found.append(line.endswith("\n\n") or line.rstrip(" ").endswith("\n\n"))
    return _usual(found, None)  # type: ignore[no-any-return]
