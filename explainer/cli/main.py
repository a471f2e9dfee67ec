"""The program `explainer`: its own options, and its commands."""

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
    """The commands, for terminals of any character set.

    What a console of code page 1252 cannot show comes escaped, not as a traceback. On the error
    stream Python sees to that by itself.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command line; as click's, of which this is an extension."""
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
    help="The site's folder. [default: the one with site.toml, here or above]",
)
@click.version_option(__version__, prog_name="explainer")
@click.pass_context
def main(context: click.Context, folder: Path | None) -> None:
    """Turn articles and their annotations into pages that show their sources.

    \b
    First steps:
      explainer new my-site      make a site with an annotated article
      cd my-site
      explainer serve --open     show it, and every change
      explainer build            write the pages into _site/
    """  # noqa: D301 - click looks for the character itself
    context.obj = folder


for command in (add, build, check, completion, export, import_, new, publish, schema, serve, theme):
    main.add_command(command)
