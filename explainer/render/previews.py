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
from explainer.render.cards import HEIGHT, WIDTH, Card, CardTallyPart
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
    if not context.cards.can_draw(card):
        return own, None
    return Preview(addresses.absolute(url, address + cards.FILE), WIDTH, HEIGHT, card.words), card


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
        CardTallyPart(p.rating.tone, p.count, unescape(words.counted(p.rating, p.count)))
        for p in parts
    )
