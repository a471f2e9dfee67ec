"""What authors write in annotation files and in the library.

Terms are those of the W3C Web Annotation Data Model, schema.org ClaimReview and CSL. A docstring
under a field is also what an editor shows: the JSON Schemas are made of these classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from explainer.model.scalars import Authored, Flag, Id, NoteKind, PartialDate, RatingId, Stance, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Authored):
    """Something that can be cited. `type` is one of CSL's."""

    NOUN: ClassVar = "the source"

    title: str
    """Its title."""
    url: Url | None = None
    """Where it can be read."""
    publisher: str = ""
    """Who published it."""
    authors: tuple[str, ...] = ()
    """Who wrote it."""
    date: PartialDate | None = None
    """When it was published."""
    archived: Url | None = None
    """A copy that outlives the page."""
    type: str = "webpage"
    """A CSL type: article-newspaper, book, webpage, speech, …"""
    primary: Flag = False
    """A document or witness itself, not a report of one."""
    repeats: tuple[Id, ...] = ()
    """Sources that this one only passes on: it does not count as a second one."""
    language: str = ""
    """BCP 47, where it is not the article's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Authored):
    """Somebody, or an institution, that says something."""

    NOUN: ClassVar = "the person"

    name: str
    """As readers know them."""
    type: Literal["person", "organization"] = "person"
    """What they are, in schema.org's words: ClaimReview tells people and institutions apart."""
    role: str = ""
    """Who they are, in a few words."""
    url: Url | None = None
    """A page about them."""
    wikidata: Id | None = None
    """Their Wikidata item: Q…"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Authored):
    """What an annotation is about (W3C TextQuoteSelector); with no key, the whole article."""

    quote: str | None = None
    """The words, as the reader sees them. `first words … last words` spans everything between."""
    prefix: str | None = None
    """Words just before the quote, where it occurs more than once."""
    suffix: str | None = None
    """Words just after the quote, where it occurs more than once."""
    section: str | None = None
    """A heading's text or id: narrows the search, or alone is the target."""
    image: str | None = None
    """A picture's file name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Target):
    """Something to know about a passage."""

    NOUN: ClassVar = "the note"

    note: str
    """What the reader is told, in Markdown."""
    id: Id | None = None
    """A permalink; made from the passage's words if not given."""
    kind: NoteKind = "context"
    """What the note does."""
    sources: tuple[Id, ...] = ()
    """What it rests on."""
    date: PartialDate | None = None
    """When it was added or last changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Authored):
    """A source's word for or against a claim."""

    NOUN: ClassVar = "a piece of evidence"

    source: Id
    """A source's id."""
    stance: Stance = "supports"
    """What it says of the claim."""
    quote: str = ""
    """The source's own words."""
    locator: str = ""
    """Where in the source: a page, a paragraph, a minute."""
    note: str = ""
    """A word on what it is worth, in Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingChange(Authored):
    """An earlier rating of a claim."""

    NOUN: ClassVar = "an entry of `history`"

    date: PartialDate
    """From when."""
    rating: RatingId
    """What it was."""
    review: str = ""
    """Why, in Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Target):
    """Something said to be so, checked."""

    NOUN: ClassVar = "the claim"

    id: Id
    """Its permalink; never reused."""
    claim: str
    """The claim in one sentence that stands alone."""
    by: str | None = None
    """Who claims it: a person's id, or a name."""
    date: PartialDate | None = None
    """When it was claimed."""
    rating: RatingId
    """A rating's id."""
    review: str = ""
    """Why it is rated so, in Markdown."""
    evidence: tuple[Evidence, ...] = ()
    """For and against."""
    disputes: tuple[str, ...] = ()
    """Rival claims: an id in this file, or `article/path#id`. Symmetric."""
    checked: PartialDate | None = None
    """When it was last looked at."""
    history: tuple[RatingChange, ...] = ()
    """Earlier ratings, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Authored):
    """One of several answers to an open question."""

    NOUN: ClassVar = "an answer"

    answer: str
    """In Markdown."""
    by: str | None = None
    """Who gives it: a person's id, or a name."""
    sources: tuple[Id, ...] = ()
    """Where they say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Target):
    """Something that the article leaves, or that nobody has answered."""

    NOUN: ClassVar = "the question"

    question: str
    """In one sentence."""
    id: Id | None = None
    """A permalink; made from the passage's words if not given."""
    status: Literal["open", "answered"] = "open"
    """Whether it is settled."""
    answer: str = ""
    """What settled it, in Markdown."""
    answers: tuple[Answer, ...] = ()
    """Rival answers, each with who gives it."""
    settle: str = ""
    """What would settle it, in Markdown."""
    sources: tuple[Id, ...] = ()
    """What the answer rests on."""
    checked: PartialDate | None = None
    """When it was last looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library(Authored):
    """`_library.yaml`: what every article may use."""

    NOUN: ClassVar = "the library"

    sources: Mapping[Id, Source] = field(default_factory=dict)
    """What can be cited, by id."""
    people: Mapping[Id, Person] = field(default_factory=dict)
    """Who says something, by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationFile(Library):
    """`X.yaml` beside `X.md`."""

    NOUN: ClassVar = "the annotation file"

    claims: tuple[Claim, ...] = ()
    """What the article, or somebody in it, says is so."""
    notes: tuple[Note, ...] = ()
    """What helps to understand it."""
    questions: tuple[Question, ...] = ()
    """What remains open."""
