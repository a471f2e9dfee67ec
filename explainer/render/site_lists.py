"""The lists of a site in order, and what each sheet of them is made from.

Lists can be long, and most sheets are as they were in an earlier run. So a *part* has only what a
sheet shows, and that as it is in the index. Rows are made of it when the sheet is rendered. A sheet
does not depend on the entries of others: what sums up a list, such as its tally, is on the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeAlias

from explainer.model.annotations import Source
from explainer.model.article import AnswerView, Article, QuestionView
from explainer.model.site import ClaimRef, IndexedPerson, IndexedSource, SiteIndex, SourceUse, Topic
from explainer.render import lists, rows
from explainer.render.rows import Counts, PersonRow, TopicNames, TopicRow
from explainer.render.views import ArticleRelations
from explainer.site import sheets
from explainer.site.sheets import ARTICLES, CLAIMS, PEOPLE, SOURCES, TOPICS, Listing, Sheet
from explainer.site.sheets import sheet as sheet_of
from explainer.support.values import dataclass

Answered: TypeAlias = tuple[Article, QuestionView, AnswerView]

_LATEST = 5
"""The number of newest claims on the home page."""


@dataclass(frozen=True, slots=True)
class ClaimPart:
    """What a sheet, or a file of rows, of the list of claims is made from."""

    sheet: Sheet[ClaimRef]
    topics: TopicNames
    """The topics of the articles."""
    tally: Counts
    """The tally of all claims, on the first sheet."""


@dataclass(frozen=True, slots=True)
class SourcePart:
    """What a sheet, or a file of rows, of the list of sources is made from."""

    sheet: Sheet[IndexedSource]
    primary: int
    """The number of primary sources in the list, on the first sheet."""
    not_archived: int
    """The number of those on the web without an archived copy, likewise."""


@dataclass(frozen=True, slots=True)
class UsesPart:
    """What a sheet of the uses of a source is made from."""

    source: IndexedSource
    """The source; on other sheets than the first with only those uses that are on the sheet."""
    facts: tuple[Source, tuple[tuple[str, Source], ...]]
    """What all articles say about it, and what it repeats."""
    sheet: Sheet[str]
    """The addresses of the articles that use it."""
    back: str
    """The address of the sheet that lists the source."""


@dataclass(frozen=True, slots=True)
class PersonPart:
    """What a sheet of a person's claims and answers is made from."""

    person: IndexedPerson
    sheet: Sheet[ClaimRef | Answered]
    topics: TopicNames
    """The topics of the articles."""
    tally: Counts
    """The tally of all claims, on the first sheet."""


@dataclass(frozen=True, slots=True)
class TopicPart:
    """What a sheet of a topic's articles is made from."""

    topic: Topic
    sheet: Sheet[Article]
    tally: Counts
    """The tally of all claims in them, on the first sheet."""


@dataclass(frozen=True, slots=True)
class HomePart:
    """What the home page is made from, besides its preview."""

    home: ArticleRelations | None
    """The article that is its text, if there is one."""
    sheet: Sheet[Article]
    count: int
    """The number of articles that are not plain."""
    claims: tuple[ClaimRef, ...]
    """The newest claims."""
    all_claims: int
    """The number of all claims."""


Part: TypeAlias = (
    ClaimPart
    | SourcePart
    | UsesPart
    | PersonPart
    | TopicPart
    | Sheet[PersonRow]
    | Sheet[TopicRow]
    | Sheet[Article]
)


