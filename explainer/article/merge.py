"""Annotations in their places to what a page shows: ids, numbers, citations, speakers, sources.

An `AnnotationFile` holds ids and Markdown; a view holds the things themselves and HTML. Only
ids that are defined come here (`references.py` has seen to that).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from markupsafe import Markup

from explainer.anchor.normalize import normalize_quote
from explainer.model.annotations import Claim, Note, Person, Question, Source, Target
from explainer.model.article import (
    Annotation,
    AnswerView,
    Citation,
    ClaimView,
    NoteView,
    Passage,
    QuestionView,
    RatingView,
    SourceView,
    Speaker,
    Use,
)
from explainer.model.location import KeyPath, Location
from explainer.model.ratings import Rating
from explainer.model.scalars import Id
from explainer.support.slugs import slug, unique

Content: TypeAlias = Claim | Note | Question

_ID_WORDS = 3


@dataclass(frozen=True, slots=True)
class Found:
    """An annotation with its place, in reading order."""

    content: Content
    id: str
    """As `ids` gave it."""
    key_path: tuple[str, int]
    """The way to it in its file."""
    location: Location
    """Where the author wrote it."""
    passage: Passage | None
    """Nothing for the article as a whole."""


@dataclass(frozen=True, slots=True)
class Names:
    """What ids in an annotation file stand for: the file's own, and the library's."""

    sources: Mapping[str, Source]
    people: Mapping[str, Person]
    ratings: Mapping[str, Rating]

    def rating(self, name: str) -> Rating:
        """A step of the scale. One that is not there is an error told elsewhere."""
        return self.ratings.get(name) or Rating(id=Id(name), label=name)

    def speaker(self, by: str | None) -> Speaker | None:
        """Who says something: a person's id, the name of one, or a name that stands alone."""
        if by is None:
            return None
        if by in self.people:
            return Speaker(by, self.people[by])
        for name, person in self.people.items():
            if person.name == by:
                return Speaker(name, person)
        return Speaker(slug(by) or "unnamed", Person(name=by))

    def origins(self, source: str) -> frozenset[str]:
        """The sources that one rests on: itself, or, where it only repeats, what it repeats."""
        repeated = self.sources[source].repeats if source in self.sources else ()
        if not repeated:
            return frozenset((source,))
        return frozenset().union(*(self.origins(other) for other in repeated))


Render: TypeAlias = Callable[[str, KeyPath], Markup]
"""Markdown of an annotation to HTML; the way to it in the file is for problems."""


def ids(contents: Iterable[Content]) -> list[str]:
    """An id for each annotation: the author's own, or one from the words of its target.

    An id made here does not depend on where in the file the annotation stands, nor on its text,
    so that links to it outlive insertions and edits; only a second annotation on the very same
    target takes its own words in.
    """
    contents = list(contents)
    taken = {str(content.id): 0 for content in contents if content.id is not None}
    given: list[str] = []
    for content in contents:
        if content.id is not None:
            given.append(content.id)
            continue
        name = _id_from(_target_words(content), _words(content))
        if name in taken:
            name = _id_from(_target_words(content) + "\0" + _words(content), _words(content))
        given.append(unique(name, taken))
    return given


def _words(content: Content) -> str:
    return (
        content.note
        if isinstance(content, Note)
        else (content.claim if isinstance(content, Claim) else content.question)
    )


def _target_words(target: Target) -> str:
    parts = (target.quote, target.prefix, target.suffix, target.section, target.image)
    return "\0".join(normalize_quote(part) if part else "" for part in parts)


def _id_from(key: str, words: str) -> str:
    target = key.replace("\0", " ").strip()
    start = "-".join(slug(target or words).split("-")[:_ID_WORDS])[:32]
    digest = hashlib.sha256((key if target else words).encode()).hexdigest()[:4]
    return f"{start}-{digest}" if start else digest


