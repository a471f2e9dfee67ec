"""Collect the sources of all articles, so that each is listed once with all that is known of it.

Sources are the same if their web addresses lead to the same page (`addresses.identity`), or if they
have no address and are equal in everything. What several articles say about one source is merged:
each fact is the library's, or else that of the newest article that has it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cache, cached_property
from itertools import groupby
from typing import Any, TypeAlias

from explainer.model.annotations import ET_AL, Source
from explainer.model.article import Article, SourceView
from explainer.model.problems import Problem, RelatedLocation, short
from explainer.model.site import IndexedSource, SourceUse
from explainer.site.load import CONTENT, LIBRARY
from explainer.support.addresses import identity
from explainer.support.later import LaterSequence
from explainer.support.slugs import unique
from explainer.support.values import dataclass

_Views: TypeAlias = Sequence[tuple[Article, SourceView]]
_Groups: TypeAlias = Mapping[object, _Views]

_LIBRARY = f"{CONTENT}/{LIBRARY}"
_MOST_CHANGED = 1000
"""The most sources that are kept beside those of an earlier version of the site."""


def group_sources(articles: Iterable[Article]) -> _Groups:
    """Return the sources of articles by what identifies them; those of the library come first.

    `articles` are in the order in which their facts take precedence.
    """
    groups: dict[object, list[tuple[Article, SourceView]]] = {}
    for article in articles:
        for view in article.sources:
            groups.setdefault(identity_of(view.source), []).append((article, view))
    for views in groups.values():
        if len(views) > 1:
            views.sort(key=lambda pair: pair[1].location.path != _LIBRARY)
    return {key: tuple(views) for key, views in groups.items()}  # lists take twice the memory


def identity_of(source: Source) -> object:
    """Return what identifies a source."""
    return identity(source.url) if source.url else source


@dataclass(frozen=True)
class SourceList(Sequence[IndexedSource]):
    """The sources of a site by title, collected when they are first used.

    Collecting them takes long, and only one page needs them. Under `explainer serve`, it is done
    only when that page is requested.
    """

    made: _Groups
    """The result of `group_sources` for some articles."""
    changed: _Groups = field(default_factory=dict)
    """What other articles, or other versions of these, have changed in it; empty for sources that
    none of them names. There are many sources, so that copying all after each save takes long."""

    @cached_property
    def groups(self) -> _Groups:
        """The result of `group_sources` for all articles."""
        gone = {key for key, views in self.changed.items() if not views}
        both = {**self.made, **self.changed}
        return {key: views for key, views in both.items() if key not in gone} if gone else both

    def views(self, key: object) -> _Views:
        """Return the uses of what identifies a source in all articles."""
        return self.changed[key] if key in self.changed else self.made.get(key, ())

    @property
    def numbers(self) -> Iterator[int]:
        """The number of views of each source."""
        yield from map(len, self.changed.values())
        yield from (len(views) for key, views in self.made.items() if key not in self.changed)

    @cached_property
    def _named(self) -> tuple[Mapping[object, Source], Mapping[object, str]]:
        """By what identifies a source: all that is known of it; and its key, in order."""
        merged = {key: merge_facts(views) for key, views in self.groups.items()}
        places = {key: _by_title(merged[key], self.groups[key]) for key in merged}
        ordered: list[object] = []
        for _, alike in groupby(sorted(merged, key=places.__getitem__), places.__getitem__):
            same_title = list(alike)
            if len(same_title) > 1:
                same_title.sort(key=lambda key: min(map(_first_use, self.groups[key])))
            ordered += same_title
        taken: dict[str, int] = {}
        return merged, {key: unique(self.groups[key][0][1].id, taken) for key in ordered}

    @cached_property
    def _order(self) -> Sequence[object]:
        """What identifies each source, in order."""
        return tuple(self._named[1])

    @cached_property
    def _made(self) -> dict[object, IndexedSource]:
        """The sources that were asked for, by what identifies them."""
        return {}

    def with_change(self, old: Article | None, new: Article | None) -> SourceList:
        """Return the list with another version of an article, or without it, or with a new one."""
        is_long = "groups" in self.__dict__ or len(self.changed) > _MOST_CHANGED
        before, changed = (self.groups, {}) if is_long else (self.made, dict(self.changed))
        for key in {identity_of(view.source) for view in old.sources} if old else ():
            changed[key] = [pair for pair in self.views(key) if pair[0] is not old]
        for pair in [(new, view) for view in new.sources] if new else ():
            key = identity_of(pair[1].source)
            views = list(changed[key] if key in changed else self.views(key))
            views.insert(bisect_right(views, _precedence(pair), key=_precedence), pair)
            changed[key] = views
        made = SourceList(before, changed)
        if old and new and "_named" in self.__dict__ and _cited(old) == _cited(new):
            made.__dict__["_named"] = self._named
        return made

    def used_by_more_than(self, most: int) -> list[IndexedSource]:
        """Return the sources that more articles use."""
        groups = {key: views for key, views in self.groups.items() if len(views) > most}
        if not any(len({a.address for a, view in g if view.uses}) > most for g in groups.values()):
            return []  # without collecting the sources
        return [one for one in self if len({a.address for a in users(one)}) > most]

    def _indexed(self, key: object) -> IndexedSource:
        (merged, names), views = self._named, self.groups[key]
        repeated = [
            (names.get(identity_of(other), id_), other)
            for _, view in views
            for id_, other in view.repeats
        ]
        unique_repeats = tuple(dict.fromkeys(repeated))
        return IndexedSource(names[key], merged[key], unique_repeats, LaterUses(views))

    def __bool__(self) -> bool:
        return len(self) > 0

    def __len__(self) -> int:
        changes = (bool(views) - (key in self.made) for key, views in self.changed.items())
        return len(self.made) + sum(changes)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(self[place] for place in range(*index.indices(len(self))))
        key = self._order[index]
        if key not in self._made:
            self._made[key] = self._indexed(key)
        return self._made[key]


def _precedence(pair: tuple[Article, SourceView]) -> tuple[object, ...]:
    """Return the place of an article's source among equal ones."""
    article, view = pair
    return view.location.path != _LIBRARY, newest_first(article)


