"""Make only the articles that were edited, and what shows texts of them.

A run leaves a `Basis` for the next. If since then only the texts of some articles have changed,
these are made again. If a hash of what other pages can show of each (`digest_shown`) is as it was,
so are all other pages, and all that was found by comparing articles. If the hash of its outline is,
only texts of its rows in lists differ, and of pages that refer to it: these are made again, too. If
the hash of its frame is, its claims may also be elsewhere in lists (`moved_rows.py`). In every
other case, also if an article has new errors, `make` returns None, and the whole site is made.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Final, TypeAlias

from explainer.article.context import ArticleResult
from explainer.article.make import article_of, make_article
from explainer.build import disk, moved_rows, recipes
from explainer.build.basis import PASSING, Basis, Known, Latest, OwnProblems, own_problems
from explainer.build.disk import Disk
from explainer.build.explain import Made, changed_itself
from explainer.build.faces import Faces, Packed, digests_of, pack_face
from explainer.build.kept_pages import (
    KeptFiles,
    KeptRow,
    Outline,
    PageSource,
    Source,
    article_key,
)
from explainer.build.options import BuildOptions
from explainer.build.pages import has_failed, reported_size
from explainer.build.relations import claim_ref, pack_relations, unpack_relations
from explainer.build.search_index import Indexing, MadeIndex, index_edit
from explainer.build.state import Conditions, Edits, Report
from explainer.model.article import Article, Digests
from explainer.model.documents import RoutedDocument, Texts
from explainer.model.problems import Problem, some, sort
from explainer.output.commit import CommitResult
from explainer.output.guard import OutputError
from explainer.output.searched import digest
from explainer.output.stage import StagedFile, StageWriter
from explainer.output.staging import Staging
from explainer.parse.front_matter import ParsedArticle, read_article
from explainer.render.cards import missing_glyphs
from explainer.render.context import Recorder, RenderContext
from explainer.render.feeds import CLAIMS_FEED, FEED
from explainer.render.files import OutputFile, RenderedFile, make_files
from explainer.render.renderer import Renderer, article_files, claims_feed_file, feed_file
from explainer.render.rows import ArticleTexts
from explainer.site import kept, load
from explainer.site.routes import route
from explainer.support.addresses import file_of
from explainer.support.values import dataclass

_Head: TypeAlias = tuple[ParsedArticle, tuple[Problem, ...]]
_MOST: Final = 20
"""The most articles of an edit. More can be made by several processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallEdit:
    """The result of a run that has made a few articles only."""

    problems: tuple[Problem, ...]
    texts: Texts
    """The texts that problems quote, by path."""
    pages: int
    annotations: int
    written: CommitResult | None
    changed: Mapping[str, str] | None
    """The hashes of the files that it wrote, by path, if all others are those of the last run."""
    conditions: Conditions
    report: Report | None
    """What the last run reported, if this one does too. Then there are no `problems` here."""
    made: Sequence[Made]
    """The pages that it made, and why."""


@dataclass(frozen=True, slots=True)
class _Made:
    """An article that was edited."""

    document: RoutedDocument
    result: ArticleResult
    packed: Packed
    known: Known
    is_retold: bool
    """Whether other pages show parts of it that have changed."""
    is_moved: bool
    """Whether its claims may be elsewhere in lists."""


class _WideError(Exception):
    """The edit concerns more than the pages of the articles."""


# --- a small edit --------------------------------------------------------------------------------


def make(
    root: Path, options: BuildOptions, edits: Edits, own: OwnProblems = own_problems
) -> SmallEdit | None:
    """Make the articles that were edited, and write their pages; None if that is not enough."""
    if not edits.paths or not edits.conditions.basis:
        return None
    rows = disk.rows_of(root, options)
    try:
        latest = rows.read("runs", "latest", edits.conditions.basis.encode())
        basis = latest and rows.read("runs", "basis", latest.basis)
        if isinstance(basis, Basis):
            return _Edit(root, options, rows, (basis, latest), own).make(edits, edits.paths)
    except (_WideError, OutputError):
        pass
    finally:
        rows.close()
    return None


