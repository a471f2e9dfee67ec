"""Render the pages of lists: the home page, sections, people, and topics. See `pages.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from html import unescape
from typing import Any

from explainer.model.article import Article
from explainer.model.site import ClaimRef
from explainer.render import lists, row_files
from explainer.render.content_policy import foreign_images
from explainer.render.context import RenderContext
from explainer.render.files import RenderedFile
from explainer.render.page_view import (
    PageView,
    Preview,
    page_view,
    render_page,
    search_attributes,
)
from explainer.render.pages import of_article
from explainer.render.rows import (
    ArticleRow,
    ClaimRow,
    PersonRow,
    TopicNames,
    TopicRow,
    article_row,
    claim_row,
    source_row,
    use_rows,
)
from explainer.render.site_lists import (
    Answered,
    ClaimPart,
    HomePart,
    Part,
    PersonPart,
    SourcePart,
    TopicPart,
    UsesPart,
)
from explainer.render.views import article_view
from explainer.site import sheets
from explainer.site.sheets import ARTICLES, CLAIMS, PEOPLE, TOPICS, Listing, Sheet

_TEASERS = 20
"""The number of articles that the home page shows with a summary. Older ones get only a title."""


def list_page(context: RenderContext, listing: Listing, part: Part) -> RenderedFile:
    """Render a sheet of a list."""
    match part:
        case ClaimPart():
            return claims_page(context, part)
        case SourcePart():
            return sources_page(context, part)
        case UsesPart():
            return source_page(context, part)
        case PersonPart():
            return person_page(context, part)
        case TopicPart():
            return topic_page(context, part)
    return _PLAIN[listing.base](context, part)


def row_file(context: RenderContext, part: ClaimPart | SourcePart) -> row_files.RowFile:
    """Return a file of the rows of the list of claims or sources."""
    words, length = context.words, part.sheet.length
    if isinstance(part, SourcePart):
        sources = tuple(map(source_row, part.sheet.items))
        shown = str(words.sources_shown(shown="{shown}", n=length)) if length else ""
        return row_files.row_file(sources, lists.source_filters(sources, words), shown)
    claims = tuple(claim_row(ref, part.topics) for ref in part.sheet.items)
    shown = str(words.claims_shown(shown="{shown}", n=length)) if length else ""
    return row_files.row_file(claims, _claim_filters(context, claims, part.topics), shown)


def _claim_filters(
    context: RenderContext, rows: Iterable[ClaimRow], topics: TopicNames
) -> tuple[lists.Filter, ...]:
    names = {slug: name for own in topics.values() for name, slug in own}
    return lists.claim_filters(rows, context.site.scale, names, context.words)


def claims_page(context: RenderContext, part: ClaimPart) -> RenderedFile:
    """Render a sheet of the list of all claims, by rating."""
    sheet = part.sheet.map(lambda ref: claim_row(ref, part.topics))
    page = _section(context, "claims", sheet)
    starts, start = {}, 0
    for rating, number in part.tally:
        address = sheets.address_of(CLAIMS, sheets.number_of(start))
        starts[rating] = f"{address}#rated-{rating}"
        start += number
    return render_page(
        page,
        sheet=sheet,
        tally=page.counted(part.tally),
        starts=starts,
        groups=lists.groups(sheet, "rating"),
        filters=_claim_filters(context, sheet.items, part.topics),
    )


def sources_page(context: RenderContext, part: SourcePart) -> RenderedFile:
    """Render a sheet of the list of all sources, by publisher."""
    sheet = part.sheet.map(source_row)
    return render_page(
        _section(context, "sources", sheet),
        sheet=sheet,
        groups=lists.groups(sheet, "publisher"),
        filters=lists.source_filters(sheet.items, context.words),
        primary=part.primary,
        not_archived=part.not_archived,
    )


def people_page(context: RenderContext, sheet: Sheet[PersonRow]) -> RenderedFile:
    """Render a sheet of the list of all people who are quoted."""
    return render_page(_section(context, "people", sheet), sheet=sheet)


def topics_page(context: RenderContext, sheet: Sheet[TopicRow]) -> RenderedFile:
    """Render a sheet of the list of all topics."""
    return render_page(_section(context, "topics", sheet), sheet=sheet)


def source_page(context: RenderContext, part: UsesPart) -> RenderedFile:
    """Render a sheet of the uses of a source that many articles use."""
    sheet, row = part.sheet, source_row(part.source)
    uses = use_rows(part.source)[: len(sheet.items)]
    shown = Sheet(sheet.base, sheet.number, sheet.count, uses, sheet.length, None)
    page = _listed(context, "source", shown, row.source.title, "")
    return render_page(page, sheet=shown, source=row, back=part.back)


def person_page(context: RenderContext, part: PersonPart) -> RenderedFile:
    """Render a sheet of a person's claims, by rating, and answers."""
    person, sheet = part.person, part.sheet.map(lambda each: _person_row(each, part.topics))
    name, role = person.person.name, person.person.role
    about = unescape(context.words.person_about(name=f"{name}, {role}" if role else name))
    answers = [each for each in sheet.items if not isinstance(each, ClaimRow)]
    claims = tuple(each for each in sheet.items if isinstance(each, ClaimRow))
    before = sheet.before if isinstance(sheet.before, ClaimRow) else None
    shown = Sheet(sheet.base, sheet.number, sheet.count, claims, sheet.length, before)
    page = _listed(context, "person", sheet, name, about)
    page = replace(page, _images=foreign_images(answer.html for _, _, answer in answers))
    if context.site.search and sheet.number == 1:
        page = replace(page, indexed=search_attributes([("kind", "person")]))
    return render_page(
        page,
        sheet=sheet,
        person=person,
        tally=page.counted(part.tally),
        groups=lists.groups(shown, "rating"),
        answers=answers,
    )


