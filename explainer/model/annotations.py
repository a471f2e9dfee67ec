"""What authors write in annotation files and in the library.

Terms follow the W3C Web Annotation Data Model, schema.org ClaimReview, and CSL. Editors show the
docstring under a field, because the JSON Schemas are generated from these classes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar, Literal

from explainer.model.allow import Allow
from explainer.model.free_data import FreeData
from explainer.model.scalars import (
    Authored,
    Flag,
    Id,
    NoteKind,
    PartialDate,
    RatingId,
    RecordingTime,
    Stance,
    Url,
)
from explainer.support.values import dataclass

_MEDIA = re.compile(
    r"\.(?:aac|flac|m4[av]|mov|mp[34]|og[agv]|opus|wav|webm)(?:\?[^#]*)?$", re.IGNORECASE
)
"""The end of the address of a sound or a film."""
ET_AL = "et al."
"""The last author of a source whose list of authors is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Authored):
    """A source that annotations can cite."""

    NOUN: ClassVar = "the source"

    title: str
    """The title of the source."""
    url: Url | None = None
    """The web address of the source."""
    publisher: str = ""
    """The publisher."""
    authors: tuple[str, ...] = ()
    """The authors."""
    date: PartialDate | None = None
    """The date of publication."""
    archived: Url | None = None
    """The web address of an archived copy."""
    type: str = "webpage"
    """The CSL item type, such as article-newspaper, book, webpage, or speech."""
    primary: Flag = False
    """Whether this is a primary source: the document or witness itself, not a report about it."""
    repeats: tuple[Id, ...] = ()
    """The sources that this one only repeats, so that it does not count as independent."""
    language: str = ""
    """The language of the source as a BCP 47 code, if it is not that of the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Authored):
    """A person or organization that makes claims or gives answers."""

    NOUN: ClassVar = "the person"

    name: str
    """The name that readers know."""
    kind: Literal["person", "organization"] = "person"
    """Whether it is a person or an organization. ClaimReview distinguishes them."""
    role: str = ""
    """A short description of who they are."""
    url: Url | None = None
    """The web address of a page about them."""
    wikidata: Id | None = None
    """The id of their Wikidata item: Q…"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Authored):
    """The target of an annotation (W3C TextQuoteSelector); without keys, the whole article."""

    quote: str | None = None
    """The words as readers see them. `first words … last words` includes everything between."""
    prefix: str | None = None
    """The words just before the quote, if the quote occurs more than once."""
    suffix: str | None = None
    """The words just after the quote, if the quote occurs more than once."""
    inside: Flag = False
    """Whether quote, prefix, and suffix may begin or end inside a word or number."""
    section: str | None = None
    """The text or id of a heading. With a quote, it limits the search; alone, it is the target."""
    image: str | None = None
    """The file name of a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoredAnnotation(Target):
    """What every kind of annotation has."""

    draft: Flag = False
    """Whether the annotation is a draft, which is not published."""
    extra: FreeData = field(default_factory=FreeData)
    """Data of your own for the templates of your theme."""
    allow: tuple[Allow, ...] = ()
    """The warnings and remarks about this annotation that are not reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(AuthoredAnnotation):
    """A note on a passage."""

    NOUN: ClassVar = "the note"

    note: str
    """The text of the note, in Markdown."""
    id: Id | None = None
    """The permalink. The default is generated from the words of the passage."""
    kind: NoteKind = "context"
    """The purpose of the note: a built-in kind, or one of `[[kinds]]` in site.toml."""
    by: str | None = None
    """The id of a person, or the name of whoever wrote the note."""
    tags: tuple[str, ...] = ()
    """Keywords, which readers see below the note."""
    sources: tuple[Id, ...] = ()
    """The sources of the note, by id."""
    date: PartialDate | None = None
    """The date when the note was added or last changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Authored):
    """What a source says for or against a claim."""

    NOUN: ClassVar = "a piece of evidence"

    source: Id
    """The id of a source."""
    stance: Stance = "supports"
    """Whether the source supports the claim, disputes it, or gives context."""
    quote: str = ""
    """A quote from the source."""
    locator: str = ""
    """The place in the source: a page, paragraph, or time."""
    note: str = ""
    """A comment on the value of this evidence, in Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingChange(Authored):
    """An earlier rating of a claim."""

    NOUN: ClassVar = "an entry of `history`"

    date: PartialDate
    """The date when the claim got this rating."""
    rating: RatingId
    """The id of the earlier rating."""
    review: str = ""
    """The reasons for the rating, in Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance(Authored):
    """Where a claim was made."""

    NOUN: ClassVar = "an entry of `appearances`"

    url: Url | None = None
    """The web address of the page or recording. Use this or `publisher`, or both."""
    archived: Url | None = None
    """The web address of an archived copy."""
    date: PartialDate | None = None
    """The date when the claim was made there."""
    publisher: str = ""
    """The publisher, channel, or event."""
    time: RecordingTime | None = None
    """The time in a recording: 1:23:45, or a number of seconds."""

    def at_time(self, url: str) -> str:
        """Return the address of the recording, at its time if that is a media file.

        https://www.w3.org/TR/media-frags/
        """
        return f"{url}#t={self.time.seconds}" if self.time and _MEDIA.search(url) else url


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReply(Authored):
    """What the person who made a claim answered when asked about it."""

    NOUN: ClassVar = "`reply`"

    text: str
    """The answer, in Markdown."""
    date: PartialDate | None = None
    """The date of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(AuthoredAnnotation):
    """A factual claim, and the result of checking it."""

    NOUN: ClassVar = "the claim"

    id: Id
    """The permalink of the claim; never reuse it."""
    claim: str
    """The claim in one sentence that makes sense on its own."""
    by: str | None = None
    """The id of a person, or the name of whoever makes the claim."""
    date: PartialDate | None = None
    """The date when the claim was made."""
    location: str = ""
    """The place where the claim was made, such as a city."""
    appearances: tuple[Appearance, ...] = ()
    """Where the claim was made, the first appearance first."""
    fact: str = ""
    """What is true, in one sentence. Readers see it wherever they see the claim."""
    reply: Literal["declined", "none"] | ClaimReply | None = None
    """What the person who made the claim answered: `text` and `date`, or that they declined to
    comment (`declined`), or that no answer came (`none`)."""
    rating: RatingId
    """The id of a rating."""
    review: str = ""
    """The reasons for the rating, in Markdown."""
    evidence: tuple[Evidence, ...] = ()
    """The evidence for and against the claim."""
    disputes: tuple[str, ...] = ()
    """Rival claims: ids here, `article/path#id`, or `/#id` on the home page. Both pages show it."""
    checked: PartialDate | None = None
    """The date when the claim was last checked."""
    history: tuple[RatingChange, ...] = ()
    """The earlier ratings, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Authored):
    """One of several answers to an open question."""

    NOUN: ClassVar = "an answer"

    answer: str
    """The text of the answer, in Markdown."""
    by: str | None = None
    """The id of a person, or the name of whoever gives the answer."""
    sources: tuple[Id, ...] = ()
    """The sources of the answer, by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(AuthoredAnnotation):
    """A question that the article leaves open, or that has been answered since."""

    NOUN: ClassVar = "the question"

    question: str
    """The question in one sentence."""
    id: Id | None = None
    """The permalink. The default is generated from the words of the passage."""
    status: Literal["open", "answered"] = "open"
    """Whether the question is open or answered."""
    answer: str = ""
    """The answer that settled the question, in Markdown."""
    answers: tuple[Answer, ...] = ()
    """The rival answers to an open question."""
    settle: str = ""
    """What would settle the question, in Markdown."""
    sources: tuple[Id, ...] = ()
    """The sources of the answer, by id."""
    checked: PartialDate | None = None
    """The date when the question was last checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library(Authored):
    """`_library.yaml`: sources and people that every article can use."""

    NOUN: ClassVar = "the library"

    sources: Mapping[Id, Source] = field(default_factory=dict)
    """The sources that annotations can cite, by id."""
    people: Mapping[Id, Person] = field(default_factory=dict)
    """The people and organizations that annotations can name, by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationFile(Library):
    """`X.yaml` next to `X.md`: the annotations of an article."""

    NOUN: ClassVar = "the annotation file"

    claims: tuple[Claim, ...] = ()
    """The claims that the article, or somebody in it, makes."""
    notes: tuple[Note, ...] = ()
    """The notes that help readers understand the article."""
    questions: tuple[Question, ...] = ()
    """The questions that the article leaves open."""
