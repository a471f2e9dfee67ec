"""Articles and the site's index to pages: the files of FORMAT.md §6, by a theme's templates.

A `Renderer` is made once in each process. `article` gives the pages of one article, `site` those
that stand for the whole site, `assets` the theme's files. All of them return pages and problems;
nothing is written, and nothing knows the clock.

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
alone. The dataclasses named here stand below, in `lists.py` or in `model.py`; they are all that a
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
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import unescape
from types import MappingProxyType
from typing import Any, TypedDict, get_args
from urllib.parse import urlsplit

from markupsafe import Markup, escape

import explainer
from explainer import lists, pictures
from explainer import words as catalogues
from explainer.cards import FILE, HEIGHT, WIDTH, Card, Cards, Part
from explainer.formats import (
    addresses,
    atom,
    claim_review,
    entries,
    jsonld,
    sitemap,
    web_annotation,
)
from explainer.model import (
    Annotation,
    AnswerView,
    Article,
    Citation,
    ClaimRef,
    ClaimView,
    Html,
    IndexedPerson,
    PartialDate,
    Picture,
    QuestionView,
    Rating,
    Settings,
    Shape,
    SiteIndex,
    Source,
    SourceView,
    Speaker,
    Topic,
)
from explainer.problems import Problem
from explainer.theme import TemplateError, Theme
from explainer.timeline import Timeline, timeline
from explainer.words import Words

STYLE = "style.css"
CODE_STYLE = "code.css"
CUSTOM_STYLE = "custom.css"
_ICONS = ("favicon.svg", "favicon.png", "favicon.ico")
OWN_FILES = frozenset({CUSTOM_STYLE, *_ICONS})
"""Files of a site's `static/` that every page names, where they are there."""
SEARCH_FILES = ("search.css", "search.js")
NOT_FOUND = "/404.html"
SEARCH = "/search/"
FEED = "/feed.xml"
CLAIMS_FEED = "/claims/feed.xml"

_NOTHING = Markup()
_WORDS_PER_MINUTE = 220
_LONGEST_TITLE = 70
_TEASERS = 20
"""How many articles the home page shows with their summaries; the others by title."""
_LATEST = 5
"""How many of the newest claims the home page shows."""
_PAGES = 12
"""How many plain pages the footer names."""
_FEWEST_PLACES = 32
_CODE_STYLES = ("xcode", "github-dark")
"""Pygments' styles for light and dark pages, of those that reach AA on our backgrounds."""

_SHAPES: tuple[Shape, ...] = get_args(Shape)
"""In the order in which styles/50-badges.css draws them."""

