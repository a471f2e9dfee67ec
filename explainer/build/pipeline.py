"""Build a site's folder into an output folder: the stages, in order.

Each stage is a function of values, and returns a value and problems. If any of them is an error,
nothing is written. `store.py` reuses the values of an earlier run. `fallback.py` replaces what
cannot be used with its last good version.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import TypeAlias, TypeVar

from explainer.article.context import ArticleContext, ArticleResult, Unplaced
from explainer.build import basis, prepare, small_edit
from explainer.build.basis import PASSING, FinishedRun, OwnProblems, own_problems
from explainer.build.disk import rows_of
from explainer.build.explain import Made
from explainer.build.kept_pages import EarlierRuns
from explainer.build.options import BuildOptions, Progress, no_progress
from explainer.build.pages import Job, WriteResult, has_failed, refused, render_only, write_site
from explainer.build.site import Articles, LoadResult, Site
from explainer.build.small_edit import SmallEdit
from explainer.build.stages import Indexed
from explainer.build.state import Conditions, Edits, Report
from explainer.build.store import Store
from explainer.markdown.pictures import Gallery
from explainer.model.allow import Allowance
from explainer.model.documents import Asset, Texts
from explainer.model.kinds import kinds
from explainer.model.location import Located
from explainer.model.problems import Problem, sort
from explainer.model.settings import Settings
from explainer.output.commit import CommitResult
from explainer.output.guard import OutputError, check_folder, read_manifest
from explainer.output.search import Pagefind
from explainer.output.search_languages import check_languages, joins_words
from explainer.parse import json_schema, references
from explainer.render.cards import Cards
from explainer.render.theme import Theme
from explainer.site import kept, load, navigation, permanent, routes
from explainer.site.load import SiteFiles
from explainer.site.walk import THEMES
from explainer.support import cache, clock, leftovers
from explainer.support.collection import without_collection
from explainer.support.values import dataclass

T = TypeVar("T")
Results: TypeAlias = Sequence[ArticleResult]
Shown: TypeAlias = Callable[[Results, routes.Routes], Results]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """The result of a build."""

    problems: tuple[Problem, ...]
    """All problems, sorted."""
    texts: Texts
    """What authors wrote, by path. Problems quote lines of it."""
    pages: int = 0
    """Number of HTML pages rendered."""
    annotations: int = 0
    """Number of annotations on them."""
    failed: bool = False
    """Whether there was an error or, with `strict`, a warning."""
    written: CommitResult | None = None
    """What changed in the output folder; None if nothing was written."""
    loaded: LoadResult
    """The site that was loaded."""
    changed: Mapping[str, str] | None = None
    """The hashes of the files that it wrote, by path, if all others are those of the last run."""
    conditions: Conditions | None = None
    """What it depended on besides files; None if the next build must not rely on it."""
    report: Report | None = None
    """Its report, if it is that of the last run; then `problems` and `texts` are empty."""
    run: FinishedRun | None = None
    """What it made; None for a small edit."""
    made: Sequence[Made] = ()
    """The pages that it made, if `BuildOptions.explain`, and why."""

    @classmethod
    def of(cls, edit: SmallEdit) -> BuildResult:
        """Return the result of a run that has made a few articles only."""
        return cls(
            problems=edit.problems,
            texts=edit.texts,
            pages=edit.pages,
            annotations=edit.annotations,
            written=edit.written,
            changed=edit.changed,
            loaded=LoadResult(site=None, texts=edit.texts, problems=edit.problems),
            conditions=edit.conditions,
            report=edit.report,
            made=edit.made,
        )


def build_site(
    root: Path,
    options: BuildOptions,
    progress: Progress = no_progress,
    edits: Edits | None = None,
) -> BuildResult:
    """Build the site in the folder `root`. Mistakes of authors never raise an exception.

    `edits`: what differs from the last run of the same command, if that is known.
    """
    with without_collection():
        if edits and (made := small_edit.make(root, options, edits)):
            return BuildResult.of(made)
        built = _build(root, options, progress, edits)
        return built if options.inspector else left(built)  # the inspector's owner finds more


def left(built: BuildResult, own: OwnProblems = own_problems) -> BuildResult:
    """Keep what a run leaves for a small edit; `own`: see `basis.leave`."""
    if built.failed or built.run is None or built.conditions is None:
        return built
    key = basis.leave(built.run, built.problems, built.annotations, own)
    return replace(built, conditions=replace(built.conditions, basis=key))


def _build(
    root: Path, options: BuildOptions, progress: Progress, edits: Edits | None
) -> BuildResult:
    rows = rows_of(root, options)
    store = Store(disk=rows)
    try:
        loaded = load_site(root, options, progress, store)
        kept = EarlierRuns(rows, store.digests) if rows.is_used else None
        before = edits.conditions if edits else None
        result = _output(loaded, root, options, progress, kept, before)
    finally:
        rows.close()
    problems = sort((*loaded.problems, *result.problems))
    articles = loaded.site.index.articles if loaded.site else ()
    return BuildResult(
        problems=problems,
        texts=loaded.texts,
        pages=result.pages,
        annotations=sum(len(article.annotations) for article in articles),
        failed=has_failed(problems, strict=options.strict),
        written=result.written,
        loaded=loaded,
        changed=result.changed,
        conditions=conditions_of(loaded, root, options, result),
        run=FinishedRun(loaded, store, rows, result),
        made=result.made,
    )


def conditions_of(
    loaded: LoadResult, root: Path, options: BuildOptions, result: WriteResult | None = None
) -> Conditions | None:
    """Return what a run depended on besides files; None if the next must not rely on it.

    `result`: what it wrote, if it is one that writes the site.
    """
    site, articles = loaded.site, loaded.articles
    if site is None or articles is None:
        return None
    problems = (*loaded.problems, *(result.problems if result else ()))
    codes = {each.code for each in problems}
    if not PASSING.isdisjoint(codes | {each.code for each in site.allowances}):
        return None
    routes = articles.routes
    began, until = clock.same_day(routes.now, routes.later, site.settings.timezone)
    return Conditions(
        strict=options.strict,
        began=began,
        until=until,
        output=os.path.realpath(options.output_folder(root, site.settings)),
        manifest=result.written.manifest if result and result.written else None,
    )


def load_site(
    root: Path,
    options: BuildOptions,
    progress: Progress = no_progress,
    store: Store | None = None,
) -> LoadResult:
    """Read the site in the folder `root`, and prepare everything that its pages need."""
    files, texts, problems = load.load(root, None, store.holder if store else None)
    if files is None:
        return LoadResult(site=None, texts=texts, problems=problems)
    loaded = assemble(root, files, texts, options, store or Store(), progress=progress)
    return replace(loaded, problems=(*problems, *loaded.problems)).settled()


def _all_shown(results: Results, _: routes.Routes) -> Results:
    return results


def assemble(
    root: Path,
    files: SiteFiles,
    texts: Texts,
    options: BuildOptions,
    store: Store,
    *,
    progress: Progress = no_progress,
    shown: Shown = _all_shown,
) -> LoadResult:
    """Prepare everything that a site's pages need from the files of its folder `root`.

    `texts` are the texts of the files, by path. `shown` returns those articles that have a page.
    """
    problems = _Problems()
    ground = _lay_ground(root, files, options, store, problems)
    settings, plan = ground.settings, ground.plan
    themes = _theme(root, store, ground)
    are_thin = not themes[0].own_templates if themes[0] else None
    jobs = options.jobs
    every = store.articles(plan.documents, ground.context, jobs, progress, are_thin=are_thin)
    own = store.stages.collected("problems", (), every, attrgetter("problems"))
    problems.add(*own.values())
    made = shown(every, plan)
    problems.add(
        _unused_sources(ground.context.library_places, files, store, every),
        _unsearched_languages(ground.search, store, made),
    )
    indexed = store.stages.index(made, plan, ground.chapters)
    problems.add(indexed.found.problems)
    redirects = problems.of(store.stages.redirects(plan, indexed, made))
    problems.add(store.stages.links(plan, indexed, redirects, made))
    theme = problems.of(themes)
    if theme is None:
        return LoadResult(site=None, texts=texts, problems=tuple(problems.all))
    site = Site(
        settings=settings,
        settings_places=files.settings_places,
        scale=tuple(ground.context.scale.values()),
        index=indexed.index,
        menu=ground.menu,
        aliases=redirects,
        assets=ground.assets,
        named=ground.named,
        theme=store.theme(theme),
        search=ground.search,
        versions=ground.versions,
        cards=problems.of(_cards(options, store, ground, made)),
        named_pages=_named_pages(store, indexed, ground, made),
        unplaced=_unplaced(store, made),
        allowances=_allowances(store, files, plan, every),
    )
    return LoadResult(
        site=site,
        texts=texts,
        problems=tuple(problems.all),
        articles=Articles(ground.context, plan, ground.gallery, every),
    )


def _unplaced(store: Store, results: Results) -> Mapping[str, tuple[Unplaced, ...]]:
    """Return the annotations without a place, by the address of their article."""

    def find(result: ArticleResult) -> tuple[str, tuple[Unplaced, ...]] | None:
        return (result.article.address, result.unplaced) if result.unplaced else None

    return dict(store.stages.collected("unplaced", (), results, find).values())


def _allowances(
    store: Store, files: SiteFiles, plan: routes.Routes, results: Results
) -> tuple[Allowance, ...]:
    own = store.stages.collected("allowances", (), results, attrgetter("allowances"))
    return prepare.allowances(files.settings_places, plan, own.values())


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is known before articles are made."""

    disk: tuple[object, ...]
    """The inputs of a stage that depends on site.toml, and on files that are no articles."""
    settings: Settings
    folder: Path | None
    """The cache folder, if anything is written."""
    search: Pagefind | None
    plan: routes.Routes
    chapters: Mapping[str, tuple[str, ...]]
    menu: tuple[navigation.MenuItem, ...]
    assets: tuple[Asset, ...]
    named: Mapping[str, str]
    gallery: Gallery
    versions: Mapping[str, Path | bytes]
    context: ArticleContext


