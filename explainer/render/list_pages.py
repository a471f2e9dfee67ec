"""Render the pages of lists: the home page, sections, people, and topics. See `pages.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import unescape
from typing import Any, TypeAlias

from explainer.model.article import AnswerView, Article, QuestionView
from explainer.model.site import IndexedPerson, IndexedSource, Topic
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
    article_row,
    claim_row,
    source_row,
    topic_row,
    use_rows,
)
from explainer.render.site_lists import SiteLists
from explainer.render.views import ArticleRelations, article_view
from explainer.site import sheets
from explainer.site.sheets import ARTICLES, CLAIMS, PEOPLE, SOURCES, TOPICS, Sheet
from explainer.site.sheets import sheet as sheet_of

_Answered: TypeAlias = tuple[Article, QuestionView, AnswerView]

_TEASERS = 20
"""The number of articles that the home page shows with a summary. Older ones get only a title."""
_LATEST = 5
"""The number of newest claims on the home page."""


def list_page(
    context: RenderContext, site_lists: SiteLists, listing: sheets.Listing, number: int
) -> RenderedFile:
    """Render the sheet `number`, from 1, of a list."""
    match listing.about:
        case IndexedSource() as source:
            return source_page(context, source, site_lists, number)
        case IndexedPerson() as person:
            return person_page(context, person, site_lists, number)
        case Topic() as topic:
            return topic_page(context, topic, site_lists, number)
    return _WHOLE[listing.base](context, site_lists, number)


def filters_of(
    context: RenderContext, site_lists: SiteLists, listing: sheets.Listing
) -> tuple[lists.Filter, ...]:
    """Return the filters of the whole list of claims or sources."""
    if listing.base == SOURCES:
        return lists.source_filters(site_lists.sources, context.words)
    return _claim_filters(context, site_lists, site_lists.claims.rows)


def row_file(
    site_lists: SiteLists,
    listing: sheets.Listing,
    filters: Callable[[], Sequence[lists.Filter]],
    number: int,
) -> row_files.RowFile:
    """Return the file `number`, from 1, of the rows of the list of claims or sources."""
    if listing.base == SOURCES:
        return row_files.row_file(site_lists.sources, (), filters(), number)
    claims = site_lists.claims
    return row_files.row_file(claims.rows, claims.orders, filters(), number)


def _claim_filters(
    context: RenderContext, site_lists: SiteLists, rows: Sequence[ClaimRow]
) -> tuple[lists.Filter, ...]:
    topics = {topic.slug: topic.name for topic in site_lists.index.topics}
    ratings = [context.rating(rating) for rating, _ in site_lists.claims.tally]
    return lists.claim_filters(rows, ratings, topics, context.words)


def claims_page(context: RenderContext, site_lists: SiteLists, number: int) -> RenderedFile:
    """Render a sheet of the list of all claims, by rating."""
    claims = site_lists.claims
    sheet = sheet_of(CLAIMS, claims.rows, number)
    page = _section(context, "claims", sheet)
    tally = page.counted(claims.tally)
    starts = {
        rating: sheets.address_of(CLAIMS, sheets.number_of(start)) + f"#rated-{rating}"
        for rating, start in claims.starts.items()
    }
    return render_page(
        page,
        sheet=sheet,
        tally=tally,
        starts=starts,
        groups=lists.groups(sheet, "rating", claims.orders),
        filters=_claim_filters(context, site_lists, sheet.items),
    )


def sources_page(context: RenderContext, site_lists: SiteLists, number: int) -> RenderedFile:
    """Render a sheet of the list of all sources, by publisher."""
    sheet = sheet_of(SOURCES, site_lists.sources, number)
    return render_page(
        _section(context, "sources", sheet),
        sheet=sheet,
        groups=lists.groups(sheet, "publisher"),
        filters=lists.source_filters(sheet.items, context.words),
        primary=site_lists.primary,
        not_archived=site_lists.not_archived,
    )


def people_page(context: RenderContext, site_lists: SiteLists, number: int) -> RenderedFile:
    """Render a sheet of the list of all people who are quoted."""
    sheet = sheet_of(PEOPLE, site_lists.people, number)
    return render_page(_section(context, "people", sheet), sheet=sheet)


def topics_page(context: RenderContext, site_lists: SiteLists, number: int) -> RenderedFile:
    """Render a sheet of the list of all topics."""
    sheet = sheet_of(TOPICS, site_lists.topics, number)
    return render_page(_section(context, "topics", sheet), sheet=sheet)


def source_page(
    context: RenderContext, source: IndexedSource, site_lists: SiteLists, number: int
) -> RenderedFile:
    """Render a sheet of the uses of a source that many articles use."""
    row = source_row(source)
    sheet = sheet_of(row.page, use_rows(source), number)
    page = _listed(context, "source", sheet, row.source.title, "")
    back = site_lists.source_address(source.key)
    return render_page(page, sheet=sheet, source=row, back=back)


def person_page(
    context: RenderContext, person: IndexedPerson, site_lists: SiteLists, number: int
) -> RenderedFile:
    """Render a sheet of a person's claims, by rating, and answers."""
    name, role = person.person.name, person.person.role
    about = unescape(context.words.person_about(name=f"{name}, {role}" if role else name))
    claims = site_lists.claims_of(person)
    every: list[ClaimRow | _Answered] = [*claims.rows, *person.answers]
    sheet = sheet_of(sheets.person_address(person.id), every, number)
    answers = [each for each in sheet.items if not isinstance(each, ClaimRow)]
    before = sheet.before if isinstance(sheet.before, ClaimRow) else None
    shown = tuple(each for each in sheet.items if isinstance(each, ClaimRow))
    part = Sheet(sheet.base, number, sheet.count, shown, sheet.length, before)
    page = _listed(context, "person", sheet, name, about)
    page = replace(page, _images=foreign_images(answer.html for _, _, answer in answers))
    if context.site.search and number == 1:
        page = replace(page, indexed=search_attributes([("kind", "person")]))
    return render_page(
        page,
        sheet=sheet,
        person=person,
        tally=page.counted(claims.tally),
        groups=lists.groups(part, "rating"),
        answers=answers,
    )


