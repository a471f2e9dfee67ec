"""What a careful editor would ask of a site that builds: for information only.

A rule yields problems of severity `info`. None of them is a mistake, and there may be a good answer
to each; so `build` and `serve` do not report them, and they fail no check. To add a rule, write it
in the file of its topic and name it in one of the tables below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from explainer.article.context import Inspection
from explainer.build.site import Articles, Site
from explainer.check.advice import claims, prose, site
from explainer.model.problems import Problem
from explainer.model.settings import Settings

SiteRule: TypeAlias = Callable[[Path, Site, Articles], Iterator[Problem]]
"""Asks about the site in a folder."""
ArticleRule: TypeAlias = Callable[[Inspection, Settings, str], Iterator[Problem]]
"""Asks about an article, with site.toml, and the date in the site's time zone (ISO 8601)."""

SITE_RULES: tuple[SiteRule, ...] = (
    site.undated_in_library,
    site.wide_pictures,
    site.without_address,
)
ARTICLE_RULES: tuple[ArticleRule, ...] = (prose.leftovers,)
"""For every article and plain page."""
ANNOTATION_RULES: tuple[ArticleRule, ...] = (
    claims.weak_evidence,
    claims.undated,
    claims.unchecked,
    claims.lacking_properties,
    prose.bare_numbers,
)
"""For every article that has an annotation file without errors."""


def advise_site(root: Path, site: Site, articles: Articles) -> Iterator[Problem]:
    """Apply the rules about a whole site."""
    for rule in SITE_RULES:
        yield from rule(root, site, articles)


def advise_article(seen: Inspection, settings: Settings, today: str) -> Iterator[Problem]:
    """Apply the rules about an article."""
    is_annotated = seen.file and seen.document.document.annotations
    for rule in (*ARTICLE_RULES, *(ANNOTATION_RULES if is_annotated else ())):
        yield from rule(seen, settings, today)
