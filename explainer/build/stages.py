"""Stages that are run again only if their input differs from that of the run before.

`serve` keeps the values of a run in memory. After a save most of them are still right, and looking
at each article again would take longer than making the one that was saved. So inputs are compared
by identity: a stage whose inputs are the same objects returns the same object, which is again an
input of other stages. Of lists with an object for each article, only those that differ are looked
at (`Stages.differing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import compress, count, islice
from operator import is_not
from typing import Any, TypeAlias, TypeVar

from explainer.article import fragments
from explainer.article.context import ArticleResult
from explainer.model.documents import Document, RoutedDocument
from explainer.model.problems import Problem
from explainer.model.settings import Settings
from explainer.model.site import SiteIndex
from explainer.site import changes, index, made_pages, permanent, routes
from explainer.site.index import FoundIndex, IndexScope
from explainer.site.index_changes import with_changes
from explainer.site.load import SiteFiles
from explainer.site.routes import ReadArticle, Routes
from explainer.support.values import dataclass

_One = TypeVar("_One")
_Value = TypeVar("_Value")
_Problems: TypeAlias = tuple[Problem, ...]
Kept: TypeAlias = Mapping[str, tuple[tuple[object, ...], Any]]
"""By the name of a stage: its inputs, and its value."""
_Results: TypeAlias = Sequence[ArticleResult]


class Stages:
    """The values of stages; `before` has those of an earlier run."""

    def __init__(self, before: Kept) -> None:
        self._before = before
        self._differences: dict[tuple[int, int], _Difference] = {}
        self.kept: dict[str, tuple[tuple[object, ...], Any]] = {}
        """Those of this run."""

    def value(self, name: str, inputs: tuple[object, ...], make: Callable[[], _Value]) -> _Value:
        """Return the value of the stage `name`, which `make` makes unless `inputs` are the same."""
        found = self._found(name, inputs)
        return self._keep(name, inputs, found[0] if found else make())

    def before(self, name: str) -> Any:
        """Return the value of a stage of the earlier run that depends on articles, or None."""
        _, (_, value) = self._before.get(name, (None, (None, None)))
        return value

    def steady(self, name: str, value: _Value) -> _Value:
        """Return the value of the earlier run if it is equal, so that later stages are not run."""
        found = self._found(name, ())
        return self._keep(name, (), found[0] if found and found[0] == value else value)

    def of_articles(
        self,
        name: str,
        inputs: tuple[object, ...],
        articles: Sequence[_One],
        is_alike: Callable[[_One | None, _One | None], bool],
        make: Callable[[], _Value],
    ) -> _Value:
        """Return the value of a stage that also depends on each of `articles`.

        The value before is used if `is_alike` for the two versions of each article that differs;
        one of them is None for a new or removed article.
        """
        earlier = self._earlier(name, inputs, articles)
        is_same = earlier and all(is_alike(*pair) for pair in earlier[1])
        value: _Value = earlier[0] if earlier and is_same else make()
        return self._keep_for(name, inputs, articles, value)

    def collected(
        self,
        name: str,
        inputs: tuple[object, ...],
        articles: Sequence[_One],
        find: Callable[[_One], _Value | None],
    ) -> dict[str, _Value]:
        """Return what `find` finds in each article, by path, without what is empty."""
        earlier = self._earlier(name, inputs, articles)
        if earlier is None:
            made = {_path(one): value for one in articles if (value := find(one))}
            return self._keep_for(name, inputs, articles, made)
        before, pairs = earlier
        changed: dict[str, _Value | None] = {_path(old): None for old, _ in pairs if old}
        changed |= {_path(new): find(new) for _, new in pairs if new}
        if all(before.get(path) == (value or None) for path, value in changed.items()):
            return self._keep_for(name, inputs, articles, before)
        found = {**before, **{path: value for path, value in changed.items() if value}}
        for path in before.keys() & {path for path, value in changed.items() if not value}:
            del found[path]
        return self._keep_for(name, inputs, articles, found)

    def addresses(
        self, files: SiteFiles, settings: Settings, now: str, read: ReadArticle
    ) -> tuple[Routes, _Problems]:
        """Assign addresses, as `assign_addresses` does."""
        inputs = files.walked, settings
        if earlier := self._earlier("addresses", inputs, files.documents):
            known, pairs = earlier
            if new := changes.plan_with(known, pairs, files, settings, now, read):
                return self._keep_for("addresses", inputs, files.documents, new)
        made = routes.assign_addresses(files, settings, now, read)
        return self._keep_for("addresses", inputs, files.documents, made)

    def index(
        self, results: _Results, plan: Routes, chapters: Mapping[str, Sequence[str]]
    ) -> Indexed:
        """Return the index of the articles, as `index.index` does."""
        inputs = (chapters,)
        if earlier := self._earlier("index", inputs, results):
            known, pairs = earlier
            before = known.found
            same_pages = before.scope.addresses is plan.addresses
            scope = IndexScope(plan.addresses, chapters, plan.front, plan.base)
            made = [
                (old.article if old else None, new.article if new else None) for old, new in pairs
            ]
            found = with_changes(before, made, scope, same_pages=same_pages)
            if found and scope.base == before.scope.base:
                is_alike = same_pages and all(changes.contribute_alike(*pair) for pair in made)
                indexed = Indexed(found, known.outline if is_alike else object())
                return self._keep_for("index", inputs, results, indexed)
        scope = IndexScope(plan.addresses, chapters, plan.places, plan.base)
        found = index.index([result.article for result in results], scope)
        return self._keep_for("index", inputs, results, Indexed(found, object()))

    def links(
        self, plan: Routes, indexed: Indexed, redirects: Mapping[str, str], results: _Results
    ) -> _Problems:
        """Check links to pages that are made from annotations and topics, and to parts of pages."""
        inputs = plan.addresses, indexed.outline
        pointing = self.collected("pointing", (), results, _pointing).values()

        def check() -> _Problems:
            return tuple(made_pages.check_links(plan, indexed.index, results, pointing, redirects))

        found = self.of_articles("links", inputs, results, changes.point_alike, check)
        return (*found, *self._fragments(indexed, results, pointing))

    def redirects(
        self, plan: Routes, indexed: Indexed, results: _Results
    ) -> tuple[Mapping[str, str], _Problems]:
        """Return where older addresses lead, as `assign_redirects` does."""
        made: Redirected | None = None
        if earlier := self._earlier("redirects", (), results):
            before, pairs = earlier
            is_same = before.plan.owners is plan.owners and before.outline is indexed.outline
            if is_same and not before.problems:
                made = before
            elif changes.is_few(pairs) and not before.problems:
                articles = [new.article for _, new in pairs if new]
                if made_pages.remain_free(plan, indexed.index, before.listed, articles):
                    redirects = permanent.redirects(plan, indexed.index)
                    made = replace(before, redirects=redirects, plan=plan, outline=indexed.outline)
        if made is None:
            redirects, problems = made_pages.assign_redirects(plan, indexed.index)
            made = Redirected(redirects, problems, plan, indexed.outline, frozenset())
        listed = made_pages.listed_addresses(indexed.index)
        self._keep_for("redirects", (), results, replace(made, listed=listed))
        return made.redirects, made.problems

    def _fragments(
        self, indexed: Indexed, results: _Results, pointing: Iterable[ArticleResult]
    ) -> _Problems:
        wrong, asking = dict[str, _Problems](), list(pointing)
        if earlier := self._earlier("fragments", (), results):
            before, pairs = earlier
            changed = {
                one.article.address
                for old, new in pairs
                if not (old and new and fragments.have_same_parts(old, new))
                for one in (old, new)
                if one
            }
            if before.sources is not indexed.index.sources:
                changed.add(fragments.SOURCES)
            asking = [new for _, new in pairs if new]
            asking += fragments.pointing_to(changed, pointing) if changed else ()
            looked_at = {old.article.address for old, _ in pairs if old}
            looked_at |= {one.article.address for one in asking}
            wrong = {key: each for key, each in before.wrong.items() if key not in looked_at}
        wrong |= fragments.check(results, indexed.index.sources, asking)
        self._keep_for("fragments", (), results, Fragments(wrong, indexed.index.sources))
        return tuple(problem for problems in wrong.values() for problem in problems)

    def _earlier(
        self, name: str, inputs: tuple[object, ...], articles: Sequence[_One]
    ) -> tuple[Any, list[tuple[_One | None, _One | None]]] | None:
        """Return the earlier value of a stage that also depends on each of `articles`.

        The second value has the two versions of each article that differs. None if the other inputs
        are not the same.
        """
        found = self._found(name, inputs)
        return (found[0][1], self.differing(found[0][0], articles)) if found else None

    def differing(
        self, before: Sequence[_One], now: Sequence[_One]
    ) -> list[tuple[_One | None, _One | None]]:
        """Return the pairs of objects that differ in two lists, by path.

        The objects are documents, or results of articles. One of a pair is None if only the other
        list has the path. The order does not count.
        """
        return self._difference(before, now).pairs

    def carried(
        self, before: Sequence[object], now: Sequence[object], values: Sequence[_Value]
    ) -> list[_Value | None]:
        """Return for each object of a list the one of `values` that it had in an earlier list.

        None for objects that were not there, and for some that had another place.
        """
        found, end = list[_Value | None](), 0
        for old, new in self._difference(before, now).spans:
            found += values[end : old.start]
            own = dict(zip(map(id, before[old]), values[old], strict=True))
            found += [own.get(id(one)) for one in now[new]]
            end = old.stop
        return [*found, *values[end:]]

    def _difference(self, before: Sequence[Any], now: Sequence[Any]) -> _Difference:
        key = id(before), id(now)
        if key not in self._differences:
            self._differences[key] = _Difference(before, now, _spans(before, now))
        return self._differences[key]

    def _keep_for(
        self, name: str, inputs: tuple[object, ...], articles: Sequence[object], value: _Value
    ) -> _Value:
        self._keep(name, inputs, (articles, value))
        return value

    def _found(self, name: str, inputs: tuple[object, ...]) -> tuple[Any] | None:
        """Return the value of the earlier run in a tuple, if its inputs are the same."""
        before, value = self._before.get(name, (None, None))
        if before is None or not all(a is b for a, b in zip(before, inputs, strict=True)):
            return None
        return (value,)

    def _keep(self, name: str, inputs: tuple[object, ...], value: _Value) -> _Value:
        self.kept[name] = inputs, value
        return value


@dataclass(frozen=True, slots=True)
class Indexed:
    """The index of a site with its problems."""

    found: FoundIndex
    outline: object
    """The same object for indexes with the same entries in the same order."""

    @property
    def index(self) -> SiteIndex:
        """The index itself."""
        return self.found.index


@dataclass(frozen=True, slots=True)
class Redirected:
    """Where older addresses lead, and what that depends on."""

    redirects: Mapping[str, str]
    problems: _Problems
    plan: Routes
    outline: object
    listed: frozenset[str]
    """The addresses of the pages of all lists."""


@dataclass(frozen=True, slots=True)
class Fragments:
    """Problems of links to parts of pages."""

    wrong: Mapping[str, _Problems]
    """By the address of the article with the links."""
    sources: object
    """The sources of the site."""


_Spans: TypeAlias = Sequence[tuple[slice, slice]]
"""Where two lists differ: parts of the one, and the parts of the other in their places."""
_STEPS = 16
"""How many differences of two lists are found one by one."""


def _spans(before: Sequence[object], now: Sequence[object]) -> _Spans:
    """Return where two lists have not the same objects.

    If there are many such places, the last part is the whole rest.
    """
    found = list[tuple[slice, slice]]()
    if before is now:
        return found
    at = there = 0
    for _ in range(_STEPS):
        both = map(is_not, islice(before, at, None), islice(now, there, None))
        rest = min(len(before) - at, len(now) - there)
        alike = next(compress(count(), both), rest)
        at, there = at + alike, there + alike
        if alike == rest:
            break
        is_gone = at + 1 < len(before) and before[at + 1] is now[there]
        is_new = there + 1 < len(now) and now[there + 1] is before[at]
        gone, come = is_gone or not is_new, not is_gone
        found.append((slice(at, at + gone), slice(there, there + come)))
        at, there = at + gone, there + come
    if at < len(before) or there < len(now):
        found.append((slice(at, len(before)), slice(there, len(now))))
    return found


class _Difference:
    """How two lists differ. It keeps them, so that no others have their ids."""

    def __init__(self, before: Sequence[Any], now: Sequence[Any], spans: _Spans) -> None:
        self.before, self.now, self.spans = before, now, spans

    @cached_property
    def pairs(self) -> list[tuple[Any, Any]]:
        """The pairs of objects that differ: see `Stages.differing`."""
        was = {id(one): one for place, _ in self.spans for one in self.before[place]}
        there = {id(one): one for _, place in self.spans for one in self.now[place]}
        old = {_path(was[key]): was[key] for key in was.keys() - there.keys()}
        new = {_path(there[key]): there[key] for key in there.keys() - was.keys()}
        return [(old.get(path), new.get(path)) for path in sorted({*old, *new})]


def _pointing(result: ArticleResult) -> ArticleResult | None:
    return result if result.pointers else None


def _path(one: object) -> str:
    match one:
        case RoutedDocument(document=Document(article=article)) | Document(article=article):
            return article.path
        case ArticleResult(article=article):
            return article.path
    raise TypeError(one)
