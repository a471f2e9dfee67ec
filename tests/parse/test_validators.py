"""Validators of the model agree with those that pydantic derives from the same classes."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from explainer.model.annotations import AnnotationFile, Library
from explainer.model.front_matter import FrontMatter
from explainer.model.settings import Settings
from explainer.parse.validators import validator

SITE = {
    "title": "A site",
    "url": "https://example.org/",
    "menu": ["about.md", {"title": "Elsewhere", "url": "https://example.org/x"}],
    "disclaimers": {"opinion": "An opinion."},
    "ratings": [{"id": "odd", "label": "Odd", "value": 2.5, "shape": "star", "checked": "false"}],
    "extra": {"any": {"thing": [1, "two"]}},
}
ARTICLE = {"title": "T", "image": "x.png", "date": "2024-05-01", "topics": ["a"], "draft": "true"}
CLAIM = {
    "id": "c",
    "quote": "words",
    "claim": "Something.",
    "by": "Somebody",
    "rating": "true",
    "evidence": [{"source": "s", "stance": "supports"}],
}
ANNOTATIONS = {
    "sources": {"s": {"title": "A source", "url": "https://example.org/", "date": "2024"}},
    "claims": [CLAIM],
    "notes": [{"quote": "words", "note": "A note.", "kind": "context"}],
}
DATA: list[tuple[Any, dict[str, Any]]] = [
    (Settings, SITE),
    (FrontMatter, ARTICLE),
    (AnnotationFile, ANNOTATIONS),
    (Library, {"people": {"p": {"name": "Somebody"}}}),
]
WRONG = (None, True, 7, 2.5, "word", "", [], ["word"], [{}], {}, {"word": 1}, {"word": {}})


def outcome(known: Any, data: object) -> object:
    """Return the value, or the errors as far as messages depend on them."""
    try:
        return known.validate_python(data)
    except ValidationError as error:
        return [
            (each["type"], each["loc"], each["input"]) for each in error.errors(include_url=False)
        ]


def variants(data: Any) -> Any:
    """Yield data with one part replaced by something else, left out, or added, at every place."""
    yield from WRONG
    if isinstance(data, dict):
        yield {**data, "unknown": "word"}
        for key, value in data.items():
            yield {other: each for other, each in data.items() if other != key}
            yield from ({**data, key: each} for each in variants(value))
    elif isinstance(data, list):
        for at, value in enumerate(data):
            yield from ([*data[:at], each, *data[at + 1 :]] for each in variants(value))


@pytest.mark.parametrize(("kind", "data"), DATA)
def test_values_and_errors_are_those_of_pydantic(kind: Any, data: dict[str, Any]) -> None:
    ours, theirs = validator(kind), TypeAdapter(kind)
    assert isinstance(outcome(ours, data), kind)
    for each in (data, *variants(data)):
        assert outcome(ours, each) == outcome(theirs, each)


@pytest.mark.parametrize("kind", [set[str], tuple[int, str], bytes])
def test_types_that_the_model_does_not_use_are_refused(kind: Any) -> None:
    with pytest.raises(TypeError, match="no validator"):
        validator(kind)