_UNWORDED_SIGNS = (" data-overlap=", "footnote")
_UNWORDED = re.compile(
    r' data-overlap="(?P<overlap>[0-9]+)"| aria-label="(?P<back>↩)"'
    r'|(?<= role="doc-noteref">\[)(?P<number>[0-9]+)(?=\])'
)
"""What an article's HTML leaves to be said in the page's words: how many passages overlap, and the
footnotes' numbers and links back."""
_LINK = re.compile(r'(\s(?:href|src)=")([^"]*)(?=")')
_SRCSET = re.compile(r'(\ssrcset=")([^"]*)(?=")')
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/")
_FOREIGN_IMAGE = re.compile(r'<img\b[^>]*?\ssrc="(https?://[^/"?#]+)', re.IGNORECASE)
_OPENING = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_UNREAD = re.compile(r"<sup\b.*?</sup>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the output."""

    path: str
    """Relative to the output folder."""
    content: bytes
    indexed: bool = False
    """Whether readers search it (see search.py)."""


# --- what templates get --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """`site`: the same on every page."""

    title: str
    description: str
    language: str
    url: str | None
    """Where the site is published, without a `/` at its end."""
    authors: tuple[str, ...]
    scale: tuple[Rating, ...]
    """All ratings that a claim may have."""
    sections: tuple[str, ...]
    """Which indexes there are: of `claims`, `sources`, `people`, `topics`. Each is an address."""
    pages: tuple[tuple[str, str, str], ...]
    """Plain pages at the top level, such as “About”: titles, addresses and languages."""
    feeds: bool
    """Whether there are feeds."""
    icon: str | None
    """The address of the site's own favicon, if it has one."""
    custom_style: str | None
    """The address of the site's own style sheet, if it has one."""
    search: bool
    """Whether readers can search the site, at `/search/`."""
    generator: str
    """What built it."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture that others show with a link to a page."""

    url: str
    """Its absolute address."""
    width: int
    """In pixels; 0 where that is not known."""
    height: int
    """In pixels; 0 where that is not known."""
    alt: str
    """What it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """`page`: what this page is, and how it links to others."""

    address: str
    kind: str
    """The template's name without its ending; for a section's page also which link is current."""
    title: str
    """For `<title>`: the page's own, and the site's."""
    name: str
    """Its own title alone."""
    description: str
    language: str
    direction: str
    """`ltr` or `rtl`."""
    canonical: str | None
    """Its absolute address, where the site's is known."""
    preview: Preview | None
    """What others show with a link to it."""
    is_article: bool = False
    """For `og:type`."""
    hidden: bool = False
    """Whether search engines are asked to leave it out."""
    policy: str
    """Its Content-Security-Policy."""
    data: Markup = _NOTHING
    """What stands in its `<script type="application/ld+json">`; may be empty."""
    has_code: bool = False
    """Whether it shows code, and needs `code.css`."""
    has_annotations: bool = False
    """Whether an annotations.json lies beside it."""
    indexed: Markup = _NOTHING
    """For the element that readers search: the attributes that tell Pagefind of it, with a space
    before them. Empty on pages that are not searched."""
    root: str
    """What leads from it to the site's root: `../../`, or nothing."""
    words: Words = field(repr=False)
    _badge: Callable[[Rating, Words], Markup] = field(repr=False)
    _asset_hash: Callable[[str], str] = field(repr=False)

    def link(self, address: str) -> str:
        """A link to an address of this site, relative; one of the web comes back as it is."""
        if address.startswith(self.address) and self.root.startswith("."):
            return addresses.relative("", "/" + address[len(self.address) :])
        if addresses.is_outside(address):
            return address
        return addresses.relative(self.root, address)

    def sized(self, picture: Picture) -> dict[str, str]:
        """The attributes, but for `src` and `alt`, of a picture that is loaded at once."""
        return pictures.attributes(picture, self.link)

    def asset(self, name: str) -> str:
        """A link to a file in the theme's `static/`, or to `style.css` or `code.css`."""
        return f"{self.root}assets/{name}?v={self._asset_hash(name)}"

    def badge(self, rating: Rating) -> Markup:
        """A rating's badge."""
        return self._badge(rating, self.words)

    def moved(self, html: Markup, origin: str) -> Markup:
        """HTML from the page at `origin`, its links made right for this page."""
        return html if origin == self.address else _moved(html, origin, self.root)

    def worded(self, html: Markup) -> Markup:
        """An article's HTML, with what the interface says in it.

        Each mark on which passages overlap says how many they are, footnotes have the language's
        digits, and their links back a name.
        """
        if not any(sign in html for sign in _UNWORDED_SIGNS):
            return html
        words = self.words

        def say(found: re.Match[str]) -> str:
            if overlap := found["overlap"]:
                return f'{found[0]} title="{words.overlap(n=int(overlap))}"'
            if number := found["number"]:
                return words.number(int(number))
            return f' aria-label="{words.back_footnote}"'

        return Markup(_UNWORDED.sub(say, html))  # noqa: S704 - it was Markup before

    def each(self, macro: Callable[..., Markup], items: Iterable[Any]) -> dict[str, Markup]:
        """What a macro gives for the page and each item, by the items' `id`.

        For what a page shows many times, such as the link to a source: made once.
        """
        return {item.id: macro(self, item) for item in items}

    def join(self, made: Mapping[str, Markup], items: Iterable[Any]) -> Markup:
        """Of what `each` made, what belongs to these items (by their `id`), with commas between."""
        comma: Markup = self.words.list_comma
        return comma.join([made[item.id] for item in items])

    @staticmethod
    def lead(html: Markup) -> Markup:
        """The first paragraph of a text."""
        first, end, rest = html.partition("</p>")
        return first + end if first.startswith("<p>") and rest.strip() else html

    @staticmethod
    def short(source: Source) -> str:
        """A source in few words: who published it, or wrote it, or its title."""
        return source.publisher or (source.authors[0] if source.authors else source.title)

    @staticmethod
    def host(url: str) -> str:
        """The name of the site that an address leads to."""
        return addresses.host(url)

    def lang(self, language: str) -> Markup:
        """` lang="…" dir="…"` where words are in another language than the page, else nothing."""
        if not language or language == self.language:
            return Markup()
        return Markup(' lang="{}" dir="{}"').format(language, catalogues.direction(language))

    @property
    def interface(self) -> Markup:
        """` lang="…"` for blocks of the interface's words, where these are in another language.

        So it is on a page whose language has no catalogue: it keeps its own `lang`, and what says
        otherwise is a block in English. Words within a sentence of the page's are not marked.
        """
        own, said = (tag.partition("-")[0].lower() for tag in (self.language, self.words.language))
        return _NOTHING if own == said else Markup(' lang="{}"').format(self.words.language)

    def within(self, language: str) -> PageView:
        """The same page for a part of it that is in another language, as `lang` says of it.

        An article announced in a list of another language keeps its own: its date, its genre and
        its ratings stand beside its title and are read by the same voice, in the same direction.
        """
        if not language or language == self.language:
            return self
        return replace(
            self,
            language=language,
            direction=catalogues.direction(language),
            words=catalogues.find(language),
        )

    def bdi(self, text: str) -> Markup:
        """A name or title of any language, kept apart where it does not run as the page does.

        Else the punctuation and the numbers beside it would be drawn on its wrong side (UAX #9).
        """
        runs = self.direction == "rtl"
        if (text.isascii() and not runs) or not _runs_against(text, rtl=runs):
            return escape(text)
        return Markup("<bdi>{}</bdi>").format(text)

    def all_of(self, names: Iterable[str]) -> Markup:
        """A list of names of any language, as the page's language writes lists."""
        return self.words.all_of(map(self.bdi, names))


@dataclass(frozen=True, slots=True)
class TallyPart:
    """How many claims have a rating."""

    rating: Rating
    count: int
    claim: ClaimView
    """The first of them."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A claim with all that is said around it."""

    article: Article
    claim: ClaimView
    supporting: tuple[Citation, ...]
    disputing: tuple[Citation, ...]
    context: tuple[Citation, ...]
    rivals: tuple[ClaimRef, ...]
    """Claims that say the opposite, of this article or another."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody in an article, and what they say there."""

    speaker: Speaker
    claims: tuple[ClaimView, ...]
    answers: tuple[tuple[QuestionView, AnswerView], ...]


@dataclass(frozen=True, slots=True)
class Teaser:
    """An article, as other pages announce it."""

    article: Article
    summary: str
    tally: tuple[TallyPart, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """Somebody, as the site's own pages list them."""

    indexed: IndexedPerson
    groups: tuple[lists.ClaimGroup, ...]
    """Their claims by rating."""
    tally: tuple[TallyPart, ...]


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """A topic in the list of all."""

    topic: Topic
    tally: tuple[TallyPart, ...]
    """Of the claims of all its articles."""


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article, and what its page shows besides."""

    article: Article
    ledger: tuple[LedgerEntry, ...]
    entries: Mapping[str, LedgerEntry]
    """The same by their claims' ids."""
    questions: tuple[QuestionView, ...]
    tally: tuple[TallyPart, ...]
    people: tuple[PersonView, ...]
    """In the order in which they first say something."""
    speakers: tuple[Speaker, ...]
    """The same, without what they say."""
    topics: tuple[tuple[str, str], ...]
    """Names and addresses."""
    related: tuple[tuple[str, str], ...]
    """Titles and addresses, of this site or of the web."""
    minutes: int
    """How long it takes to read."""
    image: str | None
    """The address of its picture, of this site or of the web."""
    quotes: Mapping[str, tuple[tuple[str, str], ...]]
    """By the id of each of its sources: the words quoted from it, and where in it they stand."""
    users: Mapping[str, tuple[Annotation, ...]]
    """By the id of each of its sources: the annotations that use it."""
    timeline: Timeline | None
    """Its dates, where there are enough of them."""


class _CardTally(TypedDict):
    checked: str
    tally: tuple[Part, ...]


# --- the renderer --------------------------------------------------------------------------------


class Renderer:
    """Renders one site's pages. Made once in each process; nothing in it changes any page.

    `files` are those of the site's own that pages name (`OWN_FILES`): by their place in the output,
    what changes when they do.
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
        search: bool = False,
        cards: Cards | None = None,
    ) -> None:
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
                if not a.front.date and not a.annotations and a.address.count("/") == 2
            )[:_PAGES],
            feeds=settings.feeds.enabled,
            icon=next((f"/{name}" for name in _ICONS if name in files), None),
            custom_style=f"/{CUSTOM_STYLE}?v={files[CUSTOM_STYLE]}"
            if CUSTOM_STYLE in files
            else None,
            search=search and any(not a.front.noindex for a in self._articles),
            generator=f"explainer {explainer.__version__}",
        )

    # What other rooms ask.

    def article(self, article: Article) -> tuple[tuple[Page, ...], tuple[Problem, ...]]:
        """Render one article's page, its annotations.json, and the page of each of its claims.

        The home page's own text has its page from `site`.
        """
        out = _Output(self._theme, self.site_view)
        view = self._article_view(article)
        preview, card = self._preview(article)
        if article.address != "/":
            self._article_page(out, view, preview)
            if card:
                out.add(article.address + FILE, card)
        if article.annotations:
            out.add(article.address + web_annotation.FILE, self._annotations(article))
        for entry in view.ledger:
            self._claim_page(out, entry, preview)
        return out.result()

    def site(
        self, aliases: Mapping[str, str] | None = None
    ) -> tuple[tuple[Page, ...], tuple[Problem, ...]]:
        """Render the pages that stand for the whole site; `aliases` lead from old addresses to new.

        These are the home page, the indexes, feeds, sitemap, robots.txt, 404.html, and a page at
        each alias.
        """
        out = _Output(self._theme, self.site_view)
        self._home_page(out)
        self._section_pages(out)
        self._small_pages(out, aliases or {})
        if self._settings.feeds.enabled:
            out.add(FEED, self._feed())
            if self._index.claims:
                out.add(CLAIMS_FEED, self._claims_feed())
        if self._url:
            out.add("/sitemap.xml", sitemap.render(self._sitemap(self._url)))
        out.add("/robots.txt", sitemap.robots(self._url and f"{self._url}/sitemap.xml"))
        return out.result()

    def assets(self) -> tuple[Page, ...]:
        """Give the theme's files, to lie under `assets/`."""
        files = dict(self._files)
        if not self.site_view.search:
            files = {n: content for n, content in files.items() if n not in SEARCH_FILES}
        if any(_has_code(article) for article in self._everything):
            files[CODE_STYLE] = self._code_style
        return tuple(Page(f"assets/{name}", content) for name, content in sorted(files.items()))

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all that an article's pages take from elsewhere, but for `depends`.

        The same article with the same fingerprint and the same `depends` has the same pages.
        """
        import pygments

        digest = hashlib.sha256(self._theme.fingerprint().encode())
        known = (self.site_view, self._settings.feeds, self._cards and self._cards.recipe)
        digest.update(repr((known, pygments.__version__)).encode())
        hashes = sorted((name, _hash(content)) for name, content in self._files.items())
        digest.update(repr(hashes).encode())
        for name in catalogues.languages():
            digest.update(catalogues.find(name).source.encode())
        return digest.hexdigest()

    def depends(self, article: Article) -> str:
        """A hash of what an article's pages take from the index."""
        known = (
            self._index.related.get(article.address, ()),
            self._topics.get(article.address, ()),
            [
                (
                    ref.claim.address,
                    ref.claim.claim,
                    ref.claim.rating,
                    ref.claim.by,
                    ref.claim.supports,
                    ref.claim.disputes,
                    ref.article.front.title,
                    ref.article.address,
                    ref.article.language,
                )
                for claim in article.claims
                for ref in self._index.rivals.get(claim.address, ())
            ],
        )
        return hashlib.sha256(repr(known).encode()).hexdigest()

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
        found = self._hashes.get(name)
        if found is None:
            if name != CODE_STYLE:
                raise LookupError(f"the theme has no static file `{name}`")
            found = self._hashes[name] = _hash(self._code_style)
        return found

    # Assets.

    @cached_property
    def _hashes(self) -> dict[str, str]:
        return {name: _hash(content) for name, content in self._files.items()}

    @cached_property
    def _files(self) -> dict[str, bytes]:
        """The theme's files that lie under `assets/`, but for `code.css`."""
        static = self._theme.files("static")
        made = self._theme.assets()
        made[STYLE] += self._made_rules()
        return {
            **{name: path.read_bytes() for name, path in static.items()},
            **{name: text.encode() for name, text in made.items()},
        }

    def _made_rules(self) -> str:
        """The looks of each rating, and a name for the place of every reference mark.

        A margin note is laid out beside the mark that has its number; names cannot be made from
        attributes in CSS, so they are written out. Powers of two, so that the file, and with it
        every page that names its hash, seldom changes.
        """
        most = max((len(a.annotations) for a in self._everything), default=0)
        places = _FEWEST_PLACES
        while places < most:
            places *= 2
        names = "".join(f'[data-n="{n}"]{{--n:--r{n}}}' for n in range(1, places + 1))
        looks = "".join(
            f'[data-rating="{r.id}"]{{--shape:{_SHAPES.index(r.shape)};--tone:var(--{r.tone})}}'
            for r in self.site_view.scale
        )
        scripts = "".join(map(_language_rules, catalogues.languages()))
        return f"@layer badges{{{looks}}}@layer notes{{{names}}}@layer base{{{scripts}}}\n"

    @cached_property
    def _code_style(self) -> bytes:
        from pygments.formatters.html import HtmlFormatter

        light, dark = (
            str(HtmlFormatter(style=style, nobackground=True).get_style_defs("pre"))  # type: ignore[no-untyped-call]
            for style in _CODE_STYLES
        )
        lines = [_code_rules(light), "@media (prefers-color-scheme:dark){", _code_rules(dark), "}"]
        return ("@layer code{\n" + "\n".join(lines) + "\n}\n").encode()

    # An article.

    def _article_page(self, out: _Output, view: ArticleView, preview: Preview | None) -> None:
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
            data=self._article_data(article, description, image),
            indexed=[
                ("kind", "article"),
                ("genre", article.front.genre),
                *(("topic", name) for name, _ in view.topics),
            ],
        )
        out.render(page, view=view)

    def _claim_page(self, out: _Output, entry: LedgerEntry, preview: Preview | None) -> None:
        article, claim = entry.article, entry.claim
        words = catalogues.find(article.language)
        review = claim_review.render(
            article,
            replace(claim, rating=words.translated(claim.rating)),
            self.site_view.scale,
            url=self._web(claim.address, claim.address),
            article_url=self._web(article.address, claim.address),
            site=self.site_view.title,
            site_url=self._web("/", claim.address),
        )
        trail = [
            (self.site_view.title, self._web("/", claim.address)),
            (article.front.title, self._web(article.address, claim.address)),
            (claim.claim, self._web(claim.address, claim.address)),
        ]
        page = self._page(
            "claim",
            claim.address,
            claim.claim,
            f"{words.rating(claim.rating)}: {claim.claim}",
            language=article.language,
            hidden=article.front.noindex,
            preview=preview,
            data=jsonld.script(review, jsonld.breadcrumbs(trail)),
            indexed=[
                ("kind", "claim"),
                ("rating", claim.rating.id),
                *([("speaker", claim.by.person.name)] if claim.by else ()),
                *(("topic", name) for name, _ in self._topics.get(article.address, ())),
            ],
        )
        out.render(page, entry=entry)

    def _annotations(self, article: Article) -> bytes:
        origin = article.address
        root = self._url + "/" if self._url else addresses.root_of(origin)
        base = addresses.absolute(self._url, origin) if self._url else None
        words = catalogues.find(article.language)
        said = tuple(
            replace(a, rating=words.translated(a.rating)) if isinstance(a, ClaimView) else a
            for a in article.annotations
        )
        article = replace(article, annotations=said)
        return web_annotation.render(article, lambda html: _moved(html, origin, root), base=base)

    def _article_view(self, article: Article) -> ArticleView:
        claims = article.claims
        questions = article.questions
        people = _people(claims, questions)
        ledger = tuple(self._entry(article, claim) for claim in claims)
        return ArticleView(
            article,
            ledger,
            {entry.claim.id: entry for entry in ledger},
            questions,
            _tally(claims),
            people,
            tuple(person.speaker for person in people),
            tuple(self._topics.get(article.address, ())),
            self._index.related.get(article.address, ()),
            _minutes(article),
            article.image,
            {source.id: _quotes(source) for source in article.sources},
            {source.id: _users(source) for source in article.sources},
            timeline(article, catalogues.find(article.language).date),
        )

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

    def _article_data(self, article: Article, description: str, image: str | None) -> Markup:
        here = article.address
        url = self._web(here, here)
        item = jsonld.article(
            article,
            url=url,
            site=self.site_view.title,
            site_url=self._web("/", here),
            description=description,
            image=image,
        )
        trail = [(self.site_view.title, self._web("/", here)), (article.front.title, url)]
        return jsonld.script(item, jsonld.breadcrumbs(trail))

    # The site.

    def _home_page(self, out: _Output) -> None:
        site, home = self.site_view, self._home
        preview, card = self._preview(home)
        if card:
            out.add("/" + FILE, card)
        dated = [a for a in self._articles if a.front.date or a.annotations]
        plain = [a for a in self._articles if not (a.front.date or a.annotations)]
        page = self._page(
            "home",
            "/",
            home.front.title if home else site.title,
            (home.front.summary if home else "") or site.description,
            language=home.language if home else site.language,
            article=home,
            preview=preview,
        )
        out.render(
            page,
            view=self._article_view(home) if home else None,
            teasers=self._teasers(dated[:_TEASERS]),
            older=lists.by_year(dated[_TEASERS:]),
            pages=plain,
            count=len(dated),
            claims=lists.newest(self._index.claims)[:_LATEST],
            all_claims=len(self._index.claims),
        )

    def _section_pages(self, out: _Output) -> None:
        index, words = self._index, catalogues.find(self.site_view.language)
        # These are links' targets from every page: they are there even where they are empty.
        self._claims_page(out, words)
        self._sources_page(out, words)
        people = tuple(map(_person_entry, index.people))
        out.render(
            self._page("people", "/people/", words.section("people"), str(words.people_about)),
            people=people,
        )
        out.render(
            self._page("topics", "/topics/", words.section("topics"), str(words.topics_about)),
            topics=tuple(TopicEntry(topic, _topic_tally(topic)) for topic in index.topics),
        )
        for person in people:
            self._person_page(out, person, words)
        for topic in index.topics:
            self._topic_page(out, topic, words)

    def _claims_page(self, out: _Output, words: Words) -> None:
        claims = self._index.claims
        topics: dict[str, list[tuple[str, str]]] = {}
        for topic in self._index.topics:
            for article in topic.articles:
                topics.setdefault(article.address, []).append((topic.name, topic.slug))
        items = lists.claim_items(claims, topics)
        tally = _tally(ref.claim for ref in claims)
        ratings = [part.rating for part in tally]
        out.render(
            self._page("claims", "/claims/", words.section("claims"), str(words.claims_about)),
            claims=claims,
            tally=tally,
            groups=lists.by_rating(items, ratings),
            filters=lists.claim_filters(items, ratings, topics, words),
        )

    def _sources_page(self, out: _Output, words: Words) -> None:
        sources = self._index.sources
        items = lists.source_items(sources)
        out.render(
            self._page("sources", "/sources/", words.section("sources"), str(words.sources_about)),
            sources=sources,
            groups=lists.by_publisher(items),
            filters=lists.source_filters(items, words),
            primary=sum(each.source.primary for each in sources),
            not_archived=sum(item.archive == "missing" for item in items),
        )

    def _person_page(self, out: _Output, entry: PersonEntry, words: Words) -> None:
        person = entry.indexed
        name, role = person.person.name, person.person.role
        about = words.person_about(name=f"{name}, {role}" if role else name)
        address = f"/people/{person.id}/"
        facts = [("kind", "person")]
        page = self._page("person", address, name, unescape(about), indexed=facts)
        out.render(page, person=entry)

    def _topic_page(self, out: _Output, topic: Topic, words: Words) -> None:
        about = unescape(words.topic_about(name=topic.name))
        page = self._page("topic", f"/topics/{topic.slug}/", topic.name, about)
        tally, teasers = _topic_tally(topic), self._teasers(topic.articles)
        out.render(page, topic=topic, tally=tally, teasers=teasers)

    def _small_pages(self, out: _Output, aliases: Mapping[str, str]) -> None:
        words = catalogues.find(self.site_view.language)
        # Nobody knows at which depth this page is shown: its links begin at the server's root.
        root = (urlsplit(self._url).path.rstrip("/") if self._url else "") + "/"
        title = str(words.not_found)
        out.render(self._page("404", NOT_FOUND, title, "", hidden=True, root=root))
        if self.site_view.search:
            self._search_page(out, words)
        for old, new in sorted(aliases.items()):
            page = self._page("redirect", old, str(words.moved), "", hidden=True, target=new)
            out.render(page, target=new)

    def _search_page(self, out: _Output, words: Words) -> None:
        title = str(words.search)
        shown = [a for a in self._articles if not a.front.noindex]
        used = {claim.rating.id for a in self._everything for claim in a.claims}
        out.render(
            self._page("search", SEARCH, title, "", hidden=True),
            genres=sorted({a.front.genre for a in shown}),
            ratings=tuple(r for r in self.site_view.scale if r.id in used),
        )

    def _teasers(self, articles: Iterable[Article]) -> tuple[Teaser, ...]:
        return tuple(
            Teaser(a, a.front.summary or a.front.subtitle, _tally(a.claims), _minutes(a))
            for a in articles
        )

    # Machines' formats.

    def _feed(self) -> bytes:
        shown = [a for a in self._articles if a.front.date and not a.front.noindex]
        chosen = shown[: self._settings.feeds.entries]
        return self._atom(FEED, "/", self.site_view.title, [self._article_entry(a) for a in chosen])

    def _article_entry(self, article: Article) -> atom.FeedEntry:
        summary = _description(article)
        tally = [(part.rating, part.count) for part in _tally(article.claims)]
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
        return _moved(html, article.address, root)

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
        data: Markup = _NOTHING,
        root: str | None = None,
        target: str = "",
        indexed: Iterable[tuple[str, str]] = (),
    ) -> PageView:
        site = self.site_view
        language = language or site.language
        name = unescape(name) if isinstance(name, Markup) else name
        foreign = _foreign_images(article) if article else ()
        hidden = hidden or bool(article and article.front.noindex)
        return PageView(
            address=address,
            kind=kind,
            title=_title(name, site.title),
            name=name,
            description=" ".join(unescape(description).split()),
            language=language,
            direction=catalogues.direction(language),
            canonical=addresses.absolute(self._url, target or address) if self._url else None,
            preview=preview,
            is_article=article is not None and address != "/",
            hidden=hidden,
            policy=_policy(foreign, search=kind == "search"),
            data=data,
            has_code=article is not None and _has_code(article),
            has_annotations=bool(article and article.annotations),
            indexed=_indexed(indexed) if site.search and not hidden else _NOTHING,
            root=addresses.root_of(address) if root is None else root,
            words=catalogues.find(language),
            _badge=self._badge,
            _asset_hash=self._asset_hash,
        )

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

    def _preview(self, article: Article | None) -> tuple[Preview | None, bytes | None]:
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
        content = self._cards.png(card)
        if content is None:
            return own, None
        place = addresses.absolute(self._url, here + FILE)
        return Preview(place, WIDTH, HEIGHT, card.words), content

    def _article_card(self, article: Article) -> Card:
        front, words = article.front, catalogues.find(article.language)
        by = ""
        if article.authors and (front.date or article.annotations):
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


