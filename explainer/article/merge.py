"""Turn placed annotations into what a page shows: ids, numbers, citations, speakers, sources.

An `AnnotationFile` contains ids and Markdown; a view contains the objects themselves and HTML.
`parse.references` reports ids that are not defined; they are left out here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, Literal, TypeAlias

from markupsafe import Markup

from explainer.anchor.normalize import normalize_for_id
from explainer.article.context import ArticleContext, ids_by_name
from explainer.article.texts import LISTS
from explainer.model import article
from explainer.model.annotations import (
    AnnotationFile,
    Claim,
    ClaimReply,
    Library,
    Note,
    Person,
    Question,
    Source,
)
from explainer.model.location import KeyPath, Location
from explainer.model.ratings import Rating, undefined
from explainer.model.settings import KindSettings
from explainer.support.slugs import hyphenated, name_slug, same, unique
from explainer.support.values import dataclass

Content: TypeAlias = Claim | Note | Question

_ID_WORDS = 3


@dataclass(frozen=True, slots=True)
class PlacedAnnotation:
    """An annotation that has a place in the article's text, or is about the whole article."""

    content: Content
    id: str
    """The id that `ids` returns."""
    key_path: tuple[str, int]
    """Its key path in the data of its file."""
    location: Location
    """Its location in the annotation file."""
    passage: article.Passage | None = None
    """What it is about; None if that is the whole article."""
    picture: tuple[int, int] | None = None
    """For a picture: the index of its block, and of its token in the block."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in an annotation file refer to: objects of the file and of the library."""

    sources: Mapping[str, Source]
    people: Mapping[str, Person]
    ratings: Mapping[str, Rating]
    kinds: Mapping[str, KindSettings]
    by_name: Mapping[str, str] = field(default_factory=dict)
    """The result of `ids_by_name` for `people`."""

    @classmethod
    def of(cls, file: AnnotationFile, shared: Library, context: ArticleContext) -> Names:
        """Return the names that a file can use. Its own take precedence over the library's."""
        sources: dict[Any, Source] = {**shared.sources, **file.sources}
        people: dict[Any, Person] = {**shared.people, **file.people}
        by_name = ids_by_name(people.items())
        return cls(sources, people, context.scale, context.kinds, by_name)

    def rating(self, name: str) -> Rating:
        """Return a rating of the scale. A name that is not on the scale is reported elsewhere."""
        return self.ratings.get(name) or undefined(name)

    def speaker(self, by: str, location: Location) -> article.Speaker:
        """Return who says something. `by` is a person's id or name, or any other name."""
        if by in self.people:
            return article.Speaker(by, self.people[by], location)
        if name := self.by_name.get(same(by)):
            return article.Speaker(name, self.people[name], location)
        return article.Speaker(name_slug(by, "person"), Person(name=by), location, is_name=True)

    def origins(self, sources: Iterable[str]) -> frozenset[str]:
        """Return the ids of the original sources: a source itself, or those that it repeats."""
        result: set[str] = set()
        seen: set[str] = set()
        left = [*sources]
        while left:
            source = left.pop()
            if source not in seen:
                seen.add(source)
                repeated = self.sources[source].repeats if source in self.sources else ()
                left += repeated
                if not repeated:
                    result.add(source)
        return frozenset(result)

    def primary(self, sources: Iterable[str]) -> int:
        """Return how many of these sources are primary."""
        return sum(self.sources[each].primary for each in sources if each in self.sources)


Render: TypeAlias = Callable[[str, KeyPath], Markup]
"""Renders the Markdown of an annotation as HTML. The key path is for problems."""
Locate: TypeAlias = Callable[[KeyPath], Location]
"""Returns the location of a value in the annotation file."""


def contents_of(file: AnnotationFile | None) -> list[tuple[tuple[str, int], Content]]:
    """Return the annotations in a file, each with its section and its index there, from 0."""
    return [
        ((kind, index), content)
        for kind in LISTS
        for index, content in enumerate(getattr(file, kind, ()))
    ]


