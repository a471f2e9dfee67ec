"""Entries of `allow`, which silence warnings and remarks that an editor has seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import ClassVar

from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.model.scalars import Authored, ProblemCode, Reason
from explainer.support.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow(Authored):
    """A problem that is intended or cannot be helped, and is not reported again."""

    NOUN: ClassVar = "an entry of `allow`"

    code: ProblemCode
    """The code of a warning or remark, as messages show it in brackets."""
    reason: Reason
    """Why this is right here, for colleagues."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """An entry of `allow`, with the part of the site to which it applies."""

    code: str
    location: Location
    """The location of the entry."""
    paths: frozenset[str] | None = None
    """The files to which it applies; None for the entire site."""
    span: tuple[tuple[int, int], tuple[int, int]] | None = None
    """The start and end of the annotation to which it applies, each a line and a column; None for
    entire files."""
    annotation: str | None = None
    """The id of that annotation, if it has one."""
    draft: bool = False
    """Whether that annotation is a draft."""

    def covers(self, problem: Problem) -> bool:
        """Whether the entry silences a problem. Errors are never silenced."""
        if problem.code != self.code or problem.severity == "error":
            return False
        place = problem.location
        if self.paths is not None and place.path not in self.paths:
            return False
        if self.span is None:
            return True
        start, end = self.span
        if place.path == self.location.path and start <= (place.line, place.column) <= end:
            return True
        return self.annotation is not None and problem.annotation == self.annotation


def silence(
    problems: Iterable[Problem], allowances: Iterable[Allowance]
) -> tuple[list[Problem], set[Allowance]]:
    """Return the problems that no entry silences, and the entries that silence a problem."""
    by_code: dict[str, list[Allowance]] = {}
    for allowance in allowances:
        by_code.setdefault(allowance.code, []).append(allowance)
    kept, used = [], set()
    for problem in problems:
        covering = [one for one in by_code.get(problem.code, ()) if one.covers(problem)]
        used.update(covering)
        if not covering:
            kept.append(problem)
    return kept, used


def unused(allowances: Iterable[Allowance], used: Collection[Allowance]) -> Iterable[Problem]:
    """Report the entries that are not in `used`: `unused-allow`."""
    for allowance in allowances:
        if allowance not in used:
            message = f"there is no warning or remark `{allowance.code}` to allow here"
            hint = "remove the entry; errors cannot be allowed"
            yield Problem(allowance.location, "unused-allow", message, hint, "info")
