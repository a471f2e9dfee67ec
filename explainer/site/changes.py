"""What stays as it was when articles change: addresses, and what depends on the index.

Each function takes values of an earlier run and what has changed since. It returns what a run over
all articles would return, or None if that must be made from all articles. The index itself is in
`index_changes.py`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import compress, count, repeat
from operator import attrgetter, is_
from typing import TypeAlias

from explainer.article.context import ArticleResult
from explainer.markdown.link_targets import MADE
from explainer.model.article import Article
from explainer.model.documents import Document, RoutedDocument
from explainer.model.front_matter import FrontMatter
from explainer.model.problems import Problem
from explainer.model.settings import Settings
from explainer.parse.allow import allowances
from explainer.site import draft_notes
from explainer.site.load import SiteFiles
from explainer.site.routes import (
    ReadArticle,
    Routes,
    is_left_out,
    own_addresses,
    route,
    unknown_related,
)
from explainer.support.addresses import key as address_key

# --- addresses -----------------------------------------------------------------------------------


_Pair: TypeAlias = tuple[Document | None, Document | None]
"""A document before and now; None if there was none, or if there is none now."""
_MANY = 8
"""How many articles change at once if it is better to look at all."""


def is_few(changed: Sequence[object]) -> bool:
    """Return whether so few articles have changed that it is not better to look at all."""
    return len(changed) <= _MANY


def plan_with(
    known: tuple[Routes, tuple[Problem, ...]],
    changed: Sequence[_Pair],
    files: SiteFiles,
    settings: Settings,
    now: str,
    read: ReadArticle,
) -> tuple[Routes, tuple[Problem, ...]] | None:
    """Return the plan of addresses, and its problems, with documents changed, added, or removed.

    `known` are those of the documents before. The other arguments are those of `assign_addresses`.
    None if something else may depend on these documents: which files are published, the address of
    another page, or older addresses.
    """
    plan, problems = known
    if plan.by_texts or now < plan.now or any(each <= now[: len(each)] for each in plan.later):
        return None
    made = replace(plan, now=now)
    is_planned_again = False
    documents = list(plan.documents)
    gone: list[RoutedDocument] = []
    come: list[RoutedDocument] = []
    for before, document in changed:
        old = route(before, settings.timezone, read) if before else None
        new = route(document, settings.timezone, read) if document else None
        if new and not settings.build.drafts and draft_notes.find([new[0]]):
            return None
        if old and new and old[1:] == new[1:] and _routed(old[0]) == _routed(new[0]):
            documents[_place(before, map(_DOCUMENT, documents))] = new[0]
            continue
        is_planned_again = True
        if old:
            gone.append(old[0])
            problems = tuple(each for each in problems if each not in set(old[1]))
        if new:
            if not new[2]:
                return None
            come.append(new[0])
            problems = (*problems, *new[1])
    if not is_planned_again:
        return replace(made, documents=tuple(documents)), problems
    if not _is_simple(plan, problems, files, gone, come):
        return None
    planned = _planned(replace(made, documents=tuple(documents)), gone, come, settings, files)
    if planned is None:
        return None
    others = (problem for problem in problems if problem.code != "unknown-related")
    return planned, (*others, *unknown_related(planned))


def _planned(
    plan: Routes,
    gone: Sequence[RoutedDocument],
    come: Sequence[RoutedDocument],
    settings: Settings,
    files: SiteFiles,
) -> Routes | None:
    """Return a plan without some documents and with others; None if others may be concerned."""
    removed, documents = {id(each.document) for each in gone}, list(plan.documents)
    for place in reversed([*_places(removed, map(_DOCUMENT, documents))]):
        del documents[place]
    order = {id(each): _place(each.document, files.documents) for each in come}
    made: Routes | None = plan
    for each in gone:
        made = made and _less(made, each)
    for each in sorted(come, key=lambda each: order[id(each)]):
        documents.insert(order[id(each)], each)
        made = made and _more(made, each, settings, files.settings)
    if not made or not all(map(is_, map(_DOCUMENT, documents), files.documents)):
        return None
    return replace(made, documents=tuple(documents))


_DOCUMENT = attrgetter("document")


def _places(ids: Container[int], every: Iterable[object]) -> Iterator[int]:
    """Yield where the objects with some ids are."""
    return compress(count(), map(ids.__contains__, map(id, every)))


def _place(one: object, every: Iterable[object]) -> int:
    """Return where an object is among others, without a step of Python's for each."""
    return next(compress(count(), map(is_, every, repeat(one))))


