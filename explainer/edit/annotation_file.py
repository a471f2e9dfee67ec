"""Add and edit entries in the text of an annotation file, leaving every other byte unchanged.

A YAML library that rewrites a file loses the author's comments, blank lines, quotation marks, and
indentation. Instead, this module writes an entry in the file's own style and inserts it at a
position from PyYAML's marks. It then reads the result again, and returns it only if its data is
exactly that of the old file and the entry.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from explainer.edit.changes import insert, replace_value
from explainer.edit.entry import KEYED, SECTIONS, Group, Kind, Value, as_data, split, texts_in
from explainer.edit.style import Style, styles_of
from explainer.edit.yaml_document import Splice, YamlDocument
from explainer.model.documents import Text
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.parse import yaml
from explainer.parse.text import NOT_YAML
from explainer.site.load import LIBRARY
from explainer.support import cache
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class Edited:
    """A file's text after a change."""

    text: str
    """The whole text, with the byte order mark and line endings of the old text."""
    line: int
    """The line where the entry or the changed value starts in the new text, from 1."""


def new_file(path: str) -> str:
    """Return the text of a file without entries: a line that names its JSON Schema for editors."""
    kind = "library" if path.endswith(f"/{LIBRARY}") else "annotations"
    folder = "../" * path.count("/") + cache.FOLDER
    return f"# yaml-language-server: $schema={folder}/{kind}.schema.json\n"


def append(text: str, kind: Kind, *entries: Group, path: str = "") -> Edited | Problem:
    """Append one or more entries of a kind to its section.

    `text` is the file as decoded from UTF-8, with its line endings and byte order mark; for a new
    file, `new_file(path)` or "". The `id` of a source or person becomes its key. `path` is for
    problems. For several entries, the resulting line is that of any one of them.

    An entry is inserted in one place, and no text is removed except a `null` that stands for an
    empty section. Problems: those of `yaml.read` for the old text; `bad-character` for characters
    that YAML does not allow; `wrong-type` if the section is not a list (a group for sources and
    people); `cannot-write` if the entry cannot be inserted safely.
    """
    first, *rest = entries
    result = _append(text, kind, [first], path)
    if rest and isinstance(result, Edited):
        # The first entry creates the section. The others are inserted together, which is faster.
        combined = _append(result.text, kind, rest, path)
        if isinstance(combined, Edited):
            return combined
    for entry in rest:
        if isinstance(result, Problem):
            break
        result = _append(result.text, kind, [entry], path)
    return result


def _append(text: str, kind: Kind, entries: Sequence[Group], path: str) -> Edited | Problem:
    file = YamlDocument.read(text, path)
    if isinstance(file, Problem):
        return file
    if problem := unwritable(entries, path):
        return problem
    wanted = _appended(file.data, kind, entries)
    if wanted is None:
        message = f"`{SECTIONS[kind]}` does not hold entries in the expected form"
        return Problem(Location(path, 1), "wrong-type", message, "fix the file by hand first")
    return checked(
        file, lambda style: _joined([insert(file, style, kind, each) for each in entries]), wanted
    )


def _joined(splices: Sequence[Splice]) -> Splice:
    """Join the splices of entries of one section, which are at the same position, into one."""
    return replace(splices[0], text="".join(splice.text for splice in splices))


def edit(
    text: str, entry: tuple[str, int], key: str, value: str, *, path: str = ""
) -> Edited | Problem:
    """Set the text `key` of an entry, adding the key if the entry does not have it.

    `entry` is the entry's section and its index there, from 0: `("notes", 2)`. Only the value's
    characters change. Problems: those of `append`, and `no-entry` if there is no such entry.
    """
    file = YamlDocument.read(text, path)
    if isinstance(file, Problem):
        return file
    if problem := unwritable(value, path):
        return problem
    node = file.find(entry, hint="reload the page")
    if isinstance(node, Problem):
        return node
    section, index = entry
    wanted: Any = copy.deepcopy(file.data)
    wanted[section][index][key] = value
    if wanted == file.data:
        return Edited(text, int(node.start_mark.line) + 1)
    return checked(file, lambda style: replace_value(file, style, node, key, value), wanted)


def unwritable(value: Value, path: str) -> Problem | None:
    """Report characters in a value that YAML does not allow."""
    for text in texts_in(value):
        if bad := NOT_YAML.search(text):
            message = f"invisible character that YAML does not allow (U+{ord(bad[0]):04X})"
            return Problem(Location(path), "bad-character", message, "delete it from the text")
    return None


def _appended(data: Any, kind: Kind, entries: Sequence[Group]) -> Group | None:
    """Return the old data with the entries added; None if the section cannot take them."""
    root = {} if data is None else data
    if not isinstance(root, dict):
        return None
    name = SECTIONS[kind]
    section = root.get(name) or ({} if kind in KEYED else [])
    if kind in KEYED and isinstance(section, dict):
        whole = section | dict(map(split, entries))
        return {**root, name: whole} if len(whole) == len(section) + len(entries) else None
    if kind not in KEYED and isinstance(section, list):
        return {**root, name: [*section, *entries]}
    return None


def checked(
    file: YamlDocument, write: Callable[[Style], Splice | None], wanted: Group
) -> Edited | Problem:
    """Return the file with what `write` writes in its style, if that has the `wanted` data."""
    for style in styles_of(file):
        if splice := write(style):
            flat = file.flat[: splice.start] + splice.text + file.flat[splice.end :]
            if has_data(file, flat, wanted):
                line = flat.count("\n", 0, splice.start + splice.at) + 1
                return Edited(file.with_change(splice), line)
    message = "the entry cannot be written without changing other data in this file"
    return Problem(Location(file.path), "cannot-write", message, "write it by hand in an editor")


def has_data(file: YamlDocument, flat: str, wanted: Group, *, any_order: bool = False) -> bool:
    """Whether a file's new text can be read, and has the `wanted` data.

    Keys must be in the same order, unless `any_order`.
    """
    located, problems = yaml.read(Text(file.path, flat))
    # If the file does not end with a line break, neither does a block text (`|`) at its end. It
    # gets one when text follows, which makes no difference in Markdown.
    loose = not file.flat.endswith("\n")
    found, expected = (
        json.dumps(as_data(x, loose=loose), sort_keys=any_order) for x in (located.data, wanted)
    )
    return found == expected and all(problem.severity != "error" for problem in problems)
