"""Lists in pages: each page of a list, a *sheet*, shows at most `MOST` entries.

The first sheet is at the list's own address, and the others below it: `/claims/page/2/`. A person,
topic, or claim has one part of an address (`/people/page/`), so none can have that of a sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from explainer.model.article import Article
from explainer.model.site import IndexedPerson, IndexedSource, SiteIndex, Topic
from explainer.site.sources import SourceList
from explainer.support.values import dataclass

_T = TypeVar("_T")
_U = TypeVar("_U")

CLAIMS, SOURCES, PEOPLE, TOPICS, ARTICLES = "/claims/", "/sources/", "/people/", "/topics/", "/"
MOST = 200
"""The most entries of one sheet."""
MOST_IN_FILE = 2 * MOST
"""The most rows in a file that the script of a long list reads (`render/row_files.py`)."""
MOST_USES = 5
"""The most articles that the list of sources shows for a source. If more use it, it has a page."""
_AROUND = 2
"""How many sheets before and after this one have a link, besides the first and the last."""


def source_address(key: str) -> str:
    """Return the address of the page of a source that many articles use."""
    return f"{SOURCES}{key}/"


def person_address(name: str) -> str:
    """Return the address of the page of the person with an id."""
    return f"{PEOPLE}{name}/"


def topic_address(slug: str) -> str:
    """Return the address of the page of the topic with a slug."""
    return f"{TOPICS}{slug}/"


def address_of(base: str, number: int) -> str:
    """Return the address of the sheet `number`, from 1, of the list at `base`."""
    return base if number == 1 else f"{base}page/{number}/"


def number_of(position: int) -> int:
    """Return the number of the sheet that has the entry at a position, from 0, of a list."""
    return position // MOST + 1


def count_of(length: int) -> int:
    """Return the number of sheets for so many entries; at least one, which may be empty."""
    return max(1, -(-length // MOST))


def addresses(base: str, length: int) -> tuple[str, ...]:
    """Return the addresses of the sheets of a list of so many entries."""
    return tuple(address_of(base, number + 1) for number in range(count_of(length)))


def row_files(base: str, count: int) -> tuple[str, ...]:
    """Return the addresses of the files that have the rows of a list on `count` sheets.

    There are none if there is one sheet.
    """
    files = -(-count * MOST // MOST_IN_FILE) if count > 1 else 0
    return tuple(f"{base}rows-{number + 1}.json" for number in range(files))


@dataclass(frozen=True, slots=True)
class Sheet(Generic[_T]):
    """One page of a list."""

    base: str
    """The address of the list."""
    number: int
    """Its number, from 1."""
    count: int
    """The number of sheets of the list."""
    items: tuple[_T, ...]
    """Its entries."""
    length: int
    """The number of entries of the whole list; 0 on all sheets but the first."""
    before: _T | None
    """The last entry of the sheet before it."""

    @property
    def address(self) -> str:
        """Its address."""
        return address_of(self.base, self.number)

    @property
    def row_files(self) -> tuple[str, ...]:
        """The addresses of the files that have the rows of the whole list, if it has filters."""
        return row_files(self.base, self.count)

    @property
    def previous(self) -> str:
        """The address of the sheet before it; empty if it is the first."""
        return address_of(self.base, self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        """The address of the sheet after it; empty if it is the last."""
        return address_of(self.base, self.number + 1) if self.number < self.count else ""

    @property
    def links(self) -> tuple[tuple[int, str], ...]:
        """The numbers and addresses of some sheets: the first, those around this one, the last.

        A gap is `(0, "")`.
        """
        near = range(self.number - _AROUND, self.number + _AROUND + 1)
        shown = sorted({1, self.count, *(n for n in near if 1 <= n <= self.count)})
        found: list[tuple[int, str]] = []
        for n in shown:
            if found and n > found[-1][0] + 1:
                found.append((0, ""))
            found.append((n, address_of(self.base, n)))
        return tuple(found)

    def map(self, function: Callable[[_T], _U]) -> Sheet[_U]:
        """Return the sheet with the results of a function of its entries."""
        before = None if self.before is None else function(self.before)
        items = tuple(map(function, self.items))
        return Sheet(self.base, self.number, self.count, items, self.length, before)


def sheet(base: str, items: Sequence[_T], number: int = 1) -> Sheet[_T]:
    """Return the sheet `number`, from 1, of the list at `base`."""
    start = (number - 1) * MOST
    own = tuple(items[start : start + MOST])
    before = items[start - 1] if start else None
    return Sheet(base, number, count_of(len(items)), own, 0 if start else len(items), before)


def in_file(base: str, items: Sequence[_T], number: int) -> Sheet[_T]:
    """Return the entries of the file `number`, from 1, of the rows of the list at `base`."""
    start = (number - 1) * MOST_IN_FILE
    own = tuple(items[start : start + MOST_IN_FILE])
    return Sheet(base, number, 0, own, 0 if start else len(items), None)


# --- the lists of a site -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of a site."""

    base: str
    """Its address."""
    name: str
    """What it is, for problems."""
    length: int
    """The number of its entries."""
    about: IndexedPerson | IndexedSource | Topic | None = None
    """What it belongs to; None for a list of everything."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of its sheets."""
        return addresses(self.base, self.length)

    @property
    def row_files(self) -> tuple[str, ...]:
        """The addresses of the files that have the rows for filters; none for most lists."""
        count = count_of(self.length)
        return row_files(self.base, count) if self.base in (CLAIMS, SOURCES) else ()


def listings(index: SiteIndex) -> Iterator[Listing]:
    """Yield all lists of a site; the list of articles continues the home page."""
    yield Listing(CLAIMS, "the list of claims", len(index.claims))
    yield Listing(SOURCES, "the list of sources", len(index.sources))
    yield Listing(PEOPLE, "the list of people", len(index.people))
    yield Listing(TOPICS, "the list of topics", len(index.topics))
    hidden = (index.by_address[address] for address in index.parents)
    unlisted = sum(a.address != "/" and not is_listed(index, a) for a in hidden)
    number = len(index.articles) - ("/" in index.by_address) - unlisted
    yield Listing(ARTICLES, "the list of articles", number)
    for source in used_often(index).values():
        number = len({use.article.address for use in source.uses})
        name = f"the page of the source `{source.key}`"
        yield Listing(source_address(source.key), name, number, source)
    for person in index.people:
        number = len(person.claims) + len(person.answers)
        yield Listing(
            person_address(person.id), f"the page of the person `{person.id}`", number, person
        )
    for topic in index.topics:
        number = len(topic.articles)
        yield Listing(
            topic_address(topic.slug), f"the page of the topic `{topic.slug}`", number, topic
        )


def listed(index: SiteIndex) -> list[Article]:
    """Return the articles that the home page lists: the newest first, plain pages last."""
    shown = (a for a in index.articles if a.address != "/" and is_listed(index, a))
    return sorted(shown, key=lambda article: article.is_plain)


def is_listed(index: SiteIndex, article: Article) -> bool:
    """Return whether the home page lists an article.

    A chapter without a date, as in a manual, is not news: only its parent page lists it.
    """
    return bool(article.front.date) or article.address not in index.parents


def used_often(index: SiteIndex) -> Mapping[str, IndexedSource]:
    """Return the sources that have a page, because so many articles use them, by key."""
    if index.most_uses <= MOST_USES:
        return {}  # without collecting the sources, which takes long
    assert isinstance(index.sources, SourceList)
    return {each.key: each for each in index.sources.used_by_more_than(MOST_USES)}
