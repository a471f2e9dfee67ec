"""Texts, dates, and directions with handmade and with the real catalogues."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from markupsafe import Markup

from explainer.language.catalogue import FOLDER, direction_of
from explainer.language.words import Words, words_of
from explainer.model.ratings import DEFAULT_SCALE
from tests.helpers.articles import (
    RATINGS,
    build,
    day,
    plain,
)


def test_english_labels_match_the_scale() -> None:
    english = words_of("en")
    for rating in DEFAULT_SCALE:
        own = english._catalogue["ratings"][rating.id]
        assert (own["label"], own["meaning"]) == (rating.label, rating.meaning)


def catalogue(**more: Any) -> dict[str, Any]:
    import tomllib

    found = tomllib.loads((FOLDER / "en.toml").read_text(encoding="utf-8"))
    return {**found, **more}


def test_words_of_another_language() -> None:
    english = catalogue()
    arabic = Words(
        catalogue(
            language="ar",
            plural="arabic",
            words={
                **english["words"],
                "n_claims": dict.fromkeys(("zero", "one", "two", "few", "many", "other"), "")
                | {"few": "{n} ادعاءات", "two": "ادعاءان"},
            },
            dates={**english["dates"], "digits": "٠١٢٣٤٥٦٧٨٩", "day": "{day} {month} {year}"},
            ratings={"true": {"label": "صحيح", "meaning": "…"}},
        )
    )
    assert arabic.n_claims(n=5) == "٥ ادعاءات"
    assert arabic.n_claims(n=2) == "ادعاءان"
    assert arabic.date(day("2024-11-10")) == "١٠ November ٢٠٢٤"
    assert arabic.rating(RATINGS["true"]) == "صحيح"
    assert arabic.rating(replace(RATINGS["true"], label="So it is")) == "So it is"


@pytest.mark.parametrize(
    ("date", "expected"),
    [("2024-11-10", "10\u00a0November 2024"), ("2024-11", "November 2024"), ("2024", "2024")],
)
def test_dates(date: str, expected: str) -> None:
    assert words_of("en").time(day(date)) == f"<time datetime={date}>{expected}</time>"


def test_phrases() -> None:
    english = words_of("en")
    assert english.claims_checked(n=1) == "1 claim checked"
    assert english.claims_checked(n=0) == "0 claims checked"
    assert english.independent(n=0) == "no independent sources"
    assert english.by(names="<b>") == "By &lt;b&gt;"
    assert english.by(names=Markup("<b>")) == "By <b>"
    assert english.all_of(["A", "B & C", Markup("<i>")]) == "A, B &amp; C and <i>"
    assert english.source_type("hologram-deck") == "hologram deck"
    with pytest.raises(AttributeError, match="no word `leder`"):
        _ = english.leder
    with pytest.raises(KeyError):
        english.by()


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("en", "ltr"),
        ("ar", "rtl"),
        ("ar-Latn", "ltr"),
        ("uz-Arab", "rtl"),
        ("he-IL", "rtl"),
        ("xx", "ltr"),
    ],
)
def test_direction(language: str, direction: str) -> None:
    assert direction_of(language) == direction


def test_unknown_languages_fall_back_to_english() -> None:
    assert words_of("tlh-Piqd") is words_of("en-GB") is words_of("en")
    assert words_of("../x") is words_of("en")
    page = build(plain(language="he"))["about/index.html"]
    assert '<html lang="he" dir="rtl">' in page


def test_every_rating_has_its_own_shape() -> None:
    style = build()["assets/style.css"]
    for shape, rating in enumerate(DEFAULT_SCALE):  # each has its own shape
        looks = f"[data-rating={rating.id}]{{--shape:{shape};--tone:var(--{rating.tone})}}"
        assert looks in style
        assert f"--{rating.tone}:" in style
