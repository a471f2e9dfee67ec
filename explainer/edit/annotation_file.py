"""An annotation into the text of its file, every other byte of which stays as it is.

YAML libraries that write a file anew lose what its author chose: comments, blank lines, quotation
marks, indentation. So nothing is written anew here. The entry is made up as text in the file's own
style and spliced in at a position that PyYAML's marks give, and what comes of it is read again: a
result that does not say exactly what the old file and the entry say is never handed out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, TypeAlias

import yaml as pyyaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from explainer.model.documents import Text
from explainer.model.location import Data, Location
from explainer.model.problems import Problem
from explainer.model.scalars import Id
from explainer.parse import yaml
from explainer.parse.text import NOT_YAML, normalize
from explainer.support.slugs import slug, unique

Kind: TypeAlias = Literal["claim", "note", "question", "source", "person"]
Node: TypeAlias = Any
"""One of PyYAML's: its types have marks as optional, and know no styles."""
Value: TypeAlias = "str | bool | Sequence[Value] | Mapping[str, Value]"
"""What an entry may hold under a key."""

SECTIONS: Mapping[Kind, str] = {
    "claim": "claims",
    "note": "notes",
    "question": "questions",
    "source": "sources",
    "person": "people",
}
"""The key of the file under which entries of a kind stand."""
_KEYED: frozenset[Kind] = frozenset({"source", "person"})
"""Their entries stand in no list, but each under its id."""

_LOADER = getattr(pyyaml, "CSafeLoader", pyyaml.SafeLoader)
_RESOLVER: Any = pyyaml.resolver.Resolver()


# --- results -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edited:
    """A file's text with one change."""

    text: str
    """The whole text, with the byte order mark and the line ends of the old one."""
    start: int
    """Characters of the old text before the change."""
    removed: str
    """What stood there."""
    inserted: str
    """What stands there now."""
    line: int
    """The line of the new text on which the entry, or the changed value, begins, from 1."""


def append(
    text: str | None, kind: Kind, entry: Mapping[str, Value], *, schema: str = "", path: str = ""
) -> Edited | Problem:
    """Put an entry behind the last one of its kind.

    `text` is the file as it was decoded from UTF-8, line ends and byte order mark untouched;
    nothing where there is no file. Then `schema`, the way from the file to its JSON Schema, is
    named on a first line, for editors. A source's or person's `id` becomes its key. `path` is for
    problems.

    The old text is split in one place at most, and nothing of it is taken away but for a `null`
    that stands for an empty section. Problems: those of `yaml.read` in the old text;
    `bad-character` for what YAML cannot have; `wrong-type` where the section is no list (no group,
    for sources and people).
    """
    head = f"# yaml-language-server: $schema={schema}\n" if schema else ""
    file = _File.read(head if text is None else text, path)
    if isinstance(file, Problem):
        return file
    if problem := _unwritable(entry, path):
        return problem
    wanted = _appended(file.data, kind, entry)
    if wanted is None:
        message = f"`{SECTIONS[kind]}` is not written as a list of entries"
        return Problem(Location(path, 1), "wrong-type", message, "mend the file by hand first")
    for style in _styles(file):
        splice = _Writer(file, style).append(kind, entry)
        if splice is not None and (edited := _checked(file, splice, wanted)):
            return edited
    return _unable(path)


def append_all(
    text: str | None,
    kind: Kind,
    entries: Sequence[Mapping[str, Value]],
    *,
    schema: str = "",
    path: str = "",
) -> str | Problem:
    """Put entries of a kind behind the last one, as `append` does one by one, in the time of a few.

    Gives the whole text, and the problems of `append`.
    """
    for number, entry in enumerate(entries):
        # The first makes the section. What is behind it goes to one place in one style.
        if number == 1:
            assert text is not None
            if (whole := _append_rest(text, kind, entries[1:], path)) is not None:
                return whole
        made = append(text, kind, entry, schema=schema, path=path)
        if isinstance(made, Problem):
            return made
        text = made.text
    return text or ""


