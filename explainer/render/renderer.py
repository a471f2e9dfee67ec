"""Articles and the site's index to pages: the files of FORMAT.md §6, by a theme's templates.

A `Renderer` is made once in each process. `article_files` lists the files of one article,
`site_files` those that stand for the whole site, `asset_files` the theme's; each can be made alone.
`article`, `site` and `assets` make all of them, and return pages and problems. Nothing is written,
and nothing knows the clock.

What templates get
------------------

Every template gets `site` (`SiteView`), `page` (`PageView`) and `words` (`words.Words` of the
page's language), and by its name:

| template | besides | its page |
|---|---|---|
| `article.html` | `view`: `ArticleView` | an article |
| `claim.html` | `entry`: `LedgerEntry` | a claim's own |
| `home.html` | `view`: `ArticleView` or None; `teasers`: `Teaser`s; `older`: `lists.YearGroup`s; \
`pages`: `Article`s; `claims`: the newest `ClaimRef`s; `count`, `all_claims`: how many articles \
and claims there are | `/` |
| `claims.html` | `claims`: `ClaimRef`s; `tally`: `TallyPart`s; `groups`: `lists.ClaimGroup`s; \
`filters`: `lists.Filter`s | `/claims/` |
| `sources.html` | `sources`: `IndexedSource`s; `groups`: `lists.SourceGroup`s; \
`filters`: `lists.Filter`s; `primary`, `not_archived`: how many are so | `/sources/` |
| `people.html` | `people`: `PersonEntry`s | `/people/` |
| `person.html` | `person`: `PersonEntry` | `/people/ID/` |
| `topics.html` | `topics`: `TopicEntry`s | `/topics/` |
| `topic.html` | `topic`: `model.Topic`; `tally`: `TallyPart`s; `teasers`: `Teaser`s | \
`/topics/SLUG/` |
| `search.html` | `genres`: ids; `ratings`: `Rating`s that claims have | `/search/` |
| `404.html` | – | `/404.html` |
| `redirect.html` | `target`: an address | an article's older address |

and `badge.html`, which gives a rating's badge once for each language, gets `rating` and `words`
alone. The dataclasses named here stand in `views.py`, `lists.py` or `model.py`; they are all that a
template sees.

Without `settings.url`
----------------------

A site may be built before anybody knows where it will lie. Then pages carry no canonical address
and no social address, JSON-LD and annotations.json hold relative IRIs, feeds have relative links
and ids made from the site's title (`urn:uuid:…`), `404.html` links from the server's root, and no
sitemap.xml is written, because the protocol knows absolute addresses only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from html import unescape
from types import MappingProxyType
from typing import Any, TypedDict
from urllib.parse import urlsplit

from markupsafe import Markup, escape

import explainer
from explainer.formats import atom, claim_review, entries, jsonld, sitemap, web_annotation
from explainer.language import catalogue as catalogues
from explainer.language.catalogue import Words
from explainer.model.article import Article, Citation, ClaimView, Html, NoteView, QuestionView
from explainer.model.problems import Problem
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate
from explainer.model.settings import Settings
from explainer.model.site import ClaimRef, IndexedPerson, SiteIndex, Topic
from explainer.render import lists, styles, views
from explainer.render.cards import FILE, HEIGHT, WIDTH, Card, Cards, CardTallyPart
from explainer.render.theme import TemplateError, Theme
from explainer.render.timeline import timeline
from explainer.render.views import (
    NOTHING,
    ArticleView,
    LedgerEntry,
    Neighbours,
    PageView,
    Preview,
    SiteView,
    Teaser,
    TopicEntry,
)
from explainer.site.navigation import MenuItem
from explainer.support import addresses

STYLE = "style.css"
CODE_STYLE = "code.css"
BLOCK_STYLE = "blocks.css"
CHAPTER_STYLE = "chapters.css"
RTL_STYLE = "rtl.css"
CUSTOM_STYLE = "custom.css"
_ICONS = ("favicon.svg", "favicon.png", "favicon.ico")
OWN_FILES = frozenset({CUSTOM_STYLE, *_ICONS})
"""Files of a site's `static/` that every page names, where they are there."""
SEARCH_FILES = ("search.css", "search.js")
NOT_FOUND = "/404.html"
SEARCH = "/search/"
FEED = "/feed.xml"
CLAIMS_FEED = "/claims/feed.xml"

_LONGEST_TITLE = 70
_TEASERS = 20
"""How many articles the home page shows with their summaries; the others by title."""
_LATEST = 5
"""How many of the newest claims the home page shows."""
_PAGES = 12
"""How many plain pages the footer names."""


