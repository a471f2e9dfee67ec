"""`explainer build`, `check`, `serve` and `publish`: what makes a site's pages."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from explainer.cli import common


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
    sys.exit(common.run(make, output_format))


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
    sys.exit(common.run(make, output_format, writes=False))


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
    from explainer.serve.lifespan import serve as run_server
    from explainer.serve.live import LiveSite

    root = common.site_folder()
    site = LiveSite(root, BuildOptions(drafts=drafts, future=future))
    try:
        how = ServeOptions(**options, others=(themes_folder(),), say=click.echo, show=common.report)
        run_server(site, root, how)
    except PortError as error:
        raise common.CallError(f"{error}.") from None


@click.command()
@click.option("--remote", metavar="NAME", help="The remote to push to. [default: origin]")
@click.option("--branch", metavar="BRANCH", help="In place of site.toml's. [default: gh-pages]")
@click.option("-m", "--message", metavar="TEXT", help="The commit's message.")
@click.option("--dry-run", is_flag=True, help="Say what would be pushed, and push nothing.")
@click.option("--allow-dirty", is_flag=True, help="Publish what is not committed, too.")
@click.option("--allow-detached", is_flag=True, help="Publish though no branch is checked out.")
def publish(dry_run: bool, **options: Any) -> None:
    """Build the site, strictly, and push it to the branch that GitHub Pages serves.

    The pages become a commit on top of what the branch holds at the remote: nothing is forced, and
    the files here and the branch that is checked out stay as they are.
    """
    import tempfile

    from explainer.build.options import BuildOptions
    from explainer.build.pipeline import build_site
    from explainer.publish.git import PublishError
    from explainer.publish.plan import PublishOptions, make_plan
    from explainer.publish.push import push

    root = common.site_folder()
    settings, _ = common.site_settings(root)
    try:
        plan = make_plan(root, settings, PublishOptions(**options))
        for line in plan.lines():
            click.echo(line)
        with tempfile.TemporaryDirectory(prefix="explainer-") as folder:
            output = Path(folder) / "site"
            strictly = BuildOptions(output=output, base_url=plan.url, strict=True)
            if common.run(partial(build_site, root, strictly)):
                click.echo("Nothing was pushed.", err=True)
                sys.exit(common.PROBLEMS)
            published = push(plan, output, dry_run=dry_run)
    except PublishError as error:
        raise common.CallError(str(error)) from None
    for line in published.lines(plan, dry_run=dry_run):
        click.echo(line)
