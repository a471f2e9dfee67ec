"""Group and filter what the index pages list.

The pages of claims, sources, people, and topics are plain lists in groups. A script can show fewer
items, or group them differently. For this, each item has its values for every filter (`Keys`), and
each filter has the labels of its values (`Filter`). Values are ids and slugs, so that an address
such as `/claims/?rating=disputed&speaker=peskov` keeps its meaning.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Literal, TypeAlias, TypeVar

from explainer.formats import claim_review
from explainer.language.words import Words
from explainer.model.article import Annotation, Article
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate, Stance
from explainer.model.site import ClaimRef, IndexedSource
from explainer.support.slugs import slug
from explainer.support.values import dataclass

NONE = "-"
"""The value of an item that has none, such as the speaker of a claim with no known speaker. No id
and no slug has this value."""

Keys: TypeAlias = Mapping[str, tuple[str, ...]]
"""The values of an item, at least one, by the name of the filter."""
TopicNames: TypeAlias = Mapping[str, tuple[tuple[str, str], ...]]
"""The names and slugs of an article's topics, by the article's address."""
Archive: TypeAlias = Literal["archived", "missing", "offline"]
"""Whether a source has an archived copy, has no copy, or is not on the web at all."""

_Item: TypeAlias = "ClaimItem | SourceItem"
_T = TypeVar("_T")
_K = TypeVar("_K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that readers can select, and its label."""

    value: str
    label: str
    count: int
    """The number of items that have it."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A property that items can be filtered and grouped by."""

    name: str
    """Its name in addresses and in `data-NAME`: `rating`."""
    choices: tuple[Choice, ...]
    """The values in the order of the groups; `NONE` last."""


@dataclass(frozen=True, slots=True)
class ClaimItem:
    """A claim in a list."""

    ref: ClaimRef
    order: int
    """Its position among all claims, from 0. It stays the same in every group."""
    keys: Keys
    """`rating`, `speaker`, `topic`, `year`."""


@dataclass(frozen=True, slots=True)
class ClaimGroup:
    """Claims with the same rating."""

    rating: Rating
    claims: tuple[ClaimItem, ...]


@dataclass(frozen=True, slots=True)
class ArticleUses:
    """Where one article uses a source."""

    article: Article
    stances: tuple[tuple[Stance | None, tuple[Annotation, ...]], ...]
    """The annotations that use the source, by stance; None if it is only cited."""


@dataclass(frozen=True, slots=True)
class SourceItem:
    """A source in a list."""

    indexed: IndexedSource
    order: int
    """Its position among all sources, from 0."""
    keys: Keys
    """`publisher`, `kind` (`primary`, `secondary`), `type`, `archive`, `year`."""
    archive: Archive
    uses: tuple[ArticleUses, ...]
    count: int
    """The number of uses, counting each annotation once per stance."""


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """Sources from the same publisher."""

    value: str
    publisher: str
    """The publisher's name; empty for sources without one."""
    sources: tuple[SourceItem, ...]


@dataclass(frozen=True, slots=True)
class YearGroup:
    """Articles from the same year."""

    year: str
    """The year; empty for articles without a date."""
    articles: tuple[Article, ...]


# --- claims --------------------------------------------------------------------------------------


def claim_items(claims: Iterable[ClaimRef], topics: TopicNames) -> tuple[ClaimItem, ...]:
    """Return claims with their values for the filters, in the given order."""
    return tuple(
        ClaimItem(
            ref,
            order,
            {
                "rating": (str(ref.claim.rating.id),),
                "speaker": (ref.claim.by.id if ref.claim.by else NONE,),
                "topic": tuple(key for _, key in topics.get(ref.article.address, ())) or (NONE,),
                "year": (year_of(ref.claim.date),),
            },
        )
        for order, ref in enumerate(claims)
    )


def by_rating(items: Iterable[ClaimItem], ratings: Iterable[Rating]) -> tuple[ClaimGroup, ...]:
    """Group claims by rating, in the order of `ratings`. Ratings without claims have no group."""
    groups = grouped(items, lambda item: item.ref.claim.rating.id)
    return tuple(
        ClaimGroup(rating, tuple(groups[rating.id])) for rating in ratings if rating.id in groups
    )


def claim_filters(
    items: Sequence[ClaimItem],
    ratings: Iterable[Rating],
    topics: TopicNames,
    words: Words,
) -> tuple[Filter, ...]:
    """Return the filters of claims: ratings as given, names from A to Z, newest year first."""
    speakers = {i.ref.claim.by.id: i.ref.claim.by.person.name for i in items if i.ref.claim.by}
    names = {key: name for pairs in topics.values() for name, key in pairs}
    labels: dict[str, Mapping[str, str]] = {
        "rating": {str(r.id): words.rating(r).unescape() for r in ratings},
        "speaker": {**_sorted(speakers), NONE: str(words.no_speaker)},
        "topic": {**_sorted(names), NONE: str(words.no_topic)},
        "year": _years(items, words),
    }
    return _filters(items, labels)


def newest(claims: Iterable[ClaimRef]) -> list[ClaimRef]:
    """Sort claims by the date of their rating (`rated`), newest first; ties keep their order."""
    return sorted(claims, key=lambda ref: rated(ref) or "", reverse=True)


