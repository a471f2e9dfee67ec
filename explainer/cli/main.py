"""The program `explainer`: its global options and its commands."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import click

from explainer import __version__
from explainer.cli.build import build, check, publish, serve
from explainer.cli.completion.command import completion
from explainer.cli.exchange import export, import_
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
        return super().main(*args, **kwargs)


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


for command in (add, build, check, completion, export, import_, new, publish, schema, serve, theme):
    main.add_command(command)
