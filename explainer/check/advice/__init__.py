"""Ask what a careful editor would ask about a site that builds.

Rules yield problems of severity `info`. They are not mistakes, and each may have a good answer, so
`build` and `serve` do not report them, and no check fails because of them. To add a rule, write it
in the file for its topic, and add it to one of the tables below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from explainer.article.context import Inspection
from explainer.build.site import Articles, Site
from explainer.check.advice import claims, dates, placeholders, prose, site
from explainer.model.problems import Problem
from explainer.model.settings import Settings

SiteRule: TypeAlias = Callable[[Path, Site, Articles], Iterator[Problem]]
"""Checks the site in a folder."""
ArticleRule: TypeAlias = Callable[[Inspection, Settings, str], Iterator[Problem]]
"""Checks an article, given the settings and today's date in the site's time zone (ISO 8601)."""

SITE_RULES: tuple[SiteRule, ...] = (
    site.undated_in_library,
    site.wide_pictures,
    site.without_address,
    placeholders.in_settings,
    placeholders.example_article,
)
ARTICLE_RULES: tuple[ArticleRule, ...] = (dates.contradictory_dates, placeholders.in_article)
"""Rules for every article and plain page."""
ANNOTATION_RULES: tuple[ArticleRule, ...] = (
    claims.weak_evidence,
    claims.undated,
    claims.unchecked,
    claims.lacking_properties,
    prose.bare_numbers,
)
"""Rules for every article that has a valid annotation file."""


def advise_site(root: Path, site: Site, articles: Articles) -> Iterator[Problem]:
    """Apply the rules for a whole site."""
    for rule in SITE_RULES:
        yield from rule(root, site, articles)


def advise_article(inspection: Inspection, settings: Settings, today: str) -> Iterator[Problem]:
    """Apply the rules for an article."""
    is_annotated = inspection.file and inspection.document.document.annotations
    for rule in (*ARTICLE_RULES, *(ANNOTATION_RULES if is_annotated else ())):
        yield from rule(inspection, settings, today)
