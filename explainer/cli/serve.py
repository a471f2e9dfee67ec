"""`explainer serve`."""

from __future__ import annotations

from typing import Any

import click

from explainer.cli import common
from explainer.cli.report import report


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="HOST",
    help="Where to listen. 0.0.0.0: on all of the machine's addresses, for others too.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=4000,
    metavar="PORT",
    help="If it is in use, the next free one is taken.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the site in the browser.")
@click.option("--drafts/--no-drafts", default=True, help="Show drafts.")
@click.option("--future", is_flag=True, help="Show pages whose date has not come too.")
def serve(drafts: bool, future: bool, **options: Any) -> None:
    """Show the site in the browser, and every change as it is saved.

    Nothing is written: the pages are made in memory. A mistake is shown in the page. Ctrl-C ends
    it.
    """
    from explainer.build.options import BuildOptions
    from explainer.render.theme import themes_folder
    from explainer.serve.lifespan import PortError, ServeOptions
    from explainer.serve.lifespan import serve as run
    from explainer.serve.live import LiveSite

    root = common.site_folder()
    site = LiveSite(root, BuildOptions(drafts=drafts, future=future))
    try:
        how = ServeOptions(**options, others=(themes_folder(),), say=click.echo, show=report)
        run(site, root, how)
    except PortError as error:
        raise common.CallError(f"{error}.") from None
