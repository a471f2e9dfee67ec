"""`explainer schema`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from explainer.cli import common

if TYPE_CHECKING:
    from explainer.parse.json_schema import Kind


@click.command()
@click.argument(
    "kind", type=click.Choice(["annotations", "library", "article", "site"]), required=False
)
@click.option("--write", is_flag=True, help="Write all of them into the site's .explainer/ folder.")
def schema(kind: Kind | None, write: bool) -> None:
    """Print a JSON Schema for an editor to complete and check files with.

    KIND is annotations (X.yaml), library (_library.yaml), article (front matter) or site
    (site.toml). `build` writes all of them into .explainer/.
    """
    from explainer.parse.editor_schemas import schema_text, write_schemas

    if write:
        for path in write_schemas(common.site_folder()):
            click.echo(path)
    elif kind:
        # For a file, UTF-8 with the line ends that it has; whatever the terminal's would be.
        click.echo(schema_text(kind).encode())
    else:
        raise click.UsageError("name a KIND, or say --write")
