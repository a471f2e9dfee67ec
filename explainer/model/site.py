"""Indexes across all articles of a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from explainer.model.annotations import Person, Source
from explainer.model.article import AnswerView, Article, ClaimView, QuestionView, Use
from explainer.model.location import Location
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class ClaimRef:
    """A claim and its article."""

    article: Article
    claim: ClaimView


@dataclass(frozen=True, slots=True)
class SourceUse:
    """A use of a source, and its article."""

    article: Article
    use: Use


@dataclass(frozen=True, slots=True)
class IndexedSource:
    """A source across the site."""

    key: str
    """Its anchor on the page of sources."""
    source: Source
    repeats: tuple[tuple[str, Source], ...]
    """The sources that it repeats, each with its key."""
    uses: Sequence[SourceUse]


@dataclass(frozen=True, slots=True)
class IndexedPerson:
    """Somebody who claims or answers something, across the site."""

    id: str
    """The last part of the address `/people/ID/`."""
    person: Person
    claims: tuple[ClaimRef, ...]
    answers: tuple[tuple[Article, QuestionView, AnswerView], ...]
    location: Location
    """Where an author names the person first."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Articles that share a topic."""

    slug: str
    """The last part of the address `/topics/SLUG/`."""
    name: str
    articles: tuple[Article, ...]
    location: Location
    """Where an author names the topic first."""


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """All articles of a site, and indexes across them. The order of everything is fixed."""

    articles: tuple[Article, ...]
    """Newest first, then by address; pages without a date last."""
    by_address: Mapping[str, Article]
    """The same by address, in no order."""
    claims: Sequence[ClaimRef]
    """Newest first."""
    sources: Sequence[IndexedSource]
    """By title."""
    most_uses: int
    """The most articles that use one source."""
    most_annotations: int
    """The most annotations that an article has."""
    people: tuple[IndexedPerson, ...]
    """By name."""
    topics: tuple[Topic, ...]
    """By name."""
    topic_names: Mapping[str, tuple[tuple[str, str], ...]]
    """The names and slugs of the topics of each article that has any, by its address."""
    rivals: Mapping[str, tuple[ClaimRef, ...]]
    """The claims that dispute a claim or that it disputes, by its address."""
    related: Mapping[str, tuple[tuple[str, str], ...]]
    """Further reading, by the address of an article whose author wrote any: titles, and addresses
    on this site or the web."""
    chapters: Mapping[str, tuple[Article, ...]]
    """The chapters of an article in order, by its address."""
    parents: Mapping[str, Article]
    """The article that a chapter belongs to, by the chapter's address."""
