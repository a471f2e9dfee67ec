"""Make the index of a site with a changed, added, or removed article from the index before.

An index is a fold of what each article contributes: claims, people, topics, sources, rivals. So an
article's contribution is taken out of the groups that it is in, and that of its new version is put
in at its place. Only these groups are looked at, and their problems found again. What is copied is
copied by Python's own functions for tuples and dicts.

`with_changes` returns what `index.index` returns for all articles, or None if that must be called:
if many articles change at once; if a chapter, or a page with chapters, appears or disappears; and
if the article adds or removes a name that is also spelt in another way, because all its uses
decide which spelling is shown.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias, TypeVar

from explainer.model.article import Article, Speaker
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.model.site import ClaimRef, IndexedPerson, Topic
from explainer.site import names
from explainer.site.changes import is_few
from explainer.site.index import (
    PEOPLE,
    PERSON,
    RIVALS,
    SOURCE,
    TOPICS,
    DatedClaims,
    FoundIndex,
    IndexScope,
    related,
    related_of,
)
from explainer.site.names import Spellings
from explainer.site.rivals import rivals
from explainer.site.sources import SourceList, identity_of, newest_first, source_conflicts
from explainer.support.slugs import name_slug

_T = TypeVar("_T")
_Change: TypeAlias = tuple[Article | None, Article | None]
"""An article before and now; None if there was none, or if there is none now."""
_Found: TypeAlias = dict[tuple[object, ...], tuple[Problem, ...]]
Moves: TypeAlias = dict[Location, Location]
"""By the location of a name before: its location now."""
_LISTS = ((PEOPLE,), (TOPICS,), (RIVALS,))
_Written: TypeAlias = Sequence[tuple[tuple[str, str], Location]]
"""The names that an article writes, in order, with their locations."""


def with_changes(
    before: FoundIndex, changes: Sequence[_Change], scope: IndexScope, *, same_pages: bool
) -> FoundIndex | None:
    """Return the index with changes; None if it must be made from all articles.

    `same_pages`: whether the addresses in the scope are as they were. Its chapters must be.
    """
    if not is_few(changes):
        return None
    made: FoundIndex | None = before
    for old, new in changes:
        made = made and _Changing(made, old, new, scope, before.scope).made()
    if made is None:
        return None
    everything = made.index.articles
    come_or_gone = any(old is None or new is None for old, new in changes)
    # Others may name a page that comes or goes; one with an error keeps its address.
    if made.index.related and (come_or_gone or not same_pages):
        made = replace(made, index=replace(made.index, related=related(everything, scope)))
    if made.disputing and not same_pages:
        found, wrong = rivals(everything, made.disputing, scope.addresses)
        made = replace(
            made,
            index=replace(made.index, rivals=found),
            found=_with(made.found, {(RIVALS,): wrong}),
        )
    return made


class _Changing:
    """One change of an index."""

    def __init__(
        self,
        before: FoundIndex,
        old: Article | None,
        new: Article | None,
        scope: IndexScope,
        earlier: IndexScope,
    ) -> None:
        self.before, self.index = before, before.index
        self.old, self.new, self.scope, self.earlier = old, new, scope, earlier
        self.claims = tuple(ClaimRef(new, claim) for claim in new.claims) if new else ()
        self.places = bool(old and new and newest_first(old) == newest_first(new))
        """Whether the article keeps its place among all."""
        self.found: _Found = {}
        """The problems of all parts that were looked at again."""

    def made(self) -> FoundIndex | None:
        """Return the index with the change, or None."""
        articles = self._articles()
        people = self._spellings(self.before.people, "person")
        topics = self._spellings(self.before.topics, "topic")
        chapters = self._chapters()
        if articles is None or people is None or topics is None or chapters is None:
            return None
        old, new = self.old, self.new
        by_address = dict(self.index.by_address)
        if old:
            by_address.pop(old.address, None)
        if new:
            by_address[new.address] = new
        disputing = self._disputing()
        sources, most_uses = self._sources()
        named = self._topics(*topics)
        changed = replace(
            self.index,
            articles=articles,
            by_address=by_address,
            claims=DatedClaims(
                articles,
                len(self.index.claims) + len(self.claims) - (len(old.claims) if old else 0),
            ),
            sources=sources,
            most_uses=most_uses,
            most_annotations=self._most_annotations(articles),
            people=self._people(),
            topics=named,
            topic_names=self._topic_names(named),
            rivals=self._rivals(articles, disputing),
            related=self._related(by_address),
            chapters=chapters[0],
            parents=chapters[1],
        )
        self.found[PEOPLE,] = _moved(self.before.found[PEOPLE,], people[1])
        self.found[TOPICS,] = _moved(self.before.found[TOPICS,], topics[1])
        found = _with(self.before.found, self.found)
        return FoundIndex(changed, self.scope, found, people[0], topics[0], disputing)

    def _articles(self) -> tuple[Article, ...] | None:
        """Return all articles; None if the article's version in the index is not the one given."""
        articles = [*self.index.articles]
        if self.old:
            at = bisect_left(articles, newest_first(self.old), key=newest_first)
            if at == len(articles) or articles[at] is not self.old:
                return None  # somebody in the article has another name in the index
            del articles[at]
        if self.new:
            if self.new.address in self.index.by_address and not (
                self.old and self.old.address == self.new.address
            ):
                return None
            insort_right(articles, self.new, key=newest_first)
        return tuple(articles)

    def _most_annotations(self, articles: Iterable[Article]) -> int:
        most, own = self.index.most_annotations, len(self.new.annotations) if self.new else 0
        had_most = own < most and self.old and len(self.old.annotations) == most
        if had_most and most not in _numbers(articles):
            return max(_numbers(articles), default=0)
        return max(most, own)

    # Names.

    def _spellings(self, known: Spellings, what: str) -> tuple[Spellings, Moves] | None:
        """Return all names, and the new locations of those that are spelt in several ways.

        None if the article says something else about these than before.
        """
        before, now = _topics_of(self.old, self.earlier), _topics_of(self.new, self.scope)
        if what == "person":
            before, now = _speakers_of(self.old), _speakers_of(self.new)
        more = Counter(one for one, _ in now)
        more.subtract(one for one, _ in before)
        after = names.with_spellings(known, {one: n for one, n in more.items() if n}, what)
        was = [(one, at) for one, at in before if not names.is_alone(one, known, what)]
        will_be = [(one, at) for one, at in now if not names.is_alone(one, after, what)]
        if [one for one, _ in was] != [one for one, _ in will_be] or (was and not self.places):
            return None
        moves: Moves = {}
        for (_, at), (_, to) in zip(was, will_be, strict=True):
            if moves.setdefault(at, to) != to:
                return None
        return after, moves

    def _people(self) -> tuple[IndexedPerson, ...]:
        people, known = self.index.people, {}
        new_answers = list(names.answers_of(self.new)) if self.new else []
        affected = {
            by.id
            for article in (self.old, self.new)
            if article
            for by in (
                *(claim.by for claim in article.claims),
                *(answer.by for _, _, answer in names.answers_of(article)),
            )
            if by
        }
        if affected:
            known = {person.id: person for person in people}
        for name in sorted(affected):
            claims = tuple(ref for ref in self.claims if ref.claim.by and ref.claim.by.id == name)
            answers = tuple(a for a in new_answers if a[2].by and a[2].by.id == name)
            if before := known.get(name):
                people = _without(people, before, names.by_name)
                claims = self._replaced(before.claims, claims, attrgetter("article"))
                answers = self._replaced(before.answers, answers, itemgetter(0))
                if self.places and _said(self.old, name) == _said(self.new, name):
                    person = replace(before, claims=claims, answers=answers)
                    people = _put(people, (person,), names.by_name)
                    continue
            self.found[PERSON, name] = ()
            if claims or answers:
                person, self.found[PERSON, name] = names.person(name, claims, answers)
                people = _put(people, (person,), names.by_name)
        return people

    def _replaced(
        self, values: Sequence[_T], new: Sequence[_T], article: Callable[[_T], Article]
    ) -> tuple[_T, ...]:
        """Return what articles have, newest first, with what the new version of the article has."""

        def key(value: _T) -> Any:
            return newest_first(article(value))

        if self.old:
            place = newest_first(self.old)
            start = bisect_left(values, place, key=key)
            values = (*values[:start], *values[bisect_right(values, place, start, key=key) :])
        return _put(values, new, key)

    def _topics(self, after: Spellings, moves: Moves) -> tuple[Topic, ...]:
        topics, old, new = self.index.topics, self.old, self.new
        was = _alone(old, self.before.topics)
        now = _alone(new, after)
        known = {topic.name: topic for topic in topics} if was or now else {}
        for name in sorted({*was, *now}):
            before = known.get(name)
            others = [each for each in before.articles if each is not old] if before else []
            members = _put(others, (new,) if new and name in now else (), newest_first)
            if before:
                topics = _without(topics, before, names.by_topic)
            if not members:
                continue
            location = before.location if before else None
            if location is None or members[0] is new or (before and before.articles[0] is old):
                first = members[0]
                at = first.front.topics.index(name)
                location = names.topic_place(first.path, at, self.scope.places)
            topic = Topic(name_slug(name, "topic"), name, members, location)
            topics = _put(topics, (topic,), names.by_topic)
        if (
            old and new and len(was) < len(set(old.front.topics))
        ):  # others are spelt in several ways
            topics = tuple(
                replace(
                    topic,
                    articles=tuple(new if each is old else each for each in topic.articles),
                    location=moves.get(topic.location, topic.location),
                )
                if any(each is old for each in topic.articles)
                else topic
                for topic in topics
            )
        return topics

    def _topic_names(self, topics: Sequence[Topic]) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Return the topics of each article, given all `topics`."""
        known, old, new = self.index.topic_names, self.old, self.new
        if old and new and (old.address, old.front.topics) == (new.address, new.front.topics):
            return known
        found = dict(known)
        if old:
            found.pop(old.address, None)
        if new and new.front.topics:
            own = (topic for topic in topics if _has(topic.articles, new))
            found[new.address] = tuple((topic.name, topic.slug) for topic in own)
        return found

    # Sources.

    def _sources(self) -> tuple[SourceList, int]:
        """Return the sources, and the most uses of one."""
        before = self.index.sources
        assert isinstance(before, SourceList)
        after, most, had_most = before.with_change(self.old, self.new), self.index.most_uses, False
        for article in (self.old, self.new):
            for view in article.sources if article else ():
                key = identity_of(view.source)
                views = after.views(key)
                self.found[SOURCE, key] = tuple(source_conflicts(views))
                had_most |= len(before.views(key)) == self.index.most_uses
                most = max(most, len(views))
        if had_most and most == self.index.most_uses:
            most = most if most in after.numbers else max(after.numbers, default=0)
        return after, most

    # Links between articles.

    def _disputing(self) -> tuple[ClaimRef, ...]:
        """Return the claims that name rivals."""
        before = self.before.disputing
        if any(ref.article is self.old for ref in before):
            before = tuple(ref for ref in before if ref.article is not self.old)
        own = tuple(ref for ref in self.claims if ref.claim.rivals)
        return _put(before, own, lambda ref: newest_first(ref.article)) if own else before

    def _rivals(
        self, articles: Sequence[Article], disputing: Sequence[ClaimRef]
    ) -> Mapping[str, tuple[ClaimRef, ...]]:
        if not disputing and not self.before.disputing:
            return self.index.rivals
        old, new, index = self.old, self.new, self.index
        if old and new and self.places and _dispute_alike(old, new):
            pairs = [*zip(old.claims, new.claims, strict=True)]
            entries = [
                (one, other)
                for a, b in pairs
                for one, other in zip(a.rivals, b.rivals, strict=True)
            ]
            moves = {before: now for (_, before), (_, now) in entries}
            self.found[(RIVALS,)] = _moved(self.before.found[(RIVALS,)], moves)
            refs = {id(a): ref for (a, _), ref in zip(pairs, self.claims, strict=True)}
            own = [a.address for a, _ in pairs if a.address in index.rivals]
            others = [ref.claim.address for address in own for ref in index.rivals[address]]
            mapped = dict(index.rivals)
            for address in {*own, *others}:
                mapped[address] = tuple(refs.get(id(r.claim), r) for r in mapped[address])
            return mapped
        found, self.found[(RIVALS,)] = rivals(articles, disputing, self.scope.addresses)
        return found

    def _related(
        self, by_address: Mapping[str, Article]
    ) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Return further reading. That of other articles has the article's title."""
        old, new = self.old, self.new
        found = dict(self.index.related)
        if old:
            found.pop(old.address, None)
        if new:
            titles, address = _Titles(by_address), new.address
            if not old or old.front.title != new.front.title:
                for other, links in self.index.related.items():
                    if other in found and any(to == address for _, to in links):
                        found[other] = related_of(by_address[other], titles, self.scope)
            if new.front.related:
                found[address] = related_of(new, titles, self.scope)
        return found

    def _chapters(
        self,
    ) -> tuple[Mapping[str, tuple[Article, ...]], Mapping[str, Article]] | None:
        """Return chapters and the articles that they belong to; None if some come or go."""
        index, old, new = self.index, self.old, self.new
        if not (index.chapters or self.scope.chapters):
            return index.chapters, index.parents
        if old is None or new is None or old.address != new.address:
            for each in filter(None, (old, new)):
                listed = {path for paths in self.scope.chapters.values() for path in paths}
                if each.path in listed or each.path in self.scope.chapters:
                    return None
            return index.chapters, index.parents
        chapters, parents = dict(index.chapters), dict(index.parents)
        if parent := parents.get(old.address):
            listed_there = chapters[parent.address]
            own = tuple(new if each is old else each for each in listed_there)
            chapters[parent.address] = own
        for chapter in chapters.get(old.address, ()):
            parents[chapter.address] = new
        return chapters, parents


