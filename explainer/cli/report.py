"""What a command says of its work: problems, a line that sums up a build, a progress bar."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from click._termui_impl import ProgressBar

    from explainer.build.options import Progress
    from explainer.build.pipeline import BuildResult
    from explainer.model.problems import Problem


def report(problems: Sequence[Problem], texts: Mapping[str, str], form: str = "text") -> None:
    """Print problems: as text on standard error, or (`form`) as json on standard output.

    `texts`: by path, the files that the report quotes lines of.
    """
    from explainer.model.report import as_json, as_text

    if form == "json":
        click.echo(as_json(problems), nl=False)
    elif problems:
        color = sys.stderr.isatty() and "NO_COLOR" not in os.environ
        click.echo(as_text(problems, texts, color=color), nl=False, err=True, color=color)


def run(
    make: Callable[[Progress], BuildResult], form: str = "text", *, writes: bool = True
) -> BuildResult:
    """Build or check a site with `make`, report its problems, and sum up in a line.

    `writes`: whether a build that does not fail writes a site.
    """
    started = time.perf_counter()
    with _progress_bar() as progress:
        built = make(progress)
    seconds = time.perf_counter() - started
    report(built.problems, built.texts, form)
    click.echo(_summary(built, seconds, writes), err=True)
    return built


def _summary(built: BuildResult, seconds: float, writes: bool) -> str:
    numbers = Counter(problem.severity for problem in built.problems)
    wrong = [_count(numbers[each], each) for each in ("error", "warning") if numbers[each]]
    parts = [
        _count(built.pages, "page"),
        _count(built.annotations, "annotation"),
        *(wrong or ["no problems"]),
        *([_count(numbers["info"], "remark")] if numbers["info"] else []),
        f"{seconds:.2f} seconds",
    ]
    return ", ".join(parts) + ("; nothing written" if writes and built.failed else "")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


@contextmanager
def _progress_bar() -> Iterator[Progress]:
    """Show how far a build is, on a terminal and once it takes a second; elsewhere nothing.

    Gives a function to call with the stage, and how many articles of how many it has done.
    """
    quiet = not sys.stderr.isatty() or "CI" in os.environ
    started = time.monotonic()
    bars: dict[str, ProgressBar[int]] = {}
    with ExitStack() as shown:

        def step(stage: str, done: int, total: int) -> None:
            if quiet or time.monotonic() - started < 1:
                return
            if stage not in bars:
                shown.close()
                bars[stage] = click.progressbar(length=total, label=f"{stage:8}", file=sys.stderr)
                shown.callback(bars[stage].render_finish)
            bars[stage].update(done - bars[stage].pos)

        yield step
