"""Data and functions that all pages of a site share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TypeAlias

from markupsafe import Markup

from explainer.formats import atom
from explainer.language.words import Words, words_of
from explainer.model.free_data import FreeData
from explainer.model.ratings import Rating, undefined
from explainer.model.security import SecuritySettings
from explainer.render.assets import Assets
from explainer.render.cards import Cards
from explainer.render.theme import Theme
from explainer.support import addresses
from explainer.support.addresses import LinkStyle
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """`site` in templates: the same on every page."""

    title: str
    description: str
    language: str
    url: str | None
    """The URL at which the site is published, without a `/` at the end."""
    authors: tuple[str, ...]
    scale: tuple[Rating, ...]
    """All ratings that a claim may have."""
    sections: tuple[str, ...]
    """The index pages that the site has, of `claims`, `sources`, `people`, and `topics`. The index
    `claims` is at `/claims/`."""
    pages: tuple[tuple[str, str, str], ...]
    """Plain pages at the top level, such as “About”: titles, addresses, and languages. Without
    chapters and pages in the menu."""
    menu: tuple[tuple[str, str, str], ...]
    """The links before the sections: titles, addresses (on this site or the web), and languages."""
    feeds: bool
    """Whether the site has feeds."""
    icon: str | None
    """The address of the site's own favicon, if it has one."""
    custom_style: str | None
    """The address of the site's own style sheet, if it has one."""
    custom_version: str
    """A hash of that style sheet, for its link's query, so that browsers fetch a changed one."""
    search: bool
    """Whether readers can search the site, at `/search/`."""
    extra: FreeData
    """The site's own data, from `[extra]` in site.toml."""
    generator: str
    """The name and version of the program that built the site."""


class Recorder:
    """A function of a text that records its calls with their results."""

    def __init__(self, function: Callable[[str], str]) -> None:
        self._function = function
        self.answers: dict[str, str] = {}

    def __call__(self, question: str) -> str:
        """Call the function."""
        answer = self.answers[question] = self._function(question)
        return answer


Called: TypeAlias = Callable[[str, object], None]
"""Gets the path of a page in the output, and its `TemplateCall`."""


@dataclass(frozen=True, slots=True)
class RenderContext:
    """What every page of a site is rendered with. Independent of articles."""

    site: SiteView
    theme: Theme
    assets: Assets
    cards: Cards | None
    """Draws previews; None without `site.url`, because `og:image` must be an absolute URL."""
    claim_cards: bool
    """Whether claims have cards of their own."""
    live: bool
    """Whether pages may connect to the server that serves them."""
    fonts: bool
    """Whether pages may load fonts: the theme or the author has some."""
    link_style: LinkStyle
    """How links name pages."""
    security: SecuritySettings
    """The hosts from which pages may load more than the site's own files."""
    source_address: Recorder | None
    """Returns the address of the page that lists a source, by the source's key; None if there is
    only one such page."""
    linked: frozenset[str]
    """The addresses that the frame of every page links to, and the folders above them."""
    called: list[Called] = field(default_factory=list, compare=False)
    """Called before a page is rendered, if pages are kept for later runs."""
    _badges: dict[tuple[str, str], Markup] = field(default_factory=dict, compare=False)
    _shared: dict[tuple[str, ...], Markup] = field(default_factory=dict, compare=False)
    """Parts of pages that are the same on others: see `PageView.shared`."""

    @property
    def words(self) -> Words:
        """The text of the interface in the site's language."""
        return words_of(self.site.language)

    def rating(self, rating: str) -> Rating:
        """Return the rating with an id."""
        known = (each for each in self.site.scale if each.id == rating)
        return next(known, None) or undefined(rating)

    def badge(self, rating: Rating, words: Words) -> Markup:
        """Return a rating's badge in a language. Raises `TemplateError`."""
        key = (rating.id, words.language)
        badge = self._badges.get(key)
        if badge is None:
            text = self.theme.render("badge.html", {"rating": rating, "words": words})
            badge = self._badges[key] = Markup(text.strip())  # noqa: S704 - a template's output
        return badge

    def root(self, origin: str) -> str:
        """Return the site's URL with a `/` at the end, or if not known, the path from `origin`."""
        return f"{self.site.url}/" if self.site.url else addresses.root_of(origin)

    def web(self, address: str, origin: str) -> str:
        """Return the URL of an address; relative to `origin` if the site's URL is not known."""
        if self.site.url:
            return addresses.absolute(self.site.url, address)
        return addresses.relative(addresses.root_of(origin), address, self.link_style)

    def identity(self, address: str) -> str:
        """Return the id of an address in feeds: its URL, or a URN made from the site's title."""
        if self.site.url:
            return addresses.absolute(self.site.url, address)
        return atom.identity(self.site.title, address)
