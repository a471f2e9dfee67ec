"""How advice lists things, and asks the same question of many at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from explainer.model.location import Location
from explainer.model.problems import Code, Problem, short

_SHOWN = 3
_MANY = 3
"""Up to so many questions of a kind are asked one by one in a file."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One of several things about which there is the same question."""

    name: str
    location: Location
    annotation: str | None = None
    """The id of the annotation that it is, if it is one."""


def together(
    items: Sequence[Subject], code: Code, one: str, many: str, hint: str
) -> Iterator[Problem]:
    """Yield a question for each, or, if they are many, one at the first for all of them.

    `one` and `many` are formats with `{names}`, and `many` with `{n}`.
    """
    if len(items) > _MANY:
        message = many.format(n=len(items), names=listed([item.name for item in items]))
        yield Problem(items[0].location, code, message, hint, "info")
        return
    for item in items:
        message = one.format(names=listed([item.name]))
        yield Problem(item.location, code, message, hint, "info", item.annotation)


def listed(words: Sequence[str]) -> str:
    """Words in backquotes; of many, the first, and how many more."""
    shown = [f"`{short(word)}`" for word in words]
    if len(shown) > _SHOWN + 1:
        shown = [*shown[:_SHOWN], f"{len(shown) - _SHOWN} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