def ids(contents: Iterable[Content]) -> list[str]:
    """Return an id for each annotation: the one that the author set, or one made from its target.

    An id made here depends neither on the annotation's position in the file nor on its text, so
    links to it survive insertions and edits. Only the id of a second annotation on exactly the same
    target is made from its text, too.
    """
    contents = list(contents)
    taken = {str(content.id): 0 for content in contents if content.id is not None}
    result: list[str] = []
    for content in contents:
        if content.id is not None:
            result.append(content.id)
            continue
        target, (_, words) = _target_words(content), kind_and_text(content)
        name = _id_from(target, words)
        if name in taken:
            name = _id_from(f"{target}\0{words}", words)
        result.append(unique(name, taken))
    return result


def kind_and_text(content: Content) -> tuple[str, str]:
    """Return `claim`, `question`, or a note's kind, and the text of the annotation."""
    match content:
        case Claim():
            return "claim", content.claim
        case Question():
            return "question", content.question
        case Note():
            return content.kind, content.note


def _target_words(content: Content) -> str:
    parts = (content.quote, content.prefix, content.suffix, content.section, content.image)
    return "\0".join(normalize_for_id(part) if part else "" for part in parts)


def _id_from(key: str, words: str) -> str:
    target = key.replace("\0", " ").strip()
    start = "-".join(hyphenated(target or words).split("-")[:_ID_WORDS])[:32]
    digest = hashlib.sha256((key if target else words).encode()).hexdigest()[:4]
    return f"{start}-{digest}" if start else digest


def merge(
    placed: Sequence[PlacedAnnotation],
    numbers: Iterable[int],
    names: Names,
    address: str,
    render: Render,
    locate: Locate,
) -> tuple[tuple[article.Annotation, ...], tuple[article.SourceView, ...]]:
    """Return what the page shows of annotations, and of the sources that they cite.

    `placed` is in reading order, and `numbers` are theirs. Sources are numbered by their first use.
    `address` is the article's; the addresses of claims are below it. `locate` returns the location
    of a value in the annotation file, or of a source in the library.
    """
    cited: dict[str, int] = {}
    for item in placed:
        for source in _cited(item.content):
            if source in names.sources:
                cited.setdefault(source, len(cited) + 1)
    make = _Maker(names, cited, address, render, locate)
    pairs = zip(numbers, placed, strict=True)
    annotations = tuple(make.view(number, item) for number, item in pairs)
    return annotations, _source_views(annotations, names, cited, locate)


def _cited(content: Content) -> list[str]:
    """Return the ids of the sources, in the order in which the annotation shows them."""
    match content:
        case Claim():
            return [evidence.source for evidence in content.evidence]
        case Note():
            return list(content.sources)
        case Question():
            of_answers = [source for answer in content.answers for source in answer.sources]
            return [*content.sources, *of_answers]