class _Edit:
    def __init__(
        self,
        root: Path,
        options: BuildOptions,
        rows: Disk,
        before: tuple[Basis, Latest],
        own: OwnProblems,
    ) -> None:
        self._root = root
        self._options = options
        self._rows = rows
        self._basis, self._latest = before
        self._own = own
        self._faces = Faces(rows, self._basis.context)
        self._changed: dict[str, str] | None = None
        self._made: dict[str, _Made] = {}
        """The articles that are made, by path."""
        self._moved: Renderer | None = None
        """The renderer of the site, if claims are elsewhere in lists."""
        self._outlines: dict[str, Outline] = {}
        """By the path of a page that was made with it: what it is made from."""
        self._rendered: Sequence[str] = ()
        """What was rendered: the paths of articles, and of the site's own files."""

    def make(self, edits: Edits, edited: frozenset[str]) -> SmallEdit:
        """Make the articles of which files were edited. Raises _WideError if more is needed."""
        paths = sorted({_article_of(path) for path in edited})
        if len(paths) > _MOST:
            raise _WideError
        for path in paths:
            self._make(path, edited)
        if self._has_moved and self._basis.is_varied and self._options.write:
            raise _WideError
        if not all(self._can_be_retold(one) for one in self._made.values() if one.is_retold):
            raise _WideError
        report = edits.report if self._is_reported(edited) else None
        problems = () if report else self._problems()
        latest, written = self._write(edits)
        articles = dict(latest.articles)
        for path, made in self._made.items():
            self._faces.keep(made.document, made.packed.face)
            articles[path] = made.known
            if self._options.write and made.result.sound and not made.result.unplaced:
                with suppress(OSError):
                    kept.keep(self._root, [made.document.document])
        latest = replace(latest, articles=articles)
        if self._moved:
            latest = self._with_moved(latest, self._moved)
        if not report:
            latest = replace(latest, problems=disk.pack(problems))
        return SmallEdit(
            problems=problems,
            texts=Texts({}) if report else load.texts(self._root, _quoted(problems)),
            report=report,
            made=tuple(self._reasons(edited)),
            pages=self._basis.pages,
            annotations=self._basis.annotations,
            written=written,
            changed=self._changed,
            conditions=replace(
                edits.conditions,
                strict=self._options.strict,
                manifest=written.manifest if written else None,
                basis=latest.keep(self._rows),
            ),
        )

    def _with_moved(self, latest: Latest, renderer: Renderer) -> Latest:
        """Keep the basis of the next small edit, in which rows are elsewhere."""
        basis = moved_rows.with_pages(self._basis, renderer, self._outlines)
        latest = replace(latest, basis=secrets.token_bytes(16))
        self._rows.keep("runs", "basis", latest.basis, disk.pack(basis))
        return latest

    def _reasons(self, edited: Collection[str]) -> Iterator[Made]:
        for path in self._rendered:
            own = changed_itself(path, edited)
            yield path, own or f"what it shows of {some(sorted(edited))} has changed"

    def _read(self, path: str) -> tuple[RoutedDocument, _Head]:
        """Read an article and its front matter. Raises _WideError for another file."""
        known = self._latest.articles.get(path)
        document = known and load.document(self._root, path, annotated=known.annotated)
        if not document:
            raise _WideError
        head = read_article(document.article)
        return route(document, self._basis.timezone, lambda _: head)[0], head

    def _make(self, path: str, edited: Collection[str]) -> None:
        """Make an article. Raises _WideError if more than its own pages shows the difference."""
        basis, (document, head) = self._basis, self._read(path)
        result = make_article(document, basis.context)
        packed = pack_face(result)
        before = self._latest.articles[path]
        now = basis.known(document, head, packed.digests, tuple(self._own(result)))
        is_retold = now.digests.shown != before.digests.shown
        if path in basis.shown_whole or result.article.left_out:
            raise _WideError
        if (now.digests.frame, now.head, now.named) != (
            before.digests.frame,
            before.head,
            before.named,
        ):
            raise _WideError
        if any(basis.is_named(document, file) for file in document.document.paths & set(edited)):
            raise _WideError
        codes = {problem.code for problem in (*now.own, *before.own)}
        # One remark about an unknown key is for all files that have it.
        if not codes.isdisjoint(PASSING | {"unknown-key"}):
            raise _WideError
        for each in basis.allowances:
            if each.code in codes if each.paths is None else each.paths & document.document.paths:
                raise _WideError  # whether it is used may have changed
        is_moved = now.digests.outline != before.digests.outline
        self._made[path] = _Made(document, result, packed, now, is_retold, is_moved)

    @property
    def _has_moved(self) -> bool:
        return any(one.is_moved for one in self._made.values())

    def _can_be_retold(self, made: _Made) -> bool:
        """Whether all that shows texts of an article, or depends on them, can be made again."""
        fixed, context, article = self._basis.fixed, self._basis.rendering, made.result.article
        front = article.front
        if fixed is None or (article.address in fixed and not self._has_moved):
            return False
        links = (*context.site.pages, *context.site.menu)  # on every page
        if any(to == article.address and title != front.title for title, to, _ in links):
            return False
        return not (context.cards and missing_glyphs(front.title + front.subtitle))  # is reported

    def _problems(self) -> tuple[Problem, ...]:
        """Return all problems as they are now. Raises _WideError if the run has failed."""
        before = self._latest
        gone = {problem for path in self._made for problem in before.articles[path].own}
        kept = (problem for problem in disk.unpack(before.problems) if problem not in gone)
        problems = sort((*kept, *(p for made in self._made.values() for p in made.known.own)))
        if has_failed(problems, strict=self._options.strict):
            raise _WideError
        return problems

    def _is_reported(self, edited: Collection[str]) -> bool:
        """Whether the report of the last run is that of this one, with all lines that it quotes."""
        for path, made in self._made.items():
            own = made.known.own
            if own != self._latest.articles[path].own or not _quoted(own).isdisjoint(edited):
                return False
        return True

    def _write(self, edits: Edits) -> tuple[Latest, CommitResult | None]:
        """Render the articles, and write their pages.

        Return what is known of the output then. Raises as `make`.
        """
        before = self._latest
        if not self._options.write:
            for path, one in self._render(None).items():
                one.keep(self._rows, path, None)
            return before, None
        known = edits.conditions.manifest
        with Staging(Path(edits.conditions.output), clean=False, known=known) as staging:
            if staging.listing != known:
                raise _WideError  # another run has just written there
            writer = staging.writer
            made = self._render(writer)
            old = (file for one in made.values() for file in one.before.files)
            if any(staging.listed.get(file.path) != (file.sha256,) for file in old):
                raise _WideError
            files = [file for one in made.values() for file in one.files.files]
            size = before.size + sum(one.growth for one in made.values())
            search = self._index(made.values(), writer)
            if search is None:
                self._changed = {file.path: file.sha256 for file in files if file.staged}
            else:
                size += sum(file.size for file in search.files) - sum(search.before.values())
                files += search.files
            if reported_size(size) != reported_size(before.size):
                raise _WideError
            written = staging.update(files, search.before if search else ())
            for path, one in made.items():
                one.keep(self._rows, path, writer)
            if search:
                search.keep(self._rows, writer, time.time_ns())
        return replace(before, size=size), written

    def _index(self, made: Collection[_Rendered], writer: StageWriter) -> MadeIndex | None:
        """Stage the files of the search; None if nothing has changed that readers can search."""
        basis, changed = self._basis, dict[str, str]()
        for one in made:
            before = one.before.indexed
            changed |= {p: hash_ for p, hash_ in one.files.indexed.items() if hash_ != before[p]}
        if basis.search is None or not changed:
            return None
        how = Indexing(
            pagefind=basis.search,
            style=basis.rendering.link_style,
            whole=False,  # there are no templates of the site's own
            own=basis.own_files,
            writer=writer,
            staged=[file for one in made for file in one.files.files],
        )
        if not (index := index_edit(how, changed, self._rows, basis.shards)):
            raise _WideError
        return index

    def _render(self, writer: StageWriter | None) -> Mapping[str, _Rendered]:
        """Render and stage all files that show the articles, by the paths of their rows."""
        basis, retold = self._basis, [one for one in self._made.values() if one.is_retold]
        around = (basis.around.get(one.document.path, ()) for one in retold)
        articles = [*self._made, *sorted(frozenset[str]().union(*around) - self._made.keys())]
        made = {path: self._render_article(path, writer) for path in articles}
        made |= self._render_moved(writer) if writer and self._has_moved else self._feeds(writer)
        if writer and retold:
            texts = {one.document.address: ArticleTexts.of(one.result.article) for one in retold}
            paths = {one.document.path for one in retold}
            for path, shown in basis.rows.items():
                if path not in made and not paths.isdisjoint(shown):
                    made[path] = self._render_list(path, texts, writer)
        self._rendered = tuple(path for path, one in made.items() if one.files is not one.before)
        return made

    def _feeds(self, writer: StageWriter | None) -> Mapping[str, _Rendered]:
        """Render and stage the feeds that have the articles."""
        basis, made = self._basis, dict[str, _Rendered]()
        if not self._made.keys().isdisjoint(basis.feed):
            fed = [self._article(path) for path in basis.feed]
            made[file_of(FEED)] = self._render_feed(FEED, partial(feed_file, articles=fed), writer)
        if not self._made.keys().isdisjoint(path for path, _ in basis.claims):
            of_claims = {path: self._article(path) for path, _ in basis.claims}
            claims = [claim_ref(of_claims[path], name) for path, name in basis.claims]
            files = partial(claims_feed_file, claims=claims)
            made[file_of(CLAIMS_FEED)] = self._render_feed(CLAIMS_FEED, files, writer)
        return made

    def _render_moved(self, writer: StageWriter) -> Mapping[str, _Rendered]:
        """Render and stage the site's own pages on which rows have moved. Raises as `make`."""
        edited = {path: one.result.article for path, one in self._made.items()}
        basis, before, made = self._basis, self._digests_before, dict[str, _Rendered]()
        try:
            renderer = moved_rows.renderer_of(basis, self._rows, before, edited, self._whole)
        except (LookupError, sqlite3.Error):
            raise _WideError from None
        context, recipe = renderer.context, list[object]()
        context.called.append(lambda _, one: recipe.append(one))
        for page in moved_rows.moved_pages(basis, self._rows, renderer, self._digests):
            path, source = page.file.path, None
            recipe.clear()
            if context.source_address:
                context.source_address.answers.clear()
            row = self._row(path)[1].files if page.outline else _unknown(path, writer)
            files = self._files(row, [page.file], context.source_address, writer)
            if page.outline:
                packed = recipes.pack(recipe[-1]) if recipe else None
                source = PageSource(page.outline, packed)
                self._outlines[path] = page.outline
            made[path] = _Rendered(page.key, row, files, source)
        context.called.clear()
        self._moved = renderer
        return made

    def _whole(self, path: str) -> Article:
        return article_of(self._read(path)[0], self._basis.context)

    def _render_article(self, path: str, writer: StageWriter | None) -> _Rendered:
        """Render the files of an article. Raises _WideError if they are others than before."""
        key, row = self._row(path)
        if not isinstance(row.source, bytes):
            raise _WideError
        before = unpack_relations(row.source, self._article)
        made = {one.document.address: one.result.article.front.title for one in self._made.values()}
        related = tuple((made.get(to, title), to) for title, to in before.related)
        around = replace(before, related=related)
        if article_key(self._basis.shared, before, self._digests_before) != key:
            raise _WideError
        files = self._again(row.files, partial(article_files, around=around), writer)
        key = article_key(self._basis.shared, around, self._digests)
        return _Rendered(key, row.files, files, pack_relations(around))

    def _render_feed(
        self, address: str, feed: Callable[[RenderContext], OutputFile], writer: StageWriter | None
    ) -> _Rendered:
        path = file_of(address)
        key, row = self._row(path)
        if not isinstance(source := row.source, PageSource):
            raise _WideError
        if source.outline.key(self._basis.shared, path, self._digests_before) != key:
            raise _WideError
        files = self._again(row.files, lambda context: [feed(context)], writer)
        key = source.outline.key(self._basis.shared, path, self._digests)
        return _Rendered(key, row.files, files, source)

    def _render_list(
        self, path: str, texts: Mapping[str, ArticleTexts], writer: StageWriter
    ) -> _Rendered:
        """Render a file with rows of the articles with these `texts`, if they show others.

        Raises as `make`.
        """
        _, row = self._row(path)
        if not isinstance(source := row.source, PageSource) or not source.recipe:
            raise _WideError
        key = source.outline.key(self._basis.shared, path, self._digests)
        asks = self._recorder(row.files)
        context = replace(self._basis.rendering, source_address=asks)
        recipe = recipes.unpack(source.recipe.value, context, texts)
        if recipe is None:
            return _Rendered(key, row.files, row.files, source)
        is_indexed = path in row.files.indexed
        file = OutputFile(path, lambda: RenderedFile(path, recipe.content(), is_indexed))
        files = self._files(row.files, [file], asks, writer)
        return _Rendered(key, row.files, files, replace(source, recipe=recipes.pack(recipe)))

    def _row(self, path: str) -> tuple[bytes, KeptRow]:
        """Return what the last run has kept of files, with its key. Raises _WideError."""
        found = self._rows.last("pages", path)
        if found is None or not isinstance(found[1], KeptRow):
            raise _WideError
        return found

    @cached_property
    def _digests(self) -> Mapping[str, Digests]:
        """The hashes of all articles as they are now."""
        return {**self._digests_before, **{p: m.known.digests for p, m in self._made.items()}}

    @cached_property
    def _digests_before(self) -> Mapping[str, Digests]:
        return {path: known.digests for path, known in self._latest.articles.items()}

    def _recorder(self, before: KeptFiles) -> Recorder | None:
        """Return what answers as the last run has; any other question is an error."""
        return Recorder(before.answers.__getitem__) if self._basis.asks else None

    def _again(
        self,
        before: KeptFiles,
        files_of: Callable[[RenderContext], Iterable[OutputFile]],
        writer: StageWriter | None,
    ) -> KeptFiles:
        """Render files again. Raises _WideError if they are others than before."""
        asks = self._recorder(before)
        context = replace(self._basis.rendering, source_address=asks)
        return self._files(before, files_of(context), asks, writer)

    def _files(
        self,
        before: KeptFiles,
        files: Iterable[OutputFile],
        asks: Recorder | None,
        writer: StageWriter | None,
    ) -> KeptFiles:
        """Render and stage `files`. Raises as `make`."""
        made, problems = make_files(files)
        if problems:
            raise _WideError
        shown = [file for file in made if writer and file.path not in self._basis.own_files]
        kept = KeptFiles(
            pages=sum(file.path.endswith(".html") for file in made),
            paths=tuple(sorted(file.path for file in made)),
            files=tuple(writer.put(file.path, file.content) for file in shown) if writer else (),
            indexed={f.path: digest(f.content.decode()) for f in shown if f.indexed},
            links={},
            answers=dict(asks.answers) if asks else {},
        )
        if (kept.pages, kept.paths) != (before.pages, before.paths):
            raise _WideError
        if writer and kept.indexed.keys() != before.indexed.keys():
            raise _WideError
        return kept

    def _article(self, path: str) -> Article:
        """Return another article that a page shows. Raises _WideError if it is not kept."""
        if path in self._made:
            return self._made[path].result.article
        face = self._faces.read(self._read(path)[0])
        if face is None or digests_of(face) != self._latest.articles[path].digests:
            raise _WideError
        return face.article


