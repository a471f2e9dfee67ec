"""Check links to other sites: request those that are not cached, and report problems."""

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
from explainer.support.files import read_file, replace_file

FILE = "links.json"
_VERSION = 1
_HOUR, _DAY = 3600, 24 * 3600
KEPT: Mapping[Verdict, int] = {"ok": 7 * _DAY, "dead": _DAY, "unknown": _HOUR}
"""How long a status is valid, in seconds. A page that exists usually stays; one that is gone may be
back soon."""
_WHAT = {
    "link": "this link",
    "source": "the source",
    "archived": "the archived copy",
    "person": "the person’s page",
    "original": "the original",
    "related": "this link",
    "picture": "the picture",
    "appearance": "the page where the claim was made",
}
_LONGEST = 100
"""Maximum length of an address in a message."""


def check_links(
    mentions: Sequence[Mention],
    folder: Path | None,
    *,
    policy: fetch.RequestPolicy | None = None,
    fresh: bool = False,
    progress: Progress = no_progress,
) -> tuple[Problem, ...]:
    """Check a site's links to other sites. `mentions` are the places where they are written.

    `folder` is the site's .explainer/ folder, where statuses are cached; with None, nothing is
    cached. `fresh`: request cached links again. Problems: those of `report`, and `offline` (a
    warning).
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
    finally:  # even if the check is interrupted, keep what is known
        offline = fetch.is_offline(requested)
        statuses = cached if offline else {**cached, **requested}
        if not offline:
            save_statuses(folder, statuses, urls)
    problems = report(mentions, statuses)
    if not offline:
        return problems
    message = "no host could be reached: this computer seems to be offline"
    hint = "check the links again when you are online"
    return (Problem(Location(SETTINGS), "offline", message, hint, severity="info"), *problems)


# --- statuses of earlier runs --------------------------------------------------------------------


def load_statuses(folder: Path | None, now: float) -> dict[str, LinkStatus]:
    """Return the statuses in a .explainer/ folder that are still valid, by address.

    There are none if the file is missing or of another version.
    """
    try:
        data = json.loads(read_file(folder / FILE)) if folder else {}
        rows = data["answers"].items() if data.get("version") == _VERSION else ()
        statuses = {str(url): LinkStatus(**row) for url, row in rows}
        return {u: one for u, one in statuses.items() if 0 <= now - one.time < KEPT[one.verdict]}
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return {}


def save_statuses(
    folder: Path | None, statuses: Mapping[str, LinkStatus], urls: Iterable[str]
) -> None:
    """Save the known statuses of the addresses in `urls`. Errors are ignored."""
    if folder is None:
        return
    rows: dict[str, Any] = {u: asdict(statuses[u]) for u in sorted(set(urls)) if u in statuses}
    text = json.dumps({"version": _VERSION, "answers": rows}, indent=1, ensure_ascii=False)
    with suppress(OSError):
        replace_file(folder / FILE, f"{text}\n".encode())


# --- problems ------------------------------------------------------------------------------------


def report(mentions: Iterable[Mention], statuses: Mapping[str, LinkStatus]) -> tuple[Problem, ...]:
    """Return a problem for each address that is dead, unknown, or has moved.

    Problems: `dead-link` (a warning); `dead-source` (a dead source that has an archived copy),
    `link-unknown`, and `link-moved` (info).
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
            hint = f"open the copy, and check that it shows what you cite: {mention.archived}"
            return Problem(mention.location, "dead-source", message, hint, "info")
        message += ", and so is its archived copy"
    when = (mention.date or "*").replace("-", "")  # opens the nearest copy; `*` lists all
    look = f"look for a copy: https://web.archive.org/web/{when}/{mention.url}"
    if mention.kind == "archived":
        look = "look for another copy, or remove this one"
    elif mention.kind in ("source", "appearance"):
        look += "\nand add it as `archived: …`"
    return Problem(mention.location, "dead-link", message, look, "warning")


def _moved(mention: Mention, moved: str) -> Problem:
    hint = f"use the new address: {moved}"
    before, after = urlsplit(mention.url), urlsplit(moved)
    if after.path in ("", "/") and before.path not in ("", "/"):
        hint = f"it now leads to a home page, which may show something else: {moved}"
    message = f"{_WHAT[mention.kind]} has moved permanently: `{short(mention.url, _LONGEST)}`"
    return Problem(mention.location, "link-moved", message, hint, "info")
