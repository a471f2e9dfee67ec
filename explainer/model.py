"""What the stages hand on: frozen values, each field with its meaning.

Three families stand here, in the order in which the pipeline makes them:

* *what authors write* (`Settings`, `FrontMatter`, `AnnotationFile`, `Library` and their parts):
  the public contract of FORMAT.md. `schema.py` fills them from YAML and TOML and derives the
  JSON Schemas from them, so a docstring under a field is also what an editor shows;
* *what lies on disk* (`Document`, `Asset`): texts and places, not yet understood;
* *what a page shows* (`Article` and the annotations on it): merged, anchored, rendered.

Terms are those of the W3C Web Annotation Data Model, schema.org ClaimReview and CSL.
This module imports no sibling.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeAlias

from markupsafe import Markup

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

# Keys that FORMAT.md does not name are errors. Field docstrings become schema descriptions, but in
# json_schema.py: pydantic's `use_attribute_docstrings` leaves inherited fields out, and would parse
# this file once a class in every run, for 0.3 s.
_STRICT: dict[str, Any] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in an author's file."""

    path: str
    """The file, relative to the site's folder, with `/` between its parts."""
    line: int = 0
    """Counts from 1; 0 where the whole file is meant."""
    column: int = 0
    """Counts characters from 1; 0 where the whole line is meant."""


# --- words with a form ---------------------------------------------------------------------------


class _Word(str):
    """Text of a fixed form. `check` raises ValueError with words for the author."""

    __slots__ = ()
    pattern: ClassVar[str]
    """A regular expression in the dialect that JSON Schema and Python share."""

    @classmethod
    def check(cls, text: str) -> Self:
        """Give `text` as a value of this class, or raise ValueError saying what is wrong."""
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(cls.check, core_schema.str_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> Any:
        return {"type": "string", "pattern": cls.pattern}


class PartialDate(_Word):
    """An ISO 8601 date that may stop at the year or the month: `2024`, `2024-11`, `2024-11-10`.

    Dates compare as text: a partial date comes before every date within it.
    """

    __slots__ = ()
    pattern = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"

    @classmethod
    def check(cls, text: str) -> Self:
        """Give the date, or raise ValueError."""
        if not re.fullmatch(cls.pattern, text, re.ASCII):
            raise ValueError(f"`{text}` is not a date: write it as 2024-11-10, 2024-11 or 2024")
        if len(text) == 10:
            import datetime

            try:
                datetime.date.fromisoformat(text)
            except ValueError:
                raise ValueError(f"`{text}` is not a day of the calendar") from None
        return cls(text)

    @property
    def parts(self) -> tuple[int, ...]:
        """Year, and month and day where they are known."""
        return tuple(int(part) for part in self.split("-"))


class Id(_Word):
    """A name that stands in addresses: ASCII letters, digits, `-`, `_` and `.` between them."""

    __slots__ = ()
    pattern = r"^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$"

    @classmethod
    def check(cls, text: str) -> Self:
        """Give the id, or raise ValueError."""
        if not re.fullmatch(cls.pattern, text):
            raise ValueError(
                f"`{text}` cannot be an id: it stands in the page's address, so use only "
                "letters a to z, digits and hyphens, such as `call-happened`"
            )
        return cls(text)


class Url(_Word):
    """An absolute address of the web: `https://…` or `http://…`."""

    __slots__ = ()
    pattern = r"^https?://[^\s<>\"]+$"

    @classmethod
    def check(cls, text: str) -> Self:
        """Give the address, or raise ValueError."""
        if not re.fullmatch(cls.pattern, text):
            raise ValueError(f"`{text}` is not a web address: it begins with https:// or http://")
        return cls(text)


class _CoreBool:
    """Marks a field as YAML 1.2's boolean: `true` or `false`, and not `yes`, `on` or `1`."""

    @staticmethod
    def check(value: object) -> object:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in {"true", "True", "TRUE", "false", "False", "FALSE"}:
            return value.lower() == "true"
        raise ValueError(f"`{value}` is neither true nor false")

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self.check, core_schema.bool_schema())


