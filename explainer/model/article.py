"""What an article's page shows: the article merged with its annotations, rendered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

from markupsafe import Markup

from explainer.model.annotations import Person, Source
from explainer.model.front_matter import FrontMatter
from explainer.model.location import Location
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate, Stance


@dataclass(frozen=True, slots=True)
class Passage:
    """The place of a target in the reader's text (docs/anchoring.md, "The reader's text")."""

    start: int
    """The offset of its start, in code points of the reader's text."""
    end: int
    """The offset of its end; equal to `start` for a picture."""
    exact: str
    """The words in the reader's text."""
    prefix: str
    """Up to 32 characters before it."""
    suffix: str
    """Up to 32 characters after it."""
    line: int
    """The line of the article's file on which it begins, from 1."""
    section: str
    """The id of the heading above it; empty before the first heading."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something: one of `people`, or a bare name."""

    id: str
    """The last part of the person's address."""
    person: Person
    """The person's details; only a name for a bare name."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A use of a source by an annotation."""

    number: int
    """The source's number in the article, from 1, in the order of first use."""
    id: str
    """The source's id."""
    source: Source
    """What is cited."""
    stance: Stance | None = None
    """For a claim's evidence: what the source says of the claim."""
    quote: str = ""
    """The source's own words."""
    locator: str = ""
    """The place in the source."""
    note: Markup = field(default_factory=Markup)
    """A comment on the value of this evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """An annotation in its place. `id`s are unique in an article."""

    id: str
    """Its permalink: the page's `#note-ID`."""
    number: int
    """Its position in reading order, from 1, which the reference mark shows."""
    kind: str
    """`claim`, `question`, or a note's kind."""
    location: Location
    """Where the author wrote it."""
    passage: Passage | None
    """The passage that it annotates; None for the whole article."""
    citations: tuple[Citation, ...] = ()
    """Its sources, in the author's order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView(Annotation):
    """A note, rendered."""

    html: Markup
    """The text of the note."""
    date: PartialDate | None = None
    """When it was added or last changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingView:
    """A rating that a claim had, or has."""

    rating: Rating
    """A step of the site's scale."""
    date: PartialDate | None
    """The date from which it applied."""
    review: Markup
    """The reasons for the rating."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView(Annotation):
    """A claim, rendered."""

    claim: str
    """In one sentence."""
    address: str
    """Its own page: `/kremlin-call/claims/call-happened/`."""
    by: Speaker | None
    """Who claims it."""
    date: PartialDate | None
    """When it was claimed."""
    rating: Rating
    """How it is rated now."""
    review: Markup
    """The reasons for the rating."""
    supports: int
    """How many independent sources support it: those that only repeat others are not counted."""
    disputes: int
    """How many independent sources dispute it."""
    rivals: tuple[str, ...]
    """What the author wrote under `disputes`; `SiteIndex.rivals` has both directions."""
    checked: PartialDate | None
    """The date when it was last checked."""
    history: tuple[RatingView, ...]
    """Earlier ratings, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """One of several answers to a question."""

    html: Markup
    """The answer."""
    by: Speaker | None
    """Who gives it."""
    citations: tuple[Citation, ...]
    """The sources of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView(Annotation):
    """An open or answered question, rendered."""

    question: str
    """In one sentence."""
    status: Literal["open", "answered"]
    """Whether it is settled."""
    answer: Markup
    """What settled it."""
    answers: tuple[AnswerView, ...]
    """Rival answers."""
    settle: Markup
    """What would settle it."""
    checked: PartialDate | None
    """The date when it was last checked."""


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a source is used."""

    annotation: Annotation
    """The annotation that uses it."""
    citation: Citation
    """The citation in that annotation."""


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source in an article's list of sources."""

    number: int
    """From 1, in the order of first use."""
    id: str
    """Its id; its entry is the page's `#source-ID`."""
    source: Source
    """What it is."""
    repeats: tuple[tuple[str, Source], ...]
    """The sources that it repeats: ids and sources."""
    uses: tuple[Use, ...]
    """Where it is used, in reading order."""


@dataclass(frozen=True, slots=True)
class Reference:
    """In an article's body: the position of an annotation's reference mark."""

    annotation: Annotation
    kind: ClassVar[str] = "reference"


@dataclass(frozen=True, slots=True)
class Notes:
    """In an article's body: the annotations shown below the block that ends here."""

    annotations: tuple[Annotation, ...]
    kind: ClassVar[str] = "notes"


@dataclass(frozen=True, slots=True)
class Html:
    """In an article's body: HTML with marks."""

    html: Markup
    kind: ClassVar[str] = "html"


BodyPart: TypeAlias = Html | Reference | Notes


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an article's body."""

    level: int
    """1 to 6."""
    id: str
    """Its anchor."""
    text: str
    """Its text."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as pages show it."""

    src: str
    """Its address, on this site or on the web."""
    width: int = 0
    """The width in CSS pixels; 0 if unknown, as for a picture on the web."""
    height: int = 0
    """The height in CSS pixels; 0 if unknown."""
    versions: tuple[tuple[int, str], ...] = ()
    """Narrower ones, the narrowest first: their widths in pixels, and their addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article merged with its annotations: all that its own page needs."""

    path: str
    """Its file, relative to the site's folder."""
    address: str
    """`/kremlin-call/`."""
    front: FrontMatter
    """Its front matter."""
    language: str
    """BCP 47."""
    authors: tuple[str, ...]
    """Its own, or the site's."""
    picture: Picture | None
    """Its main picture; `front.image` has the description."""
    disclaimer: Markup
    """Its own, or its genre's; may be empty."""
    corrections: tuple[tuple[PartialDate, Markup], ...]
    """What was changed after publication, oldest first."""
    body: tuple[BodyPart, ...]
    """HTML, with the places of references and notes between."""
    headings: tuple[Heading, ...]
    """The outline."""
    words: int
    """The number of words."""
    annotations: tuple[Annotation, ...]
    """In reading order; those on the whole article first."""
    sources: tuple[SourceView, ...]
    """Sources that annotations use, in the order of first use."""

    @property
    def is_plain(self) -> bool:
        """Whether it has neither a date nor annotations, like an “About us” page."""
        return not (self.front.date or self.annotations)

    @property
    def image(self) -> str | None:
        """The address of its main picture, on this site or on the web; None if it has none."""
        return self.picture.src if self.picture else None

    @property
    def claims(self) -> tuple[ClaimView, ...]:
        """Its claims, in reading order."""
        return tuple(a for a in self.annotations if isinstance(a, ClaimView))

    @property
    def questions(self) -> tuple[QuestionView, ...]:
        """Its questions, in reading order."""
        return tuple(a for a in self.annotations if isinstance(a, QuestionView))

    @property
    def general(self) -> tuple[Annotation, ...]:
        """Annotations on the article as a whole."""
        return tuple(a for a in self.annotations if a.passage is None)
