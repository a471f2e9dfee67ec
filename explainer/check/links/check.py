"""Links to other sites → problems: collect them, request what is not cached, report."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from explainer.build.options import Progress, no_progress
from explainer.check.links import cache, fetch, report
from explainer.check.links.cache import LinkStatus
from explainer.check.links.collect import Mention
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.site.load import SETTINGS


def check_links(
    mentions: Sequence[Mention],
    folder: Path | None,
    *,
    policy: fetch.RequestPolicy | None = None,
    fresh: bool = False,
    progress: Progress = no_progress,
) -> tuple[Problem, ...]:
    """Check the links of a site to others; `mentions` are where its authors wrote them.

    `folder` is the site's .explainer/, where statuses are kept; None keeps none. `fresh` requests
    again what is cached. Problems: those of `report`, and `offline` (a warning).
    """
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
    return (_offline(), *problems) if offline else problems


def _offline() -> Problem:
    message = "no host of any link could be found: this computer seems to be offline"
    hint = "check again when it is not"
    return Problem(Location(SETTINGS), "offline", message, hint, severity="warning")