def _append_rest(
    text: str, kind: Kind, entries: Sequence[Mapping[str, Value]], path: str
) -> str | None:
    file = _File.read(text, path)
    if isinstance(file, Problem) or any(_unwritable(entry, path) for entry in entries):
        return None
    wanted: Data = file.data
    for entry in entries:
        wanted = _appended(wanted, kind, entry)
        if wanted is None:
            return None
    for style in _styles(file):
        splices = [_Writer(file, style).append(kind, entry) for entry in entries]
        places = {(splice.start, splice.end) if splice else None for splice in splices}
        if len(places) != 1 or any(s is None or s.start != s.end for s in splices):
            return None
        found = [splice for splice in splices if splice]
        joined = replace(found[0], text="".join(splice.text for splice in found))
        if edited := _checked(file, joined, wanted):
            return edited.text
    return None


def edit(
    text: str, entry: tuple[str, int], key: str, value: str, *, path: str = ""
) -> Edited | Problem:
    """Give the text `key` of an entry another value; a key that is not there is added.

    `entry` is the entry's section and its number there, from 0: `("notes", 2)`. Only the value's
    own characters change. Problems as of `append`, and `no-entry` where there is no such entry.
    """
    file = _File.read(text, path)
    if isinstance(file, Problem):
        return file
    if problem := _unwritable({key: value}, path):
        return problem
    node = file.entry(*entry)
    if node is None:
        message = f"there is no entry {entry[1] + 1} in `{entry[0]}`"
        return Problem(Location(path), "no-entry", message, "load the page anew")
    wanted = _edited(file.data, entry, key, value)
    if wanted == file.data:
        at = node.start_mark.index
        return Edited(text, file.raw(at), "", "", file.flat.count("\n", 0, at) + 1)
    for style in _styles(file):
        splice = _Writer(file, style).edit(node, key, value)
        if splice is not None and (edited := _checked(file, splice, wanted)):
            return edited
    return _unable(path)


def _unable(path: str) -> Problem:
    message = "the entry cannot be written into this file without changing what else it says"
    return Problem(Location(path), "cannot-write", message, "write it by hand, in an editor")


# --- what a file says ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _File:
    """A file's text, as it is and as YAML sees it."""

    text: str
    flat: str
    """Without a byte order mark, with `\n` at the ends of lines: what positions count in."""
    path: str
    data: Data
    root: Node | None
    end: int
    """Where the document ends: before a line `...`."""

    @classmethod
    def read(cls, text: str, path: str) -> _File | Problem:
        flat = normalize(text)
        located, problems = yaml.read(Text(path, flat))
        for problem in problems:
            if problem.severity == "error":
                return problem
        end = len(flat)
        if re.search(r"^\.\.\.", flat, re.MULTILINE):
            for event in pyyaml.parse(flat, Loader=_LOADER):
                if isinstance(event, pyyaml.DocumentEndEvent) and event.explicit:
                    end = event.start_mark.index  # type: ignore[union-attr]
        root = pyyaml.compose(flat, Loader=_LOADER)
        return cls(text, flat, path, located.data, root, end)

    def raw(self, position: int) -> int:
        """A position in `flat` as one in `text`."""
        mark = self.text.startswith("\ufeff")
        breaks = [m.start() - mark for m in re.finditer("\r\n", self.text)]
        breaks = [at - count for count, at in enumerate(breaks)]
        return position + mark + bisect_left(breaks, position)

    def line_end(self, position: int) -> str:
        """How lines end around a position in `text`: as the last one before it, or the first."""
        ends = list(re.finditer("\r\n|\r|\n", self.text[:position]))
        near = ends[-1] if ends else re.search("\r\n|\r|\n", self.text[position:])
        return near[0] if near else "\n"

    def rest_of_line(self, position: int) -> str:
        """What stands from a position to the end of its line."""
        end = self.flat.find("\n", position)
        return self.flat[position : end if end >= 0 else len(self.flat)]

    def column(self, node: Node) -> int:
        """How many characters stand before a node on its line."""
        start: int = node.start_mark.index
        return start - (self.flat.rfind("\n", 0, start) + 1)

    def sections(self) -> list[tuple[Node, Node]]:
        return list(self.root.value) if isinstance(self.root, MappingNode) else []

    def section(self, name: str) -> tuple[Node, Node] | None:
        return next((pair for pair in self.sections() if pair[0].value == name), None)

    def entry(self, section: str, index: int) -> MappingNode | None:
        found = self.section(section)
        if found is None or not isinstance(found[1], SequenceNode):
            return None
        nodes = found[1].value
        node = nodes[index] if 0 <= index < len(nodes) else None
        return node if isinstance(node, MappingNode) else None

    def content_end(self, node: Node) -> int:
        """Where the last thing in a node ends; before the line break, where it is a block of text.

        PyYAML's marks have a block collection end where the next thing begins.
        """
        end: int = node.end_mark.index
        if isinstance(node, ScalarNode):
            if not _is_block_text(node):
                return end
            before = self.flat[:end]
            return len(before.removesuffix("\n") if self.keeps(node) else before.rstrip("\n"))
        if node.flow_style or not node.value:
            return end
        last = node.value[-1]
        if isinstance(node, MappingNode):
            return max(self.content_end(last[0]), self.content_end(last[1]))
        return self.content_end(last)

    def keeps(self, node: Node | None) -> bool:
        """Whether blank lines behind a node belong to it: it ends with a text under `|+`."""
        while node is not None and not isinstance(node, ScalarNode):
            if node.flow_style or not node.value:
                return False
            node = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
        if node is None or not _is_block_text(node):
            return False
        header = re.match(r"[|>][0-9+-]*", self.flat[node.start_mark.index :])
        return header is not None and "+" in header[0]