def _person_row(each: ClaimRef | Answered, topics: TopicNames) -> ClaimRow | Answered:
    return claim_row(each, topics) if isinstance(each, ClaimRef) else each


def topic_page(context: RenderContext, part: TopicPart) -> RenderedFile:
    """Render a sheet of a topic's articles."""
    topic, sheet = part.topic, part.sheet.map(article_row)
    about = unescape(context.words.topic_about(name=topic.name))
    first = _TEASERS if sheet.number == 1 else 0
    page = _listed(context, "topic", sheet, topic.name, about)
    return render_page(
        page,
        sheet=sheet,
        topic=topic,
        tally=page.counted(part.tally),
        teasers=sheet.items[:first],
        older=lists.by_year(sheet.items[first:]),
    )


def _section(context: RenderContext, name: str, sheet: Sheet[Any]) -> PageView:
    words = context.words
    about = str(getattr(words, f"{name}_about"))
    return _listed(context, name, sheet, words.section(name).unescape(), about)


def _listed(
    context: RenderContext, kind: str, sheet: Sheet[Any], name: str, about: str
) -> PageView:
    """Return the page of a sheet. Its title says which one it is, if there are several."""
    if sheet.number > 1:
        name = context.words.name_page(name=name, page=sheet.number, pages=sheet.count).unescape()
    return page_view(context, kind, sheet.address, name, about)


def home_page(
    context: RenderContext, part: HomePart, preview: Preview | None = None
) -> RenderedFile:
    """Render the home page."""
    site, home = context.site, part.home and part.home.whole
    front = home.article.front if home else None
    name = front.title if front else site.title
    about = (front.summary if front else "") or site.description
    of_home = of_article(context, home) if home else {}
    page = page_view(context, "home", "/", name, about, **of_home, preview=preview)
    return render_page(
        page,
        view=article_view(home) if home else None,
        count=part.count,
        claims=[claim_row(ref, {}) for ref in part.claims],
        all_claims=part.all_claims,
        **_archive(part.sheet.map(article_row)),
    )


def archive_page(context: RenderContext, articles: Sheet[Article]) -> RenderedFile:
    """Render a sheet of the articles that the home page has no space for."""
    sheet = articles.map(article_row)
    page = _listed(context, "archive", sheet, context.site.title, "")
    return render_page(page, **_archive(sheet))


def _archive(sheet: Sheet[ArticleRow]) -> dict[str, object]:
    """Return what templates get of a sheet of all articles."""
    shown = [article for article in sheet.items if not article.is_plain]
    first = _TEASERS if sheet.number == 1 else 0
    return {
        "sheet": sheet,
        "teasers": shown[:first],
        "older": lists.by_year(shown[first:]),
        "pages": [article for article in sheet.items if article.is_plain],
    }


_PLAIN: Mapping[str, Callable[[RenderContext, Sheet[Any]], RenderedFile]] = {
    PEOPLE: people_page,
    TOPICS: topics_page,
    ARTICLES: archive_page,
}
"""The functions that render lists of which sheets need nothing else, by the list's address."""
