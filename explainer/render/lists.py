"""The index to what the site's own pages list: in which groups, and what a reader may choose by.

The pages of claims, sources, people and topics are plain lists in groups. A script may show fewer
items, or group them otherwise; for that each item says by what it can be chosen (`Keys`: the name
of a filter, and the values that the item has under it), and each filter has its values with their
names (`Filter`). Values are ids and parts of addresses, so that an address such as
`/claims/?rating=disputed&speaker=peskov` goes on meaning the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from explainer.formats import claim_review
from explainer.language.words import Words
from explainer.model.article import Annotation, Article
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate, Stance
from explainer.model.site import ClaimRef, IndexedSource
from explainer.support.slugs import slug

NONE = "-"
"""The value of an item that has none, such as the speaker of a claim that nobody is known to have
made. No id and no slug is this."""

Keys: TypeAlias = Mapping[str, tuple[str, ...]]
"""By the name of a filter: the values that an item has under it, at least one."""
TopicNames: TypeAlias = Mapping[str, tuple[tuple[str, str], ...]]
"""By an article's address: its topics' names and slugs."""
Archive: TypeAlias = Literal["archived", "missing", "offline"]
"""Whether a source has an archived copy, has none, or is not on the web at all."""

_Item: TypeAlias = "ClaimItem | SourceItem"
_T = TypeVar("_T")
_K = TypeVar("_K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a reader may choose, and its name."""

    value: str
    label: str
    count: int
    """How many items have it."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What items may be chosen and grouped by."""

    name: str
    """As addresses and `data-NAME` have it: `rating`."""
    choices: tuple[Choice, ...]
    """In the order of the groups; `NONE` last."""


@dataclass(frozen=True, slots=True)
class ClaimItem:
    """A claim in a list."""

    ref: ClaimRef
    order: int
    """Its place among all, from 0: groups keep it."""
    keys: Keys
    """`rating`, `speaker`, `topic`, `year`."""


@dataclass(frozen=True, slots=True)
class ClaimGroup:
    """Claims that have the same rating."""

    rating: Rating
    claims: tuple[ClaimItem, ...]


@dataclass(frozen=True, slots=True)
class ArticleUses:
    """Where one article uses a source."""

    article: Article
    stances: tuple[tuple[Stance | None, tuple[Annotation, ...]], ...]
    """What the source supports, disputes, gives the context of, or (None) is merely cited by."""


@dataclass(frozen=True, slots=True)
class SourceItem:
    """A source in the list of all."""

    indexed: IndexedSource
    order: int
    keys: Keys
    """`publisher`, `kind` (`primary`, `secondary`), `type`, `archive`, `year`."""
    archive: Archive
    uses: tuple[ArticleUses, ...]
    count: int
    """How often it is used: once for each annotation and stance."""


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """Sources of the same publisher."""

    value: str
    publisher: str
    """Its name; empty for the sources that name none."""
    sources: tuple[SourceItem, ...]


@dataclass(frozen=True, slots=True)
class YearGroup:
    """Articles of the same year."""

    year: str
    """Empty for those without a date."""
    articles: tuple[Article, ...]


# --- claims --------------------------------------------------------------------------------------


def claim_items(claims: Iterable[ClaimRef], topics: TopicNames) -> tuple[ClaimItem, ...]:
    """Claims with what they can be chosen by, in the order in which they come."""
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
    """Claims by their ratings, in the order of `ratings`; a rating without a claim has no group."""
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
    """What claims may be chosen by: ratings as they come, names A to Z, newest year first."""
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
    """Claims by the day of their rating (`rated`), newest first; else in their order."""
    return sorted(claims, key=lambda ref: rated(ref) or "", reverse=True)


def rated(ref: ClaimRef) -> PartialDate | None:
    """When the claim was rated as it is now; not before readers could see it.

    A claim of an article without any date counts from the day on which it was made.
    """
    dates = (claim_review.reviewed(ref.article, ref.claim), ref.article.front.date)
    return max((date for date in dates if date), default=ref.claim.date)


# --- sources -------------------------------------------------------------------------------------


def source_items(sources: Iterable[IndexedSource]) -> tuple[SourceItem, ...]:
    """Sources with their uses and what they can be chosen by: by publisher, then as they come."""
    # Those without a publisher come last.
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
    count = sum(len(found) for use in uses for _, found in use.stances)
    return SourceItem(indexed, order, {k: (v,) for k, v in keys.items()}, archive, uses, count)


def _uses(indexed: IndexedSource) -> tuple[ArticleUses, ...]:
    """In the order of the articles; in each of them by stance, and there in reading order."""
    found: dict[str, tuple[Article, dict[Stance | None, dict[str, Annotation]]]] = {}
    for each in indexed.uses:
        article, use = each.article, each.use
        _, stances = found.setdefault(article.address, (article, {}))
        stances.setdefault(use.citation.stance, {})[use.annotation.id] = use.annotation
    order: tuple[Stance | None, ...] = ("supports", "disputes", "context", None)
    return tuple(
        ArticleUses(
            article,
            tuple((each, tuple(stances[each].values())) for each in order if each in stances),
        )
        for article, stances in found.values()
    )


def by_publisher(items: Iterable[SourceItem]) -> tuple[SourceGroup, ...]:
    """Sources by who published them; those that name nobody come last."""
    groups = grouped(items, lambda item: item.keys["publisher"][0])
    return tuple(
        SourceGroup(value, found[0].indexed.source.publisher, tuple(found))
        for value, found in groups.items()
    )


def source_filters(items: Sequence[SourceItem], words: Words) -> tuple[Filter, ...]:
    """What sources may be chosen by."""
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


# --- small things --------------------------------------------------------------------------------


def by_year(articles: Iterable[Article]) -> tuple[YearGroup, ...]:
    """Articles by the year of their date, in the order in which they come."""
    groups = grouped(articles, lambda article: year_of(article.front.date))
    return tuple(YearGroup("" if y == NONE else y, tuple(found)) for y, found in groups.items())


def grouped(items: Iterable[_T], key: Callable[[_T], _K]) -> dict[_K, list[_T]]:
    """Items by a key, groups and items in the order in which they come."""
    groups: defaultdict[_K, list[_T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def year_of(date: PartialDate | None) -> str:
    """The year of a date, or `NONE`."""
    return f"{date.parts[0]:04}" if date else NONE


def _years(items: Iterable[_Item], words: Words) -> dict[str, str]:
    years = sorted({item.keys["year"][0] for item in items} - {NONE}, reverse=True)
    return {year: words.date(PartialDate(year)) for year in years} | {NONE: str(words.no_year)}


def _filters(items: Iterable[_Item], labels: Mapping[str, Mapping[str, str]]) -> tuple[Filter, ...]:
    """By name and value, in order: the values that any item has, and their labels."""
    counts = Counter((name, value) for i in items for name in labels for value in i.keys[name])
    return tuple(
        Filter(
            name,
            tuple(Choice(v, label, counts[name, v]) for v, label in own.items() if counts[name, v]),
        )
        for name, own in labels.items()
    )


def _capital(label: str) -> str:
    """A word of the interface as a name; names of people and topics stay as authors write them."""
    return str(label[:1].upper() + label[1:])


def _sorted(labels: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(labels.items(), key=lambda pair: (pair[1].casefold(), pair[0])))
