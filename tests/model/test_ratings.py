"""explainer.model.ratings: the scale of a site."""

from __future__ import annotations

from typing import get_args

from explainer.model.ratings import DEFAULT_SCALE, scale
from explainer.model.scalars import Id, Shape, Tone
from explainer.model.settings import RatingSettings, Settings


def test_the_default_scale() -> None:
    assert [(r.id, r.value) for r in DEFAULT_SCALE] == [
        *(("true", 5), ("mostly-true", 4), ("mixed", 3), ("mostly-false", 2), ("false", 1)),
        *((name, None) for name in ("disputed", "unverified", "misleading", "outdated")),
        *(("checking", None), ("opinion", None)),
    ]
    assert len({r.shape for r in DEFAULT_SCALE}) == len(DEFAULT_SCALE)
    assert {r.shape for r in DEFAULT_SCALE} <= set(get_args(Shape))
    assert {r.tone for r in DEFAULT_SCALE} <= set(get_args(Tone))
    assert (DEFAULT_SCALE[0].tone, DEFAULT_SCALE[4].tone) == ("blue", "orange")
    assert all(r.label and r.meaning.endswith(".") for r in DEFAULT_SCALE)


def test_a_site_replaces_and_extends_the_scale() -> None:
    mine = RatingSettings(id=Id("mixed"), label="So-so")
    new = RatingSettings(id=Id("satire"), label="Satire", checked=False)
    ratings = scale(Settings(title="A", ratings=(new, mine)))
    assert list(ratings) == [*(r.id for r in DEFAULT_SCALE), "satire"]
    assert ratings["mixed"].label == "So-so"
    assert not ratings["satire"].checked
    assert [r.id for r in DEFAULT_SCALE if not r.checked] == ["checking", "opinion"]
