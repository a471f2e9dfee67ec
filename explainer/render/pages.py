"""Render the pages of a site. Each page is a function of the context and of what the page shows.

Every template gets `site` (`context.SiteView`), `page` (`page_view.PageView`), `words` (`Words` in
the page's language), and more that depends on the template:

| template | also gets | its page |
|---|---|---|
| `article.html` | `view`: `ArticleView` | an article |
| `claim.html` | `entry`: `LedgerEntry` | a claim |
| `home.html` | `view`: `ArticleView` or None; `sheet` of `ArticleRow`s; of these, `teasers`: \
those with a summary, `older`: `lists.YearGroup`s, `pages`: those that are plain; `claims`: the \
newest `ClaimRow`s; `count`, `all_claims`: the numbers of articles and claims | `/` |
| `archive.html` | `sheet`, `older`, `pages` | `/page/N/` |
| `claims.html` | `sheet` of `ClaimRow`s; `groups`: `lists.Group`s; `filters`: `lists.Filter`s; \
`tally`: `Counted`s; `starts`: the address of each rating's first claim | `/claims/` |
| `sources.html` | `sheet` of `SourceRow`s; `groups`: `lists.Group`s; `filters`: `lists.Filter`s; \
`primary`, `not_archived`: the numbers of these | `/sources/` |
| `source.html` | `sheet` of `UseRow`s; `source`: `SourceRow`; `back`: the address of its list | \
`/sources/ID/`, if many articles use it |
| `people.html` | `sheet` of `PersonRow`s | `/people/` |
| `person.html` | `sheet`; `person`: `IndexedPerson`; `tally`: `Counted`s; `groups`: \
`lists.Group`s of `ClaimRow`s; `answers` | `/people/ID/` |
| `topics.html` | `sheet` of `TopicRow`s | `/topics/` |
| `topic.html` | `sheet` of `ArticleRow`s; `topic`: `model.site.Topic`; `tally`: `Counted`s; \
`teasers`; `older` | `/topics/SLUG/` |
| `search.html` | `genres`: ids; `ratings`: `Rating`s that claims have | `/search/` |
| `404.html` | – | `/404.html` |
| `redirect.html` | `target`: an address | a former address of an article |

An article that names another template (`template` in its front matter) is rendered with that one,
which gets the same. `badge.html`, rendered once for each rating and language, gets only `rating`
and `words`.
A `sheet` (`sheets.Sheet`) is one page of a list, which has at most 200 entries; further sheets have
addresses such as `/claims/page/2/`. What sums up a list, such as `tally`, is empty or 0 on these.
The dataclasses named here are in `views.py`, `rows.py`, `lists.py`, and the model. Templates get
nothing else. The pages of lists are in `list_pages.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from explainer.language.words import words_of
from explainer.model.article import Article, ClaimView
from explainer.model.ratings import Rating
from explainer.render.article_facts import claim_texts, description, texts
from explainer.render.content_policy import foreign_images
from explainer.render.context import RenderContext
from explainer.render.files import RenderedFile
from explainer.render.linked_data import article_script, claim_script
from explainer.render.page_view import (
    NOTHING,
    Preview,
    needed_styles,
    page_view,
    render_page,
    search_attributes,
)
from explainer.render.previews import image_url
from explainer.render.views import ArticleRelations, article_view, has_extras, ledger_entry


def article_page(
    context: RenderContext, relations: ArticleRelations, preview: Preview | None
) -> RenderedFile:
    """Render an article's page."""
    article = relations.article
    front = article.front
    image = image_url(context, article.image) or (preview.url if preview else None)
    facts = [
        ("kind", "article"),
        ("genre", front.genre),
        *(("topic", name) for name, _ in relations.topics),
    ]
    page = page_view(
        context,
        "article",
        article.address,
        front.title,
        description(article),
        **of_article(context, relations),
        preview=preview,
        is_article=True,
        data=article_script(context, relations, image),
        indexed=NOTHING if front.noindex or not context.site.search else search_attributes(facts),
    )
    return render_page(page, view=article_view(relations))


def of_article(context: RenderContext, relations: ArticleRelations) -> dict[str, Any]:
    """Return fields of the page of an article: its language, and what the article's text needs."""
    article = relations.article
    shown = tuple(texts(article))
    templates = context.theme.template_names if article.front.template else ()
    return {
        "language": article.language,
        "hidden": article.front.noindex,
        "_template": article.front.template if article.front.template in templates else "",
        "styles": needed_styles(
            article.language,
            shown,
            chapters=bool(relations.chapters or relations.above),
            extras=has_extras(relations),
        ),
        "above": tuple(a.address for a in relations.above),
        "has_annotations": bool(article.annotations),
        "_images": foreign_images(shown, article.image),
    }


def claim_page(
    context: RenderContext, relations: ArticleRelations, claim: ClaimView, preview: Preview | None
) -> RenderedFile:
    """Render the page of one of an article's claims."""
    article = relations.article
    entry = ledger_entry(relations, claim)
    hidden = article.front.noindex
    rating = words_of(article.language).rating(claim.rating)
    facts = [
        ("kind", "claim"),
        ("rating", claim.rating.id),
        *([("speaker", claim.by.person.name)] if claim.by else ()),
        *(("topic", name) for name, _ in relations.topics),
    ]
    page = page_view(
        context,
        "claim",
        claim.address,
        claim.claim,
        f"{rating}: {claim.claim}",
        language=article.language,
        hidden=hidden,
        preview=preview,
        styles=needed_styles(article.language, claim_texts(claim), extras=bool(entry.leaning)),
        _images=foreign_images(claim_texts(claim)),
        data=claim_script(context, relations, claim),
        indexed=NOTHING if hidden or not context.site.search else search_attributes(facts),
    )
    return render_page(page, entry=entry)


NOT_FOUND = "/404.html"
SEARCH = "/search/"


def not_found_page(context: RenderContext) -> RenderedFile:
    """Render the page for addresses that do not exist."""
    # This page is shown at any depth, so its links start from the server's root.
    url = context.site.url
    root = (urlsplit(url).path.rstrip("/") if url else "") + "/"
    page = page_view(context, "404", NOT_FOUND, str(context.words.not_found), "")
    return render_page(replace(page, hidden=True, root=root))


def redirect_page(context: RenderContext, old: str, new: str) -> RenderedFile:
    """Render the page at `old`, a former address of the page at `new`."""
    page = page_view(context, "redirect", old, str(context.words.moved), "")
    return render_page(replace(page, hidden=True, _target=new), target=new)


def facets(
    context: RenderContext, articles: Iterable[Article]
) -> tuple[Sequence[str], Sequence[Rating]]:
    """Return the genres and the ratings that articles have, for `search_page`."""
    used = {claim.rating.id for article in articles for claim in article.claims}
    genres = {a.front.genre for a in articles if a.address != "/" and not a.front.noindex}
    return sorted(genres), tuple(rating for rating in context.site.scale if rating.id in used)


def search_page(
    context: RenderContext, genres: Sequence[str], ratings: Sequence[Rating]
) -> RenderedFile:
    """Render the search page. Readers can filter by these genres and ratings."""
    page = page_view(context, "search", SEARCH, str(context.words.search), "")
    return render_page(replace(page, hidden=True), genres=genres, ratings=ratings)
