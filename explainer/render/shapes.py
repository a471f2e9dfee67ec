"""The shapes of ratings, which distinguish them without colour: as paths, dashes, and polygons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import atan2, cos, hypot, pi, sin, sqrt
from typing import Final, TypeAlias

from explainer.model.scalars import Shape
from explainer.support.patterns import later

Point: TypeAlias = tuple[float, float]

PATHS: Final[dict[Shape, str]] = {
    "circle": "M8 2a6 6 0 100 12 6 6 0 000-12z",
    "ring": "M8 1.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zm0 2.5a4 4 0 110 8 4 4 0 010-8z",
    "half": "M11.2 1.2a6.8 6.8 0 000 13.6z",
    "quarter": "M8 1.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zm0 1.7a4.8 4.8 0 1 1-4.8 4.8h4.8z",
    "square": "M2 2h12v12h-12z",
    "diamond": "M8 .4l5.8 7.6-5.8 7.6-5.8-7.6z",
    "triangle": "M8 1.4l7.2 12.8h-14.4z",
    "cross": "M3.4 1.5l4.6 4.6 4.6-4.6 1.9 1.9-4.6 4.6 4.6 4.6-1.9 1.9-4.6-4.6-4.6 4.6-1.9-1.9 "
    "4.6-4.6-4.6-4.6z",
    "bar": "M1 5.5h14v5h-14z",
    "dots": "M2.7 6a2 2 0 100 4 2 2 0 000-4zm5.3 0a2 2 0 100 4 2 2 0 000-4zm5.3 0a2 2 0 100 "
    "4 2 2 0 000-4z",
    "quote": "M1.5 13v-5c0-3 1.8-5 4.8-5.6l.6 1.8c-1.6.5-2.4 1.5-2.5 2.8h2.6v6zm7.5 0v-5c0-3 1.8-5 "
    "4.8-5.6l.6 1.8c-1.6.5-2.4 1.5-2.5 2.8h2.6v6z",
    "star": "M8 .9l1.8 5.1 5.4 .2-4.3 3.3 1.6 5.1-4.5-3-4.5 3 1.6-5.1-4.3-3.3 5.4-.2z",
    "plus": "M6.2 1.2h3.6v5h5v3.6h-5v5h-3.6v-5h-5v-3.6h5z",
    "moon": "M11 1.8a6.6 6.6 0 103.6 9.2 5.6 5.6 0 0 1-3.6-9.2z",
    "down": "M.8 1.8h14.4l-7.2 12.8z",
    "frame": "M2 2h12v12h-12zm2.8 2.8v6.4h6.4v-6.4z",
    "hourglass": "M2 1.5h12l-4.4 6.5 4.4 6.5h-12l4.4-6.5z",
    "chevron": "M2.8 1.5h4.6l5.8 6.5-5.8 6.5h-4.6l5.8-6.5z",
    "stripes": "M2.5 2h3.8v12h-3.8zm7.2 0h3.8v12h-3.8z",
}
"""SVG paths in a square of 16 units. All but the first point is relative, so paths can be moved."""

_FIRST = later(r"M([0-9.]+)")
_STEP = 20
"""The distance between shapes in a row: 16 units and a gap, so that no neighbor shows."""


def shape_mask(shapes: Sequence[Shape]) -> str:
    """Return the CSS `mask` for one of `shapes`: the one whose number, from 0, is `--shape`.

    All shapes are in one picture with a `data:` URL (RFC 2397), so no file is fetched.
    """
    path = ""
    for number, shape in enumerate(shapes):
        x, rest = _FIRST.split(PATHS[shape])[1:]
        path += f"M{float(x) + number * _STEP:g}{rest}"
    width = (len(shapes) - 1) * _STEP + 16
    picture = (
        f"%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} 16'%3E"
        f"%3Cpath d='{path}'/%3E%3C/svg%3E"
    )
    place = f"calc(var(--shape)*100%/{max(1, len(shapes) - 1)})"
    return f'url("data:image/svg+xml,{picture}") {place} 0/{width / 0.16:g}% 100% no-repeat'


DASHES: Final[Mapping[Shape, str]] = {
    "circle": "",
    "square": "12 2",
    "half": "6 6",
    "quarter": "3 5",
    "cross": "2 2",
    "diamond": "6 2 2 2",
    "ring": "1 4",
    "triangle": "10 2 2 2 2 2",
    "bar": "12 8",
    "dots": "2 8",
    "quote": "2 2 2 6",
    "star": "16 4",
    "plus": "9 3 3 3",
    "moon": "4 2",
    "down": "14 2 4 2",
    "frame": "1 2",
    "hourglass": "8 8",
    "chevron": "5 1 1 1",
    "stripes": "3 3",
}
"""By the shape of a rating, the lengths of dashes and gaps in pixels (SVG's `stroke-dasharray`) of
its part of a tally's bar."""

_COMMAND = later(r"([Mmlhvazc])([^A-Za-z]*)")
_NUMBER = later(r"-?(?:[0-9]*\.[0-9]+|[0-9]+)")
_ARC = later(
    rf"({_NUMBER.pattern})\s*{_NUMBER.pattern}\s*0\s*([01])\s*([01])\s*"
    rf"({_NUMBER.pattern})\s*({_NUMBER.pattern})"
)
_STEPS = 16
"""The number of lines that stand for a curve."""


@cache
def outlines(shape: Shape) -> tuple[tuple[Point, ...], ...]:
    """Return a shape as polygons in a square of 16 units. Where two of them overlap is a hole.

    Reads the part of SVG's path data (SVG 1.1, section 8.3) that `PATHS` uses: lines, arcs of
    circles, and cubic curves.
    """
    found: list[tuple[Point, ...]] = []
    points: list[Point] = [(0, 0)]
    for command, text in _COMMAND.findall(PATHS[shape]):
        if command in "Mm":
            x, y = (0, 0) if command == "M" else points[-1]
            (dx, dy), *rest = _pairs(text)
            points = [(x + dx, y + dy)]
            _add_lines(points, rest)
        elif command == "z":
            found.append(tuple(points))
            points = points[:1]
        elif command == "h":
            _add_lines(points, [(float(text), 0)])
        elif command == "v":
            _add_lines(points, [(0, float(text))])
        elif command == "l":
            _add_lines(points, _pairs(text))
        elif command == "a":
            for radius, large, sweep, dx, dy in _ARC.findall(text):
                end = points[-1][0] + float(dx), points[-1][1] + float(dy)
                points += _arc(points[-1], end, float(radius), large != sweep, sweep == "1")
        else:
            pairs = _pairs(text)
            for i in range(0, len(pairs), 3):
                points += _cubic(points[-1], *pairs[i : i + 3])
    return tuple(found)


def _pairs(text: str) -> list[Point]:
    numbers = [float(each) for each in _NUMBER.findall(text)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _add_lines(points: list[Point], steps: Sequence[Point]) -> None:
    for dx, dy in steps:
        x, y = points[-1]
        points.append((x + dx, y + dy))


def _arc(start: Point, end: Point, radius: float, right: bool, sweep: bool) -> Iterator[Point]:
    """Yield points of a circular arc. `right`: its centre is right of the line to its end."""
    (x, y), (to_x, to_y) = start, end
    dx, dy = to_x - x, to_y - y
    chord = hypot(dx, dy)
    apart = sqrt(max(0.0, radius * radius - chord * chord / 4)) / chord
    side = apart if right else -apart
    middle_x, middle_y = x + dx / 2 - dy * side, y + dy / 2 + dx * side
    first, last = (atan2(q - middle_y, p - middle_x) for p, q in (start, end))
    if sweep and last <= first:
        last += 2 * pi
    elif not sweep and last >= first:
        last -= 2 * pi
    for step in range(1, _STEPS + 1):
        angle = first + (last - first) * step / _STEPS
        yield middle_x + radius * cos(angle), middle_y + radius * sin(angle)


def _cubic(start: Point, first: Point, second: Point, end: Point) -> Iterator[Point]:
    """Yield points of a cubic curve, whose other points are relative to its start."""
    x, y = start
    for step in range(1, _STEPS + 1):
        t = step / _STEPS
        a, b, c = 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        yield (
            x + a * first[0] + b * second[0] + c * end[0],
            y + a * first[1] + b * second[1] + c * end[1],
        )
