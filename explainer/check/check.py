"""`explainer check`: what a build would report, what an editor would ask, and dead links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.article.context import Inspection
from explainer.build import pipeline
from explainer.build.options import BuildOptions, Progress, no_progress
from explainer.build.pages import has_failed
from explainer.build.pipeline import BuildResult
from explainer.build.site import Articles, Site
from explainer.check.advice import advise_article, advise_site
from explainer.check.links.collect import Mention, collect_article, collect_site
from explainer.check.site import CheckContext, CheckedArticle, CheckedSite
from explainer.markdown import pictures
from explainer.markdown.resizing import has_pillow
from explainer.model.problems import Problem, sort
from explainer.model.settings import Settings
from explainer.site import load
from explainer.support import cache, clock

if TYPE_CHECKING:
    from explainer.check.links.fetch import RequestPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """What a check does beside what a build does."""

    advice: bool = True
    """Whether to ask what a careful editor would."""
    links: bool = False
    """Whether to check that links to other sites still lead somewhere. Needs httpx, and network."""
    fresh: bool = False
    """Whether to request again what an earlier check has requested."""
    quiet: bool = False
    """Whether to leave out all that is only information."""
    request_policy: RequestPolicy | None = None
    """How hosts are requested; None for the usual way."""


def has_httpx() -> bool:
    """Whether links to other sites can be checked. Imports nothing."""
    from importlib.util import find_spec

    return find_spec("httpx") is not None


def check_site(
    root: Path,
    options: BuildOptions,
    check_options: CheckOptions,
    progress: Progress = no_progress,
) -> BuildResult:
    """Build the site in the folder `root` without writing it, and look further.

    Gives what the build gives, with all problems. Only `CheckOptions.links` writes anything: the
    statuses of links, into .explainer/.
    """
    advised = check_options.advice and not check_options.quiet
    inspector = partial(ArticleInspector.of, advice=advised, links=check_options.links)
    options = replace(options, write=False, inspector=inspector)
    built = pipeline.build_site(root, options, progress)
    loaded = built.loaded
    found: list[Problem] = []
    if loaded.site and loaded.articles:
        results = [result.findings for _, result in loaded.articles.results]
        findings = [each for each in results if isinstance(each, ArticleFindings)]
        if check_options.links:
            mentions = _mentions(loaded.site, loaded.articles, findings)
            found += _check_links(root, mentions, check_options, progress)
        if advised:
            found += (problem for each in findings for problem in each.problems)
            found += advise_site(_checked_site(root, loaded.site, loaded.articles))
    problems = sort([*built.problems, *found])
    if check_options.quiet:
        problems = tuple(problem for problem in problems if problem.severity != "info")
    failed = built.failed or has_failed(found, strict=options.strict)
    return replace(built, problems=problems, failed=failed)


@dataclass(frozen=True, slots=True)
class ArticleFindings:
    """What a check finds in one article."""

    problems: tuple[Problem, ...]
    mentions: tuple[Mention, ...]
    """Its addresses of the web, if links are checked."""


@dataclass(frozen=True, slots=True)
class ArticleInspector:
    """Looks at each article while a build makes it, so that nothing is parsed twice."""

    settings: Settings
    today: str
    """An ISO date."""
    advice: bool
    links: bool

    @classmethod
    def of(cls, settings: Settings, *, advice: bool, links: bool) -> ArticleInspector:
        """Give what looks at the articles of a site with these settings."""
        return cls(settings, clock.today(settings.timezone), advice, links)

    def __call__(self, seen: Inspection) -> ArticleFindings:
        """Look at one article."""
        article = CheckedArticle.of(seen)
        shared = seen.context
        context = CheckContext(self.settings, shared.scale, shared.library, self.today)
        return ArticleFindings(
            tuple(advise_article(article, context)) if self.advice else (),
            collect_article(article, shared.note_markdown) if self.links else (),
        )


def _checked_site(root: Path, site: Site, articles: Articles) -> CheckedSite:
    wide: tuple[str, ...] = ()
    if site.settings.images.sizes is None and not has_pillow():
        wide = tuple(pictures.wide(articles.gallery))
    return CheckedSite(
        settings=site.settings,
        settings_places=site.settings_places,
        library=articles.context.library,
        library_places=articles.context.library_places,
        published=site.index.articles,
        wide_pictures=wide,
        has_address=load.has_address_by_workflow(root),
    )


def _mentions(
    site: Site, articles: Articles, findings: Sequence[ArticleFindings]
) -> tuple[Mention, ...]:
    """Give every address of the web that authors wrote."""
    context = articles.context
    own = collect_site(context.library_places, context.note_markdown, site.settings_places)
    return (*(mention for each in findings for mention in each.mentions), *own)


def _check_links(
    root: Path, mentions: Sequence[Mention], options: CheckOptions, progress: Progress
) -> tuple[Problem, ...]:
    from explainer.check.links.check import check_links

    folder = cache.folder(root)
    return check_links(
        mentions, folder, policy=options.request_policy, fresh=options.fresh, progress=progress
    )
