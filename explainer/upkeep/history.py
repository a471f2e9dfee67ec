"""What the files of a site were before: from git, or from the copies of earlier builds.

Of git's history, only the first parents are read: what happened on the branch, in one line. Renames
are followed, also from outside the site's folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from explainer.model.documents import Document
from explainer.site import kept
from explainer.support import git
from explainer.support.values import dataclass

_CONFIG = tuple(
    word
    for each in ("log.showSignature=false", "diff.relative=false", "diff.renameLimit=4000")
    for word in ("-c", each)
)
_RAW = ("--raw", "-z", "-M", "--no-abbrev", "--no-ext-diff", "--ignore-submodules")
_FILES = (":(top,glob)**/*.md", ":(top,glob)**/*.yaml")


class NoRevisionError(Exception):
    """There is no such revision: a message to the author."""


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
    repository = _Repository.find(root)
    if repository is None:
        if since is not None:
            raise NoRevisionError("--since needs git, and this folder is not in a git repository")
        return _kept(root, documents)
    states = repository.states(documents, since)
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
    shallow = repository.line("rev-parse", "--is-shallow-repository") == "true"
    missing = [d for d in documents if not states[d.article.path]]
    local = _kept(root, missing) if missing and since is None else History({}, {})
    return History({**states, **local.states}, {**texts, **local.texts}, shallow)


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


@dataclass(frozen=True)
class _Repository:
    """The git repository of a site."""

    root: Path
    prefix: str
    """The path of the site's folder in the repository, with `/` at its end; empty for the top."""

    @classmethod
    def find(cls, root: Path) -> _Repository | None:
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

    def states(
        self, documents: Sequence[Document], since: str | None
    ) -> dict[str, Sequence[State]]:
        """Return the states of articles, newest first."""
        commit = self._commit(since) if since is not None else ""
        log = _by_path(self._log(f"{commit}..HEAD" if commit else "HEAD"))
        moved = {change.path: change.old_path for change in self._diff("HEAD")}
        before = (
            {change.path: change.old_path for change in self._diff(commit, "HEAD")}
            if commit
            else {}
        )
        states: dict[str, Sequence[State]] = {}
        for document in documents:
            path = document.article.path
            article = f"{self.prefix}{path}"
            names = [article, f"{article.removesuffix('.md')}.yaml"]
            names = [moved.get(name, name) for name in names]
            own = _states(*(_line(name, log) for name in names))
            if commit:
                own.append(State(*(f"{commit}:{before.get(name, name)}" for name in names)))
            states[path] = own
        return states

    def _commit(self, revision: str) -> str:
        name = f"{revision}^{{commit}}"
        commit = "" if revision.startswith("-") else self.line("rev-parse", "--verify", "-q", name)
        if not commit:
            raise NoRevisionError(f"git knows no revision `{revision}`")
        return commit

    def _log(self, revisions: str) -> Iterator[_Change]:
        """Yield the changes that commits made, newest first."""
        flags = ("--first-parent", "-m", *_RAW, "--format=commit %H")
        done = git.run(self.root, *_CONFIG, "log", *flags, revisions, "--", *_FILES)
        return _changes(done.stdout)

    def _diff(self, *revisions: str) -> Iterator[_Change]:
        """Yield the changes between two revisions, or one and the files on disk."""
        done = git.run(self.root, *_CONFIG, "diff", *_RAW, *revisions, "--", *_FILES)
        return _changes(done.stdout)


def _by_path(changes: Iterable[_Change]) -> dict[str, list[_Change]]:
    paths: dict[str, list[_Change]] = {}
    for change in changes:
        paths.setdefault(change.path, []).append(change)
    return paths


def _line(path: str, log: Mapping[str, Sequence[_Change]]) -> list[_Change]:
    """Return the changes of one file, newest first, under each of its names."""
    line: list[_Change] = []
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


def _states(article: Sequence[_Change], annotations: Sequence[_Change]) -> list[State]:
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


@dataclass(frozen=True, slots=True)
class _Change:
    """A file that a commit changed."""

    commit: int
    """The commits are numbered from the newest."""
    path: str
    old_path: str
    before: str | None
    """The id of its old content; None if there was none."""
    after: str | None


def _changes(output: str) -> Iterator[_Change]:
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
            yield _Change(commit, path, old_path, old, new)
