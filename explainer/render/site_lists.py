"""The lists of a site: their rows in order, made when they are first needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from explainer.model.site import ClaimRef, IndexedPerson, SiteIndex
from explainer.render import rows
from explainer.render.rows import ArticleRow, ClaimRow, Counts, PersonRow, SourceRow, TopicRow
from explainer.site import sheets
from explainer.support.values import dataclass


@dataclass(frozen=True)
class ClaimList:
    """Claims by rating, and within a rating newest first."""

    rows: Sequence[ClaimRow]
    orders: Sequence[int]
    """The position of each among all claims, newest first."""
    tally: Counts

    @property
    def starts(self) -> dict[str, int]:
        """The position of the first claim with each rating, by the rating's id."""
        found, start = {}, 0
        for rating, number in self.tally:
            found[rating] = start
            start += number
        return found


@dataclass(frozen=True)
class SiteLists:
    """The lists of a site."""

    index: SiteIndex
    topic_names: rows.TopicNames
    """The topics of every article that has any."""

    @cached_property
    def claims(self) -> ClaimList:
        """All claims."""
        return self._claim_list(self.index.claims)

    @cached_property
    def sources(self) -> Sequence[SourceRow]:
        """All sources, by publisher."""
        return rows.by_publisher(map(rows.source_row, self.index.sources))

    @cached_property
    def primary(self) -> int:
        """The number of primary sources."""
        return sum(row.source.primary for row in self.sources)

    @cached_property
    def not_archived(self) -> int:
        """The number of sources on the web without an archived copy."""
        return sum(row.archive == "missing" for row in self.sources)

    @cached_property
    def _source_places(self) -> Mapping[str, int]:
        return {row.key: position for position, row in enumerate(self.sources)}

    @cached_property
    def people(self) -> Sequence[PersonRow]:
        """All people, by name."""
        return tuple(map(rows.person_row, self.index.people))

    @cached_property
    def topics(self) -> Sequence[TopicRow]:
        """All topics, by name."""
        return tuple(map(rows.topic_row, self.index.topics))

    @cached_property
    def articles(self) -> Sequence[ArticleRow]:
        """The articles of the home page: newest first, then pages without date and annotations."""
        return tuple(map(rows.article_row, sheets.listed(self.index)))

    def claims_of(self, person: IndexedPerson) -> ClaimList:
        """Return a person's claims."""
        return self._claim_list(person.claims)

    def _claim_list(self, claims: Sequence[ClaimRef]) -> ClaimList:
        """Return claims, which are newest first, by rating."""
        made = [rows.claim_row(ref, self.topic_names) for ref in claims]
        tally = rows.counts(ref.claim for ref in claims)
        place = {rating: number for number, (rating, _) in enumerate(tally)}
        orders = sorted(range(len(made)), key=lambda i: place[made[i].rating])
        return ClaimList([made[i] for i in orders], orders, tally)

    def source_address(self, key: str) -> str:
        """Return the address of the sheet that lists a source."""
        place = self._source_places.get(key, 0) if len(self.index.sources) > sheets.MOST else 0
        return sheets.address_of(sheets.SOURCES, sheets.number_of(place))
