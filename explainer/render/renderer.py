"""List the files of a site, with a function to render each.

Each process makes one `Renderer`. Every file that it lists can be rendered by itself, from the
context that all pages share and from what the file shows. Nothing is written, and nothing depends
on the current time.

A site can be built without knowing where it will be published. Without `settings.url`, pages have
no canonical URL and no social preview, JSON-LD and annotations.json contain relative IRIs,
`404.html` links from the server's root, and there is no sitemap.xml.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cache, cached_property, partial

import explainer
from explainer.formats import sitemap, web_annotation
from explainer.language.catalogue import direction_of
from explainer.model.article import Article
from explainer.model.ratings import Rating
from explainer.model.settings import Settings
from explainer.model.site import ClaimRef, SiteIndex
from explainer.render import cards, feeds, linked_data, list_pages, page_view, pages, previews
from explainer.render.assets import CODE_STYLE, Assets, script_texts, site_rules
from explainer.render.cards import Card, Cards
from explainer.render.context import Recorder, RenderContext, SiteView
from explainer.render.files import OutputFile, WholeArticle, data_file, page_file
from explainer.render.site_lists import ClaimPart, Part, SiteLists, SourcePart
from explainer.render.theme import Theme
from explainer.render.views import ArticleRelations, has_many_notes, relations
from explainer.site import sheets
from explainer.site.navigation import MenuItem
from explainer.site.routes import MOST_MAPPED, SITEMAP, sitemaps
from explainer.support import addresses
from explainer.support.values import dataclass

CUSTOM_STYLE = "custom.css"
_ICONS = ("favicon.svg", "favicon.png", "favicon.ico")
OWN_FILES = frozenset({CUSTOM_STYLE, *_ICONS})
"""The files in a site's `static/` that every page links to if they exist."""
SEARCH_FILES = ("search.css", "search.js")

_PAGES = 12
"""The most plain pages that the footer links to."""


def is_font(path: str) -> bool:
    """Return whether a file is a font that browsers can load, by its name."""
    return path.casefold().endswith((".woff2", ".woff", ".ttf", ".otf"))


