"""The sitemap protocol, and robots.txt."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import escape

from explainer.model.scalars import PartialDate


def render(pages: Iterable[tuple[str, PartialDate | None]]) -> bytes:
    """Write a sitemap of absolute addresses and the dates of their last changes."""
    out = [
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    ]
    for address, date in pages:  # W3C's date format takes partial dates too
        changed = f"<lastmod>{date}</lastmod>" if date else ""
        out.append(f"<url><loc>{escape(address)}</loc>{changed}</url>\n")
    out.append("</urlset>\n")
    return "".join(out).encode()


def robots(sitemap: str | None) -> bytes:
    """Write a robots.txt that shuts nothing out, and names the sitemap if there is one."""
    text = "User-agent: *\nAllow: /\n"
    if sitemap:
        text += f"\nSitemap: {sitemap}\n"
    return text.encode()
