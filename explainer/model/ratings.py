"""The default rating scale, and the scale of a site."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import get_args

from explainer.model.scalars import ExtraShape, Id, Shape, Tone
from explainer.model.settings import RatingSettings, Settings
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating(RatingSettings):
    """One step of a site's rating scale, with the shape and colour of its badge."""

    shape: Shape = "circle"
    """The badge's shape, which distinguishes ratings without colour."""
    tone: Tone = "grey"
    """The badge's colour, by name."""


def _default_scale() -> Iterator[Rating]:
    text = Path(__file__).with_name("ratings.toml").read_text(encoding="utf-8")
    for rating in tomllib.loads(text)["ratings"]:
        yield Rating(**rating)


DEFAULT_SCALE = tuple(_default_scale())
"""The default ratings. Each has a different shape. Colours range from blue to orange, which
colour-blind readers can distinguish."""


_BY_VALUE: tuple[Tone, ...] = ("orange", "amber", "grey", "sky", "blue")


def scale(settings: Settings) -> Mapping[str, Rating]:
    """Return a site's ratings by id, in the order of the scale.

    A rating in the settings replaces the default rating with the same id; new ones follow. If the
    settings do not specify its shape or tone, the defaults are:

    * the shape of the rating that it replaces, unless another rating uses that; otherwise the
      shape that the fewest ratings use. Among equals, shapes outside the default scale come first,
      because readers associate the others with the default ratings;
    * the tone of the rating that it replaces, if `value` and `checked` are the same; otherwise a
      tone for its value's position between the scale's worst (orange) and best (blue). Without a
      value, the tone is grey, or plain if `checked` is false.
    """
    default: dict[str, Rating] = {rating.id: rating for rating in DEFAULT_SCALE}
    own: dict[str, RatingSettings] = {rating.id: rating for rating in settings.ratings}
    whole = [*(r for r in DEFAULT_SCALE if r.id not in own), *own.values()]
    values = [rating.value for rating in whole if rating.value is not None]
    shapes = Counter(rating.shape for rating in whole if rating.shape)
    made: dict[str, Rating] = {}
    # Replacements of default ratings choose before new ratings, so that they keep the shape.
    for rating in sorted(own.values(), key=lambda rating: rating.id not in default):
        before = default.get(rating.id)
        shape = rating.shape
        if shape is None:
            shape = before.shape if before and not shapes[before.shape] else free_shape(shapes)
            shapes[shape] += 1
        tone = rating.tone or _tone(rating, before, values)
        made[rating.id] = Rating(**{**asdict(rating), "shape": shape, "tone": tone})
    return {**default, **{name: made[name] for name in own}}


def free_shape(taken: Counter[Shape]) -> Shape:
    """Return the least used shape; `taken` has the number of ratings that use each shape."""
    extra: tuple[Shape, ...] = get_args(ExtraShape)
    default = (rating.shape for rating in DEFAULT_SCALE)
    return min((*extra, *default), key=taken.__getitem__)


def _tone(rating: RatingSettings, before: Rating | None, values: Sequence[float]) -> Tone:
    """Return the default tone of a rating; `values` has all values of the scale."""
    if before is not None and before.value == rating.value and before.checked == rating.checked:
        return before.tone
    if rating.value is None:
        return "grey" if rating.checked else "plain"
    worst, best = min(values), max(values)
    place = (rating.value - worst) / (best - worst) if best > worst else 0.5
    return _BY_VALUE[int(place * (len(_BY_VALUE) - 1) + 0.5)]


def undefined(name: str) -> Rating:
    """Return a rating for a page that names one which the scale does not have."""
    return Rating(id=Id(name), label=name)


def by_value(rating: Rating) -> tuple[bool, float, str]:
    """Return a sort key for ratings: highest value first, ratings without a value last."""
    return rating.value is None, -(rating.value or 0), rating.id


def in_tally(rating: Rating) -> tuple[bool, tuple[bool, float, str]]:
    """Return the sort key of a tally: as `by_value`, but ratings that are not checked come last."""
    return not rating.checked, by_value(rating)
