"""The drawings of the ratings' shapes, for badges and for drawings within a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from explainer.model.scalars import Shape

PATHS: Final[dict[Shape, str]] = {
    "circle": "M8 2a6 6 0 1 0 0 12 6 6 0 0 0 0-12z",
    "ring": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 2.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
    "half": "M11.2 1.2a6.8 6.8 0 0 0 0 13.6z",
    "quarter": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 1.7a4.8 4.8 0 1 1-4.8 4.8h4.8z",
    "square": "M2 2h12v12h-12z",
    "diamond": "M8 .4l5.8 7.6-5.8 7.6-5.8-7.6z",
    "triangle": "M8 1.4l7.2 12.8h-14.4z",
    "cross": "M3.4 1.5l4.6 4.6 4.6-4.6 1.9 1.9-4.6 4.6 4.6 4.6-1.9 1.9-4.6-4.6-4.6 4.6-1.9-1.9 "
    "4.6-4.6-4.6-4.6z",
    "bar": "M1 5.5h14v5h-14z",
    "dots": "M2.7 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm5.3 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm5.3 0a2 2 0 1 "
    "0 0 4 2 2 0 0 0 0-4z",
    "quote": "M1.5 13v-5c0-3 1.8-5 4.8-5.6l.6 1.8c-1.6.5-2.4 1.5-2.5 2.8h2.6v6zm7.5 0v-5c0-3 1.8-5 "
    "4.8-5.6l.6 1.8c-1.6.5-2.4 1.5-2.5 2.8h2.6v6z",
    "star": "M8 .9l1.8 5.1 5.4 .2-4.3 3.3 1.6 5.1-4.5-3-4.5 3 1.6-5.1-4.3-3.3 5.4-.2z",
    "plus": "M6.2 1.2h3.6v5h5v3.6h-5v5h-3.6v-5h-5v-3.6h5z",
    "moon": "M11 1.8a6.6 6.6 0 1 0 3.6 9.2 5.6 5.6 0 0 1-3.6-9.2z",
    "down": "M.8 1.8h14.4l-7.2 12.8z",
    "frame": "M2 2h12v12h-12zm2.8 2.8v6.4h6.4v-6.4z",
    "hourglass": "M2 1.5h12l-4.4 6.5 4.4 6.5h-12l4.4-6.5z",
    "chevron": "M2.8 1.5h4.6l5.8 6.5-5.8 6.5h-4.6l5.8-6.5z",
    "stripes": "M2.5 2h3.8v12h-3.8zm7.2 0h3.8v12h-3.8z",
}
"""SVG paths in a square of 16 units. After its first point each is relative: it can be moved."""

_FIRST = re.compile(r"M([0-9.]+)")
_STEP = 20
"""From one shape of a row to the next: 16 units and a gap, so that nothing of a neighbour shows."""


def row(shapes: Sequence[Shape]) -> str:
    """Give CSS's `mask` that cuts one of `shapes` out: the one whose number, from 0, is `--shape`.

    All are in one picture, a `data:` URL (RFC 2397): no file is fetched.
    """
    path = "".join(_moved(PATHS[shape], i * _STEP) for i, shape in enumerate(shapes))
    width = (len(shapes) - 1) * _STEP + 16
    picture = (
        f"%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} 16'%3E"
        f"%3Cpath d='{path}'/%3E%3C/svg%3E"
    )
    place = f"calc(var(--shape)*100%/{max(1, len(shapes) - 1)})"
    return f'url("data:image/svg+xml,{picture}") {place} 0/{width / 0.16:g}% 100% no-repeat'


def _moved(path: str, by: float) -> str:
    """A path, so many units further to the right."""
    first = _FIRST.match(path)
    assert first is not None
    return f"M{float(first[1]) + by:g}{path[first.end() :]}"
