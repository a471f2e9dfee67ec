"""Machine-readable data about articles and claims: JSON-LD in pages, and annotations.json."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from explainer.formats import claim_review as claim_reviews
from explainer.formats import jsonld, web_annotation
from explainer.language.words import Words, words_of
from explainer.model.article import Article, ClaimView
from explainer.render.context import RenderContext
from explainer.render.moved_links import relocated
from explainer.render.views import ArticleRelations
from explainer.support import addresses


def article_script(
    context: RenderContext, relations: ArticleRelations, image: str | None
) -> Markup:
    """Return the JSON-LD of an article's page. `image` is the URL of its picture."""
    article = relations.article
    here = article.address
    item = jsonld.article(
        article,
        url=context.web(here, here),
        site=context.site.title,
        site_url=context.web("/", here),
        image=image,
    )
    # An article that is no chapter is simply below the home page.
    path = [jsonld.breadcrumbs(_path(context, relations, here))] if relations.above else []
    return jsonld.script(item, *path)


def claim_script(context: RenderContext, relations: ArticleRelations, claim: ClaimView) -> Markup:
    """Return the JSON-LD of a claim's page."""
    here = claim.address
    path = [*_path(context, relations, here), (claim.claim, context.web(here, here))]
    return jsonld.script(claim_review(context, relations.article, claim), jsonld.breadcrumbs(path))


def claim_review(context: RenderContext, article: Article, claim: ClaimView) -> dict[str, Any]:
    """Return the ClaimReview of a claim, as its page contains it."""
    words = words_of(article.language)
    return claim_reviews.render(
        article,
        _translated(claim, words),
        context.site.scale,
        url=context.web(claim.address, claim.address),
        site=context.site.title,
        site_url=context.web("/", claim.address),
    )


def _translated(claim: ClaimView, words: Words) -> ClaimView:
    """Return a claim with the texts of its rating in a language."""
    rating = words.translated(claim.rating)
    return (
        claim if rating is claim.rating or rating == claim.rating else replace(claim, rating=rating)
    )


def annotations_file(context: RenderContext, article: Article) -> bytes:
    """Return the annotations.json of an article."""
    return web_annotation.dump(annotation_collection(context, article))


def annotation_collection(context: RenderContext, article: Article) -> dict[str, Any]:
    """Return the W3C AnnotationCollection of an article, the content of annotations.json."""
    here, url = article.address, context.site.url
    words = words_of(article.language)
    annotations = tuple(
        _translated(a, words) if isinstance(a, ClaimView) else a for a in article.annotations
    )
    folder = addresses.absolute(url, here) if url else ""
    return web_annotation.collection(
        replace(article, annotations=annotations),
        lambda html: relocated(context, html, here, here),
        file=folder + web_annotation.FILE,
        page=folder or addresses.relative("", "/", context.link_style),
    )


def _path(
    context: RenderContext, relations: ArticleRelations, origin: str
) -> list[tuple[str, str]]:
    """Return the names and URLs from the home page to an article, for the page at `origin`."""
    above = [a for a in reversed(relations.above) if a.address != "/"]
    return [
        (context.site.title, context.web("/", origin)),
        *((a.front.title, context.web(a.address, origin)) for a in (*above, relations.article)),
    ]
