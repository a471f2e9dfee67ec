"""What could not be imported, kept as comments in YAML that can be used once it is fixed."""

from __future__ import annotations

from collections.abc import Iterable

from explainer.edit import annotation_file
from explainer.edit.entry import Kind
from explainer.exchange.entries import plain_data
from explainer.exchange.incoming import Entry
from explainer.model.documents import Text
from explainer.model.problems import short
from explainer.parse import yaml
from explainer.parse.text import normalize


def comment(kind: Kind, entry: Entry, at: str, why: str) -> str:
    """Give an entry as comment lines, under the reason why it is one."""
    made = annotation_file.append(None, kind, entry)
    text = made.text if isinstance(made, annotation_file.Edited) else repr(entry)
    lines = [f"{at}: {why}", *text.rstrip("\n").split("\n")]
    return "".join(f"# {one}".rstrip() + "\n" for one in lines)


def with_comments(text: str | None, comments: Iterable[str], name: str) -> tuple[str, int]:
    """Put comments at the end of a file's text, unless they are in it already.

    `name` is the file that was imported. Gives the text and the line, from 1, of the first comment
    that is new; 0 if none is.
    """
    before = text or ""
    flat = normalize(before)
    new = [one for one in comments if one not in flat]
    if not new:
        return before, 0
    end = "\r\n" if "\r\n" in before else "\n"
    head = (
        f"# From {short(name, 80)}: what could not be imported, and why. To bring one in, mend it\n"
        "# and take the `# ` away, under the section that it belongs to.\n"
    )
    start = before if not before or before.endswith("\n") else before + end
    block = ("\n" if start else "") + head + "".join(f"#\n{one}" for one in new)
    made = start + block.replace("\n", end)
    return made, start.count("\n") + 1 + bool(start)


def has_same_data(one: str | None, other: str, path: str) -> bool:
    """Whether two texts of a YAML file have the same data, but for a line break at the end."""
    found, wanted = (
        plain_data(yaml.read(Text(path, normalize(text or "")))[0].data) for text in (one, other)
    )
    return bool(found == wanted)
