"""What the files of a site were before: from git, or from the copies of earlier builds.

Of git's history, only the first parents are read: what happened on the branch, in one line. Renames
are followed, also from outside the site's folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from explainer.model.documents import Document, annotations_path
from explainer.site import kept
from explainer.support import git
from explainer.support.values import dataclass
from explainer.upkeep.repository import FileChange, NoRevisionError, Repository


@dataclass(frozen=True, slots=True)
class State:
    """An article and its annotations at one time."""

    article: str | None
    """The name of the article's file in `Texts`; None if it was not there."""
    annotations: str | None
    """The same for the annotation file."""


@dataclass(frozen=True)
class History:
    """The earlier states of a site's articles."""

    states: Mapping[str, Sequence[State]]
    """By the path of an article: its states, the newest first."""
    texts: Mapping[str, str]
    """The texts of the files, by name."""
    shallow: bool = False
    """Whether git has only a part of the history."""


def read_history(root: Path, documents: Iterable[Document], since: str | None) -> History:
    """Read what git, or else the cache folder, knows of the earlier states of articles.

    With `since`, the last state is the one at that revision. Raises NoRevisionError if git does not
    know it.
    """
    documents = list(documents)
    repository = Repository.find(root)
    if repository is None:
        if since is not None:
            raise NoRevisionError("--since needs git, and this folder is not in a git repository")
        return _kept(root, documents)
    states = _changed_states(repository, documents, since)
    names = {
        name
        for each in states.values()
        for state in each
        for name in (state.article, state.annotations)
        if name
    }
    ordered = sorted(names)
    texts = {
        name: content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
        for name, content in zip(ordered, git.objects(root, ordered), strict=True)
        if content is not None
    }
    missing = [d for d in documents if not any(s.article in texts for s in states[d.article.path])]
    local = _kept(root, missing) if missing and since is None else History({}, {})
    return History({**states, **local.states}, {**texts, **local.texts}, repository.is_shallow)


def _kept(root: Path, documents: Iterable[Document]) -> History:
    states: dict[str, list[State]] = {}
    texts: dict[str, str] = {}
    for document in documents:
        path = document.article.path
        states[path] = []
        for number, version in enumerate(kept.read(root, path)):
            names = f"{path}\0{number}", f"{path}\0{number}\0"
            states[path].insert(0, State(*names))
            texts |= dict(zip(names, version, strict=True))
    return History(states, texts)


def _changed_states(
    repository: Repository, documents: Sequence[Document], since: str | None
) -> dict[str, Sequence[State]]:
    """Return the states of articles, newest first."""
    commit = repository.commit(since) if since is not None else ""
    log = _by_path(repository.log(f"{commit}..HEAD" if commit else "HEAD"))
    pairs = {document.article.path: _pair(repository, document) for document in documents}
    moved = repository.moved([n for names in pairs.values() for n in names if n not in log])
    before = (
        {change.path: change.old_path for change in repository.diff(commit, "HEAD")}
        if commit
        else {}
    )
    states: dict[str, Sequence[State]] = {}
    for document in documents:
        path = document.article.path
        names = [moved.get(name, name) for name in pairs[path]]
        own = _states(*(_line(name, log) for name in names))
        if commit:
            own.append(State(*(f"{commit}:{before.get(name, name)}" for name in names)))
        states[path] = own
    return states


def _pair(repository: Repository, document: Document) -> tuple[str, str]:
    """Return the paths in the repository of an article and of its annotation file."""
    article = f"{repository.prefix}{document.article.path}"
    return article, annotations_path(article)


def _by_path(changes: Iterable[FileChange]) -> dict[str, list[FileChange]]:
    paths: dict[str, list[FileChange]] = {}
    for change in changes:
        paths.setdefault(change.path, []).append(change)
    return paths


def _line(path: str, log: Mapping[str, Sequence[FileChange]]) -> list[FileChange]:
    """Return the changes of one file, newest first, under each of its names."""
    line: list[FileChange] = []
    commit = -1
    while True:
        for change in log.get(path, ()):
            if change.commit <= commit:
                continue
            line.append(change)
            commit = change.commit
            if change.old_path != path:
                path = change.old_path
                break
        else:
            return line


def _states(article: Sequence[FileChange], annotations: Sequence[FileChange]) -> list[State]:
    """Return what two files were after each commit that changed one of them, newest first."""
    states: list[State] = []
    lines = [list(article), list(annotations)]
    now = [line[0].after if line else None for line in lines]
    for commit in sorted({change.commit for line in lines for change in line}):
        states.append(State(*now))
        for side, line in enumerate(lines):
            if line and line[0].commit == commit:
                now[side] = line.pop(0).before
    return states