Flag: TypeAlias = Annotated[bool, _CoreBool()]
RatingId: TypeAlias = str
"""A rating's id. Whether the scale has it is told by references.py, with the nearest one."""
Stance: TypeAlias = Literal["supports", "disputes", "context"]
"""What a piece of evidence says of a claim (CiTO: supports, disputes)."""
NoteKind: TypeAlias = Literal[
    "context", "definition", "opinion", "quotation", "correction", "translation"
]
Genre: TypeAlias = Literal[
    "news", "analysis", "opinion", "explainer", "transcript", "speech", "paper"
]
Shape: TypeAlias = Literal[
    "circle",
    "ring",
    "half",
    "quarter",
    "square",
    "diamond",
    "triangle",
    "cross",
    "bar",
    "dots",
    "quote",
    "star",
    "plus",
    "moon",
    "down",
    "frame",
    "hourglass",
    "chevron",
    "stripes",
]
"""What a badge looks like without colour. The last eight are for the ratings that sites add."""
Tone: TypeAlias = Literal["blue", "sky", "grey", "amber", "orange", "plain"]
"""A badge's colour: from blue (best) over grey to orange (worst); plain for what is not rated."""


# --- site.toml -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSettings:
    """`[[ratings]]` in site.toml: a rating as its author writes it."""

    __pydantic_config__ = _STRICT

    id: Id
    """The word that claims use: `rating: disputed`."""
    label: str
    """The word that readers see."""
    value: float | None = None
    """Its number on the scale (1 worst, 5 best), or nothing where it is not a degree of truth."""
    shape: Shape | None = None
    """The badge's shape; if not given, one that no other rating of the scale has."""
    tone: Tone | None = None
    """The badge's colour, by name; if not given, it follows from the value."""
    checked: Flag = True
    """Whether a claim with this rating counts as checked."""
    meaning: str = ""
    """One sentence: what a claim must be like to be rated so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """`[build]` in site.toml."""

    __pydantic_config__ = _STRICT

    output: str = "_site"
    """The folder to build into, relative to the site's folder."""
    drafts: Flag = False
    """Build pages with `draft: true` too."""
    future: Flag = False
    """Build pages whose date has not come yet too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownSettings:
    """`[markdown]` in site.toml."""

    __pydantic_config__ = _STRICT

    html: Flag = False
    """Let raw HTML in articles through. Annotations never may have any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """`[feeds]` in site.toml."""

    __pydantic_config__ = _STRICT

    enabled: Flag = True
    """Write Atom feeds of articles and of claims."""
    entries: int = 20
    """How many of the newest entries a feed holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """`[search]` in site.toml."""

    __pydantic_config__ = _STRICT

    enabled: Flag | None = None
    """Let readers search the site. Not given: if the extra `search` (Pagefind) is installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSettings:
    """`[images]` in site.toml. What is not said is done where the extra `images` is installed."""

    __pydantic_config__ = _STRICT

    cards: Flag | None = None
    """Make the pictures that others show with a link to an article; needs the site's `url`."""
    sizes: Flag | None = None
    """Make narrower versions of wide pictures, for narrow screens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSettings:
    """`[publish]` in site.toml."""

    __pydantic_config__ = _STRICT

    branch: str = "gh-pages"
    """The branch that GitHub Pages serves."""
    cname: str | None = None
    """A domain of your own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuLink:
    """An entry of `menu` in site.toml in words of its own: to a page of the site, or to the web."""

    __pydantic_config__ = _STRICT

    title: str
    """What the link says."""
    page: str | None = None
    """The page it leads to, as a path from content/; or write a `url`."""
    url: Url | None = None
    """Where it leads on the web; or write a `page`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """site.toml."""

    __pydantic_config__ = _STRICT

    title: str
    """The site's name."""
    url: Url | None = None
    """Where the site will be published, with the path of a GitHub project page."""
    language: str = "en"
    """The language of pages that do not say their own (BCP 47)."""
    description: str = ""
    """One sentence about the site."""
    theme: str = "default"
    """A folder in themes/, or a theme that explainer brings."""
    authors: tuple[str, ...] = ()
    """The authors of pages that name none."""
    timezone: str = "UTC"
    """An IANA time zone: decides when a date in the future has come."""
    menu: tuple[str | MenuLink, ...] = ()
    """Links on top of every page, before Claims and Sources. Each is the path of a page from
    content/, whose title the link says, or a title with a `page` or a `url`."""
    build: BuildSettings = field(default_factory=BuildSettings)
    """What is built, and where to."""
    markdown: MarkdownSettings = field(default_factory=MarkdownSettings)
    """How articles are read."""
    ratings: tuple[RatingSettings, ...] = ()
    """Ratings that replace those of the same id, or join the scale."""
    disclaimers: Mapping[Genre, str] = field(default_factory=dict)
    """By genre: Markdown that stands on top of every such article."""
    feeds: FeedSettings = field(default_factory=FeedSettings)
    """Atom feeds."""
    search: SearchSettings = field(default_factory=SearchSettings)
    """The page on which readers search the site."""
    images: ImageSettings = field(default_factory=ImageSettings)
    """Pictures."""
    publish: PublishSettings = field(default_factory=PublishSettings)
    """GitHub Pages."""


