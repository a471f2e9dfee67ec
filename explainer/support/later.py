"""Sequences whose items are so many that each is made only when it is read."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

_T = TypeVar("_T", covariant=True)


class LaterSequence(Sequence[_T]):
    """A sequence that makes its items in `__iter__`. It equals every sequence with equal items."""

    __slots__ = ()

    @abstractmethod
    def __iter__(self) -> Iterator[_T]: ...

    def __getitem__(self, index: Any) -> Any:
        return tuple(self)[index]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))
