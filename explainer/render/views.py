"""Views of articles and claims for templates.

Views are made from the model. They are typed and frozen, so that no template can change them.
`pages.py` lists which template gets what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from explainer.language.words import words_of
from explainer.model.annotations import Appearance
from explainer.model.article import (
    Annotation,
    Article,
    Citation,
    ClaimView,
    QuestionView,
    SourceView,
    Speaker,
)
from explainer.model.ratings import Rating, in_tally
from explainer.model.scalars import PartialDate
from explainer.model.site import ClaimRef, SiteIndex
from explainer.render import lists
from explainer.render.article_facts import minutes
from explainer.render.margins import NotePlace, note_places
from explainer.render.rows import ArticleRow, article_row
from explainer.render.timeline import Timeline, timeline
from explainer.site.sheets import topic_address
from explainer.support.values import dataclass

_FEWEST_ORDERED = 5
"""How many claims an article has, at least, that readers can order."""
_MANY_NOTES = 96
_LETTERS_PER_NOTE = 140
"""How many letters of a text are beside a folded note: three lines of small type, and a gap."""
_LETTERS_BELOW = 200
"""The space between a text and what is below it, in letters."""


@dataclass(frozen=True, slots=True)
class TallyPart:
    """The claims with a rating."""

    rating: Rating
    claims: tuple[ClaimView, ...]

    @property
    def count(self) -> int:
        """The number of these claims."""
        return len(self.claims)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A claim with its evidence and rival claims."""

    article: Article
    claim: ClaimView
    supporting: tuple[Citation, ...]
    disputing: tuple[Citation, ...]
    context: tuple[Citation, ...]
    rivals: tuple[ClaimRef, ...]
    """Claims that contradict it, in this article or in others."""

    @property
    def leaning(self) -> str:
        """The result of `leaning` for the claim."""
        return leaning(self.claim)

    def source_of(self, appearance: Appearance) -> SourceView | None:
        """Return the article's source that says all about where the claim was made, if any does."""
        if appearance.time:
            return None
        known = ((each.source.url, each.source.archived, each) for each in self.article.sources)
        url, archived = appearance.url, appearance.archived
        return next((s for u, a, s in known if u and u == url and archived in (None, a)), None)


@dataclass(frozen=True, slots=True)
class RivalGroup:
    """Claims of an article that contradict each other, directly or through others; or one claim."""

    entries: tuple[LedgerEntry, ...]
    """In reading order."""
    pairs: tuple[tuple[int, int], ...]
    """The numbers of those that contradict each other; empty if all contradict each other."""
    rank: int
    """The place of the first of their ratings in the article's tally, from 0."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person in an article, and what they say there."""

    speaker: Speaker
    claims: tuple[ClaimView, ...]
    questions: tuple[QuestionView, ...]
    """The questions that they answer."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The parent and the adjacent chapters of a chapter."""

    parent: Article
    """The article that lists it."""
    previous: Article | None
    """The chapter before it."""
    next: Article | None
    """The chapter after it."""


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article, and everything else that its page shows."""

    article: Article
    ledger: tuple[RivalGroup, ...]
    """Its claims, each once, in the order of the first of each group."""
    can_be_ordered: bool
    """Whether readers can order these groups by rating: many groups, in another order."""
    places: Mapping[str, NotePlace]
    """The place of each annotation's note in the margins, by its id."""
    notes_overflow: bool
    """Whether its notes may need space beside what is after the text, too."""
    questions: tuple[QuestionView, ...]
    checked: PartialDate | None
    """The day on which most of its claims were last checked; None if there is no such day."""
    tally: tuple[TallyPart, ...]
    people: tuple[PersonView, ...]
    """The people quoted in it, in the order in which they first appear."""
    speakers: tuple[Speaker, ...]
    """The speakers of `people`."""
    topics: tuple[tuple[str, str], ...]
    """The names and addresses of its topics."""
    related: tuple[tuple[str, str], ...]
    """What to read next: titles and addresses, on this site or the web."""
    minutes: int
    """The minutes it takes to read."""
    image: str | None
    """The address of its picture, on this site or the web."""
    quotes: Mapping[str, tuple[tuple[str, str], ...]]
    """The quotes from each source and their locators, by the source's id."""
    users: Mapping[str, tuple[Annotation, ...]]
    """The annotations that use each source, by the source's id."""
    timeline: Timeline | None
    """The timeline; None if it has too few dates."""
    chapters: tuple[ArticleRow, ...]
    """The articles that it lists as chapters, in order."""
    neighbours: Neighbours | None
    """Its parent and adjacent chapters; None if it is not a chapter."""

    @property
    def has_many_notes(self) -> bool:
        """Whether its page loads the script `many.js`."""
        return has_many_notes(self.article)


