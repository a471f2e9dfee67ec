"""The git repository that a site is in: its revisions, and which files they changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from explainer.support import git
from explainer.support.leftovers import temporary_folder
from explainer.support.values import dataclass

_CONFIG = tuple(
    word
    for each in ("log.showSignature=false", "diff.relative=false", "diff.renameLimit=4000")
    for word in ("-c", each)
)
_RAW = ("--raw", "-z", "-M", "--no-abbrev", "--no-ext-diff", "--ignore-submodules")
_FILES = (":(top,glob)**/*.md", ":(top,glob)**/*.yaml", ":(top,glob)**/site.toml")

_MOST_ARGUMENTS = 100
"""How many paths a command line gets, which may not be long on Windows."""


class NoRevisionError(Exception):
    """There is no such revision: a message to the author."""


class NoCommitError(NoRevisionError):
    """There is a repository, but nothing was ever committed to it."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that a commit changed."""

    commit: int
    """The commits are numbered from the newest."""
    path: str
    old_path: str
    before: str | None
    """The id of its old content; None if there was none."""
    after: str | None


@dataclass(frozen=True)
class Repository:
    """The git repository of a site."""

    root: Path
    prefix: str
    """The path of the site's folder in the repository, with `/` at its end; empty for the top."""

    @classmethod
    def find(cls, root: Path) -> Repository | None:
        """Return the repository that a folder is in; None if there is no git, or no commit."""
        try:
            done = git.run(root, "rev-parse", "--show-prefix")
        except OSError:
            return None
        if done.returncode or git.run(root, "rev-parse", "--verify", "HEAD").returncode:
            return None
        return cls(root, done.stdout.rstrip("\n"))

    def line(self, *arguments: str) -> str:
        """Return the one line that git prints."""
        return git.run(self.root, *arguments).stdout.strip()

    def commit(self, revision: str) -> str:
        """Return the id of the commit that a revision names: `v1.2`, or `main` of the remote, too.

        Raises NoRevisionError.
        """
        for name in (revision, f"origin/{revision}"):
            if commit := self.find_commit(name):
                return commit
        message = f"git knows no revision `{revision}`"
        if self.is_shallow:
            message += ", but it has only a part of the history. To get the rest, run: "
            message += "git fetch --unshallow"
        raise NoRevisionError(message)

    def find_commit(self, name: str) -> str:
        """Return the id of a commit; an empty text for another name, such as `main..HEAD`."""
        if name.startswith("-"):
            return ""
        line = self.line("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return line if line.isalnum() else ""

    def fork_point(self, commit: str) -> str:
        """Return the last commit that a commit and what is checked out have in common.

        If git does not know it, return the commit itself.
        """
        return self.line("merge-base", commit, "HEAD") or commit

    @property
    def is_shallow(self) -> bool:
        """Whether git has only a part of the history."""
        return self.line("rev-parse", "--is-shallow-repository") == "true"

    def renames(self, commit: str) -> dict[str, str]:
        """Return the old paths of files that were renamed since a commit, by new path.

        Files that have swapped their names count, too. Paths are those of the repository.
        """
        return _renamed(self.diff("--break-rewrites", commit))

    def moved(self, unknown: Sequence[str]) -> dict[str, str]:
        """Return the old paths of files that were renamed since the last commit, by new path.

        `unknown`: files on disk that may be in no commit. If git does not know of them at all, they
        are added to a copy of its index, or it would take their old names for deleted.
        """
        new = self._untracked().intersection(unknown) if unknown else ()
        if not new:
            return _renamed(self.diff("HEAD"))
        with temporary_folder() as folder:
            index = folder / "index"
            with suppress(FileNotFoundError):
                shutil.copyfile(self.root / self.line("rev-parse", "--git-path", "index"), index)
            paths = [f":(top,literal){path}" for path in sorted(new)]
            for at in range(0, len(paths), _MOST_ARGUMENTS):
                some = paths[at : at + _MOST_ARGUMENTS]
                git.run(self.root, "add", "--intent-to-add", "--", *some, index=index)
            return _renamed(self.diff("HEAD", index=index))

    def _untracked(self) -> set[str]:
        flags = ("--others", "--exclude-standard", "--full-name", "-z")
        return set(git.run(self.root, "ls-files", *flags, "--", *_FILES).stdout.split("\0"))

    def log(self, revisions: str) -> Iterator[FileChange]:
        """Yield the changes that commits made, newest first."""
        flags = ("--first-parent", "-m", *_RAW, "--format=commit %H")
        done = git.run(self.root, *_CONFIG, "log", *flags, revisions, "--", *_FILES)
        return _changes(done.stdout)

    def diff(self, *revisions: str, index: Path | None = None) -> Iterator[FileChange]:
        """Yield the changes between two revisions, or one and the files on disk.

        `index`: a file to use as git's index.
        """
        done = git.run(self.root, *_CONFIG, "diff", *_RAW, *revisions, "--", *_FILES, index=index)
        return _changes(done.stdout)


def _renamed(changes: Iterable[FileChange]) -> dict[str, str]:
    return {each.path: each.old_path for each in changes if each.path != each.old_path}


def _changes(output: str) -> Iterator[FileChange]:
    """Read the output of `git log --raw -z`, or of `git diff`."""
    for _, changes in groupby(_read(output), attrgetter("commit")):
        yield from _with_partners({change.path: change for change in changes})


def _with_partners(changes: Mapping[str, FileChange]) -> Iterator[FileChange]:
    """Yield the changes of one commit, by path, with those renames that git does not see.

    An article and its annotation file are renamed together. Git sees it only if half of a file
    stays as it is, but half of one of them is enough.
    """
    for change in changes.values():
        partner = changes.get(_partner(change.path))
        old = _partner(partner.old_path) if partner and partner.old_path != partner.path else ""
        gone = changes.get(old)
        if change.before is None and gone and gone.after is None:
            yield FileChange(change.commit, change.path, old, gone.before, change.after)
        else:
            yield change


def _partner(path: str) -> str:
    """Return the annotation file of an article, or the article of an annotation file."""
    stem, _, ending = path.rpartition(".")
    return {"md": f"{stem}.yaml", "yaml": f"{stem}.md"}.get(ending, "")


def _read(output: str) -> Iterator[FileChange]:
    fields = iter(output.split("\0"))
    commit = 0
    for field in fields:
        field = field.lstrip("\n")
        if field.startswith("commit "):
            commit += 1
        elif field.startswith(":"):
            before, after, status = field.split(" ")[2:5]
            old_path = next(fields)
            path = next(fields) if status[0] == "R" else old_path
            old, new = (None if set(each) == {"0"} else each for each in (before, after))
            yield FileChange(commit, path, old_path, old, new)
