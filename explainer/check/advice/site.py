"""Advice about a whole site."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path

from explainer.build.site import Articles, Site
from explainer.check.advice.claims import undated_sources
from explainer.markdown import pictures
from explainer.markdown.resizing import has_pillow
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.site.load import has_address_by_workflow
from explainer.support import extras


def undated_in_library(root: Path, site: Site, articles: Articles) -> Iterator[Problem]:
    """Ask for missing dates of the sources in the library: `source-without-date`."""
    shared = articles.context
    yield from undated_sources(shared.library.sources, shared.library_places)


def without_address(root: Path, site: Site, articles: Articles) -> Iterator[Problem]:
    """Report that a site with claims has no address, which Google requires: `claim-review`."""
    if site.settings.url is None and site.index.claims and not has_address_by_workflow(root):
        location = Location(site.settings_places.lines.path, 1)
        message = "the site has no `url`, so Google ignores the ClaimReviews of its claims"
        hint = 'add `url = "https://…"`, the address where the site will be published'
        yield Problem(location, "claim-review", message, hint, "info")


def wide_pictures(root: Path, site: Site, articles: Articles) -> Iterator[Problem]:
    """Recommend an extra if phones load pictures at full width: `wide-pictures`."""
    names = [f"`{posixpath.basename(place)}`" for place in pictures.wide(articles.gallery)]
    if site.settings.images.sizes is not None or has_pillow() or not names:
        return
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if names[3:] else "")
    location = Location(site.settings_places.lines.path, 1)
    message = f"phones load {shown} at full width; the extra `images` makes narrower versions"
    install = f"install it: {extras.install('images')}"
    hint = f"{install}\nor, if you do not want narrower versions, set `sizes = false` in [images]"
    yield Problem(location, "wide-pictures", message, hint, "info")
