"""`explainer check`: problems of the build, advice of a careful editor, and dead links."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.article.context import ArticleResult, Inspection
from explainer.build import pipeline, small_edit
from explainer.build.options import BuildOptions, Progress, no_progress
from explainer.build.pages import has_failed
from explainer.build.pipeline import BuildResult
from explainer.build.state import Edits
from explainer.check.advice import advise_article, advise_site
from explainer.check.against import check_against
from explainer.check.links.collect import Mention, collect_article, collect_site
from explainer.exchange.find_article import UNREAD
from explainer.model.allow import silence, unused
from explainer.model.location import Location
from explainer.model.problems import ADVICE_CODES, LINK_CODES, Problem, sort
from explainer.model.settings import Settings
from explainer.parse.drafts import drafts, span
from explainer.scaffold.site import EXAMPLE
from explainer.support import cache, clock
from explainer.support.values import dataclass
from explainer.upkeep.edition import Edition

if TYPE_CHECKING:
    from explainer.check.links.fetch import RequestPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """What a check does in addition to a build."""

    advice: bool = True
    """Whether to ask what a careful editor would ask."""
    links: bool = False
    """Whether to check links to other sites. Needs httpx and a network."""
    fresh: bool = False
    """Whether to request addresses again that an earlier check has requested."""
    quiet: bool = False
    """Whether to leave out problems of severity `info`."""
    against: str | None = None
    """The revision of git with which to compare the site."""
    request_policy: RequestPolicy | None = None
    """How to request hosts; None for the default policy."""


def has_httpx() -> bool:
    """Whether links to other sites can be checked: is httpx installed?"""
    from importlib.util import find_spec

    return find_spec("httpx") is not None


def check_site(
    root: Path,
    options: BuildOptions,
    check_options: CheckOptions,
    progress: Progress = no_progress,
    edits: Edits | None = None,
) -> BuildResult:
    """Build the site in the folder `root` without writing it, and check it further.

    `edits`: what differs from the last run of the same command, if that is known.

    Return the result of the build, with all problems. Nothing is written, except with
    `CheckOptions.links`: the statuses of links, in .explainer/. Raises NoRevisionError if git does
    not know the revision in `CheckOptions.against`.
    """
    advised = _is_advised(check_options)

    def inspector(settings: Settings) -> ArticleInspector:
        today = clock.today(settings.timezone)
        return ArticleInspector(settings, today, advised, check_options.links)

    def own(result: ArticleResult) -> tuple[Problem, ...]:
        found = result.findings.problems if isinstance(result.findings, ArticleFindings) else ()
        return _asked((*result.problems, *(found if advised else ())), check_options)

    options = replace(options, write=False, inspector=inspector)
    # Advice about the whole site reads the text of the example.
    if edits and edits.paths and EXAMPLE in edits.paths:
        edits = None
    if edits and (made := small_edit.make(root, options, edits, own)):
        return BuildResult.of(made)
    built = pipeline.build_site(root, options, progress)
    further = _further(root, built, check_options, progress)
    problems = _asked(sort([*built.problems, *further]), check_options)
    failed = built.failed or has_failed(further, strict=options.strict)
    result = replace(built, problems=problems, failed=failed)
    if check_options.links or check_options.against is not None:
        return result  # it depends on more than the site's files
    return pipeline.left(result, own)


def _further(
    root: Path, built: BuildResult, check_options: CheckOptions, progress: Progress
) -> list[Problem]:
    """Return what a check finds besides the problems of the build, and not silenced."""
    site, articles = built.loaded.site, built.loaded.articles
    if not site or not articles:
        return []
    advised = _is_advised(check_options)
    further: list[Problem] = []
    results = [result.findings for result in articles.made]
    findings = [each for each in results if isinstance(each, ArticleFindings)]
    if check_options.links:
        from explainer.check.links.check import check_links  # it needs httpx

        mentions = [mention for each in findings for mention in each.mentions]
        mentions += collect_site(articles.context, site.settings_places)
        further += check_links(
            mentions,
            cache.folder(root),
            policy=check_options.request_policy,
            fresh=check_options.fresh,
            progress=progress,
        )
    if check_options.against is not None:
        unread = frozenset(p.location.path for p in built.problems if p.code in UNREAD)
        library = articles.context.library
        now = Edition.of(site.settings, articles.routes, library, unread=unread)
        further += check_against(root, check_options.against, now)
    if advised:
        further += (problem for each in findings for problem in each.problems)
        further += advise_site(root, site, articles)
    further, used = silence(further, site.allowances)
    asked = {*(ADVICE_CODES if advised else ()), *(LINK_CODES if check_options.links else ())}
    late = (one for one in built.loaded.judged if one.code in asked)
    return further + list(unused(late, used | built.loaded.used))


def _is_advised(options: CheckOptions) -> bool:
    return options.advice and not options.quiet


def _asked(problems: tuple[Problem, ...], options: CheckOptions) -> tuple[Problem, ...]:
    """Return the problems that are to be reported."""
    if options.quiet:
        return tuple(problem for problem in problems if problem.severity != "info")
    return problems


@dataclass(frozen=True, slots=True)
class ArticleFindings:
    """What a check finds in one article."""

    problems: tuple[Problem, ...]
    mentions: tuple[Mention, ...]
    """Its links to other sites, if links are checked."""


@dataclass(frozen=True, slots=True)
class ArticleInspector:
    """Inspects each article while a build makes it, so that nothing is parsed twice."""

    settings: Settings
    today: str
    """An ISO date."""
    advice: bool
    links: bool

    def __call__(self, inspection: Inspection) -> ArticleFindings:
        """Inspect one article, without the drafts among its annotations unless they are built."""
        places = inspection.places
        found = () if inspection.context.drafts else drafts(places)
        hidden = [span(places, key_path) for key_path in found]

        def is_shown(at: Location) -> bool:
            spot = (at.line, at.column)
            is_here = at.path == places.lines.path
            return not (is_here and any(start <= spot <= end for start, end in hidden))

        advice = advise_article(inspection, self.settings, self.today) if self.advice else ()
        mentions = collect_article(inspection) if self.links else ()
        return ArticleFindings(
            tuple(problem for problem in advice if is_shown(problem.location)),
            tuple(mention for mention in mentions if is_shown(mention.location)),
        )