def merge(
    found: Sequence[Found], names: Names, address: str, render: Render
) -> tuple[tuple[Annotation, ...], tuple[SourceView, ...]]:
    """Give what the page shows of annotations, and of the sources that they use.

    `found` is in reading order: annotations are numbered by it, sources by their first use.
    `address` is the article's; claims have theirs below it.
    """
    numbers: dict[str, int] = {}
    for item in found:
        for source in _cited(item.content):
            if source in names.sources:
                numbers.setdefault(source, len(numbers) + 1)
    make = _Maker(names, numbers, address, render)
    annotations = tuple(make.view(number, item) for number, item in enumerate(found, 1))
    return annotations, _source_views(annotations, names, numbers)


def _cited(content: Content) -> list[str]:
    """Ids of sources, in the order in which the annotation shows them."""
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

    def view(self, number: int, item: Found) -> Annotation:
        match item.content:
            case Note() as note:
                return NoteView(
                    id=item.id,
                    number=number,
                    kind=note.kind,
                    location=item.location,
                    passage=item.passage,
                    citations=self.citations(note.sources),
                    html=self.render(note.note, (*item.key_path, "note")),
                    date=note.date,
                )
            case Claim() as claim:
                return self.claim(number, item, claim)
            case Question() as question:
                return self.question(number, item, question)

    def citations(self, sources: Iterable[str]) -> tuple[Citation, ...]:
        return tuple(
            Citation(self.numbers[source], source, self.names.sources[source])
            for source in sources
            if source in self.numbers
        )

    def claim(self, number: int, item: Found, claim: Claim) -> ClaimView:
        citations = tuple(
            Citation(
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
        return ClaimView(
            id=item.id,
            number=number,
            kind="claim",
            location=item.location,
            passage=item.passage,
            citations=citations,
            claim=claim.claim,
            address=f"{self.address}claims/{item.id}/",
            by=self.names.speaker(claim.by),
            date=claim.date,
            rating=self.names.rating(claim.rating),
            review=self.render(claim.review, (*item.key_path, "review")),
            supports=self.independent(citations, "supports"),
            disputes=self.independent(citations, "disputes"),
            rivals=claim.disputes,
            checked=claim.checked,
            history=tuple(
                RatingView(
                    rating=self.names.rating(change.rating),
                    date=change.date,
                    review=self.render(change.review, (*item.key_path, "history", i, "review")),
                )
                for i, change in enumerate(claim.history)
            ),
        )

    def independent(self, citations: Iterable[Citation], stance: str) -> int:
        origins: set[str] = set()
        for citation in citations:
            if citation.stance == stance:
                origins |= self.names.origins(citation.id)
        return len(origins)

    def question(self, number: int, item: Found, question: Question) -> QuestionView:
        return QuestionView(
            id=item.id,
            number=number,
            kind="question",
            location=item.location,
            passage=item.passage,
            citations=self.citations(question.sources),
            question=question.question,
            status=question.status,
            answer=self.render(question.answer, (*item.key_path, "answer")),
            answers=tuple(
                AnswerView(
                    html=self.render(answer.answer, (*item.key_path, "answers", i, "answer")),
                    by=self.names.speaker(answer.by),
                    citations=self.citations(answer.sources),
                )
                for i, answer in enumerate(question.answers)
            ),
            settle=self.render(question.settle, (*item.key_path, "settle")),
            checked=question.checked,
        )


def _source_views(
    annotations: Iterable[Annotation], names: Names, numbers: Mapping[str, int]
) -> tuple[SourceView, ...]:
    uses: dict[str, list[Use]] = {source: [] for source in numbers}
    for annotation in annotations:
        citations = annotation.citations
        if isinstance(annotation, QuestionView):
            citations += tuple(c for answer in annotation.answers for c in answer.citations)
        for citation in citations:
            uses[citation.id].append(Use(annotation, citation))
    return tuple(
        SourceView(
            number=number,
            id=source,
            source=names.sources[source],
            repeats=tuple(
                (other, names.sources[other])
                for other in names.sources[source].repeats
                if other in names.sources
            ),
            uses=tuple(uses[source]),
        )
        for source, number in numbers.items()
    )
