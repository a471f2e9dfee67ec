"""Collect what articles have in common: claims, sources, people, topics, rivals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from explainer.model.annotations import Person, Source
from explainer.model.article import AnswerView, Article, QuestionView, SourceView, Speaker
from explainer.model.front_matter import Related
from explainer.model.location import Location
from explainer.model.problems import Problem, RelatedLocation
from explainer.model.site import ClaimRef, IndexedPerson, IndexedSource, SiteIndex, SourceUse, Topic
from explainer.site.rivals import rivals
from explainer.site.routes import named_page
from explainer.support.slugs import slug, unique


def index(
    articles: Iterable[Article],
    addresses: Mapping[str, str],
    chapters: Mapping[str, Sequence[str]],
) -> tuple[SiteIndex, tuple[Problem, ...]]:
    """Return the index of a site.

    `addresses` maps the path of each document that `related` can name to its address. `chapters`
    maps the path of a document to the paths of its chapters (see navigation.py).
    Problems: those of `rivals`, `person-conflict` (one id, two names),
    `topic-conflict` (one address, two names).
    """
    articles = sorted(articles, key=lambda a: a.address)
    articles.sort(key=lambda a: a.front.date or "", reverse=True)
    problems: list[Problem] = []
    claims = [ClaimRef(article, claim) for article in articles for claim in article.claims]
    listed, parents = _chapters(articles, chapters)
    found, wrong = rivals(articles, claims, addresses)
    problems += wrong
    return (
        SiteIndex(
            articles=tuple(articles),
            claims=tuple(sorted(claims, key=lambda ref: ref.claim.date or "", reverse=True)),
            sources=_Sources(tuple(articles)),
            people=_people(articles, claims, problems),
            topics=_topics(articles, problems),
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


# --- people --------------------------------------------------------------------------------------


def _people(
    articles: Iterable[Article], refs: Iterable[ClaimRef], problems: list[Problem]
) -> tuple[IndexedPerson, ...]:
    known: dict[str, Person] = {}
    first: dict[str, Location] = {}
    claims: dict[str, list[ClaimRef]] = {}
    answers: dict[str, list[tuple[Article, QuestionView, AnswerView]]] = {}

    def meet(speaker: Speaker, location: Location) -> None:
        name, person = speaker.id, speaker.person
        before = known.setdefault(name, person)
        first.setdefault(name, location)
        if before == person:
            return
        if before.name != person.name:
            message = f"the person `{name}` is {person.name} here and {before.name} elsewhere"
            hint = "give one of them another id, or define the person once in _library.yaml"
            related = (RelatedLocation(first[name], f"{before.name} here"),)
            problem = Problem(location, "person-conflict", message, hint, related=related)
            problems.append(problem)
        known[name] = replace(
            before,
            role=before.role or person.role,
            url=before.url or person.url,
            wikidata=before.wikidata or person.wikidata,
        )

    for ref in refs:
        if by := ref.claim.by:
            meet(by, ref.claim.location)
            claims.setdefault(by.id, []).append(ref)
    for article in articles:
        for question in article.questions:
            for answer in question.answers:
                if answer.by:
                    meet(answer.by, question.location)
                    answers.setdefault(answer.by.id, []).append((article, question, answer))
    people = [
        IndexedPerson(name, person, tuple(claims.get(name, ())), tuple(answers.get(name, ())))
        for name, person in known.items()
    ]
    return tuple(sorted(people, key=lambda p: (p.person.name.casefold(), p.id)))


# --- topics and further reading ------------------------------------------------------------------


def _topics(articles: Iterable[Article], problems: list[Problem]) -> tuple[Topic, ...]:
    gathered: dict[str, tuple[str, list[Article]]] = {}
    for article in articles:
        for topic in article.front.topics:
            name, members = gathered.setdefault(slug(topic) or "topic", (topic, []))
            if name.casefold() != topic.casefold():
                location, first = Location(article.path, 1), Location(members[0].path, 1)
                message = f"the topics `{topic}` and `{name}` would have the same address"
                hint = "spell them the same way, or rename one"
                related = (RelatedLocation(first, f"`{name}` here"),)
                problem = Problem(location, "topic-conflict", message, hint, related=related)
                problems.append(problem)
            if not members or members[-1] is not article:
                members.append(article)
    topics = [Topic(key, name, tuple(members)) for key, (name, members) in gathered.items()]
    return tuple(sorted(topics, key=lambda topic: (topic.name.casefold(), topic.slug)))


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
