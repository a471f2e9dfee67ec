"""Facts about an article that pages, lists, and feeds show besides its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from explainer.model.article import Article, ClaimView, Html, NoteView, QuestionView
from explainer.model.scalars import PartialDate

_WORDS_PER_MINUTE = 220
_LONGEST_DESCRIPTION = 160
_OPENING = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_UNREAD = re.compile(r"<sup\b.*?</sup>|<[^>]*>", re.DOTALL)


def minutes(article: Article) -> int:
    """Return the minutes it takes to read an article: at least 1."""
    return max(1, round(article.words / _WORDS_PER_MINUTE))


def last_changed(article: Article) -> PartialDate | None:
    """Return the latest of the author's dates of publication, update, and correction."""
    dates = [article.front.date, article.front.updated, *(date for date, _ in article.corrections)]
    return max((date for date in dates if date), default=None)


def description(article: Article) -> str:
    """Return a line for previews: the author's summary or subtitle, or the start of the text."""
    if own := article.front.summary or article.front.subtitle:
        return own
    html, length = list[str](), 0
    for part in article.body:
        if isinstance(part, Html):
            html.append(part.html)
            length += len(part.html)
        if length > 2000:
            break
    opening = _OPENING.search("".join(html))
    text = " ".join(unescape(_UNREAD.sub("", opening[1])).split()) if opening else ""
    return shortened(text, _LONGEST_DESCRIPTION)


def shortened(text: str, most: int) -> str:
    """Shorten a text to at most `most` characters: the words that fit, then an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def texts(article: Article) -> Iterator[str]:
    """Yield all HTML on an article's page that comes from the author's Markdown."""
    yield article.heading
    yield from (part.html for part in article.body if isinstance(part, Html))
    yield article.disclaimer
    yield from article.findings
    yield article.unchecked or ""
    yield from (text for _, text in article.corrections)
    for annotation in article.annotations:
        if isinstance(annotation, ClaimView):
            yield from claim_texts(annotation)
        elif isinstance(annotation, QuestionView):
            yield from (annotation.answer, annotation.settle)
            yield from (answer.html for answer in annotation.answers)
        elif isinstance(annotation, NoteView):
            yield annotation.html


def claim_texts(claim: ClaimView) -> Iterator[str]:
    """Yield all HTML on a claim's page that comes from the author's Markdown."""
    yield claim.review
    if claim.reply:
        yield claim.reply.html
    yield from (earlier.review for earlier in claim.history)
    yield from (citation.note for citation in claim.citations)
