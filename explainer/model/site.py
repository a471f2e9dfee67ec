"""Indexes across all articles of a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explainer.model.annotations import Person, Source
from explainer.model.article import AnswerView, Article, ClaimView, QuestionView, Use


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
    """What it passes on: keys and sources."""
    uses: tuple[SourceUse, ...]


@dataclass(frozen=True, slots=True)
class IndexedPerson:
    """Somebody who claims or answers something, across the site."""

    id: str
    """The last part of the address `/people/ID/`."""
    person: Person
    claims: tuple[ClaimRef, ...]
    answers: tuple[tuple[Article, QuestionView, AnswerView], ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """Articles that share a topic."""

    slug: str
    """The last part of the address `/topics/SLUG/`."""
    name: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """All articles, and what they have in common. Everything is in a fixed order."""

    articles: tuple[Article, ...]
    """Newest first, then by address; plain pages (without date) last."""
    claims: tuple[ClaimRef, ...]
    """Newest first."""
    sources: Sequence[IndexedSource]
    """By title."""
    people: tuple[IndexedPerson, ...]
    """By name."""
    topics: tuple[Topic, ...]
    """By name."""
    rivals: Mapping[str, tuple[ClaimRef, ...]]
    """By a claim's address: the claims that say the opposite, in both directions."""
    related: Mapping[str, tuple[tuple[str, str], ...]]
    """By an article's address: titles and addresses (of this site, or absolute) to read next."""
    chapters: Mapping[str, tuple[Article, ...]]
    """By an article's address: its chapters, in their order."""
    parents: Mapping[str, Article]
    """By an article's address: the one that it is a chapter of."""
