"""The pages that a site has once: home, search, 404, and one at each older address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from explainer.model.article import Article
from explainer.model.ratings import Rating
from explainer.model.site import ClaimRef
from explainer.render import lists
from explainer.render.context import RenderContext
from explainer.render.files import RenderedFile
from explainer.render.page_view import Preview, page_view, render_page
from explainer.render.pages.article import of_article
from explainer.render.relations import ArticleRelations
from explainer.render.views import article_view, teasers

NOT_FOUND = "/404.html"
SEARCH = "/search/"

_TEASERS = 20
"""How many articles the home page shows with their summaries; the others by title."""
_LATEST = 5
"""How many of the newest claims the home page shows."""


def home_page(
    context: RenderContext,
    home: tuple[Article, ArticleRelations] | None,
    articles: Sequence[Article],
    claims: Sequence[ClaimRef],
    all_claims: int,
    preview: Preview | None,
) -> RenderedFile:
    """The home page.

    `home`: the article that is its own text. `articles`: those to be listed, in order. `claims`:
    those of them and of `home`; `all_claims`: how many the site has.
    """
    site = context.site
    front = home[0].front if home else None
    name = front.title if front else site.title
    about = (front.summary if front else "") or site.description
    page = page_view(context, "home", "/", name, about)
    if home:
        page = of_article(page, *home)
    shown = [a for a in articles if not a.is_plain]
    return render_page(
        replace(page, preview=preview),
        view=article_view(*home) if home else None,
        teasers=teasers(shown[:_TEASERS]),
        older=lists.by_year(shown[_TEASERS:]),
        pages=[a for a in articles if a.is_plain],
        count=len(shown),
        claims=lists.newest(claims)[:_LATEST],
        all_claims=all_claims,
    )


def not_found_page(context: RenderContext) -> RenderedFile:
    """The page for addresses that have none."""
    page = page_view(context, "404", NOT_FOUND, str(context.words.not_found), "")
    # Nobody knows at which depth this page is shown: its links begin at the server's root.
    url = context.site.url
    root = (urlsplit(url).path.rstrip("/") if url else "") + "/"
    return render_page(replace(page, hidden=True, root=root))


def redirect_page(context: RenderContext, old: str, new: str) -> RenderedFile:
    """The page at an older address `old` of the page at `new`."""
    page = page_view(context, "redirect", old, str(context.words.moved), "")
    return render_page(replace(page, hidden=True, _target=new), target=new)


def search_page(
    context: RenderContext, genres: Iterable[str], ratings: Iterable[Rating]
) -> RenderedFile:
    """The search page. `genres` and `ratings`: those that articles and claims have."""
    page = page_view(context, "search", SEARCH, str(context.words.search), "")
    return render_page(replace(page, hidden=True), genres=sorted(genres), ratings=tuple(ratings))
