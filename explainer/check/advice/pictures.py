"""Advice about pictures."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from explainer.check.site import CheckedSite
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.support import extras


def wide_pictures(site: CheckedSite) -> Iterator[Problem]:
    """Recommend an extra for pictures that are sent whole to every phone: `wide-pictures`."""
    names = [f"`{posixpath.basename(place)}`" for place in site.wide_pictures]
    if not names:
        return
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if names[3:] else "")
    yield Problem(
        Location(site.settings_places.lines.path, 1),
        "wide-pictures",
        f"phones get {shown} at full width: the extra `images` makes narrower ones",
        f"install it: {extras.install('images')}\nor say that none are wanted, below [images]: "
        "sizes = false",
        severity="info",
    )
