"""What stays as it was when articles change: addresses, and the index.

Each function takes values of an earlier run and what has changed since. It returns what a run over
all articles would return, or None if that must be made from all articles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from explainer.article.context import ArticleResult
from explainer.markdown.link_targets import MADE
from explainer.model.article import Article, SourceView
from explainer.model.documents import Document, RoutedDocument
from explainer.model.front_matter import FrontMatter
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.model.site import ClaimRef, IndexedPerson, SiteIndex, Topic
from explainer.site import draft_notes
from explainer.site.index import DatedClaims
from explainer.site.routes import ReadArticle, Routes, route
from explainer.site.sources import SourceList, identity_of

# --- addresses -----------------------------------------------------------------------------------


def plan_with(
    plan: Routes,
    changed: Sequence[tuple[Document, Document]],
    timezone: str,
    now: str,
    read: ReadArticle,
) -> Routes | None:
    """Return a plan with newer texts of documents, if nothing else in it depends on them.

    `changed` has each document before and now. The other arguments are those of `assign_addresses`.
    """
    if plan.by_texts or now < plan.now or any(each <= now[: len(each)] for each in plan.later):
        return None
    documents = list(plan.documents)
    for before, document in changed:
        old, old_problems, _ = route(before, timezone, read)
        found, problems, _ = route(document, timezone, read)
        is_alike = problems == old_problems and document.paths == before.paths
        if not is_alike or _routed(old) != _routed(found) or draft_notes.find([found]):
            return None
        for number, each in enumerate(documents):
            if each.document is before:
                documents[number] = found
                break
    return replace(plan, documents=tuple(documents), now=now)


_SHOWN = frozenset({"title", "subtitle", "summary", "updated", "authors", "findings", "unchecked"})
"""Keys of front matter that do not matter for addresses and navigation."""
_OTHERS = tuple(each.name for each in fields(FrontMatter) if each.name not in _SHOWN)


def _routed(document: RoutedDocument) -> tuple[object, ...]:
    """Return all on which addresses and navigation depend, with the locations of its keys."""
    places = document.places
    where = {key: places.location(key) for key in places.values if key and key[0] not in _SHOWN}
    return (
        document.address,
        document.opens,
        [getattr(document.front, each) for each in _OTHERS],
        where,
        {key: places.key(key) for key in where},
    )


# --- the index -----------------------------------------------------------------------------------


def moves(old: ArticleResult, new: ArticleResult) -> dict[Location, Location] | None:
    """Return the new locations of what an article contributes to the index.

    None if two versions of the article do not contribute the same entries in the same order.
    """
    (one, before), (other, after) = map(_contribution, (old.article, new.article))
    if one != other:
        return None
    found: dict[Location, Location] = {}
    for was, now in zip(before, after, strict=True):
        if found.setdefault(was, now) != now:
            return None
    return {was: now for was, now in found.items() if was != now}


def _contribution(article: Article) -> tuple[object, list[Location]]:
    """Return what an article contributes to the index, and the locations of its parts."""
    front, claims, sources = article.front, article.claims, article.sources
    speakers = [claim.by for claim in claims]
    speakers += [answer.by for question in article.questions for answer in question.answers]
    places = [claim.id_location for claim in claims]
    places += [location for claim in claims for _, location in claim.rivals]
    places += [view.location for view in sources] + [by.location for by in speakers if by]
    return (
        article.address,
        article.language,
        (front.date, front.topics, front.related, front.template),
        article.picture is None,
        bool(article.annotations),
        article.left_out,
        [(c.id, c.address, c.date, [rival for rival, _ in c.rivals]) for c in claims],
        [len(question.answers) for question in article.questions],
        speakers,
        [(view.id, view.source, view.repeats) for view in sources],
    ), places


def moved(
    problems: tuple[Problem, ...], places: Mapping[Location, Location]
) -> tuple[Problem, ...]:
    """Return problems at new locations."""

    def at(location: Location) -> Location:
        return places.get(location, location)

    if not places:
        return problems
    return tuple(
        replace(
            problem,
            location=at(problem.location),
            related=tuple(replace(each, location=at(each.location)) for each in problem.related),
        )
        if problem.location in places or any(each.location in places for each in problem.related)
        else problem
        for problem in problems
    )


def are_titled_alike(old: ArticleResult, new: ArticleResult) -> bool:
    """Return whether two versions of an article have the same title, in the index and on cards."""
    one, other = old.article.front, new.article.front
    return (one.title, one.subtitle) == (other.title, other.subtitle)


def point_alike(old: ArticleResult, new: ArticleResult) -> bool:
    """Return whether two versions of an article have the same links to pages that are made from
    annotations and topics, and are as complete.
    """
    return _pointers(old) == _pointers(new)


def _pointers(result: ArticleResult) -> tuple[object, ...]:
    made = [pointer for pointer in result.pointers if MADE.fullmatch(pointer.address)]
    return made, result.sound, result.used is None, bool(result.unplaced)


def index_with(
    index: SiteIndex,
    changed: Sequence[tuple[Article, Article]],
    places: Mapping[Location, Location],
) -> SiteIndex | None:
    """Return the index with newer versions of articles, which contribute what they did before.

    `places` are the new locations of what they contribute.
    """
    news = {id(old): new for old, new in changed}
    every = list(index.articles)
    for old, new in changed:
        place = next((number for number, each in enumerate(every) if each is old), None)
        if place is None:
            return None  # somebody in the article has another name in the index
        every[place] = new
    articles = tuple(every)
    refs = {
        id(before): ClaimRef(new, claim)
        for old, new in changed
        for before, claim in zip(old.claims, new.claims, strict=True)
    }

    def new_refs(found: Sequence[ClaimRef]) -> tuple[ClaimRef, ...]:
        return tuple([refs.get(id(ref.claim), ref) for ref in found])

    return replace(
        index,
        articles=articles,
        claims=DatedClaims(articles, len(index.claims)),
        sources=_sources(index.sources, changed),
        people=_people(index.people, changed, places, new_refs),
        topics=_topics(index.topics, changed, news),
        rivals=_rivals(index.rivals, changed, new_refs),
        related=_related(index.related, changed),
        chapters=_mapped(
            index.chapters,
            [up.address for old, _ in changed if (up := index.parents.get(old.address))],
            lambda own: tuple(news.get(id(each), each) for each in own),
        ),
        parents=_mapped(
            index.parents,
            [each.address for old, _ in changed for each in index.chapters.get(old.address, ())],
            lambda parent: news.get(id(parent), parent),
        ),
    )


def _mapped(values: Mapping[str, Any], keys: Sequence[str], change: Callable[[Any], Any]) -> Any:
    """Return a mapping with some of its values changed."""
    found = {key: change(values[key]) for key in keys if key in values}
    return {**values, **found} if found else values


def _sources(sources: Sequence[Any], changed: Sequence[tuple[Article, Article]]) -> Any:
    assert isinstance(sources, SourceList)
    views: dict[int, tuple[Article, SourceView]] = {}
    keys = set()
    for old, new in changed:
        for before, view in zip(old.sources, new.sources, strict=True):
            views[id(before)] = new, view
            keys.add(identity_of(view.source))
    return sources.changed(keys, views)


def _people(
    people: Sequence[IndexedPerson],
    changed: Sequence[tuple[Article, Article]],
    places: Mapping[Location, Location],
    new_refs: Callable[[Sequence[ClaimRef]], tuple[ClaimRef, ...]],
) -> tuple[IndexedPerson, ...]:
    speaking = {claim.by.id for old, _ in changed for claim in old.claims if claim.by}
    answers = {}
    for old, new in changed:
        for before, question in zip(old.questions, new.questions, strict=True):
            for one, answer in zip(before.answers, question.answers, strict=True):
                if answer.by:
                    speaking.add(answer.by.id)
                    answers[id(one)] = new, question, answer
    if not speaking:
        return tuple(people)
    return tuple(
        replace(
            person,
            claims=new_refs(person.claims),
            answers=tuple(answers.get(id(given[2]), given) for given in person.answers),
            location=places.get(person.location, person.location),
        )
        if person.id in speaking
        else person
        for person in people
    )


def _topics(
    topics: Sequence[Topic],
    changed: Sequence[tuple[Article, Article]],
    news: Mapping[int, Article],
) -> tuple[Topic, ...]:
    if not any(old.front.topics for old, _ in changed):
        return tuple(topics)
    return tuple(
        replace(topic, articles=tuple([news.get(id(each), each) for each in topic.articles]))
        if not news.keys().isdisjoint(map(id, topic.articles))
        else topic
        for topic in topics
    )


def _related(
    related: Mapping[str, tuple[tuple[str, str], ...]],
    changed: Sequence[tuple[Article, Article]],
) -> Mapping[str, tuple[tuple[str, str], ...]]:
    titles = {
        new.address: new.front.title for old, new in changed if old.front.title != new.front.title
    }
    naming = (
        [
            address
            for address, links in related.items()
            if links and not titles.keys().isdisjoint(to for _, to in links)
        ]
        if titles
        else ()
    )
    found: Mapping[str, tuple[tuple[str, str], ...]] = _mapped(
        related, naming, lambda links: tuple((titles.get(to, title), to) for title, to in links)
    )
    return found


def _rivals(
    rivals: Mapping[str, tuple[ClaimRef, ...]],
    changed: Sequence[tuple[Article, Article]],
    new_refs: Callable[[Sequence[ClaimRef]], tuple[ClaimRef, ...]],
) -> Mapping[str, tuple[ClaimRef, ...]]:
    own = [claim.address for old, _ in changed for claim in old.claims if claim.address in rivals]
    others = [ref.claim.address for address in own for ref in rivals[address]]
    found: Mapping[str, tuple[ClaimRef, ...]] = _mapped(rivals, [*own, *others], new_refs)
    return found
