"""What a feed reader shows of an article or a claim: HTML of the simplest kind.

Feed readers keep headings, paragraphs, lists and links, and drop styles and scripts; so ratings
are words here. An article is announced by its ratings, not by its text, which would give the claims
without what was found about them. One that has no annotations loses nothing, and comes whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from markupsafe import Markup, escape

from explainer.language.words import Words
from explainer.model.article import Article, ClaimView, Html
from explainer.model.ratings import Rating

Link = Callable[[str], str]
"""An address of the site to one for the feed: absolute where the site's own is known."""
Moved = Callable[[Markup], Markup]
"""The article's HTML to HTML of which the links are right in the feed."""

_EMPTY = Markup()


def article(
    article: Article,
    summary: str,
    tally: Iterable[tuple[Rating, int]],
    words: Words,
    *,
    link: Link,
    moved: Moved,
) -> Markup:
    """Say what an article is about and how its claims are rated; or give it whole.

    `tally`: how many of its claims have which rating.
    """
    disclaimer = moved(article.disclaimer)
    if not article.annotations:
        text = _EMPTY.join(part.html for part in article.body if isinstance(part, Html))
        return disclaimer + moved(text)
    parts = [_paragraph(summary), disclaimer] if summary else [disclaimer]
    claims = article.claims
    if claims:
        counts = words.list_comma.join([words.counted(rating, n) for rating, n in tally])
        checked = words.claims_checked(n=len(claims))
        parts.append(Markup("<p><strong>{}:</strong> {}.</p>\n").format(checked, counts))
        item = Markup('<li><strong>{}:</strong> <a href="{}">{}</a></li>\n')
        parts.append(
            _list(item.format(words.rating(c.rating), link(c.address), c.claim) for c in claims)
        )
    if questions := [q for q in article.questions if q.status == "open"]:
        heading = words.feed_questions(n=len(questions))
        parts.append(Markup("<p><strong>{}:</strong></p>\n").format(heading))
        item = Markup('<li><a href="{}#question-{}">{}</a></li>\n')
        page = link(article.address)
        parts.append(_list(item.format(page, q.id, q.question) for q in questions))
    parts.append(_onward(link(article.address), words.feed_article))
    return _EMPTY.join(parts)


def claim(article: Article, claim: ClaimView, words: Words, *, link: Link, moved: Moved) -> Markup:
    """Say how a claim is rated, who made it and when, and why it is rated so."""
    parts = [
        Markup("<p><strong>{}.</strong> {}</p>\n").format(
            words.rating(claim.rating), words.meaning(claim.rating)
        ),
        Markup("<blockquote><p>{}</p></blockquote>\n").format(claim.claim),
    ]
    said = []
    if claim.by:
        by = claim.by.person
        name = Markup('<a href="{}">{}</a>').format(link(f"/people/{claim.by.id}/"), by.name)
        said.append(words.claimed_by(name=name))
        if by.role:
            said.append(escape(by.role))
    if claim.date:
        said.append(escape(words.date(claim.date)))
    if said:
        parts.append(Markup("<p>{}.</p>\n").format(Markup(", ").join(said)))
    parts.append(moved(claim.review))
    origin = Markup('<a href="{}">{}</a>').format(link(article.address), article.front.title)
    if claim.checked:
        origin += Markup(". {}").format(words.checked(date=words.date(claim.checked)))
    parts.append(Markup("<p>{}.</p>\n").format(origin))
    parts.append(_onward(link(claim.address), words.feed_claim))
    return _EMPTY.join(parts)


def _list(items: Iterable[Markup]) -> Markup:
    return Markup("<ul>\n{}</ul>\n").format(_EMPTY.join(items))


def _paragraph(text: object) -> Markup:
    return Markup("<p>{}</p>\n").format(text)


def _onward(url: str, text: object) -> Markup:
    return Markup('<p><a href="{}">{}</a></p>\n').format(url, text)
