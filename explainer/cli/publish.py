"""`explainer publish`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from explainer.cli import common
from explainer.cli.report import run


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
            if run(partial(build_site, root, strictly)).failed:
                click.echo("Nothing was pushed.", err=True)
                sys.exit(common.PROBLEMS)
            published = push(plan, output, dry_run=dry_run)
    except PublishError as error:
        raise common.CallError(str(error)) from None
    for line in published.lines(plan, dry_run=dry_run):
        click.echo(line)
