"""Word advice: list things, and ask the same question about many at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from explainer.model.location import Location
from explainer.model.problems import Code, Problem, short
from explainer.support.values import dataclass

_SHOWN = 3
_MANY = 3
"""How many questions of a kind are asked one by one in a file."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One of several things that the same question is about."""

    name: str
    location: Location
    annotation: str | None = None
    """The id of the annotation, if it is one."""


def together(
    items: Sequence[Subject], code: Code, one: str, many: str, hint: str
) -> Iterator[Problem]:
    """Yield a question for each item or, if there are many, one question at the first.

    `one` and `many` are formats with `{names}`; `many` also has `{n}`.
    """
    if len(items) > _MANY:
        message = many.format(n=len(items), names=listed([item.name for item in items]))
        yield Problem(items[0].location, code, message, hint, "info")
        return
    for item in items:
        message = one.format(names=listed([item.name]))
        yield Problem(item.location, code, message, hint, "info", item.annotation)


def listed(words: Sequence[str]) -> str:
    """Return words in backquotes, joined. Of many, return the first ones, and how many follow."""
    shown = [f"`{short(word)}`" for word in words]
    if len(shown) > _SHOWN + 1:
        shown = [*shown[:_SHOWN], f"{len(shown) - _SHOWN} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
