"""Records, which are dataclasses without the import of `dataclasses`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from explainer.support.records import record


@record(frozen=True)
class Point:
    x: int
    y: int = 2
    name: str = "p"


def test_a_record_is_a_dataclass() -> None:
    point = Point(1, name="q")
    assert (point.x, point.y, point.name) == (1, 2, "q")
    assert point == Point(1, 2, "q") != Point(1)
    assert point != "q"
    assert dataclasses.replace(point, y=3) == Point(1, 3, "q")
    assert dataclasses.asdict(point) == {"x": 1, "y": 2, "name": "q"}
    assert [field.name for field in dataclasses.fields(Point)] == ["x", "y", "name"]
    assert dataclasses.is_dataclass(Point)
    assert "x" in repr(point)
    with pytest.raises(AttributeError):
        point.x = 3  # type: ignore[misc]


WRONG: list[Callable[[], object]] = [
    lambda: Point(),  # type: ignore[call-arg]
    lambda: Point(1, 2, "q", 4),  # type: ignore[call-arg]
    lambda: Point(1, x=2),  # type: ignore[misc]
    lambda: Point(1, z=2),  # type: ignore[call-arg]
]


@pytest.mark.parametrize("make", WRONG)
def test_wrong_arguments(make: Callable[[], object]) -> None:
    with pytest.raises(TypeError):
        make()
