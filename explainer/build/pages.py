"""Render a site's pages in one process or several, and write them to the output folder."""

from __future__ import annotations

import marshal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from pathlib import Path
from typing import Self, TypeAlias

from explainer.build import template_links
from explainer.build.disk import Disk
from explainer.build.explain import Made, Reasons, keep_shared
from explainer.build.kept_pages import EarlierRuns, KeptFiles, KeptPages
from explainer.build.options import BuildOptions, Progress
from explainer.build.relations import WaitingArticle, WaitingArticles
from explainer.build.search_index import Indexing, MadeIndex, index_site
from explainer.build.site import Articles, Site
from explainer.model.article import Article
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.output.commit import CommitResult
from explainer.output.guard import OutputError
from explainer.output.searched import digest
from explainer.output.stage import StagedFile, StageWriter
from explainer.output.staging import Staging
from explainer.render.files import OutputFile, RenderedFile, make_files
from explainer.render.renderer import Renderer, article_files
from explainer.support import workers
from explainer.support.addresses import base_path
from explainer.support.spool import Held
from explainer.support.values import dataclass

PAGES_LIMIT = 1_000_000_000
"""The most bytes that a site on GitHub Pages can have (GitHub's documentation of its limits)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResult:
    """The result of writing a site."""

    problems: Sequence[Problem] = ()
    pages: int = 0
    """Number of HTML pages rendered."""
    written: CommitResult | None = None
    """What changed in the output folder; None if nothing was written."""
    kept: KeptPages | None = None
    """What was kept for later runs, with what it was rendered from; None if nothing was."""
    size: int = 0
    """The size of all files that were written, in bytes."""
    shards: int = 0
    """The number of shards of the search."""
    made: Sequence[Made] = ()
    """What was made, if that was asked for."""
    changed: Mapping[str, str] | None = None
    """The hashes of the files that were written, by path, if all others are as they were."""


@dataclass(slots=True)
class _Rendered:
    """Rendered files, staged if there is a stage."""

    problems: list[Problem]
    pages: int
    """Number of HTML pages."""
    files: list[StagedFile] = field(default_factory=list)
    indexed: dict[str, str] = field(default_factory=dict)
    """See `KeptFiles.indexed`."""
    paths: set[str] = field(default_factory=set)
    """The paths of all files."""
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    """If the site has templates of its own, by its target: a link, and the page that has it."""
    answers: dict[str, str] = field(default_factory=dict)
    """See `KeptFiles.answers`."""
    made: list[Made] = field(default_factory=list)
    """What was made and not used again, if that was asked for."""

    def add(self, other: _Rendered) -> None:
        self.problems += other.problems
        self.pages += other.pages
        self.files += other.files
        self.indexed |= other.indexed
        self.paths |= other.paths
        self.links = other.links | self.links
        self.made += other.made

    def kept(self) -> KeptFiles:
        """Return the files for later runs."""
        return KeptFiles(
            pages=self.pages,
            paths=tuple(sorted(self.paths)),
            files=tuple(self.files),
            indexed=self.indexed,
            links=self.links,
            answers=self.answers,
        )

    @classmethod
    def again(cls, kept: KeptFiles) -> Self:
        """Return files that an earlier run has written."""
        files = [*kept.files]
        return cls([], kept.pages, files, dict(kept.indexed), set(kept.paths), dict(kept.links))


class _WaitingFiles:
    """The files of articles, outside of memory until all pages are made.

    `rows` holds them; None if they stay where they are.
    """

    def __init__(self, rows: Disk | None) -> None:
        self._rows = rows
        self._held: list[Held] = []

    def put(self, one: _Rendered) -> None:
        """Hold the files of an article, and take them out of `one`."""
        if self._rows is None:
            return
        files = [(file.path, file.packed) for file in one.files]
        others = one.paths.difference(file.path for file in one.files)
        self._held.append(self._rows.hold(marshal.dumps((files, [*others]))))
        one.files, one.paths = [], set()

    def add_to(self, rendered: _Rendered) -> None:
        """Add all files to others."""
        for held in self._held:
            files, others = marshal.loads(held.read())  # noqa: S302 - ours
            rendered.files += [StagedFile(path, packed) for path, packed in files]
            rendered.paths.update((path for path, _ in files), others)


_Pages: TypeAlias = tuple[Sequence[RenderedFile], Sequence[Problem]]


@dataclass(frozen=True)
class _Rendering:
    """What each process needs to render pages."""

    site: Site
    writer: StageWriter | None
    """Stages the pages; None if they are only checked."""
    waiting: WaitingArticles
    """The articles whose pages are to be made, by number, without those that may show any other."""
    others: dict[str, Article] = field(default_factory=dict)
    """By path: the articles that pages of others show."""

    def files(self, number: int) -> Iterator[OutputFile]:
        """Yield the files of an article."""
        if one := self.waiting.get(number):
            return article_files(self.renderer.context, one.relations(self.others.__getitem__))
        return self.renderer.article_files(self.site.index.articles[number])

    @cached_property
    def renderer(self) -> Renderer:
        return self.site.renderer()

    def render(self, files: Iterable[OutputFile]) -> _Pages:
        """Render files, with the problems."""
        if recorder := self.renderer.context.source_address:
            recorder.answers.clear()
        return make_files(files)

    def stage(self, pages: Sequence[RenderedFile], found: Sequence[Problem]) -> _Rendered:
        """Stage files, which were rendered last. The author's own files are never replaced."""
        recorder = self.renderer.context.source_address
        rendered = _Rendered(
            self.site.reported(found), sum(page.path.endswith(".html") for page in pages)
        )
        rendered.paths.update(page.path for page in pages)
        rendered.answers.update(recorder.answers if recorder else ())
        whole = bool(self.site.theme.own_templates)
        if whole:
            base = base_path(self.site.settings.url)
            for page in pages:
                if page.path.endswith(".html"):
                    for target, written in template_links.targets(page, base):
                        rendered.links.setdefault(target, (written, page.path))
        for page in pages:
            if self.writer and page.path not in self.site.own_files:
                file = self.writer.put(page.path, page.content)
                rendered.files.append(file)
                if page.indexed:
                    rendered.indexed[page.path] = digest(page.content.decode(), whole=whole)
        return rendered