def _lay_ground(
    root: Path, files: SiteFiles, options: BuildOptions, store: Store, problems: _Problems
) -> _Ground:
    once, places = store.stages.value, files.settings_places
    settings = once("settings", (files.walked,), lambda: options.over(files.settings))
    disk = files.walked, settings
    folder = once("folder", disk, lambda: _tidy(root, files)) if options.write else None
    problems.add(once("extras", disk, lambda: tuple(prepare.missing_extras(settings, places))))
    library = problems.of(store.library(files.library))
    search = problems.of(store.search(*prepare.searching(settings, places)))
    now = clock.now(settings.timezone)
    plan = problems.of(store.stages.addresses(files, settings, now, store.front_matter))
    planned = plan.addresses, settings
    chapters = problems.of(once("chapters", planned, lambda: navigation.chapters(plan)))
    menu = problems.of(once("menu", planned, lambda: navigation.menu(settings, plan, places)))
    chapters = store.stages.steady("same chapters", chapters)
    menu = store.stages.steady("same menu", menu)
    copied = files.walked, plan.files, plan.static
    assets = once("assets", copied, lambda: prepare.all_assets(files, plan))
    problems.add(once("captions", copied, lambda: tuple(prepare.check_captions(root, assets))))
    hashes = once(
        "hashes",
        (*copied, settings),
        lambda: prepare.hash_named_files(root, assets, settings.security),
    )
    inputs = settings, folder
    resizing = once("resizing", inputs, lambda: options.resizing(settings, folder))
    gallery = store.gallery(root, files, assets, plan.documents, resizing)
    versions = once(
        "versions", (assets, gallery), lambda: prepare.picture_versions(gallery, assets)
    )
    data = store.data_files(root, files, assets, plan.documents)

    def context() -> ArticleContext:
        is_searched, left_out = search is not None, files.left_out
        targets = prepare.link_targets(plan, gallery, data, left_out, searched=is_searched)
        inspector = options.inspector and options.inspector(settings)
        made = prepare.article_context(settings, places, library, targets, inspector)
        return store.context(made)

    return _Ground(
        disk=disk,
        settings=settings,
        folder=folder,
        search=search,
        plan=plan,
        chapters=chapters,
        menu=menu,
        assets=assets,
        named=problems.of(hashes),
        gallery=gallery,
        versions=versions,
        context=once("context", (*planned, library[0], search, gallery, data), context),
    )


