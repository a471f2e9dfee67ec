"""git in a site's folder. No other module runs it.

The working tree, the index, the branch that is checked out, and the author's branches are never
touched.
"""

from __future__ import annotations

import re
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")


class PublishError(Exception):
    """Why nothing can be published: a message to the author, with git's own words under it."""

    def __init__(self, message: str, *, git: str = "", hint: str = "") -> None:
        words = _CREDENTIALS.sub("", git.strip())
        quoted = "".join(f"\n  {line}" for line in words.splitlines())
        super().__init__(message + quoted + (f"\n{hint}" if hint else ""))


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git. All that it writes is on temporary branches."""

    root: Path
    """The folder to run it in."""

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run git, whatever its exit code. If it needs a password it asks the terminal itself."""
        return subprocess.run(  # noqa: S603 - no shell; names that could be options are refused
            ["git", *arguments],  # noqa: S607 - the author's git, wherever it is
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )

    def line(self, *arguments: str) -> str:
        """The one line that git prints, or an empty one if it fails."""
        return self.run(*arguments).stdout.strip()

    def fields(self, *arguments: str, why: str) -> list[str]:
        """What git prints between NULs, as with its option `-z`; PublishError `why` if it fails."""
        done = self.run(*arguments)
        if done.returncode:
            raise PublishError(why, git=done.stderr)
        return done.stdout.split("\0")[:-1]

    def identity(self) -> tuple[str, str]:
        """Who commits, as git itself determines it: settings, environment, the system's account."""
        done = self.run("var", "GIT_COMMITTER_IDENT")
        match = re.match(r"(?P<name>.*) <(?P<email>[^>]*)>", done.stdout)
        if done.returncode or not match:
            raise PublishError("git does not know who commits:", git=done.stderr)
        return match["name"], match["email"]

    @contextmanager
    def temporary_branch(self) -> Iterator[str]:
        """The name of a branch that nobody has, which is deleted in the end."""
        name = f"explainer-publish-{secrets.token_hex(6)}"
        try:
            yield name
        finally:
            self._delete(name)

    def tip(self, branch: str) -> str | None:
        """The commit of a branch; None if there is no such branch."""
        ref = f"refs/heads/{branch}^{{commit}}"
        return self.line("rev-parse", "--verify", "--quiet", ref) or None

    def fetch(self, remote: str, branch: str, temporary: str) -> str | None:
        """Set the branch `temporary` to the remote's `branch`, and return the commit.

        None, and no branch, if the remote has none. Raises PublishError if the remote cannot be
        reached.
        """
        ref = f"refs/heads/{branch}"
        done = self.run("ls-remote", "--exit-code", remote, ref)
        if done.returncode == 2:  # as --exit-code promises: the remote answered, and has none
            self._delete(temporary)
            return None
        if done.returncode == 0:
            done = self.run(
                *("fetch", "--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules"),
                *(remote, f"+{ref}:refs/heads/{temporary}"),
            )
        if done.returncode:
            raise PublishError(f"git could not ask the remote {remote}:", git=done.stderr)
        return self.tip(temporary)

    def _delete(self, branch: str) -> None:
        self.run("update-ref", "-d", f"refs/heads/{branch}")
