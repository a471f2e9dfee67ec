"""Sitemaps (sitemaps.org) and robots.txt."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import escape

from explainer.model.scalars import PartialDate

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def render(pages: Iterable[tuple[str, PartialDate | None]]) -> bytes:
    """Render a sitemap of absolute URLs with the dates of their last changes.

    A date can be partial: a year or a month (W3C note "Date and Time Formats").
    """
    dates = ((address, f"<lastmod>{date}</lastmod>" if date else "") for address, date in pages)
    return _document(
        "urlset", (f"<url><loc>{escape(address)}</loc>{date}</url>" for address, date in dates)
    )


def render_index(sitemaps: Iterable[str]) -> bytes:
    """Render an index of the sitemaps at absolute URLs."""
    lines = (f"<sitemap><loc>{escape(address)}</loc></sitemap>" for address in sitemaps)
    return _document("sitemapindex", lines)


def _document(root: str, lines: Iterable[str]) -> bytes:
    start = ['<?xml version="1.0" encoding="utf-8"?>', f'<{root} xmlns="{_NAMESPACE}">']
    return "\n".join([*start, *lines, f"</{root}>\n"]).encode()


def robots(sitemap: str | None) -> bytes:
    """Return a robots.txt that allows everything and names the sitemap, if there is one."""
    text = "User-agent: *\nAllow: /\n"
    if sitemap:
        text += f"\nSitemap: {sitemap}\n"
    return text.encode()