def _theme(root: Path, store: Store, ground: _Ground) -> tuple[Theme | None, tuple[Problem, ...]]:
    plan, once = ground.plan, store.stages.value
    theme, problems = once(
        "theme", ground.disk, lambda: prepare.find_theme(root, ground.settings, ground.folder)
    )
    if theme is None:
        return None, problems
    missing = store.stages.collected(
        "templates", (theme,), plan.documents, partial(prepare.missing_template, theme)
    )
    return theme, (*problems, *missing.values())


def _cards(
    options: BuildOptions, store: Store, ground: _Ground, results: Sequence[ArticleResult]
) -> tuple[Cards | None, Iterable[Problem]]:
    settings, folder = ground.settings, ground.folder
    cards = store.stages.value(
        "cards", (settings,), lambda: prepare.make_cards(settings, folder, options)
    )
    if cards is None:
        return None, ()
    missing = store.stages.collected(
        "letters", (), results, lambda result: prepare.letters_not_drawn(result.article)
    )
    return cards, prepare.undrawn(missing)


def _tidy(root: Path, files: SiteFiles) -> Path | None:
    """Remove what killed runs left in the site's folder. Return its cache folder, if it has one."""
    for path in files.leftovers:
        leftovers.remove(root / path)
    for folder in (root, *(Path(above) for above, _, _ in os.walk(root / THEMES))):
        leftovers.sweep(folder)
    return cache.folder(root)


