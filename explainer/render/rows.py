"""Rows: what lists show of claims, sources, people, topics, and articles.

A row is a small value of ids, texts, and counts. It does not contain the article that it is about,
so that rows can be compared and kept, and a list can be made of rows alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Literal, TypeAlias

from explainer.model.annotations import Source
from explainer.model.article import Annotation, Article, ClaimView
from explainer.model.free_data import FreeData
from explainer.model.ratings import in_tally
from explainer.model.scalars import PartialDate, Stance
from explainer.model.site import ClaimRef, IndexedPerson, IndexedSource, Topic
from explainer.site.sheets import MOST_USES, source_address
from explainer.support.slugs import slug
from explainer.support.values import dataclass

NONE = "-"
"""The value of a row that has none, such as the speaker of a claim with no known speaker. No id and
no slug has this value."""

Keys: TypeAlias = Mapping[str, tuple[str, ...]]
"""The values of a row, at least one, by the name of the filter."""
TopicNames: TypeAlias = Mapping[str, tuple[tuple[str, str], ...]]
"""The names and slugs of an article's topics, by the article's address."""
Archive: TypeAlias = Literal["archived", "missing", "offline"]
"""Whether a source has an archived copy, has no copy, or is not on the web at all."""
Counts: TypeAlias = tuple[tuple[str, int], ...]
"""Ids of ratings and numbers of claims, in the order of a tally."""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim in a list."""

    address: str
    claim: str
    fact: str
    """What is true, in one sentence; may be empty."""
    rating: str
    """The id of its rating."""
    date: PartialDate | None
    """When it was made."""
    draft: bool
    speaker: str
    """The id of who made it; empty if nobody is named."""
    name: str
    role: str
    article: str
    """The title of its article."""
    article_address: str
    """The address of the claim's note in its article."""
    language: str
    """The language of its article."""
    topics: tuple[str, ...]
    """The slugs of its article's topics."""

    @property
    def order(self) -> int:
        """A number that is the smaller the newer the claim is: its place in every group."""
        return -int(self.date.replace("-", "").ljust(8, "0")) if self.date else 0

    @property
    def text(self) -> str:
        """What readers can search in."""
        return " ".join(filter(None, (self.claim, self.fact, self.name, self.article)))

    @property
    def keys(self) -> Keys:
        """`rating`, `speaker`, `topic`, `year`."""
        return {
            "rating": (self.rating,),
            "speaker": (self.speaker or NONE,),
            "topic": self.topics or (NONE,),
            "year": (year_of(self.date),),
        }


@dataclass(frozen=True, slots=True)
class UseLink:
    """A use of a source: what the link to an annotation needs."""

    id: str
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class UseRow:
    """Where one article uses a source."""

    address: str
    title: str
    language: str
    stances: tuple[tuple[Stance | None, tuple[UseLink, ...]], ...]
    """The annotations that use the source, by stance; None if it is only cited."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source in a list."""

    key: str
    """Its anchor is `source-KEY`."""
    source: Source
    repeats: tuple[tuple[str, str], ...]
    """The keys and short names of the sources that it repeats."""
    uses: tuple[UseRow, ...]
    """The first articles that use it, at most `MOST_USES`."""
    count: int
    """The number of its uses in all articles, counting each annotation once per stance."""
    articles: int
    """The number of articles that use it."""

    @property
    def page(self) -> str:
        """The address of the page of all its uses; empty if its row has them."""
        return source_address(self.key) if self.articles > MOST_USES else ""

    @property
    def publisher(self) -> str:
        """The slug of its publisher; `NONE` without one."""
        return publisher_slug(self.source)

    @property
    def order(self) -> int:
        """Its place in every group: that in the list."""
        return 0

    @property
    def archive(self) -> Archive:
        """Whether there is an archived copy."""
        return archive_of(self.source)

    @property
    def text(self) -> str:
        """What readers can search in."""
        source = self.source
        parts = (*source.authors, source.title, source.publisher, *(u.title for u in self.uses))
        return " ".join(filter(None, parts))

    @property
    def keys(self) -> Keys:
        """`publisher`, `kind` (`primary`, `secondary`), `type`, `archive`, `year`."""
        source = self.source
        return {
            "publisher": (self.publisher,),
            "kind": ("primary" if source.primary else "secondary",),
            "type": (source.type,),
            "archive": (self.archive,),
            "year": (year_of(source.date),),
        }


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in the list of people."""

    id: str
    name: str
    role: str
    tally: Counts
    """The ratings of their claims."""
    answers: int
    """The number of their answers."""


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic in the list of topics."""

    slug: str
    name: str
    articles: int
    """The number of its articles."""
    tally: Counts
    """The ratings of the claims in its articles."""


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article as other pages present it."""

    address: str
    title: str
    summary: str
    language: str
    genre: str
    date: PartialDate | None
    tally: Counts
    """The ratings of its claims."""
    extra: FreeData
    """The site's own data about it."""
    is_plain: bool
    """Whether it has neither a date nor annotations, like an “About us” page."""


