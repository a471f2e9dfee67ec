"""Links to other sites → problems: request what no earlier run knows, and report."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from explainer.build.options import Progress, no_progress
from explainer.check.links import fetch
from explainer.check.links.collect import Mention
from explainer.check.links.fetch import LinkStatus, Verdict
from explainer.model.location import Location
from explainer.model.problems import Problem, short
from explainer.site.load import SETTINGS
from explainer.support.files import replace_file

FILE = "links.json"
_VERSION = 1
_HOUR, _DAY = 3600, 24 * 3600
KEPT: Mapping[Verdict, int] = {"ok": 7 * _DAY, "dead": _DAY, "unknown": _HOUR}
"""Seconds for which a status is good: a page that is there mostly stays, and one that is not may be
back, or its author may have seen to it."""
_WHAT = {
    "link": "this link",
    "source": "the source",
    "archived": "the archived copy",
    "person": "the person’s page",
    "original": "the original",
    "related": "this link",
    "picture": "the picture",
}
_LONGEST = 100
"""Characters of an address in a message."""


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
    cached = load_statuses(folder, time.time())
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
            save_statuses(folder, statuses, urls)
    problems = report(mentions, statuses)
    if not offline:
        return problems
    message = "no host of any link could be found: this computer seems to be offline"
    hint = "check again when it is not"
    return (Problem(Location(SETTINGS), "offline", message, hint, severity="warning"), *problems)


# --- statuses of earlier runs --------------------------------------------------------------------


def load_statuses(folder: Path | None, now: float) -> dict[str, LinkStatus]:
    """Give the statuses in a .explainer/ folder that are still good, by address.

    A file that is not there, or not one of this version, has none.
    """
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8")) if folder else {}
        rows = data["answers"].items() if data.get("version") == _VERSION else ()
        statuses = {str(url): LinkStatus(**row) for url, row in rows}
        return {u: one for u, one in statuses.items() if 0 <= now - one.time < KEPT[one.verdict]}
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return {}


def save_statuses(
    folder: Path | None, statuses: Mapping[str, LinkStatus], urls: Iterable[str]
) -> None:
    """Keep the statuses of those of the addresses that have one; in silence if that fails."""
    if folder is None:
        return
    rows: dict[str, Any] = {u: asdict(statuses[u]) for u in sorted(set(urls)) if u in statuses}
    text = json.dumps({"version": _VERSION, "answers": rows}, indent=1, ensure_ascii=False)
    with suppress(OSError):
        replace_file(folder / FILE, f"{text}\n".encode())


# --- problems ------------------------------------------------------------------------------------


def report(mentions: Iterable[Mention], statuses: Mapping[str, LinkStatus]) -> tuple[Problem, ...]:
    """Give a problem for each address that is dead, unknown or moved.

    Problems: the warning `dead-link`; for information `dead-source` (a source that is dead, of
    which there is a copy), `link-unknown`, `link-moved`.
    """
    problems: list[Problem] = []
    for mention in mentions:
        status = statuses.get(mention.url)
        if status is None:
            continue
        if status.verdict == "dead":
            problems.append(_dead(mention, status, statuses))
        elif status.verdict == "unknown":
            message = f"{_WHAT[mention.kind]} could not be checked: {status.reason}"
            hint = f"open it in a browser: {mention.url}"
            problems.append(Problem(mention.location, "link-unknown", message, hint, "info"))
        elif status.moved and mention.kind != "archived":
            problems.append(_moved(mention, status.moved))
    return tuple(problems)


def _dead(mention: Mention, status: LinkStatus, statuses: Mapping[str, LinkStatus]) -> Problem:
    message = f"{_WHAT[mention.kind]} is dead: {status.reason}"
    if mention.archived:
        copy = statuses.get(mention.archived.partition("#")[0])
        if copy is None or copy.verdict != "dead":
            message += "; readers still have the archived copy"
            hint = f"open the copy, and see that it shows what you cite: {mention.archived}"
            return Problem(mention.location, "dead-source", message, hint, "info")
        message += ", and its archived copy too"
    when = (mention.date or "*").replace("-", "")  # the nearest copy; `*` is a calendar of all
    look = f"look for a copy: https://web.archive.org/web/{when}/{mention.url}"
    if mention.kind == "archived":
        look = "look for another copy, or take this one out"
    elif mention.kind == "source":
        look += "\nand name it under `archived:`"
    return Problem(mention.location, "dead-link", message, look, "warning")


def _moved(mention: Mention, moved: str) -> Problem:
    hint = f"its new address: {moved}"
    before, after = urlsplit(mention.url), urlsplit(moved)
    if after.path in ("", "/") and before.path not in ("", "/"):
        hint = f"it leads to a front page now, and may show something else: {moved}"
    message = f"{_WHAT[mention.kind]} has moved for good: `{short(mention.url, _LONGEST)}`"
    return Problem(mention.location, "link-moved", message, hint, "info")