_FOREIGN_IMAGE = re.compile(r'<img\b[^>]*?\ssrc="(https?://[^/"?#]+)', re.IGNORECASE)
_BLOCK = re.compile(r'<(?:dl|pre|table|figure|hr)\b|class="footnote')
_OPENING = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_UNREAD = re.compile(r"<sup\b.*?</sup>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file of the output."""

    path: str
    """Relative to the output folder."""
    content: bytes
    indexed: bool = False
    """Whether readers search it (see search.py)."""


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file of the output that can be made."""

    path: str
    """Relative to the output folder."""
    make: Callable[[], RenderedFile]
    """Makes it; raises `theme.TemplateError`."""


# --- what templates get --------------------------------------------------------------------------


class _CardTally(TypedDict):
    checked: str
    tally: tuple[CardTallyPart, ...]


# --- the renderer --------------------------------------------------------------------------------


class Renderer:
    """Renders one site's pages. Made once in each process; nothing in it changes any page.

    `files` are those of the site's own that pages name (`OWN_FILES`): by their place in the output,
    what changes when they do. `menu`: the links before the sections. `live`: pages may connect to
    the server that they come from.
    """

    def __init__(
        self,
        settings: Settings,
        scale: Sequence[Rating],
        theme: Theme,
        index: SiteIndex,
        *,
        home: Article | None = None,
        files: Mapping[str, str] = MappingProxyType({}),
        menu: Sequence[MenuItem] = (),
        search: bool = False,
        cards: Cards | None = None,
        live: bool = False,
    ) -> None:
        self._live = live
        self._cards = cards if settings.url else None  # og:image is an absolute address
        self._settings = settings
        self._theme = theme
        self._index = index
        self._home = home or next((a for a in index.articles if a.address == "/"), None)
        self._articles = tuple(a for a in index.articles if a.address != "/")
        self._url = settings.url.rstrip("/") if settings.url else None
        self._topics: dict[str, list[tuple[str, str]]] = {}
        for topic in index.topics:
            for article in topic.articles:
                self._topics.setdefault(article.address, []).append(
                    (topic.name, f"/topics/{topic.slug}/")
                )
        self._badges: dict[tuple[str, str], Markup] = {}
        links = tuple(self._menu(menu))
        named = {*index.parents, *(address for _, address, _ in links)}
        self.site_view = SiteView(
            title=settings.title,
            description=settings.description,
            language=settings.language,
            url=self._url,
            authors=settings.authors,
            scale=tuple(scale),
            sections=tuple(
                name for name in ("claims", "sources", "people", "topics") if getattr(index, name)
            ),
            pages=tuple(
                (a.front.title, a.address, a.language)
                for a in self._articles
                if a.is_plain and a.address.count("/") == 2
                if a.address not in named
            )[:_PAGES],
            menu=links,
            feeds=settings.feeds.enabled,
            icon=next((f"/{name}" for name in _ICONS if name in files), None),
            custom_style=f"/{CUSTOM_STYLE}?v={files[CUSTOM_STYLE]}"
            if CUSTOM_STYLE in files
            else None,
            search=search and any(not a.front.noindex for a in self._articles),
            generator=f"explainer {explainer.__version__}",
        )

    # What other rooms ask.

    def article(self, article: Article) -> tuple[tuple[RenderedFile, ...], tuple[Problem, ...]]:
        """Render one article's page, its annotations.json, and the page of each of its claims.

        The home page's own text has its page from `site`.
        """
        return _made(self.article_files(article))

    def article_files(self, article: Article) -> Iterator[OutputFile]:
        """List what `article` renders."""
        view = cache(partial(self._article_view, article))
        preview, card = self._preview(article)
        if article.address != "/":
            yield _file(article.address, lambda: self._article_page(view(), preview))
            if card:
                yield self._card_file(article.address, card)
        if article.annotations:
            address = article.address + web_annotation.FILE
            yield _bytes(address, partial(self._annotations, article))
        for number, claim in enumerate(article.claims):
            yield _file(claim.address, partial(self._claim_page, view, number, preview))

    def site(
        self, aliases: Mapping[str, str] | None = None
    ) -> tuple[tuple[RenderedFile, ...], tuple[Problem, ...]]:
        """Render the pages that stand for the whole site; `aliases` lead from old addresses to new.

        These are the home page, the indexes, feeds, sitemap, robots.txt, 404.html, and a page at
        each alias.
        """
        return _made(self.site_files(aliases or {}))

    def site_files(self, aliases: Mapping[str, str]) -> Iterator[OutputFile]:
        """List what `site` renders."""
        preview, card = self._preview(self._home)
        if card:
            yield self._card_file("/", card)
        yield _file("/", partial(self._home_page, preview))
        yield from self._section_files()
        yield from self._small_files(aliases)
        if self._settings.feeds.enabled:
            yield _bytes(FEED, self._feed)
            if self._index.claims:
                yield _bytes(CLAIMS_FEED, self._claims_feed)
        if url := self._url:
            yield _bytes("/sitemap.xml", lambda: sitemap.render(self._sitemap(url)))
        robots = partial(sitemap.robots, self._url and f"{self._url}/sitemap.xml")
        yield _bytes("/robots.txt", robots)

    def assets(self) -> tuple[RenderedFile, ...]:
        """Give the theme's files, to lie under `assets/`."""
        return tuple(file.make() for file in self.asset_files())

    def asset_files(self) -> Iterator[OutputFile]:
        """List what `assets` gives."""
        names = {n for n in self._files if self.site_view.search or n not in SEARCH_FILES}
        if any(_has_code(_texts(article)) for article in self._everything):
            names.add(CODE_STYLE)
        for name in sorted(names):
            yield _bytes(f"/assets/{name}", partial(self._asset, name))

    # What `PageView` asks.

    def _badge(self, rating: Rating, words: Words) -> Markup:
        """A rating's badge in a language."""
        key = (rating.id, words.language)
        badge = self._badges.get(key)
        if badge is None:
            text = self._theme.render("badge.html", {"rating": rating, "words": words})
            badge = self._badges[key] = Markup(text.strip())  # noqa: S704 - a template's output
        return badge

    def _asset_hash(self, name: str) -> str:
        """What changes in a link when a theme's file does."""
        found = self.hashes.get(name)
        if found is None:
            if name != CODE_STYLE:
                raise LookupError(f"the theme has no static file `{name}`")
            found = self.hashes[name] = _hash(self._code)
        return found

    # Assets.

    def _asset(self, name: str) -> bytes:
        return self._code if name == CODE_STYLE else self._files[name]

    def _card_file(self, address: str, card: Card) -> OutputFile:
        drawn = self._cards
        assert drawn, "there is no card without"
        return _bytes(address + FILE, lambda: drawn.png(card) or b"")

    @cached_property
    def _code(self) -> bytes:
        return styles.code().encode()

    @cached_property
    def hashes(self) -> dict[str, str]:
        """By the name of a file under `assets/`: what changes in links when it does.

        `code.css` is among them once a page has asked for it.
        """
        return {name: _hash(content) for name, content in self._files.items()}

    @cached_property
    def _files(self) -> dict[str, bytes]:
        """The theme's files that lie under `assets/`, but for `code.css`."""
        static = self._theme.files("static")
        made = self._theme.assets()
        everything = self._everything
        most = max((len(a.annotations) for a in everything), default=0)
        tags = {self.site_view.language, *(a.language for a in everything)}
        made[STYLE] += styles.rules(self.site_view.scale, tags, most)
        return {
            **{name: path.read_bytes() for name, path in static.items()},
            **{name: text.encode() for name, text in made.items()},
        }

    # An article.

    def _article_page(self, view: ArticleView, preview: Preview | None) -> RenderedFile:
        article = view.article
        description = _description(article)
        image = self._absolute_image(view.image) or (preview.url if preview else None)
        page = self._page(
            "article",
            article.address,
            article.front.title,
            description,
            language=article.language,
            article=article,
            preview=preview,
            data=self._article_data(article, image),
            indexed=[
                ("kind", "article"),
                ("genre", article.front.genre),
                *(("topic", name) for name, _ in view.topics),
            ],
        )
        return self._rendered(page, view=view)

    def _claim_page(
        self, view: Callable[[], ArticleView], number: int, preview: Preview | None
    ) -> RenderedFile:
        entry = view().ledger[number]
        article, claim = entry.article, entry.claim
        words = catalogues.find(article.language)
        review = self.claim_review(article, claim)
        own = (claim.claim, self._web(claim.address, claim.address))
        page = self._page(
            "claim",
            claim.address,
            claim.claim,
            f"{words.rating(claim.rating)}: {claim.claim}",
            language=article.language,
            hidden=article.front.noindex,
            preview=preview,
            texts=_claim_texts(claim),
            data=jsonld.script(
                review, jsonld.breadcrumbs([*self._trail(article, claim.address), own])
            ),
            indexed=[
                ("kind", "claim"),
                ("rating", claim.rating.id),
                *([("speaker", claim.by.person.name)] if claim.by else ()),
                *(("topic", name) for name, _ in self._topics.get(article.address, ())),
            ],
        )
        return self._rendered(page, entry=entry)

    def _annotations(self, article: Article) -> bytes:
        return web_annotation.dump(self.annotation_collection(article))

    def annotation_collection(self, article: Article) -> dict[str, Any]:
        """Give the W3C AnnotationCollection of an article, as it lies beside its page."""
        origin = article.address
        root = self._url + "/" if self._url else addresses.root_of(origin)
        base = addresses.absolute(self._url, origin) if self._url else None
        words = catalogues.find(article.language)
        said = tuple(
            replace(a, rating=words.translated(a.rating)) if isinstance(a, ClaimView) else a
            for a in article.annotations
        )
        article = replace(article, annotations=said)
        return web_annotation.collection(
            article, lambda html: views.moved(html, origin, root), base=base
        )

    def claim_review(self, article: Article, claim: ClaimView) -> dict[str, Any]:
        """Give the ClaimReview of a claim, as its page carries it."""
        words = catalogues.find(article.language)
        return claim_review.render(
            article,
            replace(claim, rating=words.translated(claim.rating)),
            self.site_view.scale,
            url=self._web(claim.address, claim.address),
            article_url=self._web(article.address, claim.address),
            site=self.site_view.title,
            site_url=self._web("/", claim.address),
        )

    def _article_view(self, article: Article) -> ArticleView:
        claims = article.claims
        questions = article.questions
        people = views.people(claims, questions)
        ledger = tuple(self._entry(article, claim) for claim in claims)
        parent = self._index.parents.get(article.address)
        return ArticleView(
            article,
            ledger,
            {entry.claim.id: entry for entry in ledger},
            questions,
            views.tally(claims),
            people,
            tuple(person.speaker for person in people),
            tuple(self._topics.get(article.address, ())),
            self._index.related.get(article.address, ()),
            views.minutes(article),
            article.image,
            {source.id: views.quotes(source) for source in article.sources},
            {source.id: views.users(source) for source in article.sources},
            timeline(article, catalogues.find(article.language).date),
            self._teasers(self._index.chapters.get(article.address, ())),
            Neighbours(parent, *self._beside(article)) if parent else None,
        )

    def _above(self, article: Article) -> Iterator[Article]:
        """The articles that one is a chapter of, the nearest first."""
        parent = self._index.parents.get(article.address)
        while parent:
            yield parent
            parent = self._index.parents.get(parent.address)

    def _beside(self, article: Article) -> tuple[Article | None, Article | None]:
        """The chapters before and after an article."""
        parent = self._index.parents.get(article.address)
        if parent is None:
            return None, None
        listed = self._index.chapters[parent.address]
        at = listed.index(article)
        return listed[at - 1] if at else None, listed[at + 1] if at + 1 < len(listed) else None

    def _trail(self, article: Article, origin: str) -> list[tuple[str, str]]:
        """The way from the home page down to an article: names and addresses, for `origin`."""
        above = [a for a in self._above(article) if a.address != "/"]
        return [
            (self.site_view.title, self._web("/", origin)),
            *((a.front.title, self._web(a.address, origin)) for a in (*above[::-1], article)),
        ]

    def _entry(self, article: Article, claim: ClaimView) -> LedgerEntry:
        by_stance: dict[str | None, list[Citation]] = {}
        for citation in claim.citations:
            by_stance.setdefault(citation.stance, []).append(citation)
        return LedgerEntry(
            article,
            claim,
            tuple(by_stance.get("supports", ())),
            tuple(by_stance.get("disputes", ())),
            (*by_stance.get("context", ()), *by_stance.get(None, ())),
            self._index.rivals.get(claim.address, ()),
        )

    def _article_data(self, article: Article, image: str | None) -> Markup:
        here = article.address
        url = self._web(here, here)
        item = jsonld.article(
            article,
            url=url,
            site=self.site_view.title,
            site_url=self._web("/", here),
            image=image,
        )
        return jsonld.script(item, jsonld.breadcrumbs(self._trail(article, here)))

    # The site.

    def _home_page(self, preview: Preview | None) -> RenderedFile:
        site, home = self.site_view, self._home

        def is_listed(article: Article) -> bool:
            # A chapter without a date stands in the list of the page that leads to it alone: a
            # manual is no news.
            return bool(article.front.date) or article.address not in self._index.parents

        listed = [a for a in self._articles if is_listed(a)]
        shown = [a for a in listed if not a.is_plain]
        claims = [ref for ref in self._index.claims if is_listed(ref.article)]
        page = self._page(
            "home",
            "/",
            home.front.title if home else site.title,
            (home.front.summary if home else "") or site.description,
            language=home.language if home else site.language,
            article=home,
            preview=preview,
        )
        return self._rendered(
            page,
            view=self._article_view(home) if home else None,
            teasers=self._teasers(shown[:_TEASERS]),
            older=lists.by_year(shown[_TEASERS:]),
            pages=[a for a in listed if a.is_plain],
            count=len(shown),
            claims=lists.newest(claims)[:_LATEST],
            all_claims=len(self._index.claims),
        )

    def _section_files(self) -> Iterator[OutputFile]:
        # These are links' targets from every page: they are there even where they are empty.
        words = catalogues.find(self.site_view.language)
        yield _file("/claims/", partial(self._claims_page, words))
        yield _file("/sources/", partial(self._sources_page, words))
        yield _file("/people/", partial(self._people_page, words))
        yield _file("/topics/", partial(self._topics_page, words))
        for person in self._index.people:
            yield _file(f"/people/{person.id}/", partial(self._person_page, person, words))
        for topic in self._index.topics:
            yield _file(f"/topics/{topic.slug}/", partial(self._topic_page, topic, words))

    def _people_page(self, words: Words) -> RenderedFile:
        return self._rendered(
            self._page("people", "/people/", words.section("people"), str(words.people_about)),
            people=tuple(map(views.person_entry, self._index.people)),
        )

    def _topics_page(self, words: Words) -> RenderedFile:
        topics = self._index.topics
        return self._rendered(
            self._page("topics", "/topics/", words.section("topics"), str(words.topics_about)),
            topics=tuple(TopicEntry(topic, views.topic_tally(topic)) for topic in topics),
        )

    def _claims_page(self, words: Words) -> RenderedFile:
        claims = self._index.claims
        topics: dict[str, list[tuple[str, str]]] = {}
        for topic in self._index.topics:
            for article in topic.articles:
                topics.setdefault(article.address, []).append((topic.name, topic.slug))
        items = lists.claim_items(claims, topics)
        tally = views.tally(ref.claim for ref in claims)
        ratings = [part.rating for part in tally]
        return self._rendered(
            self._page("claims", "/claims/", words.section("claims"), str(words.claims_about)),
            claims=claims,
            tally=tally,
            groups=lists.by_rating(items, ratings),
            filters=lists.claim_filters(items, ratings, topics, words),
        )

    def _sources_page(self, words: Words) -> RenderedFile:
        sources = self._index.sources
        items = lists.source_items(sources)
        return self._rendered(
            self._page("sources", "/sources/", words.section("sources"), str(words.sources_about)),
            sources=sources,
            groups=lists.by_publisher(items),
            filters=lists.source_filters(items, words),
            primary=sum(each.source.primary for each in sources),
            not_archived=sum(item.archive == "missing" for item in items),
        )

    def _person_page(self, person: IndexedPerson, words: Words) -> RenderedFile:
        name, role = person.person.name, person.person.role
        about = words.person_about(name=f"{name}, {role}" if role else name)
        address = f"/people/{person.id}/"
        facts = [("kind", "person")]
        page = self._page("person", address, name, unescape(about), indexed=facts)
        return self._rendered(page, person=views.person_entry(person))

    def _topic_page(self, topic: Topic, words: Words) -> RenderedFile:
        about = unescape(words.topic_about(name=topic.name))
        page = self._page("topic", f"/topics/{topic.slug}/", topic.name, about)
        tally, teasers = views.topic_tally(topic), self._teasers(topic.articles)
        return self._rendered(page, topic=topic, tally=tally, teasers=teasers)

    def _small_files(self, aliases: Mapping[str, str]) -> Iterator[OutputFile]:
        words = catalogues.find(self.site_view.language)
        yield _file(NOT_FOUND, partial(self._not_found_page, words))
        if self.site_view.search:
            yield _file(SEARCH, partial(self._search_page, words))
        for old, new in sorted(aliases.items()):
            yield _file(old, partial(self._redirect_page, old, new, words))

    def _not_found_page(self, words: Words) -> RenderedFile:
        # Nobody knows at which depth this page is shown: its links begin at the server's root.
        root = (urlsplit(self._url).path.rstrip("/") if self._url else "") + "/"
        page = self._page("404", NOT_FOUND, str(words.not_found), "", hidden=True, root=root)
        return self._rendered(page)

    def _redirect_page(self, old: str, new: str, words: Words) -> RenderedFile:
        page = self._page("redirect", old, str(words.moved), "", hidden=True, target=new)
        return self._rendered(page, target=new)

    def _search_page(self, words: Words) -> RenderedFile:
        title = str(words.search)
        shown = [a for a in self._articles if not a.front.noindex]
        used = {claim.rating.id for a in self._everything for claim in a.claims}
        return self._rendered(
            self._page("search", SEARCH, title, "", hidden=True),
            genres=sorted({a.front.genre for a in shown}),
            ratings=tuple(r for r in self.site_view.scale if r.id in used),
        )

    def _teasers(self, articles: Iterable[Article]) -> tuple[Teaser, ...]:
        return tuple(
            Teaser(a, a.front.summary or a.front.subtitle, views.tally(a.claims), views.minutes(a))
            for a in articles
        )

    # Machines' formats.

    def _feed(self) -> bytes:
        shown = [a for a in self._articles if a.front.date and not a.front.noindex]
        chosen = shown[: self._settings.feeds.entries]
        return self._atom(FEED, "/", self.site_view.title, [self._article_entry(a) for a in chosen])

    def _article_entry(self, article: Article) -> atom.FeedEntry:
        summary = _description(article)
        tally = [(part.rating, part.count) for part in views.tally(article.claims)]
        return atom.FeedEntry(
            title=article.front.title,
            link=self._web(article.address, FEED),
            id=self._identity(article.address),
            updated=atom.moment(_changed(article)),
            published=atom.moment(article.front.date),
            authors=article.authors,
            summary=summary,
            content=entries.article(
                article,
                summary,
                tally,
                catalogues.find(article.language),
                link=lambda address: self._web(address, FEED),
                moved=lambda html: self._moved_to_feed(html, article, FEED),
            ),
            categories=tuple((topic, "") for topic in article.front.topics),
            language=article.language,
        )

    def _claims_feed(self) -> bytes:
        words = catalogues.find(self.site_view.language)
        shown = [r for r in lists.newest(self._index.claims) if not r.article.front.noindex]
        chosen = shown[: self._settings.feeds.entries]
        title = f"{self.site_view.title}: {unescape(words.section('claims'))}"
        return self._atom(CLAIMS_FEED, "/claims/", title, [self._claim_entry(r) for r in chosen])

    def _claim_entry(self, ref: ClaimRef) -> atom.FeedEntry:
        article, claim = ref.article, ref.claim
        words = catalogues.find(article.language)
        label = unescape(words.rating(claim.rating))
        return atom.FeedEntry(
            title=f"{label}: {claim.claim}",
            link=self._web(claim.address, CLAIMS_FEED),
            id=self._identity(claim.address),
            updated=atom.moment(lists.rated(ref)),
            published=atom.moment(article.front.date) if article.front.date else "",
            authors=article.authors,
            content=entries.claim(
                article,
                claim,
                words,
                link=lambda address: self._web(address, CLAIMS_FEED),
                moved=lambda html: self._moved_to_feed(html, article, CLAIMS_FEED),
            ),
            categories=((claim.rating.id, label), *((t, "") for t in article.front.topics)),
            language=article.language,
        )

    def _moved_to_feed(self, html: Markup, article: Article, feed: str) -> Markup:
        root = self._url + "/" if self._url else addresses.root_of(feed)
        return views.moved(html, article.address, root)

    def _atom(self, own: str, page: str, title: str, found: Sequence[atom.FeedEntry]) -> bytes:
        site = self.site_view
        return atom.render(
            atom.Feed(
                id=self._identity(own),
                title=title,
                subtitle=site.description,
                language=site.language,
                link=self._web(page, own),
                own=self._web(own, own),
                icon=self._web(site.icon, own) if site.icon else None,
                authors=site.authors or (site.title,),
                entries=found,
            )
        )

    def _sitemap(self, url: str) -> Iterator[tuple[str, PartialDate | None]]:
        shown = [a for a in self._everything if not a.front.noindex]
        newest = max((d for a in shown if (d := _changed(a))), default=None)
        pages: list[tuple[str, PartialDate | None]] = [("/", newest)]
        for article in shown:
            if article.address != "/":
                pages.append((article.address, _changed(article)))
            pages += [(c.address, claim_review.reviewed(article, c)) for c in article.claims]
        pages += [(f"/{section}/", None) for section in self.site_view.sections]
        pages += [(f"/people/{person.id}/", None) for person in self._index.people]
        pages += [(f"/topics/{topic.slug}/", None) for topic in self._index.topics]
        for address, date in pages:
            yield addresses.absolute(url, address), date

    # Pages.

    def _page(
        self,
        kind: str,
        address: str,
        name: str,
        description: str,
        *,
        language: str = "",
        article: Article | None = None,
        preview: Preview | None = None,
        hidden: bool = False,
        data: Markup = NOTHING,
        root: str | None = None,
        target: str = "",
        indexed: Iterable[tuple[str, str]] = (),
        texts: Iterable[str] = (),
    ) -> PageView:
        site = self.site_view
        language = language or site.language
        name = unescape(name) if isinstance(name, Markup) else name
        foreign = _foreign_images(article) if article else ()
        texts = [*texts, *(_texts(article) if article else ())]
        direction = catalogues.direction(language)
        has_chapters = article and (
            address in self._index.chapters or address in self._index.parents
        )
        wanted = {
            BLOCK_STYLE: _has_blocks(texts),
            CHAPTER_STYLE: bool(has_chapters),
            CODE_STYLE: _has_code(texts),
            RTL_STYLE: direction == "rtl",
        }
        hidden = hidden or bool(article and article.front.noindex)
        return PageView(
            address=address,
            kind=kind,
            title=_title(name, site.title),
            name=name,
            description=" ".join(unescape(description).split()),
            language=language,
            direction=direction,
            canonical=addresses.absolute(self._url, target or address) if self._url else None,
            preview=preview,
            is_article=article is not None and address != "/",
            hidden=hidden,
            policy=_policy(foreign, search=kind == "search", live=self._live),
            data=data,
            styles=tuple(name for name, is_wanted in wanted.items() if is_wanted),
            above=tuple(a.address for a in self._above(article)) if article else (),
            has_annotations=bool(article and article.annotations),
            indexed=_indexed(indexed) if site.search and not hidden else NOTHING,
            root=addresses.root_of(address) if root is None else root,
            words=catalogues.find(language),
            _badge=self._badge,
            _asset_hash=self._asset_hash,
        )

    def _rendered(self, page: PageView, **objects: object) -> RenderedFile:
        objects.update(page=page, site=self.site_view, words=page.words)
        html = self._theme.render(f"{page.kind}.html", objects)
        content = html.encode(errors="replace")
        return RenderedFile(addresses.file_of(page.address), content, bool(page.indexed))

    def _menu(self, items: Iterable[MenuItem]) -> Iterator[tuple[str, str, str]]:
        """Titles, addresses and languages; without pages that could not be made."""
        made = {article.path: article for article in self._index.articles}
        for item in items:
            own = self._settings.language
            if not item.path:
                yield item.title, item.url, own
            elif article := made.get(item.path):
                language = own if item.title else article.language
                yield item.title or article.front.title, article.address, language

    @property
    def _everything(self) -> tuple[Article, ...]:
        return (self._home, *self._articles) if self._home else self._articles

    def _web(self, address: str, origin: str) -> str:
        """An absolute address; relative to `origin` where the site's is not known."""
        if self._url:
            return addresses.absolute(self._url, address)
        return addresses.relative(addresses.root_of(origin), address)

    def _identity(self, address: str) -> str:
        if self._url:
            return addresses.absolute(self._url, address)
        return atom.identity(self.site_view.title, address)

    # Previews.

    def _preview(self, article: Article | None) -> tuple[Preview | None, Card | None]:
        """Give what stands for an article (for the site, without one), and the card if it is one.

        The article's own picture goes before a card, but for SVG, which nobody shows in a preview.
        """
        picture = article.picture if article else None
        url = self._absolute_image(picture.src) if picture else None
        own = None
        if article and article.front.image and picture and url:
            own = Preview(url, picture.width, picture.height, article.front.image.alt)
            if not urlsplit(url).path.casefold().endswith(".svg"):
                return own, None
        if self._cards is None or self._url is None:
            return own, None
        if article is None or article.address == "/":
            here, card = "/", self._site_card(article)
        else:
            here, card = article.address, self._article_card(article)
        if not self._cards.can_draw(card):
            return own, None
        place = addresses.absolute(self._url, here + FILE)
        return Preview(place, WIDTH, HEIGHT, card.words), card

    def _article_card(self, article: Article) -> Card:
        front, words = article.front, catalogues.find(article.language)
        by = ""
        if article.authors and not article.is_plain:
            names = words.all_of(article.authors)
            said = words.annotated_by(names=names) if front.original else words.by(names=names)
            by = unescape(said)
        return Card(
            site=self.site_view.title,
            kicker=words.genre(front.genre),
            title=front.title,
            text=front.subtitle,
            by=by,
            date=words.date(front.date) if front.date else "",
            **_card_tally(article.claims, words),
        )

    def _site_card(self, home: Article | None) -> Card:
        site = self.site_view
        words = catalogues.find(home.language if home else site.language)
        return Card(
            site=addresses.host(self._url or ""),
            title=home.front.title if home else site.title,
            text=(home.front.subtitle if home else "") or site.description,
            **_card_tally([ref.claim for ref in self._index.claims], words),
        )

    def _absolute_image(self, image: str | None) -> str | None:
        if image is None or addresses.is_outside(image):
            return image
        return addresses.absolute(self._url, image) if self._url else None


# --- files ---------------------------------------------------------------------------------------


def _file(address: str, make: Callable[[], RenderedFile]) -> OutputFile:
    return OutputFile(addresses.file_of(address), make)


def _bytes(address: str, make: Callable[[], bytes]) -> OutputFile:
    path = addresses.file_of(address)
    return OutputFile(path, lambda: RenderedFile(path, make()))


def _made(files: Iterable[OutputFile]) -> tuple[tuple[RenderedFile, ...], tuple[Problem, ...]]:
    """Make files, and gather what is wrong with their templates; what fails is left out."""
    pages: list[RenderedFile] = []
    problems: dict[Problem, None] = {}
    for file in files:
        try:
            pages.append(file.make())
        except TemplateError as error:
            problems[error.problem] = None
    return tuple(pages), tuple(problems)


# --- small things --------------------------------------------------------------------------------


def _card_tally(claims: Iterable[ClaimView], words: Words) -> _CardTally:
    """What a card says of claims: of those that were checked."""
    parts = [part for part in views.tally(claims) if part.rating.checked]
    count = sum(part.count for part in parts)
    return _CardTally(
        checked=unescape(words.claims_checked(n=count)) if count else "",
        tally=tuple(
            CardTallyPart(
                part.rating.tone, part.count, unescape(words.counted(part.rating, part.count))
            )
            for part in parts
        ),
    )


def _title(name: str, site: str) -> str:
    """What a browser's tab and a search engine's result show: no more than they have room for."""
    whole = name if name == site else f"{name} · {site}"
    if len(escape(whole)) <= _LONGEST_TITLE:
        return whole
    return _cut(name, _LONGEST_TITLE - len(escape(name)) + len(name))


def _cut(text: str, most: int) -> str:
    """A text, or as many of its words as there is room for."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _changed(article: Article) -> PartialDate | None:
    """When the author last said that an article changed."""
    dates = [article.front.date, article.front.updated, *(date for date, _ in article.corrections)]
    return max((date for date in dates if date), default=None)


def _description(article: Article) -> str:
    """A line for previews: the author's, or how the text begins."""
    if said := article.front.summary or article.front.subtitle:
        return said
    html = ""
    for part in article.body:
        if isinstance(part, Html):
            html += part.html
        if len(html) > 2000:
            break
    opening = _OPENING.search(html)
    text = " ".join(unescape(_UNREAD.sub("", opening[1])).split()) if opening else ""
    return _cut(text, 160)


def _has_code(texts: Iterable[str]) -> bool:
    return any('<code class="language-' in text for text in texts)


def _has_blocks(texts: Iterable[str]) -> bool:
    return any(_BLOCK.search(text) for text in texts)


def _texts(article: Article) -> Iterator[str]:
    """All HTML that comes from an author's Markdown and stands on the article's page."""
    yield from (part.html for part in article.body if isinstance(part, Html))
    yield article.disclaimer
    yield from (text for _, text in article.corrections)
    for annotation in article.annotations:
        if isinstance(annotation, ClaimView):
            yield from _claim_texts(annotation)
        elif isinstance(annotation, QuestionView):
            yield from (annotation.answer, annotation.settle)
            yield from (answer.html for answer in annotation.answers)
        elif isinstance(annotation, NoteView):
            yield annotation.html


def _claim_texts(claim: ClaimView) -> Iterator[str]:
    yield claim.review
    yield from (was.review for was in claim.history)
    yield from (citation.note for citation in claim.citations)


def _foreign_images(article: Article) -> tuple[str, ...]:
    """The hosts of pictures that the author takes from elsewhere: no other may be asked."""
    found: set[str] = set()
    for part in article.body:
        if isinstance(part, Html) and "<img" in part.html:
            found.update(_FOREIGN_IMAGE.findall(part.html))
    if article.image and addresses.is_outside(article.image):
        found.add("/".join(article.image.split("/", 3)[:3]))
    return tuple(sorted(found))


def _indexed(facts: Iterable[tuple[str, str]]) -> Markup:
    """Attributes that have Pagefind index an element, with facts to filter by and to show.

    A value of any form can only be named as another attribute's; a fact may have several. What
    Pagefind calls metadata is searched as well: so a speaker is, but not the word `claim`.
    """
    named: list[tuple[str, str, str]] = []
    for name, value in facts:
        number = sum(name == other for other, _, _ in named)
        named.append((name, f"data-{name}{number or ''}", value))
    if not named:
        return NOTHING
    captured = ", ".join(f"{name}[{attribute}]" for name, attribute, _ in named)
    attributes = [("data-pagefind-filter", captured)]
    attributes += [("data-pagefind-meta", f"{n}[{a}]") for n, a, _ in named if n == "speaker"]
    attributes += [(attribute, value) for _, attribute, value in named]
    return Markup(" data-pagefind-body{}").format(
        Markup().join(Markup(' {}="{}"').format(name, value) for name, value in attributes)
    )


def _policy(images: Sequence[str], *, search: bool = False, live: bool = False) -> Markup:
    """A Content-Security-Policy; its quotes are no danger to an attribute between double ones."""
    sources = "".join(f" {host}" for host in images if re.fullmatch(r"https?://[\w.:-]+", host))
    # What `'self'` means for a page opened from disk is left open by the standard: `file:` says it,
    # and opens nothing to a page from the web, which no browser lets at files.
    # Pagefind fetches its index and a WebAssembly program that reads it; its form leads to itself.
    # No other page's script fetches anything, but tools that look at robots.txt do it from a page.
    program, form = (" 'wasm-unsafe-eval'", "'self'") if search else ("", "'none'")
    # Not every browser takes `'self'` for the server's websocket too.
    connect = " ws: wss:" if live else ""
    return Markup(  # noqa: S704 - fixed words, and hosts of letters
        f"default-src 'none'; style-src 'self' file:; script-src 'self' file:{program}; "
        f"connect-src 'self'{connect}; img-src 'self' file: data:{sources}; "
        f"media-src 'self' file:; base-uri 'none'; form-action {form}"
    )


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]
