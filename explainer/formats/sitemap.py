"""Sitemaps (sitemaps.org) and robots.txt."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import escape

from explainer.model.scalars import PartialDate


def render(pages: Iterable[tuple[str, PartialDate | None]]) -> bytes:
    """Render a sitemap of absolute URLs with the dates of their last changes.

    A date can be partial: a year or a month (W3C note "Date and Time Formats").
    """
    dates = ((address, f"<lastmod>{date}</lastmod>" if date else "") for address, date in pages)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
        *(f"<url><loc>{escape(address)}</loc>{date}</url>" for address, date in dates),
        "</urlset>\n",
    ]
    return "\n".join(lines).encode()


def robots(sitemap: str | None) -> bytes:
    """Return a robots.txt that allows everything and names the sitemap, if there is one."""
    text = "User-agent: *\nAllow: /\n"
    if sitemap:
        text += f"\nSitemap: {sitemap}\n"
    return text.encode()