@dataclass(frozen=True, slots=True)
class _Maker:
    names: Names
    numbers: Mapping[str, int]
    address: str
    render: Render
    locate: Locate

    def view(self, number: int, item: PlacedAnnotation) -> article.Annotation:
        match item.content:
            case Note() as note:
                return article.NoteView(
                    id=item.id,
                    number=number,
                    kind=note.kind,
                    location=item.location,
                    passage=item.passage,
                    draft=note.draft,
                    citations=self.citations(note.sources),
                    html=self.render(note.note, (*item.key_path, "note")),
                    label=kind.label if (kind := self.names.kinds.get(note.kind)) else "",
                    by=by.person if (by := self.speaker(note.by, *item.key_path)) else None,
                    tags=note.tags,
                    extra=note.extra,
                    date=note.date,
                )
            case Claim() as claim:
                return self.claim(number, item, claim)
            case Question() as question:
                return self.question(number, item, question)

    def citations(self, sources: Iterable[str]) -> tuple[article.Citation, ...]:
        return tuple(
            article.Citation(self.numbers[source], source, self.names.sources[source])
            for source in sources
            if source in self.numbers
        )

    def speaker(self, by: str | None, *key_path: str | int) -> article.Speaker | None:
        """Return who is named by the value `by` at a key path, or None."""
        return None if by is None else self.names.speaker(by, self.locate((*key_path, "by")))

    def claim(self, number: int, item: PlacedAnnotation, claim: Claim) -> article.ClaimView:
        citations = tuple(
            article.Citation(
                number=self.numbers[e.source],
                id=e.source,
                source=self.names.sources[e.source],
                stance=e.stance,
                quote=e.quote,
                locator=e.locator,
                note=self.render(e.note, (*item.key_path, "evidence", i, "note")),
            )
            for i, e in enumerate(claim.evidence)
            if e.source in self.numbers
        )
        supporting, disputing = (
            self.names.origins(c.id for c in citations if c.stance == stance)
            for stance in ("supports", "disputes")
        )
        return article.ClaimView(
            id=item.id,
            number=number,
            kind="claim",
            location=item.location,
            passage=item.passage,
            citations=citations,
            draft=claim.draft,
            claim=claim.claim,
            article_address=self.address,
            id_location=self.locate((*item.key_path, "id")),
            by=self.speaker(claim.by, *item.key_path),
            date=claim.date,
            rating=self.names.rating(claim.rating),
            review=self.render(claim.review, (*item.key_path, "review")),
            supports=len(supporting),
            disputes=len(disputing),
            supports_primary=self.names.primary(supporting),
            disputes_primary=self.names.primary(disputing),
            rivals=tuple(
                (rival, self.locate((*item.key_path, "disputes", i)))
                for i, rival in enumerate(claim.disputes)
            ),
            checked=claim.checked,
            history=tuple(
                article.RatingView(
                    rating=self.names.rating(change.rating),
                    date=change.date,
                    review=self.render(change.review, (*item.key_path, "history", i, "review")),
                )
                for i, change in enumerate(claim.history)
            ),
            place=claim.location,
            appearances=claim.appearances,
            fact=claim.fact,
            extra=claim.extra,
            reply=self.reply(claim.reply, *item.key_path, "reply"),
        )

    def reply(
        self, reply: Literal["declined", "none"] | ClaimReply | None, *key_path: str | int
    ) -> article.ReplyView | None:
        if isinstance(reply, ClaimReply):
            html = self.render(reply.text, (*key_path, "text"))
            return article.ReplyView(kind="text", html=html, date=reply.date)
        return article.ReplyView(kind=reply) if reply else None

    def question(
        self, number: int, item: PlacedAnnotation, question: Question
    ) -> article.QuestionView:
        return article.QuestionView(
            id=item.id,
            number=number,
            kind="question",
            location=item.location,
            passage=item.passage,
            citations=self.citations(question.sources),
            draft=question.draft,
            question=question.question,
            status=question.status,
            answer=self.render(question.answer, (*item.key_path, "answer")),
            answers=tuple(
                article.AnswerView(
                    html=self.render(answer.answer, (*item.key_path, "answers", i, "answer")),
                    by=self.speaker(answer.by, *item.key_path, "answers", i),
                    citations=self.citations(answer.sources),
                )
                for i, answer in enumerate(question.answers)
            ),
            settle=self.render(question.settle, (*item.key_path, "settle")),
            extra=question.extra,
            checked=question.checked,
        )


def _source_views(
    annotations: Iterable[article.Annotation],
    names: Names,
    numbers: Mapping[str, int],
    locate: Callable[[KeyPath], Location],
) -> tuple[article.SourceView, ...]:
    uses: dict[str, list[article.Use]] = {source: [] for source in numbers}
    for annotation in annotations:
        citations = annotation.citations
        if isinstance(annotation, article.QuestionView):
            citations += tuple(c for answer in annotation.answers for c in answer.citations)
        for citation in citations:
            uses[citation.id].append(article.Use(annotation, citation))
    return tuple(
        article.SourceView(
            number=number,
            id=source,
            source=names.sources[source],
            repeats=tuple(
                (other, names.sources[other])
                for other in names.sources[source].repeats
                if other in names.sources
            ),
            uses=tuple(uses[source]),
            location=locate(("sources", source)),
        )
        for source, number in numbers.items()
    )
