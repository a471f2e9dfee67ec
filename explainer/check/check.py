"""`explainer check`: what a build would complain of, what an editor would ask, and dead links."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.article.body import parse_body
from explainer.article.merge import Names
from explainer.build import pipeline
from explainer.build.pipeline import BuildOptions, BuildResult, Progress
from explainer.check import advice
from explainer.check.links import cache as link_cache
from explainer.check.links import collect, report
from explainer.check.links.cache import LinkStatus
from explainer.markdown import pictures
from explainer.model.annotations import Source
from explainer.model.documents import RoutedDocument, Text
from explainer.model.location import Lines, Location
from explainer.model.problems import Problem, sort
from explainer.parse.annotations import read_annotations
from explainer.site import load
from explainer.support import cache, clock

if TYPE_CHECKING:
    from explainer.check.links.fetch import RequestPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """What a check looks at beside what a build does."""

    advice: bool = True
    """What a careful editor would ask."""
    links: bool = False
    """Whether what links out of the site lead to is still there. Needs httpx, and the network."""
    fresh: bool = False
    """Ask again what an earlier check has asked."""
    quiet: bool = False
    """Leave out all that is only information."""
    request_policy: RequestPolicy | None = None
    """How hosts are asked; nothing for the usual way."""


def has_httpx() -> bool:
    """Whether links out of the site can be checked. Imports nothing."""
    from importlib.util import find_spec

    return find_spec("httpx") is not None


def check_site(
    root: Path,
    options: BuildOptions,
    check_options: CheckOptions,
    progress: Progress = lambda *_: None,
) -> BuildResult:
    """Build a site without writing it, and look further.

    Only `CheckOptions.links` writes anything: the answers, into .explainer/.
    """
    built = pipeline.build_site(root, replace(options, write=False), progress)
    found: list[Problem] = []
    if check_options.links:
        found += _links(root, built, check_options, progress)
    if check_options.advice and not check_options.quiet:
        found += _advice(built, addressed=load.has_address_by_workflow(root))
    problems = sort([*built.problems, *found])
    if check_options.quiet:
        problems = tuple(problem for problem in problems if problem.severity != "info")
    failed = built.failed or pipeline.has_failed(found, options)
    return replace(built, problems=problems, failed=failed)


# --- advice --------------------------------------------------------------------------------------


def _advice(built: BuildResult, *, addressed: bool) -> Iterator[Problem]:
    """Ask what an editor would. `addressed`: whether a workflow gives the site's address."""
    loaded = built.loaded
    site = loaded.site if loaded else None
    context = loaded.memory.context if loaded else None
    if loaded is None or site is None or context is None:
        return
    memory, settings = loaded.memory, site.settings
    today = clock.today(settings.timezone)
    library, library_places, _ = memory.library[1] if memory.library else (None, None, ())
    if library and library_places:
        yield from advice.undated(library.sources.items(), library_places)
    if memory.gallery and settings.images.sizes is None and not pictures.has_pillow():
        wide = pictures.wide(memory.gallery[1])
        yield from advice.wide_pictures(wide, Location(load.SETTINGS, 1))
    if not addressed:
        location = Location(load.SETTINGS, 1)
        yield from advice.without_address(site.index.articles, settings.url, location)
    for entry, made in memory.made.values():
        annotations = entry.document.annotations if made.sound else None
        has_leftovers = advice.may_have_leftovers(entry.body)
        if annotations is None and not has_leftovers:
            continue
        body = parse_body(context.markdown, entry.body)
        tokens, reader = body.tokens, body.reader
        lines = Lines(entry.document.article.path, entry.body, entry.first_line)
        if has_leftovers:
            yield from advice.leftovers(tokens, reader, lines)
        if annotations is None:
            continue
        file, places, _ = read_annotations(annotations)
        if file is None:
            continue
        sources: dict[str, Source] = dict([*context.library.sources.items(), *file.sources.items()])
        yield from advice.evidence(file, places, Names(sources, {}, context.scale))
        yield from advice.undated(file.sources.items(), places)
        yield from advice.unchecked(file, places, context.scale, today)
        if settings.url:
            yield from advice.claim_reviews(
                made.article, places, site.scale, settings.url, settings.title
            )
        yield from advice.numbers(tokens, reader, made.article, lines)


# --- links out of the site -----------------------------------------------------------------------


def _links(
    root: Path, built: BuildResult, check_options: CheckOptions, progress: Progress
) -> tuple[Problem, ...]:
    from explainer.check.links import fetch

    policy = check_options.request_policy or fetch.RequestPolicy()

    context = built.loaded.memory.context if built.loaded else None
    site = built.loaded.site if built.loaded else None
    if built.loaded is None or site is None or context is None:
        return ()
    entries: list[RoutedDocument] = [entry for entry, _ in built.loaded.memory.made.values()]
    path = f"{load.CONTENT}/{load.LIBRARY}"
    library = Text(path, built.texts[path]) if path in built.texts else None
    mentions = collect.collect(
        entries, library, context.markdown, context.note_markdown, site.settings_places
    )
    urls = sorted({mention.url for mention in mentions})
    folder = cache.folder(root)
    earlier = link_cache.load(folder, time.time())
    answers: dict[str, LinkStatus] = dict(earlier)
    open_ones = [url for url in urls if check_options.fresh or url not in earlier]
    fresh: dict[str, LinkStatus] = {}

    def tell(url: str, answer: LinkStatus) -> None:
        fresh[url] = answer
        progress("links", len(fresh), len(open_ones))

    try:
        fetch.ask(open_ones, policy, tell)
    finally:  # what was learnt before somebody lost patience is worth keeping
        if not (offline := fetch.is_offline(fresh)):
            answers.update(fresh)
            link_cache.save(folder, answers, urls)
    if offline:
        return (_offline(), *report.report(mentions, earlier))
    return report.report(mentions, answers)


def _offline() -> Problem:
    return Problem(
        Location(load.SETTINGS),
        "offline",
        "no host of any link could be found: this computer seems to be offline",
        "check again when it is not",
        severity="warning",
    )
