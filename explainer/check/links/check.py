"""Links to other sites → problems: collect them, request what is not cached, report."""

from __future__ import annotations

import time
from pathlib import Path

from explainer.build.pipeline import Progress
from explainer.check.links import cache, collect, fetch, report
from explainer.check.links.cache import LinkStatus
from explainer.check.site import CheckedSite
from explainer.model.location import Location
from explainer.model.problems import Problem


def check_links(
    site: CheckedSite,
    folder: Path | None,
    *,
    policy: fetch.RequestPolicy | None = None,
    fresh: bool = False,
    progress: Progress = lambda *_: None,
) -> tuple[Problem, ...]:
    """Check the links of a site to others.

    `folder` is the site's .explainer/, where statuses are kept; None keeps none. `fresh` requests
    again what is cached. Problems: those of `report`, and `offline` (a warning).
    """
    mentions = collect.collect(
        site.articles, site.library_places, site.note_markdown, site.settings_places
    )
    urls = sorted({mention.url for mention in mentions})
    cached = cache.load(folder, time.time())
    to_request = [url for url in urls if fresh or url not in cached]
    requested: dict[str, LinkStatus] = {}

    def on_status(url: str, status: LinkStatus) -> None:
        requested[url] = status
        progress("links", len(requested), len(to_request))

    try:
        fetch.check_urls(to_request, policy or fetch.RequestPolicy(), on_status)
    finally:  # what is known when somebody interrupts the check is worth keeping
        offline = fetch.is_offline(requested)
        statuses = cached if offline else {**cached, **requested}
        if not offline:
            cache.save(folder, statuses, urls)
    problems = report.report(mentions, statuses)
    return (_offline(site.settings_places.lines.path), *problems) if offline else problems


def _offline(path: str) -> Problem:
    message = "no host of any link could be found: this computer seems to be offline"
    hint = "check again when it is not"
    return Problem(Location(path), "offline", message, hint, severity="warning")