@dataclass(frozen=True, slots=True)
class Job:
    """What to render, and how."""

    site: Site
    articles: Articles
    root: Path
    """The site's folder."""
    options: BuildOptions
    progress: Progress
    kept: EarlierRuns | None
    """What earlier runs have rendered; None to render everything and keep nothing."""
    known: str | None = None
    """The SHA-256 of the manifest with which all files of the output agree, if that is known."""
    permanent: Callable[[], Mapping[str, str]] = dict
    """Returns the permanent addresses of the site, each with the author's file that has it."""


def render_only(job: Job) -> WriteResult:
    """Render all pages for their problems, and write nothing."""
    rendered, kept = _render(job, None)
    if kept and not has_failed(rendered.problems, strict=False):
        kept.save(time.time_ns())
    return WriteResult(
        problems=rendered.problems, pages=rendered.pages, kept=kept, made=rendered.made
    )


def write_site(job: Job, output: Path) -> WriteResult:
    """Render a site and write it to the output folder, completely or not at all.

    If the pages cannot be indexed for the search, they are rendered again without links to it. With
    `options.strict`, nothing is written then.
    """
    result, unsearched = _write(job, output)
    reported = job.site.reported(unsearched)
    if unsearched:
        if has_failed(reported, strict=job.options.strict):
            return WriteResult(problems=reported)
        result, _ = _write(replace(job, site=replace(job.site, search=None)), output)
    return replace(result, problems=[*reported, *result.problems])


def has_failed(problems: Iterable[Problem], *, strict: bool) -> bool:
    """Whether the problems include an error or, with `strict`, a warning."""
    fatal = {"error", "warning"} if strict else {"error"}
    return any(problem.severity in fatal for problem in problems)


def refused(error: OutputError, folder: Path, root: Path) -> Problem:
    """Return the problem that prevents writing to the output folder of the site in `root`."""
    return Problem(Location(_name(folder, root)), error.code, error.message, error.hint)


def _name(folder: Path, root: Path) -> str:
    """Return the output folder as problems name it: relative to the site's folder if inside it."""
    return (folder.relative_to(root) if folder.is_relative_to(root) else folder).as_posix()


def _write(job: Job, output: Path) -> tuple[WriteResult, Sequence[Problem]]:
    """Write a site once. The second value has the problems of indexing its pages."""
    site, root, options = job.site, job.root, job.options
    try:
        with Staging(output, clean=options.clean, known=job.known) as staging:
            writer = staging.writer
            rendered, kept = _render(job, writer)
            staged = [*rendered.files, *_copy(site, root, writer, rendered.problems)]
            if has_failed(rendered.problems, strict=options.strict):
                return WriteResult(problems=rendered.problems, pages=rendered.pages), ()
            index, unsearched = _index(job, rendered, writer)
            if unsearched:
                return WriteResult(), unsearched
            staged += index.files if index else ()
            try:
                changed = staging.changes(staged)
                written = staging.commit(staged, job.permanent())
            except OutputError as error:
                problems = [*rendered.problems, refused(error, output, root)]
                return WriteResult(problems=problems, pages=rendered.pages), ()
            if kept and job.kept:
                if index:
                    index.keep(job.kept.rows, writer, time.time_ns())
                kept.save(time.time_ns())
    except OutputError as error:
        return WriteResult(problems=[refused(error, output, root)]), ()
    folder = _name(output, root)
    size = sum(file.size for file in staged)
    found = [*_changed_by_hand(written, folder), *_large(size, folder)]
    return WriteResult(
        problems=[*rendered.problems, *site.reported(found)],
        pages=rendered.pages,
        written=written,
        kept=kept,
        size=size,
        shards=index.count if index else 0,
        made=rendered.made,
        changed=changed,
    ), ()


