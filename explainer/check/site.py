"""A site as checks see it: what a build made of it, and every author's file parsed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from explainer.article.body import Body, parse_body
from explainer.markdown.parser import Markdown, NoteMarkdown
from explainer.model.annotations import AnnotationFile, Library
from explainer.model.article import Article
from explainer.model.documents import RoutedDocument, Text
from explainer.model.location import Lines, Located
from explainer.model.ratings import Rating
from explainer.model.settings import Settings
from explainer.parse.annotations import read_annotations


@dataclass(frozen=True)
class CheckedArticle:
    """An article and its annotation file."""

    routed: RoutedDocument
    """What was read."""
    markdown: Markdown = field(repr=False)
    """The parser of articles."""
    article: Article | None = None
    """What a build makes of it."""
    is_sound: bool = True
    """Whether its annotation file has no error."""

    @cached_property
    def body(self) -> Body:
        """Its Markdown, parsed."""
        return parse_body(self.markdown, self.routed.body)

    @cached_property
    def lines(self) -> Lines:
        """The lines of its Markdown."""
        path = self.routed.document.article.path
        return Lines(path, self.routed.body, self.routed.first_line)

    @cached_property
    def _annotations(self) -> tuple[AnnotationFile | None, Located]:
        text = self.routed.document.annotations or Text("", "")
        return read_annotations(text)[:2]

    @property
    def file(self) -> AnnotationFile | None:
        """What the annotation file says; None if there is none, or an error in it."""
        has_file = self.routed.document.annotations and self.is_sound
        return self._annotations[0] if has_file else None

    @property
    def places(self) -> Located:
        """The annotation file as it is written; without data if there is none."""
        return self._annotations[1]


@dataclass(frozen=True, kw_only=True)
class CheckedSite:
    """All that checks look at."""

    settings: Settings
    """site.toml."""
    settings_places: Located
    """site.toml as it is written."""
    scale: Mapping[str, Rating]
    """The ratings that a claim may have, by id."""
    library: Library
    """Sources and people that the articles share."""
    library_places: Located | None
    """The library as it is written; None if there is none."""
    articles: Sequence[CheckedArticle]
    """In the order of their paths."""
    published: Sequence[Article]
    """The articles that have a page."""
    note_markdown: NoteMarkdown
    """The parser of annotations' texts."""
    today: str
    """The date in the site's time zone (ISO 8601)."""
    wide_pictures: Sequence[str] = ()
    """Pictures that the extra `images` would make narrower versions of: places in the output."""
    has_address: bool = False
    """Whether a workflow gives the site's address."""
