"""Choose the picture that other sites show with a link to a page: the author's, or a card.

The author's picture takes precedence, unless it is an SVG file, which previews do not support.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import unescape
from urllib.parse import urlsplit

from explainer.language.words import Words, words_of
from explainer.model.article import Article, ClaimView
from explainer.model.site import ClaimRef
from explainer.render import cards, views
from explainer.render.cards import Card, CardTallyPart, CardVerdict
from explainer.render.context import RenderContext
from explainer.render.page_view import Preview
from explainer.support import addresses


def choose_preview(
    context: RenderContext, article: Article | None, claims: Sequence[ClaimRef]
) -> tuple[Preview | None, Card | None]:
    """Choose the preview of an article or the home page, and return the card if it is one.

    `article` is the text of the page; the home page may have none. `claims` are all claims on the
    site.
    """
    own = _own_picture(context, article) if article else None
    url = context.site.url
    if (own and not urlsplit(own.url).path.casefold().endswith(".svg")) or not (
        url and context.cards
    ):
        return own, None
    if article and article.address != "/":
        address, card = article.address, article_card(context, article)
    else:
        address, card = "/", site_card(context, article, claims)
    drawn = _preview(context, url, address, card)
    return (drawn, card) if drawn else (own, None)


def choose_claim_preview(
    context: RenderContext, article: Article, claim: ClaimView
) -> tuple[Preview, Card] | None:
    """Return the preview and card of a claim; None if it has those of its article."""
    url = context.site.url
    if not (url and context.cards and context.claim_cards):
        return None
    card = claim_card(context, article, claim)
    preview = _preview(context, url, claim.address, card)
    return (preview, card) if preview else None


def _preview(context: RenderContext, url: str, address: str, card: Card) -> Preview | None:
    """Return the preview that is a card; None if it cannot be drawn."""
    if context.cards is None or not context.cards.can_draw(card):
        return None
    place = addresses.absolute(url, address + cards.FILE)
    return Preview(place, card.width, card.height, card.words)


def claim_card(context: RenderContext, article: Article, claim: ClaimView) -> Card:
    """Return the card of a claim."""
    words = words_of(article.language)
    rating = claim.rating
    return Card(
        site=context.site.title,
        kicker=words.kind("claim"),
        title=claim.claim,
        by=unescape(words.claimed_by(name=claim.by.person.name)) if claim.by else "",
        date=words.date(claim.date) if claim.date else "",
        verdict=CardVerdict(rating.tone, rating.shape, unescape(words.rating(rating))),
    )


def article_card(context: RenderContext, article: Article) -> Card:
    """Return the card of an article."""
    front, words = article.front, words_of(article.language)
    by = ""
    if article.authors and not article.is_plain:
        names = words.all_of(article.authors)
        by = unescape(words.annotated_by(names=names) if front.original else words.by(names=names))
    checked, tally = _tally(article.claims, words)
    return Card(
        site=context.site.title,
        kicker=words.genre(front.genre),
        title=front.title,
        text=front.subtitle,
        by=by,
        date=words.date(front.date) if front.date else "",
        checked=checked,
        tally=tally,
    )


def site_card(context: RenderContext, home: Article | None, claims: Iterable[ClaimRef]) -> Card:
    """Return the card of the home page. `claims` are all claims on the site."""
    site = context.site
    words = words_of(home.language if home else site.language)
    checked, tally = _tally([ref.claim for ref in claims], words)
    return Card(
        site=addresses.host(site.url or ""),
        title=home.front.title if home else site.title,
        text=(home.front.subtitle if home else "") or site.description,
        checked=checked,
        tally=tally,
    )


def image_url(context: RenderContext, image: str | None) -> str | None:
    """Return the URL of a picture on this site or the web; None if it is not known."""
    if image is None or addresses.is_outside(image):
        return image
    return addresses.absolute(context.site.url, image) if context.site.url else None


def _own_picture(context: RenderContext, article: Article) -> Preview | None:
    picture, image = article.picture, article.front.image
    url = image_url(context, article.image)
    if not (picture and image and url):
        return None
    return Preview(url, picture.width, picture.height, image.alt)


def _tally(claims: Iterable[ClaimView], words: Words) -> tuple[str, tuple[CardTallyPart, ...]]:
    """Return the number of checked claims, as text, and how many of them have which rating."""
    parts = [part for part in views.tally(claims) if part.rating.checked]
    count = sum(part.count for part in parts)
    return unescape(words.claims_checked(n=count)) if count else "", tuple(
        CardTallyPart(
            p.rating.tone, p.rating.shape, p.count, unescape(words.counted(p.rating, p.count))
        )
        for p in parts
    )
