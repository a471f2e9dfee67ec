"""schema.org ClaimReview, with the properties that Google requires and recommends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explainer.formats.jsonld import organization, present
from explainer.model.annotations import Person
from explainer.model.article import Article, ClaimView
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate


def render(
    article: Article,
    claim: ClaimView,
    scale: Sequence[Rating],
    *,
    url: str,
    article_url: str,
    site: str,
    site_url: str,
) -> dict[str, Any]:
    """Return the review of one claim, for the claim's own page at `url`."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": url,
        "claimReviewed": claim.claim,
        "inLanguage": article.language,
        "author": organization(site, site_url),
        "reviewRating": rating(claim.rating, scale),
        "itemReviewed": _claim(article, claim, article_url),
    }
    return data | present({"datePublished": reviewed(article, claim)})


def reviewed(article: Article, claim: ClaimView) -> PartialDate | None:
    """Return when the claim got its current rating; None if no date is given."""
    return claim.checked or article.front.updated or article.front.date


def rating(given: Rating, scale: Sequence[Rating]) -> dict[str, Any]:
    """Return a rating: its label and, if it has a value, the value with the ends of the scale."""
    data: dict[str, Any] = {"@type": "Rating", "alternateName": given.label}
    if given.value is not None:
        values = [step.value for step in scale if step.value is not None] or [given.value]
        data["ratingValue"] = _number(given.value)
        data["bestRating"] = _number(max(values))
        data["worstRating"] = _number(min(values))
    return data | present({"ratingExplanation": given.meaning})


def _claim(article: Article, claim: ClaimView, article_url: str) -> dict[str, Any]:
    original = article.front.original
    first = original.url if original else None
    page = {"@type": "CreativeWork", "url": article_url, "name": article.front.title}
    return present(
        {
            "@type": "Claim",
            "author": claim.by and _author(claim.by.person),
            "datePublished": claim.date,
            "firstAppearance": first and {"@type": "CreativeWork", "url": first},
            "appearance": page,
        }
    )


def _author(person: Person) -> dict[str, Any]:
    wikidata = person.wikidata and f"https://www.wikidata.org/entity/{person.wikidata}"
    same = [url for url in (person.url, wikidata) if url]
    author = {"@type": person.kind.capitalize(), "name": person.name}
    return author | present({"sameAs": same[0] if len(same) == 1 else same})


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value
