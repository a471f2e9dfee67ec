"""Collect people and topics: which names mean the same one, and which have the same address.

Names that differ only in case, Unicode form, or white space mean the same person or topic. The most
frequent spelling is shown, and of equally frequent ones the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias, TypeVar

from explainer.model.annotations import Person
from explainer.model.article import (
    Annotation,
    AnswerView,
    Article,
    BodyPart,
    ClaimView,
    LaterBody,
    Notes,
    QuestionView,
    Reference,
    Speaker,
    Use,
)
from explainer.model.location import Located, Location
from explainer.model.problems import Problem, RelatedLocation
from explainer.model.site import ClaimRef, IndexedPerson, Topic
from explainer.support.slugs import name_slug, same, similar
from explainer.support.values import dataclass

_Place = TypeVar("_Place")


@dataclass(frozen=True, slots=True)
class _Name:
    """A name as an author wrote it."""

    text: str
    location: Location
    id: str = ""
    """The id of the entry of `people` that has this name; empty for a plain name."""


_Written: TypeAlias = tuple[str, str]
"""An id, empty for a plain name; and the name."""


def _spellings(
    written: Iterable[tuple[_Written, _Place]], locate: Callable[[_Place], Location], what: str
) -> tuple[dict[str, str], list[Problem]]:
    """Choose one spelling for names that mean the same: `name-spelling` (info).

    `locate` returns the location of a name. `what` is `person` or `topic`. The mapping has each
    plain name that is written in another way, with the spelling to show.
    """
    counts: dict[_Written, int] = {}
    places: dict[_Written, _Place] = {}
    for one, place in written:
        counts[one] = counts.get(one, 0) + 1
        places.setdefault(one, place)
    groups: dict[tuple[str, str], dict[str, int]] = {}
    for (id_, text), count in counts.items():
        groups.setdefault((id_, "" if id_ else same(text)), {})[text] = count

    def name(id_: str, text: str) -> _Name:
        return _Name(text, locate(places[id_, text]), id_)

    chosen: dict[str, str] = {}
    problems: list[Problem] = []
    alike: dict[str, list[_Name]] = {}
    for (id_, _), group in groups.items():
        most = max(group, key=group.__getitem__)
        first, shown = name(id_, most), " ".join(most.split())
        alike.setdefault(similar(shown), []).append(first)
        for text in group:
            if id_ or text == shown:
                continue
            chosen[text] = shown
            if " ".join(text.split()) != shown:
                message = f"the {what} `{text}` is also spelt `{shown}`, and is shown so"
                hint = "spell the name the same way everywhere"
                problems.append(_spelling(name(id_, text), first, message, hint))
    for first, *others in (sorted(each, key=lambda name: not name.id) for each in alike.values()):
        problems += [
            _another(other, first, what)
            for other in others
            if not other.id and name_slug(other.text, what) != first.id
        ]
    return chosen, problems


def _another(name: _Name, other: _Name, what: str) -> Problem:
    """Ask whether two similar names are really those of two people or topics."""
    message = f"the {what} `{name.text}` is not the {what} `{other.text}`"
    hint = "if they are one, spell the name the same way everywhere"
    if other.id:
        message = f"the {what} `{name.text}` is not the {what} `{other.id}` of another file"
        hint = f"if they are one, define `{other.id}` in content/_library.yaml, for all articles"
    return _spelling(name, other, f"{message}: each has a page", hint)


def _spelling(name: _Name, other: _Name, message: str, hint: str) -> Problem:
    related = (RelatedLocation(other.location, f"`{other.text}` here"),)
    return Problem(name.location, "name-spelling", message, hint, "info", related=related)


Spellings: TypeAlias = Mapping[tuple[str, str], Mapping[_Written, int]]
"""The names of all people, or topics, that may have to do with each other, by what they have in
common; with the number of times that each is written."""


def spellings(written: Iterable[_Written], what: str) -> Spellings:
    """Return all names that are `written`. `what` is `person` or `topic`."""
    return with_spellings({}, Counter(written), what)


def with_spellings(names: Spellings, more: Mapping[_Written, int], what: str) -> Spellings:
    """Return `names` with those that are written more often, or less often, than before."""
    found = dict(names)
    for one, count in more.items():
        for key in _keys(one, what):
            group: dict[_Written, int] = dict(found.get(key, {}))
            group[one] = group.get(one, 0) + count
            if not group[one]:
                del group[one]
            found[key] = group
            if not group:
                del found[key]
    return found


def is_alone(one: _Written, names: Spellings, what: str) -> bool:
    """Return whether no other name has to do with this one, which is shown as it is written."""
    is_shown = one[1] == " ".join(one[1].split())
    return is_shown and all(len(names[key]) == 1 for key in _keys(one, what))


def _keys(one: _Written, what: str) -> Iterator[tuple[str, str]]:
    id_, text = one
    yield "name", similar(text)
    if id_:
        yield "id", id_
    if what == "topic":
        yield "slug", name_slug(text, what)


def speakers_of(article: Article) -> list[tuple[_Written, Location]]:
    """Return whom an article names as speaker, as written, with the locations."""
    return [(_written(by), by.location) for by in _speakers([article])]


def _written(by: Speaker) -> _Written:
    return ("" if by.is_name else by.id, by.person.name)


# --- people --------------------------------------------------------------------------------------


def unify_speakers(articles: Sequence[Article]) -> tuple[Sequence[Article], list[Problem]]:
    """Give everybody one name and one id. Problem: `name-spelling` (info)."""
    names = ((_written(by), by) for by in _speakers(articles))
    shown, problems = _spellings(names, lambda by: by.location, "person")
    if not shown:
        return articles, problems
    renamed = [
        _with_names(article, shown)
        if any(by.is_name and by.person.name in shown for by in _speakers([article]))
        else article
        for article in articles
    ]
    return renamed, problems


def _speakers(articles: Iterable[Article]) -> Iterator[Speaker]:
    for article in articles:
        for one in article.annotations:
            if isinstance(one, ClaimView):
                if one.by:
                    yield one.by
            elif isinstance(one, QuestionView):
                yield from (answer.by for answer in one.answers if answer.by)


def _with_names(article: Article, shown: Mapping[str, str]) -> Article:
    """Return an article with other spellings of names. `shown` has the spelling for a name."""

    def named(by: Speaker | None) -> Speaker | None:
        if by is None or not by.is_name or by.person.name not in shown:
            return by
        name = shown[by.person.name]
        return replace(by, id=name_slug(name, "person"), person=Person(name=name))

    new: dict[str, Annotation] = {}
    for annotation in article.annotations:
        match annotation:
            case ClaimView():
                new[annotation.id] = replace(annotation, by=named(annotation.by))
            case QuestionView(answers=answers):
                renamed = tuple(replace(answer, by=named(answer.by)) for answer in answers)
                new[annotation.id] = replace(annotation, answers=renamed)
            case _:
                new[annotation.id] = annotation

    part, body = partial(_renamed, new), article.body
    sources = (
        replace(view, uses=tuple(Use(new[use.annotation.id], use.citation) for use in view.uses))
        for view in article.sources
    )
    return replace(
        article,
        annotations=tuple(new.values()),
        body=body.changed(partial(_with_names, shown=shown))
        if isinstance(body, LaterBody)
        else tuple(map(part, body)),
        sources=tuple(sources),
    )


def _renamed(new: Mapping[str, Annotation], old: BodyPart) -> BodyPart:
    match old:
        case Reference():
            return Reference(new[old.annotation.id])
        case Notes():
            return Notes(tuple(new[each.id] for each in old.annotations))
    return old


Given: TypeAlias = tuple[Article, QuestionView, AnswerView]
"""An answer, with its question and its article."""


def people(
    articles: Iterable[Article], refs: Iterable[ClaimRef]
) -> tuple[tuple[IndexedPerson, ...], dict[str, tuple[Problem, ...]]]:
    """Collect who claims or answers something. The problems of `person` are by the person's id."""
    claims: dict[str, list[ClaimRef]] = {}
    for ref in refs:
        if ref.claim.by:
            claims.setdefault(ref.claim.by.id, []).append(ref)
    answers: dict[str, list[Given]] = {}
    for article in articles:
        for given in answers_of(article):
            if given[2].by:
                answers.setdefault(given[2].by.id, []).append(given)
    found: list[IndexedPerson] = []
    problems: dict[str, tuple[Problem, ...]] = {}
    for name in {**claims, **answers}:
        one, problems[name] = person(name, claims.get(name, ()), answers.get(name, ()))
        found.append(one)
    return tuple(sorted(found, key=by_name)), problems


