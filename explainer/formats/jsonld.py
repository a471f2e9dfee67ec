"""schema.org in JSON-LD: what a page is, and where it stands in the site."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from explainer.model.article import Article

_TYPES = {
    "news": "NewsArticle",
    "analysis": "AnalysisNewsArticle",
    "opinion": "OpinionNewsArticle",
    "paper": "ScholarlyArticle",
}
# `</script>` and `<!--` would end or bend a script element; `&` and `>` would bend XHTML.
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def script(*items: dict[str, Any]) -> Markup:
    """Text of a `<script type="application/ld+json">` that says these things. Safe in HTML."""
    data: Any = items[0] if len(items) == 1 else items
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPES))  # noqa: S704 - nothing is left that HTML would read


def article(
    article: Article, *, url: str, site: str, site_url: str, image: str | None
) -> dict[str, Any]:
    """An article. `url` and `site_url` are the addresses of the page and of the site."""
    front = article.front
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(front.genre, "Article"),
        "mainEntityOfPage": url,
        "headline": front.title,
        "inLanguage": article.language,
        "publisher": organization(site, site_url),
    }
    if front.subtitle:
        data["alternativeHeadline"] = front.subtitle
    if article.authors:
        data["author"] = [{"@type": "Person", "name": name} for name in article.authors]
    if front.date:
        data["datePublished"] = front.date
    if changed := front.updated or front.date:
        data["dateModified"] = changed
    if article.words:
        data["wordCount"] = article.words
    if front.topics:
        data["keywords"] = list(front.topics)
    if image:
        data["image"] = image
    if front.original:
        data["isBasedOn"] = _original(article)
    return data


def breadcrumbs(key_path: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Where a page stands: names and addresses, from the home page down."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": url}
            for place, (name, url) in enumerate(key_path, 1)
        ],
    }


def organization(name: str, url: str) -> dict[str, Any]:
    """Who publishes the site."""
    return {"@type": "Organization", "name": name, "url": url}


def _original(article: Article) -> dict[str, Any]:
    original = article.front.original
    assert original is not None
    data: dict[str, Any] = {"@type": "CreativeWork"}
    if original.title:
        data["name"] = original.title
    if original.authors:
        data["author"] = [{"@type": "Person", "name": name} for name in original.authors]
    if original.publisher:
        data["publisher"] = {"@type": "Organization", "name": original.publisher}
    if original.date:
        data["datePublished"] = original.date
    if original.url:
        data["url"] = original.url
    return data
