"""Write the texts of a site at a commit into a folder, from git's objects alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from explainer.site.load import CONTENT, SETTINGS, STATIC
from explainer.support import git
from explainer.support.values import dataclass
from explainer.upkeep.repository import Repository

_TEXTS = (".md", ".yaml", ".toml")
"""The endings of the files whose content says what a site publishes. All others are left empty:
that they are there is enough."""
_TOPS = (SETTINGS, CONTENT, STATIC)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file at a commit."""

    repository: Path
    """A folder in the repository that has it: the site's, or a submodule."""
    mode: str
    id: str
    path: str
    """Relative to the site's folder."""

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return self.mode == "120000"

    @property
    def is_submodule(self) -> bool:
        """Whether it is the commit of another repository."""
        return self.mode == "160000"


def check_out(repository: Repository, commit: str, prefix: str, folder: Path) -> list[str]:
    """Write the site at a commit into an empty folder.

    `prefix` is the path of the site's folder in the repository. Return the paths of submodules
    whose files are not there. Raises OSError.
    """
    entries = list(_entries(repository.root, f"{commit}:{prefix}"))
    # If one of the site's folders is a link, what is published may be anywhere.
    everywhere = any(each.is_link and each.path in _TOPS for each in entries)
    entries = [e for e in entries if everywhere or e.path.partition("/")[0] in _TOPS]
    missing: list[str] = []
    for module in [each for each in entries if each.is_submodule]:
        inner = list(_entries(repository.root / module.path, f"{module.id}:", f"{module.path}/"))
        missing += [] if inner else [module.path]
        entries += inner
    for entry, content in _contents(entries):
        target = folder / entry.path
        with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):
            # Names that differ in case may be equal on this system.
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    for entry in entries:
        if entry.is_link:
            _link(entry, folder / entry.path)
    return missing


def _contents(entries: Iterable[_Entry]) -> Iterator[tuple[_Entry, bytes]]:
    """Yield files with their contents, which are empty if they are not texts."""
    files = [each for each in entries if not each.is_link and not each.is_submodule]
    by_repository: dict[Path, list[_Entry]] = {}
    for entry in files:
        if entry.path.endswith(_TEXTS):
            by_repository.setdefault(entry.repository, []).append(entry)
        else:
            yield entry, b""
    for root, own in by_repository.items():
        for entry, content in zip(own, git.objects(root, (e.id for e in own)), strict=True):
            if content is not None:
                yield entry, content


def _link(entry: _Entry, target: Path) -> None:
    """Make a symbolic link if this system can. What reads the site decides whether to follow it."""
    (content,) = git.objects(entry.repository, [entry.id])
    with suppress(OSError, ValueError):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to((content or b"").decode("utf-8", "surrogateescape"))


def _entries(root: Path, tree: str, above: str = "") -> Iterator[_Entry]:
    """Yield the files of a tree, except those whose names no checkout can have."""
    try:
        done = git.run(root, "ls-tree", "-r", "-z", "--full-tree", tree)
    except OSError:  # there is no such folder
        return
    for line in done.stdout.split("\0")[:-1]:
        about, _, path = line.partition("\t")
        mode, _, name = about.split(" ")
        if not path.startswith("/") and "\\" not in path and ".." not in PurePosixPath(path).parts:
            yield _Entry(root, mode, name, above + path)