def _first_use(pair: tuple[Article, SourceView]) -> tuple[object, ...]:
    """Return the place of an article's source among all sources of all articles."""
    article, view = pair
    return newest_first(article), next(i for i, one in enumerate(article.sources) if one is view)


def _cited(article: Article) -> tuple[object, ...]:
    """Return all of an article that the list of sources depends on, except where it is written."""
    views = [(v.id, v.source, v.repeats, v.location.path == _LIBRARY) for v in article.sources]
    return newest_first(article), views


def newest_first(article: Article) -> tuple[tuple[int, ...], str]:
    """Return the place of an article among all: by date, the newest first, then by address."""
    return (*(-ord(digit) for digit in article.front.date or ""), 1), article.address


class LaterUses(LaterSequence[SourceUse]):
    """The uses of a source in all articles. They are many, so each is an object only when read."""

    __slots__ = ("_views",)

    def __init__(self, views: _Views) -> None:
        self._views = views

    def __len__(self) -> int:
        return sum(len(view.uses) for _, view in self._views)

    @property
    def articles(self) -> Sequence[Article]:
        """The articles that use the source, each once, in the order of its first use."""
        return tuple({id(article): article for article, view in self._views if view.uses}.values())

    def __iter__(self) -> Iterator[SourceUse]:
        for article, view in self._views:
            for use in view.uses:
                yield SourceUse(article, use)


def users(source: IndexedSource) -> Sequence[Article]:
    """Return the articles that use a source, each once, in the order of its first use."""
    uses = source.uses
    if isinstance(uses, LaterUses):
        return uses.articles
    return tuple({id(use.article): use.article for use in uses}.values())


def _by_title(source: Source, views: _Views) -> tuple[str, ...]:
    return source.title.casefold(), source.publisher, source.date or "", views[0][1].id


# --- merging -------------------------------------------------------------------------------------


