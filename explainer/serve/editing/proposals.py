"""Say where a page's annotations belong now, and do what the author decides about one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from explainer.anchor.explain import Explanation
from explainer.edit.annotation_file import Edited
from explainer.edit.texts import sentence
from explainer.model.annotations import Target
from explainer.model.documents import Document, Text
from explainer.model.problems import Problem, short
from explainer.serve.editing.page import EditedPage
from explainer.serve.editing.requests import RefusalError, Request
from explainer.upkeep import report
from explainer.upkeep.decide import actions, decide, typed
from explainer.upkeep.past import CurrentArticle
from explainer.upkeep.reanchor import FollowedAnnotation, follow_article

MOST = 200
"""The most annotations that a page lists."""


def open_annotations(root: Path, page: EditedPage) -> list[FollowedAnnotation]:
    """Return the annotations of a page about which the author has something to decide."""
    if not page.annotations:
        return []
    file = Text(page.files.annotations, page.located.lines.text)
    document = Document(page.article.document.article, file)
    entries = follow_article(root, document, page.site.settings)
    return [entry for entry in entries if entry.is_open]


def as_data(entry: FollowedAnnotation) -> dict[str, Any]:
    """Return what the panel shows of an annotation."""
    verdict = entry.verdict
    proposed = verdict.target.quote if verdict.target else None
    return {
        "id": entry.id,
        "kind": entry.kind,
        "placed": verdict.is_found,
        "reason": verdict.reason,
        "words": list(report.steps(verdict.old, verdict.new)) if verdict.new else [],
        "old": short(verdict.old or entry.target.quote or "", 400),
        "quote": proposed or entry.target.quote or "",
        "differences": [line.strip() for line in report.differences(entry)],
        "actions": actions(entry),
    }


def decided(root: Path, page: EditedPage, request: Request) -> Edited:
    """Return the file with the decision of a request. Raises RefusalError."""
    wanted, action = request.text("id"), request.text("action")
    own = open_annotations(root, page)
    entry = next((each for each in own if each.id == wanted), None)
    if entry is None or page.text is None:
        raise RefusalError(404, f"there is nothing to decide about `{wanted}`", "reload the page")
    target = None
    if action == "edit":
        target = _typed(page, entry, sentence(request.text("quote")))
    known = next((each for each in actions(entry) if each == action), "move" if target else None)
    if known is None:
        raise RefusalError(400, f"`{action}` is not possible for `{wanted}`")
    text = decide(page.text, entry, known, page.site.settings, target)
    if isinstance(text, Problem):
        raise RefusalError(422, text.message, text.hint)
    return Edited(text, entry.location.line)


def _typed(page: EditedPage, entry: FollowedAnnotation, quote: str) -> Target:
    if not quote:
        raise RefusalError(422, "the quote is empty", "enter words of the article or cancel")
    article = CurrentArticle(page.searchable, page.article.first_line)
    target = typed(entry, article, quote)
    if isinstance(target, Explanation):
        raise RefusalError(422, target.message, target.hint)
    return target
