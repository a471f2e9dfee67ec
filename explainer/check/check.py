"""`explainer check`: what a build would report, what an editor would ask, and dead links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.build import pipeline
from explainer.build.pipeline import BuildOptions, BuildResult, Progress
from explainer.check.advice import advise
from explainer.check.site import CheckedArticle, CheckedSite
from explainer.markdown import pictures
from explainer.model.problems import Problem, sort
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
    progress: Progress = lambda *_: None,
) -> BuildResult:
    """Build the site in the folder `root` without writing it, and look further.

    Gives what the build gives, with all problems. Only `CheckOptions.links` writes anything: the
    statuses of links, into .explainer/.
    """
    built = pipeline.build_site(root, replace(options, write=False), progress)
    site = _checked_site(root, built)
    found: list[Problem] = []
    if site and check_options.links:
        from explainer.check.links.check import check_links

        found += check_links(
            site,
            cache.folder(root),
            policy=check_options.request_policy,
            fresh=check_options.fresh,
            progress=progress,
        )
    if site and check_options.advice and not check_options.quiet:
        found += advise(site)
    problems = sort([*built.problems, *found])
    if check_options.quiet:
        problems = tuple(problem for problem in problems if problem.severity != "info")
    failed = built.failed or pipeline.has_failed(found, options)
    return replace(built, problems=problems, failed=failed)


def _checked_site(root: Path, built: BuildResult) -> CheckedSite | None:
    """Give what checks look at; None if the build could not load the site."""
    loaded = built.loaded
    site = loaded.site if loaded else None
    context = loaded.memory.context if loaded else None
    if loaded is None or site is None or context is None:
        return None
    wide: tuple[str, ...] = ()
    gallery = loaded.memory.gallery
    if gallery and site.settings.images.sizes is None and not pictures.has_pillow():
        wide = tuple(pictures.wide(gallery[1]))
    return CheckedSite(
        settings=site.settings,
        settings_places=site.settings_places,
        scale=context.scale,
        library=context.library,
        library_places=context.library_places,
        articles=[
            CheckedArticle(routed, context.markdown, made.article, made.sound)
            for routed, made in loaded.memory.made.values()
        ],
        published=site.index.articles,
        note_markdown=context.note_markdown,
        today=clock.today(site.settings.timezone),
        wide_pictures=wide,
        has_address=load.has_address_by_workflow(root),
    )