class _Problems:
    """Collects the problems of all stages."""

    def __init__(self) -> None:
        self.all: list[Problem] = []

    def add(self, *problems: Iterable[Problem]) -> None:
        """Add problems."""
        self.all += chain.from_iterable(problems)

    def of(self, result: tuple[T, Iterable[Problem]]) -> T:
        """Add the problems of a stage's result, and return its value."""
        value, problems = result
        self.all += problems
        return value


def _unused_sources(
    library: Located, files: SiteFiles, store: Store, results: Sequence[ArticleResult]
) -> Iterable[Problem]:
    """Report sources in the library that no article cites, if all articles could be read."""

    def find() -> tuple[Problem, ...]:
        used = [result.used for result in results if result.used is not None]
        return references.unused(library, used) if len(used) == len(files.documents) else ()

    def used(result: ArticleResult | None) -> tuple[tuple[str, str], ...] | None:
        return result.used if result else ()

    return store.stages.of_articles(
        "unused", (library,), results, lambda old, new: used(old) == used(new), find
    )


def _named_pages(
    store: Store, indexed: Indexed, ground: _Ground, results: Sequence[ArticleResult]
) -> object:
    """Return the same object as long as all pages have the same context: the same links to others,
    and style sheets and scripts for the same languages.
    """
    in_menu, index = {item.path for item in ground.menu}, indexed.index
    frame = (
        [bool(each) for each in (index.claims, index.sources, index.people, index.topics)],
        any(not article.front.noindex for article in index.articles),
        index.parents.keys(),
    )
    inputs = store.stages.steady("frame", frame), ground.menu, ground.settings

    def named(result: ArticleResult | None) -> object:
        if result is None:
            return False, ground.settings.language, ()
        article, front = result.article, result.article.front
        is_named = article.is_plain or article.path in in_menu
        name = (article.address, front.title, front.subtitle) if is_named else ()
        return front.noindex, article.language, name

    return store.stages.of_articles(
        "named pages", inputs, results, lambda old, new: named(old) == named(new), object
    )