# --- making views from the model -----------------------------------------------------------------


def tally(claims: Iterable[ClaimView]) -> tuple[TallyPart, ...]:
    """Group claims by rating, in the order of `in_tally`."""
    by_rating = lists.grouped(claims, lambda claim: claim.rating.id).values()
    parts = [TallyPart(group[0].rating, tuple(group)) for group in by_rating]
    return tuple(sorted(parts, key=lambda part: in_tally(part.rating)))


def people(
    claims: Iterable[ClaimView], questions: Iterable[QuestionView]
) -> tuple[PersonView, ...]:
    """Return the people quoted in an article, in the order in which they first appear."""
    speaking: dict[str, tuple[Speaker, list[ClaimView], dict[str, QuestionView]]] = {}
    for claim in claims:
        if claim.by:
            speaking.setdefault(claim.by.id, (claim.by, [], {}))[1].append(claim)
    for question in questions:
        for answer in question.answers:
            if answer.by:
                speaking.setdefault(answer.by.id, (answer.by, [], {}))[2][question.id] = question
    return tuple(PersonView(by, (*own,), (*of.values(),)) for by, own, of in speaking.values())


def quotes(source: SourceView) -> tuple[tuple[str, str], ...]:
    """Return the quotes from a source with their locators, each pair once.

    Without those that are evidence of a claim, which are beside the claim.
    """
    uses = (use for use in source.uses if not isinstance(use.annotation, ClaimView))
    cited = ((use.citation.quote, use.citation.locator) for use in uses)
    return tuple(dict.fromkeys(pair for pair in cited if pair != ("", "")))


def users(source: SourceView) -> tuple[Annotation, ...]:
    """Return the annotations that use a source, each once."""
    return tuple({use.annotation.id: use.annotation for use in source.uses}.values())


def leaning(claim: ClaimView) -> str:
    """Return the stance of far more independent sources than the other; empty if none has far more.

    Far more are at least three, and at least three times as many.
    """
    supports, disputes = claim.supports, claim.disputes
    if max(supports, disputes) < 3 or max(supports, disputes) < 3 * min(supports, disputes):
        return ""
    return "supports" if supports > disputes else "disputes"


def ledger_entry(relations: ArticleRelations, claim: ClaimView) -> LedgerEntry:
    """Return a claim with its evidence by stance."""

    def having(*stances: str | None) -> tuple[Citation, ...]:
        return tuple(
            each for stance in stances for each in claim.citations if each.stance == stance
        )

    return LedgerEntry(
        relations.article,
        claim,
        having("supports"),
        having("disputes"),
        having("context", None),
        relations.rivals[claim.address],
    )


def rival_groups(
    entries: Iterable[LedgerEntry], parts: Sequence[TallyPart]
) -> tuple[RivalGroup, ...]:
    """Group the claims of one article, which has a tally of `parts`, with their rivals in it."""
    ranks = {part.rating.id: rank for rank, part in enumerate(parts)}
    left = {entry.claim.address: entry for entry in entries}
    groups: list[RivalGroup] = []
    for first in tuple(left):
        found: dict[str, LedgerEntry] = {}
        waiting = [first]
        while waiting:
            if entry := left.pop(waiting.pop(), None):
                found[entry.claim.address] = entry
                waiting += (rival.claim.address for rival in entry.rivals)
        if not found:
            continue
        group = sorted(found.values(), key=lambda entry: entry.claim.number)
        pairs = tuple(
            (each.claim.number, rival.claim.number)
            for each in group
            for rival in each.rivals
            if rival.claim.address in found and each.claim.number < rival.claim.number
        )
        is_complete = 2 * len(pairs) == len(group) * (len(group) - 1)
        rank = min(ranks[entry.claim.rating.id] for entry in group)
        groups.append(RivalGroup(tuple(group), () if is_complete else pairs, rank))
    return tuple(groups)


def has_many_notes(article: Article) -> bool:
    """Return whether an article has so many notes that its page needs the script `many.js`."""
    return len(article.annotations) > _MANY_NOTES


