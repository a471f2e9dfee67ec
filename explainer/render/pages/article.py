"""The pages of one article, and of its claims."""

from __future__ import annotations

from dataclasses import replace

from explainer.language.words import words_of
from explainer.model.article import Article, ClaimView
from explainer.render.article_facts import claim_texts, description, texts
from explainer.render.context import RenderContext
from explainer.render.csp import foreign_images
from explainer.render.files import RenderedFile
from explainer.render.linked_data import article_script, claim_script
from explainer.render.page_view import (
    NOTHING,
    PageView,
    Preview,
    needed_styles,
    page_view,
    render_page,
    search_attributes,
)
from explainer.render.previews import image_url
from explainer.render.relations import ArticleRelations
from explainer.render.views import article_view, ledger_entry


def article_page(
    context: RenderContext,
    article: Article,
    relations: ArticleRelations,
    preview: Preview | None,
) -> RenderedFile:
    """An article's page."""
    front = article.front
    image = image_url(context, article.image) or (preview.url if preview else None)
    page = page_view(context, "article", article.address, front.title, description(article))
    facts = [
        ("kind", "article"),
        ("genre", front.genre),
        *(("topic", name) for name, _ in relations.topics),
    ]
    page = replace(
        of_article(page, article, relations),
        preview=preview,
        is_article=True,
        data=article_script(context, article, relations, image),
        indexed=NOTHING if front.noindex or not context.site.search else search_attributes(facts),
    )
    return render_page(page, view=article_view(article, relations))


def of_article(page: PageView, article: Article, relations: ArticleRelations) -> PageView:
    """A page in an article's language, and with all that the article's text needs."""
    return replace(
        page,
        language=article.language,
        hidden=article.front.noindex,
        styles=needed_styles(
            article.language,
            texts(article),
            chapters=bool(relations.chapters or relations.above),
        ),
        above=tuple(a.address for a in relations.above),
        has_annotations=bool(article.annotations),
        _images=foreign_images(article),
    )


def claim_page(
    context: RenderContext,
    article: Article,
    claim: ClaimView,
    relations: ArticleRelations,
    preview: Preview | None,
) -> RenderedFile:
    """The page of one of an article's claims."""
    entry = ledger_entry(article, claim, relations.rivals[claim.address])
    hidden = article.front.noindex
    rating = words_of(article.language).rating(claim.rating)
    facts = [
        ("kind", "claim"),
        ("rating", claim.rating.id),
        *([("speaker", claim.by.person.name)] if claim.by else ()),
        *(("topic", name) for name, _ in relations.topics),
    ]
    page = replace(
        page_view(context, "claim", claim.address, claim.claim, f"{rating}: {claim.claim}"),
        language=article.language,
        hidden=hidden,
        preview=preview,
        styles=needed_styles(article.language, claim_texts(claim)),
        data=claim_script(context, article, claim, relations),
        indexed=NOTHING if hidden or not context.site.search else search_attributes(facts),
    )
    return render_page(page, entry=entry)
