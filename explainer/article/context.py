"""What the articles of a site share, and the result of making each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TypeAlias

from explainer.article.body import Body
from explainer.article.shared_names import LibraryParts, SharedNames
from explainer.markdown.link_targets import LinkTargets
from explainer.markdown.links import LinkLookup, LinkOptions
from explainer.markdown.parser import Markdown, MarkdownOptions, NoteMarkdown
from explainer.model.allow import Allowance
from explainer.model.annotations import AnnotationFile, Library, Person
from explainer.model.article import Article
from explainer.model.documents import RoutedDocument
from explainer.model.location import Located, Location
from explainer.model.problems import Problem
from explainer.model.ratings import Rating
from explainer.model.scalars import Genre
from explainer.model.settings import KindSettings
from explainer.support.slugs import same
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class Inspection:
    """An article as an inspector sees it, including its tokens."""

    document: RoutedDocument
    """The document that was read."""
    body: Body
    """Its parsed Markdown."""
    file: AnnotationFile | None
    """The annotation file; None if it cannot be used, empty if there is none."""
    places: Located
    """The data of the annotation file, with positions; empty if there is no file."""
    article: Article
    """The article that was made from them."""
    context: ArticleContext
    """The context in which it was made."""
    library: Library
    """The entries of the library that it can name."""


Inspector: TypeAlias = Callable[[Inspection], object]
"""Finds what a build does not look for in an article. Inspectors and their results are pickled and
compared with `==`, so each is a frozen dataclass."""


def ids_by_name(people: Iterable[tuple[str, Person]]) -> Mapping[str, str]:
    """Return the ids of people, by the keys that `same` returns for their names.

    Of people with one name, the first counts.
    """
    return {same(person.name): name for name, person in reversed([*people])}


ASKED = ("known", "library", "library_places")
"""Attributes of `ArticleContext` that an article looks things up in, and carries the answers of."""


@dataclass(frozen=True)
class ArticleContext:
    """What the articles of a site share. It is created once and passed to every process."""

    language: str
    """The site's language."""
    authors: tuple[str, ...]
    """The authors of articles that name none."""
    disclaimers: Mapping[Genre, tuple[str, Location]]
    """By genre: Markdown, and its location in site.toml."""
    scale: Mapping[str, Rating]
    """Ratings by id."""
    kinds: Mapping[str, KindSettings]
    """Kinds of notes by id."""
    library: Library
    """Sources and people that all articles can use."""
    library_places: Located
    """The data of the library, with positions; empty if there is no library."""
    known: LinkTargets
    """The possible targets of links."""
    options: MarkdownOptions
    """How to read Markdown."""
    links: LinkOptions = LinkOptions()
    """How links are written, and what pages may load."""
    drafts: bool = False
    """Whether to show annotations that are drafts."""
    inspector: Inspector | None = None
    """Inspects each article; see `ArticleResult.findings`."""

    @cached_property
    def parts(self) -> LibraryParts:
        """The parts of the library, of which each article has its own."""
        return LibraryParts(self.library, self.library_places)

    @cached_property
    def markdown(self) -> Markdown:
        """The parser for articles."""
        return Markdown(self.options)

    @cached_property
    def note_markdown(self) -> NoteMarkdown:
        """The parser for the texts of annotations."""
        return NoteMarkdown(self.options)

    def __getstate__(self) -> dict[str, object]:
        """Leave out the parsers. They cannot be pickled, and each process creates its own."""
        own = "markdown", "note_markdown", "parts"
        return {k: v for k, v in self.__dict__.items() if k not in own}

    def with_parsers_of(self, other: ArticleContext) -> ArticleContext:
        """Return this with what another has made of the same options, and of the same library."""
        names = ["markdown", "note_markdown"]
        if (self.library, self.library_places) == (other.library, other.library_places):
            names.append("parts")
        self.__dict__.update({name: getattr(other, name) for name in names})
        return self

    def is_like(self, other: ArticleContext) -> bool:
        """Whether only links and the library may have other answers. Each article asks again."""
        shared = {name: getattr(self, name) for name in ASKED}
        return replace(other, **shared) == self

    def names_alike(self, result: ArticleResult) -> bool:
        """Whether the library has the same entries for the names in an article as before."""
        return self.parts.part(result.names).digest == result.library


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An annotation that has no place in its article."""

    id: str
    """The id that the author set, or the one that it will get."""
    kind: str
    """`claim`, `question`, or the note's kind."""
    text: str
    """The claim, the question, or the note in Markdown."""
    quote: str | None
    """The quote that was not found; None if the target is a section or picture."""
    location: Location
    """Its location in the annotation file."""
    problem: Problem
    """Why it has no place."""
    draft: bool = False
    """Whether it is a draft."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link to a part of a page, or to a page that may be generated from annotations."""

    location: Location
    """The location of the link."""
    origin: str
    """The address of the article that contains it."""
    address: str
    """The address of the page that it links to."""
    fragment: str
    """The part of that page, decoded; empty for the whole page."""
    url: str
    """The link as the author wrote it."""
    annotation: str | None = None
    """The id of the annotation that contains it; None outside annotations, or without an id."""


@dataclass(frozen=True, slots=True)
class ArticleResult:
    """The result of making one article."""

    article: Article
    """The article, without the annotations that have no place or are left out."""
    problems: tuple[Problem, ...]
    """The problems to report to the author."""
    used: tuple[tuple[str, str], ...] | None
    """Those of `references.used` that the library may have; None if the file cannot be read."""
    sound: bool
    """Whether its annotation file can be used."""
    unplaced: tuple[Unplaced, ...]
    """Annotations that have no place, in the order of the file."""
    queries: tuple[LinkLookup, ...]
    """Every look-up in `ArticleContext.known`, with its result."""
    names: SharedNames
    """The names for which it has entries of the library."""
    library: bytes
    """A hash of these entries: see `LibraryPart`."""
    pointers: tuple[Pointer, ...]
    """Its links to parts of pages, including its own page, and to pages of people, topics, and
    claims."""
    anchors: str
    """Ids in its text that links can name, each followed by a null character, in order: one text
    takes less memory. Its page also has those of its annotations."""
    allowances: tuple[Allowance, ...]
    """The entries of `allow` of its annotations."""
    findings: object = None
    """The result of the context's inspector."""
