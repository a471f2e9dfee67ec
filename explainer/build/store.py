"""What one run leaves for the next: each value with everything that it was made from.

A `Store` stands between the pipeline and the stages that cost time. Each of its methods takes what
its stage takes and gives what its stage gives: what an earlier run made from the same, or a new
value. `snapshot` is what the next run's store starts from. With an empty snapshot everything is
made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias, TypeVar

from explainer.article.context import ArticleContext, ArticleResult
from explainer.article.make import make_article
from explainer.build.options import Progress
from explainer.markdown import pictures
from explainer.markdown.links import lead_alike
from explainer.markdown.pictures import Gallery
from explainer.markdown.resizing import Resizing
from explainer.model.annotations import Library
from explainer.model.documents import Asset, RoutedDocument, Text
from explainer.model.location import Located, Location
from explainer.model.problems import Problem
from explainer.output import search
from explainer.parse.annotations import read_library
from explainer.parse.front_matter import ParsedArticle, read_article
from explainer.render.theme import Theme
from explainer.site import load
from explainer.site.load import SiteFiles
from explainer.support import workers

Key = TypeVar("Key")
Value = TypeVar("Value")
_Head: TypeAlias = tuple[ParsedArticle, tuple[Problem, ...]]
_Library: TypeAlias = tuple[tuple[Library, Located], tuple[Problem, ...]]
_Search: TypeAlias = tuple[search.Pagefind | None, tuple[Problem, ...]]
_Made: TypeAlias = tuple[RoutedDocument, ArticleResult]

_NO_LIBRARY = Text("", "")


@dataclass(slots=True)
class Snapshot:
    """The values of one run, each with what it was made from. In memory; filled by a `Store`."""

    read: load.Read = field(default_factory=load.Read)
    """The texts, with the stamps of their files."""
    heads: dict[str, tuple[str, _Head]] = field(default_factory=dict)
    """By an article's path: its text, and its front matter."""
    library: tuple[Text, _Library] | None = None
    """The library's text, and its value."""
    search: tuple[tuple[bool | None, Location], _Search] | None = None
    """What was asked of Pagefind, and whether it can be used."""
    gallery: tuple[bool, Gallery] = (False, Gallery({}, {}))
    """Whether pictures get narrower versions, and those that were gathered."""
    assets: Mapping[str, str] = field(default_factory=dict)
    """By its place in the output: the path of a file that is copied."""
    context: ArticleContext | None = None
    """What the articles in `results` share."""
    results: Mapping[str, _Made] = field(default_factory=dict)
    """By an article's path."""
    theme: Theme | None = None
    """How pages look, with its templates compiled."""


class Store:
    """Gives the pipeline's values, from `before` if they were made from the same."""

    def __init__(self, before: Snapshot | None = None) -> None:
        self._before = before or Snapshot()
        self._next = Snapshot()

    def snapshot(self, files: SiteFiles, texts: Mapping[str, str]) -> Snapshot:
        """Give what this run leaves for the next; `files` and `texts` are what it read."""
        self._next.read = load.Read(texts, files.stamps)
        return self._next

    def front_matter(self, text: Text) -> _Head:
        """As `read_article`."""
        before = self._before.heads.get(text.path)
        kept = _reuse(before, text.content, lambda: read_article(text))
        self._next.heads[text.path] = kept
        return kept[1]

    def library(self, text: Text | None) -> _Library:
        """As `read_library`; an empty library without a text, or if it cannot be used."""
        text = text or _NO_LIBRARY

        def read() -> _Library:
            library, places, problems = read_library(text)
            return (library or Library(), places), problems

        kept = self._next.library = _reuse(self._before.library, text, read)
        return kept[1]

    def search(self, enabled: bool | None, location: Location) -> _Search:
        """As `search.find`."""
        query = enabled, location
        kept = _reuse(self._before.search, query, lambda: search.find(enabled, location))
        self._next.search = kept
        return kept[1]

    def gallery(
        self,
        root: Path,
        files: SiteFiles,
        assets: Sequence[Asset],
        documents: Sequence[RoutedDocument],
        resizing: Resizing | None,
    ) -> Gallery:
        """As `pictures.gather`, for the pictures among `assets` that `documents` show."""
        places = {asset.target: root / asset.path for asset in assets}
        texts = [
            text.content
            for each in documents
            for text in (each.document.article, each.document.annotations)
            if text
        ]
        is_resized, before = resizing is not None, None
        if self._before.gallery[0] == is_resized:
            before = self._unchanged(places, root, files)
        gallery = pictures.gather(places, texts, resizing, before)
        self._next.gallery = is_resized, gallery
        self._next.assets = {asset.target: asset.path for asset in assets}
        return gallery

    def _unchanged(self, places: Mapping[str, Path], root: Path, files: SiteFiles) -> Gallery:
        """Give those pictures of the earlier gallery whose files are as they were then."""
        gallery = self._before.gallery[1]
        measured = {}
        for place, one in gallery.measured.items():
            path = self._before.assets[place]
            stamp = self._before.read.stamps.get(path)
            if stamp and files.stamps.get(path) == stamp and places.get(place) == root / path:
                measured[place] = one
        return Gallery(measured, gallery.files)

    def context(self, context: ArticleContext) -> ArticleContext:
        """Give an equal context that has its parsers, if there is one."""
        before = self._before.context
        kept = self._next.context = before if before and before == context else context
        return kept

    def articles(
        self,
        documents: Sequence[RoutedDocument],
        context: ArticleContext,
        jobs: int | None,
        progress: Progress,
    ) -> tuple[_Made, ...]:
        """Give each document with the result of `make_article`.

        Those that must be made are made in as many processes as are worth it.
        """
        before = self._before.context
        is_alike = before is not None and replace(before, known=context.known) == context
        results: dict[int, ArticleResult] = {}
        for i, document in enumerate(documents):
            if is_alike and (one := self._kept(document, context)):
                results[i] = one
        numbers = [i for i in range(len(documents)) if i not in results]
        count = workers.processes(len(numbers), jobs)
        new = workers.run(_make_one, (documents, context), numbers, count)
        for i, one in zip(numbers, new, strict=True):
            results[i] = one
            progress("reading", len(results), len(documents))
        made = tuple((document, results[i]) for i, document in enumerate(documents))
        self._next.results = {document.path: (document, result) for document, result in made}
        return made

    def _kept(self, document: RoutedDocument, context: ArticleContext) -> ArticleResult | None:
        """Give the earlier result of a document if it would be made the same again.

        The contexts are the same but for what links may lead to.
        """
        path = document.path
        was, result = self._before.results.get(path, (None, None))
        if was is None or result is None:
            return None
        if (was.document, was.address) != (document.document, document.address):
            return None  # all else comes from these two
        if self._before.context is context:
            return result
        same = lead_alike(result.queries, path, document.address, context.known)
        return result if same else None

    def theme(self, theme: Theme) -> Theme:
        """Give an equal theme that has its templates compiled, if there is one."""
        before = self._before.theme
        if before and theme.digests and _files_of(before) == _files_of(theme):
            theme = before
        self._next.theme = theme
        return theme


def _reuse(
    before: tuple[Key, Value] | None, key: Key, make: Callable[[], Value]
) -> tuple[Key, Value]:
    """Give what a value is made from, and the value: the earlier one if that is the same."""
    return before if before and before[0] == key else (key, make())


def _files_of(theme: Theme) -> tuple[object, ...]:
    return theme.folders, theme.digests


def _make_one(
    shared: tuple[Sequence[RoutedDocument], ArticleContext], number: int
) -> ArticleResult:
    documents, context = shared
    return make_article(documents[number], context)
