"""Links and their statuses → problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from explainer.check.links.cache import LinkStatus
from explainer.check.links.collect import Mention
from explainer.model.problems import Problem, short

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
    look = f"look for a copy: https://web.archive.org/web/{_when(mention)}/{mention.url}"
    if mention.kind == "archived":
        look = "look for another copy, or take this one out"
    elif mention.kind == "source":
        look += "\nand name it under `archived:`"
    return Problem(mention.location, "dead-link", message, look, "warning")


def _when(mention: Mention) -> str:
    """The time to which the archive leads as near as it can; `*` is its calendar."""
    return (mention.date or "*").replace("-", "")


def _moved(mention: Mention, moved: str) -> Problem:
    hint = f"its new address: {moved}"
    before, after = urlsplit(mention.url), urlsplit(moved)
    if after.path in ("", "/") and before.path not in ("", "/"):
        hint = f"it leads to a front page now, and may show something else: {moved}"
    message = f"{_WHAT[mention.kind]} has moved for good: `{short(mention.url, _LONGEST)}`"
    return Problem(mention.location, "link-moved", message, hint, "info")
