"""Report what changed for readers: as text, as JSON, and in Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import groupby

from explainer.model.ratings import Rating
from explainer.support.values import dataclass
from explainer.upkeep.changes import ChangeKind, Changes, ReaderChange
from explainer.upkeep.report import word_diff

_SAYS: Mapping[ChangeKind, str] = {
    "article-added": "New article",
    "article-removed": "Withdrawn",
    "article-renamed": "New address",
    "article-retitled": "New title",
    "article-corrected": "Correction",
    "article-edited": "The text was edited",
    "claim-added": "New claim",
    "claim-withdrawn": "Claim withdrawn",
    "claim-rerated": "New rating",
    "claim-reworded": "Claim reworded",
    "claim-renamed": "New id of a claim",
    "claim-moved": "Claim moved",
    "review-changed": "New reasons for a rating",
    "evidence-added": "Evidence added",
    "evidence-removed": "Evidence removed",
    "quote-moved": "On other words",
    "note-added": "New note",
    "note-removed": "Note removed",
    "note-changed": "Note changed",
    "question-added": "New question",
    "question-removed": "Question removed",
    "question-changed": "Question changed",
    "question-answered": "Question answered",
}
_LONG = 140
"""The most characters of a text that are shown."""
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~$@&!])")
"""Signs that mean something in Markdown; `@` would notify somebody on GitHub."""


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """The changes, and what reports say about them."""

    commit: str
    """The commit with which today's site is compared."""
    name: str
    """How the author or the program found it."""
    changes: Changes
    scale: Mapping[str, Rating]
    url: str | None
    """The address of the published site."""


def as_json(report: ChangeReport) -> str:
    """Return an object with the changes, and the addresses that are gone."""
    rows = [asdict(change) for change in report.changes.changes]
    removed = [
        {
            "address": address,
            "file": problem.location.path,
            "message": problem.message,
            "hint": problem.hint,
        }
        for address, problem in report.changes.removed.items()
    ]
    whole = {
        "since": report.commit,
        "changes": rows,
        "removed": removed,
        "notes": list(report.changes.notes),
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def as_text(report: ChangeReport) -> Iterator[str]:
    """Yield the lines of a report for a terminal."""
    changes = [_named(change, report.scale) for change in report.changes.changes]
    for title, own in _by_article(changes):
        yield f"{_line(title)} ({own[0].article})"
        for change in own:
            yield f"  {_SAYS[change.kind]}{_text(change)}"
    if report.changes.removed:
        yield "Addresses without a page"
    for address, problem in report.changes.removed.items():
        yield f"  {address}"
        yield f"    {problem.location.path}: {problem.hint}"


def as_markdown(report: ChangeReport) -> Iterator[str]:
    """Yield the lines of a report for a pull request or a changelog."""
    changes = [_named(change, report.scale) for change in report.changes.changes]
    for title, own in _by_article(changes):
        yield f"### {_escaped(title)}"
        yield ""
        for change in own:
            yield f"- **{_SAYS[change.kind]}**{_marked(change, report.url)}"
        yield ""
    if report.changes.removed:
        yield "### Addresses without a page"
        yield ""
        for address, problem in report.changes.removed.items():
            yield f"- `{address}` (`{problem.location.path}`): {problem.hint}"
        yield ""
    if not report.changes.changes and not report.changes.removed:
        yield "Nothing changed for readers."


def _by_article(changes: Sequence[ReaderChange]) -> Iterator[tuple[str, Sequence[ReaderChange]]]:
    for (_, title), own in groupby(changes, lambda change: (change.article, change.title)):
        yield title, list(own)


def _named(change: ReaderChange, scale: Mapping[str, Rating]) -> ReaderChange:
    """Return a change with the labels of ratings."""
    if change.kind not in ("claim-added", "claim-withdrawn", "claim-rerated"):
        return change
    old, new = (
        name and (scale[name].label if name in scale else name) for name in (change.old, change.new)
    )
    return replace(change, old=old, new=new)


def _text(change: ReaderChange) -> str:
    text = f": {_line(change.text)}" if change.text else ""
    match change.kind:
        case "article-added" | "article-removed":
            return f": {change.address}"
        case (
            "claim-rerated"
            | "article-renamed"
            | "article-retitled"
            | "claim-renamed"
            | "claim-moved"
        ):
            return f": {_line(change.old)} → {_line(change.new)}{_aside(change)}"
        case "quote-moved" | "claim-reworded" | "note-changed" | "question-changed":
            return f" `{change.annotation}`: {word_diff(change.old or '', change.new or '')}"
        case "claim-added" | "evidence-added" | "evidence-removed" | "article-corrected":
            return f"{text} ({change.new}){_of_claim(change)}"
        case "question-answered":
            return f"{text} {_line(change.new)}".rstrip()
        case _:
            return text


def _aside(change: ReaderChange) -> str:
    return f" ({_line(change.text)})" if change.text else ""


def _of_claim(change: ReaderChange) -> str:
    return f", claim `{change.annotation}`" if change.kind.startswith("evidence") else ""


def _marked(change: ReaderChange, url: str | None) -> str:
    """Return the rest of a line in Markdown, with a link where the address of the site is known."""
    gone = change.kind in ("article-removed", "claim-withdrawn", "note-removed", "question-removed")
    text = _escaped(change.text or change.title)
    link = f"[{text}]({url.rstrip('/')}{change.address})" if url and not gone else text
    old, new = _escaped(change.old), _escaped(change.new)
    match change.kind:
        case "article-renamed":
            return f": `{change.old}` → `{change.new}`"
        case "claim-rerated" | "claim-renamed" | "claim-moved" | "article-retitled":
            return f": {link}: {old} → {new}"
        case "quote-moved" | "claim-reworded" | "note-changed" | "question-changed":
            return f": {link}: “{old}” → “{new}”"
        case "claim-added" | "evidence-added" | "evidence-removed" | "article-corrected":
            return f": {link} ({new})"
        case "question-answered":
            return f": {link} {new}".rstrip()
        case "article-edited":
            return ""
        case _:
            return f": {link}"


def _line(text: str | None) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= _LONG else line[: _LONG - 1] + "…"


def _escaped(text: str | None) -> str:
    return _SIGNS.sub(r"\\\1", _line(text))
