"""Stages that are run again only if their input differs from that of the run before.

`serve` keeps the values of a run in memory. After a save most of them are still right, and looking
at each article again would take longer than making the one that was saved. So inputs are compared
by identity: a stage whose inputs are the same objects returns the same object, which is again an
input of other stages. Of lists with an object for each article, only those that differ are looked
at (`differing`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from explainer.article import fragments
from explainer.article.context import ArticleResult
from explainer.model.documents import Document, RoutedDocument
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.model.settings import Settings
from explainer.model.site import SiteIndex
from explainer.site import changes, index, made_pages, routes
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
        self.kept: dict[str, tuple[tuple[object, ...], Any]] = {}
        """Those of this run."""

    def value(self, name: str, inputs: tuple[object, ...], make: Callable[[], _Value]) -> _Value:
        """Return the value of the stage `name`, which `make` makes unless `inputs` are the same."""
        found = self._found(name, inputs)
        return self._keep(name, inputs, found[0] if found else make())

    def of_articles(
        self,
        name: str,
        inputs: tuple[object, ...],
        articles: Sequence[_One],
        is_alike: Callable[[_One, _One], bool],
        make: Callable[[], _Value],
    ) -> _Value:
        """Return the value of a stage that also depends on each of `articles`.

        The value before is used if `is_alike` for the two versions of each article that differs.
        """
        earlier = self._earlier(name, inputs, articles)
        is_same = earlier and all(is_alike(*pair) for pair in earlier[1])
        value: _Value = earlier[0] if earlier and is_same else make()
        return self._keep_for(name, inputs, articles, value)

    def addresses(
        self, files: SiteFiles, settings: Settings, now: str, read: ReadArticle
    ) -> tuple[Routes, _Problems]:
        """Assign addresses, as `assign_addresses` does."""
        inputs = files.walked, settings
        if earlier := self._earlier("addresses", inputs, files.documents):
            (plan, problems), pairs = earlier
            if new := changes.plan_with(plan, pairs, settings.timezone, now, read):
                return self._keep_for("addresses", inputs, files.documents, (new, problems))
        made = routes.assign_addresses(files, settings, now, read)
        return self._keep_for("addresses", inputs, files.documents, made)

    def index(
        self, results: _Results, plan: Routes, chapters: Mapping[str, Sequence[str]]
    ) -> Indexed:
        """Return the index of the articles, as `index.index` does."""
        inputs = plan.addresses, chapters
        if earlier := self._earlier("index", inputs, results):
            known, pairs = earlier
            moves = [changes.moves(*pair) for pair in pairs]
            if None not in moves:
                places = {was: now for each in moves if each for was, now in each.items()}
                changed = [(old.article, new.article) for old, new in pairs]
                if new := changes.index_with(known.index, changed, places):
                    problems = changes.moved(known.problems, places)
                    indexed = Indexed(new, problems, known.outline, places)
                    return self._keep_for("index", inputs, results, indexed)
        articles = [result.article for result in results]
        made = index.index(articles, plan.addresses, chapters, plan.places, plan.base)
        return self._keep_for("index", inputs, results, Indexed(*made, object(), {}))

    def links(
        self, plan: Routes, indexed: Indexed, redirects: Mapping[str, str], results: _Results
    ) -> _Problems:
        """Check links to pages that are made from annotations and topics, and to parts of pages."""
        inputs = plan.addresses, indexed.outline

        def check() -> _Problems:
            return tuple(made_pages.check_links(plan, indexed.index, results, redirects))

        found = self.of_articles("links", inputs, results, changes.point_alike, check)
        return (*found, *self._fragments(indexed, results))

    def redirects(self, plan: Routes, indexed: Indexed) -> tuple[Mapping[str, str], _Problems]:
        """Return where older addresses lead, as `assign_redirects` does."""
        inputs = plan.addresses, indexed.outline
        redirects, problems = self.value(
            "redirects", inputs, lambda: made_pages.assign_redirects(plan, indexed.index)
        )
        problems = changes.moved(problems, indexed.places)
        return self._keep("redirects", inputs, (redirects, problems))

    def _fragments(self, indexed: Indexed, results: _Results) -> _Problems:
        inputs = (indexed.outline,)
        wrong, asking = dict[str, _Problems](), results
        earlier = self._earlier("fragments", inputs, results)
        if earlier and all(fragments.have_same_parts(*pair) for pair in earlier[1]):
            asking = [new for _, new in earlier[1]]
            wrong = {**earlier[0], **{new.article.address: () for new in asking}}
        wrong |= fragments.check(results, indexed.index.sources, asking)
        self._keep_for("fragments", inputs, results, wrong)
        return tuple(problem for problems in wrong.values() for problem in problems)

    def _earlier(
        self, name: str, inputs: tuple[object, ...], articles: Sequence[_One]
    ) -> tuple[Any, list[tuple[_One, _One]]] | None:
        """Return the earlier value of a stage that also depends on each of `articles`.

        The second value has the two versions of each article that differs. None if the other inputs
        or the paths of articles are not the same.
        """
        found = self._found(name, inputs)
        pairs = differing(found[0][0], articles) if found else None
        return None if found is None or pairs is None else (found[0][1], pairs)

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

    index: SiteIndex
    problems: _Problems
    outline: object
    """The same object for indexes with the same entries in the same order."""
    places: Mapping[Location, Location]
    """The present locations of entries that have moved since the earlier run."""


def differing(before: Sequence[_One], now: Sequence[_One]) -> list[tuple[_One, _One]] | None:
    """Return the pairs of objects that differ in two lists; None if their paths are not the same.

    The objects are documents, or results of articles.
    """
    if len(before) != len(now):
        return None
    pairs = [(old, new) for old, new in zip(before, now, strict=True) if old is not new]
    return pairs if all(_path(old) == _path(new) for old, new in pairs) else None


def _path(one: object) -> str:
    match one:
        case RoutedDocument(document=Document(article=article)) | Document(article=article):
            return article.path
        case ArticleResult(article=article):
            return article.path
    raise TypeError(one)
