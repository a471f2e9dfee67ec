"""schema.org ClaimReview, with what Google requires and recommends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explainer.formats.jsonld import organization
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
    """The review of one claim, for the claim's own page at `url`."""
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
    if published := reviewed(article, claim):
        data["datePublished"] = published
    return data


def reviewed(article: Article, claim: ClaimView) -> PartialDate | None:
    """When the claim was rated as it is now, as far as anybody has said."""
    return claim.checked or article.front.updated or article.front.date


def rating(given: Rating, scale: Sequence[Rating]) -> dict[str, Any]:
    """A rating: its word, and its number with the ends of the scale where it has one."""
    data: dict[str, Any] = {"@type": "Rating", "alternateName": given.label}
    if given.value is not None:
        values = [step.value for step in scale if step.value is not None] or [given.value]
        data["ratingValue"] = _number(given.value)
        data["bestRating"] = _number(max(values))
        data["worstRating"] = _number(min(values))
    if given.meaning:
        data["ratingExplanation"] = given.meaning
    return data


def _claim(article: Article, claim: ClaimView, article_url: str) -> dict[str, Any]:
    data: dict[str, Any] = {"@type": "Claim"}
    if claim.by:
        kind = claim.by.person.type.capitalize()
        author: dict[str, Any] = {"@type": kind, "name": claim.by.person.name}
        same: list[str] = [claim.by.person.url] if claim.by.person.url else []
        if claim.by.person.wikidata:
            same.append(f"https://www.wikidata.org/entity/{claim.by.person.wikidata}")
        if same:
            author["sameAs"] = same[0] if len(same) == 1 else same
        data["author"] = author
    if claim.date:
        data["datePublished"] = claim.date
    original = article.front.original
    if original and original.url:
        data["firstAppearance"] = {"@type": "CreativeWork", "url": original.url}
    data["appearance"] = {"@type": "CreativeWork", "url": article_url, "name": article.front.title}
    return data


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value