def _unsearched_languages(
    pagefind: Pagefind | None, store: Store, results: Sequence[ArticleResult]
) -> Iterable[Problem]:
    def joined(result: ArticleResult) -> str | None:
        language = result.article.language
        return language if joins_words(language) else None

    found = store.stages.collected("languages", (), results, joined)
    pages = sorted(found.items(), key=lambda item: item[0].split("/"))
    return check_languages(pagefind, ((language, path) for path, language in pages))


def _output(
    loaded: LoadResult,
    root: Path,
    options: BuildOptions,
    progress: Progress,
    kept: EarlierRuns | None,
    before: Conditions | None,
) -> WriteResult:
    """Write a site's pages, or only render them for their problems.

    `before`: those of a run of which the output folder is as it left it, if that is known.
    """
    site, articles = loaded.site, loaded.articles
    if site is None or articles is None:
        return WriteResult()
    folder = options.output_folder(root, site.settings)
    is_known = before and before.output == os.path.realpath(folder)
    known = before.manifest if before and is_known else None
    job = Job(site, articles, root, options, progress, kept, known)
    if not options.write:
        result = render_only(job)
        if has_failed([*loaded.problems, *result.problems], strict=False):
            return result
        removed = _removed(loaded, site, folder, known)[0]
        return replace(result, problems=[*result.problems, *removed])
    try:
        check_folder(folder, root, known)
    except OutputError as error:
        return WriteResult(problems=[refused(error, folder, root)])
    _keep(loaded, root)
    if has_failed(loaded.problems, strict=options.strict):
        return WriteResult()
    gone: list[Problem] = []

    def recorded() -> Mapping[str, str]:
        """Return the permanent addresses. They are many, so they are found when all is made."""
        gone[:], every = _removed(loaded, site, folder, known)
        return every

    result = write_site(replace(job, permanent=recorded), folder)
    if not result.written:
        return result
    with suppress(OSError):  # the schemas are only a convenience for editors
        json_schema.write_schemas(root, site.scale, kinds(site.settings))
    return replace(result, problems=[*result.problems, *gone])


def _keep(loaded: LoadResult, root: Path) -> None:
    """Keep copies of the articles whose annotations all have their places, for `reanchor`.

    Errors elsewhere do not matter.
    """
    results = loaded.articles.results if loaded.articles else ()
    sound = (each.document for each, result in results if result.sound and not result.unplaced)
    with suppress(OSError):  # `reanchor` does without, where there is git
        kept.keep(root, sound)


def _removed(
    loaded: LoadResult, site: Site, folder: Path, known: str | None
) -> tuple[list[Problem], dict[str, str]]:
    """Compare a site's permanent addresses with those of the last build into `folder`.

    Return the problems of those that are gone, and the addresses for the next build to know.
    """
    if loaded.articles is None:
        return [], {}
    plan, before = loaded.articles.routes, dict[str, str]()
    with suppress(OSError, OutputError):  # reported by `check_folder` before anything is written
        before = dict(read_manifest(os.path.realpath(folder), known).permanent)
    now = permanent.find(plan, site.index, site.aliases, site.own_files)
    claims = permanent.ClaimIndex.of(site.index)
    problems = permanent.removed(before, now.every, plan, claims).values()
    return site.reported(problems), now.recorded(before)
