"""Values are found by patterns of keys."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as st

from explainer.model.location import KeyPath
from explainer.parse.lookup import find

KEYS = st.sampled_from(["a", "b", "#", "*"])
DATA = st.recursive(
    st.none() | st.sampled_from(["x", "y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)
PATTERNS = st.lists(st.lists(KEYS, min_size=1, max_size=3).map(".".join), max_size=4, unique=True)


def below(places: list[tuple[KeyPath, object]], step: str) -> Iterator[tuple[KeyPath, object]]:
    for path, data in places:
        if isinstance(data, list) and step == "#":
            yield from (((*path, at), value) for at, value in enumerate(data))
        elif isinstance(data, dict):
            keys = [key for key in data if step == "*" or (key == step and step != "#")]
            yield from (((*path, key), data[key]) for key in keys)


def one_by_one(kind: type, data: object, pattern: str) -> list[tuple[KeyPath, object]]:
    """What `find` finds for one pattern, step by step."""
    places: list[tuple[KeyPath, object]] = [((), data)]
    for step in pattern.split("."):
        places = [*below(places, step)]
    return [(path, value) for path, value in places if isinstance(value, kind)]


@given(st.sampled_from([str, list, dict, object]), DATA, PATTERNS)
@example(str, {"#": "x"}, ["#"])
@example(str, {"a": {"b": "x"}}, ["*.b", "a.b"])
def test_patterns_that_are_looked_up_together_find_what_each_finds(
    kind: type, data: object, patterns: list[str]
) -> None:
    expected = [each for pattern in patterns for each in one_by_one(kind, data, pattern)]
    found = find(kind, data, *patterns)
    assert sorted(map(repr, found)) == sorted(map(repr, expected))
    for pattern in patterns:
        assert find(kind, data, pattern) == one_by_one(kind, data, pattern)


def test_the_key_path_of_the_data_is_put_first() -> None:
    assert find(str, {"a": ["x"]}, "a.#", key_path=("c", 0)) == [(("c", 0, "a", 0), "x")]
