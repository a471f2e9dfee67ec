"""Push a built site to a branch of the remote. Only this module uses ghp-import.

    plan (before the build) ─► strict build into a temporary folder ─► push

The site becomes one commit on top of the remote branch, which is fetched first. No commit is lost,
and nothing is force-pushed. ghp-import writes the commit to the repository's object store, on a
temporary branch: the working tree, the index, the checked-out branch, and a local branch with the
same name as the remote one stay unchanged. On its own, ghp-import would reset that local branch.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from explainer.publish.git import Git, PublishError
from explainer.publish.plan import CNAME, NOJEKYLL, Plan, cname_of
from explainer.support.paths import MANIFEST
from explainer.support.values import dataclass

_TRIES = 3
"""How often to try again if somebody else pushes to the branch at the same time."""

_SHOWN = 8
"""How many files of each kind to list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """The result of a push."""

    commit: str | None
    """The new commit; None if the branch already has this site."""
    tip: str | None
    """The parent commit. It differs from the plan's if the remote branch has new commits."""
    files: Mapping[str, Sequence[str]]
    """Paths by sign: new files (`+`), changed files (`~`), and removed files (`-`)."""

    def lines(self, plan: Plan, *, dry_run: bool) -> Iterator[str]:
        """Describe the push for the terminal; with `dry_run`, in the conditional."""
        location = f"{plan.branch} on {plan.remote}"
        if self.commit is None:
            yield f"Nothing to publish: {location} already has this site."
            return
        if self.tip != plan.tip and self.tip:
            yield f"  note   {location} has new commits: the commit is on top of {self.tip[:10]}"
        for sign, names in self.files.items() if self.tip else ():
            yield from (f"  {sign} {name}" for name in names[:_SHOWN])
            if len(names) > _SHOWN:
                yield f"  {sign} and {len(names) - _SHOWN} more"
        new, changed, removed = (len(self.files[sign]) for sign in "+~-")
        counts = f"{new} new, {changed} changed, {removed} removed"
        if dry_run:
            yield f"Files: {counts}. Nothing was pushed (--dry-run)."
            return
        yield f"Pushed {self.commit[:10]} to {location}. Files: {counts}."
        if self.tip is None:
            yield f"On GitHub, once: Settings, Pages, Deploy from a branch: {plan.branch} /(root)."


def push(plan: Plan, folder: Path, *, dry_run: bool = False) -> PublishResult:
    """Commit a built site on top of the remote's branch, and push the commit.

    `folder` is the output of a build; `.nojekyll` and CNAME are added to it. With `dry_run`,
    everything except the push is done. Raises PublishError, with git's own message, on failure.
    """
    # Only the next build into this folder needs the manifest; readers do not.
    (folder / MANIFEST).unlink(missing_ok=True)
    (folder / NOJEKYLL).touch()
    git = plan.git
    with git.temporary_branch() as temporary:
        tip = git.fetch(plan.remote, plan.branch, temporary)
        for _ in range(_TRIES):
            # The branch may have received a domain since the plan was made.
            if name := plan.cname or cname_of(git, tip):
                (folder / CNAME).write_text(name + "\n", encoding="utf-8", newline="\n")
            commit = _commit(plan, folder, temporary)
            result = _compare(git, tip, commit)
            if dry_run or result.commit is None:
                return result
            # Push only this commit. Git's advice ("use git pull") applies to working trees.
            pushed = git.run(
                *("-c", "advice.pushUpdateRejected=false", "push"),
                *("--no-follow-tags", "--recurse-submodules=no"),
                *(plan.remote, f"{commit}:refs/heads/{plan.branch}"),
            )
            if pushed.returncode == 0:
                return result
            before, tip = tip, git.fetch(plan.remote, plan.branch, temporary)
            if tip == before:
                break
    raise PublishError(f"git could not push to {plan.branch} on {plan.remote}:", git=pushed.stderr)


def _commit(plan: Plan, folder: Path, temporary: str) -> str:
    """Commit a folder to the branch `temporary`, and return the commit's id."""
    git = plan.git
    name, email = git.identity()
    # In a separate process, because ghp-import uses the current folder; -P keeps Python from
    # importing files of the site.
    done = subprocess.run(  # noqa: S603 - no shell; option values are joined with `=`
        [
            *(sys.executable, "-P", "-m", "ghp_import"),
            *(f"--branch={temporary}", f"--message={plan.message}", str(folder)),
        ],
        cwd=git.root,
        env={**os.environ, "GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": email},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    commit = git.tip(temporary)
    if done.returncode or commit is None:
        words = done.stderr.partition("Traceback")[0] or done.stderr
        raise PublishError("git could not make a commit of the site:", git=words)
    listing = ("ls-tree", "--full-tree", "-r", "-z", "--name-only", commit)
    committed = set(git.fields(*listing, why="git could not read the commit:"))
    built = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if committed != built:
        names = "\n".join(sorted(committed ^ built)[:8])
        raise PublishError("git cannot store files with these names:", git=names)
    return commit


def _compare(git: Git, tip: str | None, commit: str) -> PublishResult:
    """Compare a commit with the tip of the remote's branch."""
    command = ("diff-tree", "-r", "-z", "--name-status", "--no-renames", "--no-commit-id")
    fields = git.fields(*command, tip or "--root", commit, why="git could not compare the commit:")
    signs = {"A": "+", "M": "~", "T": "~", "D": "-"}
    files: dict[str, list[str]] = {sign: [] for sign in signs.values()}
    for status, name in zip(fields[::2], fields[1::2], strict=True):
        files[signs[status]].append(name)
    is_new = tip is None or any(files.values())
    return PublishResult(commit=commit if is_new else None, tip=tip, files=files)
