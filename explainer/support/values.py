"""Frozen dataclasses that cost less than the standard library's.

The standard library compiles up to seven methods for each class, which took a third of the time in
which a command starts. Here, classes share functions, and `__init__` is compiled when the first
object of a class is made. It also fills slots directly, which is faster than `object.__setattr__`.

Everything else is as with `dataclasses.dataclass`, which is still used for classes that are not
frozen.
"""

from __future__ import annotations

import copyreg
import dataclasses
import operator
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls: type | None = None, /, **options: bool) -> Any:
        """Decorate a class as `dataclasses.dataclass` does, with the same options."""
        if cls is None:
            return lambda one: dataclass(one, **options)
        if options.get("frozen") and options.keys() <= {"frozen", "slots", "kw_only", "order"}:
            made = _frozen(cls, slots=options.get("slots", False), named=options.get("kw_only"))
            return _ordered(made) if options.get("order") else made
        return dataclasses.dataclass(cls, **options)


def _frozen(cls: type, *, slots: bool, named: bool | None) -> type:
    own = set(cls.__dict__)
    if not cls.__doc__:
        cls.__doc__ = cls.__name__  # the standard library would derive the signature
    made: Any = dataclasses.dataclass(
        init=False, repr=False, eq=False, slots=slots, kw_only=bool(named)
    )(cls)
    fields = dataclasses.fields(made)
    every = attributes([field.name for field in fields])
    compared = attributes([field.name for field in fields if field.compare])

    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        if other.__class__ is not self.__class__:
            return NotImplemented
        return compared(self) == compared(other)

    def __hash__(self: object) -> int:  # noqa: N807
        return hash(compared(self))

    def __init__(self: object, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        made.__init__ = _compiled(made, fields, slots=slots)
        made.__init__(self, *args, **kwargs)

    def __setstate__(self: object, state: Sequence[Any]) -> None:  # noqa: N807
        made.__setstate__ = _compiled_state(made, [field.name for field in fields])
        made.__setstate__(self, state)

    methods: list[Callable[..., Any]] = [__init__, _repr, _refuse_set, _refuse_delete]
    if "__eq__" not in own:
        methods += [__eq__, __hash__]
    if slots and "__getstate__" not in own:
        methods += [_getstate, __setstate__]
        made._new, made._kind, made._state = _NEW, (made,), property(every)
        copyreg.dispatch_table[made] = _reduced
    for method in methods:
        name = _NAMES.get(method, method.__name__)
        if name not in own:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def _ordered(cls: type) -> type:
    """Add the comparisons of values of a class, which compare their fields in order."""
    compared = attributes([field.name for field in dataclasses.fields(cls) if field.compare])

    def comparing(compare: Callable[[Any, Any], bool]) -> Callable[[object, object], Any]:
        def method(self: object, other: object) -> Any:
            if other.__class__ is not self.__class__:
                return NotImplemented
            return compare(compared(self), compared(other))

        return method

    for name in ("lt", "le", "gt", "ge"):
        setattr(cls, f"__{name}__", comparing(getattr(operator, name)))
    return cls


def attributes(names: Sequence[str]) -> Callable[[object], tuple[Any, ...]]:
    """Return a function that returns the attributes `names` of an object as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda one: tuple(getattr(one, name) for name in names)


def _compiled(
    cls: type, fields: Sequence[dataclasses.Field[Any]], *, slots: bool
) -> Callable[..., None]:
    """Compile the `__init__` of a class."""
    places: dict[str, Any] = {"MISSING": dataclasses.MISSING}
    plain, named, body = ["self"], list[str](), list[str]()
    for field in fields:
        name, value = field.name, field.name
        given = name
        if field.default_factory is not dataclasses.MISSING:
            places[f"make_{name}"] = field.default_factory
            given = f"{name}=MISSING"
            value = f"make_{name}() if {name} is MISSING else {name}"
        elif field.default is not dataclasses.MISSING:
            places[f"default_{name}"] = field.default
            given = f"{name}=default_{name}"
        if slots:
            places[f"set_{name}"] = getattr(cls, name).__set__
            body.append(f"set_{name}(self, {value})")
        else:
            body.append(f"self.__dict__[{name!r}] = {value}")
        (named if field.kw_only else plain).append(given)
    parameters = ", ".join([*plain, *(["*"] if named else []), *named])
    exec(f"def __init__({parameters}):\n " + "\n ".join(body or ["pass"]), places)  # noqa: S102
    made: Any = places["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made  # type: ignore[no-any-return]


def _compiled_state(cls: type, names: Sequence[str]) -> Callable[[object, Sequence[Any]], None]:
    """Compile the `__setstate__` of a class with slots: many objects are read from a database."""
    places: dict[str, Any] = {f"set_{name}": getattr(cls, name).__set__ for name in names}
    lines = [f" set_{name}(self, {name})" for name in names]
    parts = "".join(f"{name}, " for name in names)
    head = f"def __setstate__(self, state):\n ({parts}) = state\n"
    exec(head + "\n".join(lines), places)  # noqa: S102
    return places["__setstate__"]  # type: ignore[no-any-return]


_NEW: Final = staticmethod(copyreg.__newobj__)  # type: ignore[attr-defined]
_reduced: Callable[[Any], Any] = attrgetter("_new", "_kind", "_state")
"""Returns what `pickle` keeps of an object, without a call of anything written in Python."""


def _getstate(self: Any) -> object:
    return self._state


def _repr(self: Any) -> str:
    shown = (field.name for field in dataclasses.fields(self) if field.repr)
    values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
    return f"{self.__class__.__qualname__}({values})"


def _refuse_set(self: object, name: str, value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(self: object, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


_NAMES: dict[Any, str] = {
    _getstate: "__getstate__",
    _repr: "__repr__",
    _refuse_set: "__setattr__",
    _refuse_delete: "__delattr__",
}