# --- front matter --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that stands for the article."""

    __pydantic_config__ = _STRICT

    src: str
    """A file beside the article, or an address."""
    alt: str
    """What the picture shows, for those who do not see it."""
    credit: str = ""
    """Who made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Further reading on the web."""

    __pydantic_config__ = _STRICT

    title: str
    """What the link says."""
    url: Url
    """Where it leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """Somebody else's text that the article prints."""

    __pydantic_config__ = _STRICT

    title: str = ""
    """Its title."""
    authors: tuple[str, ...] = ()
    """Who wrote it."""
    publisher: str = ""
    """Who published it."""
    url: Url | None = None
    """Where it was read."""
    date: PartialDate | None = None
    """When it was published or spoken."""
    licence: str = ""
    """By what right it is printed here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What was changed in the article after publication."""

    __pydantic_config__ = _STRICT

    date: PartialDate
    """When."""
    text: str
    """What was wrong and what stands now, in Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The YAML between `---` lines at an article's head."""

    __pydantic_config__ = _STRICT

    title: str
    """The article's title."""
    subtitle: str = ""
    """A line under the title."""
    summary: str = ""
    """One or two sentences for indexes, feeds and previews."""
    slug: str = ""
    """The last part of the address, in place of the file's name."""
    language: str = ""
    """BCP 47; the site's language if not given."""
    date: PartialDate | None = None
    """First published."""
    updated: PartialDate | None = None
    """Last changed."""
    authors: tuple[str, ...] = ()
    """Who wrote it; the site's authors if not given."""
    topics: tuple[str, ...] = ()
    """What it is about; each topic has a page."""
    image: Image | None = None
    """A picture that stands for the article."""
    related: tuple[str | Related, ...] = ()
    """Paths of other articles, or titles and addresses."""
    chapters: tuple[str, ...] = ()
    """Paths of the articles that follow this one, in the order in which they are read. They are
    listed below its text; each leads back here, and to the one before and the one after it."""
    genre: Genre = "explainer"
    """What kind of text it is."""
    original: Original | None = None
    """Where the text is somebody else's: whose."""
    disclaimer: str | None = None
    """Markdown; by default what the site says for the genre."""
    corrections: tuple[Correction, ...] = ()
    """What was changed after publication, oldest first."""
    draft: Flag = False
    """Not to be published yet."""
    aliases: tuple[str, ...] = ()
    """Older addresses that lead here."""
    noindex: Flag = False
    """Ask search engines to leave this page out."""


# --- annotation files ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something that can be cited. `type` is one of CSL's."""

    __pydantic_config__ = _STRICT

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
class Person:
    """Somebody, or an institution, that says something."""

    __pydantic_config__ = _STRICT

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
class Target:
    """What an annotation is about (W3C TextQuoteSelector); with no key, the whole article."""

    __pydantic_config__ = _STRICT

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
class Evidence:
    """A source's word for or against a claim."""

    __pydantic_config__ = _STRICT

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
class RatingChange:
    """An earlier rating of a claim."""

    __pydantic_config__ = _STRICT

    date: PartialDate
    """From when."""
    rating: RatingId
    """What it was."""
    review: str = ""
    """Why, in Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Target):
    """Something said to be so, checked."""

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
class Answer:
    """One of several answers to an open question."""

    __pydantic_config__ = _STRICT

    answer: str
    """In Markdown."""
    by: str | None = None
    """Who gives it: a person's id, or a name."""
    sources: tuple[Id, ...] = ()
    """Where they say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Target):
    """Something that the article leaves, or that nobody has answered."""

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
class Library:
    """`_library.yaml`: what every article may use."""

    __pydantic_config__ = _STRICT

    sources: Mapping[Id, Source] = field(default_factory=dict)
    """What can be cited, by id."""
    people: Mapping[Id, Person] = field(default_factory=dict)
    """Who says something, by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationFile(Library):
    """`X.yaml` beside `X.md`."""

    claims: tuple[Claim, ...] = ()
    """What the article, or somebody in it, says is so."""
    notes: tuple[Note, ...] = ()
    """What helps to understand it."""
    questions: tuple[Question, ...] = ()
    """What remains open."""


