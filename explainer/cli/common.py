"""Exit codes, errors, options, and reporting that the commands share."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from explainer.cli.summary import has_colors, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from click._termui_impl import ProgressBar

    from explainer.build.options import Progress
    from explainer.build.pipeline import BuildResult
    from explainer.build.state import LastRun, Report, SourceChanges
    from explainer.model.problems import Problem
    from explainer.model.scalars import SiteUrl
    from explainer.model.settings import Settings

DONE, PROBLEMS, USAGE = 0, 1, 2
"""Exit codes: success, problems in the content, incorrect usage."""

ARGUMENTS, LAST = "explainer.arguments", "explainer.last"
"""Where click's context has the command line, and what the last run left, if that has been read."""

FILE = click.Path(path_type=Path, dir_okay=False)
"""The type of options that name a file."""


class CallError(click.ClickException):
    """An error in how the command was called, not in the content: exit code 2."""

    exit_code = USAGE


@contextmanager
def command_errors(
    kind: type[Exception], path: Path | None, done: str = "written"
) -> Iterator[None]:
    """Turn exceptions of type `kind`, and files that cannot be written, into a CallError.

    `path`: the file or folder to name in the message if the OSError names none. `done`: what cannot
    be done, such as `read`.
    """
    try:
        yield
    except kind as error:
        raise CallError(str(error)) from None
    except OSError as error:
        from explainer.support.files import reason

        message = f"{error.filename or path} cannot be {done}: {reason(error)}."
        raise CallError(message) from None


def _url(context: click.Context, parameter: click.Parameter, value: str | None) -> SiteUrl | None:
    if value is None:
        return None
    from explainer.model.scalars import SiteUrl

    try:
        return SiteUrl.check(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Format of the report. json: a list, on standard output.",
)
site_format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="Format of the report, which is on standard output except for text. github: annotations "
    "in a pull request. sarif: for code scanners.",
)
strict_option = click.option("--strict", is_flag=True, help="Treat warnings as errors.")
cards_option = click.option(
    "--cards/--no-cards", default=True, help="Include preview cards, which take time to draw."
)
search_option = click.option(
    "--search/--no-search", default=True, help="Include the search, which takes time to index."
)
base_url_option = click.option(
    "--base-url",
    metavar="URL",
    callback=_url,
    help="URL of the published site. Overrides site.toml.",
)


def site_folder() -> Path:
    """Return the site's folder: the one `--site` names, or the nearest one at or above this folder.

    Raises CallError if there is no site.
    """
    from explainer.site.find import SETTINGS, find_site

    given: Path | None = click.get_current_context().obj
    if given is not None:
        if (given / SETTINGS).is_file():
            return given.absolute()
        raise CallError(
            f"there is no {SETTINGS} in {given}. To create a site, run `explainer new {given}`."
        )
    if root := find_site(Path.cwd()):
        return root
    raise CallError(
        f"there is no {SETTINGS} in this folder or any folder above it.\n"
        "Change to a site's folder, name one with --site DIR, or create one: explainer new DIR"
    )


def site_settings(root: Path) -> tuple[Settings, Mapping[str, str]]:
    """Return a site's settings, and by path the texts of the files that problems quote.

    If the settings have errors, reports them and exits.
    """
    from explainer.site.load import settings

    value, texts, problems = settings(root)
    if value is None:
        report(problems, texts)
        sys.exit(PROBLEMS)
    return value, texts


def is_terminal() -> bool:
    """Whether somebody can read what is printed, and answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def relative(path: Path) -> Path:
    """Return a path relative to the current folder if it is inside it, else unchanged."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def report(problems: Sequence[Problem], texts: Mapping[str, str], form: str = "text") -> None:
    """Print problems: as text on standard error, or if `form` is `json`, on standard output.

    `texts`: the contents, by path, of the files that the report quotes.
    """
    from explainer.model.report import as_json, as_text

    if form == "json":
        click.echo(as_json(problems), nl=False)
    elif problems:
        print_problems(as_text(problems, texts, color=True))


def print_problems(text: str) -> None:
    """Print problems on standard error: `text` has them in color."""
    if text:
        color = has_colors()
        shown = text if color else click.unstyle(text)
        click.echo(shown, nl=False, err=True, color=color)


def last_run(root: Path, command: str, options: Mapping[str, object]) -> LastRun:
    """Return what the last run of a command left for this one. `root` is the site's folder."""
    from explainer.build.state import LastRun, name_of

    last = click.get_current_context().meta.get(LAST)
    if isinstance(last, LastRun) and last.name == name_of(str(root.resolve()), command, options):
        return last
    return LastRun(root, command, options)


def run(
    make: Callable[[Progress], BuildResult],
    form: str = "text",
    *,
    writes: bool = True,
    state: LastRun | None = None,
    changes: SourceChanges | None = None,
) -> int:
    """Build or check a site with `make`, print its problems and a summary line.

    `writes`: whether `make` writes a site when it succeeds. `state`: what the last run left; if
    nothing has changed since, its report is printed again. `changes`: what has changed since, to
    say why each page was made. Returns the exit code.
    """
    started = time.perf_counter()
    done, why = state.recall() if state else None, "No page was made: nothing has changed.\n"
    if done is None:
        with progress_bar() as progress:
            built = make(progress)
        done = built.report or reported(built)
        if changes:
            from explainer.build.explain import explained

            why = "" if built.failed else explained(changes, built.made)
        if state:
            state.end()
        if state and built.conditions:
            state.keep(done, built.conditions, built.changed)
    if state and not changes and form == "text":
        from explainer.cli.again import remember

        remember(state, click.get_current_context().meta[ARGUMENTS])
    seconds = time.perf_counter() - started
    if form != "text":
        click.echo(_formatted(done.rows, form), nl=False)
    else:
        print_problems(done.text)
    if changes:
        click.echo(why, nl=False, err=True)
    click.echo(summary(done, seconds, writes=writes), err=True)
    return PROBLEMS if done.failed else DONE


def _formatted(rows: str, form: str) -> str:
    """Return a report for programs in another format, with paths from the repository's top."""
    if form == "json":
        from explainer.model.report import indented

        return indented(rows)
    import json

    from explainer.model.report_for_ci import as_github, as_sarif
    from explainer.scaffold.site import repository_above

    root = site_folder().resolve()
    top = repository_above(root)
    folder = f"{root.relative_to(top).as_posix()}/" if top else ""
    return (as_github if form == "github" else as_sarif)(json.loads(rows), folder)


def reported(built: BuildResult) -> Report:
    """Return what a run reports, ready to be printed."""
    from explainer.build.state import Report
    from explainer.model.report import as_rows, as_text

    return Report(
        text=as_text(built.problems, built.texts, color=True),
        rows=as_rows(built.problems),
        pages=built.pages,
        annotations=built.annotations,
        problems=dict(Counter(problem.severity for problem in built.problems)),
        failed=built.failed,
    )


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a progress bar on a terminal once a build has taken a second.

    Yields a function to call with the stage, the number of articles done, and their total.
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