@dataclass(frozen=True, slots=True)
class ArticleTexts:
    """The texts of an article that rows show. Nothing about lists but these texts depends on them.

    What else other pages show of an article decides which rows there are, and in which order.
    """

    title: str
    summary: str
    claims: Mapping[str, tuple[str, str]]
    """By its address: the sentence of each claim, and the fact."""

    @classmethod
    def of(cls, article: Article) -> ArticleTexts:
        """Return the texts of an article."""
        claims = {claim.address: (claim.claim, claim.fact) for claim in article.claims}
        return cls(article.front.title, _summary(article), claims)


# --- making rows ---------------------------------------------------------------------------------


def claim_row(ref: ClaimRef, topics: TopicNames) -> ClaimRow:
    """Return the row of a claim. `topics` are the topics of all articles."""
    article, claim = ref.article, ref.claim
    person = claim.by.person if claim.by else None
    return ClaimRow(
        address=claim.address,
        claim=claim.claim,
        fact=claim.fact,
        rating=claim.rating.id,
        date=claim.date,
        draft=claim.draft,
        speaker=claim.by.id if claim.by else "",
        name=person.name if person else "",
        role=person.role if person else "",
        article=article.front.title,
        article_address=f"{article.address}#note-{claim.id}",
        language=article.language,
        topics=tuple(key for _, key in topics.get(article.address, ())),
    )


def source_row(indexed: IndexedSource) -> SourceRow:
    """Return the row of a source."""
    uses = use_rows(indexed)
    return SourceRow(
        indexed.key,
        indexed.source,
        tuple((key, short(other)) for key, other in indexed.repeats),
        uses[:MOST_USES],
        sum(len(links) for use in uses for _, links in use.stances),
        len(uses),
    )


def use_rows(indexed: IndexedSource) -> tuple[UseRow, ...]:
    """Return a source's uses by article, then by stance, each in reading order."""
    by_article: dict[str, tuple[Article, dict[Stance | None, dict[str, Annotation]]]] = {}
    for each in indexed.uses:
        article, use = each.article, each.use
        _, stances = by_article.setdefault(article.address, (article, {}))
        stances.setdefault(use.citation.stance, {})[use.annotation.id] = use.annotation
    order: tuple[Stance | None, ...] = ("supports", "disputes", "context", None)
    return tuple(
        UseRow(
            article.address,
            article.front.title,
            article.language,
            tuple(
                (each, tuple(UseLink(a.id, a.kind, a.number) for a in stances[each].values()))
                for each in order
                if each in stances
            ),
        )
        for article, stances in by_article.values()
    )


def person_row(person: IndexedPerson) -> PersonRow:
    """Return the row of a person."""
    tally = counts(ref.claim for ref in person.claims)
    named = person.person
    return PersonRow(person.id, named.name, named.role, tally, len(person.answers))


def topic_row(topic: Topic) -> TopicRow:
    """Return the row of a topic."""
    tally = counts(claim for article in topic.articles for claim in article.claims)
    return TopicRow(topic.slug, topic.name, len(topic.articles), tally)


def article_row(article: Article) -> ArticleRow:
    """Return the row of an article."""
    front = article.front
    return ArticleRow(
        article.address,
        front.title,
        _summary(article),
        article.language,
        front.genre,
        front.date,
        counts(article.claims),
        front.extra,
        article.is_plain,
    )


def _summary(article: Article) -> str:
    return article.front.summary or article.front.subtitle


def counts(claims: Iterable[ClaimView]) -> Counts:
    """Count claims by rating, in the order of `in_tally`."""
    ratings = [claim.rating for claim in claims]
    numbers: dict[str, int] = {}
    for rating in ratings:
        numbers[rating.id] = numbers.get(rating.id, 0) + 1
    ordered = sorted({r.id: r for r in ratings}.values(), key=in_tally)
    return tuple((str(rating.id), numbers[rating.id]) for rating in ordered)


def by_publisher(sources: Iterable[IndexedSource]) -> list[IndexedSource]:
    """Sort sources by publisher. Those without one come last."""
    slugs: dict[str, str] = {}
    keyed = []
    for each in sources:
        name = each.source.publisher
        if (found := slugs.get(name)) is None:
            found = slugs[name] = publisher_slug(each.source)
        keyed.append((found == NONE, found, each))
    keyed.sort(key=itemgetter(0, 1))
    return [each for _, _, each in keyed]


def publisher_slug(source: Source) -> str:
    """Return the slug of a source's publisher; `NONE` without one."""
    return slug(source.publisher) or NONE


def archive_of(source: Source) -> Archive:
    """Return whether there is an archived copy of a source."""
    return "archived" if source.archived else "missing" if source.url else "offline"


def year_of(date: PartialDate | None) -> str:
    """Return the year of a date, with four digits; `NONE` if there is no date."""
    return date[:4] if date else NONE


def short(source: Source) -> str:
    """Return a short name of a source: its publisher, its first author, or its title."""
    return source.publisher or (source.authors[0] if source.authors else source.title)
