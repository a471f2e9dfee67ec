"""The W3C Web Annotation Data Model: an article's annotations as one AnnotationCollection."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from explainer.model.article import Annotation, Article, ClaimView, NoteView, QuestionView
from explainer.model.scalars import PartialDate

FILE = "annotations.json"

_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_MOTIVATIONS = {
    "claim": "assessing",
    "question": "questioning",
    "definition": "describing",
    "translation": "describing",
    "correction": "editing",
}
"""By kind; what stands here not is `commenting`."""


def dump(data: Mapping[str, Any]) -> bytes:
    """Write a collection for the site."""
    return (json.dumps(data, ensure_ascii=False) + "\n").encode(errors="replace")


def collection(
    article: Article, html: Callable[[Markup], str], *, base: str | None
) -> dict[str, Any]:
    """Make the collection that lies beside an article's page: its annotations, in reading order.

    `base`: the published address of the page, ending in `/`; without it all IRIs are relative to
    the file. `html`: makes the links in a text such that they hold there.
    """
    page = base or "index.html"
    address = (base or "") + FILE
    items = [
        _annotation(annotation, page, article.language, html) for annotation in article.annotations
    ]
    data: dict[str, Any] = {
        "@context": _CONTEXT,
        "id": address,
        "type": "AnnotationCollection",
        "label": article.front.title,
        "total": len(items),
    }
    if items:
        data["first"] = {
            "id": address + "#page-1",
            "type": "AnnotationPage",
            "startIndex": 0,
            "items": items,
        }
        data["last"] = address + "#page-1"
    return data


def _annotation(
    annotation: Annotation, page: str, language: str, html: Callable[[Markup], str]
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": f"{page}#note-{annotation.id}",
        "type": "Annotation",
        "motivation": _MOTIVATIONS.get(annotation.kind, "commenting"),
    }
    if date := _date(annotation):
        data["modified"] = date
    data["body"] = [
        *_bodies(annotation, language, html),
        *(
            {"type": "SpecificResource", "source": url, "purpose": "linking"}
            for url in dict.fromkeys(c.source.url for c in annotation.citations if c.source.url)
        ),
    ]
    data["target"] = _target(annotation, page)
    return data


def _target(annotation: Annotation, page: str) -> Any:
    passage = annotation.passage
    if passage is None:
        return page
    selectors: list[dict[str, Any]] = []
    if passage.exact:
        selectors.append(
            {
                "type": "TextQuoteSelector",
                "exact": passage.exact,
                "prefix": passage.prefix,
                "suffix": passage.suffix,
            }
        )
    selectors.append({"type": "TextPositionSelector", "start": passage.start, "end": passage.end})
    return {"source": page, "selector": selectors}


def _bodies(
    annotation: Annotation, language: str, html: Callable[[Markup], str]
) -> list[dict[str, Any]]:
    def text(value: str, purpose: str) -> dict[str, Any]:
        is_html = isinstance(value, Markup)
        return {
            "type": "TextualBody",
            "value": html(value) if isinstance(value, Markup) else value,
            "format": "text/html" if is_html else "text/plain",
            "language": language,
            "purpose": purpose,
        }

    match annotation:
        case ClaimView():
            bodies = [
                text(annotation.claim, "describing"),
                text(annotation.rating.label, "classifying"),
            ]
            if annotation.review:
                bodies.append(text(annotation.review, "assessing"))
        case QuestionView():
            bodies = [text(annotation.question, "questioning")]
            bodies += [text(answer.html, "replying") for answer in annotation.answers]
            if annotation.answer:
                bodies.append(text(annotation.answer, "replying"))
        case NoteView():
            purpose = _MOTIVATIONS.get(annotation.kind, "commenting")
            bodies = [text(annotation.html, purpose)]
        case _:
            bodies = []
    return bodies


def _date(annotation: Annotation) -> str:
    """When it was last changed, where the day is known: the model takes no less than a moment."""
    date: PartialDate | None = None
    match annotation:
        case ClaimView() | QuestionView():
            date = annotation.checked
        case NoteView():
            date = annotation.date
    return f"{date}T00:00:00Z" if date and len(date) == 10 else ""
