"""Addresses and what is known of them → what an author should know."""

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


def report(mentions: Iterable[Mention], answers: Mapping[str, LinkStatus]) -> tuple[Problem, ...]:
    """Give a problem for each address that is not simply there.

    Problems: the warning `dead-link`; for information `dead-source` (a source that is dead, of
    which there is a copy), `link-unknown`, `link-moved`.
    """
    problems: list[Problem] = []
    for mention in mentions:
        answer = answers.get(mention.url)
        if answer is None:
            continue
        if answer.verdict == "dead":
            problems.append(_dead(mention, answer, answers))
        elif answer.verdict == "unknown":
            problems.append(
                Problem(
                    mention.location,
                    "link-unknown",
                    f"{_WHAT[mention.kind]} could not be checked: {answer.reason}",
                    f"open it in a browser: {mention.url}",
                    "info",
                )
            )
        elif answer.moved and mention.kind != "archived":
            problems.append(_moved(mention, answer.moved))
    return tuple(problems)


def _dead(mention: Mention, answer: LinkStatus, answers: Mapping[str, LinkStatus]) -> Problem:
    message = f"{_WHAT[mention.kind]} is dead: {answer.reason}"
    if mention.archived:
        copy = answers.get(mention.archived.partition("#")[0])
        if copy is None or copy.verdict != "dead":
            return Problem(
                mention.location,
                "dead-source",
                f"{message}; readers still have the archived copy",
                f"open the copy, and see that it shows what you cite: {mention.archived}",
                "info",
            )
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
