"""What the commands share: exit codes, usage errors, common options, and where the site is."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from explainer.cli.report import report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from click.shell_completion import CompletionItem

    from explainer.model.scalars import Url
    from explainer.model.settings import Settings

DONE, PROBLEMS, USAGE = 0, 1, 2
"""Exit codes: done, problems in the content, wrong usage."""

FILE = click.Path(path_type=Path, dir_okay=False)
"""What an option that names a file takes."""


class CallError(click.ClickException):
    """Something about the call, not the content: exit code 2."""

    exit_code = USAGE


@contextmanager
def command_errors(kind: type[Exception], path: Path | None) -> Iterator[None]:
    """Turn errors of one kind, and files that cannot be written, into a CallError.

    `path`: the file or folder to name where the system names none.
    """
    try:
        yield
    except kind as error:
        raise CallError(str(error)) from None
    except OSError as error:
        message = f"{error.filename or path} cannot be written: {error.strerror}."
        raise CallError(message) from None


def _url(context: click.Context, parameter: click.Parameter, value: str | None) -> Url | None:
    from explainer.model.scalars import Url

    try:
        return None if value is None else Url.check(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How problems are reported. json: one list, on standard output.",
)
strict_option = click.option("--strict", is_flag=True, help="Take warnings for errors.")
base_url_option = click.option(
    "--base-url",
    metavar="URL",
    callback=_url,
    help="The published address, in place of site.toml's.",
)


def site_folder() -> Path:
    """Return the folder of the site: the one that `--site` names, or the one around this folder.

    Raises CallError if there is no site.
    """
    from explainer.site.load import SETTINGS, find_site

    given: Path | None = click.get_current_context().obj
    if given is not None:
        if (given / SETTINGS).is_file():
            return given.absolute()
        raise CallError(f"there is no {SETTINGS} in {given}. `explainer new {given}` makes a site.")
    if root := find_site(Path.cwd()):
        return root
    raise CallError(
        f"there is no {SETTINGS} here or in a folder above.\n"
        "Go into a site's folder, name one with --site DIR, or make one: explainer new DIR"
    )


def site_settings(root: Path) -> tuple[Settings, Mapping[str, str]]:
    """Return a site's settings, and the texts that problems quote lines of, by path.

    If the settings have errors, reports them and exits.
    """
    from explainer.site.load import settings

    value, texts, problems = settings(root)
    if value is None:
        report(problems, texts)
        sys.exit(PROBLEMS)
    return value, texts


def complete_article(
    context: click.Context, _: click.Parameter, typed: str
) -> list[CompletionItem[str]]:
    """Return the articles that a shell may complete a word to."""
    from click.shell_completion import CompletionItem

    from explainer.cli.completion.articles import articles
    from explainer.site.load import find_site

    try:
        here = Path.cwd()
        root = context.find_root().params.get("folder") or find_site(here)
        return [CompletionItem(name) for name in (articles(root, here, typed) if root else ())]
    except OSError:
        return []


def relative(path: Path) -> Path:
    """Return a path as a user in the current folder would write it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
