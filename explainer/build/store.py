"""What one run leaves for the next: each value with everything that it was made from.

A `Store` stands between the pipeline and the stages that cost time. Each of its methods takes what
its stage takes and gives what its stage gives: what an earlier run made from the same, or a new
value. `snapshot` is what the next run's store starts from. With an empty snapshot everything is
made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from explainer.article.context import ArticleContext, ArticleResult
from explainer.article.make import make_article
from explainer.build.options import Progress
from explainer.markdown import pictures
from explainer.markdown.link_targets import lead_alike
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

_Head: TypeAlias = tuple[ParsedArticle, tuple[Problem, ...]]
_Library: TypeAlias = tuple[tuple[Library, Located | None], tuple[Problem, ...]]
_Search: TypeAlias = tuple[search.Pagefind | None, tuple[Problem, ...]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The values of one run, each with what it was made from. Immutable, in memory."""

    read: load.Read = field(default_factory=load.Read)
    """The texts, with the stamps of their files."""
    heads: Mapping[str, tuple[str, _Head]] = field(default_factory=dict)
    """By an article's path: its text, and its front matter."""
    library: tuple[Text | None, _Library] | None = None
    """The library's text, and its value."""
    search: tuple[tuple[bool | None, Location], _Search] | None = None
    """What was asked of Pagefind, and whether it can be used."""
    gallery: tuple[bool, Gallery] | None = None
    """Whether pictures get narrower versions, and those that were gathered."""
    assets: Mapping[str, str] = field(default_factory=dict)
    """By its place in the output: the path of a file that is copied."""
    context: ArticleContext | None = None
    """What the articles in `results` share."""
    results: Mapping[str, tuple[RoutedDocument, ArticleResult]] = field(default_factory=dict)
    """By an article's path."""
    theme: Theme | None = None
    """How pages look, with its templates compiled."""


class Store:
    """Gives the pipeline's values, from `before` if they were made from the same."""

    def __init__(self, before: Snapshot | None = None) -> None:
        self._before = before or Snapshot()
        self._heads: dict[str, tuple[str, _Head]] = {}
        self._next = Snapshot()

    def snapshot(self, files: SiteFiles, texts: Mapping[str, str]) -> Snapshot:
        """Give what this run leaves for the next; `files` and `texts` are what it read."""
        return replace(self._next, read=load.Read(texts, files.stamps), heads=self._heads)

    def front_matter(self, text: Text) -> _Head:
        """As `read_article`."""
        kept = self._before.heads.get(text.path)
        if kept is None or kept[0] != text.content:
            kept = text.content, read_article(text)
        self._heads[text.path] = kept
        return kept[1]

    def library(self, text: Text | None) -> _Library:
        """As `read_library`; an empty library without a text, or where it cannot be used."""
        before = self._before.library
        if before and before[0] == text:
            value = before[1]
        elif text is None:
            value = (Library(), None), ()
        else:
            library, places, problems = read_library(text)
            value = (library or Library(), places), problems
        self._next = replace(self._next, library=(text, value))
        return value

    def search(self, enabled: bool | None, location: Location) -> _Search:
        """As `search.find`."""
        query, before = (enabled, location), self._before.search
        answer = before[1] if before and before[0] == query else search.find(enabled, location)
        self._next = replace(self._next, search=(query, answer))
        return answer

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
        before = None
        if (was := self._before.gallery) and was[0] == (resizing is not None):
            before = self._unchanged(was[1], places, root, files)
        gallery = pictures.gather(places, texts, resizing, before)
        paths = {asset.target: asset.path for asset in assets}
        self._next = replace(self._next, gallery=(resizing is not None, gallery), assets=paths)
        return gallery

    def _unchanged(
        self, gallery: Gallery, places: Mapping[str, Path], root: Path, files: SiteFiles
    ) -> Gallery:
        """Give those pictures of an earlier gallery whose files are as they were then."""
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
        chosen = before if before == context and before else context
        self._next = replace(self._next, context=chosen)
        return chosen

    def articles(
        self,
        documents: Sequence[RoutedDocument],
        context: ArticleContext,
        jobs: int | None,
        progress: Progress,
    ) -> tuple[ArticleResult, ...]:
        """As `make_article` for each document, in as many processes as are worth it."""
        before = self._before.context
        is_alike = before is not None and replace(before, known=context.known) == context
        results: dict[int, ArticleResult] = {}
        for i, document in enumerate(documents):
            if is_alike and (one := self._kept(document, context)):
                results[i] = one
        numbers = [i for i in range(len(documents)) if i not in results]
        count = workers.processes(len(numbers), jobs)
        made = workers.run(_make_one, (documents, context), numbers, count)
        for i, one in zip(numbers, made, strict=True):
            results[i] = one
            progress("reading", len(results), len(documents))
        chosen = tuple(results[i] for i in range(len(documents)))
        pairs = zip(documents, chosen, strict=True)
        by_path = {document.path: (document, one) for document, one in pairs}
        self._next = replace(self._next, results=by_path)
        return chosen

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
        known = context.known
        same = lead_alike(result.queries, path, document.address, known)
        return result if same else None

    def theme(self, theme: Theme) -> Theme:
        """Give an equal theme that has its templates compiled, if there is one."""
        before = self._before.theme
        if before and theme.digests and _digests(theme) == _digests(before):
            theme = before
        self._next = replace(self._next, theme=theme)
        return theme


def _digests(theme: Theme) -> tuple[object, ...]:
    return theme.folders, theme.digests


def _make_one(
    shared: tuple[Sequence[RoutedDocument], ArticleContext], number: int
) -> ArticleResult:
    documents, context = shared
    return make_article(documents[number], context)