def _is_simple(
    plan: Routes,
    problems: Iterable[Problem],
    files: SiteFiles,
    gone: Sequence[RoutedDocument],
    come: Sequence[RoutedDocument],
) -> bool:
    """Return whether documents can be added and removed without a look at all others."""
    both = (*gone, *come)
    older = {each.path: each.front.aliases for each in gone}
    return (
        is_few(both)
        and not (plan.skipped or plan.decided or plan.unsound or files.unread)
        and all(problem.code != "address-taken" for problem in problems)
        and not any(each.path.endswith("/index.md") for each in both)
        and all(older.get(each.path, ()) == each.front.aliases for each in come)
    )


def _less(plan: Routes, old: RoutedDocument) -> Routes:
    """Return a plan without a document."""
    addresses, owners, claimed = dict(plan.addresses), dict(plan.owners), dict(plan.claimed)
    del addresses[old.path]
    for key in [key for key, path in owners.items() if path == old.path]:
        del owners[key], claimed[key]
    return replace(
        plan,
        addresses=addresses,
        owners=owners,
        claimed=claimed,
        provisional=plan.provisional - {old.path},
        aliases={alias: to for alias, to in plan.aliases.items() if to != old.address},
        allowances=tuple(
            each for each in plan.allowances if each.paths is None or old.path not in each.paths
        ),
    )


def _more(plan: Routes, new: RoutedDocument, settings: Settings, own: Settings) -> Routes | None:
    """Return a plan with another document; None if that may change the place of others.

    `own` are the settings without the command's options.
    """
    is_later = any(each > plan.now[: len(each)] for each in new.opens)
    if is_later or is_left_out(new, settings, plan.now):
        return None
    owners, claimed = dict(plan.owners), dict(plan.claimed)
    wanted = own_addresses(new)
    for address, location in wanted.items():
        key = address_key(address)
        folders = {key[:at] for at, sign in enumerate(key) if sign == "/"} - {""}
        clash = f"{key}index.html" if key.endswith("/") else key
        if (
            key in owners
            or not owners.keys().isdisjoint(folders)
            or any(map(str.startswith, owners, repeat(f"{clash}/")))
        ):
            return None
        owners[key], claimed[key] = new.path, location
    aliases = {old: new.address for old in wanted if old != new.address}
    is_provisional = is_left_out(new, own, plan.now)
    return replace(
        plan,
        addresses={**plan.addresses, new.path: new.address},
        owners=owners,
        claimed=claimed,
        provisional=plan.provisional | ({new.path} if is_provisional else set()),
        aliases={**plan.aliases, **aliases},
        allowances=(*plan.allowances, *allowances(new.places, new.document.paths)),
    )


_SHOWN = frozenset({"title", "subtitle", "summary", "updated", "authors", "findings", "unchecked"})
"""Keys of front matter that do not matter for addresses and navigation."""
_OTHERS = tuple(each.name for each in fields(FrontMatter) if each.name not in _SHOWN)


def _routed(document: RoutedDocument) -> tuple[object, ...]:
    """Return all on which addresses and navigation depend, with the locations of its keys."""
    places = document.places
    where = {key: places.location(key) for key in places.values if key and key[0] not in _SHOWN}
    return (
        document.document.paths,
        document.address,
        document.opens,
        [getattr(document.front, each) for each in _OTHERS],
        where,
        {key: places.key(key) for key in where},
    )


# --- the index -----------------------------------------------------------------------------------


def contribute_alike(old: Article | None, new: Article | None) -> bool:
    """Return whether two versions of an article make the same entries in the index."""
    return bool(old and new and _contribution(old) == _contribution(new))


def _contribution(article: Article) -> object:
    """Return what an article contributes to the index."""
    front, claims, sources = article.front, article.claims, article.sources
    speakers = [claim.by for claim in claims]
    speakers += [answer.by for question in article.questions for answer in question.answers]
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
    )


def point_alike(old: ArticleResult | None, new: ArticleResult | None) -> bool:
    """Return whether two versions of an article have the same links to pages that are made from
    annotations and topics, and are as complete.
    """
    return old is not None and new is not None and _pointers(old) == _pointers(new)


def _pointers(result: ArticleResult) -> tuple[object, ...]:
    made = [pointer for pointer in result.pointers if MADE.fullmatch(pointer.address)]
    return made, result.sound, result.used is None, bool(result.unplaced)