@dataclass(frozen=True, slots=True)
class _Rendered:
    """The files of an article, as they were and as they are now."""

    key: bytes
    before: KeptFiles
    files: KeptFiles
    source: Source

    @property
    def growth(self) -> int:
        """How many bytes more they have now."""
        now, then = (sum(file.size for file in one.files) for one in (self.files, self.before))
        return now - then

    def keep(self, rows: Disk, path: str, writer: StageWriter | None) -> None:
        """Keep them for later runs, if it is known what they are made from."""
        if not self.key:
            return
        row = KeptRow.written(self.files, self.source, writer, time.time_ns())
        rows.keep("pages", path, self.key, disk.pack(row))


def _unknown(path: str, writer: StageWriter) -> KeptFiles:
    """Return a file of which no row is kept. Raises _WideError if it was not written before."""
    try:
        content = Path(writer.output, path).read_bytes()
    except OSError:
        raise _WideError from None
    file = StagedFile.of(path, hashlib.sha256(content).digest(), len(content), staged=False)
    return KeptFiles(pages=0, paths=(path,), files=(file,), indexed={}, links={}, answers={})


def _article_of(path: str) -> str:
    """Return the path of the article that a file belongs to. Raises _WideError if it has none."""
    stem, dot, ending = path.rpartition(".")
    if not dot or ending not in ("md", "yaml"):
        raise _WideError
    return f"{stem}.md"


def _quoted(problems: Iterable[Problem]) -> set[str]:
    """Return the paths of the files that a report of problems quotes."""
    return {
        at.path
        for problem in problems
        for at in (problem.location, *(each.location for each in problem.related))
    }
