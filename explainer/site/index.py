"""Collect what articles have in common: claims, sources, people, topics, rivals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from explainer.model.article import Article
from explainer.model.front_matter import Related
from explainer.model.location import Located
from explainer.model.problems import Problem
from explainer.model.site import ClaimRef, SiteIndex
from explainer.site import names
from explainer.site.rivals import rivals
from explainer.site.routes import named_page
from explainer.site.sources import SourceList, group_sources, source_conflicts
from explainer.support.values import dataclass


def index(
    articles: Iterable[Article],
    addresses: Mapping[str, str],
    chapters: Mapping[str, Sequence[str]],
    places: Mapping[str, Located],
    base: str = "/",
) -> tuple[SiteIndex, tuple[Problem, ...]]:
    """Return the index of a site.

    `addresses` maps the path of each document that `related` can name to its address. `chapters`
    maps the path of a document to the paths of its chapters (see navigation.py). `places` has the
    front matter of documents with positions, by path. `base` is the site's base path.
    Problems: those of `rivals`, `source_conflicts`, and `names`.
    """
    articles = sorted(articles, key=lambda a: a.address)
    articles.sort(key=lambda a: a.front.date or "", reverse=True)
    articles, problems = names.unify_speakers(articles)
    claims = [ClaimRef(article, claim) for article in articles for claim in article.claims]
    listed, parents = _chapters(articles, chapters)
    people, conflicts = names.people(articles, claims)
    topics, more_conflicts = names.topics(articles, places)
    found, wrong = rivals(articles, claims, addresses)
    sources = group_sources(articles)
    problems += [*conflicts, *more_conflicts, *wrong, *source_conflicts(sources)]
    return (
        SiteIndex(
            articles=tuple(articles),
            claims=DatedClaims(tuple(articles), len(claims), tuple(claims)),
            sources=SourceList(sources),
            most_uses=max((len(views) for views in sources.values()), default=0),
            people=people,
            topics=topics,
            rivals=found,
            related=_related(articles, addresses, base),
            chapters=listed,
            parents=parents,
        ),
        tuple(problems),
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


def _related(
    articles: Iterable[Article], addresses: Mapping[str, str], base: str
) -> dict[str, tuple[tuple[str, str], ...]]:
    titles = {article.address: article.front.title for article in articles}
    out: dict[str, tuple[tuple[str, str], ...]] = {}
    for article in articles:
        links: list[tuple[str, str]] = []
        for item in article.front.related:
            if isinstance(item, Related):
                links.append((item.title, item.url))
                continue
            path = named_page(item, article.path, addresses, base)
            if path and addresses[path] in titles:  # leave out what is not built, such as a draft
                links.append((titles[addresses[path]], addresses[path]))
        out[article.address] = tuple(links)
    return out


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
