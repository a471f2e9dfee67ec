"""Hashes of values, which are the same in every process: keys of rows, and what articles show.

An object is hashed by its class and attributes, like `pickle` sees it. What does not matter is left
out, and sets are put in order.
"""

from __future__ import annotations

import copyreg
import io
import pickle
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final, TypeAlias

from markupsafe import Markup

from explainer.article.context import ArticleResult
from explainer.language.words import Words
from explainer.model.allow import Allowance
from explainer.model.annotations import Person, Source
from explainer.model.article import (
    AnswerView,
    Article,
    Citation,
    ClaimView,
    NoteView,
    Passage,
    QuestionView,
    RatingView,
    ReplyView,
    SourceView,
    Speaker,
)
from explainer.model.free_data import FreeData
from explainer.model.front_matter import FrontMatter
from explainer.model.location import Lines, Location
from explainer.model.scalars import DateTime, Id, PartialDate, Url
from explainer.model.site import ClaimRef, IndexedPerson, IndexedSource, Topic
from explainer.render.context import RenderContext
from explainer.render.files import WholeArticle
from explainer.site.sources import users
from explainer.support.digests import digest_bytes
from explainer.support.values import attributes


def digest(value: object, articles: Mapping[str, bytes] | None = None) -> bytes:
    """Return a hash of a value, which is the same in every process.

    `articles` has the hash of each article that the value may contain, by its path. Contexts of
    pages are left out. Raises an error for what has no value, such as a generator.
    """
    return _digest(value, _reducers(articles))


def digest_outline(
    value: object, shown: Callable[[Article], str], whole: Callable[[Article], str]
) -> bytes:
    """Return a hash of what a page is made from, with names of articles in their place.

    `shown` returns the name of an article of which the page has rows, and `whole` of one that it
    shows with its texts. Of a person and a topic, the built-in templates do not read the claims,
    answers, and articles, which they get in rows.
    """

    def source(one: IndexedSource) -> tuple[type, tuple[Any, ...]]:
        repeats = [key for key, _ in one.repeats]
        return IndexedSource, (one.key, repeats, *map(shown, users(one)))

    return _digest(
        value,
        {
            **_reducers(None),
            **_LISTED,
            Article: lambda one: (Article, (shown(one),)),
            ClaimRef: lambda one: (ClaimRef, (shown(one.article), str(one.claim.id))),
            IndexedSource: source,
            QuestionView: lambda one: (QuestionView, (str(one.id),)),
            AnswerView: lambda one: (AnswerView, (one.by and one.by.id,)),
            WholeArticle: lambda one: (WholeArticle, (whole(one.article),)),
        },
    )


def digest_shown(value: object) -> tuple[bytes, bytes, bytes]:
    """Return a hash of what other pages can show: without passages, lines, and texts of notes.

    The second hash is that of the outline, which decides which rows lists have, and in which order:
    the same without what is only text (`_TEXTS`). The third is that of the frame, which decides
    which pages there are, and which links and names are right: the outline without `_PLACED`.
    """
    texts: list[object] = []
    placed: list[object] = []

    def apart(kind: type) -> _Reducer:
        rest, own = _APART[kind]

        def reduce(one: object) -> tuple[type, tuple[Any, ...]]:
            texts.append(_plain(own(one)))
            return rest(one)

        return reduce

    def of_claim(claim: ClaimView) -> tuple[type, tuple[Any, ...]]:
        placed.append(_plain(_place(claim)))
        return reducers[ClaimView](claim)

    reducers = {**_reducers(None), **_SHOWN, **{k: apart(k) for k in _APART}}
    frame = _digest(value, {**reducers, ClaimView: of_claim})
    outline = _digest((frame, placed), reducers)
    return _digest((outline, texts), _reducers(None)), outline, frame


def _digest(value: object, reducers: Mapping[type, _Reducer]) -> bytes:
    stream = io.BytesIO()
    hasher = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    hasher.fast = True  # or the bytes would depend on which parts are the same object
    hasher.dispatch_table = reducers
    hasher.dump(value)
    return digest_bytes(stream.getvalue())


