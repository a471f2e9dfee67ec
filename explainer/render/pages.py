"""Render the pages of a site. Each page is a function of the context and of what the page shows.

Every template gets `site` (`context.SiteView`), `page` (`page_view.PageView`), `words` (`Words` in
the page's language), and more that depends on the template:

| template | also gets | its page |
|---|---|---|
| `article.html` | `view`: `ArticleView` | an article |
| `claim.html` | `entry`: `LedgerEntry` | a claim |
| `home.html` | `view`: `ArticleView` or None; `teasers`: `Teaser`s; `older`: `lists.YearGroup`s; \
`pages`: `Article`s; `claims`: the newest `ClaimRef`s; `count`, `all_claims`: the numbers of \
articles and claims | `/` |
| `claims.html` | `claims`: `ClaimRef`s; `tally`: `TallyPart`s; `groups`: `lists.ClaimGroup`s; \
`filters`: `lists.Filter`s | `/claims/` |
| `sources.html` | `sources`: `IndexedSource`s; `groups`: `lists.SourceGroup`s; \
`filters`: `lists.Filter`s; `primary`, `not_archived`: the numbers of these | `/sources/` |
| `people.html` | `people`: `PersonEntry`s | `/people/` |
| `person.html` | `person`: `PersonEntry` | `/people/ID/` |
| `topics.html` | `topics`: `TopicEntry`s | `/topics/` |
| `topic.html` | `topic`: `model.site.Topic`; `tally`: `TallyPart`s; `teasers`: `Teaser`s | \
`/topics/SLUG/` |
| `search.html` | `genres`: ids; `ratings`: `Rating`s that claims have | `/search/` |
| `404.html` | – | `/404.html` |
| `redirect.html` | `target`: an address | a former address of an article |

An article that names another template (`template` in its front matter) is rendered with that one,
which gets the same. `badge.html`, rendered once for each rating and language, gets only `rating`
and `words`.
The dataclasses named here are in `views.py`, `lists.py`, and the model. Templates get nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

from explainer.language.words import words_of
from explainer.model.article import Article, ClaimView
from explainer.model.site import ClaimRef, IndexedPerson, IndexedSource, SiteIndex, Topic
from explainer.render import lists, views
from explainer.render.article_facts import claim_texts, description, texts
from explainer.render.context import RenderContext
from explainer.render.files import RenderedFile
from explainer.render.linked_data import article_script, claim_script
from explainer.render.page_view import (
    NOTHING,
    PageView,
    Preview,
    foreign_images,
    needed_styles,
    page_view,
    render_page,
    search_attributes,
)
from explainer.render.previews import image_url
from explainer.render.views import (
    ArticleRelations,
    article_view,
    has_extras,
    ledger_entry,
    teasers,
)


def article_page(
    context: RenderContext, relations: ArticleRelations, preview: Preview | None
) -> RenderedFile:
    """Render an article's page."""
    article = relations.article
    front = article.front
    image = image_url(context, article.image) or (preview.url if preview else None)
    page = page_view(context, "article", article.address, front.title, description(article))
    facts = [
        ("kind", "article"),
        ("genre", front.genre),
        *(("topic", name) for name, _ in relations.topics),
    ]
    page = replace(
        of_article(page, relations),
        preview=preview,
        is_article=True,
        data=article_script(context, relations, image),
        indexed=NOTHING if front.noindex or not context.site.search else search_attributes(facts),
    )
    return render_page(page, view=article_view(relations))


def of_article(page: PageView, relations: ArticleRelations) -> PageView:
    """Return a page with an article's language and template, and what the article's text needs."""
    article = relations.article
    templates = page._context.theme.template_names if article.front.template else ()
    return replace(
        page,
        language=article.language,
        hidden=article.front.noindex,
        _template=article.front.template if article.front.template in templates else "",
        styles=needed_styles(
            article.language,
            texts(article),
            chapters=bool(relations.chapters or relations.above),
            extras=has_extras(relations),
        ),
        above=tuple(a.address for a in relations.above),
        has_annotations=bool(article.annotations),
        _images=foreign_images(texts(article), article.image),
    )


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
    page = replace(
        page_view(context, "claim", claim.address, claim.claim, f"{rating}: {claim.claim}"),
        language=article.language,
        hidden=hidden,
        preview=preview,
        styles=needed_styles(article.language, claim_texts(claim), extras=bool(entry.leaning)),
        _images=foreign_images(claim_texts(claim)),
        data=claim_script(context, relations, claim),
        indexed=NOTHING if hidden or not context.site.search else search_attributes(facts),
    )
    return render_page(page, entry=entry)


def claims_page(
    context: RenderContext, claims: Sequence[ClaimRef], topics: lists.TopicNames
) -> RenderedFile:
    """Render the page of all claims, by rating."""
    items = lists.claim_items(claims, topics)
    tally = views.tally(ref.claim for ref in claims)
    ratings = [part.rating for part in tally]
    return render_page(
        _section(context, "claims"),
        claims=claims,
        tally=tally,
        groups=lists.by_rating(items, ratings),
        filters=lists.claim_filters(items, ratings, topics, context.words),
    )