@dataclass(frozen=True)
class Renderer:
    """The files of one site."""

    settings: Settings
    scale: Sequence[Rating]
    theme: Theme
    index: SiteIndex
    files: Mapping[str, str] = field(default_factory=dict)
    """The hashes of those of `OWN_FILES` that exist, by their path in the output."""
    menu: Sequence[MenuItem] = ()
    """The links before the sections."""
    search: bool = False
    """Whether there is a search page, if there are articles to search."""
    cards: Cards | None = None
    """Draws cards; None for no cards."""
    fonts: bool = False
    """Whether the author's files include fonts."""
    live: bool = False
    """Whether pages may connect to the server that serves them."""
    like: RenderContext | None = None
    """A context that is the same but for the places of sources; None if it must be made."""

    def relations(self, article: Article) -> ArticleRelations:
        """Return an article, and what its pages show from elsewhere."""
        return relations(self.index, article)

    def article_files(self, article: Article) -> Iterator[OutputFile]:
        """Yield an article's page, its annotations.json, its card, and the page of each claim.

        They depend on the article's relations and the context alone, except for those of the
        article on the home page. The home page itself and its card are in `site_files`.
        """
        claims = self.index.claims if article.address == "/" else ()
        return article_files(self.context, self.relations(article), claims)

    @property
    def fed(self) -> Sequence[Article]:
        """The articles of the feed of articles.

        Of the files that are no article's, only the feed and the home page show texts of articles.
        All others show only what is in a hash of what other pages can show (`digest_shown`).
        """
        settings = self.settings.feeds
        return feeds.newest(self._articles, settings.entries) if settings.enabled else []

    @cached_property
    def fed_claims(self) -> Sequence[ClaimRef]:
        """The claims of the feed of claims."""
        settings = self.settings.feeds
        return feeds.newest_claims(self.index.claims, settings.entries) if settings.enabled else []

    def site_files(self, aliases: Mapping[str, str]) -> Iterator[OutputFile]:
        """Yield the home page, sections, feeds, sitemap, robots.txt, 404.html, and redirects.

        `aliases` contains the present address of each former address.
        """
        context, home = self.context, self._home
        around = self.relations(home) if home else None
        preview, card = previews.choose_preview(context, home, self.index.claims)
        if card:
            yield _card_file(context, "/", card)
        of_home = self._lists.home(around)
        page = page_file("/", list_pages.home_page, context, of_home, preview)
        yield replace(page, inputs=lambda: (home and WholeArticle(home), of_home, preview))
        yield from self._list_files()
        yield page_file(pages.NOT_FOUND, pages.not_found_page, context)
        if context.site.search:
            facets = pages.facets(context, self.index.articles)
            yield page_file(pages.SEARCH, pages.search_page, context, *facets)
        for old, new in sorted(aliases.items()):
            yield page_file(old, pages.redirect_page, context, old, new)
        yield from self._feed_files()

    def asset_files(self) -> Iterator[OutputFile]:
        """Yield the theme's files under `assets/` that the site's pages use."""
        assets = self.context.assets
        for name in sorted({*assets.files, CODE_STYLE}):
            if self._is_read(name):
                yield data_file(f"/assets/{name}", assets.content, name)

    def _is_read(self, name: str) -> bool:
        """Return whether a page may load one of the theme's files."""
        site, index, theme = self.context.site, self.index, self.theme
        if name in SEARCH_FILES:
            return site.search
        if name == CODE_STYLE and name not in self._sheets:
            return False
        if theme.own_templates:
            return True  # they may name any
        if name in {*theme.assets, CODE_STYLE} and not theme.names(name):
            return False
        match name:
            case "claim.css":
                return bool(index.claims)
            case "many.js":
                return any(map(has_many_notes, self._everything))
            case "lists.js":
                return bool(index.claims or index.sources)
            case "favicon.svg":
                return not site.icon
            case page_view.BLOCK_STYLE | page_view.MATH_STYLE:
                return name in self._sheets
            case page_view.CHAPTER_STYLE:
                return bool(index.chapters)
            case page_view.RTL_STYLE:
                languages = {site.language, *(article.language for article in self._everything)}
                return "rtl" in map(direction_of, languages)
        return True

    @cached_property
    def _sheets(self) -> frozenset[str]:
        """The style sheets that articles need because of their texts."""
        return frozenset[str]().union(*map(page_view.sheets_of, self._everything))

    @cached_property
    def context(self) -> RenderContext:
        """The context that all pages share."""
        # Collecting the sources takes long, and is not needed if one page has them all.
        many = len(self.index.sources) > sheets.MOST
        places = Recorder(self._lists.source_address) if many else None
        if self.like:
            return replace(self.like, source_address=places)
        site = self._site
        languages = {site.language, *(article.language for article in self._everything)}
        assets = Assets(self.theme, self._site_rules(site), script_texts(languages))
        fonts = self.fonts or any(map(is_font, assets.files))
        drawer = self.cards if site.url else None
        style = self.settings.link_style
        return RenderContext(
            site,
            self.theme,
            assets,
            drawer,
            self.settings.images.claim_cards,
            self.live,
            fonts,
            style,
            self.settings.security,
            places,
            frozenset(_linked(site)),
        )

    def _site_rules(self, site: SiteView) -> str:
        return site_rules(site.scale, site.language, self._everything, self.settings.kinds)

    @property
    def _site(self) -> SiteView:
        settings, index, files = self.settings, self.index, self.files
        menu = tuple(self._menu())
        named = {*index.parents, *(address for _, address, _ in menu)}
        return SiteView(
            title=settings.title,
            description=settings.description,
            language=settings.language,
            url=settings.url.rstrip("/") if settings.url else None,
            authors=settings.authors,
            scale=tuple(self.scale),
            sections=tuple(
                name for name in ("claims", "sources", "people", "topics") if getattr(index, name)
            ),
            pages=tuple(
                (a.front.title, a.address, a.language)
                for a in self._articles
                if a.is_plain and a.address.count("/") == 2
                if a.address not in named
            )[:_PAGES],
            menu=menu,
            feeds=settings.feeds.enabled,
            icon=next((f"/{name}" for name in _ICONS if name in files), None),
            custom_style=f"/{CUSTOM_STYLE}" if CUSTOM_STYLE in files else None,
            custom_version=files.get(CUSTOM_STYLE, ""),
            search=self.search and any(not a.front.noindex for a in self._articles),
            extra=settings.extra,
            generator=f"explainer {explainer.__version__}",
        )

    def _menu(self) -> Iterator[tuple[str, str, str]]:
        """Yield titles, addresses, and languages; without pages that could not be rendered."""
        made = {article.path: article for article in self.index.articles}
        for item in self.menu:
            own = self.settings.language
            if not item.path:
                yield item.title, item.url, own
            elif article := made.get(item.path):
                language = own if item.title else article.language
                yield item.title or article.front.title, article.address, language

    @cached_property
    def _home(self) -> Article | None:
        return next((a for a in self.index.articles if a.address == "/"), None)

    @cached_property
    def _articles(self) -> tuple[Article, ...]:
        """All articles except the home page."""
        return tuple(a for a in self.index.articles if a.address != "/")

    @property
    def _everything(self) -> tuple[Article, ...]:
        return (self._home, *self._articles) if self._home else self._articles

    @cached_property
    def _lists(self) -> SiteLists:
        return SiteLists(self.index, self.index.topic_names)

    @cached_property
    def _listings(self) -> tuple[sheets.Listing, ...]:
        return tuple(sheets.listings(self.index))

    def _list_files(self) -> Iterator[OutputFile]:
        # Any page may link to these, so they exist even if they are empty.
        for listing in self._listings:
            for number, address in enumerate(listing.addresses, 1):
                if address != "/":
                    part = cache(partial(self._lists.part, listing, number))
                    yield list_file(self.context, listing, address, part)
            for number, address in enumerate(listing.row_files, 1):
                yield rows_file(
                    self.context, address, partial(self._lists.rows_in, listing, number)
                )

    def _feed_files(self) -> Iterator[OutputFile]:
        context, index, settings = self.context, self.index, self.settings.feeds
        if settings.enabled:
            yield feed_file(context, self.fed)
            if index.claims:
                yield claims_feed_file(context, self.fed_claims)
        url = context.site.url
        if url:
            yield from self._sitemaps(feeds.mapped_pages(self._everything, self._listings))
        yield data_file("/robots.txt", sitemap.robots, url and url + SITEMAP)

    def _sitemaps(self, pages: Sequence[feeds.MappedPage]) -> Iterator[OutputFile]:
        """Yield the sitemap of pages; if there are too many for one, several and their index."""
        parts = sitemaps(len(pages))
        if parts != (SITEMAP,):
            yield data_file(SITEMAP, feeds.sitemap_index, self.context, parts)
        for number, address in enumerate(parts):
            part = pages[number * MOST_MAPPED : (number + 1) * MOST_MAPPED]
            yield data_file(address, feeds.sitemap_file, self.context, part)


