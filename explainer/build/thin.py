"""Articles without what only their own pages show: many of them are in memory at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from markupsafe import Markup

from explainer.model.article import (
    Annotation,
    Article,
    Citation,
    ClaimView,
    LaterBody,
    NoteView,
    Passage,
    QuestionView,
    SourceView,
    Use,
)
from explainer.model.free_data import FreeData
from explainer.model.scalars import Stance

_SOMEWHERE: Final = Passage(0, 0, "", "", "", 0, "")
_NO_DATA: Final = FreeData()
_NO_TEXT: Final = Markup()


def thin(article: Article, body: LaterBody) -> Article:
    """Return an article without the texts that only its own pages show. `body` has them.

    Templates of a site's own can show any part of an article on any page, so such a site needs
    whole articles.
    """
    annotations = {each.id: _thin(each) for each in article.annotations}
    return replace(
        article,
        body=body,
        headings=(),
        left_out=frozenset(article.left_out),
        annotations=tuple(annotations.values()),
        sources=tuple(_thin_source(view, annotations) for view in article.sources),
    )


def _thin(one: Annotation) -> Annotation:
    passage = one.passage and _SOMEWHERE
    match one:
        case ClaimView():
            return ClaimView(
                id=one.id,
                number=one.number,
                kind=one.kind,
                location=one.location,
                passage=passage,
                draft=one.draft,
                extra=_NO_DATA,
                claim=one.claim,
                address=one.address,
                id_location=one.id_location,
                by=one.by,
                date=one.date,
                rating=one.rating,
                review=_NO_TEXT,
                supports=one.supports,
                disputes=one.disputes,
                supports_primary=one.supports_primary,
                disputes_primary=one.disputes_primary,
                rivals=one.rivals,
                checked=one.checked,
                history=(),
                fact=one.fact,
            )
        case QuestionView():
            answers = tuple(replace(each, citations=()) for each in one.answers)
            texts = {"answer": _NO_TEXT, "settle": _NO_TEXT, "extra": _NO_DATA}
            return replace(one, passage=passage, citations=(), answers=answers, **texts)  # type: ignore[arg-type]
        case NoteView():
            return NoteView(
                id=one.id,
                number=one.number,
                kind=one.kind,
                location=one.location,
                passage=passage,
                draft=one.draft,
                extra=_NO_DATA,
                html=_NO_TEXT,
            )
    return one


def _thin_source(view: SourceView, annotations: dict[str, Annotation]) -> SourceView:
    citations: dict[Stance | None, Citation] = {}
    uses = []
    for use in view.uses:
        cited = use.citation
        if cited.stance not in citations:
            bare = Citation(cited.number, cited.id, cited.source, cited.stance, note=_NO_TEXT)
            citations[cited.stance] = bare
        uses.append(Use(annotations[use.annotation.id], citations[cited.stance]))
    return SourceView(view.number, view.id, view.source, view.repeats, tuple(uses), view.location)
