"""schema.org data in JSON-LD: articles, and the position of pages in the site."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from explainer.model.article import Article
from explainer.model.front_matter import Original
from explainer.support.markup import marked

_TYPES = {
    "news": "NewsArticle",
    "analysis": "AnalysisNewsArticle",
    "opinion": "OpinionNewsArticle",
    "paper": "ScholarlyArticle",
}
# `</script>` and `<!--` would end or break a script element; `&` and `>` would break XHTML.
_ESCAPES = {c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def script(*items: dict[str, Any]) -> Markup:
    """Return the items as text for a `<script type="application/ld+json">`, safe in HTML."""
    data: Any = items[0] if len(items) == 1 else items
    text = _encode(data)
    for character, escaped in _ESCAPES.items():
        text = text.replace(character, escaped)
    return marked(text)


def article(
    article: Article, *, url: str, site: str, site_url: str, image: str | None
) -> dict[str, Any]:
    """Return the data of an article. `url` and `site_url` are the URLs of its page and the site."""
    front = article.front
    fixed = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(front.genre, "Article"),
        "mainEntityOfPage": url,
        "headline": front.title,
        "publisher": organization(site, site_url),
    }
    return fixed | present(
        {
            "author": _persons(article.authors),
            "datePublished": front.date,
            "dateModified": front.updated,
            "image": image,
            "isBasedOn": front.original and _original(front.original),
        }
    )


def present(properties: dict[str, Any]) -> dict[str, Any]:
    """Return only the properties that have a value."""
    return {name: value for name, value in properties.items() if value}


def breadcrumbs(path: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return a page's position in the site: names and URLs, starting with the home page."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": url}
            for place, (name, url) in enumerate(path, 1)
        ],
    }


def organization(name: str, url: str) -> dict[str, Any]:
    """Return the data of the site's publisher."""
    return {"@type": "Organization", "name": name, "url": url}


def _persons(names: Sequence[str]) -> list[dict[str, Any]]:
    return [{"@type": "Person", "name": name} for name in names]


def _original(original: Original) -> dict[str, Any]:
    publisher = original.publisher
    return present(
        {
            "@type": "CreativeWork",
            "name": original.title,
            "author": _persons(original.authors),
            "publisher": publisher and {"@type": "Organization", "name": publisher},
            "datePublished": original.date,
            "url": original.url,
        }
    )
