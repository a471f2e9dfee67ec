"""Advice about claims and their sources: evidence, dates, and what search engines ask for."""

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
from explainer.model.problems import Code, Problem
from explainer.model.ratings import Rating
from explainer.model.scalars import Id
from explainer.model.settings import Settings

# --- evidence ------------------------------------------------------------------------------------


def weak_evidence(seen: Inspection, *_: object) -> Iterator[Problem]:
    """Ask about claims that are rated on a scale of truth, on little evidence.

    At most one question a claim: `no-source`; `one-source` (sources that only repeat others count
    as those others); `one-side`, if no rival claim speaks for the other side.
    """
    assert seen.file
    scale, claims = seen.context.scale, seen.file.claims
    names = Names.of(seen.file, seen.context)
    rivals = {rival.rpartition("#")[2] for claim in claims for rival in claim.disputes}
    for i, claim in enumerate(claims):
        rating = scale.get(claim.rating)
        if rating is None or rating.value is None:
            continue
        if question := _question(claim, rating, names, has_rival=claim.id in rivals):
            location = seen.places.key(("claims", i, "evidence" if claim.evidence else "rating"))
            yield Problem(location, *question, severity="info", annotation=claim.id)


def _question(
    claim: Claim, rating: Rating, names: Names, *, has_rival: bool
) -> tuple[Code, str, str] | None:
    supports = _origins(claim.evidence, "supports", names)
    disputes = _origins(claim.evidence, "disputes", names)
    independent = supports | disputes
    rated = f"`{claim.id}` is rated “{rating.label}”"
    if not independent:
        hint = "name its `evidence`, or say in `review` how readers can check it themselves"
        return "no-source", f"{rated} without a source", hint
    if len(independent) == 1:
        (name,) = independent
        others = {e.source for e in claim.evidence if e.stance != "context"} - {name}
        message = f"{rated} on one independent source, `{name}`"
        if others:
            repeat = "repeats" if len(others) == 1 else "repeat"
            message += f": {listed(sorted(others))} only {repeat} it"
        return "one-source", message, "is there a second that does not rest on the first?"
    if (supports and disputes) or claim.disputes or has_rival:
        return None
    count, does = (len(supports), "support") if supports else (len(disputes), "dispute")
    all_of_them = "both" if count == 2 else f"all {count}"
    middle = _middle(names.ratings)
    if (rating.value or 0) > middle if disputes else (rating.value or 0) < middle:
        message = f"{rated}, but {all_of_them} of its sources {does} it"
        return "one-side", message, "is a `stance` the wrong way round, or the rating?"
    message = f"{rated}, and {all_of_them} of its sources {does} it"
    return "one-side", message, "who says otherwise? If nobody does, `review` can say so"


def _origins(given: Iterable[Evidence], stance: str, names: Names) -> frozenset[str]:
    return names.origins(
        e.source for e in given if e.stance == stance and e.source in names.sources
    )


def _middle(ratings: Mapping[str, Rating]) -> float:
    values = [rating.value for rating in ratings.values() if rating.value is not None]
    return (min(values) + max(values)) / 2


# --- dates ---------------------------------------------------------------------------------------


def undated(seen: Inspection, *_: object) -> Iterator[Problem]:
    """Ask for the dates of an annotation file's sources that have none: `source-without-date`."""
    assert seen.file
    yield from undated_sources(seen.file.sources, seen.places)


def undated_sources(sources: Mapping[Id, Source], places: Located) -> Iterator[Problem]:
    """Ask for the dates of a file's sources that have none. `places` is what it holds."""
    without = [name for name, source in sources.items() if source.date is None]
    yield from together(
        [Subject(name, places.key(("sources", name))) for name in without],
        "source-without-date",
        "the source {names} has no date",
        "{n} sources have no date: {names}",
        "readers ask how old a source is; a year alone will do: `date: 2024`",
    )


def unchecked(seen: Inspection, _: Settings, today: str) -> Iterator[Problem]:
    """Ask about claims that were not checked for a year, or do not say when.

    Problems: `checked-long-ago`, `never-checked`. Many are one question.
    """
    assert seen.file
    before = _year_before(today)
    old: list[Subject] = []
    never: list[Subject] = []
    for i, claim in enumerate(seen.file.claims):
        rating = seen.context.scale.get(claim.rating)
        if rating is None or not (rating.checked or claim.checked):
            continue
        key = "checked" if claim.checked else "rating"
        item = Subject(claim.id, seen.places.location(("claims", i, key)), claim.id)
        if claim.checked is None:
            never.append(item)
        elif claim.checked < before[: len(claim.checked)]:
            old.append(item)
    yield from together(
        old,
        "checked-long-ago",
        "{names} was last checked more than a year ago",
        "{n} claims were last checked more than a year ago: {names}",
        f"does the rating still hold? Then write `checked: {today}`",
    )
    yield from together(
        never,
        "never-checked",
        "nobody says when {names} was checked",
        "nobody says when {n} claims were checked: {names}",
        f"write it, such as `checked: {today}`: readers see it, and search engines",
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
    *("itemReviewed.author.name", "itemReviewed.datePublished", "itemReviewed.appearance.url"),
)
_KEYS = {
    "itemReviewed.author.name": ("by", "who made the claim"),
    "itemReviewed.datePublished": ("date", "when it was made"),
    "datePublished": ("checked", "when it was checked"),
}
"""By a property: the key from which it comes, and what that says."""


def lacking(review: Mapping[str, Any], properties: Iterable[str]) -> tuple[str, ...]:
    """Give those of the properties that a ClaimReview does not have.

    Google requires `REQUIRED`, with an absolute `url`, and recommends `RECOMMENDED`, as does its
    Rating's numbers for ratings that have one:
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


def lacking_properties(seen: Inspection, settings: Settings, *_: object) -> Iterator[Problem]:
    """Report what Google misses in the ClaimReviews of an article's claims: `claim-review`.

    One problem a claim; none if the site has no address.
    """
    made, url = seen.article, settings.url
    if not url:
        return
    data: Any = seen.places.data or {}
    key_paths: dict[object, KeyPath] = {
        entry.get("id"): ("claims", i) for i, entry in enumerate(data.get("claims") or [])
    }
    for claim in made.claims:
        if not claim.rating.checked:
            continue
        review = claim_review.render(
            made,
            claim,
            tuple(seen.context.scale.values()),
            url=url.rstrip("/") + claim.address,
            article_url=url.rstrip("/") + made.address,
            site=settings.title,
            site_url=url,
        )
        wanted = [_KEYS[name] for name in lacking(review, RECOMMENDED) if name in _KEYS]
        if required := lacking(review, REQUIRED):
            message = f"the ClaimReview of `{claim.id}` lacks {listed(required)}"
            hint = "Google requires it"
        elif wanted:
            keys = listed([key for key, _ in wanted])
            message = f"`{claim.id}` does not say {' and '.join(what for _, what in wanted)}"
            hint = f"Google recommends it for a ClaimReview: add {keys}"
        else:
            continue
        location = seen.places.location((*key_paths.get(claim.id, ()), "id"))
        yield Problem(location, "claim-review", message, hint, "info", claim.id)
