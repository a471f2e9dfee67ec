"""`explainer new --update`: compare a site's starter files with those of this version.

These come from the starter: the workflows, `.gitignore`, the versions in `explainer.txt` and
`requirements.txt`, and the first line of YAML and TOML files, which names their schema. An update
replaces workflows and `requirements.txt` as a whole, and only explainer's lines in the others.
`editions.toml` has the hash of every earlier workflow, which shows whether the author has changed
it. A `requirements.txt` is changed if it names packages that explainer does not need.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator
from difflib import unified_diff
from pathlib import Path

from explainer import __version__
from explainer.edit.annotation_file import new_file
from explainer.parse.text import line_end
from explainer.scaffold.site import STARTER, WORKFLOWS, repository_above
from explainer.site.load import CONTENT, LIBRARY, SETTINGS
from explainer.support import cache
from explainer.support.files import read_or_none
from explainer.support.values import dataclass

_PACKAGE = "explainer-ssg"
_SITE_LINE = re.compile(r"^(  SITE:[ \t]*)([^\s#]+)", re.MULTILINE)
"""A workflow's line that names the site's folder, which authors may change."""
_VERSION = re.compile(rf"^{_PACKAGE}[ \t]*==[ \t]*[^\s#;]+", re.MULTILINE)
_REQUIREMENT = re.compile(r"^(?![ \t]*(?:#|--hash=))[ \t]*([^\s\[=<>~!;]+)", re.MULTILINE)
"""A line of a requirements file that is not a comment or a hash: the name of a package."""
_YAML_SCHEMA = re.compile(r"^# yaml-language-server: \$schema=\S+")
_TOML_SCHEMA = re.compile(r"^#:schema \S+")


@dataclass(frozen=True, slots=True)
class FileUpdate:
    """A starter file that differs from this version's."""

    path: Path
    before: bytes | None
    """The file's content, or None if there is no such file."""
    after: bytes
    """The content after the update."""
    is_changed: bool
    """Whether the author has changed what the update would replace."""

    def diff(self, name: str) -> str:
        """Return the update as a unified diff, in which the file is called `name`."""
        before, after = (
            content.decode("utf-8-sig", errors="replace").splitlines(keepends=True)
            for content in (self.before or b"", self.after)
        )
        lines = unified_diff(before, after, name if self.before else "/dev/null", name)
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def find_updates(root: Path) -> list[FileUpdate]:
    """Compare the starter files of the site in the folder `root` with this version's.

    Returns an update for each file that differs, sorted by path. Raises OSError if a file cannot
    be read.
    """
    updates = [
        *(_workflow(root, *names) for names in WORKFLOWS.items()),
        _update(root / ".gitignore", _with_lines(_starter("gitignore"))),
        _requirements(root / "requirements.txt"),
        _version(root / "explainer.txt"),
        _update(root / SETTINGS, lambda text: _with_schema(text, _TOML_SCHEMA, _toml_schema())),
        *(_update(path, _yaml_update(root, path)) for path in _yaml_files(root)),
    ]
    return sorted(filter(None, updates), key=lambda update: update.path)


def edition_hash(workflow: str) -> str:
    """Hash a workflow, except the line that names the site's folder."""
    text = _SITE_LINE.sub(r"\1.", workflow.replace("\r\n", "\n"))
    return hashlib.sha256(text.encode()).hexdigest()


def known_editions() -> frozenset[str]:
    """Return the hashes of all versions of the workflows, including these."""
    text = Path(__file__).with_name("editions.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["workflow"].values())


def _workflow(root: Path, name: str, place: str) -> FileUpdate | None:
    """Compare a workflow, which is in the root of the site's repository.

    `name` is that of the starter's file, and `place` its path in a repository.
    """
    top = repository_above(root) or root
    path = next((p for p in (root / place, top / place) if p.exists()), top / place)
    before = read_or_none(path)
    text = None if before is None else before.decode(errors="replace")
    own = _SITE_LINE.search(text or "")
    folder = own[2] if own else root.resolve().relative_to(top.resolve()).as_posix()
    today = _SITE_LINE.sub(lambda line: line[1] + folder, _starter(name))
    if text is not None and text.replace("\r\n", "\n") == today:
        return None
    is_changed = text is not None and edition_hash(text) not in known_editions()
    return FileUpdate(path, before, today.encode(), is_changed)


def _update(path: Path, change: Callable[[str], str]) -> FileUpdate | None:
    """Compare a file in which only explainer's lines change; a missing file is not created."""
    before = read_or_none(path)
    if before is None:
        return None
    try:
        text = before.decode()
    except UnicodeDecodeError:
        return None  # `build` reports it
    after = change(text)
    return None if after == text else FileUpdate(path, before, after.encode(), is_changed=False)


def _with_lines(starter: str) -> Callable[[str], str]:
    """Return a function that appends the starter file's missing lines to a file."""

    def change(text: str) -> str:
        own = {line.strip() for line in text.splitlines()}
        lines = (line for line in starter.splitlines() if line and not line.startswith("#"))
        missing = [line for line in lines if line not in own]
        if not missing:
            return text
        gap = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{gap}{line_end(text).join([*missing, ''])}"

    return change


def _requirements(path: Path) -> FileUpdate | None:
    """Compare the list of pinned packages."""
    before, after = read_or_none(path), _starter("requirements.txt")
    text = (before or b"").decode(errors="replace").replace("\r\n", "\n")
    if text == after:
        return None
    needed = {_PACKAGE, *_REQUIREMENT.findall(after)}
    is_changed = any(name not in needed for name in _REQUIREMENT.findall(text))
    return FileUpdate(path, before, after.encode(), is_changed)


def _version(path: Path) -> FileUpdate | None:
    """Compare the file with explainer's version; create it if it is missing."""
    today = _starter("explainer.txt").replace("@VERSION@", __version__)
    if not path.exists():
        return FileUpdate(path, None, today.encode(), is_changed=False)
    return _update(path, lambda text: _VERSION.sub(f"{_PACKAGE}=={__version__}", text))


def _yaml_files(root: Path) -> Iterator[Path]:
    """Yield a site's annotation files and its library."""
    for path in sorted((root / CONTENT).rglob("*.yaml")):
        if path.name == LIBRARY or path.with_suffix(".md").exists():
            yield path


def _yaml_update(root: Path, path: Path) -> Callable[[str], str]:
    line = new_file(path.relative_to(root).as_posix()).rstrip("\n")
    return lambda text: _with_schema(text, _YAML_SCHEMA, line)


def _toml_schema() -> str:
    return f"#:schema {cache.FOLDER}/site.schema.json"


def _with_schema(text: str, pattern: re.Pattern[str], line: str) -> str:
    """Put the line that names a schema at the top of a file, replacing an existing one."""
    body = text.removeprefix("\ufeff")
    mark = text[: len(text) - len(body)]
    if pattern.match(body):
        return mark + pattern.sub(lambda _: line, body, count=1)
    return f"{mark}{line}{line_end(text)}{body}"


def _starter(name: str) -> str:
    return (STARTER / name).read_text(encoding="utf-8")
