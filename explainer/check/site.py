"""What checks look at: one article while it is made, and the site when all are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from explainer.article.body import Body
from explainer.article.context import Inspection
from explainer.model.annotations import AnnotationFile, Library
from explainer.model.article import Article
from explainer.model.documents import RoutedDocument
from explainer.model.location import Lines, Located
from explainer.model.ratings import Rating
from explainer.model.settings import Settings

_NO_FILE = Located(None, True, Lines("", ""))


@dataclass(frozen=True)
class CheckedArticle:
    """An article and its annotation file, as a build parsed them."""

    routed: RoutedDocument
    """What was read."""
    body: Body
    """Its Markdown, parsed."""
    article: Article
    """What a build makes of it."""
    file: AnnotationFile | None = None
    """What the annotation file says; None if there is none, or an error in it."""
    places: Located = _NO_FILE
    """The annotation file as it is written; without data if there is none."""

    @classmethod
    def of(cls, seen: Inspection) -> CheckedArticle:
        """Give what a build shows its inspector."""
        file = seen.annotations if seen.located else None
        return cls(seen.document, seen.body, seen.article, file, seen.located or _NO_FILE)

    @cached_property
    def lines(self) -> Lines:
        """The lines of its Markdown."""
        return Lines(self.routed.path, self.routed.body, self.routed.first_line)


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What rules about an article need beside it."""

    settings: Settings
    """site.toml."""
    scale: Mapping[str, Rating]
    """The ratings that a claim may have, by id."""
    library: Library
    """Sources and people that the articles share."""
    today: str
    """The date in the site's time zone (ISO 8601)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSite:
    """What rules about a whole site look at."""

    settings: Settings
    """site.toml."""
    settings_places: Located
    """site.toml as it is written."""
    library: Library
    """Sources and people that the articles share."""
    library_places: Located | None
    """The library as it is written; None if there is none."""
    published: Sequence[Article]
    """The articles that have a page."""
    wide_pictures: Sequence[str] = ()
    """Pictures that the extra `images` would make narrower versions of: places in the output."""
    has_address: bool = False
    """Whether a workflow gives the site's address."""
