"""The rating scale: the one that explainer brings, and what a site makes of it."""

from __future__ import annotations

from collections.abc import Mapping

from explainer.model import Id, Rating, Settings

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
        meaning="The claim is still being looked into.",
    ),
    Rating(
        id=Id("opinion"),
        label="Opinion",
        shape="quote",
        tone="plain",
        meaning="A judgement, wish or prediction, which no evidence can show to be true or false.",
    ),
)
"""Every rating has a shape of its own; colours go from blue to orange, which colour-blind readers
tell apart."""


def scale(settings: Settings) -> Mapping[str, Rating]:
    """Give a site's ratings by id, in the order of the scale.

    A rating of the site's takes the place of the default one with its id; others stand at the end.
    """
    ratings: dict[str, Rating] = {rating.id: rating for rating in DEFAULT_SCALE}
    ratings.update((rating.id, rating) for rating in settings.ratings)
    return ratings
