"""The sitemap protocol, and robots.txt."""

from __future__ import annotations

from collections.abc import Iterable

from explainer.formats import templates
from explainer.model.scalars import PartialDate


def render(pages: Iterable[tuple[str, PartialDate | None]]) -> bytes:
    """Write a sitemap of absolute addresses and the dates of their last changes.

    A date may be partial: a year, or a month (W3C's note "Date and Time Formats").
    """
    return templates.render("sitemap.xml", pages=pages).encode()


def robots(sitemap: str | None) -> bytes:
    """Write a robots.txt that shuts nothing out, and names the sitemap if there is one."""
    text = "User-agent: *\nAllow: /\n"
    if sitemap:
        text += f"\nSitemap: {sitemap}\n"
    return text.encode()
