"""Collect what articles have in common: claims, sources, people, topics, rivals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

from explainer.model.article import Article
from explainer.model.front_matter import Related
from explainer.model.location import Located
from explainer.model.problems import Problem
from explainer.model.site import ClaimRef, SiteIndex
from explainer.site import names
from explainer.site.rivals import rivals
from explainer.site.routes import named_pages, paths_by_address
from explainer.site.sources import SourceList, group_sources, source_conflicts
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class IndexScope:
    """What the index of a site depends on besides its articles."""

    addresses: Mapping[str, str]
    """By the path of each document that `related` can name: its address."""
    chapters: Mapping[str, Sequence[str]]
    """By the path of a document: the paths of its chapters (see navigation.py)."""
    places: Callable[[str], Located | None]
    """Returns the front matter of a document with positions, by its path."""
    base: str = "/"
    """The site's base path."""


@dataclass(frozen=True, slots=True)
class FoundIndex:
    """The index of a site, and what is needed to make that of a site with a change from it."""

    index: SiteIndex
    scope: IndexScope
    found: Mapping[tuple[object, ...], tuple[Problem, ...]]
    """The problems, by the part of the index that has them: a list, a person, or a source."""
    people: names.Spellings
    """The names of all people."""
    topics: names.Spellings
    """The names of all topics."""
    disputing: tuple[ClaimRef, ...]
    """The claims that name rivals, in the order of articles."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems: those of `rivals`, `source_conflicts`, and `names`."""
        return tuple(chain.from_iterable(self.found.values()))


PEOPLE, TOPICS, RIVALS, PERSON, SOURCE = "people", "topics", "rivals", "person", "source"
"""The parts of an index that can have problems."""


def index(articles: Iterable[Article], scope: IndexScope) -> FoundIndex:
    """Return the index of a site."""
    given = sorted(articles, key=lambda a: a.address)
    given.sort(key=lambda a: a.front.date or "", reverse=True)
    every, misspelt = names.unify_speakers(given)
    claims = [ClaimRef(article, claim) for article in every for claim in article.claims]
    listed, parents = _chapters(every, scope.chapters)
    people, conflicts = names.people(every, claims)
    topics, wrong_topics = names.topics(every, scope.places)
    disputing = tuple(ref for ref in claims if ref.claim.rivals)
    found, wrong_rivals = rivals(every, disputing, scope.addresses)
    sources = group_sources(every)
    problems: dict[tuple[object, ...], tuple[Problem, ...]] = {
        (PEOPLE,): tuple(misspelt),
        (TOPICS,): tuple(wrong_topics),
        (RIVALS,): wrong_rivals,
    }
    problems |= {(PERSON, name): each for name, each in conflicts.items() if each}
    for key, views in sources.items():
        if each := tuple(source_conflicts(views)):
            problems[SOURCE, key] = each
    named = [("", topic) for article in given for topic in article.front.topics]
    spoken = [one for article in given for one, _ in names.speakers_of(article)]
    return FoundIndex(
        SiteIndex(
            articles=tuple(every),
            by_address={article.address: article for article in every},
            claims=DatedClaims(tuple(every), len(claims), tuple(claims)),
            sources=SourceList(sources),
            most_uses=max(map(len, sources.values()), default=0),
            most_annotations=max((len(article.annotations) for article in every), default=0),
            people=people,
            topics=topics,
            topic_names=names.topic_names(topics),
            rivals=found,
            related=related(every, scope),
            chapters=listed,
            parents=parents,
        ),
        scope,
        problems,
        names.spellings(spoken, "person"),
        names.spellings(named, "topic"),
        disputing,
    )


@dataclass(frozen=True)
class DatedClaims(Sequence[ClaimRef]):
    """The claims of articles, newest first, collected when they are first used."""

    articles: tuple[Article, ...]
    length: int
    found: tuple[ClaimRef, ...] = ()
    """The claims in the order of the articles, if they were collected before."""

    @cached_property
    def _all(self) -> tuple[ClaimRef, ...]:
        claims = self.found or [ClaimRef(a, claim) for a in self.articles for claim in a.claims]
        return tuple(sorted(claims, key=lambda ref: ref.claim.date or "", reverse=True))

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: Any) -> Any:
        return self._all[index]

    def __iter__(self) -> Iterator[ClaimRef]:
        return iter(self._all)


# --- further reading and chapters -----------------------------------------------------------------


def related(
    articles: Sequence[Article], scope: IndexScope
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the further reading of all articles that have any."""
    titles = {article.address: article.front.title for article in articles}
    by_key: Mapping[str, Sequence[str]] | None = None
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for article in articles:
        if article.front.related:
            by_key = by_key or paths_by_address(scope.addresses)
            found[article.address] = related_of(article, titles, scope, by_key)
    return found


def related_of(
    article: Article,
    titles: Mapping[str, str],
    scope: IndexScope,
    by_key: Mapping[str, Sequence[str]] | None = None,
) -> tuple[tuple[str, str], ...]:
    """Return the further reading of an article. `titles` are those of all articles by address."""
    links: list[tuple[str, str]] = []
    addresses = scope.addresses
    for item in article.front.related:
        if isinstance(item, Related):
            links.append((item.title, item.url))
            continue
        path = next(named_pages(item, article.path, addresses, scope.base, by_key=by_key), None)
        if path and addresses[path] in titles:  # leave out what is not built, such as a draft
            links.append((titles[addresses[path]], addresses[path]))
    return tuple(links)


def _chapters(
    articles: Iterable[Article], chapters: Mapping[str, Sequence[str]]
) -> tuple[dict[str, tuple[Article, ...]], dict[str, Article]]:
    """Return, by an article's address, its chapters, and the article that it is a chapter of."""
    made = {article.path: article for article in articles}
    # Leave out documents that have no page.
    listed = [
        (made[path], tuple(made[chapter] for chapter in names if chapter in made))
        for path, names in chapters.items()
        if path in made
    ]
    parents = {chapter.address: article for article, own in listed for chapter in own}
    return {article.address: own for article, own in listed}, parents
