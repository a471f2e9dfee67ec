"""Sitemaps (sitemaps.org) and robots.txt."""

from __future__ import annotations

from collections.abc import Iterable

from explainer.formats import templates
from explainer.model.scalars import PartialDate


def render(pages: Iterable[tuple[str, PartialDate | None]]) -> bytes:
    """Render a sitemap of absolute URLs with the dates of their last changes.

    A date can be partial: a year or a month (W3C note "Date and Time Formats").
    """
    return templates.render("sitemap.xml", pages=pages).encode()


def robots(sitemap: str | None) -> bytes:
    """Return a robots.txt that allows everything and names the sitemap, if there is one."""
    text = "User-agent: *\nAllow: /\n"
    if sitemap:
        text += f"\nSitemap: {sitemap}\n"
    return text.encode()