# --- what lies on disk ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A text file that an author wrote."""

    path: str
    """Relative to the site's folder, with `/` between its parts."""
    content: str
    """Decoded, without a byte order mark; line ends are `\n`."""


@dataclass(frozen=True, slots=True)
class Document:
    """An article's file, with its annotation file if there is one."""

    article: Text
    """The Markdown, front matter included."""
    annotations: Text | None = None
    """The YAML beside it."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that is copied as it is."""

    path: str
    """Where it lies, relative to the site's folder."""
    target: str
    """Where it goes, relative to the output folder."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of which the head is understood: what other pages may know of it."""

    document: Document
    """What was read."""
    front: FrontMatter
    """Its front matter."""
    address: str
    """`/kremlin-call/`: under the site's url; begins and ends with `/`."""
    body: str
    """The Markdown after the front matter."""
    first_line: int
    """The line of the file on which `body` begins, from 1."""


# --- what a page shows ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One step of a site's rating scale, with all that its badge needs."""

    id: Id
    """The word that claims use."""
    label: str
    """The word that readers see."""
    value: float | None = None
    """Its number on the scale (1 worst, 5 best), or nothing where it is not a degree of truth."""
    shape: Shape = "circle"
    """The badge's shape, so that ratings differ without colour."""
    tone: Tone = "grey"
    """The badge's colour, by name."""
    checked: bool = True
    """Whether a claim with this rating counts as checked."""
    meaning: str = ""
    """One sentence: what a claim must be like to be rated so."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The place of a target in an article's reader's text (ANCHORING.md)."""

    start: int
    """Code points of the reader's text before it."""
    end: int
    """Code points up to its end; equal to `start` for a picture."""
    exact: str
    """The words, as they stand in the reader's text."""
    prefix: str
    """Up to 32 characters before it."""
    suffix: str
    """Up to 32 characters after it."""
    line: int
    """The line of the article's file on which it begins, from 1."""
    section: str
    """The id of the heading under which it stands; empty before the first."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something: one of `people`, or a bare name."""

    id: str
    """The last part of the person's address."""
    person: Person
    """What is known of them; only the name for a bare name."""


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
    """Where in the source."""
    note: Markup = field(default_factory=Markup)
    """A word on what it is worth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """An annotation in its place. `id`s are unique in an article."""

    id: str
    """Its permalink: the page's `#note-ID`."""
    number: int
    """Its place in reading order, from 1: what the reference mark says."""
    kind: str
    """`claim`, `question`, or a note's kind."""
    where: Where
    """Where the author wrote it."""
    passage: Passage | None
    """What it stands on; nothing where that is the whole article."""
    citations: tuple[Citation, ...] = ()
    """Its sources, in the author's order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView(Annotation):
    """A note, rendered."""

    html: Markup
    """What the reader is told."""
    date: PartialDate | None = None
    """When it was added or last changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingView:
    """A rating that a claim had, or has."""

    rating: Rating
    """A step of the site's scale."""
    date: PartialDate | None
    """From when."""
    review: Markup
    """Why."""


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
    """Why."""
    supports: int
    """How many independent sources support it: those that only repeat others are not counted."""
    disputes: int
    """How many independent sources dispute it."""
    rivals: tuple[str, ...]
    """What the author wrote under `disputes`; `SiteIndex.rivals` has both directions."""
    checked: PartialDate | None
    """When it was last looked at."""
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
    """Where they say so."""


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
    """When it was last looked at."""


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a source is used."""

    annotation: Annotation
    """By what."""
    citation: Citation
    """How."""


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
    """What it passes on: ids and sources."""
    uses: tuple[Use, ...]
    """Where it is used, in reading order."""


@dataclass(frozen=True, slots=True)
class Reference:
    """In an article's body: here stands the reference mark of an annotation."""

    annotation: Annotation
    kind: ClassVar[str] = "reference"