def rated(ref: ClaimRef) -> PartialDate | None:
    """Return when a claim got its present rating, but no earlier than its article's date.

    If there is neither date, return the date on which the claim was made.
    """
    dates = (claim_review.reviewed(ref.article, ref.claim), ref.article.front.date)
    return max((date for date in dates if date), default=ref.claim.date)


# --- sources -------------------------------------------------------------------------------------


def source_items(sources: Iterable[IndexedSource]) -> tuple[SourceItem, ...]:
    """Return sources with their uses and filter values, sorted by publisher, then as given."""
    # Sources without a publisher come last.
    ordered = sorted(sources, key=lambda s: (_publisher(s) == NONE, _publisher(s)))
    return tuple(_source_item(source, order) for order, source in enumerate(ordered))


def _publisher(indexed: IndexedSource) -> str:
    return slug(indexed.source.publisher) or NONE


def _source_item(indexed: IndexedSource, order: int) -> SourceItem:
    source = indexed.source
    archive: Archive = "archived" if source.archived else "missing" if source.url else "offline"
    keys = {
        "publisher": _publisher(indexed),
        "kind": "primary" if source.primary else "secondary",
        "type": source.type,
        "archive": archive,
        "year": year_of(source.date),
    }
    uses = _uses(indexed)
    count = sum(len(annotations) for use in uses for _, annotations in use.stances)
    return SourceItem(indexed, order, {k: (v,) for k, v in keys.items()}, archive, uses, count)


def _uses(indexed: IndexedSource) -> tuple[ArticleUses, ...]:
    """Group a source's uses by article, then by stance, each in reading order."""
    by_article: dict[str, tuple[Article, dict[Stance | None, dict[str, Annotation]]]] = {}
    for each in indexed.uses:
        article, use = each.article, each.use
        _, stances = by_article.setdefault(article.address, (article, {}))
        stances.setdefault(use.citation.stance, {})[use.annotation.id] = use.annotation
    order: tuple[Stance | None, ...] = ("supports", "disputes", "context", None)
    return tuple(
        ArticleUses(
            article,
            tuple((each, tuple(stances[each].values())) for each in order if each in stances),
        )
        for article, stances in by_article.values()
    )


def by_publisher(items: Iterable[SourceItem]) -> tuple[SourceGroup, ...]:
    """Group sources by publisher; those without one come last."""
    groups = grouped(items, lambda item: item.keys["publisher"][0])
    return tuple(
        SourceGroup(value, members[0].indexed.source.publisher, tuple(members))
        for value, members in groups.items()
    )


def source_filters(items: Sequence[SourceItem], words: Words) -> tuple[Filter, ...]:
    """Return the filters of sources."""
    sources = [item.indexed.source for item in items]
    publishers = {i.keys["publisher"][0]: i.indexed.source.publisher for i in reversed(items)}
    publishers.pop(NONE, None)
    types = {each.type: _capital(words.source_type(each.type)) for each in sources}
    labels: dict[str, Mapping[str, str]] = {
        "publisher": {**_sorted(publishers), NONE: str(words.no_publisher)},
        "kind": {"primary": _capital(words.primary), "secondary": _capital(words.secondary)},
        "type": _sorted(types),
        "archive": {
            "archived": _capital(words.archived),
            "missing": _capital(words.not_archived),
            "offline": _capital(words.not_online),
        },
        "year": _years(items, words),
    }
    return _filters(items, labels)


# --- helpers -------------------------------------------------------------------------------------


def by_year(articles: Iterable[Article]) -> tuple[YearGroup, ...]:
    """Group articles by the year of their date, in the given order."""
    groups = grouped(articles, lambda article: year_of(article.front.date))
    return tuple(YearGroup("" if y == NONE else y, tuple(group)) for y, group in groups.items())


def grouped(items: Iterable[_T], key: Callable[[_T], _K]) -> dict[_K, list[_T]]:
    """Group items by a key. Groups and items keep the given order."""
    groups: defaultdict[_K, list[_T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def year_of(date: PartialDate | None) -> str:
    """Return the year of a date, with four digits; `NONE` if there is no date."""
    return f"{date.parts[0]:04}" if date else NONE


def _years(items: Iterable[_Item], words: Words) -> dict[str, str]:
    years = sorted({item.keys["year"][0] for item in items} - {NONE}, reverse=True)
    return {year: words.date(PartialDate(year)) for year in years} | {NONE: str(words.no_year)}


def _filters(items: Iterable[_Item], labels: Mapping[str, Mapping[str, str]]) -> tuple[Filter, ...]:
    """Return the filters, each with the values that some item has, in the order of `labels`."""
    counts = Counter((name, value) for i in items for name in labels for value in i.keys[name])
    return tuple(
        Filter(
            name,
            tuple(Choice(v, label, counts[name, v]) for v, label in own.items() if counts[name, v]),
        )
        for name, own in labels.items()
    )


def _capital(label: str) -> str:
    """Capitalize a word of the interface. Names of people and topics stay as authors write them."""
    return str(label[:1].upper() + label[1:])


def _sorted(labels: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(labels.items(), key=lambda pair: (pair[1].casefold(), pair[0])))
