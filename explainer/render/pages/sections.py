"""The pages of the site's sections: claims, sources, people, topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import unescape

from explainer.model.site import ClaimRef, IndexedPerson, IndexedSource, Topic
from explainer.render import lists, views
from explainer.render.context import RenderContext
from explainer.render.files import RenderedFile
from explainer.render.page_view import PageView, page_view, render_page, search_attributes
from explainer.render.relations import TopicNames


def claims_page(
    context: RenderContext, claims: Sequence[ClaimRef], topics: TopicNames
) -> RenderedFile:
    """All claims, by rating."""
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
    """All sources, by publisher."""
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
    """Everybody who says something."""
    people_views = tuple(map(views.person_entry, people))
    return render_page(_section(context, "people"), people=people_views)


def topics_page(context: RenderContext, topics: Sequence[Topic]) -> RenderedFile:
    """All topics."""
    entries = tuple(views.TopicEntry(topic, views.topic_tally(topic)) for topic in topics)
    return render_page(_section(context, "topics"), topics=entries)


def person_page(context: RenderContext, person: IndexedPerson) -> RenderedFile:
    """Somebody's claims."""
    name, role = person.person.name, person.person.role
    about = unescape(context.words.person_about(name=f"{name}, {role}" if role else name))
    page = page_view(context, "person", f"/people/{person.id}/", name, about)
    if context.site.search:
        page = replace(page, indexed=search_attributes([("kind", "person")]))
    return render_page(page, person=views.person_entry(person))


def topic_page(context: RenderContext, topic: Topic) -> RenderedFile:
    """The articles of a topic."""
    about = unescape(context.words.topic_about(name=topic.name))
    page = page_view(context, "topic", f"/topics/{topic.slug}/", topic.name, about)
    tally, teasers = views.topic_tally(topic), views.teasers(topic.articles)
    return render_page(page, topic=topic, tally=tally, teasers=teasers)


def _section(context: RenderContext, name: str) -> PageView:
    words = context.words
    about = str(getattr(words, f"{name}_about"))
    return page_view(context, name, f"/{name}/", words.section(name), about)
