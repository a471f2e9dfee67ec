"""A site as its pages need it, and what came of loading one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from explainer.article.context import ArticleContext, ArticleResult, Unplaced
from explainer.markdown.pictures import Gallery
from explainer.model.documents import Asset, RoutedDocument
from explainer.model.location import Located
from explainer.model.problems import Problem
from explainer.model.ratings import Rating
from explainer.model.settings import Settings
from explainer.model.site import SiteIndex
from explainer.output.search import Pagefind
from explainer.render.cards import Cards
from explainer.render.renderer import Renderer
from explainer.render.theme import Theme
from explainer.site.navigation import MenuItem
from explainer.site.routes import Routes


@dataclass(frozen=True, kw_only=True)
class Site:
    """Everything that a site's pages are rendered from."""

    settings: Settings
    """site.toml, with the command's options over it."""
    settings_places: Located
    """site.toml as it is written."""
    scale: tuple[Rating, ...]
    """All ratings that a claim may have."""
    index: SiteIndex
    """All articles, and what they have in common."""
    menu: tuple[MenuItem, ...]
    """The links before the sections."""
    aliases: Mapping[str, str]
    """By an older address: the address that it leads to."""
    assets: tuple[Asset, ...]
    """Files that are copied."""
    named: Mapping[str, str]
    """Of the copied files, those that every page names (`render.OWN_FILES`): a hash of each."""
    theme: Theme
    """How pages look."""
    search: Pagefind | None
    """What readers search the site with; None if they cannot."""
    versions: Mapping[str, Path | bytes]
    """By its place in the output: a narrower version of a picture, or the file that holds it."""
    cards: Cards | None
    """How cards for previews are made; None if they are not."""
    unplaced: Mapping[str, tuple[Unplaced, ...]]
    """By an article's address: its annotations that have no place."""

    @cached_property
    def own_files(self) -> frozenset[str]:
        """Places in the output of the author's files; ours never take them."""
        return frozenset(asset.target for asset in self.assets)

    def renderer(self, *, live: bool = False) -> Renderer:
        """Give what renders the site's pages; `live` pages connect to `explainer serve`."""
        return Renderer(
            self.settings,
            self.scale,
            self.theme,
            self.index,
            files=self.named,
            menu=self.menu,
            search=self.search is not None,
            cards=self.cards,
            live=live,
        )


@dataclass(frozen=True, slots=True)
class Articles:
    """The articles of a site, and what they were made with."""

    context: ArticleContext
    routes: Routes
    gallery: Gallery
    """The pictures that they may show."""
    results: tuple[tuple[RoutedDocument, ArticleResult], ...]
    """In the order of `routes.documents`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """What came of loading a site."""

    site: Site | None
    """None if site.toml or the theme cannot be used, or there is no content."""
    texts: Mapping[str, str]
    """Every text that was read, by path: problems show lines of them."""
    problems: tuple[Problem, ...]
    """What is wrong with them; not sorted."""
    articles: Articles | None = None
    """None if no article was made."""