def _linked(site: SiteView) -> Iterator[str]:
    """Yield the addresses that the frame of every page links to, and the folders above them."""
    yield from ("/claims/", "/search/", *(f"/{name}/" for name in site.sections))
    for _, address, _ in (*site.menu, *site.pages):
        parts = address.split("/")
        yield from ("/".join(parts[:n]) + "/" for n in range(1, len(parts)))


def list_file(
    context: RenderContext, listing: sheets.Listing, address: str, part: Callable[[], Part]
) -> OutputFile:
    """Return a sheet of a list. `part` returns what it is made from."""
    made = page_file(address, lambda _: list_pages.list_page(context, listing, part()), context)
    return replace(made, inputs=part)


def rows_file(
    context: RenderContext, address: str, part: Callable[[], ClaimPart | SourcePart]
) -> OutputFile:
    """Return a file of the rows of a list. `part` returns what it is made from."""

    def content() -> bytes:
        made = list_pages.row_file(context, part())
        for called in context.called:
            called(addresses.file_of(address), made)
        return made.content()

    return replace(data_file(address, content), inputs=part)


def feed_file(context: RenderContext, articles: Sequence[Article]) -> OutputFile:
    """Return the feed of these articles: those of `Renderer.fed`."""
    feed = data_file(feeds.FEED, feeds.articles_feed, context, articles, len(articles))
    return replace(feed, inputs=lambda: tuple(map(WholeArticle, articles)))


def claims_feed_file(context: RenderContext, claims: Sequence[ClaimRef]) -> OutputFile:
    """Return the feed of these claims: those of `Renderer.fed_claims`."""
    feed = data_file(feeds.CLAIMS_FEED, feeds.claims_feed, context, claims, len(claims))
    return replace(
        feed, inputs=lambda: [(WholeArticle(ref.article), ref.claim.id) for ref in claims]
    )


def article_files(
    context: RenderContext, around: ArticleRelations, claims: Sequence[ClaimRef] = ()
) -> Iterator[OutputFile]:
    """Yield the files of an article: see `Renderer.article_files`.

    `claims` are all claims of the site if it is the article on the home page.
    """
    around = around.whole
    article = around.article
    preview, card = previews.choose_preview(context, article, claims)
    if article.address != "/":
        yield page_file(article.address, pages.article_page, context, around, preview)
        if card:
            yield _card_file(context, article.address, card)
    if article.annotations:
        address = article.address + web_annotation.FILE
        yield data_file(address, linked_data.annotations_file, context, article)
    for claim in article.claims:
        own = previews.choose_claim_preview(context, article, claim)
        shown = own[0] if own else preview
        yield page_file(claim.address, pages.claim_page, context, around, claim, shown)
        if own:
            yield _card_file(context, claim.address, own[1])


def _card_file(context: RenderContext, address: str, card: Card) -> OutputFile:
    drawer = context.cards
    assert drawer, "a preview is a card only if cards can be drawn"
    return data_file(address + cards.FILE, lambda: drawer.png(card) or b"")