def _copy(
    site: Site, root: Path, writer: StageWriter, problems: list[Problem]
) -> Iterator[StagedFile]:
    """Stage copied files, and the narrower versions of pictures. Add problems with the files."""
    for asset in site.assets:
        try:
            yield writer.copy(asset.target, root / asset.path)
        except OutputError as error:
            if error.code != "asset-unreadable":
                raise
            problems.append(Problem(Location(asset.path), error.code, error.message, error.hint))
    for place, content in site.versions.items():
        if isinstance(content, bytes):
            yield writer.put(place, content)
        else:
            yield writer.copy(place, content)


def _index(
    job: Job, rendered: _Rendered, writer: StageWriter
) -> tuple[MadeIndex | None, Sequence[Problem]]:
    """Stage the files of the search, if there is one. With problems, there is none."""
    site = job.site
    if not site.search or not rendered.indexed:
        return None, ()
    how = Indexing(
        pagefind=site.search,
        style=site.settings.link_style,
        whole=bool(site.theme.own_templates),
        own=site.own_files,
        writer=writer,
        staged=rendered.files,
    )
    rows = job.kept.rows if job.kept else None
    return index_site(how, rendered.indexed, rows, job.options.jobs)


def _render(job: Job, writer: StageWriter | None) -> tuple[_Rendered, KeptPages | None]:
    """Render and stage the pages of each article, and the site's own, which takes one process."""
    site, articles, rendered = job.site, job.site.index.articles, _Rendered([], 0)
    work = _Rendering(site, writer, WaitingArticles(len(articles)))
    renderer = work.renderer
    kept = None
    if job.kept:
        kept = KeptPages(job.kept, site, job.articles, renderer, writer)
    why, changes = None, job.options.explain
    if job.kept and kept:
        why = Reasons(job.kept.rows, kept, changes) if changes else None
        keep_shared(job.kept.rows, kept.shared_parts)
    parts: dict[int, KeptFiles] = {}
    for number, article in enumerate(articles):
        match kept.article(article) if kept else None:
            case WaitingArticle() as waiting:
                work.waiting.add(number, waiting)
            case KeptFiles() as again:
                parts[number] = again
    shown = frozenset[str]().union(*kept.around.values()) if kept else ()
    work.others.update((article.path, article) for article in articles if article.path in shown)
    numbers = [number for number in range(len(articles)) if number not in parts]
    rendered.made += [why.article(articles[number]) for number in numbers] if why else ()
    count = workers.processes(len(numbers), job.options.jobs)
    new = workers.run(
        _render_one, work, numbers, count, lambda: rendered.add(_make_site(work, kept, why))
    )
    done, every = len(parts), _Rendered([], 0)  # the site's own pages come first in `rendered`
    waiting_files = _WaitingFiles(job.kept.rows if job.kept else None)
    for number, article in enumerate(articles):
        if number in parts:
            every.add(_Rendered.again(parts.pop(number)))
            continue
        one = next(new)
        if kept and not one.problems:
            kept.keep(article, one.kept())
        waiting_files.put(one)
        every.add(one)  # so its own sets and lists do not stay
        done += 1
        job.progress("writing", done, len(articles))
    next(new, None)  # ends the processes, and makes the site's own pages
    rendered.add(every)
    waiting_files.add_to(rendered)
    if not has_failed(rendered.problems, strict=False):
        paths = frozenset(rendered.paths | site.own_files | site.versions.keys())
        rendered.problems += site.reported(template_links.check(site.theme, rendered.links, paths))
    return rendered, kept


def _make_site(work: _Rendering, kept: KeptPages | None, why: Reasons | None) -> _Rendered:
    """Render and stage the site's own pages and files."""
    renderer, rendered = work.renderer, _Rendered([], 0)
    if kept:
        renderer.context.called.append(kept.called)
    for file in (*renderer.site_files(work.site.aliases), *renderer.asset_files()):
        again = kept.file(file) if kept else None
        if again is None:
            one = work.stage(*work.render([file]))
            if why and (reason := why.page(file.path)):
                one.made.append(reason)
            if kept and not one.problems:
                kept.keep_file(file.path, one.kept())
        else:
            one = _Rendered.again(again)
        rendered.add(one)
    renderer.context.called.clear()
    return rendered


def _render_one(work: _Rendering, number: int) -> _Rendered:
    return work.stage(*work.render(work.files(number)))


def _large(size: int, folder: str) -> Iterator[Problem]:
    """Report a site that has used half of what GitHub Pages publishes."""
    if megabytes := reported_size(size):
        message = f"the site has {megabytes} MB, and GitHub Pages publishes at most 1 GB"
        hint = "the guide's page “Large sites” says what takes space"
        yield Problem(Location(folder), "large-site", message, hint, "info")


def reported_size(size: int) -> str:
    """Return a number of bytes in megabytes if a site of that size is reported, or nothing."""
    return f"{size / 1e6:,.0f}" if size >= PAGES_LIMIT / 2 else ""


def _changed_by_hand(written: CommitResult, folder: str) -> list[Problem]:
    """Report files of earlier builds that are kept because somebody has changed them."""
    message = "the site no longer has this file, but it was kept: somebody has changed it"
    hint = "if you do not need it, delete it"
    places = [Location(f"{folder}/{path}") for path in written.kept]
    return [Problem(place, "output-changed", message, hint, "warning") for place in places]