def has_extras(relations: ArticleRelations) -> bool:
    """Return whether an article's page has parts that few have: those in `extras.css`."""
    article = relations.article
    parts = (article.picture, article.front.original, article.findings, article.corrections)
    return (
        any(parts)
        or any(q.answer or q.answers or q.settle for q in article.questions)
        or any(relations.rivals.values())
        or any(map(leaning, article.claims))
    )


def _overflows(article: Article) -> bool:
    """Return whether notes may need more space than the text has from the place of one on."""
    ends = [each.passage.end for each in article.annotations if each.passage]
    return any(
        count * _LETTERS_PER_NOTE > article.length - end + _LETTERS_BELOW
        for count, end in enumerate(reversed(ends), 1)
    )


def _checked(claims: Iterable[ClaimView]) -> PartialDate | None:
    """Return the day on which most of the claims whose rating counts as checked were last checked.

    None if there is none, or one claim only, or if it is not known of all.
    """
    days = Counter(claim.checked for claim in claims if claim.rating.checked)
    ((day, count),) = days.most_common(1) or ((None, 0),)
    return day if count > 1 and None not in days and 2 * count > days.total() else None


def article_view(relations: ArticleRelations) -> ArticleView:
    """Return everything that an article's page shows."""
    article = relations.article
    claims, questions = article.claims, article.questions
    speaking = people(claims, questions)
    parts = tally(claims)
    ledger = rival_groups((ledger_entry(relations, claim) for claim in claims), parts)
    ranks = [group.rank for group in ledger]
    parent = relations.above[0] if relations.above else None
    return ArticleView(
        article,
        ledger,
        len(claims) >= _FEWEST_ORDERED and ranks != sorted(ranks),
        note_places(article),
        _overflows(article),
        questions,
        _checked(claims),
        parts,
        speaking,
        tuple(person.speaker for person in speaking),
        tuple((name, topic_address(slug)) for name, slug in relations.topics),
        relations.related,
        minutes(article),
        article.image,
        {source.id: quotes(source) for source in article.sources},
        {source.id: users(source) for source in article.sources},
        timeline(article, words_of(article.language).date),
        tuple(map(article_row, relations.chapters)),
        Neighbours(parent, relations.previous, relations.next) if parent else None,
    )


@dataclass(frozen=True, slots=True)
class ArticleRelations:
    """An article, and what its pages show from other articles and from the index."""

    article: Article
    topics: tuple[tuple[str, str], ...]
    """The names and slugs of its topics."""
    related: tuple[tuple[str, str], ...]
    """What to read next: titles and addresses, on this site or the web."""
    above: tuple[Article, ...]
    """The articles that it is a chapter of, nearest first."""
    previous: Article | None
    """The chapter before it."""
    next: Article | None
    """The chapter after it."""
    chapters: tuple[Article, ...]
    """Its own chapters, in order."""
    rivals: Mapping[str, tuple[ClaimRef, ...]]
    """The claims that contradict each of its claims, by that claim's address."""

    @property
    def whole(self) -> ArticleRelations:
        """The same with the whole article, for its own pages."""
        article = self.article.whole
        if article is self.article:
            return self
        own = {claim.address: ClaimRef(article, claim) for claim in article.claims}
        rivals = {
            address: tuple(own.get(ref.claim.address, ref) for ref in refs)
            for address, refs in self.rivals.items()
        }
        return replace(self, article=article, rivals=rivals)


def relations(index: SiteIndex, article: Article) -> ArticleRelations:
    """Look up an article's relations in the index."""
    here = article.address
    above: dict[str, Article] = {}
    parent = index.parents.get(here)
    # Two articles can have one address. That is an error, but a check renders its pages anyway.
    while parent and parent.address not in (here, *above):
        above[parent.address] = parent
        parent = index.parents.get(parent.address)
    listed = index.chapters[next(iter(above))] if above else ()
    at = next((i for i, each in enumerate(listed) if each.address == here), len(listed))
    return ArticleRelations(
        article,
        index.topic_names.get(here, ()),
        index.related.get(here, ()),
        tuple(above.values()),
        listed[at - 1] if 0 < at < len(listed) else None,
        listed[at + 1] if at + 1 < len(listed) else None,
        index.chapters.get(here, ()),
        {claim.address: index.rivals.get(claim.address, ()) for claim in article.claims},
    )
