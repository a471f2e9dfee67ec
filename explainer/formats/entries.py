"""What a feed reader shows of an article or a claim: HTML of the simplest kind.

Feed readers keep headings, paragraphs, lists and links, and drop styles and scripts; so ratings
are words here. An article is announced by its ratings, not by its text, which would give the claims
without what was found about them. One that has no annotations loses nothing, and comes whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from markupsafe import Markup

from explainer.formats import templates
from explainer.language.words import Words
from explainer.model.article import Article, ClaimView, Html
from explainer.model.ratings import Rating

Link = Callable[[str], str]
"""An address of the site to one for the feed: absolute if the site's own is known."""
Moved = Callable[[Markup], Markup]
"""The article's HTML to HTML whose links hold in the feed."""


def article(
    article: Article,
    summary: str,
    tally: Iterable[tuple[Rating, int]],
    words: Words,
    *,
    link: Link,
    moved: Moved,
) -> str:
    """Say what an article is about and how its claims are rated; or give it whole.

    `tally`: how many of its claims have which rating.
    """
    if not article.annotations:
        text = Markup().join(part.html for part in article.body if isinstance(part, Html))
        return moved(article.disclaimer) + moved(text)
    values = {"article": article, "summary": summary, "tally": tally}
    return templates.render("article.html", **values, words=words, link=link, moved=moved)


def claim(article: Article, claim: ClaimView, words: Words, *, link: Link, moved: Moved) -> str:
    """Say how a claim is rated, who made it and when, and why it is rated so."""
    values = {"article": article, "claim": claim}
    return templates.render("claim.html", **values, words=words, link=link, moved=moved)
