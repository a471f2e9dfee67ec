"""Run git in a site's folder, to publish it.

The working tree, the index, the checked-out branch, and the author's branches are never changed.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explainer.support import git
from explainer.support.leftovers import claimed
from explainer.support.values import dataclass

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_TEMPORARY = re.compile("explainer-publish-[0-9a-f]{12,16}")


class PublishError(Exception):
    """A site cannot be published: a message to the author, followed by git's own message."""

    def __init__(self, message: str, *, git: str = "", hint: str = "") -> None:
        words = _CREDENTIALS.sub("", git.strip())
        quoted = "".join(f"\n  {line}" for line in words.splitlines())
        super().__init__(message + quoted + (f"\n{hint}" if hint else ""))


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git. It writes to temporary branches only."""

    root: Path
    """The folder that git runs in."""

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run git, and return its result even on failure. Git itself prompts for passwords."""
        return git.run(self.root, *arguments)

    def line(self, *arguments: str) -> str:
        """Return the one line that git prints, or an empty string if git fails."""
        return self.run(*arguments).stdout.strip()

    def fields(self, *arguments: str, why: str) -> list[str]:
        """Return git's NUL-terminated output (`-z`). Raises PublishError(`why`) if git fails."""
        done = self.run(*arguments)
        if done.returncode:
            raise PublishError(why, git=done.stderr)
        return done.stdout.split("\0")[:-1]

    def identity(self) -> tuple[str, str]:
        """Return the name and email address that git would use for a commit."""
        done = self.run("var", "GIT_COMMITTER_IDENT")
        match = re.match(r"(?P<name>.*) <(?P<email>[^>]*)>", done.stdout)
        if done.returncode or not match:
            raise PublishError("git cannot determine who commits:", git=done.stderr)
        return match["name"], match["email"]

    @contextmanager
    def temporary_branch(self) -> Iterator[str]:
        """Provide an unused branch name; the branch is deleted on exit.

        Branches of runs that were killed are deleted too. Raises OSError if the repository cannot
        be written to.
        """
        folder = self.root / self.line("rev-parse", "--git-common-dir")
        names = self.line("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/explainer-*")
        for name in filter(_TEMPORARY.fullmatch, names.split()):
            if not (folder / f"{name}.lock").exists():  # otherwise, `claimed` decides
                self._delete(name)
        with claimed(folder, "explainer-publish-", self._delete) as name:
            yield name

    def tip(self, branch: str) -> str | None:
        """Return the commit of a local branch, or None if there is no such branch."""
        ref = f"refs/heads/{branch}^{{commit}}"
        return self.line("rev-parse", "--verify", "--quiet", ref) or None

    def fetch(self, remote: str, branch: str, temporary: str) -> str | None:
        """Fetch the remote's `branch` into the branch `temporary`, and return the commit.

        If the remote has no such branch, delete `temporary` and return None. Raises PublishError
        if the remote cannot be reached.
        """
        ref = f"refs/heads/{branch}"
        done = self.run("ls-remote", "--exit-code", remote, ref)
        if done.returncode == 2:  # --exit-code: the remote has no such branch
            self._delete(temporary)
            return None
        if done.returncode == 0:
            done = self.run(
                *("fetch", "--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules"),
                *(remote, f"+{ref}:refs/heads/{temporary}"),
            )
        if done.returncode:
            raise PublishError(f"git could not reach the remote {remote}:", git=done.stderr)
        return self.tip(temporary)

    def _delete(self, branch: str) -> None:
        self.run("update-ref", "-d", f"refs/heads/{branch}")
