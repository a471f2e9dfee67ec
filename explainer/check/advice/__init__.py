"""What a careful editor would ask of a site that builds: for information only.

A rule yields problems of severity `info`. None of them is a mistake, and there may be a good answer
to each; so `build` and `serve` do not report them, and they fail no check. To add a rule, write it
in the file of its topic and name it in one of the tables below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from explainer.check.advice import claim_reviews, dates, evidence, foreign_markup, numbers, pictures
from explainer.check.site import CheckContext, CheckedArticle, CheckedSite
from explainer.model.problems import Problem

SiteRule: TypeAlias = Callable[[CheckedSite], Iterator[Problem]]
ArticleRule: TypeAlias = Callable[[CheckedArticle, CheckContext], Iterator[Problem]]

SITE_RULES: tuple[SiteRule, ...] = (
    dates.undated_in_library,
    pictures.wide_pictures,
    claim_reviews.without_address,
)
ARTICLE_RULES: tuple[ArticleRule, ...] = (foreign_markup.leftovers,)
"""For every article and plain page."""
ANNOTATION_RULES: tuple[ArticleRule, ...] = (
    evidence.weak_evidence,
    dates.undated,
    dates.unchecked,
    claim_reviews.lacking_properties,
    numbers.bare_numbers,
)
"""For every article that has an annotation file without errors."""


def advise_site(site: CheckedSite) -> Iterator[Problem]:
    """Apply the rules about a whole site."""
    for rule in SITE_RULES:
        yield from rule(site)


def advise_article(article: CheckedArticle, context: CheckContext) -> Iterator[Problem]:
    """Apply the rules about an article."""
    for rule in (*ARTICLE_RULES, *(ANNOTATION_RULES if article.file else ())):
        yield from rule(article, context)
