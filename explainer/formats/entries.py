"""The content of feed entries for articles and claims, in simple HTML.

Feed readers keep headings, paragraphs, lists, and links, but drop styles and scripts, so ratings
are written as words. An entry for an annotated article lists its claims and their ratings instead
of the text, which would repeat the claims without their reviews. An article without annotations is
included in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from markupsafe import Markup

from explainer.formats import templates
from explainer.language.words import Words
from explainer.model.article import Article, ClaimView, Html
from explainer.model.ratings import Rating

Link = Callable[[str], str]
"""Convert an address of the site to a URL for the feed, absolute if the site's URL is known."""
Moved = Callable[[Markup], Markup]
"""Convert the article's HTML to HTML whose links work in the feed."""


def article(
    article: Article,
    summary: str,
    tally: Iterable[tuple[Rating, int]],
    words: Words,
    *,
    link: Link,
    moved: Moved,
) -> str:
    """Return an article's summary and the ratings of its claims, or its full text.

    `tally`: pairs of a rating and how many of the claims have it.
    """
    if not article.annotations:
        text = Markup().join(part.html for part in article.body if isinstance(part, Html))
        return moved(article.disclaimer) + moved(text)
    values = {"article": article, "summary": summary, "tally": tally}
    return templates.render("article.html", **values, words=words, link=link, moved=moved)


def claim(article: Article, claim: ClaimView, words: Words, *, link: Link, moved: Moved) -> str:
    """Return a claim's rating, who made the claim and when, and the review."""
    values = {"article": article, "claim": claim}
    return templates.render("claim.html", **values, words=words, link=link, moved=moved)
