"""Advice about dates that contradict each other, or are in the future."""

from __future__ import annotations

from collections.abc import Iterator

from explainer.article.context import Inspection
from explainer.model.location import KeyPath, Located
from explainer.model.problems import Problem, RelatedLocation
from explainer.model.scalars import PartialDate
from explainer.model.settings import Settings
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True)
class _Dated:
    """Something with a date."""

    what: str
    """What happened then: `the claim was made`."""
    date: PartialDate | None
    places: Located
    at: KeyPath
    annotation: str | None = None


def contradictory_dates(inspection: Inspection, _: Settings, today: str) -> Iterator[Problem]:
    """Ask about things that happened before something that must precede them: `date-order`.

    Also asks about dates in the future, except the article's own. Partial dates are compared by
    what they say: 2024 is neither before nor after 2024-05.
    """
    for before, after in (*_article(inspection), *_claims(inspection)):
        if before.date and after.date and _precedes(after.date, before.date):
            message = f"{after.what} ({after.date}) before {before.what} ({before.date})"
            first = RelatedLocation(before.places.location(before.at), before.what)
            yield _question(after, message, first)
    for one in _all(inspection):
        if one.date and _precedes(today, one.date):
            yield _question(one, f"{one.what} in the future ({one.date})")


def _precedes(one: str, other: str) -> bool:
    return one[: len(other)] < other[: len(one)]


def _question(one: _Dated, message: str, *related: RelatedLocation) -> Problem:
    hint = "is one of the dates wrong?" if related else "is the date wrong?"
    location = one.places.location(one.at)
    return Problem(location, "date-order", message, hint, "info", one.annotation, related)


def _article(inspection: Inspection) -> Iterator[tuple[_Dated, _Dated]]:
    """Yield pairs of what comes first and what comes later in the front matter."""
    front, places = inspection.document.front, inspection.document.places
    published = _Dated("the article was published", front.date, places, ("date",))
    original = front.original and front.original.date
    if original:
        date = _Dated("the original was published", original, places, ("original", "date"))
        yield date, published
    yield published, _Dated("the article was updated", front.updated, places, ("updated",))
    for i, one in enumerate(front.corrections):
        yield (
            published,
            _Dated("the article was corrected", one.date, places, ("corrections", i, "date")),
        )


def _claims(inspection: Inspection) -> Iterator[tuple[_Dated, _Dated]]:
    places = inspection.places
    for i, claim in enumerate(inspection.file.claims if inspection.file else ()):
        at: KeyPath = ("claims", i, "date")
        made = _Dated(f"`{claim.id}` was made", claim.date, places, at, claim.id)
        at = ("claims", i, "checked")
        checked = _Dated(f"`{claim.id}` was checked", claim.checked, places, at, claim.id)
        yield made, checked
        for number, change in enumerate(claim.history):
            at = ("claims", i, "history", number, "date")
            rated = _Dated(f"`{claim.id}` got an earlier rating", change.date, places, at, claim.id)
            yield made, rated
            yield rated, checked


def _all(inspection: Inspection) -> Iterator[_Dated]:
    """Yield everything whose date may be in the future, each once."""
    seen: set[KeyPath] = set()
    for pair in (*_article(inspection), *_claims(inspection)):
        for one in pair:
            key = (one.places.lines.path, *one.at)
            if key not in seen and one.at != ("date",):
                seen.add(key)
                yield one
    if file := inspection.file:
        for i, note in enumerate(file.notes):
            at: KeyPath = ("notes", i, "date")
            yield _Dated("a note was written", note.date, inspection.places, at, note.id)
        for i, question in enumerate(file.questions):
            at = ("questions", i, "checked")
            what = "a question was checked"
            yield _Dated(what, question.checked, inspection.places, at, question.id)
        for name, source in file.sources.items():
            at = ("sources", name, "date")
            yield _Dated(f"the source `{name}` was published", source.date, inspection.places, at)
