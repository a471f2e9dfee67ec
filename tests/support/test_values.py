"""Our frozen dataclasses behave like those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from explainer.support.values import dataclass

Make = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Slotted:
    """A class with fields of every kind."""

    KIND: ClassVar = "slotted"
    name: str
    items: list[int] = dataclasses.field(default_factory=list, hash=False)
    note: str = dataclasses.field(default="none", compare=False, repr=False)
    count: int = dataclasses.field(default=1, kw_only=True)


@dataclass(frozen=True)
class Unslotted:
    name: str
    items: tuple[int, ...] = ()
    note: str = dataclasses.field(default="none", compare=False, repr=False)
    count: int = dataclasses.field(default=1, kw_only=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived(Slotted):
    more: str = "more"


@dataclass(frozen=True, slots=True, order=True)
class Ordered:
    first: str
    second: int = 0
    note: str = dataclasses.field(default="none", compare=False)


@dataclass(frozen=True, slots=True)
class Alone:
    value: float


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


KINDS = [Slotted, Unslotted, Derived]


@pytest.mark.parametrize("kind", KINDS)
def test_objects_have_their_fields(kind: Make) -> None:
    one = kind("a", (1,), count=3)
    assert (one.name, one.items, one.note, one.count) == ("a", (1,), "none", 3)
    assert [field.name for field in dataclasses.fields(one)][:4] == [
        *("name", "items", "note", "count")
    ]
    assert dataclasses.asdict(one)["count"] == 3
    assert dataclasses.replace(one, name="b").name == "b"
    assert repr(one).startswith(f"{kind.__name__}(name='a', items=(1,), count=3")


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_arguments_are_refused(kind: Make) -> None:
    for _ in range(2):  # the first call compiles the method
        with pytest.raises(TypeError, match="missing 1 required"):
            kind()
        with pytest.raises(TypeError, match="takes from"):
            kind("a", (), "note", 4)
        with pytest.raises(TypeError, match="unexpected keyword"):
            kind("a", wrong=1)


@pytest.mark.parametrize("kind", KINDS)
def test_objects_cannot_be_changed(kind: Make) -> None:
    one = kind("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError):
        del one.name
    with pytest.raises((dataclasses.FrozenInstanceError, AttributeError)):
        one.other = "b"


@pytest.mark.parametrize("kind", KINDS)
def test_equal_values_are_equal(kind: Make) -> None:
    assert kind("a", (1,)) == kind("a", (1,), "not compared")
    assert kind("a") != kind("b")
    assert kind("a", count=2) != kind("a")
    assert kind("a") != "a"
    assert hash(kind("a", (1,))) == hash(kind("a", (1,), "not compared"))


def test_values_of_other_classes_are_not_equal() -> None:
    assert Slotted("a", []) != Derived("a", [])
    assert Alone(1.0) == Alone(1.0) != Alone(2.0)
    assert Nothing() == Nothing()
    assert hash(Alone(1.0)) == hash((1.0,))


def test_defaults_are_made_anew() -> None:
    one, other = Slotted("a"), Slotted("a")
    one.items.append(1)
    assert other.items == []


@pytest.mark.parametrize("kind", [*KINDS, Alone])
@pytest.mark.parametrize("again", [lambda one: pickle.loads(pickle.dumps(one)), copy.deepcopy])
def test_objects_can_be_pickled_and_copied(kind: Make, again: Make) -> None:
    one = kind("a")
    assert again(one) == one
    assert again(one) is not one


def test_slots_refuse_other_attributes() -> None:
    assert not hasattr(Slotted("a"), "__dict__")
    assert hasattr(Unslotted("a"), "__dict__")


def test_a_class_keeps_its_own_methods() -> None:
    @dataclass(frozen=True)
    class Own:
        name: str

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own)

        def __hash__(self) -> int:
            return 7

        def __repr__(self) -> str:
            return "own"

        def __getstate__(self) -> dict[str, object]:
            return {"name": "kept"}

    assert Own("a") == Own("b")
    assert hash(Own("a")) == 7
    assert repr(Own("a")) == "own"
    assert copy.copy(Own("a")).name == "kept"


def test_ordered_objects_are_compared_field_by_field() -> None:
    things = [Ordered("b"), Ordered("a", 2, "x"), Ordered("a", 1, "z")]
    assert [(one.first, one.second) for one in sorted(things)] == [("a", 1), ("a", 2), ("b", 0)]
    assert Ordered("a") < Ordered("b") <= Ordered("b", 0, "other") < Ordered("b", 1)
    assert Ordered("b") > Ordered("a", 9)
    assert Ordered("b") >= Ordered("b", 0, "other")
    assert not Ordered("a") < Ordered("a")
    with pytest.raises(TypeError, match="not supported between"):
        assert Ordered("a") < ("a", 1)