_Reducer: TypeAlias = Callable[[Any], tuple[type, tuple[Any, ...]]]


def _reducers(articles: Mapping[str, bytes] | None) -> dict[type, _Reducer]:
    """Return functions for the classes of which not all attributes are hashed as they are.

    A set has no order, so every class with sets must be among them.
    """
    reducers: dict[type, _Reducer] = {
        **copyreg.dispatch_table,  # type: ignore[dict-item]
        Article: _ARTICLE,
        RenderContext: lambda one: (RenderContext, ()),
        Words: lambda one: (Words, (one.language,)),
        Lines: lambda one: (Lines, (one.path, one.text, one.first_line)),
    }
    if articles:
        reducers[Article] = lambda one: (Article, (articles[one.path],))
        # Ids are plain texts in articles that were packed.
        reducers[ClaimRef] = lambda one: (ClaimRef, (articles[one.article.path], str(one.claim.id)))
    return reducers


def _parts(kind: type, *without: str) -> _Reducer:
    """Return a function that returns the attributes of an object, and those that are sets in order.

    Attributes in `without` are left out.
    """
    own = attributes([field.name for field in fields(kind) if field.name not in without])
    return lambda one: (kind, tuple([sorted(v) if type(v) is frozenset else v for v in own(one)]))


def _shown(kind: type, *without: str) -> _Reducer:
    """Return a function like that of `_parts` for the hash of what is shown."""
    own = attributes([field.name for field in fields(kind) if field.name not in without])
    return lambda one: (kind, _plain(own(one)))


def _plain(values: Iterable[object]) -> tuple[object, ...]:
    """Return values with small ones as what is shown of them, because hashing objects is slow."""
    return tuple([make(v) if (make := _PLAIN.get(v.__class__)) else v for v in values])


_PLAIN: Final[Mapping[type, Callable[[Any], object]]] = {
    frozenset: sorted,
    FreeData: lambda data: data or (),
    Location: attrgetter("path"),
    Passage: lambda _: True,
    **dict.fromkeys((DateTime, Id, Markup, PartialDate, Url), str),
}
_ELSEWHERE: Final[Mapping[type, tuple[str, ...]]] = {Citation: ("source",)}
"""Attributes that are elsewhere in an article, too."""
_ARTICLE: Final = _parts(Article)
_SHOWN: Final[Mapping[type, _Reducer]] = {
    **{kind: _shown(kind) for kind in (Allowance, ArticleResult, Person, Source, Speaker)},
    Location: lambda one: (Location, (one.path,)),
    NoteView: _shown(NoteView, "html"),
    SourceView: _shown(SourceView, "uses"),  # they are in the annotations, too
}


_TEXTS: Final[Mapping[type, tuple[str, ...]]] = {
    Article: ("heading", "disclaimer", "findings", "unchecked"),
    FrontMatter: ("title", "subtitle", "summary", "disclaimer", "findings", "unchecked"),
    ClaimView: ("claim", "fact", "review"),
    QuestionView: ("question", "answer", "settle"),
    RatingView: ("review",),
    ReplyView: ("html",),
    Citation: ("quote", "locator", "note"),
}
"""Attributes that decide nothing about lists, which show some of them (`rows.ArticleTexts`)."""
_PLACED: Final = (
    *("rating", "history", "checked", "date", "place", "appearances"),
    *("supports", "disputes", "supports_primary", "disputes_primary"),
)
"""Attributes of a claim that decide nothing but its places in lists, and what these count."""
_place: Final = attributes(_PLACED)
_APART: Final = {
    kind: (
        _shown(kind, *names, *_ELSEWHERE.get(kind, ()), *(_PLACED if kind is ClaimView else ())),
        attributes(names),
    )
    for kind, names in _TEXTS.items()
}
"""What else is shown of an object, and these attributes."""
_LISTED: Final[Mapping[type, _Reducer]] = {
    IndexedPerson: _parts(IndexedPerson, "claims", "answers", "location"),
    Topic: _parts(Topic, "articles", "location"),
}