def by_name(person: IndexedPerson) -> tuple[str, str]:
    """Return the place of a person in the list of people."""
    return person.person.name.casefold(), person.id


def answers_of(article: Article) -> Iterator[Given]:
    """Yield all answers to questions of an article."""
    for question in article.questions:
        for answer in question.answers:
            yield article, question, answer


def person(
    name: str, claims: Sequence[ClaimRef], answers: Sequence[Given]
) -> tuple[IndexedPerson, tuple[Problem, ...]]:
    """Return the person with the id `name`, given all that they claim and answer on the site.

    Problem: `person-conflict`, one id for two names.
    """
    speakers = [ref.claim.by for ref in claims] + [answer.by for _, _, answer in answers]
    known: Speaker | None = None
    problems: list[Problem] = []
    for speaker in speakers:
        if speaker is None:
            continue
        if known is None:
            known = speaker
        elif known.person is speaker.person or known.person == speaker.person:
            continue
        elif same(known.person.name) != same(speaker.person.name):
            problems.append(_conflict(speaker, known))
        else:
            first, second = (speaker, known) if known.is_name else (known, speaker)
            known = replace(first, person=_merged(first.person, second.person))
    assert known is not None
    found = IndexedPerson(name, known.person, tuple(claims), tuple(answers), known.location)
    return found, tuple(problems)