@dataclass(frozen=True, slots=True)
class Notes:
    """In an article's body: under the block that ended here belong these annotations."""

    annotations: tuple[Annotation, ...]
    kind: ClassVar[str] = "notes"


@dataclass(frozen=True, slots=True)
class Html:
    """In an article's body: HTML with marks."""

    html: Markup
    kind: ClassVar[str] = "html"


Part: TypeAlias = Html | Reference | Notes


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an article's body."""

    level: int
    """1 to 6."""
    id: str
    """Its anchor."""
    text: str
    """Its words."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as pages show it."""

    src: str
    """Where it lies: an address of this site, or of the web."""
    width: int = 0
    """In CSS pixels; 0 where that is not known, as of a picture of the web."""
    height: int = 0
    """In CSS pixels; 0 where that is not known."""
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
    """What the author says of it."""
    language: str
    """BCP 47."""
    authors: tuple[str, ...]
    """Its own, or the site's."""
    picture: Picture | None
    """The picture that stands for it; `front.image` has its words."""
    disclaimer: Markup
    """Its own, or its genre's; may be empty."""
    corrections: tuple[tuple[PartialDate, Markup], ...]
    """What was changed after publication, oldest first."""
    body: tuple[Part, ...]
    """HTML, with the places of references and notes between."""
    headings: tuple[Heading, ...]
    """The outline."""
    words: int
    """How long it is."""
    annotations: tuple[Annotation, ...]
    """In reading order; those on the whole article first."""
    sources: tuple[SourceView, ...]
    """Sources that annotations use, in the order of first use."""

    @property
    def is_plain(self) -> bool:
        """Whether it has neither a date nor annotations, as “About us” has."""
        return not (self.front.date or self.annotations)

    @property
    def image(self) -> str | None:
        """Where the picture that stands for it lies: an address of this site, or of the web."""
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


# --- what is known across articles ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClaimRef:
    """A claim and the article that carries it."""

    article: Article
    claim: ClaimView


@dataclass(frozen=True, slots=True)
class SourceUse:
    """A use of a source, and the article in which it stands."""

    article: Article
    use: Use


@dataclass(frozen=True, slots=True)
class IndexedSource:
    """A source across the site."""

    key: str
    """Its anchor on the page of sources."""
    source: Source
    repeats: tuple[tuple[str, Source], ...]
    """What it passes on: keys and sources."""
    uses: tuple[SourceUse, ...]


@dataclass(frozen=True, slots=True)
class IndexedPerson:
    """Somebody who claims or answers something, across the site."""

    id: str
    """The last part of the address `/people/ID/`."""
    person: Person
    claims: tuple[ClaimRef, ...]
    answers: tuple[tuple[Article, QuestionView, AnswerView], ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """Articles that share a topic."""

    slug: str
    """The last part of the address `/topics/SLUG/`."""
    name: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """All articles, and what they have in common. Everything is in a fixed order."""

    articles: tuple[Article, ...]
    """Newest first, then by address; plain pages (without date) last."""
    claims: tuple[ClaimRef, ...]
    """Newest first."""
    sources: Sequence[IndexedSource]
    """By title."""
    people: tuple[IndexedPerson, ...]
    """By name."""
    topics: tuple[Topic, ...]
    """By name."""
    rivals: Mapping[str, tuple[ClaimRef, ...]]
    """By a claim's address: the claims that say the opposite, in both directions."""
    related: Mapping[str, tuple[tuple[str, str], ...]]
    """By an article's address: titles and addresses (of this site, or absolute) to read next."""
    chapters: Mapping[str, tuple[Article, ...]]
    """By an article's address: its chapters, in their order."""
    parents: Mapping[str, Article]
    """By an article's address: the one that it is a chapter of."""