def topic_page(
    context: RenderContext, topic: Topic, site_lists: SiteLists, number: int
) -> RenderedFile:
    """Render a sheet of a topic's articles."""
    about = unescape(context.words.topic_about(name=topic.name))
    sheet = sheet_of(sheets.topic_address(topic.slug), topic.articles, number).map(article_row)
    articles = sheet.items
    first = _TEASERS if number == 1 else 0
    page = _listed(context, "topic", sheet, topic.name, about)
    return render_page(
        page,
        sheet=sheet,
        topic=topic,
        tally=page.counted(topic_row(topic).tally),
        teasers=articles[:first],
        older=lists.by_year(articles[first:]),
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
    context: RenderContext,
    site_lists: SiteLists,
    home: ArticleRelations | None,
    preview: Preview | None,
) -> RenderedFile:
    """Render the home page. `home` is the article that is its text, if there is one."""
    site, home = context.site, home and home.whole
    front = home.article.front if home else None
    name = front.title if front else site.title
    about = (front.summary if front else "") or site.description
    of_home = of_article(context, home) if home else {}
    page = page_view(context, "home", "/", name, about, **of_home, preview=preview)
    index, articles = site_lists.index, site_lists.articles
    claims = lists.newest(ref for ref in index.claims if sheets.is_listed(index, ref.article))
    return render_page(
        page,
        view=article_view(home) if home else None,
        count=sum(not article.is_plain for article in articles),
        claims=[claim_row(ref, {}) for ref in claims[:_LATEST]],
        all_claims=len(index.claims),
        **_archive(sheet_of(ARTICLES, articles)),
    )


def archive_page(context: RenderContext, site_lists: SiteLists, number: int) -> RenderedFile:
    """Render a sheet of the articles that the home page has no space for."""
    sheet = sheet_of(ARTICLES, site_lists.articles, number)
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


_WHOLE: Mapping[str, Callable[[RenderContext, SiteLists, int], RenderedFile]] = {
    CLAIMS: claims_page,
    SOURCES: sources_page,
    PEOPLE: people_page,
    TOPICS: topics_page,
    ARTICLES: archive_page,
}
"""The functions that render the lists of everything, by the list's address."""
