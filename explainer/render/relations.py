"""What an article's pages take from the rest of the site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from explainer.model.article import Article
from explainer.model.site import ClaimRef, SiteIndex, Topic

TopicNames = Mapping[str, tuple[tuple[str, str], ...]]
"""By an article's address: its topics' names and slugs."""


@dataclass(frozen=True, slots=True)
class ArticleRelations:
    """What an article's pages show of other articles, and of the index."""

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


def relations(index: SiteIndex, topics: TopicNames, article: Article) -> ArticleRelations:
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
        topics.get(here, ()),
        index.related.get(here, ()),
        tuple(above),
        listed[at - 1] if at else None,
        listed[at + 1] if at + 1 < len(listed) else None,
        index.chapters.get(here, ()),
        {claim.address: index.rivals.get(claim.address, ()) for claim in article.claims},
    )


def topic_names(topics: Iterable[Topic]) -> TopicNames:
    """The topics of every article that has any, in the order of `topics`."""
    names: dict[str, tuple[tuple[str, str], ...]] = {}
    for topic in topics:
        for article in topic.articles:
            names[article.address] = (*names.get(article.address, ()), (topic.name, topic.slug))
    return names