def sources_page(context: RenderContext, sources: Sequence[IndexedSource]) -> RenderedFile:
    """Render the page of all sources, by publisher."""
    items = lists.source_items(sources)
    return render_page(
        _section(context, "sources"),
        sources=sources,
        groups=lists.by_publisher(items),
        filters=lists.source_filters(items, context.words),
        primary=sum(each.source.primary for each in sources),
        not_archived=sum(item.archive == "missing" for item in items),
    )


def people_page(context: RenderContext, people: Sequence[IndexedPerson]) -> RenderedFile:
    """Render the page of all people who are quoted."""
    people_views = tuple(map(views.person_entry, people))
    return render_page(_section(context, "people"), people=people_views)


def topics_page(context: RenderContext, topics: Sequence[Topic]) -> RenderedFile:
    """Render the page of all topics."""
    entries = tuple(views.TopicEntry(topic, views.topic_tally(topic)) for topic in topics)
    return render_page(_section(context, "topics"), topics=entries)


def person_page(context: RenderContext, person: IndexedPerson) -> RenderedFile:
    """Render the page of a person's claims."""
    name, role = person.person.name, person.person.role
    about = unescape(context.words.person_about(name=f"{name}, {role}" if role else name))
    page = page_view(context, "person", f"/people/{person.id}/", name, about)
    page = replace(page, _images=foreign_images(answer.html for _, _, answer in person.answers))
    if context.site.search:
        page = replace(page, indexed=search_attributes([("kind", "person")]))
    return render_page(page, person=views.person_entry(person))


def topic_page(context: RenderContext, topic: Topic) -> RenderedFile:
    """Render the page of a topic's articles."""
    about = unescape(context.words.topic_about(name=topic.name))
    page = page_view(context, "topic", f"/topics/{topic.slug}/", topic.name, about)
    tally, teasers = views.topic_tally(topic), views.teasers(topic.articles)
    return render_page(page, topic=topic, tally=tally, teasers=teasers)


def _section(context: RenderContext, name: str) -> PageView:
    words = context.words
    about = str(getattr(words, f"{name}_about"))
    return page_view(context, name, f"/{name}/", words.section(name), about)


NOT_FOUND = "/404.html"
SEARCH = "/search/"

_TEASERS = 20
"""The number of articles that the home page shows with a summary. Older ones get only a title."""
_LATEST = 5
"""The number of newest claims on the home page."""


def home_page(
    context: RenderContext,
    index: SiteIndex,
    home: ArticleRelations | None,
    preview: Preview | None,
) -> RenderedFile:
    """Render the home page. `home` is the article that is its text, if there is one."""

    def is_listed(article: Article) -> bool:
        # A chapter without a date, as in a manual, is not news: only its parent page lists it.
        return bool(article.front.date) or article.address not in index.parents

    site = context.site
    front = home.article.front if home else None
    name = front.title if front else site.title
    about = (front.summary if front else "") or site.description
    page = page_view(context, "home", "/", name, about)
    if home:
        page = of_article(page, home)
    articles = [a for a in index.articles if a.address != "/" and is_listed(a)]
    shown = [a for a in articles if not a.is_plain]
    return render_page(
        replace(page, preview=preview),
        view=article_view(home) if home else None,
        teasers=teasers(shown[:_TEASERS]),
        older=lists.by_year(shown[_TEASERS:]),
        pages=[a for a in articles if a.is_plain],
        count=len(shown),
        claims=lists.newest(ref for ref in index.claims if is_listed(ref.article))[:_LATEST],
        all_claims=len(index.claims),
    )


def not_found_page(context: RenderContext) -> RenderedFile:
    """Render the page for addresses that do not exist."""
    page = page_view(context, "404", NOT_FOUND, str(context.words.not_found), "")
    # This page is shown at any depth, so its links start from the server's root.
    url = context.site.url
    root = (urlsplit(url).path.rstrip("/") if url else "") + "/"
    return render_page(replace(page, hidden=True, root=root))


def redirect_page(context: RenderContext, old: str, new: str) -> RenderedFile:
    """Render the page at `old`, a former address of the page at `new`."""
    page = page_view(context, "redirect", old, str(context.words.moved), "")
    return render_page(replace(page, hidden=True, _target=new), target=new)


def search_page(context: RenderContext, articles: Iterable[Article]) -> RenderedFile:
    """Render the search page. Readers can filter by the genres and ratings that articles have."""
    page = page_view(context, "search", SEARCH, str(context.words.search), "")
    used = {claim.rating.id for article in articles for claim in article.claims}
    return render_page(
        replace(page, hidden=True),
        genres=sorted(
            {a.front.genre for a in articles if a.address != "/" and not a.front.noindex}
        ),
        ratings=tuple(rating for rating in context.site.scale if rating.id in used),
    )
