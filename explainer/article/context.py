"""What the articles of a site share, and what is made of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from explainer.article.body import Body
from explainer.markdown.links import LinkLookup, LinkTargets
from explainer.markdown.parser import Markdown, MarkdownOptions, NoteMarkdown
from explainer.model.annotations import AnnotationFile, Library
from explainer.model.article import Article
from explainer.model.documents import RoutedDocument
from explainer.model.location import Located, Location
from explainer.model.problems import Problem
from explainer.model.ratings import Rating
from explainer.model.scalars import Genre
from explainer.parse.references import UsedNames


@dataclass(frozen=True, slots=True)
class Inspection:
    """An article as an inspector sees it: while its tokens are at hand."""

    document: RoutedDocument
    """What was read."""
    body: Body
    """Its Markdown, parsed."""
    file: AnnotationFile | None
    """What the annotation file says; None if it cannot be used, empty if there is none."""
    places: Located
    """The annotation file's data with positions; without data if there is none."""
    article: Article
    """What is made of them."""
    context: ArticleContext
    """What it was made with."""


Inspector: TypeAlias = Callable[[Inspection], object]
"""Finds in an article what a build does not look for. Inspectors are compared with `==` and
pickled, as what they give is: each is a frozen dataclass."""


@dataclass(frozen=True)
class ArticleContext:
    """What the articles of a site share. Made once, passed to every process."""

    language: str
    """The site's language."""
    authors: tuple[str, ...]
    """The authors of articles that name none."""
    disclaimers: Mapping[Genre, tuple[str, Location]]
    """By genre: Markdown, and where site.toml has it."""
    scale: Mapping[str, Rating]
    """By id."""
    library: Library
    """Sources and people that every article may use."""
    library_places: Located
    """The library's data with positions; without data if there is no library."""
    known: LinkTargets
    """What links may lead to."""
    html: bool
    """Whether raw HTML in articles is kept."""
    inspector: Inspector | None = None
    """What else looks at each article; see `ArticleResult.findings`."""

    @cached_property
    def markdown(self) -> Markdown:
        """The parser of articles."""
        return Markdown(MarkdownOptions(html=self.html))

    @cached_property
    def note_markdown(self) -> NoteMarkdown:
        """The parser of annotations' texts."""
        return NoteMarkdown()

    def __getstate__(self) -> dict[str, object]:
        """Leave out the parsers: they cannot be pickled, and each process makes its own."""
        return {k: v for k, v in self.__dict__.items() if not k.endswith("markdown")}


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An annotation that has no place in its article."""

    id: str
    """The author's own id, or the one that it will get."""
    kind: str
    """`claim`, `question`, or the note's kind."""
    text: str
    """The claim, the question, or the note in Markdown."""
    quote: str | None
    """The quote that was not found; None if the target is a section or a picture."""
    location: Location
    """Where the author wrote it."""
    problem: Problem
    """Why it has no place."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link to a part of a page."""

    location: Location
    """Where it is written."""
    origin: str
    """The address of the article that it is part of."""
    address: str
    """The address of the page that it leads to."""
    fragment: str
    """The part, decoded."""
    url: str
    """The link as it was written."""
    annotation: str | None = None
    """The id of the annotation that it is in; None if it is in none, or that has no id."""


@dataclass(frozen=True, slots=True)
class ArticleResult:
    """What came of one document."""

    article: Article
    """The article, without the annotations that have no place."""
    problems: tuple[Problem, ...]
    """What the author must know."""
    used: UsedNames | None
    """The sources and people that its annotations name; None if that cannot be read."""
    sound: bool
    """Whether its annotation file could be used."""
    unplaced: tuple[Unplaced, ...]
    """Annotations that have no place, in the order of the file."""
    queries: tuple[LinkLookup, ...]
    """Everything that was asked of `ArticleContext.known`, with the answers."""
    pointers: tuple[Pointer, ...]
    """Its links to parts of pages, its own page among them."""
    anchors: frozenset[str]
    """The parts of its page that links may lead to: ids in its text, and of its annotations."""
    findings: object = None
    """What the context's inspector gave."""
