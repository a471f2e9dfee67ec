"""Advice about claims and their sources: evidence, dates, and what search engines require."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from explainer.article.context import Inspection
from explainer.article.merge import Names
from explainer.check.advice.wording import Subject, listed, together
from explainer.formats import claim_review
from explainer.model.annotations import Claim, Evidence, Source
from explainer.model.location import KeyPath, Located
from explainer.model.problems import Code, Problem, short
from explainer.model.ratings import Rating
from explainer.model.scalars import Id
from explainer.model.settings import Settings

# --- evidence ------------------------------------------------------------------------------------


def weak_evidence(inspection: Inspection, *_: object) -> Iterator[Problem]:
    """Ask about claims that are rated for their truth on little evidence.

    There is at most one question for each claim: `no-source`, `one-source` (sources that only
    repeat others count as those others), or `one-side` (and no rival claim for the other side).
    """
    assert inspection.file
    scale, claims = inspection.context.scale, inspection.file.claims
    names = Names.of(inspection.file, inspection.library, inspection.context)
    rivals = {rival.rpartition("#")[2] for claim in claims for rival in claim.disputes}
    for i, claim in enumerate(claims):
        rating = scale.get(claim.rating)
        if rating is None or rating.value is None:
            continue
        if question := _question(claim, rating, names, has_rival=claim.id in rivals):
            location = inspection.places.key(
                ("claims", i, "evidence" if claim.evidence else "rating")
            )
            yield Problem(location, *question, severity="info", annotation=claim.id)


def _question(
    claim: Claim, rating: Rating, names: Names, *, has_rival: bool
) -> tuple[Code, str, str] | None:
    supports = _origins(claim.evidence, "supports", names)
    disputes = _origins(claim.evidence, "disputes", names)
    independent = supports | disputes
    rated = f"`{claim.id}` is rated “{rating.label}”"
    if not independent:
        hint = "add `evidence`, or explain in `review` how readers can check it themselves"
        return "no-source", f"{rated} without a source", hint
    if len(independent) == 1:
        (name,) = independent
        others = {e.source for e in claim.evidence if e.stance != "context"} - {name}
        message = f"{rated} based on one independent source, `{name}`"
        if others:
            repeat = "repeats" if len(others) == 1 else "repeat"
            message += f": {listed(sorted(others))} only {repeat} it"
        return "one-source", message, "is there another source that does not rely on it?"
    if (supports and disputes) or claim.disputes or has_rival:
        return None
    count, does = (len(supports), "support") if supports else (len(disputes), "dispute")
    all_of_them = "both" if count == 2 else f"all {count}"
    middle = _middle(names.ratings)
    if (rating.value or 0) > middle if disputes else (rating.value or 0) < middle:
        message = f"{rated}, but {all_of_them} of its sources {does} it"
        return "one-side", message, "is a `stance` wrong, or the rating?"
    message = f"{rated}, and {all_of_them} of its sources {does} it"
    return "one-side", message, "does anybody disagree? If not, say so in `review`"


def _origins(given: Iterable[Evidence], stance: str, names: Names) -> frozenset[str]:
    return names.origins(
        e.source for e in given if e.stance == stance and e.source in names.sources
    )


def _middle(ratings: Mapping[str, Rating]) -> float:
    values = [rating.value for rating in ratings.values() if rating.value is not None]
    return (min(values) + max(values)) / 2


# --- dates ---------------------------------------------------------------------------------------


def undated(inspection: Inspection, *_: object) -> Iterator[Problem]:
    """Ask for missing dates of the sources in an annotation file: `source-without-date`."""
    assert inspection.file
    yield from undated_sources(inspection.file.sources, inspection.places)


def undated_sources(sources: Mapping[Id, Source], places: Located) -> Iterator[Problem]:
    """Ask for missing dates of a file's sources. `places` is its data with positions."""
    without = [name for name, source in sources.items() if source.date is None]
    yield from together(
        [Subject(name, places.key(("sources", name))) for name in without],
        "source-without-date",
        "the source {names} has no date",
        "{n} sources have no date: {names}",
        "add one: readers want to know how old a source is; a year is enough: `date: 2024`",
    )


