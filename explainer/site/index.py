"""Collect what articles have in common: claims, sources, people, topics, rivals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from explainer.model.annotations import Source
from explainer.model.article import Article, SourceView
from explainer.model.front_matter import Related
from explainer.model.location import Located
from explainer.model.problems import Problem
from explainer.model.site import ClaimRef, IndexedSource, SiteIndex, SourceUse
from explainer.site import names
from explainer.site.rivals import rivals
from explainer.site.routes import named_page
from explainer.support.slugs import unique


def index(
    articles: Iterable[Article],
    addresses: Mapping[str, str],
    chapters: Mapping[str, Sequence[str]],
    places: Mapping[str, Located],
) -> tuple[SiteIndex, tuple[Problem, ...]]:
    """Return the index of a site.

    `addresses` maps the path of each document that `related` can name to its address. `chapters`
    maps the path of a document to the paths of its chapters (see navigation.py). `places` has the
    front matter of documents with positions, by path.
    Problems: those of `rivals` and of `names`.
    """
    articles = sorted(articles, key=lambda a: a.address)
    articles.sort(key=lambda a: a.front.date or "", reverse=True)
    articles, problems = names.unify_speakers(articles)
    claims = [ClaimRef(article, claim) for article in articles for claim in article.claims]
    listed, parents = _chapters(articles, chapters)
    people, conflicts = names.people(articles, claims)
    topics, more_conflicts = names.topics(articles, places)
    found, wrong = rivals(articles, claims, addresses)
    problems += [*conflicts, *more_conflicts, *wrong]
    return (
        SiteIndex(
            articles=tuple(articles),
            claims=tuple(sorted(claims, key=lambda ref: ref.claim.date or "", reverse=True)),
            sources=_Sources(tuple(articles)),
            people=people,
            topics=topics,
            rivals=found,
            related=_related(articles, addresses),
            chapters=listed,
            parents=parents,
        ),
        tuple(problems),
    )


# --- sources -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sources(Sequence[IndexedSource]):
    """The sources of articles, collected when they are first used.

    Collecting them is half of the work in this module, and only one page needs them. Under
    `explainer serve`, it is done only when that page is requested.
    """

    articles: tuple[Article, ...]

    @cached_property
    def _all(self) -> tuple[IndexedSource, ...]:
        return _sources(self.articles)

    def __bool__(self) -> bool:
        return any(article.sources for article in self.articles)

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, index: Any) -> Any:
        return self._all[index]


def _sources(articles: Iterable[Article]) -> tuple[IndexedSource, ...]:
    """Collect sources. Two are the same if they have the same URL, or are equal in everything."""
    gathered: dict[object, list[tuple[Article, SourceView]]] = {}
    for article in articles:
        for view in article.sources:
            identity = view.source.url or view.source
            gathered.setdefault(identity, []).append((article, view))
    groups = sorted(gathered.items(), key=lambda item: _by_title(item[1][0][1].source))
    taken: dict[str, int] = {}
    keys = {identity: unique(views[0][1].id, taken) for identity, views in groups}
    return tuple(
        [
            IndexedSource(
                keys[identity],
                views[0][1].source,
                _repeats(views, keys) if any(view.repeats for _, view in views) else (),
                tuple([SourceUse(article, use) for article, view in views for use in view.uses]),
            )
            for identity, views in groups
        ]
    )


def _repeats(
    views: Iterable[tuple[Article, SourceView]], keys: Mapping[object, str]
) -> tuple[tuple[str, Source], ...]:
    repeated = [
        (keys.get(source.url or source, name), source)
        for _, view in views
        for name, source in view.repeats
    ]
    return tuple(dict.fromkeys(repeated))


def _by_title(source: Source) -> tuple[str, str, str]:
    return source.title.casefold(), source.publisher, source.date or ""


# --- further reading and chapters -----------------------------------------------------------------


def _related(
    articles: Iterable[Article], addresses: Mapping[str, str]
) -> dict[str, tuple[tuple[str, str], ...]]:
    titles = {article.address: article.front.title for article in articles}
    out: dict[str, tuple[tuple[str, str], ...]] = {}
    for article in articles:
        links: list[tuple[str, str]] = []
        for item in article.front.related:
            if isinstance(item, Related):
                links.append((item.title, item.url))
            # Leave out what is not built, such as a draft.
            elif (path := named_page(item, article.path, addresses)) and addresses[path] in titles:
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
        for path, names in sorted(chapters.items())
        if path in made
    ]
    parents = {chapter.address: article for article, own in listed for chapter in own}
    return {article.address: own for article, own in listed}, parents
