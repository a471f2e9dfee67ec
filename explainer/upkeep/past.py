"""The earlier versions of one article, and in which of them an annotation was made."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import yaml as pyyaml

from explainer.anchor import find
from explainer.anchor.find import Span
from explainer.anchor.normalize import normalize_quote
from explainer.anchor.text import ReaderText
from explainer.article.texts import LISTS
from explainer.model.annotations import Target
from explainer.model.documents import Document, RoutedDocument, Text
from explainer.reanchor.trace import Revisions
from explainer.reanchor.words import read_words
from explainer.site.routes import route
from explainer.support.values import dataclass
from explainer.upkeep.history import History, State

MOST_VERSIONS = 40
"""The most versions of an article that are compared one by one. Of more, every second, or third,
and so on is left out: their edits are seen as one."""
_MOST_TRIED = 8
"""In how many versions a quote is looked for at most, on either way."""
_KEYS = ("quote", "prefix", "suffix", "section", "image")
_Key: TypeAlias = tuple[str, ...]
_Dates: TypeAlias = Mapping[_Key, set[str]]
"""The targets in an annotation file, each with the dates of its last check."""
_Loader: type = getattr(pyyaml, "CBaseLoader", pyyaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class CurrentArticle:
    """An article as it is on disk."""

    reader: ReaderText
    first_line: int
    """The line of its file on which its Markdown begins."""


class Past:
    """An article's earlier versions."""

    def __init__(
        self,
        states: Sequence[State],
        history: History,
        article: Text,
        timezone: str,
        read: Callable[[RoutedDocument], ReaderText],
        *,
        since: bool,
    ) -> None:
        self._states = states
        self._texts = history.texts
        self._read = read
        self._since = since
        self._targets: dict[str, _Dates] = {}  # by the text of an annotation file
        self._readers: dict[int, ReaderText] = {}
        self._documents: list[RoutedDocument] = []
        self._versions: list[int] = []  # by state: the index of its body
        for state in reversed(states):
            text = history.texts.get(state.article or "")
            if text is not None:
                self._add(Text(article.path, text), timezone)
            self._versions.insert(0, self.current)
        self._add(article, timezone)
        self._thin()
        self.revisions = Revisions(len(self._documents), lambda n: read_words(self.reader(n)))
        """The versions as words."""

    def _add(self, article: Text, timezone: str) -> None:
        """Add a version, unless readers see the same as in the last one."""
        document = route(Document(article), timezone)[0]
        if not self._documents or _shown(document) != _shown(self._documents[-1]):
            self._documents.append(document)

    def _thin(self) -> None:
        """Leave out some versions if there are very many."""
        step = -(-len(self._documents) // MOST_VERSIONS)
        last = len(self._documents) - 1
        chosen = sorted({*range(0, last, step), last})
        self._documents = [self._documents[index] for index in chosen]
        self._versions = [bisect_left(chosen, v) if v >= 0 else v for v in self._versions]

    @property
    def current(self) -> int:
        """The index of the version on disk."""
        return len(self._documents) - 1

    @property
    def current_article(self) -> CurrentArticle:
        """The version on disk."""
        return CurrentArticle(self.reader(self.current), self._documents[-1].first_line)

    def reader(self, version: int) -> ReaderText:
        """Return the reader's text of a version."""
        if version not in self._readers:
            self._readers[version] = self._read(self._documents[version])
        return self._readers[version]

    def origin(self, target: Target) -> tuple[int, Span] | None:
        """Return the version that a target was made for, and its place there.

        It is the first one since the target was written in which it is found; or else the last one
        in which it is found. Return None if there is no such version before the current one. With
        `since`, it is the version to compare with, if the target was written there.
        """
        for version in self._tried(target):
            place = find.find(self.reader(version), target)
            if isinstance(place, Span):
                return (version, place) if version != self.current else None
        return None

    def _tried(self, target: Target) -> Iterator[int]:
        tried: list[int] = []
        versions = self._versions
        if self._since and self._states:
            *versions, base = versions
            if _key(target) in self._written(self._states[-1].annotations):
                tried.append(base)
        since: list[int] = []
        for state, version in zip(self._states, versions, strict=False):
            if _key(target) not in self._written(state.annotations):
                break
            since.append(version)
        tried += list(dict.fromkeys(reversed(since)))[:_MOST_TRIED]
        tried += list(dict.fromkeys(versions))[:_MOST_TRIED]
        return (version for version in dict.fromkeys(tried) if version >= 0)

    def checked_in(self, target: Target, checked: str) -> int:
        """Return the version in which the author wrote that an annotation was checked.

        It is the first one since its entry has the target and this date, or else the current one.
        """
        version = self.current
        for state, index in zip(self._states, self._versions, strict=True):
            if index < 0 or checked not in self._written(state.annotations).get(_key(target), ()):
                break
            version = index
        return version

    def know(self, text: str, targets: Iterable[tuple[Target, str]]) -> None:
        """Take what is in an annotation file, so that its text need not be read again."""
        self._targets[text] = _dates((_key(target), checked) for target, checked in targets)

    def _written(self, name: str | None) -> _Dates:
        text = self._texts.get(name or "", "")
        if text not in self._targets:
            self._targets[text] = _dates(_targets(text))
        return self._targets[text]


def _shown(document: RoutedDocument) -> tuple[object, ...]:
    """Return what the reader's text depends on."""
    front = document.front
    return document.body, document.title_above, front.language, front.original is None


def _key(target: Target) -> _Key:
    return tuple(_normalized(getattr(target, key)) for key in _KEYS)


def _normalized(value: object) -> str:
    return normalize_quote(value) if value and isinstance(value, str) else ""


def _dates(targets: Iterable[tuple[_Key, str]]) -> _Dates:
    dates: dict[_Key, set[str]] = {}
    for key, checked in targets:
        dates.setdefault(key, set()).add(checked)
    return dates


def _targets(text: str) -> Iterator[tuple[_Key, str]]:
    """Yield the targets in the text of an annotation file, each with the date of its last check.

    Yield none if it is not valid YAML.
    """
    try:
        data = pyyaml.load(text, Loader=_Loader)  # noqa: S506 - it makes only texts
    except (pyyaml.YAMLError, RecursionError):
        return
    for kind in LISTS:
        entries = data.get(kind) if isinstance(data, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                key = tuple(_normalized(entry.get(name)) for name in _KEYS)
                yield key, str(entry.get("checked", ""))