def _is_block_text(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style in ("|", ">")


def _nodes(node: Node | None) -> Iterator[Node]:
    """Give a node and all that it holds, keys too, in order."""
    if node is None:
        return
    yield node
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield from _nodes(key)
            yield from _nodes(value)
    elif isinstance(node, SequenceNode):
        for value in node.value:
            yield from _nodes(value)


# --- what it must say afterwards -----------------------------------------------------------------


def _as_data(value: Value) -> Data:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return {key: _as_data(item) for key, item in value.items()}
    return [_as_data(item) for item in value]


def _appended(data: Data, kind: Kind, entry: Mapping[str, Value]) -> Data:
    """Give the old data with the entry; nothing where there is no place for it."""
    root = {} if data is None else data
    name = SECTIONS[kind]
    new = _as_data(entry)
    assert isinstance(new, dict)
    if not isinstance(root, dict):
        return None
    section = root.get(name)
    if kind in _KEYED:
        key = new.pop("id")
        assert isinstance(key, str)
        if isinstance(section, dict | None) and key not in (section or {}):
            return {**root, name: {**(section or {}), key: new}}
    elif isinstance(section, list | None):
        return {**root, name: [*(section or []), new]}
    return None


def _edited(data: Data, entry: tuple[str, int], key: str, value: str) -> Data:
    name, index = entry
    assert isinstance(data, dict)
    old = data[name]
    assert isinstance(old, list)
    one = old[index]
    assert isinstance(one, dict)
    return {**data, name: [*old[:index], {**one, key: value}, *old[index + 1 :]]}


def _unwritable(value: Value, path: str) -> Problem | None:
    for text in _texts(value):
        if bad := NOT_YAML.search(text):
            message = f"an invisible character that YAML cannot have (U+{ord(bad[0]):04X})"
            return Problem(Location(path), "bad-character", message, "delete it from the text")
    return None


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif not isinstance(value, bool):
        for item in value:
            yield from _texts(item)


@dataclass(frozen=True, slots=True)
class _Splice:
    """A change of a file's flat text."""

    start: int
    end: int
    text: str
    at: int
    """Characters of `text` before the entry or value."""


def _checked(file: _File, splice: _Splice, wanted: Data) -> Edited | None:
    """Make the change, if what comes of it reads as it must."""
    flat = file.flat[: splice.start] + splice.text + file.flat[splice.end :]
    located, problems = yaml.read(Text(file.path, flat))
    if any(problem.severity == "error" for problem in problems):
        return None
    # A text under `|` at the end of a file without a last line break has none at its end either,
    # and gets one as soon as anything follows. To a reader of Markdown that is the same.
    loose = not file.flat.endswith("\n")
    if not _same(located.data, wanted, loose=loose):
        return None
    start, end = file.raw(splice.start), file.raw(splice.end)
    inserted = splice.text.replace("\n", file.line_end(start))
    text = file.text[:start] + inserted + file.text[end:]
    line = flat.count("\n", 0, splice.start + splice.at) + 1
    return Edited(text, start, file.text[start:end], inserted, line)


def _same(one: Data, other: Data, *, loose: bool) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(
            _same(value, other[key], loose=loose) for key, value in one.items()
        )
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(_same(a, b, loose=loose) for a, b in pairs)
    if loose and isinstance(one, str) and isinstance(other, str):
        return one.rstrip("\n") == other.rstrip("\n")
    return one == other


# --- the file's own style ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
    """How a file's author writes."""

    step: int = 2
    """Columns from a key to the text or keys below it."""
    dash: int = 2
    """Columns from a key to the dashes of the list below it."""
    gap: int = 1
    """Spaces behind a dash."""
    quote: str = '"'
    """The quotation marks of texts that need some."""
    quoted: bool = False
    """Every text stands in quotation marks."""
    close: bool = False
    """No blank line is added."""
    quoted_keys: bool = False
    """As in JSON."""
    entry_blank: bool | None = None
    """Whether a blank line parts entries of lists; nothing where the file does not show it."""
    section_blank: bool = True
    """Whether a blank line parts sections."""
    block_lists: frozenset[str] = frozenset()
    """Keys under which lists stand with a line for each item."""
    block_items: bool = False
    """Whether groups in an entry's lists (evidence) have a line for each key."""
    pad: str = ""
    """What stands inside braces."""


def _styles(file: _File) -> Iterator[_Style]:
    """Give styles to try: the file's own, then plainer ones that nothing can misread."""
    own = _style(file)
    yield own
    yield replace(own, close=True)
    yield replace(own, close=True, quoted=True)


def _style(file: _File) -> _Style:
    sections = file.sections()
    steps: list[int] = []
    dashes: list[int] = []
    gaps: list[int] = []
    block_lists: set[str] = set()
    block_items = False
    pads: list[str] = []
    for node in _nodes(file.root):
        if isinstance(node, MappingNode) and node.flow_style and node.value:
            pads.append(re.match(" ?", file.flat[node.start_mark.index + 1 :])[0])  # type: ignore[index]
        if not isinstance(node, MappingNode) or node.flow_style:
            continue
        for key, value in node.value:
            column = file.column(key)
            if isinstance(value, SequenceNode) and not value.flow_style and value.value:
                dashes.append(file.column(value) - column)
                if node is not file.root:
                    block_lists.add(str(key.value))
                    groups = [v for v in value.value if isinstance(v, MappingNode)]
                    block_items = block_items or any(not v.flow_style for v in groups)
                gaps += [
                    file.column(item) - file.column(value) - 1
                    for item in value.value
                    if isinstance(item, MappingNode) and not item.flow_style
                ]
            elif isinstance(value, MappingNode) and not value.flow_style:
                steps.append(file.column(value) - column)
            elif _is_block_text(value) and (inner := _text_column(file, value)) is not None:
                steps.append(inner - column)
    quotes = [n.style for n in _nodes(file.root) if isinstance(n, ScalarNode) and n.style]
    keys = [key for key, _ in sections]
    parted = [_parted(file, _entries(section)) for _, section in sections]
    return _Style(
        step=_usual([s for s in steps if 0 < s < 10], 2),
        dash=_usual([d for d in dashes if d >= 0], 2),
        gap=_usual([g for g in gaps if g > 0], 1),
        quote="'" if quotes.count("'") > quotes.count('"') else '"',
        quoted_keys=bool(keys) and all(key.style == '"' for key in keys),
        entry_blank=_usual([p for p in parted if p is not None], None),
        section_blank=_parted(file, [key for key, _ in sections]) is not False,
        block_lists=frozenset(block_lists),
        block_items=block_items,
        pad=_usual(pads, ""),
    )


def _usual(found: Sequence[Any], otherwise: Any) -> Any:
    """The most frequent value, the earliest of equals."""
    return max(found, key=found.count) if found else otherwise


def _text_column(file: _File, node: Node) -> int | None:
    """In which column the lines of a text under `|` begin; nothing where its header says it."""
    lines = file.flat[node.start_mark.index : node.end_mark.index].split("\n")
    if re.match(r"[|>][+-]?[1-9]", lines[0]):
        return None
    first = next((line for line in lines[1:] if line.strip()), None)
    return len(first) - len(first.lstrip(" ")) if first else None


def _entries(section: Node) -> list[Node]:
    return list(section.value) if isinstance(section, SequenceNode) else []


def _parted(file: _File, nodes: Sequence[Node]) -> bool | None:
    """Whether blank lines stand before nodes that follow another; nothing where none does."""
    found = []
    for before, node in pairwise(nodes):
        between = file.flat[before.start_mark.index : node.start_mark.index]
        line = between[: between.rfind("\n") + 1]
        # Comments on what follows stand between it and the blank line.
        line = re.sub(r"(?:^[ \t]*#[^\n]*\n)+\Z", "", line, flags=re.MULTILINE)
        if "\n" in line:
            found.append(line.endswith("\n\n") or line.rstrip(" ").endswith("\n\n"))
    return _usual(found, None)  # type: ignore[no-any-return]


# --- writing -------------------------------------------------------------------------------------


class _Writer:
    """Writes in one style. Positions are those of the file's flat text."""

    def __init__(self, file: _File, style: _Style) -> None:
        self.file = file
        self.style = style

    # where an entry goes

    def append(self, kind: Kind, entry: Mapping[str, Value]) -> _Splice | None:
        file = self.file
        root = file.root
        if isinstance(root, MappingNode) and root.flow_style:
            return self.into_flow_file(kind, entry)
        found = file.section(SECTIONS[kind])
        if found is None:
            return self.new_section(kind, entry)
        key, section = found
        if isinstance(section, ScalarNode):
            column = file.column(key)
            return self.first(section, column, kind, entry)
        if section.flow_style:
            return self.into_flow(section, self.flow_entry(kind, entry))
        return self.after_last(section, kind, entry)

    def after_last(self, section: Node, kind: Kind, entry: Mapping[str, Value]) -> _Splice:
        """Behind the last entry of a section that has some."""
        file, style = self.file, self.style
        column = file.column(section)
        nodes = [pair[0] if isinstance(pair, tuple) else pair for pair in section.value]
        values = [pair[1] if isinstance(pair, tuple) else pair for pair in section.value]
        last = values[-1]
        end = file.content_end(section)
        end += len(file.rest_of_line(end))
        # Comments right below the entry, and deeper than its first column, are about it.
        while below := re.compile(r"\n( *)#[^\n]*").match(file.flat, end):
            if len(below[1]) <= column:
                break
            end = below.end()
        if kind in _KEYED:
            if isinstance(last, MappingNode) and not last.flow_style:
                style = replace(style, step=file.column(last) - column)
            flow = isinstance(last, MappingNode) and bool(last.flow_style)
        else:
            if isinstance(last, MappingNode) and not last.flow_style and last.value:
                style = replace(style, gap=max(file.column(last) - column - 1, 1))
            flow = all(isinstance(v, MappingNode) and v.flow_style for v in values)
        blank = _parted(file, nodes)
        if blank is None:
            wide = style.section_blank if style.entry_blank is None else style.entry_blank
            blank = kind not in _KEYED and wide
        lines = _Writer(file, style).entry(kind, entry, column, flow=flow)
        return self.lines(end, lines, blank=blank and not file.keeps(last) and not style.close)

    def first(self, empty: Node, column: int, kind: Kind, entry: Mapping[str, Value]) -> _Splice:
        """Below the key of a section that has nothing; a word for nothing goes."""
        file = self.file
        start, end = empty.start_mark.index, empty.end_mark.index
        rest = file.rest_of_line(end)
        lines = self.entry(kind, entry, column + self.indent(kind))
        splice = self.lines(end + len(rest), lines, blank=False)
        if start == end:
            return splice
        before = len(file.flat[:start].rstrip(" "))
        return _Splice(before, splice.end, rest + splice.text, len(rest) + splice.at)

    def new_section(self, kind: Kind, entry: Mapping[str, Value]) -> _Splice:
        """Behind all that the file has."""
        file, style = self.file, self.style
        root = file.root
        start, end = 0, file.end
        word = isinstance(root, ScalarNode) and root.start_mark.index < root.end_mark.index
        column = 0
        if isinstance(root, MappingNode):
            column = file.column(root.value[0][0])
            start = file.content_end(root)
        end = max(start, len(file.flat[: file.end].rstrip("\n")))
        lines = [" " * column + self.key(SECTIONS[kind]) + ":"]
        lines += self.entry(kind, entry, column + self.indent(kind))
        if word:  # a file that says `null`
            assert root is not None
            start = root.start_mark.index
            line_start = file.flat.rfind("\n", 0, start) + 1
            text = ("\n" if line_start < start else "") + "\n".join(lines)
            return _Splice(start, root.end_mark.index, text, text.index(lines[1]))
        if not file.flat[:end].strip():
            text = "\n".join(lines) + "\n"
            return _Splice(0, 0, text, len(lines[0]) + 1)
        above = file.flat[:end]
        alone = bool(re.fullmatch(r"\s*(# yaml-language-server:[^\n]*|---[^\n]*)\s*", above))
        blank = not (alone or style.close or file.keeps(root)) and style.section_blank
        return self.lines(end, lines, blank=blank, key=True)

    def lines(self, end: int, lines: Sequence[str], *, blank: bool, key: bool = False) -> _Splice:
        """Put lines behind the line that ends at `end`; `key`: the first is a section's key."""
        lead = "\n\n" if blank else "\n"
        text = lead + "\n".join(lines)
        if self.file.flat.endswith("\n") and end == len(self.file.flat):
            # Behind the last line break: such a file ends with a text that keeps its blank lines.
            text = "\n".join(lines) + "\n"
            lead = ""
        elif end == len(self.file.flat) and _ends_with_text(lines):
            text += "\n"
        return _Splice(end, end, text, len(lead) + (len(lines[0]) + 1 if key else 0))

    def indent(self, kind: Kind) -> int:
        return self.style.step if kind in _KEYED else self.style.dash

    # entries in flow style

    def into_flow_file(self, kind: Kind, entry: Mapping[str, Value]) -> _Splice:
        root = self.file.root
        assert isinstance(root, MappingNode)
        name = SECTIONS[kind]
        found = self.file.section(name)
        item = self.flow_entry(kind, entry)
        pair = item if kind not in _KEYED else f"{{{item}}}"
        whole = pair if kind in _KEYED else f"[{pair}]"
        if found is None:
            return self.into_flow(root, f"{self.key(name)}: {whole}")
        section = found[1]
        if isinstance(section, ScalarNode):
            start, end = section.start_mark.index, section.end_mark.index
            lead = " " if self.file.flat[start - 1] == ":" else ""
            colon = "" if self.file.flat[:start].rstrip().endswith(":") else ": "
            return _Splice(start, end, lead + colon + whole, len(lead + colon))
        return self.into_flow(section, item)

    def into_flow(self, node: Node, item: str) -> _Splice:
        """Behind the last item between brackets."""
        flat = self.file.flat
        start: int = node.start_mark.index
        if not node.value:
            return _Splice(start + 1, start + 1, item, 0)
        items = [pair if isinstance(pair, tuple) else (pair, pair) for pair in node.value]
        first, last = items[-1]
        end = max(first.end_mark.index, last.end_mark.index)
        before = items[-2][1].end_mark.index if len(items) > 1 else start
        apart = " "
        if "\n" in flat[before : first.start_mark.index]:
            apart = "\n" + " " * self.file.column(first)
        comment = re.compile(r"[ \t]*(,?)[ \t]*(#[^\n]*)").match(flat, end)
        if comment and apart != " ":
            text = f"{apart}{item}," if comment[1] else f"{apart}, {item}"
            return _Splice(comment.end(), comment.end(), text, len(apart))
        return _Splice(end, end, f",{apart}{item}", 1 + len(apart))

    def flow_entry(self, kind: Kind, entry: Mapping[str, Value]) -> str:
        if kind not in _KEYED:
            return self.flow(entry)
        rest = {key: value for key, value in entry.items() if key != "id"}
        return f"{self.scalar(str(entry['id']), flow=True)}: {self.flow(rest)}"

    def flow(self, value: Value, key: str = "") -> str:
        """A value on one line, the one of `key` if it stands in a group."""
        pad = self.style.pad
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return self.scalar(value, flow=True, plain=key in _WORDS)
        if isinstance(value, Mapping):
            pairs = ", ".join(f"{self.key(k)}: {self.flow(v, k)}" for k, v in value.items())
            return f"{{{pad}{pairs}{pad}}}"
        return f"[{', '.join(self.flow(item) for item in value)}]"

    # entries with lines of their own

    def entry(
        self, kind: Kind, entry: Mapping[str, Value], column: int, *, flow: bool = False
    ) -> list[str]:
        """An entry's lines, in full."""
        style = self.style
        if kind in _KEYED:
            rest = {key: value for key, value in entry.items() if key != "id"}
            name = " " * column + self.scalar(str(entry["id"]), plain=True) + ":"
            if flow:
                return [f"{name} {self.flow(rest)}"]
            return [name, *self.mapping(rest, column + style.step)]
        lead = " " * column + "-" + " " * style.gap
        long = any("\n" in text for text in _texts(entry))
        if flow and not long and len(line := lead + self.flow(entry)) <= _FLOW_WIDTH:
            return [line]
        lines = self.mapping(entry, len(lead))
        return [lead + lines[0][len(lead) :], *lines[1:]]

    def mapping(self, group: Mapping[str, Value], column: int) -> list[str]:
        """A group's lines, keys in `column`."""
        style = self.style
        lines: list[str] = []
        for key, value in group.items():
            lead = " " * column + self.key(key) + ":"
            if isinstance(value, str):
                plain = key in _WORDS
                lines += f"{lead} {self.scalar(value, column, plain=plain)}".split("\n")
            elif isinstance(value, bool) or not value:
                lines.append(f"{lead} {self.flow(value)}")
            elif isinstance(value, Mapping):
                lines += [lead, *self.mapping(value, column + style.step)]
            elif any(isinstance(item, Mapping) for item in value):
                lines += [lead, *self.items(value, column + style.dash)]
            elif key in style.block_lists:
                dash = " " * (column + style.dash) + "-" + " " * style.gap
                lines += [lead, *(dash + self.flow(item) for item in value)]
            else:
                lines.append(f"{lead} {self.flow(value)}")
        return lines

    def items(self, groups: Iterable[Value], column: int) -> list[str]:
        """The lines of a list of groups, dashes in `column`."""
        lead = " " * column + "-" + " " * self.style.gap
        lines: list[str] = []
        for group in groups:
            assert isinstance(group, Mapping)
            line = lead + self.flow(group)
            if self.style.block_items or len(line) > _WIDTH:
                block = self.mapping(group, len(lead))
                lines += [lead + block[0][len(lead) :], *block[1:]]
            else:
                lines.append(line)
        return lines

    # values

    def key(self, name: str) -> str:
        return f'"{name}"' if self.style.quoted_keys else name

    def scalar(
        self, text: str, column: int | None = None, *, flow: bool = False, plain: bool = False
    ) -> str:
        """A text as a value; `column`, where lines of its own may follow, is its key's.

        `plain`: a word such as a date or a rating's id, which stays without quotation marks though
        YAML has another type for it.
        """
        style = self.style
        if "\n" in text and column is not None and not style.quoted:
            block = self.block(text, column + style.step, style.step)
            if block is not None:
                return block
        if style.quoted or style.quoted_keys:
            return _double(text)
        if _is_plain(text, flow=flow, typed=not plain):
            return text
        return _quoted(text, style.quote)

    def block(self, text: str, column: int, step: int, header: str = "") -> str | None:
        """A text under `|`, its lines in `column`; `header` is what follows on the first line.

        Nothing where only quotation marks can hold it.
        """
        body = text.removesuffix("\n")
        if not body.strip() or body.endswith("\n"):
            return None
        sign = "|"
        if body[0] in " \t\n":
            # Else the lines' column would be taken from the first one.
            if step > 9:
                return None
            sign += str(step)
        sign += "" if text.endswith("\n") else "-"
        lines = (" " * column + line if line else "" for line in body.split("\n"))
        return "\n".join((sign + header, *lines))

    # other values for keys

    def edit(self, node: MappingNode, key: str, value: str) -> _Splice | None:
        """A key's value, replaced; the key added, where it is missing."""
        file = self.file
        old = next((v for k, v in node.value if k.value == key), None)
        if old is None:
            if node.flow_style:
                return self.into_flow(node, f"{self.key(key)}: {self.scalar(value, flow=True)}")
            column = file.column(node)
            end = file.content_end(node)
            end += len(file.rest_of_line(end))
            return self.lines(end, self.mapping({key: value}, column), blank=False)
        if not isinstance(old, ScalarNode):
            return None
        start, end = old.start_mark.index, file.content_end(old)
        lead = " " if start == end and file.flat[start - 1] == ":" else ""
        if _is_block_text(old):
            end = len(file.flat[: old.end_mark.index].rstrip("\n"))
        if node.flow_style:
            return _Splice(start, end, lead + self.like(old, value, flow=True), len(lead))
        if "\n" in value and not self.style.quoted:
            return self.edit_block(node, old, value, lead)
        if _is_block_text(old):
            block = self.edit_block(node, old, value, lead)
            if block is not None and value and not self.style.quoted:
                return block
            header = re.match(r"[|>][0-9+-]*([^\n]*)", file.flat[start:])
            rest = header[1] if header else ""
            return _Splice(start, end, self.scalar(value) + rest, 0)
        return _Splice(start, end, lead + self.like(old, value, plain=key in _WORDS), len(lead))

    def edit_block(
        self, node: MappingNode, old: ScalarNode, value: str, lead: str
    ) -> _Splice | None:
        """A text with lines of its own, where the old one stood; a comment beside it stays."""
        file = self.file
        start, end = old.start_mark.index, file.content_end(old)
        column = file.column(node)
        step = self.style.step
        if _is_block_text(old):
            header = re.match(r"[|>](?:[+-]?([1-9])?[+-]?)([^\n]*)", file.flat[start:])
            assert header
            rest = header[2]
            end = len(file.flat[: old.end_mark.index].rstrip("\n"))
            inner = _text_column(file, old)
            step = int(header[1]) if header[1] else (inner - column if inner else step)
        else:
            rest = file.rest_of_line(end)
            end += len(rest)
        block = self.block(value, column + step, step, rest)
        if block is None:
            return _Splice(start, end, lead + _double(value) + rest, len(lead))
        if end == len(file.flat) and value.endswith("\n"):
            block += "\n"
        return _Splice(start, end, lead + block, len(lead))

    def like(self, old: ScalarNode, value: str, *, flow: bool = False, plain: bool = False) -> str:
        """A text in the quotation marks of the one that it replaces."""
        if self.style.quoted or old.style == '"':
            return _double(value)
        if old.style == "'":
            return _quoted(value, "'")
        return self.scalar(value, flow=flow, plain=plain)


_WIDTH = 100
_FLOW_WIDTH = 160
"""The longest line of an entry between braces, where others of its list stand so."""
_WORDS = frozenset({"date", "checked", "rating", "status", "kind", "stance"})
"""Keys of which the values are words of a fixed form."""


def _ends_with_text(lines: Sequence[str]) -> bool:
    """Whether the last of an entry's lines belongs to a text under `|` that ends with a break."""
    for line in reversed(lines):
        if re.search(r": \|[1-9]?$", line):
            return True
        if re.search(r": \|[1-9]?-$", line):
            return False
    return False


_PLAIN = re.compile(
    r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=<~][^\t\n]*(?<![\s:])|[^\s\-?:,\[\]{}#&*!|>'\"%@`=<~:]"
)


def _is_plain(text: str, *, flow: bool, typed: bool) -> bool:
    """Whether a text needs no quotation marks: all who read YAML take it for this very text."""
    if not _PLAIN.fullmatch(text) or ": " in text or " #" in text or text.startswith("..."):
        return False
    if flow and re.search(r"[,\[\]{}]|:(?=[\"'])", text):
        return False
    if text.lower() in {"null", "~"}:
        return False
    return not typed or _RESOLVER.resolve(ScalarNode, text, (True, False)).endswith(":str")


def _quoted(text: str, preferred: str) -> str:
    """A text in quotation marks, on one line; the others, where those preferred need escapes."""
    if "\n" in text or "\t" in text:
        return _double(text)
    single = "'" + text.replace("'", "''") + "'"
    if preferred == "'":
        return single if "'" not in text or '"' in text or "\\" in text else _double(text)
    if '"' in text or "\\" in text:
        return single if "'" not in text else _double(text)
    return _double(text)


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def _double(text: str) -> str:
    return '"' + re.sub(r'[\\"\n\t]', lambda match: _ESCAPES[match[0]], text) + '"'


# --- ids -----------------------------------------------------------------------------------------

_ID_WORDS = 6
_LONGEST_ID = 48


def new_id(words: str, taken: Iterable[str], otherwise: str) -> str:
    """Make an id from words that no other has, case aside: `Who rang?` → `who-rang`.

    Ids are ASCII: words of other scripts give `otherwise`, with a number if need be.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", _ascii(slug(words))).strip("-")
    short = ""
    for word in plain.split("-")[:_ID_WORDS]:
        if short and len(short) + len(word) >= _LONGEST_ID:
            break
        short = f"{short}-{word}" if short else word[:_LONGEST_ID]
    name = unique(short or otherwise, {name.casefold(): 0 for name in taken})
    return str(Id.check(name))


def _ascii(text: str) -> str:
    import unicodedata

    apart = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(c for c in apart if not unicodedata.combining(c))
