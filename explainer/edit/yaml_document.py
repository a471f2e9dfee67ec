"""A YAML file as it is written: its text, its nodes, and where they end.

PyYAML's marks say where a node begins. A block collection ends for them where the next thing
begins, comments and blank lines included; here it ends with its last value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

import yaml as pyyaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from explainer.model.documents import Text
from explainer.model.location import Data
from explainer.model.problems import Problem
from explainer.parse import yaml
from explainer.parse.text import normalize

Node: TypeAlias = Any
"""One of PyYAML's: its types have marks as optional, and know no styles."""
Pair: TypeAlias = tuple[Node, Node]
"""A key and its value; of a list, an item twice."""

_LOADER = getattr(pyyaml, "CSafeLoader", pyyaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Splice:
    """A change of a file's flat text."""

    start: int
    end: int
    text: str
    at: int
    """Characters of `text` before the entry or value."""


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A file's text, as it is and as YAML sees it."""

    text: str
    flat: str
    r"""Without a byte order mark, with `\n` at the ends of lines: what positions count in."""
    path: str
    data: Data
    root: Node | None
    end: int
    """Where the document ends: before a line `...`."""

    @classmethod
    def read(cls, text: str, path: str) -> YamlDocument | Problem:
        """Read a file; gives the first error of `yaml.read`, if there is one."""
        flat = normalize(text)
        located, problems = yaml.read(Text(path, flat))
        if problem := next((p for p in problems if p.severity == "error"), None):
            return problem
        end = re.search(r"^\.\.\.(?!\S)", flat, re.MULTILINE)
        root = pyyaml.compose(flat, Loader=_LOADER)
        return cls(text, flat, path, located.data, root, end.start() if end else len(flat))

    def with_change(self, splice: Splice) -> str:
        """The text with a change; its line ends are as around it."""
        start, end = self._raw(splice.start), self._raw(splice.end)
        before, after = self.text[:start], self.text[end:]
        ends = [*re.findall("\r\n|\r|\n", before)[-1:], *re.findall("\r\n|\r|\n", after)[:1], "\n"]
        return before + splice.text.replace("\n", ends[0]) + after

    def _raw(self, position: int) -> int:
        """A position in `flat` as one in `text`."""
        position += self.text.startswith("\ufeff")
        for match in re.finditer("\r\n", self.text):
            if match.start() >= position:
                break
            position += 1
        return position

    def rest_of_line(self, position: int) -> str:
        """The text from a position to the end of its line."""
        return self.flat[position:].partition("\n")[0]

    def column(self, node: Node) -> int:
        """How many characters are before a node on its line."""
        start: int = node.start_mark.index
        return start - (self.flat.rfind("\n", 0, start) + 1)

    def sections(self) -> list[Pair]:
        """The keys of the file and their values."""
        return pairs(self.root) if isinstance(self.root, MappingNode) else []

    def section(self, name: str) -> Pair | None:
        """A key of the file and its value."""
        return next((pair for pair in self.sections() if pair[0].value == name), None)

    def entry(self, section: str, index: int) -> MappingNode | None:
        """An entry of a list, by its index."""
        found = self.section(section)
        nodes = items(found[1]) if found else []
        node = nodes[index] if 0 <= index < len(nodes) else None
        return node if isinstance(node, MappingNode) else None

    def content_end(self, node: Node) -> int:
        """Where the last thing in a node ends; before the line break, if it is a block of text."""
        last = _last(node)
        end: int = last.end_mark.index
        if not is_block_text(last):
            return end
        before = self.flat[:end]
        return len(before.removesuffix("\n") if self.keeps(last) else before.rstrip("\n"))

    def line_end(self, node: Node) -> int:
        """Where the line ends on which the last thing in a node ends."""
        end = self.content_end(node)
        return end + len(self.rest_of_line(end))

    def keeps(self, node: Node | None) -> bool:
        """Whether blank lines after a node belong to it: it ends with a text under `|+`."""
        last: Node = node and _last(node)
        return is_block_text(last) and "+" in self.header(last)[0]

    def header(self, node: Node) -> tuple[str, str]:
        """The indicators of a block of text (`|2-`), and what follows them on their line."""
        match = re.compile(r"([|>][0-9+-]*)([^\n]*)").match(self.flat, node.start_mark.index)
        assert match
        return match[1], match[2]

    def text_column(self, node: Node) -> int | None:
        """The column in which the lines of a block of text begin; None if its header says it."""
        lines = self.flat[node.start_mark.index : node.end_mark.index].split("\n")
        if re.match(r"[|>][+-]?[1-9]", lines[0]):
            return None
        first = next((line for line in lines[1:] if line.strip()), None)
        return len(first) - len(first.lstrip(" ")) if first else None


def _last(node: Node) -> Node:
    """The last thing in a node."""
    while not isinstance(node, ScalarNode) and not node.flow_style and node.value:
        key, value = pairs(node)[-1]
        node = value if value.end_mark.index >= key.end_mark.index else key
    return node


def is_block_text(node: Node) -> bool:
    """Whether a node is a text under `|` or `>`."""
    return isinstance(node, ScalarNode) and node.style in ("|", ">")


def pairs(node: Node) -> list[Pair]:
    """The keys and values of a mapping; the items of a list, each twice; none of other nodes."""
    if isinstance(node, MappingNode):
        return list(node.value)
    return [(item, item) for item in items(node)]


def items(node: Node) -> list[Node]:
    """The items of a list; none if the node is something else."""
    return list(node.value) if isinstance(node, SequenceNode) else []


def walk(node: Node | None) -> Iterator[Node]:
    """Give a node and all that it holds, keys too, in order."""
    if node is None:
        return
    yield node
    for child in dict.fromkeys(chain.from_iterable(pairs(node))):
        yield from walk(child)
