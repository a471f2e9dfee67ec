"""Advice about what search engines ask of ClaimReviews."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from explainer.check.advice.wording import listed
from explainer.check.site import CheckContext, CheckedArticle, CheckedSite
from explainer.formats import claim_review
from explainer.model.location import KeyPath, Location
from explainer.model.problems import Problem

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


def without_address(site: CheckedSite) -> Iterator[Problem]:
    """Report a site with claims that has no address, which Google requires: `claim-review`."""
    has_claims = any(article.claims for article in site.published)
    if site.settings.url is None and has_claims and not site.has_address:
        yield Problem(
            Location(site.settings_places.lines.path, 1),
            "claim-review",
            "the site has no `url`, and without one Google reads no ClaimReview of its claims",
            'url = "https://…": where the site will be published',
            severity="info",
        )


def lacking_properties(article: CheckedArticle, context: CheckContext) -> Iterator[Problem]:
    """Report what Google misses in the ClaimReviews of an article's claims: `claim-review`.

    One problem a claim; none if the site has no address.
    """
    made, url = article.article, context.settings.url
    if not url:
        return
    data: Any = article.places.data or {}
    key_paths: dict[object, KeyPath] = {
        entry.get("id"): ("claims", i) for i, entry in enumerate(data.get("claims") or [])
    }
    for claim in made.claims:
        if not claim.rating.checked:
            continue
        review = claim_review.render(
            made,
            claim,
            tuple(context.scale.values()),
            url=url.rstrip("/") + claim.address,
            article_url=url.rstrip("/") + made.address,
            site=context.settings.title,
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
        location = article.places.location((*key_paths.get(claim.id, ()), "id"))
        yield Problem(location, "claim-review", message, hint, "info", claim.id)
