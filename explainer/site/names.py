"""Collect people and topics: which names mean the same one, and which have the same address.

Names that differ only in case, Unicode form, or white space mean the same person or topic. The most
frequent spelling is shown, and of equally frequent ones the first.
"""

from __future__ import annotations

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


# --- people --------------------------------------------------------------------------------------


def unify_speakers(articles: Sequence[Article]) -> tuple[Sequence[Article], list[Problem]]:
    """Give everybody one name and one id. Problem: `name-spelling` (info)."""
    names = ((("" if by.is_name else by.id, by.person.name), by) for by in _speakers(articles))
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


def people(
    articles: Iterable[Article], refs: Iterable[ClaimRef]
) -> tuple[tuple[IndexedPerson, ...], list[Problem]]:
    """Collect who claims or answers something. Problem: `person-conflict`, one id for two names."""
    problems: list[Problem] = []
    known: dict[str, Speaker] = {}
    claims: dict[str, list[ClaimRef]] = {}
    answers: dict[str, list[tuple[Article, QuestionView, AnswerView]]] = {}

    def meet(speaker: Speaker) -> str:
        before = known.setdefault(speaker.id, speaker)
        if before.person is speaker.person:
            pass
        elif same(before.person.name) != same(speaker.person.name):
            problems.append(_conflict(speaker, before))
        elif before.person != speaker.person:
            first, second = (speaker, before) if before.is_name else (before, speaker)
            known[speaker.id] = replace(first, person=_merged(first.person, second.person))
        return speaker.id

    for ref in refs:
        if ref.claim.by:
            claims.setdefault(meet(ref.claim.by), []).append(ref)
    for article in articles:
        for question in article.questions:
            for answer in question.answers:
                if answer.by:
                    of = answers.setdefault(meet(answer.by), [])
                    of.append((article, question, answer))
    found = [
        IndexedPerson(
            name,
            speaker.person,
            tuple(claims.get(name, ())),
            tuple(answers.get(name, ())),
            speaker.location,
        )
        for name, speaker in known.items()
    ]
    return tuple(sorted(found, key=lambda p: (p.person.name.casefold(), p.id))), problems


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


def topics(
    articles: Iterable[Article], places: Mapping[str, Located]
) -> tuple[tuple[Topic, ...], list[Problem]]:
    """Collect topics. `places` has the front matter of articles with positions, by path.

    Problems: `name-spelling` (info), and `topic-conflict`, one address for two topics.
    """

    def locate(use: tuple[Article, int, str]) -> Location:
        article, i, _ = use
        return _place(article.path, i, places)

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
    return tuple(sorted(found, key=lambda topic: (topic.name.casefold(), topic.slug))), problems


def _place(path: str, i: int, places: Mapping[str, Located]) -> Location:
    return places[path].location(("topics", i)) if path in places else Location(path, 1)
