"""What templates get: views of the site, of a page, and of what pages show.

All of them are frozen and typed, and hold nothing that a template could change. `render.py` says
which template gets which; the functions at the end make the smaller views out of the model.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup, escape

from explainer.language import catalogue as catalogues
from explainer.language.catalogue import Words
from explainer.markdown import pictures
from explainer.model.annotations import Source
from explainer.model.article import (
    Annotation,
    AnswerView,
    Article,
    Citation,
    ClaimView,
    Picture,
    QuestionView,
    SourceView,
    Speaker,
)
from explainer.model.ratings import Rating
from explainer.model.site import ClaimRef, IndexedPerson, Topic
from explainer.render import lists
from explainer.render.timeline import Timeline
from explainer.support import addresses

NOTHING = Markup()
_WORDS_PER_MINUTE = 220
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
    """Plain pages at the top level, such as “About”: titles, addresses and languages. Neither
    chapters nor pages in the menu are among them."""
    menu: tuple[tuple[str, str, str], ...]
    """What stands before the sections: titles, addresses (of the site or the web), languages."""
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
    policy: Markup
    """Its Content-Security-Policy."""
    data: Markup = NOTHING
    """What stands in its `<script type="application/ld+json">`; may be empty."""
    styles: tuple[str, ...] = ()
    """The style sheets that it needs besides `style.css`, because of what it shows: of
    `blocks.css`, `chapters.css`, `code.css` and `rtl.css`."""
    above: tuple[str, ...] = ()
    """Addresses of the pages that it is a chapter of, the nearest first."""
    has_annotations: bool = False
    """Whether an annotations.json lies beside it."""
    indexed: Markup = NOTHING
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

    def current(self, address: str) -> Markup:
        """` aria-current="…"` for a menu's link to this page, or to one that it is a chapter of."""
        if address == self.address:
            return Markup(' aria-current="page"')
        return Markup(' aria-current="true"') if address in self.above else NOTHING

    def sized(self, picture: Picture) -> dict[str, str]:
        """The attributes, but for `src` and `alt`, of a picture that is loaded at once."""
        return pictures.attributes(picture, self.link)

    def asset(self, name: str) -> str:
        """A link to a file in the theme's `static/`, to a style sheet or a script."""
        return f"{self.root}assets/{name}?v={self._asset_hash(name)}"

    def badge(self, rating: Rating) -> Markup:
        """A rating's badge."""
        return self._badge(rating, self.words)

    def moved(self, html: Markup, origin: str) -> Markup:
        """HTML from the page at `origin`, its links made right for this page."""
        return html if origin == self.address else moved(html, origin, self.root)

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

    def lang_inside(self, language: str) -> Markup:
        """As `lang`, for words within a block of the interface's (see `interface`)."""
        if not self.interface:
            return self.lang(language)
        return Markup(' lang="{}" dir="{}"').format(language, catalogues.direction(language))

    @property
    def interface(self) -> Markup:
        """` lang="…"` for blocks of the interface's words, where these are in another language.

        So it is on a page whose language has no catalogue: it keeps its own `lang`, and what says
        otherwise is a block in English. Words within a sentence of the page's are not marked.
        """
        own, said = (tag.partition("-")[0].lower() for tag in (self.language, self.words.language))
        return NOTHING if own == said else Markup(' lang="{}"').format(self.words.language)

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
class Neighbours:
    """Where an article stands among the chapters of another."""

    parent: Article
    """The one that lists it."""
    previous: Article | None
    """The chapter before it."""
    next: Article | None
    """The chapter after it."""


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
    chapters: tuple[Teaser, ...]
    """The articles that it lists as its chapters, in their order."""
    neighbours: Neighbours | None
    """Where it is a chapter itself: what stands around it."""


# --- made out of the model ---------------------------------------------------------------------


def tally(claims: Iterable[ClaimView]) -> tuple[TallyPart, ...]:
    """How many claims have which rating.

    Highest value first, then those without a number, then those that do not count as checked.
    """
    by_rating: dict[str, list[ClaimView]] = {}
    for claim in claims:
        by_rating.setdefault(claim.rating.id, []).append(claim)
    parts = [TallyPart(found[0].rating, len(found), found[0]) for found in by_rating.values()]
    return tuple(sorted(parts, key=_tally_order))


def _tally_order(part: TallyPart) -> tuple[bool, bool, float, str]:
    value = part.rating.value
    return not part.rating.checked, value is None, -(value or 0), part.rating.id


def topic_tally(topic: Topic) -> tuple[TallyPart, ...]:
    """How many claims of a topic's articles have which rating."""
    return tally(claim for article in topic.articles for claim in article.claims)


def person_entry(person: IndexedPerson) -> PersonEntry:
    """Give somebody with their claims by rating."""
    counted = tally(ref.claim for ref in person.claims)
    items = lists.claim_items(person.claims, {})
    return PersonEntry(person, lists.by_rating(items, (part.rating for part in counted)), counted)


def people(
    claims: Iterable[ClaimView], questions: Iterable[QuestionView]
) -> tuple[PersonView, ...]:
    """Give everybody who says something in an article, in the order in which they first do."""
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


def quotes(source: SourceView) -> tuple[tuple[str, str], ...]:
    """Give the words that are quoted from a source, each once, and where in it they stand."""
    cited = ((use.citation.quote, use.citation.locator) for use in source.uses)
    return tuple(dict.fromkeys(pair for pair in cited if pair != ("", "")))


def users(source: SourceView) -> tuple[Annotation, ...]:
    """Give the annotations that use a source, each once."""
    return tuple({use.annotation.id: use.annotation for use in source.uses}.values())


def minutes(article: Article) -> int:
    """How many minutes it takes to read an article: one at least."""
    return max(1, round(article.words / _WORDS_PER_MINUTE))


def _runs_against(text: str, *, rtl: bool) -> bool:
    """Whether a text holds a letter that is written in the other direction than the page's."""
    other = ("L",) if rtl else ("R", "AL")
    return any(unicodedata.bidirectional(letter) in other for letter in text)


def moved(html: Markup, origin: str, root: str) -> Markup:
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
