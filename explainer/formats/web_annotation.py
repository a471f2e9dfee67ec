"""The W3C Web Annotation Data Model: an article's annotations as one AnnotationCollection."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from markupsafe import Markup

from explainer.model.article import Annotation, Article, ClaimView, NoteView, QuestionView

FILE = "annotations.json"

_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_MOTIVATIONS = {
    "claim": "assessing",
    "question": "questioning",
    "definition": "describing",
    "translation": "describing",
    "correction": "editing",
}
"""By kind of annotation; for all others it is `commenting`."""

_encode = json.JSONEncoder(ensure_ascii=False).encode


def dump(data: Mapping[str, Any]) -> bytes:
    """Serialize a collection as UTF-8 JSON."""
    return (_encode(data) + "\n").encode(errors="replace")


def collection(
    article: Article, html: Callable[[Markup], str], *, file: str, page: str
) -> dict[str, Any]:
    """Return the collection that is published with an article: its annotations in reading order.

    `file` and `page`: the published URLs of the file and of the article's page, or IRIs relative to
    the file if they are not known. `html`: converts a text to HTML whose links work from the file.
    """
    first = f"{file}#page-1"
    items = [
        _annotation(annotation, page, article.language, html) for annotation in article.annotations
    ]
    data: dict[str, Any] = {
        "@context": _CONTEXT,
        "id": file,
        "type": "AnnotationCollection",
        "label": article.front.title,
        "total": len(items),
    }
    if items:
        data["first"] = {"id": first, "type": "AnnotationPage", "startIndex": 0, "items": items}
        data["last"] = first
    return data


def _annotation(
    annotation: Annotation, page: str, language: str, html: Callable[[Markup], str]
) -> dict[str, Any]:
    date = _date(annotation)
    links = dict.fromkeys(c.source.url for c in annotation.citations if c.source.url)
    return {
        "id": f"{page}#note-{annotation.id}",
        "type": "Annotation",
        "motivation": _MOTIVATIONS.get(annotation.kind, "commenting"),
        **({"modified": date} if date else {}),
        **_creator(annotation),
        "body": [
            *(_text_body(*text, language, html) for text in _texts(annotation)),
            *({"type": "SpecificResource", "source": u, "purpose": "linking"} for u in links),
            *_tags(annotation),
        ],
        "target": _target(annotation, page),
    }


def _target(annotation: Annotation, page: str) -> Any:
    passage = annotation.passage
    if passage is None:
        return page
    position = {"type": "TextPositionSelector", "start": passage.start, "end": passage.end}
    quote = {
        "type": "TextQuoteSelector",
        "exact": passage.exact,
        "prefix": passage.prefix,
        "suffix": passage.suffix,
    }
    return {"source": page, "selector": [quote, position] if passage.exact else [position]}


def _text_body(
    text: str, purpose: str, language: str, html: Callable[[Markup], str]
) -> dict[str, Any]:
    return {
        "type": "TextualBody",
        "value": html(text) if isinstance(text, Markup) else text,
        "format": "text/html" if isinstance(text, Markup) else "text/plain",
        "language": language,
        "purpose": purpose,
    }


def _texts(annotation: Annotation) -> Iterator[tuple[str, str]]:
    """Yield an annotation's texts, plain (str) or HTML (Markup), each with its purpose."""
    match annotation:
        case ClaimView():
            yield annotation.claim, "describing"
            yield annotation.rating.label, "classifying"
            if annotation.review:
                yield annotation.review, "assessing"
            if annotation.fact:
                yield annotation.fact, "assessing"
            if annotation.reply and annotation.reply.html:
                yield annotation.reply.html, "replying"
        case QuestionView():
            yield annotation.question, "questioning"
            for answer in annotation.answers:
                yield answer.html, "replying"
            if annotation.answer:
                yield annotation.answer, "replying"
        case NoteView():
            yield annotation.html, _MOTIVATIONS.get(annotation.kind, "commenting")


def _creator(annotation: Annotation) -> dict[str, Any]:
    by = annotation.by if isinstance(annotation, NoteView) else None
    return {"creator": {"type": by.kind.capitalize(), "name": by.name}} if by else {}


def _tags(annotation: Annotation) -> Iterator[dict[str, Any]]:
    for tag in annotation.tags if isinstance(annotation, NoteView) else ():
        yield {"type": "TextualBody", "value": tag, "purpose": "tagging"}


def _date(annotation: Annotation) -> str:
    """Return when it was last changed; empty if the day is unknown (the model requires a time)."""
    match annotation:
        case NoteView(date=date) | ClaimView(checked=date) | QuestionView(checked=date):
            return f"{date}T00:00:00Z" if date and len(date) == 10 else ""
    return ""
