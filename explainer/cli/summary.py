"""What is printed after a report."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from explainer.build.state_file import Report


def has_colors() -> bool:
    """Whether problems are printed in color."""
    return sys.stderr.isatty() and "NO_COLOR" not in os.environ


def summary(done: Report, seconds: float, *, writes: bool) -> str:
    """Return the line that sums up a run, which took so long. `writes`: whether it makes a site."""
    numbers = done.problems
    wrong = [_count(numbers[each], each) for each in ("error", "warning") if numbers.get(each)]
    parts = [
        _count(done.pages, "page"),
        _count(done.annotations, "annotation"),
        *(wrong or ["no problems"]),
        *([_count(numbers["info"], "remark")] if numbers.get("info") else []),
        f"{seconds:.2f} seconds",
    ]
    return ", ".join(parts) + ("; nothing written" if writes and done.failed else "")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")
