"""Say why each page was made, for `build --explain`.

The state knows which files have changed since the last run, and the database what each page was
made from. A reason is named only if it is certain: a page's key is a hash of all that it shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from explainer.build import disk
from explainer.build.disk import Disk
from explainer.build.kept_pages import KeptPages
from explainer.build.state import SourceChanges
from explainer.model.article import Article
from explainer.model.documents import annotations_path
from explainer.model.problems import some
from explainer.site.load import CONTENT, LIBRARY
from explainer.support import seal

Made: TypeAlias = tuple[str, str]
"""What was made, an article or a page of the site itself, and why."""

_CONTEXT: Final = "context"
_MOST: Final = 3
"""The most files that one reason names."""
_OUTPUT: Final = "its files in the output were changed or deleted"
_LISTED: Final = "another page lists one of its sources"
_EACH_TIME: Final = "it is made in each build that makes anything"
_NEW: Final = "no earlier run has made it"
_UNREADABLE: Final = (
    "what an earlier run made of it is damaged, or another user or machine has written it"
)
_UNTRUSTED: Final = (
    "what earlier runs made cannot be trusted, because this user's key cannot be kept in"
)
_SHOWS: Final = "what it shows of other pages has changed"
_DAY: Final = "it is another day, or a page has been published since"


class Reasons:
    """Finds the reasons for which pages are made; `changes` are those since the last run."""

    def __init__(self, rows: Disk, kept: KeptPages, changes: SourceChanges) -> None:
        self._rows, self._kept, self._changes = rows, kept, changes
        self._lost = seal.lost()
        self._known = rows.keys("pages").keys()
        before = rows.read("runs", _CONTEXT, b"")
        self._shared = sorted(
            name for name, each in kept.shared_parts.items() if before and before.get(name) != each
        )
        """What differs of what all pages share."""

    def article(self, article: Article) -> Made:
        """Return why the pages of an article are made."""
        path = article.path
        own = self._whole(path) or changed_itself(path, self._changes.paths)
        return path, own or self._other(self._related(article))

    def page(self, path: str) -> Made | None:
        """Return why a page of the site itself is made, or None if the file is not a page."""
        if not path.endswith(".html") and self._kept.key(path) is None:
            return None
        return path, self._whole(path) or self._other(())

    def _whole(self, path: str) -> str:
        """Return the reason that has nothing to do with what the page shows, or nothing."""
        if self._rows.closed:
            return self._rows.closed
        if self._lost:
            return f"{_UNTRUSTED} {self._lost}"
        key, before = self._kept.key(path), self._rows.last("pages", path)
        if key is None:
            return _EACH_TIME
        if before is None:
            return _UNREADABLE if path in self._known else _NEW
        if before[0] == key:
            return _OUTPUT if self._kept.is_answered(before[1].files) else _LISTED
        return ""

    def _other(self, related: Iterable[str]) -> str:
        if self._shared:
            return f"what all pages share has changed: {', '.join(self._shared)}"
        files = sorted(self._changes.paths.intersection(related))
        if files:
            return f"what it shows of {some(files)} has changed"
        return _DAY if self._changes.later and not self._changes.paths else _SHOWS

    def _related(self, article: Article) -> Iterator[str]:
        """Yield the files of the articles that an article's pages show something of."""
        for path in self._kept.around.get(article.path, frozenset()) - {article.path}:
            yield path
            yield annotations_path(path)
        yield f"{CONTENT}/{LIBRARY}"


def changed_itself(path: str, files: Collection[str]) -> str:
    """Return which files of the article at a path are among the changed ones, or nothing."""
    own = {path: "its text has changed", annotations_path(path): "its annotations have changed"}
    return " and ".join(why for file, why in own.items() if file in files)


def keep_shared(rows: Disk, parts: Mapping[str, bytes]) -> None:
    """Keep hashes of what all pages share, for the next run to tell what differs."""
    rows.keep("runs", _CONTEXT, b"", disk.pack(parts))


def explained(changes: SourceChanges, made: Sequence[Made]) -> str:
    """Return what `--explain` prints: what has changed, how many pages were made, and why each."""
    lines = []
    if not changes.known:
        lines.append("No earlier run with these options has left what could be compared.")
    elif changes.paths:
        lines.append(f"Changed since the last run: {some(sorted(changes.paths))}")
    elif changes.later:
        lines.append(f"No file has changed since the last run, but {_DAY}.")
    elif made:
        lines.append("No file has changed since the last run.")
    if not made:
        lines.append("No page was made.")
    counted = Counter(why for _, why in made)
    if len(made) > _MOST:
        lines += [f"{number:6}  {why}" for why, number in counted.most_common()]
    return "".join(f"{line}\n" for line in [*lines, *(f"{path}: {why}" for path, why in made)])
