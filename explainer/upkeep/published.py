"""Which revision of a site was published last, as far as git knows it. Nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from explainer.model.settings import Settings
from explainer.publish.plan import SOURCE
from explainer.support.files import read_file
from explainer.upkeep.repository import NoRevisionError, Repository

_DEPLOYS = re.compile(r"^\s*(?:-\s*)?uses:\s*actions/deploy-pages@", re.MULTILINE)
"""A step of a GitHub workflow that publishes a site."""


def last_publication(repository: Repository, settings: Settings) -> tuple[str, str]:
    """Return the commit that was published last, and how that is known, as a clause.

    That is what `explainer publish` wrote on the branch of the pages; or, with a workflow that
    publishes, the main branch of the remote; or else the last tag. Raises NoRevisionError.
    """
    for ref in _refs(repository, settings.publish.branch):
        message = repository.line("log", "-1", "--format=%B", ref)
        if (match := re.search(rf"^{SOURCE}: ([0-9a-f]{{7,64}})$", message, re.MULTILINE)) and (
            commit := repository.find_commit(match[1])
        ):
            return commit, f"published on {ref}"
    if _has_workflow(repository):
        for name in ("origin/HEAD", "origin/main", "origin/master"):
            if commit := repository.find_commit(name):
                return commit, f"{name}, which the workflow publishes"
    tag = repository.line("describe", "--tags", "--abbrev=0")
    if tag and (commit := repository.find_commit(tag)):
        return commit, f"the last tag, {tag}"
    more = "; git has only a part of the history" if repository.is_shallow else ""
    raise NoRevisionError(
        "git does not know what was published last: there is no branch of `explainer publish`, no "
        f"workflow with a remote branch, and no tag{more}. Name a revision: explainer diff main"
    )


def _refs(repository: Repository, branch: str) -> Iterator[str]:
    """Yield the branches of the pages: of `origin`, of other remotes, then the local one."""
    names = repository.line("remote").split()
    for remote in sorted(names, key=lambda name: name != "origin"):
        if repository.find_commit(f"refs/remotes/{remote}/{branch}"):
            yield f"{remote}/{branch}"
    if repository.find_commit(f"refs/heads/{branch}"):
        yield branch


def _has_workflow(repository: Repository) -> bool:
    """Whether a GitHub workflow of the repository publishes a site."""
    top = Path(repository.line("rev-parse", "--show-toplevel") or repository.root)
    for path in sorted((top / ".github/workflows").glob("*.y*ml")):
        with suppress(OSError, UnicodeDecodeError):
            if _DEPLOYS.search(read_file(path).decode()):
                return True
    return False