def unchecked(inspection: Inspection, _: Settings, today: str) -> Iterator[Problem]:
    """Ask about claims that were checked more than a year ago, or have no `checked` date.

    Problems: `checked-long-ago`, `never-checked`. If there are many, they are one problem.
    """
    assert inspection.file
    before = _year_before(today)
    old: list[Subject] = []
    never: list[Subject] = []
    for i, claim in enumerate(inspection.file.claims):
        rating = inspection.context.scale.get(claim.rating)
        if rating is None or not (rating.checked or claim.checked):
            continue
        key = "checked" if claim.checked else "rating"
        item = Subject(claim.id, inspection.places.location(("claims", i, key)), claim.id)
        if claim.checked is None:
            never.append(item)
        elif claim.checked < before[: len(claim.checked)]:
            old.append(item)
    yield from together(
        old,
        "checked-long-ago",
        "{names} was last checked more than a year ago",
        "{n} claims were last checked more than a year ago: {names}",
        f"check again; if the rating still holds, write `checked: {today}`",
    )
    yield from together(
        never,
        "never-checked",
        "{names} does not say when it was checked",
        "{n} claims do not say when they were checked: {names}",
        f"add the date, such as `checked: {today}`; readers and search engines see it",
    )


def _year_before(today: str) -> str:
    day = datetime.date.fromisoformat(today)
    if (day.month, day.day) == (2, 29):
        day -= datetime.timedelta(days=1)
    return day.replace(year=day.year - 1).isoformat()


# --- ClaimReview ---------------------------------------------------------------------------------

REQUIRED = ("claimReviewed", "reviewRating.alternateName", "url")
RECOMMENDED = (
    *("author.name", "author.url", "datePublished"),
    *("itemReviewed.author.name", "itemReviewed.author.@type", "itemReviewed.datePublished"),
    "itemReviewed.firstAppearance",
)
_KEYS = {
    "itemReviewed.author.name": ("`by`", "who made the claim"),
    "itemReviewed.author.@type": ("an entry of `people` for {by}", "whether {by} is a person"),
    "itemReviewed.datePublished": ("`date`", "when it was made"),
    "itemReviewed.firstAppearance": ("`appearances`", "where it was made first"),
    "datePublished": ("`checked`", "when it was checked"),
}
"""By a property: the key that sets it, and what the key specifies."""


def lacking(review: Mapping[str, Any], properties: Iterable[str]) -> tuple[str, ...]:
    """Return those of the properties that a ClaimReview lacks.

    Google requires `REQUIRED`, with an absolute `url`. It recommends `RECOMMENDED` and, for ratings
    that have a number, the numbers of Rating:
    https://developers.google.com/search/docs/appearance/structured-data/factcheck
    """
    return tuple(name for name in properties if not _has(review, name))


def _has(review: Mapping[str, Any], name: str) -> bool:
    value: Any = review
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if name == "url" and value and not str(value).startswith(("https://", "http://")):
        return False
    return bool(value)


def _joined(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def lacking_properties(inspection: Inspection, settings: Settings, *_: object) -> Iterator[Problem]:
    """Report properties that Google expects in an article's ClaimReviews: `claim-review`.

    There is at most one problem for each claim, and none if the site has no address.
    """
    article, url = inspection.article, settings.url
    if not url:
        return
    data: Any = inspection.places.data or {}
    key_paths: dict[object, KeyPath] = {
        entry.get("id"): ("claims", i) for i, entry in enumerate(data.get("claims") or [])
    }
    for claim in article.claims:
        if not claim.rating.checked:
            continue
        review = claim_review.render(
            article,
            claim,
            tuple(inspection.context.scale.values()),
            url=url.rstrip("/") + claim.address,
            site=settings.title,
            site_url=url,
        )
        missing = [_KEYS[name] for name in lacking(review, RECOMMENDED) if name in _KEYS]
        own = [a for a in claim.appearances if claim_review.is_own(a, url)]
        if not claim.by:  # then its type is missing too
            missing.remove(_KEYS["itemReviewed.author.@type"])
        if required := lacking(review, REQUIRED):
            message = f"the ClaimReview of `{claim.id}` lacks {listed(required)}"
            hint = "Google requires it"
        elif own:
            page = own[0].url or own[0].archived
            message = f"an appearance of `{claim.id}` is a page of this site: `{page}`"
            hint = "name the page where the claim was made; the ClaimReview leaves out your own"
        elif missing:
            by = f"`{short(claim.by.person.name)}`" if claim.by else ""
            keys = _joined(key.format(by=by) for key, _ in missing)
            what = _joined(what.format(by=by) for _, what in missing)
            message = f"`{claim.id}` does not say {what}"
            hint = f"add {keys}: Google recommends it for a ClaimReview"
        else:
            continue
        location = inspection.places.location((*key_paths.get(claim.id, ()), "id"))
        yield Problem(location, "claim-review", message, hint, "info", claim.id)
