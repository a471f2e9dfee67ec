"""A built site → a commit on the remote's branch. The only user of ghp-import.

    plan (before the build) ─► build, strictly, into a folder of its own ─► push

The site becomes one commit on top of what the branch holds at the remote; that is fetched first, so
nothing of it is lost, and nothing is ever forced. The commit is made in the repository's store of
objects by ghp-import, on a temporary branch: the working tree, the index, the branch that is
checked out and a local branch of the site's name are not touched. ghp-import, alone, would set that
local branch back to the remote's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from explainer.output.manifest import MANIFEST
from explainer.publish.git import Git, PublishError
from explainer.publish.plan import CNAME, NOJEKYLL, Plan, cname_of

_TRIES = 3
"""How often a commit is made anew because the remote's branch moved while we built on it."""

_SHOWN = 8
"""How many files of a kind are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """What was published."""

    commit: str | None
    """The new commit; None if the branch holds this site already."""
    tip: str | None
    """The commit below it: not the plan's, if the remote's branch moved in the meantime."""
    files: Mapping[str, Sequence[str]]
    """By sign: the paths of files that the branch did not have (`+`), of those that differ (`~`),
    and of those that the site has no longer (`-`)."""

    def lines(self, plan: Plan, *, dry_run: bool) -> Iterator[str]:
        """What was done, in words; with `dry_run`, what would be."""
        location = f"{plan.branch} on {plan.remote}"
        if self.commit is None:
            yield f"Nothing to publish: {location} holds this site already."
            return
        if self.tip != plan.tip and self.tip:
            yield f"  note   {location} moved in the meantime: on top of {self.tip[:10]}"
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
            yield f"Once, on GitHub: Settings, Pages, deploy from branch: {plan.branch}, / (root)."


def push(plan: Plan, folder: Path, *, dry_run: bool = False) -> PublishResult:
    """Make a commit of a built site on top of the remote's branch, and push it there.

    `folder`: the output of a build; it gets `.nojekyll` and CNAME. With `dry_run` all is done but
    the push. Raises PublishError, with git's own words, if it cannot be done.
    """
    # What the next build into this folder would need: nothing that readers should get.
    (folder / MANIFEST).unlink(missing_ok=True)
    (folder / NOJEKYLL).touch()
    git = plan.git
    with git.temporary_branch() as temporary:
        tip = git.fetch(plan.remote, plan.branch, temporary)
        for _ in range(_TRIES):
            # The branch may have got a domain since the plan was made.
            if name := plan.cname or cname_of(git, tip):
                (folder / CNAME).write_text(name + "\n", encoding="utf-8", newline="\n")
            commit = _commit(plan, folder, temporary)
            result = _compare(git, tip, commit)
            if dry_run or result.commit is None:
                return result
            # This and nothing else is pushed. Git's advice is for working trees: "use git pull".
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
    """Make a commit of a folder on the branch `temporary`, and return its id."""
    git = plan.git
    name, email = git.identity()
    # In a process of its own, because it works in the current folder; -P, so that a file of the
    # site's is not taken for a module.
    done = subprocess.run(  # noqa: S603 - no shell, and the options' values are joined to them
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
    held = set(git.fields(*listing, why="The commit cannot be read."))
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if held != there:
        names = "\n".join(sorted(held ^ there)[:8])
        raise PublishError("git cannot hold files of these names:", git=names)
    return commit


def _compare(git: Git, tip: str | None, commit: str) -> PublishResult:
    """What a commit changes of the remote's branch."""
    command = ("diff-tree", "-r", "-z", "--name-status", "--no-renames", "--no-commit-id")
    fields = git.fields(*command, tip or "--root", commit, why="The commit cannot be compared.")
    signs = {"A": "+", "M": "~", "T": "~", "D": "-"}
    files: dict[str, list[str]] = {sign: [] for sign in signs.values()}
    for status, name in zip(fields[::2], fields[1::2], strict=True):
        files[signs[status]].append(name)
    is_new = tip is None or any(files.values())
    return PublishResult(commit=commit if is_new else None, tip=tip, files=files)