def _conflict(speaker: Speaker, before: Speaker) -> Problem:
    name, other = speaker.person.name, before.person.name
    message = f"the person `{speaker.id}` is {name} here and {other} elsewhere"
    hint = "give one of them another id, or define the person once in _library.yaml"
    if speaker.is_name and before.is_name:
        message = f"the people `{name}` and `{other}` would have the same address"
        hint = (
            "if they are one, spell the name the same way; if not, give one an id under `people:`"
        )
    related = (RelatedLocation(before.location, f"{other} here"),)
    return Problem(speaker.location, "person-conflict", message, hint, related=related)


def _merged(person: Person, other: Person) -> Person:
    return replace(
        person,
        # `person` is also what a file says that does not say anything.
        kind="organization" if "organization" in (person.kind, other.kind) else "person",
        role=person.role or other.role,
        url=person.url or other.url,
        wikidata=person.wikidata or other.wikidata,
    )


# --- topics --------------------------------------------------------------------------------------

Places: TypeAlias = Callable[[str], Located | None]
"""Returns the front matter of an article with positions, by its path."""


def topics(articles: Iterable[Article], places: Places) -> tuple[tuple[Topic, ...], list[Problem]]:
    """Collect topics. `places` returns the front matter of an article with positions, by path.

    Problems: `name-spelling` (info), and `topic-conflict`, one address for two topics.
    """

    def locate(use: tuple[Article, int, str]) -> Location:
        article, i, _ = use
        return topic_place(article.path, i, places)

    uses = [(a, i, topic) for a in articles for i, topic in enumerate(a.front.topics)]
    shown, problems = _spellings(((("", use[2]), use) for use in uses), locate, "topic")
    gathered: dict[str, dict[str, Article]] = {}
    first: dict[str, _Name] = {}
    slugs: dict[str, str] = {}
    for use in uses:
        article, _, name = use
        text = shown.get(name, name)
        if text not in first:
            first[text] = _Name(name, locate(use))
        gathered.setdefault(text, {}).setdefault(article.path, article)
    found: list[Topic] = []
    for text, members in gathered.items():
        slug = name_slug(text, "topic")
        if (other := slugs.setdefault(slug, text)) != text:
            message = f"the topics `{text}` and `{other}` would have the same address"
            hint = "if they are one, spell them the same way; if not, rename one"
            related = (RelatedLocation(first[other].location, f"`{other}` here"),)
            where = first[text].location
            problems.append(Problem(where, "topic-conflict", message, hint, related=related))
        found.append(Topic(slug, text, tuple(members.values()), first[text].location))
    return tuple(sorted(found, key=by_topic)), problems


def by_topic(topic: Topic) -> tuple[str, str]:
    """Return the place of a topic in the list of topics."""
    return topic.name.casefold(), topic.slug


def topic_names(topics: Iterable[Topic]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the names and slugs of the topics of every article that has any, by its address."""
    names: dict[str, tuple[tuple[str, str], ...]] = {}
    for topic in topics:
        for article in topic.articles:
            names[article.address] = (*names.get(article.address, ()), (topic.name, topic.slug))
    return names


def topic_place(path: str, i: int, places: Places) -> Location:
    """Return the location of the topic `i` of the article at `path`."""
    front = places(path)
    return front.location(("topics", i)) if front else Location(path, 1)
