"""Keep the values of one run for the next, each with the input that it was made from.

A `Store` is a cache between the pipeline and the expensive stages. Each of its methods has the
arguments and the result of a stage. It returns the earlier value if the input is the same, and
otherwise calls the stage. The next run's store starts from `snapshot`. With an empty snapshot,
every value is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import compress, count, repeat
from operator import is_
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from explainer.article.context import ArticleContext, ArticleResult
from explainer.article.make import article_of, make_article
from explainer.build import link_names
from explainer.build.disk import Disk
from explainer.build.faces import (
    Faces,
    HeldArticle,
    Packed,
    digests_of,
    pack_face,
    unpacked,
)
from explainer.build.heads import Head, Heads
from explainer.build.options import Progress
from explainer.build.stages import Stages
from explainer.markdown import data_files, picture_sizes, pictures
from explainer.markdown.data_files import DataFile
from explainer.markdown.links import lead_alike
from explainer.markdown.pictures import Gallery
from explainer.markdown.resizing import Resizing
from explainer.model.annotations import Library
from explainer.model.article import Digests
from explainer.model.documents import Asset, RoutedDocument, Text
from explainer.model.location import Located, Location
from explainer.model.problems import Problem
from explainer.output import search
from explainer.parse.annotations import read_library
from explainer.parse.front_matter import read_article
from explainer.render.theme import Theme
from explainer.site import load
from explainer.site.load import SiteFiles
from explainer.support import workers
from explainer.support.spool import Held

Key = TypeVar("Key")
Value = TypeVar("Value")
_Library: TypeAlias = tuple[tuple[Library, Located], tuple[Problem, ...]]
_Search: TypeAlias = tuple[search.Pagefind | None, tuple[Problem, ...]]

_ASKING = "links to pages"
_NO_LIBRARY = Text("", "")


@dataclass(slots=True)
class Snapshot:
    """The values of one run, each with its input. Filled by a `Store`, and kept in memory only."""

    read: load.Read = field(default_factory=load.Read)
    """The texts that were read, with the stamps of their files."""
    heads: dict[str, tuple[Text, Head]] = field(default_factory=dict)
    """By an article's path: its text, and its front matter."""
    library: tuple[Text, _Library] | None = None
    """The text of the library, and its value."""
    search: tuple[tuple[bool | None, Location], _Search] | None = None
    """The arguments of `search.find`, and its result."""
    gallery: tuple[bool, Gallery] = (False, Gallery({}, {}))
    """Whether pictures have narrower versions, and the gallery."""
    data: Mapping[str, DataFile] = field(default_factory=dict)
    """The CSV files that articles show, by path in the output."""
    assets: Mapping[str, str] = field(default_factory=dict)
    """By its path in the output: the path of a copied file."""
    context: ArticleContext | None = None
    """The context of the articles in `made`."""
    documents: Sequence[RoutedDocument] = ()
    """The articles, and plain pages."""
    made: tuple[ArticleResult, ...] = ()
    """Their results, in the same order."""
    are_thin: bool = True
    """Whether these are without the texts that only their own pages show."""
    theme: Theme | None = None
    """The theme, with compiled templates."""
    stages: dict[str, tuple[tuple[object, ...], Any]] = field(default_factory=dict)
    """See `Stages`."""


