"""A site in memory as of its last update, and what an update changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from explainer.article.context import Unplaced
from explainer.build.site import Site
from explainer.model.problems import Problem

ChangeKind: TypeAlias = Literal["nothing", "styles", "pages", "problems"]


@dataclass(frozen=True, slots=True)
class Change:
    """What an update changed for open pages."""

    kind: ChangeKind
    """`styles`: only style sheets differ. `problems`: every response is the same as before, but
    the problems or the annotations without a place differ."""
    styles: tuple[str, ...] = ()
    """The addresses of the style sheets that differ, if nothing else does."""


@dataclass(frozen=True, slots=True)
class ArticleFiles:
    """The files of an article. Paths are relative to the site's folder."""

    article: str
    """Its Markdown."""
    annotations: str
    """Its annotation file, whether it exists or not."""


@dataclass(frozen=True, slots=True)
class SiteState:
    """A site as of its last update."""

    problems: tuple[Problem, ...] = ()
    """All of them, sorted."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """What the authors wrote, by path: for excerpts."""
    unplaced: Mapping[str, tuple[Unplaced, ...]] = field(default_factory=dict)
    """By an article's address: its annotations that have no place."""
    articles: Mapping[str, ArticleFiles] = field(default_factory=dict)
    """By address."""
    site: Site | None = None
    """What the pages are made from. None until something could be made."""
