"""Frozen dataclasses for modules that run before anything slow is imported.

The standard library's `dataclasses` takes 10 milliseconds to import. So `record` makes classes that
behave alike, and import it only if they are asked for their fields, as by `dataclasses.replace`.
"""

from __future__ import annotations

__all__ = ["record", "replaced"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as record
    from dataclasses import replace as replaced
    from typing import Any, NoReturn

else:

    def record(**_: bool) -> Callable[[type], type]:
        """Decorate a class as `dataclasses.dataclass` does; its objects are frozen."""

        def decorated(cls: type) -> type:
            names = tuple(cls.__annotations__)
            defaults = {name: vars(cls)[name] for name in names if name in vars(cls)}

            def __init__(self: object, *args: Any, **kwargs: Any) -> None:  # noqa: N807
                given = {**dict(zip(names, args, strict=False)), **kwargs}
                whole = {**defaults, **given}
                if len(given) != len(args) + len(kwargs) or whole.keys() != set(names):
                    raise TypeError(f"{cls.__name__} has the fields {', '.join(names)}")
                self.__dict__.update(whole)

            cls.__init__, cls.__eq__, cls.__repr__ = __init__, _equal, _repr
            cls.__setattr__, cls.__hash__ = _refuse, None
            cls.__dataclass_fields__ = _Fields({**defaults, "__annotations__": cls.__annotations__})
            return cls

        return decorated

    def replaced(one: Any, **changes: Any) -> Any:
        """Return a record with other values of some fields."""
        return type(one)(**{**vars(one), **changes})


class _Fields:
    """The fields of a record, for the functions of `dataclasses`."""

    def __init__(self, own: dict[str, Any]) -> None:
        self._own = own
        """The annotations of the class, and defaults."""

    def __get__(self, one: object, cls: type) -> Any:
        import dataclasses

        made: Any = dataclasses.dataclass(type(cls.__name__, (), dict(self._own)))
        found = made.__dataclass_fields__
        type.__setattr__(cls, "__dataclass_fields__", found)
        return found


def _equal(self: object, other: object) -> bool:
    return vars(self) == vars(other) if type(self) is type(other) else NotImplemented


def _repr(self: object) -> str:
    return f"{type(self).__name__}({vars(self)})"


def _refuse(self: object, name: str, value: object) -> NoReturn:
    raise AttributeError(f"cannot assign to field {name!r}")