class _Output:
    """The pages and problems of one run."""

    def __init__(self, theme: Theme, site: SiteView) -> None:
        self._theme = theme
        self._site = site
        self._pages: list[Page] = []
        self._problems: dict[Problem, None] = {}

    def add(self, address: str, content: bytes, *, indexed: bool = False) -> None:
        self._pages.append(Page(addresses.file_of(address), content, indexed))

    def render(self, page: PageView, **objects: object) -> None:
        objects.update(page=page, site=self._site, words=page.words)
        try:
            html = self._theme.render(f"{page.kind}.html", objects)
        except TemplateError as error:
            self._problems[error.problem] = None
        else:
            self.add(page.address, html.encode(errors="replace"), indexed=bool(page.indexed))

    def result(self) -> tuple[tuple[Page, ...], tuple[Problem, ...]]:
        return tuple(self._pages), tuple(self._problems)


# --- small things --------------------------------------------------------------------------------


def _tally(claims: Iterable[ClaimView]) -> tuple[TallyPart, ...]:
    """How many claims have which rating.

    Highest value first, then those without a number, then those that do not count as checked.
    """
    by_rating: dict[str, list[ClaimView]] = {}
    for claim in claims:
        by_rating.setdefault(claim.rating.id, []).append(claim)
    parts = [TallyPart(found[0].rating, len(found), found[0]) for found in by_rating.values()]
    return tuple(sorted(parts, key=_tally_order))


