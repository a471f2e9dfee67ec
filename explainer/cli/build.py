"""`explainer build` and `check`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from explainer.cli import common
from explainer.cli.report import run


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Build into DIR."
)
@common.base_url_option
@click.option("--drafts", is_flag=True, help="Build drafts too.")
@click.option("--future", is_flag=True, help="Build pages whose date has not come too.")
@common.strict_option
@common.format_option
@click.option("--clean", is_flag=True, help="Write every file anew.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes to use. [default: one for each core, if there are many articles]",
)
def build(output_format: str, **options: Any) -> None:
    """Build the site into _site/.

    Nothing is written if there is an error: the pages of the last build stay as they are.
    """
    from explainer.build.options import BuildOptions
    from explainer.build.pipeline import build_site

    make = partial(build_site, common.site_folder(), BuildOptions(**options))
    sys.exit(common.PROBLEMS if run(make, output_format).failed else common.DONE)


@click.command()
@click.option("--drafts", is_flag=True, help="Check drafts too.")
@click.option("--future", is_flag=True, help="Check pages whose date has not come too.")
@click.option("--links", is_flag=True, help="Ask too whether what links lead to is still there.")
@click.option("--fresh", is_flag=True, help="With --links: ask anew what was asked lately.")
@click.option("--advice/--no-advice", default=True, help="What a careful editor would ask.")
@click.option("-q", "--quiet", is_flag=True, help="Only errors and warnings.")
@common.strict_option
@common.format_option
def check(
    links: bool, fresh: bool, advice: bool, quiet: bool, output_format: str, **options: Any
) -> None:
    """Report all that is wrong, and what an editor would ask. No page is written.

    --links asks the hosts of all links out of the site, one question at a time. Answers are kept
    in .explainer/: good ones for a week, others for a day or less.
    """
    from explainer.build.options import BuildOptions
    from explainer.check.check import CheckOptions, check_site, has_httpx
    from explainer.support import extras

    if fresh and not links:
        raise click.UsageError("--fresh goes with --links")
    if links and not has_httpx():
        raise common.CallError(
            f"--links needs the extra `links`. Install it: {extras.install('links')}"
        )
    asked = CheckOptions(links=links, fresh=fresh, advice=advice, quiet=quiet)
    make = partial(check_site, common.site_folder(), BuildOptions(write=False, **options), asked)
    sys.exit(common.PROBLEMS if run(make, output_format, writes=False).failed else common.DONE)
