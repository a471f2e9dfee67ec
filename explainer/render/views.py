"""What templates get of articles, claims, people and topics, made from the model.

All of it is frozen and typed, and holds nothing that a template could change. `pages/` says which
template gets what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from explainer.language.words import words_of
from explainer.model.article import (
    Annotation,
    AnswerView,
    Article,
    Citation,
    ClaimView,
    QuestionView,
    SourceView,
    Speaker,
)
from explainer.model.ratings import Rating
from explainer.model.site import ClaimRef, IndexedPerson, SiteIndex, Topic
from explainer.render import lists
from explainer.render.article_facts import minutes
from explainer.render.timeline import Timeline, by_value, timeline


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
    """An article's place among the chapters of another."""

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
    """By the id of each of its sources: the words quoted from it, and where in it they are."""
    users: Mapping[str, tuple[Annotation, ...]]
    """By the id of each of its sources: the annotations that use it."""
    timeline: Timeline | None
    """Its dates, where there are enough of them."""
    chapters: tuple[Teaser, ...]
    """The articles that it lists as its chapters, in their order."""
    neighbours: Neighbours | None
    """If it is a chapter itself: its place among the others."""


# --- made out of the model ---------------------------------------------------------------------


def tally(claims: Iterable[ClaimView]) -> tuple[TallyPart, ...]:
    """How many claims have which rating.

    Highest value first, then those without a number, then those that do not count as checked.
    """
    by_rating = lists.grouped(claims, lambda claim: claim.rating.id).values()
    parts = [TallyPart(found[0].rating, len(found), found[0]) for found in by_rating]
    return tuple(sorted(parts, key=lambda p: (not p.rating.checked, by_value(p.rating))))


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
    said: dict[str, tuple[Speaker, list[ClaimView], list[tuple[QuestionView, AnswerView]]]] = {}
    for claim in claims:
        if claim.by:
            said.setdefault(claim.by.id, (claim.by, [], []))[1].append(claim)
    for question in questions:
        for answer in question.answers:
            if answer.by:
                said.setdefault(answer.by.id, (answer.by, [], []))[2].append((question, answer))
    return tuple(PersonView(by, tuple(own), tuple(given)) for by, own, given in said.values())


def quotes(source: SourceView) -> tuple[tuple[str, str], ...]:
    """Give the words that are quoted from a source, each once, and where in it they are."""
    cited = ((use.citation.quote, use.citation.locator) for use in source.uses)
    return tuple(dict.fromkeys(pair for pair in cited if pair != ("", "")))


def users(source: SourceView) -> tuple[Annotation, ...]:
    """Give the annotations that use a source, each once."""
    return tuple({use.annotation.id: use.annotation for use in source.uses}.values())


def teasers(articles: Iterable[Article]) -> tuple[Teaser, ...]:
    """Announce articles, in the order in which they come."""
    return tuple(
        Teaser(a, a.front.summary or a.front.subtitle, tally(a.claims), minutes(a))
        for a in articles
    )


def ledger_entry(relations: ArticleRelations, claim: ClaimView) -> LedgerEntry:
    """Give a claim with its evidence by stance."""

    def having(*stances: str | None) -> tuple[Citation, ...]:
        return tuple(
            each for stance in stances for each in claim.citations if each.stance == stance
        )

    return LedgerEntry(
        relations.article,
        claim,
        having("supports"),
        having("disputes"),
        having("context", None),
        relations.rivals[claim.address],
    )


def article_view(relations: ArticleRelations) -> ArticleView:
    """Give all that an article's page shows."""
    article = relations.article
    claims, questions = article.claims, article.questions
    speaking = people(claims, questions)
    ledger = tuple(ledger_entry(relations, claim) for claim in claims)
    parent = relations.above[0] if relations.above else None
    return ArticleView(
        article,
        ledger,
        {entry.claim.id: entry for entry in ledger},
        questions,
        tally(claims),
        speaking,
        tuple(person.speaker for person in speaking),
        tuple((name, f"/topics/{slug}/") for name, slug in relations.topics),
        relations.related,
        minutes(article),
        article.image,
        {source.id: quotes(source) for source in article.sources},
        {source.id: users(source) for source in article.sources},
        timeline(article, words_of(article.language).date),
        teasers(relations.chapters),
        Neighbours(parent, relations.previous, relations.next) if parent else None,
    )


@dataclass(frozen=True, slots=True)
class ArticleRelations:
    """An article, and what its pages show of other articles and of the index."""

    article: Article
    topics: tuple[tuple[str, str], ...]
    """Names and slugs."""
    related: tuple[tuple[str, str], ...]
    """What to read next: titles and addresses, of this site or of the web."""
    above: tuple[Article, ...]
    """The articles that it is a chapter of, the nearest first."""
    previous: Article | None
    """The chapter before it."""
    next: Article | None
    """The chapter after it."""
    chapters: tuple[Article, ...]
    """Its own, in their order."""
    rivals: Mapping[str, tuple[ClaimRef, ...]]
    """By the address of one of its claims: the claims that say the opposite."""


def relations(index: SiteIndex, topics: lists.TopicNames, article: Article) -> ArticleRelations:
    """Look up an article's relations."""
    here = article.address
    above: list[Article] = []
    parent = index.parents.get(here)
    while parent:
        above.append(parent)
        parent = index.parents.get(parent.address)
    listed = index.chapters[above[0].address] if above else (article,)
    at = listed.index(article)
    return ArticleRelations(
        article,
        topics.get(here, ()),
        index.related.get(here, ()),
        tuple(above),
        listed[at - 1] if at else None,
        listed[at + 1] if at + 1 < len(listed) else None,
        index.chapters.get(here, ()),
        {claim.address: index.rivals.get(claim.address, ()) for claim in article.claims},
    )


def topic_names(topics: Iterable[Topic]) -> lists.TopicNames:
    """The topics of every article that has any, in the order of `topics`."""
    names: dict[str, tuple[tuple[str, str], ...]] = {}
    for topic in topics:
        for article in topic.articles:
            names[article.address] = (*names.get(article.address, ()), (topic.name, topic.slug))
    return names
