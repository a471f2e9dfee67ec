"""The rating scale: explainer's own, and what a site makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from explainer.model.scalars import Id, Shape, Tone
from explainer.model.settings import RatingSettings, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One step of a site's rating scale, with all that its badge needs."""

    id: Id
    """The word that claims use."""
    label: str
    """The word that readers see."""
    value: float | None = None
    """Its number on the scale (1 worst, 5 best), or nothing where it is not a degree of truth."""
    shape: Shape = "circle"
    """The badge's shape, so that ratings differ without colour."""
    tone: Tone = "grey"
    """The badge's colour, by name."""
    checked: bool = True
    """Whether a claim with this rating counts as checked."""
    meaning: str = ""
    """One sentence: what a claim must be like to be rated so."""


DEFAULT_SCALE: tuple[Rating, ...] = (
    Rating(
        id=Id("true"),
        label="True",
        value=5,
        shape="circle",
        tone="blue",
        meaning="The evidence supports the claim, and nothing that matters is left out.",
    ),
    Rating(
        id=Id("mostly-true"),
        label="Mostly true",
        value=4,
        shape="square",
        tone="sky",
        meaning="The claim is right in its substance, but a detail is wrong or missing.",
    ),
    Rating(
        id=Id("mixed"),
        label="Mixed",
        value=3,
        shape="half",
        tone="grey",
        meaning="Parts of the claim are right, parts are wrong, and neither outweighs the other.",
    ),
    Rating(
        id=Id("mostly-false"),
        label="Mostly false",
        value=2,
        shape="quarter",
        tone="amber",
        meaning="Something in the claim is right, but what it comes down to is wrong.",
    ),
    Rating(
        id=Id("false"),
        label="False",
        value=1,
        shape="cross",
        tone="orange",
        meaning="The evidence contradicts the claim.",
    ),
    Rating(
        id=Id("disputed"),
        label="Disputed",
        shape="diamond",
        tone="grey",
        meaning="Sources that could know contradict each other, and nothing published settles it.",
    ),
    Rating(
        id=Id("unverified"),
        label="Unverified",
        shape="ring",
        tone="grey",
        meaning="Somebody says so, but no independent evidence for or against it is known.",
    ),
    Rating(
        id=Id("misleading"),
        label="Misleading",
        shape="triangle",
        tone="amber",
        meaning="The words may be right, but the impression that they give is wrong.",
    ),
    Rating(
        id=Id("outdated"),
        label="Outdated",
        shape="bar",
        tone="plain",
        meaning="The claim was right once, and what it is about has changed since.",
    ),
    Rating(
        id=Id("checking"),
        label="Checking",
        shape="dots",
        tone="plain",
        checked=False,
        meaning="The claim is still being looked into.",
    ),
    Rating(
        id=Id("opinion"),
        label="Opinion",
        shape="quote",
        tone="plain",
        checked=False,
        meaning="A judgement, wish or prediction, which no evidence can show to be true or false.",
    ),
)
"""Every rating has a shape of its own; colours go from blue to orange, which colour-blind readers
tell apart."""


_BY_VALUE: tuple[Tone, ...] = ("orange", "amber", "grey", "sky", "blue")
_OWN: tuple[Shape, ...] = get_args(Shape)[len(DEFAULT_SCALE) :]


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
    whole: list[Rating | RatingSettings] = [r for r in DEFAULT_SCALE if r.id not in own]
    whole += own.values()
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
        made[rating.id] = Rating(
            id=rating.id,
            label=rating.label,
            value=rating.value,
            shape=shape,
            tone=rating.tone or _tone(rating, before, values),
            checked=rating.checked,
            meaning=rating.meaning,
        )
    return {**default, **{name: made[name] for name in own}}


def free_shape(taken: Mapping[Shape, int]) -> Shape:
    """Give the shape that the fewest ratings have; `taken` has how many each has."""
    default = (rating.shape for rating in DEFAULT_SCALE)
    return min((*_OWN, *default), key=lambda shape: taken.get(shape, 0))


def _tone(rating: RatingSettings, before: Rating | None, values: Sequence[float]) -> Tone:
    """Give the tone of a rating whose author names none; `values` are all those of the scale."""
    if before is not None and before.value == rating.value and before.checked == rating.checked:
        return before.tone
    if rating.value is None:
        return "grey" if rating.checked else "plain"
    worst, best = min(values), max(values)
    place = (rating.value - worst) / (best - worst) if best > worst else 0.5
    return _BY_VALUE[int(place * (len(_BY_VALUE) - 1) + 0.5)]
