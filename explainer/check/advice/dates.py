"""Advice about dates: of sources, and of when a claim was last checked."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from explainer.check.advice.wording import Subject, together
from explainer.check.site import CheckContext, CheckedArticle, CheckedSite
from explainer.model.annotations import Source
from explainer.model.location import Located
from explainer.model.problems import Problem
from explainer.model.scalars import Id


def undated_in_library(site: CheckedSite) -> Iterator[Problem]:
    """Ask for the dates of the library's sources that have none: `source-without-date`."""
    if site.library_places:
        yield from _undated(site.library.sources, site.library_places)


def undated(article: CheckedArticle, _: CheckContext) -> Iterator[Problem]:
    """Ask for the dates of an annotation file's sources that have none: `source-without-date`."""
    assert article.file
    yield from _undated(article.file.sources, article.places)


def _undated(sources: Mapping[Id, Source], places: Located) -> Iterator[Problem]:
    without = [name for name, source in sources.items() if source.date is None]
    yield from together(
        [Subject(name, places.key(("sources", name))) for name in without],
        "source-without-date",
        "the source {names} has no date",
        "{n} sources have no date: {names}",
        "readers ask how old a source is; a year alone will do: `date: 2024`",
    )


def unchecked(article: CheckedArticle, context: CheckContext) -> Iterator[Problem]:
    """Ask about claims that were not checked for a year, or do not say when.

    Problems: `checked-long-ago`, `never-checked`. Many are one question.
    """
    assert article.file
    before = _year_before(context.today)
    old: list[Subject] = []
    never: list[Subject] = []
    for i, claim in enumerate(article.file.claims):
        rating = context.scale.get(claim.rating)
        if rating is None or not (rating.checked or claim.checked):
            continue
        key = "checked" if claim.checked else "rating"
        item = Subject(claim.id, article.places.location(("claims", i, key)), claim.id)
        if claim.checked is None:
            never.append(item)
        elif claim.checked < before[: len(claim.checked)]:
            old.append(item)
    yield from together(
        old,
        "checked-long-ago",
        "{names} was last checked more than a year ago",
        "{n} claims were last checked more than a year ago: {names}",
        f"does the rating still hold? Then write `checked: {context.today}`",
    )
    yield from together(
        never,
        "never-checked",
        "nobody says when {names} was checked",
        "nobody says when {n} claims were checked: {names}",
        f"write it, such as `checked: {context.today}`: readers see it, and search engines",
    )


def _year_before(today: str) -> str:
    day = datetime.date.fromisoformat(today)
    if (day.month, day.day) == (2, 29):
        day -= datetime.timedelta(days=1)
    return day.replace(year=day.year - 1).isoformat()