class Store:
    """Returns the values of stages, from `before` if their input is the same.

    `later`: whether articles are made again when somebody reads their texts, if there are many.
    """

    def __init__(
        self, before: Snapshot | None = None, disk: Disk | None = None, *, later: bool = False
    ) -> None:
        self._before = before or Snapshot()
        self._next = Snapshot()
        self._disk = disk
        self._later = later
        self._known_heads = Heads(disk) if disk and disk.is_used else None
        self.digests: dict[str, Digests] = {}
        """By an article's path, if rows are kept on disk: hashes of what was made."""
        self.stages = Stages(self._before.stages)
        """The stages that run again only if their input is another object."""

    def snapshot(self, read: load.Read) -> Snapshot:
        """Return what this run keeps for the next. `read` is what it read."""
        self._next.read = read
        if len(self._next.heads) < len(self._next.made):  # not all were read again
            self._next.heads = {**self._before.heads, **self._next.heads}
        self._next.stages = self.stages.kept
        return self._next

    def holder(self) -> load.Hold | None:
        """Return what holds texts outside of memory: see `Disk.holder`."""
        return self._disk.holder() if self._disk else None

    @property
    def heads(self) -> Mapping[str, tuple[Text, Head]]:
        """By an article's path: its text, and its front matter as `read_article` reads it."""
        return self._next.heads

    def front_matter(self, text: Text) -> Head:
        """Read front matter, as `read_article` does."""
        before = self._before.heads.get(text.path)
        if before is None and self._known_heads and (known := self._known_heads.read(text)):
            before = text, known
        kept = _reuse(before, text, lambda: read_article(text))
        self._next.heads[text.path] = kept
        return kept[1]

    def library(self, text: Text | None) -> _Library:
        """Read the library, as `read_library` does; empty without a usable text."""
        text = text or _NO_LIBRARY

        def read() -> _Library:
            library, places, problems = read_library(text)
            return (library or Library(), places), problems

        kept = self._next.library = _reuse(self._before.library, text, read)
        return kept[1]

    def search(self, enabled: bool | None, location: Location) -> _Search:
        """Find the search program, as `search.find` does."""
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
        """Measure the pictures among `assets` that `documents` show, as `pictures.gather` does."""

        def measure() -> Gallery:
            places = {asset.target: root / asset.path for asset in assets}
            before = self._unchanged(places, root, files) if was_resized == is_resized else None
            return pictures.gather(places, _texts_of(documents), resizing, before)

        (was_resized, _), is_resized = self._before.gallery, resizing is not None
        inputs, alike = (assets, is_resized), self._naming_alike(assets, picture_sizes.ENDINGS)
        gallery = self.stages.of_articles("gallery", inputs, documents, alike, measure)
        self._next.gallery = is_resized, gallery
        self._next.assets = self.stages.value(
            "paths of assets", (assets,), lambda: {asset.target: asset.path for asset in assets}
        )
        return gallery

    def data_files(
        self,
        root: Path,
        files: SiteFiles,
        assets: Sequence[Asset],
        documents: Sequence[RoutedDocument],
    ) -> Mapping[str, DataFile]:
        """Read the CSV files among `assets` that `documents` show, as `data_files.gather` does."""

        def read() -> Mapping[str, DataFile]:
            places = {asset.target: root / asset.path for asset in assets}
            before = self._kept_files(self._before.data, places, root, files)
            return data_files.gather(places, _texts_of(documents), before)

        alike = self._naming_alike(assets, data_files.ENDINGS)
        self._next.data = self.stages.of_articles("data", (assets,), documents, alike, read)
        return self._next.data

    def _naming_alike(
        self, assets: Sequence[Asset], endings: frozenset[str]
    ) -> Callable[[RoutedDocument | None, RoutedDocument | None], bool]:
        """Return a function that tells whether two documents name the same files."""

        def find(document: RoutedDocument | None) -> set[str]:
            if document is None:
                return set()
            return self.stages.value(
                f"finder of {min(endings)}",
                (assets,),
                lambda: pictures.Finder((asset.target for asset in assets), endings),
            ).in_texts(_texts_of([document]))

        return lambda one, other: find(one) == find(other)

    def _unchanged(self, places: Mapping[str, Path], root: Path, files: SiteFiles) -> Gallery:
        """Return the earlier gallery with only those pictures whose files have not changed."""
        gallery = self._before.gallery[1]
        return Gallery(self._kept_files(gallery.measured, places, root, files), gallery.files)

    def _kept_files(
        self, values: Mapping[str, Value], places: Mapping[str, Path], root: Path, files: SiteFiles
    ) -> dict[str, Value]:
        """Return the earlier values, by path in the output, of files that have not changed."""
        kept = {}
        for place, one in values.items():
            path = self._before.assets[place]
            stamp = self._before.read.stamps.get(path)
            if stamp and files.stamps.get(path) == stamp and places.get(place) == root / path:
                kept[place] = one
        return kept

    def context(self, context: ArticleContext) -> ArticleContext:
        """Return the earlier context, which has its parsers, if it is equal."""
        before = self._before.context
        if before is None or before.options != context.options:
            return context
        return before if before == context else context.with_parsers_of(before)

    def articles(
        self,
        documents: Sequence[RoutedDocument],
        context: ArticleContext,
        jobs: int | None,
        progress: Progress,
        *,
        are_thin: bool | None,
    ) -> tuple[ArticleResult, ...]:
        """Return the result of `make_article` for each document.

        Articles that must be made again are made in as many processes as is worthwhile. `are_thin`:
        see `pack_face`; None if that is not known now.
        """
        self._next.context, self._next.documents = context, documents
        was_thin = self._before.are_thin
        self._next.are_thin = thin = was_thin if are_thin is None else are_thin
        before = self._before.context
        is_alike = before is not None and before.is_like(context)
        is_alike = is_alike and thin == was_thin
        results = self._same_results(documents, context) if is_alike else []
        is_alike = is_alike and not any(results)  # if some are the same, all others differ
        results = results or [None] * len(documents)
        faces = self._faces(context, thin=thin)
        missing = [*compress(count(), map(is_, results, repeat(None)))]
        for i in missing:
            document = documents[i]
            one = self._kept(document, context) if is_alike else None
            if one is None and faces and (one := faces.read(document)):
                self.digests[document.path] = digests_of(one)
            results[i] = one
        numbers = [i for i in missing if results[i] is None]
        done, processes = len(results) - len(numbers), workers.processes(len(numbers), jobs)
        again = self._later and len(numbers) > workers.ENOUGH  # few of them will be read
        is_packed = faces or self._later
        pack = partial(pack_face, is_thin=thin, is_whole=not again) if is_packed else None
        new = workers.run(_make_one, (documents, context, pack), numbers, processes)
        for i, made in zip(numbers, new, strict=True):
            document = documents[i]
            if faces and isinstance(made, Packed):
                faces.keep(document, made.face)
            results[i] = result = self._unpacked(made, document, context)
            if faces and isinstance(made, Packed):
                self.digests[document.path] = digests_of(result)
            done += 1
            progress("reading", done, len(documents))
        if self._known_heads:
            self._known_heads.keep(self._next.heads)
        self._next.made = every = tuple(filter(None, results))
        if self._later:
            self.stages.collected(_ASKING, (), every, link_names.asked)
        return every

    def _unpacked(
        self,
        made: ArticleResult | Packed,
        document: RoutedDocument,
        context: ArticleContext,
    ) -> ArticleResult:
        """Return a result without its texts, if it was packed."""
        if isinstance(made, ArticleResult):
            return made
        if not made.whole:
            return unpacked(made.face, document, partial(article_of, document, context))
        held = self._disk.hold(made.whole) if self._disk and not self._later else Held(made.whole)
        return unpacked(made.face, document, HeldArticle(held))

    def _same_results(
        self, documents: Sequence[RoutedDocument], context: ArticleContext
    ) -> list[ArticleResult | None]:
        """Return the earlier results of documents that are the same objects, in their places.

        Those are left out whose look-ups may have other answers. Nothing if all must be looked at.
        """
        was, names = self._before.context, frozenset[str]()
        if was is not context:
            if was is None or (was.library, was.library_places) != (
                context.library,
                context.library_places,
            ):
                return []
            changed = link_names.changed(was.known, context.known)
            if changed is None:
                return []
            names = changed
        same = self.stages.carried(self._before.documents, documents, self._before.made)
        if names:
            asking = self.stages.before(_ASKING)
            if asking is None:
                return []
            self._ask_again(same, documents, context, link_names.concerned(names, asking))
        return same

    @staticmethod
    def _ask_again(
        results: list[ArticleResult | None],
        documents: Sequence[RoutedDocument],
        context: ArticleContext,
        paths: frozenset[str],
    ) -> None:
        """Remove the results of some documents whose links do not lead where they did."""
        for i, document in enumerate(documents) if paths else ():
            one = results[i]
            if one and document.path in paths:
                args = document.path, document.address, context.known
                results[i] = one if lead_alike(one.queries, *args) else None

    def _faces(self, context: ArticleContext, *, thin: bool) -> Faces | None:
        """Return the articles of earlier runs; None without any, or if they cannot be known."""
        if self._disk is None or not self._disk.is_used:
            return None
        with suppress(Exception):  # an inspector may be a function that has no name
            return Faces(self._disk, context, thin=thin)
        return None

    def _kept(self, document: RoutedDocument, context: ArticleContext) -> ArticleResult | None:
        """Return the earlier result of a document if it is still valid, or None.

        The two contexts must be equal except for the possible targets of links, and the library.
        """
        path = document.path
        if path not in self._earlier:
            return None
        was, result = self._earlier[path]
        if was is not document and (was.document, was.front, was.address) != (
            document.document,
            document.front,
            document.address,
        ):
            return None  # everything else is derived from these
        if self._before.context is context:
            return result
        same = lead_alike(result.queries, path, document.address, context.known)
        return result if same and context.names_alike(result) else None

    @cached_property
    def _earlier(self) -> Mapping[str, tuple[RoutedDocument, ArticleResult]]:
        both = zip(self._before.documents, self._before.made, strict=True)
        return {pair[0].path: pair for pair in both}

    def theme(self, theme: Theme) -> Theme:
        """Return the earlier theme, which has compiled templates, if its files are the same."""
        before = self._before.theme
        if before and theme.digests and _files_of(before) == _files_of(theme):
            theme = before
        self._next.theme = theme
        return theme


def _reuse(
    before: tuple[Key, Value] | None, key: Key, make: Callable[[], Value]
) -> tuple[Key, Value]:
    """Return the key and its value: the earlier value if the key is the same, or a new one."""
    return before if before and before[0] == key else (key, make())


def _texts_of(documents: Sequence[RoutedDocument]) -> Iterator[str]:
    """Yield what can name files: articles and their annotations."""
    for each in documents:
        for text in (each.document.article, each.document.annotations):
            if text:
                yield text.content


def _files_of(theme: Theme) -> tuple[object, ...]:
    return theme.folders, theme.digests


_Pack: TypeAlias = Callable[[ArticleResult], Packed]


def _make_one(
    shared: tuple[Sequence[RoutedDocument], ArticleContext, _Pack | None], number: int
) -> ArticleResult | Packed:
    documents, context, pack = shared
    result = make_article(documents[number], context)
    return pack(result) if pack else result