@dataclass(frozen=True)
class SiteLists:
    """The lists of a site."""

    index: SiteIndex
    topic_names: TopicNames
    """The topics of every article that has any."""

    def part(self, listing: Listing, number: int) -> Part:
        """Return what the sheet `number`, from 1, of a list is made from."""
        match listing.about:
            case IndexedSource() as source:
                return self._uses(source, number)
            case IndexedPerson() as person:
                return self._person(person, number)
            case Topic() as topic:
                articles = topic.articles
                tally = rows.topic_row(topic).tally if number == 1 else ()
                return TopicPart(topic, sheet_of(listing.base, articles, number), tally)
        match listing.base:
            case sheets.CLAIMS:
                return self._claims(sheet_of(CLAIMS, self._claim_list[0], number))
            case sheets.SOURCES:
                return self._sources(sheet_of(SOURCES, self._source_list, number))
            case sheets.PEOPLE:
                return sheet_of(PEOPLE, self.index.people, number).map(rows.person_row)
            case sheets.TOPICS:
                return sheet_of(TOPICS, self.index.topics, number).map(rows.topic_row)
        return sheet_of(ARTICLES, self._articles, number)

    def home(self, home: ArticleRelations | None) -> HomePart:
        """Return what the home page is made from."""
        index, articles = self.index, self._articles
        listed = (ref for ref in index.claims if sheets.is_listed(index, ref.article))
        return HomePart(
            home,
            sheet_of(ARTICLES, articles),
            sum(not article.is_plain for article in articles),
            tuple(lists.newest(listed)[:_LATEST]),
            len(index.claims),
        )

    def rows_in(self, listing: Listing, number: int) -> ClaimPart | SourcePart:
        """Return what the file `number`, from 1, of the rows of a list is made from."""
        if listing.base == SOURCES:
            return self._sources(sheets.in_file(SOURCES, self._source_list, number))
        return self._claims(sheets.in_file(CLAIMS, self._claim_list[0], number))

    def _claims(self, sheet: Sheet[ClaimRef]) -> ClaimPart:
        tally = self._claim_list[1] if sheet.number == 1 else ()
        return ClaimPart(sheet, self._topics_of(sheet.items), tally)

    def _sources(self, sheet: Sheet[IndexedSource]) -> SourcePart:
        if sheet.number > 1:
            return SourcePart(sheet, 0, 0)
        every = [indexed.source for indexed in self._source_list]
        missing = sum(rows.archive_of(source) == "missing" for source in every)
        return SourcePart(sheet, sum(source.primary for source in every), missing)

    def _uses(self, source: IndexedSource, number: int) -> UsesPart:
        uses: dict[str, list[SourceUse]] = {}
        for use in source.uses:
            uses.setdefault(use.article.address, []).append(use)
        sheet = sheet_of(sheets.source_address(source.key), tuple(uses), number)
        if number > 1:
            shown = tuple(use for address in sheet.items for use in uses[address])
            source = replace(source, uses=shown)
        facts = source.source, source.repeats
        return UsesPart(source, facts, sheet, self.source_address(source.key))

    def _person(self, person: IndexedPerson, number: int) -> PersonPart:
        claims, tally = self._claims_of[person.id]
        every: list[ClaimRef | Answered] = [*claims, *person.answers]
        sheet = sheet_of(sheets.person_address(person.id), every, number)
        shown = [each for each in sheet.items if isinstance(each, ClaimRef)]
        return PersonPart(person, sheet, self._topics_of(shown), tally if number == 1 else ())

    def _topics_of(self, claims: Iterable[ClaimRef]) -> TopicNames:
        articles = dict.fromkeys(ref.article.address for ref in claims)
        return {each: self.topic_names[each] for each in articles if each in self.topic_names}

    @cached_property
    def _claim_list(self) -> tuple[Sequence[ClaimRef], Counts]:
        return _by_rating(self.index.claims)

    @cached_property
    def _claims_of(self) -> Mapping[str, tuple[Sequence[ClaimRef], Counts]]:
        return {person.id: _by_rating(person.claims) for person in self.index.people}

    @cached_property
    def _source_list(self) -> Sequence[IndexedSource]:
        """All sources, by publisher."""
        return rows.by_publisher(self.index.sources)

    @cached_property
    def _source_places(self) -> Mapping[str, int]:
        return {each.key: position for position, each in enumerate(self._source_list)}

    @cached_property
    def _articles(self) -> Sequence[Article]:
        """The articles of the home page: newest first, then pages without date and annotations."""
        return sheets.listed(self.index)

    def source_address(self, key: str) -> str:
        """Return the address of the sheet that lists a source."""
        place = self._source_places.get(key, 0) if len(self.index.sources) > sheets.MOST else 0
        return sheets.address_of(sheets.SOURCES, sheets.number_of(place))


def _by_rating(claims: Sequence[ClaimRef]) -> tuple[Sequence[ClaimRef], Counts]:
    """Return claims, which are newest first, by rating, and their tally."""
    tally = rows.counts(ref.claim for ref in claims)
    place = {rating: number for number, (rating, _) in enumerate(tally)}
    return sorted(claims, key=lambda ref: place[ref.claim.rating.id]), tally
