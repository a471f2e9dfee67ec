"""The git repository that a site is in: its revisions, and which files they changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from explainer.support import git
from explainer.support.values import dataclass

_CONFIG = tuple(
    word
    for each in ("log.showSignature=false", "diff.relative=false", "diff.renameLimit=4000")
    for word in ("-c", each)
)
_RAW = ("--raw", "-z", "-M", "--no-abbrev", "--no-ext-diff", "--ignore-submodules")
_FILES = (":(top,glob)**/*.md", ":(top,glob)**/*.yaml", ":(top,glob)**/site.toml")


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
        """Return the id of a commit, or an empty text."""
        if name.startswith("-"):
            return ""
        return self.line("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")

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
        changes = self.diff("--break-rewrites", commit)
        return {each.path: each.old_path for each in changes if each.path != each.old_path}

    def log(self, revisions: str) -> Iterator[FileChange]:
        """Yield the changes that commits made, newest first."""
        flags = ("--first-parent", "-m", *_RAW, "--format=commit %H")
        done = git.run(self.root, *_CONFIG, "log", *flags, revisions, "--", *_FILES)
        return _changes(done.stdout)

    def diff(self, *revisions: str) -> Iterator[FileChange]:
        """Yield the changes between two revisions, or one and the files on disk."""
        done = git.run(self.root, *_CONFIG, "diff", *_RAW, *revisions, "--", *_FILES)
        return _changes(done.stdout)


def _changes(output: str) -> Iterator[FileChange]:
    """Read the output of `git log --raw -z`, or of `git diff`."""
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
