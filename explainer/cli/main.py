"""The program `explainer`: its global options and its commands."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import click

from explainer import __version__
from explainer.cli.build import build, check, publish, serve
from explainer.cli.common import USAGE
from explainer.cli.completion.command import completion
from explainer.cli.diff import diff
from explainer.cli.exchange import export, import_
from explainer.cli.rate import rate
from explainer.cli.reanchor import reanchor
from explainer.cli.scaffold import add, new, schema, theme


class _Program(click.Group):
    """A command group whose output works in terminals with any character encoding.

    Characters that standard output cannot encode (code page 1252, for example) are escaped instead
    of raising an error. Python already does so for standard error.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command line; the same arguments and result as in click."""
        if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            return super().main(*args, **kwargs)
        except OSError as error:  # that no command expects, such as a full temporary folder
            _refuse(error)


def _refuse(error: OSError) -> NoReturn:
    """Report that the system refused to read or write something, and exit."""
    from explainer.support.files import reason

    name = error.filename2 or error.filename
    if name is None:  # probably standard output
        with suppress(OSError, ValueError):  # Python writes the rest of it at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    what = f"{name} cannot be read or written" if name else "the output cannot be written"
    click.echo(f"Error: {what}: {reason(error)}.", err=True)
    sys.exit(USAGE)


@click.group(
    cls=_Program, context_settings={"help_option_names": ["-h", "--help"], "show_default": True}
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
    context.obj = folder


for command in (
    add,
    build,
    check,
    completion,
    diff,
    export,
    import_,
    new,
    publish,
    rate,
    reanchor,
    schema,
    serve,
    theme,
):
    main.add_command(command)
