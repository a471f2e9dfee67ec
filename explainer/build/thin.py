"""Articles without what only their own pages show: many of them are in memory at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from itertools import chain
from typing import Any, Final, TypeAlias

from markupsafe import Markup

from explainer.model.annotations import Source
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
from explainer.model.scalars import Id, Stance
from explainer.support.later import LaterSequence

_Fields: TypeAlias = dict[str, Any]

_SOMEWHERE: Final = Passage(0, 0, "", "", "", 0, "")
_NO_DATA: Final = FreeData()
_NO_TEXT: Final = Markup()
_id: Final = lru_cache(maxsize=1000)(Id)
"""Returns a text that many articles have, so that they share it in memory: see `pack_shared`."""


def thin(article: Article, body: LaterBody) -> Article:
    """Return an article without the texts that only its own pages show. `body` has them.

    Templates of a site's own can show any part of an article on any page, so such a site needs
    whole articles.
    """
    annotations = {each.id: _thin(each) for each in article.annotations}
    thin_source = cache(_with_shared_texts)
    return replace(
        article,
        body=body,
        language=_id(article.language),
        authors=tuple(map(_id, article.authors)),
        headings=(),
        left_out=frozenset(article.left_out),
        annotations=tuple(annotations.values()),
        sources=tuple(_thin_source(view, annotations, thin_source) for view in article.sources),
    )


_NO_CLAIM: Final[_Fields] = {
    "review": _NO_TEXT,
    "history": (),
    "place": "",
    "appearances": (),
    "reply": None,
}
_NO_QUESTION: Final[_Fields] = {"answer": _NO_TEXT, "settle": _NO_TEXT}
_NO_NOTE: Final[_Fields] = {"html": _NO_TEXT, "label": "", "by": None, "tags": (), "date": None}


def _thin(one: Annotation) -> Annotation:
    left: _Fields = {"passage": one.passage and _SOMEWHERE, "citations": (), "extra": _NO_DATA}
    left["kind"] = _id(one.kind)
    match one:
        case ClaimView(by=by):
            left |= {**_NO_CLAIM, "by": by and replace(by, id=_id(by.id))}
        case QuestionView():
            answers = tuple(replace(each, citations=()) for each in one.answers)
            left |= {**_NO_QUESTION, "answers": answers}
        case NoteView():
            left |= _NO_NOTE
    return replace(one, **left)


def _thin_source(
    view: SourceView, annotations: dict[str, Annotation], thin: Callable[[Source], Source]
) -> SourceView:
    """Return a view without quotes. `thin` returns the same source each time."""
    pairs = ((annotations[use.annotation.id], use.citation.stance) for use in view.uses)
    source, repeats = thin(view.source), tuple((name, thin(one)) for name, one in view.repeats)
    uses = _Uses(view.number, view.id, source, tuple(chain.from_iterable(pairs)))
    return SourceView(view.number, view.id, source, repeats, uses, view.location)


def _with_shared_texts(source: Source) -> Source:
    publisher, kind, language = map(_id, (source.publisher, source.type, source.language))
    return replace(source, publisher=publisher, type=kind, language=language)


class _Uses(LaterSequence[Use]):
    """The uses of a source without quotes. They are many, so each is an object only when read."""

    __slots__ = ("_flat", "_id", "_number", "_source")

    def __init__(
        self, number: int, name: str, source: Source, flat: tuple[Annotation | Stance | None, ...]
    ) -> None:
        self._number = number
        self._id = name
        self._source = source
        self._flat = flat
        """The annotation and the stance of each use, in turns."""

    def __len__(self) -> int:
        return len(self._flat) // 2

    def __iter__(self) -> Iterator[Use]:
        pairs: Any = iter(self._flat)
        for annotation, stance in zip(pairs, pairs, strict=True):
            cited = Citation(self._number, self._id, self._source, stance, note=_NO_TEXT)
            yield Use(annotation, cited)
