"""A YAML document's text and nodes, and where the nodes end.

PyYAML's marks give the start of a node. For PyYAML, a block collection ends where the next token
starts, after comments and blank lines; here it ends with its last value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, TypeAlias

import yaml as pyyaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from explainer.model.documents import Text
from explainer.model.location import Data, Location
from explainer.model.problems import Problem
from explainer.parse import yaml
from explainer.parse.text import normalize
from explainer.support.values import dataclass

Node: TypeAlias = Any
"""A PyYAML node. It is `Any` because the type stubs make marks optional and lack styles."""
Pair: TypeAlias = tuple[Node, Node]
"""A key and its value; for a list, the item twice."""
_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Splice:
    """A change to a document's flat text: `text` replaces the characters from `start` to `end`."""

    start: int
    end: int
    text: str
    at: int
    """The index in `text` where the entry or value starts."""


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A YAML file's text, data, and nodes."""

    text: str
    flat: str
    r"""The text without a byte order mark, and with `\n` as line endings. Positions index it."""
    path: str
    data: Data
    root: Node | None
    end: int
    """The end of the document: before a `...` line, or the end of the text."""

    @classmethod
    def read(cls, text: str, path: str) -> YamlDocument | Problem:
        """Parse a file. Return the first error of `yaml.read`, if there is one."""
        flat = normalize(text)
        located, problems = yaml.read(Text(path, flat))
        if problem := next((p for p in problems if p.severity == "error"), None):
            return problem
        end = re.search(r"^\.\.\.(?!\S)", flat, re.MULTILINE)
        root = pyyaml.compose(flat, Loader=yaml.loader(flat))
        return cls(text, flat, path, located.data, root, end.start() if end else len(flat))

    def with_change(self, splice: Splice) -> str:
        """Return the text with a change applied, using the line endings around it."""
        start, end = self._raw(splice.start), self._raw(splice.end)
        before, after = self.text[:start], self.text[end:]
        ends = _LINE_END.findall(before)[-1:] or _LINE_END.findall(after) or ["\n"]
        return before + splice.text.replace("\n", ends[0]) + after

    def _raw(self, position: int) -> int:
        """Convert a position in `flat` to a position in `text`."""
        position += self.text.startswith("\ufeff")
        for match in re.finditer("\r\n", self.text):
            if match.start() >= position:
                break
            position += 1
        return position

    def rest_of_line(self, position: int) -> str:
        """Return the text from a position to the end of its line."""
        return self.flat[position:].partition("\n")[0]

    def column(self, node: Node) -> int:
        """Return the column of a node, from 0."""
        start: int = node.start_mark.index
        return start - (self.flat.rfind("\n", 0, start) + 1)

    def sections(self) -> list[Pair]:
        """Return the file's top-level keys and their values."""
        return pairs(self.root) if isinstance(self.root, MappingNode) else []

    def section(self, name: str) -> Pair | None:
        """Return a top-level key and its value, or None."""
        return next((pair for pair in self.sections() if pair[0].value == name), None)

    def entry(self, section: str, index: int) -> MappingNode | None:
        """Return an entry of a section's list by its index, or None."""
        found = self.section(section)
        nodes = items(found[1]) if found else []
        node = nodes[index] if 0 <= index < len(nodes) else None
        return node if isinstance(node, MappingNode) else None

    def find(
        self, entry: tuple[str, int], *, hint: str = "run the command again"
    ) -> MappingNode | Problem:
        """Return the entry with a section and an index there, from 0, or the problem `no-entry`."""
        section, index = entry
        if node := self.entry(section, index):
            return node
        message = f"there is no entry {index + 1} in `{section}`"
        return Problem(Location(self.path), "no-entry", message, hint)

    def content_end(self, node: Node) -> int:
        """Return the end of the last value in a node, without a block text's final line breaks."""
        last = _last(node)
        end: int = last.end_mark.index
        if not is_block_text(last):
            return end
        before = self.flat[:end]
        return len(before.removesuffix("\n") if self.keeps(last) else before.rstrip("\n"))

    def line_end(self, node: Node) -> int:
        """Return the end of the line where a node's content ends."""
        end = self.content_end(node)
        return end + len(self.rest_of_line(end))

    def keeps(self, node: Node | None) -> bool:
        """Return whether blank lines after a node belong to it, because it ends in a `|+` text."""
        last: Node = node and _last(node)
        return is_block_text(last) and "+" in self.header(last)[0]

    def header(self, node: Node) -> tuple[str, str]:
        """Return the indicators of a block text (`|2-`), and the rest of their line."""
        match = re.compile(r"([|>][0-9+-]*)([^\n]*)").match(self.flat, node.start_mark.index)
        assert match
        return match[1], match[2]

    def text_column(self, node: Node) -> int | None:
        """Return the column of a block text's lines; None if its header gives the indentation."""
        lines = self.flat[node.start_mark.index : node.end_mark.index].split("\n")
        if re.match(r"[|>][+-]?[1-9]", lines[0]):
            return None
        first = next((line for line in lines[1:] if line.strip()), None)
        return len(first) - len(first.lstrip(" ")) if first else None


def _last(node: Node) -> Node:
    """Return the last scalar or flow collection in a node."""
    while not isinstance(node, ScalarNode) and not node.flow_style and node.value:
        key, value = pairs(node)[-1]
        node = value if value.end_mark.index >= key.end_mark.index else key
    return node


def is_block_text(node: Node) -> bool:
    """Return whether a node is a block text (`|` or `>`)."""
    return isinstance(node, ScalarNode) and node.style in ("|", ">")


def pairs(node: Node) -> list[Pair]:
    """Return a mapping's keys and values, or a list's items, each twice; else an empty list."""
    if isinstance(node, MappingNode):
        return list(node.value)
    return [(item, item) for item in items(node)]


def items(node: Node) -> list[Node]:
    """Return the items of a list; an empty list for other nodes."""
    return list(node.value) if isinstance(node, SequenceNode) else []


def walk(node: Node | None) -> Iterator[Node]:
    """Yield a node and all its descendants, including keys, in order."""
    if node is None:
        return
    yield node
    for child in dict.fromkeys(chain.from_iterable(pairs(node))):
        yield from walk(child)
