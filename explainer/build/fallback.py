"""Keep a site usable while its author makes mistakes, for `explainer serve`.

What cannot be used is replaced by its last good version: an article by the last one that had a
page, the library by the last one that could be read. An article that never had a page is left out.
The problems are those of the current files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from pathlib import Path, PurePosixPath

from explainer.article.context import ArticleContext
from explainer.article.make import make_article
from explainer.build.disk import Disk
from explainer.build.faces import Faces, packed_again
from explainer.build.options import BuildOptions
from explainer.build.pipeline import Results, assemble
from explainer.build.site import Articles, LoadResult
from explainer.build.store import Snapshot, Store
from explainer.model.documents import Document, Text, annotations_path
from explainer.model.problems import Problem
from explainer.parse.annotations import read_annotations, read_library
from explainer.site import load, routes
from explainer.site.load import SiteFiles
from explainer.site.routes import Routes
from explainer.support.values import dataclass

_LIBRARY = f"{load.CONTENT}/{load.LIBRARY}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run keeps for the next one."""

    snapshot: Snapshot = field(default_factory=Snapshot)
    documents: Sequence[Document] = ()
    """The last version of each article that had a page."""
    library: Text | None = None
    """The last version that could be used."""


def load_usable_site(
    root: Path,
    options: BuildOptions,
    kept: Kept,
    changed: frozenset[str] | None = None,
    rows: Disk | None = None,
) -> tuple[LoadResult, Kept]:
    """Load the site in the folder `root`, with the last good version of what cannot be used now.

    `kept` is the result of the previous run, or empty. If there is no site, it is returned
    unchanged. `changed` has the paths of files and folders that have changed since, as far as is
    known; None if that may be all. With `rows`, articles are taken from them if possible, and kept
    in them otherwise; their bodies are made when somebody reads them.
    """
    before = kept.snapshot.read
    read_again = load.load_changed(root, before, changed) if changed else None
    if read_again is None:
        before = before.without(changed)
    files, texts, problems = read_again or load.load(root, before, rows.holder if rows else None)
    if files is None:
        return LoadResult(site=None, texts=texts, problems=problems), kept
    store = Store(replace(kept.snapshot, read=before), rows, later=True)
    usable = _Usable(files, kept, store)
    usable_files = usable.files()
    result = assemble(root, usable_files, texts, options, store, shown=usable.shown)
    result = replace(result, problems=(*problems, *usable.problems(result))).settled()
    if result.site is None or result.articles is None:
        return result, kept
    documents = usable.documents(usable_files, result.articles.routes)
    read = load.Read(texts.every, files.stamps, files, problems)
    return result, Kept(store.snapshot(read), documents, usable.library)


def keep_articles(kept: Kept, context: ArticleContext | None, results: Results, rows: Disk) -> None:
    """Keep in `rows` those articles of `kept` that are not among earlier `results`.

    Nothing is kept if something has changed that all articles share, which was in `context`: they
    would all be new.
    """
    now = kept.snapshot.context
    if now is None or context is None or not now.is_like(context):
        return
    faces = Faces(rows, now, thin=kept.snapshot.are_thin)
    known = set(map(id, results))
    for document, result in zip(kept.snapshot.documents, kept.snapshot.made, strict=True):
        if id(result) not in known:
            faces.keep(document, packed_again(result))
    rows.save(others=True)


class _Usable:
    """The files of a site with the last good versions of those that cannot be used."""

    def __init__(self, files: SiteFiles, kept: Kept, store: Store) -> None:
        self._files = files
        self._store = store
        self._unusable = frozenset[str]()
        """The paths of documents that have no page."""
        self._replaced = {d.article.path: d for d in self._replacements(kept.documents)}
        self.library = self._usable_library(kept.library)
        """The library's text, or its last usable version; None if there is neither."""

    def files(self) -> SiteFiles:
        """Return the files with replacements in place, and unreadable articles at the end."""
        library = self.library or self._files.library
        documents = self._files.documents
        if self._replaced:
            own = {document.article.path: document for document in documents}
            documents = tuple({**own, **self._replaced}.values())
        return replace(self._files, documents=documents, library=library)

    def problems(self, loaded: LoadResult) -> Iterator[Problem]:
        """Yield the problems of a result, but of replaced files instead of their replacements."""
        replaced_library = self.library is not None and self.library != self._files.library
        if not (self._replaced or replaced_library):
            yield from loaded.problems
            return
        paths = {path for each in self._replaced for path in (each, annotations_path(each))}
        paths |= {_LIBRARY} if replaced_library else set()
        for problem in loaded.problems:
            # While an article is replaced, it is not known which sources are cited.
            unknown = problem.code == "unused-source" and problem.location.path == _LIBRARY
            if problem.location.path not in paths and not (unknown and self._replaced):
                yield problem
        if replaced_library and self._files.library:
            yield from read_library(self._files.library)[2]
        if loaded.articles:
            for document in self._files.documents:
                if document.article.path in self._replaced:
                    yield from _problems_of(document, loaded.articles)

    def shown(self, results: Results, plan: Routes) -> Results:
        """Return the articles that have a page."""
        unsound = self._store.stages.collected("unsound", (), results, lambda one: not one.sound)
        self._unusable = frozenset((*unsound, *plan.unsound, *self._without_annotations(plan)))
        if not self._unusable:
            return results
        return [one for one in results if one.article.path not in self._unusable]

    def documents(self, files: SiteFiles, plan: Routes) -> Sequence[Document]:
        """Return those of the files that have a page."""
        if not self._unusable and len(files.documents) == len(plan.documents):
            return files.documents
        return [each.document for each in plan.documents if each.path not in self._unusable]

    def _without_annotations(self, plan: Routes) -> Iterator[str]:
        """Yield the paths of articles whose annotation file cannot be read."""
        if self._files.unread:
            for each in plan.documents:
                has_file = annotations_path(each.path) in self._files.unread
                if has_file and not each.document.annotations:
                    yield each.path

    def _replacements(self, last_good: Sequence[Document]) -> Iterator[Document]:
        for last, document in self._store.stages.differing(last_good, self._files.documents):
            if last is None:
                continue
            if document is None:
                path = last.article.path
                folders = (str(folder) for folder in PurePosixPath(path).parents)
                if not self._files.unread.isdisjoint((path, *folders)):
                    yield last
            elif document != last and not self._is_sound(document, last):
                yield last

    def _is_sound(self, document: Document, last: Document) -> bool:
        if self._store.front_matter(document.article)[0].front is None:
            return False
        if document.annotations is None:
            return annotations_path(document.article.path) not in self._files.unread
        is_known = document.annotations == last.annotations
        return is_known or read_annotations(document.annotations)[0] is not None

    def _usable_library(self, last: Text | None) -> Text | None:
        now = self._files.library
        if now is None:
            return last if _LIBRARY in self._files.unread else None
        return now if now == last or read_library(now)[0] is not None else last


def _problems_of(document: Document, articles: Articles) -> Sequence[Problem]:
    """Return the problems of an article that its last good version replaces."""
    routed, problems, _ = routes.route(document, "UTC")  # no problem depends on the zone
    routed = replace(routed, address=articles.routes.addresses[routed.path])
    return (*problems, *make_article(routed, articles.context).problems)
