"""A site as its pages need it, and the result of loading one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from explainer.article.context import ArticleContext, ArticleResult, Unplaced
from explainer.markdown.pictures import Gallery
from explainer.model.allow import Allowance, silence, unused
from explainer.model.documents import Asset, RoutedDocument, Texts
from explainer.model.location import Located
from explainer.model.problems import LATE_CODES, Problem, per_key
from explainer.model.ratings import Rating
from explainer.model.settings import Settings
from explainer.model.site import SiteIndex
from explainer.output.search import Pagefind
from explainer.render.assets import note_places
from explainer.render.cards import Cards
from explainer.render.renderer import Renderer, is_font
from explainer.render.theme import Theme
from explainer.site.navigation import MenuItem
from explainer.site.routes import Routes
from explainer.support.values import dataclass


@dataclass(frozen=True, kw_only=True)
class Site:
    """Everything that a site's pages are rendered from."""

    settings: Settings
    """The settings of site.toml, overridden by the command's options."""
    settings_places: Located
    """The data of site.toml with positions."""
    scale: tuple[Rating, ...]
    """All ratings that a claim can have."""
    index: SiteIndex
    """All articles, and what they have in common."""
    menu: tuple[MenuItem, ...]
    """The menu's links, which precede those to the sections."""
    aliases: Mapping[str, str]
    """By an older address: the current address of its page."""
    assets: tuple[Asset, ...]
    """Files to copy."""
    named: Mapping[str, str]
    """Hashes of the copied files that every page names (`render.OWN_FILES`)."""
    theme: Theme
    """The theme of the pages."""
    search: Pagefind | None
    """Builds the search index; None if there is no search."""
    versions: Mapping[str, Path | bytes]
    """By its path in the output: a narrower version of a picture, or the file that contains it."""
    cards: Cards | None
    """Makes cards for link previews; None if there are none."""
    unplaced: Mapping[str, tuple[Unplaced, ...]]
    """By an article's address: its annotations that have no place."""
    allowances: tuple[Allowance, ...]
    """The entries of `allow` in all files."""
    named_pages: object
    """The same object for versions of a site that have the same entries in the index, and in which
    all pages have the same links to others."""

    def reported(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return the problems that no entry of `allow` silences."""
        return silence(problems, self.allowances)[0]

    @cached_property
    def own_files(self) -> frozenset[str]:
        """Output paths of the author's files. Generated files never replace them."""
        return frozenset(asset.target for asset in self.assets)

    def renderer(self, *, live: bool = False, like: Renderer | None = None) -> Renderer:
        """Return the renderer of the site's pages. `live` pages connect to `explainer serve`.

        `like` is the renderer of an earlier version of the site that `has_same_context`.
        """
        return Renderer(
            self.settings,
            self.scale,
            self.theme,
            self.index,
            files=self.named,
            menu=self.menu,
            search=self.search is not None,
            cards=self.cards,
            fonts=any(map(is_font, self.own_files)),
            live=live,
            like=like.context if like else None,
        )

    def has_same_context(self, other: Site) -> bool:
        """Whether the pages of two versions of a site, with the same options, share a context."""
        most, was = self.index.most_annotations, other.index.most_annotations
        return (
            self.named_pages is other.named_pages
            and self.settings is other.settings
            and self.theme is other.theme
            and (self.search, self.cards) == (other.search, other.cards)
            and self.menu is other.menu
            and self.named is other.named
            and self.assets is other.assets
            and note_places(most) == note_places(was)
        )


@dataclass(frozen=True, slots=True)
class Articles:
    """The articles of a site, and what they were made with."""

    context: ArticleContext
    routes: Routes
    gallery: Gallery
    """The pictures that they can show."""
    made: Sequence[ArticleResult]
    """Their results, in the order of `routes.documents`."""

    @property
    def results(self) -> Iterator[tuple[RoutedDocument, ArticleResult]]:
        """The documents with their results."""
        return zip(self.routes.documents, self.made, strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """The result of loading a site."""

    site: Site | None
    """None if site.toml or the theme cannot be used, or there is no content."""
    texts: Texts
    """Every text that was read, by path. Problems quote lines of them."""
    problems: tuple[Problem, ...]
    """The problems in them, unsorted."""
    articles: Articles | None = None
    """The articles; None if none was made."""
    used: frozenset[Allowance] = frozenset()
    """The entries of `allow` that silenced a problem."""

    @property
    def judged(self) -> Iterator[Allowance]:
        """The entries of `allow` that are reported if they silence nothing.

        Those of drafts and of pages dated in the future are not: which problems they have depends
        on whether they are built.
        """
        plan = self.articles.routes if self.articles else None
        unpublished = plan.skipped | plan.provisional if plan else frozenset[str]()
        for one in self.site.allowances if self.site else ():
            if unpublished.isdisjoint(one.paths or ()) and not one.draft:
                yield one

    def settled(self) -> LoadResult:
        """Return the result without the problems that `allow` silences.

        Entries that silence nothing are reported, unless a later step may find such a problem.
        """
        allowances = self.site.allowances if self.site else ()
        problems, used = silence(self.problems, allowances)
        early = (one for one in self.judged if one.code not in LATE_CODES)
        problems += unused(early, used)
        return replace(self, problems=per_key(problems), used=frozenset(used))
