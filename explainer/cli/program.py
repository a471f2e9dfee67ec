"""The program `explainer`: its global options and its commands."""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import click

from explainer import __version__
from explainer.cli import common
from explainer.support.collection import without_collection

_MODULES = {
    **dict.fromkeys(("build", "check", "publish", "serve"), "build"),
    **dict.fromkeys(("add", "new", "schema", "theme"), "scaffold"),
    **dict.fromkeys(("export", "import"), "exchange"),
    "completion": "completion.command",
    "diff": "diff",
    "rate": "rate",
    "reanchor": "reanchor",
}
"""By command: the module that has it."""


class _Commands(Mapping[str, click.Command]):
    """The commands by name. Each is imported when it is asked for."""

    def __getitem__(self, name: str) -> click.Command:
        module = importlib.import_module(f"explainer.cli.{_MODULES[name]}")
        command: click.Command = getattr(module, f"{name}_" if name == "import" else name)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


class _Program(click.Group):
    """A command group whose output works in terminals with any character encoding.

    Characters that standard output cannot encode (code page 1252, for example) are escaped instead
    of raising an error. Python already does so for standard error.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command line; the same arguments and result as in click."""
        if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
            sys.stdout.reconfigure(errors="backslashreplace")
        atexit.register(gc.freeze)  # or Python would look for garbage while it ends
        try:
            with without_collection():  # imports create many objects, but no garbage
                return super().main(*args, **kwargs)
        except OSError as error:  # that no command expects, such as a full temporary folder
            _refuse(error)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse a command line, and keep it for `common.run`."""
        ctx.meta[common.ARGUMENTS] = tuple(args)
        return super().parse_args(ctx, args)


def _refuse(error: OSError) -> NoReturn:
    """Report that the system refused to read or write something, and exit."""
    from explainer.support.files import reason

    name = error.filename2 or error.filename
    if name is None:  # probably standard output
        with suppress(OSError, ValueError):  # Python writes the rest of it at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    what = f"{name} cannot be read or written" if name else "the output cannot be written"
    click.echo(f"Error: {what}: {reason(error)}.", err=True)
    sys.exit(common.USAGE)


@click.group(
    cls=_Program,
    commands=_Commands(),
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True},
)
@click.option(
    "--site",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The site's folder. [default: the nearest one with site.toml, at or above this folder]",
)
@click.version_option(__version__, prog_name="explainer")
@click.pass_context
def main(context: click.Context, folder: Path | None) -> None:
    """Turn articles and their annotations into pages that show their sources.

    \b
    Get started:
      explainer new my-site      create a site with an annotated article
      cd my-site
      explainer serve --open     preview it, updated on every save
      explainer build            write the pages to _site/
    """  # noqa: D301 - click looks for the character itself
    context.meta[common.LAST] = context.obj  # what the last run left, if that has been read
    context.obj = folder