class _Titles(Mapping[str, str]):
    """The titles of articles, by address."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self._articles = articles

    def __getitem__(self, address: str) -> str:
        return self._articles[address].front.title

    def __iter__(self) -> Iterator[str]:
        return iter(self._articles)

    def __len__(self) -> int:
        return len(self._articles)


def _dispute_alike(old: Article, new: Article) -> bool:
    """Whether two versions of an article have the same claims with the same rivals."""

    def claims(article: Article) -> list[object]:
        return [(c.id, c.address, [rival for rival, _ in c.rivals]) for c in article.claims]

    return claims(old) == claims(new) and old.left_out == new.left_out


def _speakers_of(article: Article | None) -> _Written:
    return names.speakers_of(article) if article else ()


def _topics_of(article: Article | None, scope: IndexScope) -> _Written:
    if article is None:
        return ()
    topics = enumerate(article.front.topics)
    return [(("", name), names.topic_place(article.path, i, scope.places)) for i, name in topics]


def _alone(article: Article | None, spelt: Spellings) -> dict[str, None]:
    """Return those topics of an article that are not spelt in several ways."""
    topics = article.front.topics if article else ()
    return {name: None for name in topics if names.is_alone(("", name), spelt, "topic")}


def _said(article: Article | None, name: str) -> Sequence[tuple[Speaker, Location]]:
    """Return how an article names the person with the id `name`, in order."""
    if article is None:
        return ()
    answers = (answer.by for _, _, answer in names.answers_of(article))
    speakers = (*(claim.by for claim in article.claims), *answers)
    return [(by, by.location) for by in speakers if by and by.id == name]


def _has(articles: Sequence[Article], one: Article) -> bool:
    """Whether an article is among others, newest first."""
    at = bisect_left(articles, newest_first(one), key=newest_first)
    return at < len(articles) and articles[at] is one


def _numbers(articles: Iterable[Article]) -> Iterator[int]:
    return map(len, map(attrgetter("annotations"), articles))


def _put(values: Sequence[_T], new: Sequence[_T], key: Callable[[_T], Any]) -> tuple[_T, ...]:
    """Return sorted values with some more, of one place in the order, after their equals."""
    if not new:
        return tuple(values)
    at = bisect_right(values, key(new[0]), key=key)
    return (*values[:at], *new, *values[at:])


def _without(values: Sequence[_T], old: _T, key: Callable[[_T], Any]) -> tuple[_T, ...]:
    """Return sorted values without one of them."""
    at = bisect_left(values, key(old), key=key)
    assert values[at] is old
    return (*values[:at], *values[at + 1 :])


def _with(
    before: Mapping[tuple[object, ...], tuple[Problem, ...]], new: _Found
) -> Mapping[tuple[object, ...], tuple[Problem, ...]]:
    """Return the problems of parts of the index, with those of some parts replaced."""
    found = {**before, **new}
    for part, problems in new.items():
        if not problems and part not in _LISTS:
            del found[part]
    return found


def _moved(problems: tuple[Problem, ...], places: Moves) -> tuple[Problem, ...]:
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
        for problem in problems
    )
