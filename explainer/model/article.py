"""What an article's page shows: the article merged with its annotations, rendered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from functools import partial
from typing import Any, ClassVar, Literal, TypeAlias

from markupsafe import Markup

from explainer.model.annotations import Appearance, Person, Source
from explainer.model.free_data import FreeData
from explainer.model.front_matter import FrontMatter
from explainer.model.location import Location
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate, Stance
from explainer.support.digests import SIZE
from explainer.support.values import dataclass

_FEWEST_HEADINGS = 4
"""The fewest headings for which an article has a table of contents by default."""


def claim_address(article: str, name: str) -> str:
    """Return the address of the page of a claim with an id, in the article at an address."""
    return f"{article}claims/{name}/"


@dataclass(frozen=True, slots=True)
class Passage:
    """The position of a target in the reader's text (docs/anchoring.md, "The reader's text")."""

    start: int
    """The offset of its start, in code points of the reader's text."""
    end: int
    """The offset of its end; equal to `start` for a picture."""
    exact: str
    """Its text, as in the reader's text."""
    prefix: str
    """Up to 32 characters of the reader's text before it."""
    suffix: str
    """Up to 32 characters of the reader's text after it."""
    line: int
    """The line of the article's file on which it begins, counted from 1."""
    section: str
    """The id of the heading above it; empty before the first heading."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who makes a claim or gives an answer: an entry of `people`, or a plain name."""

    id: str
    """The last part of the person's address."""
    person: Person
    """The person's details; for a plain name, only that name."""
    location: Location = field(compare=False)
    """Where an author names the person."""
    is_name: bool = False
    """Whether it is a plain name."""


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
    """For evidence: whether the source supports or disputes the claim, or gives context."""
    quote: str = ""
    """A quotation from the source."""
    locator: str = ""
    """The place in the source, such as a page number."""
    note: Markup = field(default_factory=Markup)
    """A comment on the value of this evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """An annotation of an article: what claims, questions, and notes have in common."""

    id: str
    """Its id, unique in the article; its permalink is the page's `#note-ID`."""
    number: int
    """Its position in reading order, counted from 1; the reference mark shows it."""
    kind: str
    """`claim`, `question`, or a note's kind."""
    location: Location
    """Where the author wrote it."""
    passage: Passage | None
    """The passage that it annotates; None if it annotates the entire article."""
    citations: tuple[Citation, ...] = ()
    """Its sources, in the author's order."""
    draft: bool = False
    """Whether it is a draft, which is shown only with `--drafts` and by `explainer serve`."""
    extra: FreeData = field(default_factory=FreeData)
    """The site's own data about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView(Annotation):
    """A note, rendered."""

    html: Markup
    """The text of the note."""
    label: str = ""
    """The site's label for its kind; empty for a built-in kind that the site does not rename."""
    by: Person | None = None
    """Who wrote it."""
    tags: tuple[str, ...] = ()
    """Its keywords."""
    date: PartialDate | None = None
    """When it was added or last changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingView:
    """A past or present rating of a claim."""

    rating: Rating
    """A step of the site's scale."""
    date: PartialDate | None
    """The date from which it applied."""
    review: Markup
    """The reasons for the rating."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyView:
    """What the person who made a claim answered, rendered."""

    kind: Literal["text", "declined", "none"]
    """`declined` and `none`: there is no answer."""
    html: Markup = field(default_factory=Markup)
    """The answer."""
    date: PartialDate | None = None
    """When it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView(Annotation):
    """A claim, rendered."""

    claim: str
    """The claim in one sentence."""
    article_address: str
    """The address of its article."""
    id_location: Location = field(compare=False)
    """Where the author wrote its id."""
    by: Speaker | None
    """Who claims it."""
    date: PartialDate | None
    """When it was claimed."""
    rating: Rating
    """Its current rating."""
    review: Markup
    """The reasons for the rating."""
    supports: int
    """The number of independent sources that support it, without those that repeat others."""
    disputes: int
    """The number of independent sources that dispute it, counted likewise."""
    supports_primary: int
    """How many of the sources counted in `supports` are primary."""
    disputes_primary: int
    """How many of the sources counted in `disputes` are primary."""
    rivals: tuple[tuple[str, Location], ...]
    """The entries of its `disputes` key; `SiteIndex.rivals` has both directions."""
    checked: PartialDate | None
    """The date when it was last checked."""
    history: tuple[RatingView, ...]
    """Earlier ratings, oldest first."""
    place: str = ""
    """The place where it was made, such as a city."""
    appearances: tuple[Appearance, ...] = ()
    """Where it was made, the first appearance first."""
    fact: str = ""
    """What is true, in one sentence."""
    reply: ReplyView | None = None
    """What the person who made it answered."""

    @property
    def address(self) -> str:
        """The address of its page: `/kremlin-call/claims/call-happened/`."""
        return claim_address(self.article_address, self.id)


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
    """The question in one sentence."""
    status: Literal["open", "answered"]
    """Whether the question is settled."""
    answer: Markup
    """The answer that settled it; may be empty."""
    answers: tuple[AnswerView, ...]
    """Competing answers, in the author's order."""
    settle: Markup
    """What evidence would settle it; may be empty."""
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
    """Its number, counted from 1 in the order of first use."""
    id: str
    """Its id; the permalink of its entry is the page's `#source-ID`."""
    source: Source
    """The source itself."""
    repeats: tuple[tuple[str, Source], ...]
    """The sources that it repeats, each with its id."""
    uses: Sequence[Use]
    """Its uses, in reading order."""
    location: Location
    """Where the author defined it, in the annotation file or the library."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A part of an article's body: the reference mark of an annotation."""

    annotation: Annotation
    kind: ClassVar[str] = "reference"


