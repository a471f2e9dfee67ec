"""Collect the entries of a site's Atom feeds and sitemap.

Without `site.url`, feeds have relative links, and ids made from the site's title. There is no
sitemap then, because the protocol requires absolute URLs. With more pages than a sitemap can have,
`sitemap.xml` is an index of several.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from html import unescape
from typing import TypeAlias

from markupsafe import Markup

from explainer.formats import atom, claim_review, entries, sitemap
from explainer.language.words import words_of
from explainer.model.article import Article, ClaimView
from explainer.model.scalars import PartialDate
from explainer.model.site import ClaimRef
from explainer.render import lists, views
from explainer.render.article_facts import description, last_changed
from explainer.render.context import RenderContext
from explainer.render.moved_links import relocated
from explainer.site import sheets

FEED = "/feed.xml"
CLAIMS_FEED = "/claims/feed.xml"

MappedPage: TypeAlias = tuple[str, Sequence[Article], ClaimView | None]
"""A page of the sitemap: its address, the articles whose dates are its own, and its claim."""


def articles_feed(context: RenderContext, articles: Iterable[Article], most: int) -> bytes:
    """Return the feed of the first `most` articles that have a date and no `noindex`."""
    feed_entries = [_article_entry(context, article.whole) for article in newest(articles, most)]
    return _feed(context, FEED, "/", context.site.title, feed_entries)


def claims_feed(context: RenderContext, claims: Iterable[ClaimRef], most: int) -> bytes:
    """Return the feed of the `most` claims rated last, from articles without `noindex`."""
    site = context.site
    title = f"{site.title}: {unescape(context.words.section('claims'))}"
    refs = newest_claims(claims, most)
    shown = {ref.article.path: ref.article for ref in refs}
    whole = {path: article.whole for path, article in shown.items()}
    made = {c.address: ClaimRef(a, c) for a in whole.values() for c in a.claims}
    feed_entries = [_claim_entry(context, made[ref.claim.address]) for ref in refs]
    return _feed(context, CLAIMS_FEED, "/claims/", title, feed_entries)


def newest(articles: Iterable[Article], most: int) -> list[Article]:
    """Return the articles of their feed."""
    return [a for a in articles if a.front.date and not a.front.noindex][:most]


def newest_claims(claims: Iterable[ClaimRef], most: int) -> list[ClaimRef]:
    """Return the claims of their feed."""
    return [ref for ref in lists.newest(claims) if not ref.article.front.noindex][:most]


def _article_entry(context: RenderContext, article: Article) -> atom.FeedEntry:
    summary = description(article)
    return atom.FeedEntry(
        title=article.front.title,
        link=context.web(article.address, FEED),
        id=context.identity(article.address),
        updated=atom.moment(last_changed(article)),
        published=atom.moment(article.front.date),
        authors=article.authors,
        summary=summary,
        content=entries.article(
            article,
            summary,
            [(part.rating, part.count) for part in views.tally(article.claims)],
            words_of(article.language),
            link=partial(context.web, origin=FEED),
            moved=partial(_moved, context, article, FEED),
        ),
        categories=tuple((topic, "") for topic in article.front.topics),
        language=article.language,
    )


def _claim_entry(context: RenderContext, ref: ClaimRef) -> atom.FeedEntry:
    article, claim = ref.article, ref.claim
    words = words_of(article.language)
    label = unescape(words.rating(claim.rating))
    return atom.FeedEntry(
        title=f"{label}: {claim.claim}",
        link=context.web(claim.address, CLAIMS_FEED),
        id=context.identity(claim.address),
        updated=atom.moment(lists.rated(ref)),
        published=atom.moment(article.front.date) if article.front.date else "",
        authors=article.authors,
        content=entries.claim(
            article,
            claim,
            words,
            link=partial(context.web, origin=CLAIMS_FEED),
            moved=partial(_moved, context, article, CLAIMS_FEED),
        ),
        categories=((claim.rating.id, label), *((t, "") for t in article.front.topics)),
        language=article.language,
    )


def _moved(context: RenderContext, article: Article, feed: str, html: Markup) -> Markup:
    return relocated(context, html, article.address, feed)


def _feed(
    context: RenderContext, own: str, page: str, title: str, feed_entries: Sequence[atom.FeedEntry]
) -> bytes:
    site = context.site
    return atom.render(
        atom.Feed(
            id=context.identity(own),
            title=title,
            subtitle=site.description,
            language=site.language,
            link=context.web(page, own),
            own=context.web(own, own),
            icon=context.web(site.icon, own) if site.icon else None,
            authors=site.authors or (site.title,),
            entries=feed_entries,
        )
    )


def mapped_pages(
    articles: Iterable[Article], listings: Iterable[sheets.Listing]
) -> list[MappedPage]:
    """Return the pages of the sitemap: all without `noindex`, and those of lists."""
    shown = [a for a in articles if not a.front.noindex]
    pages: list[MappedPage] = [("/", shown, None)]
    for article in shown:
        if article.address != "/":
            pages.append((article.address, [article], None))
        pages += [(claim.address, [article], claim) for claim in article.claims]
    pages += [
        (address, (), None)
        for listing in listings
        if listing.length
        for address in listing.addresses
        if address != "/"
    ]
    return pages


def sitemap_file(context: RenderContext, pages: Iterable[MappedPage]) -> bytes:
    """Return a sitemap: the URLs of pages, and when they last changed."""
    return sitemap.render((context.web(page[0], "/"), _changed(page)) for page in pages)


def sitemap_index(context: RenderContext, addresses: Iterable[str]) -> bytes:
    """Return the index of the sitemaps at some addresses."""
    return sitemap.render_index(context.web(address, "/") for address in addresses)


def _changed(page: MappedPage) -> PartialDate | None:
    _, articles, claim = page
    if claim:
        return claim_review.reviewed(articles[0], claim)
    return max((date for a in articles if (date := last_changed(a))), default=None)