def _card_tally(claims: Iterable[ClaimView], words: Words) -> _CardTally:
    """What a card says of claims: of those that were checked."""
    parts = [part for part in _tally(claims) if part.rating.checked]
    count = sum(part.count for part in parts)
    return _CardTally(
        checked=unescape(words.claims_checked(n=count)) if count else "",
        tally=tuple(
            Part(part.rating.tone, part.count, unescape(words.counted(part.rating, part.count)))
            for part in parts
        ),
    )


def _tally_order(part: TallyPart) -> tuple[bool, bool, float, str]:
    value = part.rating.value
    return not part.rating.checked, value is None, -(value or 0), part.rating.id


def _topic_tally(topic: Topic) -> tuple[TallyPart, ...]:
    return _tally(claim for article in topic.articles for claim in article.claims)


def _person_entry(person: IndexedPerson) -> PersonEntry:
    tally = _tally(ref.claim for ref in person.claims)
    items = lists.claim_items(person.claims, {})
    return PersonEntry(person, lists.by_rating(items, (part.rating for part in tally)), tally)


def _people(
    claims: Iterable[ClaimView], questions: Iterable[QuestionView]
) -> tuple[PersonView, ...]:
    speakers: dict[str, Speaker] = {}
    said: dict[str, list[ClaimView]] = {}
    answered: dict[str, list[tuple[QuestionView, AnswerView]]] = {}
    for claim in claims:
        if claim.by:
            speakers.setdefault(claim.by.id, claim.by)
            said.setdefault(claim.by.id, []).append(claim)
    for question in questions:
        for answer in question.answers:
            if answer.by:
                speakers.setdefault(answer.by.id, answer.by)
                answered.setdefault(answer.by.id, []).append((question, answer))
    return tuple(
        PersonView(speaker, tuple(said.get(key, ())), tuple(answered.get(key, ())))
        for key, speaker in speakers.items()
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


def _quotes(source: SourceView) -> tuple[tuple[str, str], ...]:
    cited = ((use.citation.quote, use.citation.locator) for use in source.uses)
    return tuple(dict.fromkeys(pair for pair in cited if pair != ("", "")))


def _users(source: SourceView) -> tuple[Annotation, ...]:
    return tuple({use.annotation.id: use.annotation for use in source.uses}.values())


def _minutes(article: Article) -> int:
    return max(1, round(article.words / _WORDS_PER_MINUTE))


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


def _runs_against(text: str, *, rtl: bool) -> bool:
    """Whether a text holds a letter that is written in the other direction than the page's."""
    other = ("L",) if rtl else ("R", "AL")
    return any(unicodedata.bidirectional(letter) in other for letter in text)


def _language_rules(name: str) -> str:
    """How a language quotes, and counts lists: its catalogue says it, a style sheet must.

    Quotation marks are those of the text around a quotation, whatever is quoted.
    """
    words = catalogues.find(name)
    rules = f":lang({name})>q{{quotes:{_strings(words.quotes)}}}"
    if words.digits != "0123456789":
        rules += f"@counter-style digits-{name}{{system:numeric;symbols:{_strings(words.digits)}}}"
        rules += f"ol:lang({name}){{list-style-type:digits-{name}}}"
    return rules


def _strings(texts: Iterable[str]) -> str:
    return " ".join(f'"{text}"' for text in texts)


def _moved(html: Markup, origin: str, root: str) -> Markup:
    """HTML from the page at `origin`, its links within the site beginning with `root` instead.

    Links lead from a page by the site's root (`addresses.relative`), so that is what is exchanged.
    """
    if '="' not in html:
        return html
    before = addresses.root_of(origin)

    def moved(target: str) -> str:
        if not target or _ABSOLUTE.match(target) or not target.startswith((before, "#")):
            return target
        if target.startswith("#"):
            return addresses.relative(root, origin) + target
        return root + target.removeprefix(before)

    def link(match: re.Match[str]) -> str:
        return match[1] + moved(match[2])

    def candidates(match: re.Match[str]) -> str:  # as pictures.attributes wrote them
        return match[1] + ", ".join(map(moved, match[2].split(", ")))

    text = _LINK.sub(link, html)
    if "srcset" in text:
        text = _SRCSET.sub(candidates, text)
    return Markup(text)  # noqa: S704 - it was Markup before


def _has_code(article: Article) -> bool:
    marker = '<code class="language-'
    return any(isinstance(part, Html) and marker in part.html for part in article.body)


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
        named.append((name, f"data-is-{name}{number or ''}", value))
    if not named:
        return _NOTHING
    captured = ", ".join(f"{name}[{attribute}]" for name, attribute, _ in named)
    attributes = [("data-pagefind-filter", captured)]
    attributes += [("data-pagefind-meta", f"{n}[{a}]") for n, a, _ in named if n == "speaker"]
    attributes += [(attribute, value) for _, attribute, value in named]
    return Markup(" data-pagefind-body{}").format(
        Markup().join(Markup(' {}="{}"').format(name, value) for name, value in attributes)
    )


def _policy(images: Sequence[str], *, search: bool = False) -> str:
    sources = "".join(f" {host}" for host in images if re.fullmatch(r"https?://[\w.:-]+", host))
    # What `'self'` means for a page opened from disk is left open by the standard: `file:` says it,
    # and opens nothing to a page from the web, which no browser lets at files.
    # Pagefind fetches its index and a WebAssembly program that reads it; its form leads to itself.
    program, form = (
        (" 'wasm-unsafe-eval'; connect-src 'self'", "'self'") if search else ("", "'none'")
    )
    return (
        f"default-src 'none'; style-src 'self' file:; script-src 'self' file:{program}; "
        f"img-src 'self' file: data:{sources}; media-src 'self' file:; "
        f"base-uri 'none'; form-action {form}"
    )


def _code_rules(css: str) -> str:
    """Pygments' rules that say something about the classes of tokens."""
    lines = (line.split(" /*")[0].rstrip() for line in css.splitlines())
    return "\n".join(line for line in lines if line.startswith("pre ."))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]