def _fold(text: str) -> str:
    """Return a text for comparison: without case, white space, and most punctuation.

    What can make another fact stays: the marks of letters, as in Hindi, and signs: `$5` and `£5`,
    `C` and `C++`, `1.5` and `15` differ.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = " ".join("".join(c if _counts(c) else " " for c in plain).split())
    return re.sub(r"(?<!\d) | (?!\d)", "", words) or text


@cache
def _counts(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LMN" or category == "Sc" or character in "+#%&<>±×÷"


def _alike(one: str, other: str) -> bool:
    return _fold(one) == _fold(other)


def _within(one: str, other: str) -> bool:
    """Return whether one date or language is a part of the other, as `2024` of `2024-11`."""
    short_, long = sorted((one.casefold(), other.casefold()), key=len)
    return f"{long}-".startswith(f"{short_}-")


def _same_people(one: Sequence[str], other: Sequence[str]) -> bool:
    few, many = sorted(({_fold(name) for name in _named(names)} for names in (one, other)), key=len)
    return few <= many


def _named(names: Sequence[str]) -> list[str]:
    """Return a list of authors without `et al.`, which stands for those not named."""
    return [name for name in names if name != ET_AL]


_AGREE: Mapping[str, Callable[[Any, Any], bool]] = {
    "title": _alike,
    "publisher": _alike,
    "authors": _same_people,
    "date": _within,
    "type": str.__eq__,
    "language": _within,
}
"""By key: whether two values are the same fact, which one of them may give in more detail."""


_FULLNESS: Mapping[str, Callable[[Any], Any]] = {
    "authors": lambda names: (len(_named(names)), len(names)),
    "date": len,
    "language": len,
}
"""By key: what is greater for a value that says more."""


def _is_given(key: str, value: object) -> bool:
    return bool(value) and (key, value) != ("type", "webpage")


def merge_facts(views: _Views) -> Source:
    """Return what a group of sources says together, in full."""
    first = views[0][1].source
    if len(views) == 1:  # as most are
        return first
    sources = list(dict.fromkeys(view.source for _, view in views))
    if len(sources) == 1:
        return first
    facts: dict[str, Any] = {}
    for key, agree in _AGREE.items():
        given = [value for s in sources if _is_given(key, value := getattr(s, key))]
        if given:
            same = [value for value in given if agree(given[0], value)]
            facts[key] = max(same, key=_FULLNESS[key]) if key in _FULLNESS else given[0]
    addresses = [s.url for s in sources if s.url]
    facts["url"] = next((url for url in addresses if url.startswith("https:")), first.url)
    facts["archived"] = next((s.archived for s in sources if s.archived), None)
    facts["primary"] = any(s.primary for s in sources)
    return replace(first, **facts)


def source_conflicts(views: _Views) -> Iterator[Problem]:
    """Warn of facts of equal sources that the page of sources does not show: `source-conflict`.

    The problem is at the source whose facts are not shown. Related are those that are.
    """
    if len(views) == 1 or all(view.source == views[0][1].source for _, view in views):
        return
    merged = merge_facts(views)
    seen = set()
    for _, view in views:
        if view.location not in seen:
            seen.add(view.location)
            yield from _conflict(view, merged, views)


def _conflict(view: SourceView, merged: Source, views: _Views) -> Iterator[Problem]:
    keys = [
        key
        for key, agree in _AGREE.items()
        if _is_given(key, own := getattr(view.source, key)) and not agree(own, getattr(merged, key))
    ]
    if not keys:
        return
    shown = {
        key: next(v for _, v in views if getattr(v.source, key) == getattr(merged, key))
        for key in keys
    }
    message = f"the source `{short(view.id)}` has the address of another one, but not its "
    message += " and ".join(filter(None, (", ".join(keys[:-1]), keys[-1])))
    facts = (f"{key}: {short(_written(getattr(merged, key)))}" for key in keys)
    hint = (
        "the page of all sources shows the other "
        f"({'; '.join(facts)}): correct one of them, or define the source once in _library.yaml"
    )
    places = dict.fromkeys(each.location for each in shown.values())
    related = tuple(RelatedLocation(place, "this is shown") for place in places)
    yield Problem(view.location, "source-conflict", message, hint, "warning", related=related)


def _written(value: object) -> str:
    return value if isinstance(value, str) else ", ".join(value)  # type: ignore[arg-type]
