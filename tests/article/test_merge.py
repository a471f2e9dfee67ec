"""explainer.article.merge: independent sources, and people by their names."""

from __future__ import annotations

import pytest

from explainer.article.context import ids_by_name
from explainer.article.merge import Names
from explainer.model.annotations import Person, Source
from explainer.model.location import Location
from explainer.model.scalars import Id


def names(repeats: dict[str, list[str]]) -> Names:
    sources = {
        name: Source(title=name, repeats=tuple(Id(each) for each in others))
        for name, others in repeats.items()
    }
    return Names(sources, {}, {}, {})


@pytest.mark.parametrize(
    ("repeats", "cited", "origins"),
    [
        ({"a": [], "b": []}, ["a", "b"], {"a", "b"}),
        ({"a": [], "b": ["a"], "c": ["b"]}, ["a", "b", "c"], {"a"}),
        ({"a": [], "b": [], "c": ["a", "b"]}, ["c"], {"a", "b"}),
        ({"a": ["elsewhere"]}, ["a"], {"elsewhere"}),
        ({"a": ["b"], "b": ["a"], "c": []}, ["a", "c"], {"c"}),  # an error, reported elsewhere
        ({"a": ["a"]}, ["a"], set()),
    ],
)
def test_origins(repeats: dict[str, list[str]], cited: list[str], origins: set[str]) -> None:
    assert names(repeats).origins(cited) == origins


def test_origins_of_long_chains() -> None:
    chain = {f"a{i}": [f"a{i + 1}"] for i in range(10_000)} | {"a10000": []}
    assert names(chain).origins(["a0", "a5000"]) == {"a10000"}


def test_of_people_with_one_name_the_first_counts() -> None:
    people = {"a": Person(name="Ann Lee"), "b": Person(name="ann  lee"), "c": Person(name="C")}
    known = Names({}, people, {}, {}, ids_by_name(people.items()))
    assert known.speaker("ANN LEE", Location("")).id == "a"
    assert known.speaker("b", Location("")).id == "b"
    assert known.speaker("D", Location("")).is_name