@dataclass(frozen=True, slots=True)
class Notes:
    """A part of an article's body: the annotations shown below the preceding block."""

    annotations: tuple[Annotation, ...]
    kind: ClassVar[str] = "notes"


@dataclass(frozen=True, slots=True)
class Html:
    """A part of an article's body: HTML in which annotated passages are marked."""

    html: Markup
    kind: ClassVar[str] = "html"


BodyPart: TypeAlias = Html | Reference | Notes


@dataclass(frozen=True, slots=True)
class Digests:
    """Hashes of an article, which are the same in every process."""

    every: bytes
    """All of them, one after the other: those of all articles are in memory."""

    @classmethod
    def of(cls, whole: bytes, shown: bytes, outline: bytes, frame: bytes) -> Digests:
        """Return hashes of `SIZE` bytes each."""
        return cls(b"".join((whole, shown, outline, frame)))

    @property
    def whole(self) -> bytes:
        """Of all that its pages show of it."""
        return self.every[:SIZE]

    @property
    def shown(self) -> bytes:
        """Of its result without what only its own pages show: texts, and where passages are."""
        return self.every[SIZE : 2 * SIZE]

    @property
    def outline(self) -> bytes:
        """Of the same without what is only text in lists."""
        return self.every[2 * SIZE : 3 * SIZE]

    @property
    def frame(self) -> bytes:
        """Of the same without what only decides where lists have its claims."""
        return self.every[3 * SIZE :]


class LaterBody(Sequence[BodyPart]):
    """The body of an article that has been made, but is not in memory.

    `whole` returns the article with all that its own pages show.
    """

    __slots__ = ("_read", "digests", "sheets", "whole")

    def __init__(
        self, whole: Callable[[], Article], sheets: frozenset[str], digests: Digests
    ) -> None:
        self.whole = whole
        self.sheets = sheets
        """The style sheets that the article's page needs because of its texts."""
        self.digests = digests
        self._read: Sequence[BodyPart] | None = None

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return LaterBody, (self.whole, self.sheets, self.digests)

    @property
    def _parts(self) -> Sequence[BodyPart]:
        if self._read is None:
            self._read = self.whole().body
        return self._read

    def __len__(self) -> int:
        return len(self._parts)

    def __getitem__(self, index: Any) -> Any:
        return self._parts[index]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, LaterBody):
            return self.digests.whole == other.digests.whole
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def changed(self, change: Callable[[Article], Article]) -> LaterBody:
        """Return the body of an article to which a function is applied when it is read."""
        return LaterBody(partial(_changed, self, change), self.sheets, self.digests)


