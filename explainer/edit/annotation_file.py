"""An annotation into the text of its file, every other byte of which stays as it is.

YAML libraries that write a file anew lose what its author chose: comments, blank lines, quotation
marks, indentation. So nothing is written anew here. The entry is made up as text in the file's own
style and spliced in at a position that PyYAML's marks give, and the result is read again: one that
does not say exactly what the old file and the entry say is never handed out.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from explainer.edit.changes import insert, replace_value
from explainer.edit.entry import KEYED, SECTIONS, Group, Kind, Value, as_data, split, texts_in
from explainer.edit.style import styles
from explainer.edit.yaml_document import Splice, YamlDocument
from explainer.model.documents import Text
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.parse import yaml
from explainer.parse.text import NOT_YAML
from explainer.site.load import LIBRARY
from explainer.support import cache


@dataclass(frozen=True, slots=True)
class Edited:
    """A file's text with one change."""

    text: str
    """The whole text, with the byte order mark and the line ends of the old one."""
    line: int
    """The line of the new text on which the entry, or the changed value, begins, from 1."""


def new_file(path: str) -> str:
    """Give the text of a file without entries: a line that names its JSON Schema, for editors."""
    kind = "library" if path.endswith(f"/{LIBRARY}") else "annotations"
    folder = "../" * path.count("/") + cache.FOLDER
    return f"# yaml-language-server: $schema={folder}/{kind}.schema.json\n"


def append(text: str, kind: Kind, *entries: Group, path: str = "") -> Edited | Problem:
    """Put entries of a kind, at least one, after the last one; many take the time of a few.

    `text` is the file as it was decoded from UTF-8, line ends and byte order mark untouched; for a
    file that does not exist, `new_file` or an empty text. A source's or person's `id` becomes its
    key. `path` is for problems. The line that is given is that of any of several entries.

    The old text is split in one place at most for an entry, and nothing of it is taken away but for
    a `null` that means an empty section. Problems: those of `yaml.read` in the old text;
    `bad-character` for what YAML cannot have; `wrong-type` if the section is no list (no group, for
    sources and people).
    """
    first, *rest = entries
    made = _append(text, kind, [first], path)
    if rest and isinstance(made, Edited):
        # The first makes the section. All others go to one place in one style.
        whole = _append(made.text, kind, rest, path)
        if isinstance(whole, Edited):
            return whole
    for entry in rest:
        if isinstance(made, Problem):
            break
        made = _append(made.text, kind, [entry], path)
    return made


def _append(text: str, kind: Kind, entries: Sequence[Group], path: str) -> Edited | Problem:
    file = YamlDocument.read(text, path)
    if isinstance(file, Problem):
        return file
    if problem := _unwritable(entries, path):
        return problem
    wanted = _appended(file.data, kind, entries)
    if wanted is None:
        message = f"`{SECTIONS[kind]}` is not written as a list of entries"
        return Problem(Location(path, 1), "wrong-type", message, "mend the file by hand first")
    splices = (
        _joined([insert(file, style, kind, entry) for entry in entries]) for style in styles(file)
    )
    return _first_sound(file, splices, wanted)


def _joined(splices: Sequence[Splice]) -> Splice | None:
    """One splice for several at one place."""
    first = splices[0]
    if len(splices) > 1 and any((s.start, s.end) != (first.start, first.start) for s in splices):
        return None
    return replace(first, text="".join(splice.text for splice in splices))


def edit(
    text: str, entry: tuple[str, int], key: str, value: str, *, path: str = ""
) -> Edited | Problem:
    """Give the text `key` of an entry another value; a key that is not there is added.

    `entry` is the entry's section and its index there: `("notes", 2)`. Only the value's own
    characters change. Problems as of `append`, and `no-entry` if there is no such entry.
    """
    file = YamlDocument.read(text, path)
    if isinstance(file, Problem):
        return file
    if problem := _unwritable(value, path):
        return problem
    section, index = entry
    node = file.entry(section, index)
    if node is None:
        message = f"there is no entry {index + 1} in `{section}`"
        return Problem(Location(path), "no-entry", message, "load the page anew")
    wanted: Any = copy.deepcopy(file.data)
    wanted[section][index][key] = value
    if wanted == file.data:
        return Edited(text, int(node.start_mark.line) + 1)
    splices = (replace_value(file, style, node, key, value) for style in styles(file))
    return _first_sound(file, splices, wanted)


def _unwritable(value: Value, path: str) -> Problem | None:
    for text in texts_in(value):
        if bad := NOT_YAML.search(text):
            message = f"an invisible character that YAML cannot have (U+{ord(bad[0]):04X})"
            return Problem(Location(path), "bad-character", message, "delete it from the text")
    return None


def _appended(data: Any, kind: Kind, entries: Sequence[Group]) -> Group | None:
    """Give the old data with the entries; None if there is no place for them."""
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


def _first_sound(
    file: YamlDocument, splices: Iterable[Splice | None], wanted: Group
) -> Edited | Problem:
    """Make the first change of which the result reads as it must."""
    # A text under `|` at the end of a file without a last line break has none at its end either,
    # and gets one as soon as anything follows. To a reader of Markdown that is the same.
    loose = not file.flat.endswith("\n")
    # Compared as text: unlike dicts, it has an order.
    said = json.dumps(as_data(wanted, loose=loose))
    for splice in filter(None, splices):
        flat = file.flat[: splice.start] + splice.text + file.flat[splice.end :]
        located, problems = yaml.read(Text(file.path, flat))
        errors = any(problem.severity == "error" for problem in problems)
        if not errors and json.dumps(as_data(located.data, loose=loose)) == said:
            line = flat.count("\n", 0, splice.start + splice.at) + 1
            return Edited(file.with_change(splice), line)
    message = "the entry cannot be written into this file without changing what else it says"
    return Problem(Location(file.path), "cannot-write", message, "write it by hand, in an editor")
