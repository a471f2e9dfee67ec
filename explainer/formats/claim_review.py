"""schema.org ClaimReview, with the properties that Google requires and recommends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from explainer.formats.jsonld import organization, present
from explainer.model.annotations import Appearance
from explainer.model.article import Article, ClaimView, Speaker
from explainer.model.ratings import Rating
from explainer.model.scalars import PartialDate


def render(
    article: Article,
    claim: ClaimView,
    scale: Sequence[Rating],
    *,
    url: str,
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
        "itemReviewed": _claim(article, claim, site_url),
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


def is_own(appearance: Appearance, site_url: str) -> bool:
    """Return whether an appearance is a page of the site itself, which only repeats claims."""
    return any(_is_of_site(url, site_url) for url in (appearance.url, appearance.archived) if url)


def _is_of_site(url: str, site_url: str) -> bool:
    """Whether an address is one of the site's, with any scheme, or that of an archived copy."""
    own = re.escape(site_url.rstrip("/").partition("://")[2].removeprefix("www."))
    found = re.search(rf"(?:^|/)https?://(?:www\.)?{own}(?:[/?#]|$)", url, re.IGNORECASE)
    return found is not None


def _claim(article: Article, claim: ClaimView, site_url: str) -> dict[str, Any]:
    appearances = [a for a in claim.appearances if not is_own(a, site_url)]
    works = [_work(appearance) for appearance in appearances]
    first, others = works[:1], works[1:]
    original = article.front.original
    url = original and original.url
    if url and not _is_of_site(url, site_url) and all(work.get("url") != url for work in works):
        # The claim is in this text, but maybe it was made elsewhere before.
        others.append({"@type": "CreativeWork", "url": url})
    return present(
        {
            "@type": "Claim",
            "author": claim.by and _author(claim.by),
            "datePublished": claim.date or next((a.date for a in appearances[:1]), None),
            "locationCreated": claim.place and {"@type": "Place", "name": claim.place},
            "firstAppearance": first and first[0],
            "appearance": others[0] if len(others) == 1 else others,
        }
    )


def _work(appearance: Appearance) -> dict[str, Any]:
    publisher, time = appearance.publisher, appearance.time
    work: dict[str, Any] = {"@type": "CreativeWork" if time is None else "Clip"}
    work |= present(
        {
            "url": appearance.url,
            "archivedAt": appearance.archived,
            "datePublished": appearance.date,
            "publisher": publisher and {"@type": "Organization", "name": publisher},
        }
    )
    return work if time is None else {**work, "startOffset": time.seconds}


def _author(by: Speaker) -> dict[str, Any]:
    """Return who made the claim. A plain name does not say whether it is a person's."""
    person = by.person
    wikidata = person.wikidata and f"https://www.wikidata.org/entity/{person.wikidata}"
    same = [url for url in (person.url, wikidata) if url]
    author = {} if by.is_name else {"@type": person.kind.capitalize()}
    author |= {"name": person.name}
    return author | present({"sameAs": same[0] if len(same) == 1 else same})


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value