def _changed(body: LaterBody, change: Callable[[Article], Article]) -> Article:
    return change(body.whole())


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an article's body."""

    level: int
    """Its level, 1 to 6."""
    id: str
    """The id of its HTML element."""
    text: str
    """Its plain text."""


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
    """Narrower versions, narrowest first: the width in pixels and the address of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article merged with its annotations: all that its own page needs."""

    path: str
    """Its file, relative to the site's folder."""
    address: str
    """Its address on the site: `/kremlin-call/`."""
    front: FrontMatter
    """Its front matter. The title is that of the text if the front matter has none."""
    heading: Markup
    """Its title as `<h1>`, with the markup that the title has if it is a heading in the text."""
    language: str
    """Its language, as a BCP 47 tag."""
    authors: tuple[str, ...]
    """Its authors; if it names none, the site's."""
    picture: Picture | None
    """Its main picture; `front.image` has the description."""
    disclaimer: Markup
    """Its disclaimer; if it has none, that of its genre; may be empty."""
    findings: tuple[Markup, ...]
    """What it finds, in short sentences."""
    unchecked: Markup | None
    """What was not checked in it; None if the author does not say, empty to say nothing."""
    corrections: tuple[tuple[PartialDate, Markup], ...]
    """Changes after publication, oldest first."""
    body: Sequence[BodyPart]
    """Its HTML, interspersed with reference marks and notes."""
    headings: tuple[Heading, ...]
    """Its headings, in reading order."""
    words: int
    """The number of words."""
    length: int
    """The number of characters (code points) in its text, as offsets of passages count them."""
    annotations: tuple[Annotation, ...]
    """Its annotations in reading order; those on the entire article first."""
    sources: tuple[SourceView, ...]
    """Sources that annotations use, in the order of first use."""
    left_out: frozenset[str] = frozenset()
    """The ids of annotations that it does not have because they are drafts."""

    @property
    def whole(self) -> Article:
        """The article with all that its own pages show."""
        return self.body.whole() if isinstance(self.body, LaterBody) else self

    @property
    def is_plain(self) -> bool:
        """Whether it has neither a date nor annotations, like an “About us” page."""
        return not (self.front.date or self.annotations)

    @property
    def contents(self) -> tuple[Heading, ...]:
        """The headings, of the two highest levels, of its table of contents; empty without one."""
        is_long = len(self.headings) >= _FEWEST_HEADINGS
        wanted = is_long if self.front.toc is None else self.front.toc
        levels = sorted({heading.level for heading in self.headings})[:2]
        return tuple(h for h in self.headings if h.level in levels) if wanted else ()

    @property
    def extra(self) -> FreeData:
        """The site's own data about it, from its front matter."""
        return self.front.extra

    @property
    def image(self) -> str | None:
        """The address of its main picture, on this site or on the web; None if it has none."""
        return self.picture.src if self.picture else None

    @property
    def claims(self) -> tuple[ClaimView, ...]:
        """Its claims, in reading order."""
        return tuple([a for a in self.annotations if isinstance(a, ClaimView)])

    @property
    def claims_left_out(self) -> frozenset[str]:
        """The addresses that the claims in `left_out` would have."""
        return frozenset(claim_address(self.address, name) for name in self.left_out)

    @property
    def questions(self) -> tuple[QuestionView, ...]:
        """Its questions, in reading order."""
        return tuple([a for a in self.annotations if isinstance(a, QuestionView)])

    @property
    def general(self) -> tuple[Annotation, ...]:
        """Its annotations on the entire article."""
        return tuple(a for a in self.annotations if a.passage is None)
