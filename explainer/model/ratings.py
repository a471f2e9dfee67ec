"""The rating scale: explainer's own, and what a site makes of it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import get_args

from explainer.model.scalars import ExtraShape, Shape, Tone
from explainer.model.settings import RatingSettings, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating(RatingSettings):
    """One step of a site's rating scale, with all that its badge needs."""

    shape: Shape = "circle"
    """The badge's shape, so that ratings differ without colour."""
    tone: Tone = "grey"
    """The badge's colour, by name."""


def _default_scale() -> Iterator[Rating]:
    text = Path(__file__).with_name("ratings.toml").read_text(encoding="utf-8")
    for rating in tomllib.loads(text)["ratings"]:
        yield Rating(**rating)


DEFAULT_SCALE = tuple(_default_scale())
"""Every rating has a shape of its own; colours go from blue to orange, which colour-blind readers
tell apart."""


_BY_VALUE: tuple[Tone, ...] = ("orange", "amber", "grey", "sky", "blue")


def scale(settings: Settings) -> Mapping[str, Rating]:
    """Give a site's ratings by id, in the order of the scale.

    A rating of the site's takes the place of the default one with its id; others follow.
    Where the site leaves out a shape or a tone, it gets one here:

    * the shape of the rating that it replaces, or the first that no rating has. Shapes that the
      default scale does not use come first, for readers know the others by it. When all are
      taken, it is the one that the fewest ratings have;
    * the tone of the rating that it replaces, if that has the same value. Else its value's place
      between the scale's worst (orange) and best (blue) decides; without a value it is grey, and
      plain where the claim does not count as checked.
    """
    default: dict[str, Rating] = {rating.id: rating for rating in DEFAULT_SCALE}
    own: dict[str, RatingSettings] = {rating.id: rating for rating in settings.ratings}
    whole = [*(r for r in DEFAULT_SCALE if r.id not in own), *own.values()]
    values = [rating.value for rating in whole if rating.value is not None]
    shapes = Counter(rating.shape for rating in whole if rating.shape)
    made: dict[str, Rating] = {}
    # Those that replace a default rating choose before the new ones: they keep its shape.
    for rating in sorted(own.values(), key=lambda rating: rating.id not in default):
        before = default.get(rating.id)
        shape = rating.shape
        if shape is None:
            kept = before is not None and not shapes[before.shape]
            shape = before.shape if before and kept else free_shape(shapes)
            shapes[shape] += 1
        tone = rating.tone or _tone(rating, before, values)
        made[rating.id] = Rating(**{**asdict(rating), "shape": shape, "tone": tone})
    return {**default, **{name: made[name] for name in own}}


def free_shape(taken: Mapping[Shape, int]) -> Shape:
    """Give the shape that the fewest ratings have; `taken` has how many each has."""
    extra: tuple[Shape, ...] = get_args(ExtraShape)
    default = (rating.shape for rating in DEFAULT_SCALE)
    return min((*extra, *default), key=lambda shape: taken.get(shape, 0))


def _tone(rating: RatingSettings, before: Rating | None, values: Sequence[float]) -> Tone:
    """Give the tone of a rating whose author names none; `values` are all those of the scale."""
    if before is not None and before.value == rating.value and before.checked == rating.checked:
        return before.tone
    if rating.value is None:
        return "grey" if rating.checked else "plain"
    worst, best = min(values), max(values)
    place = (rating.value - worst) / (best - worst) if best > worst else 0.5
    return _BY_VALUE[int(place * (len(_BY_VALUE) - 1) + 0.5)]
