"""The commands `build`, `check`, `serve`, and `publish`, which make a site's pages."""

from __future__ import annotations

import gc
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explainer.cli import common

if TYPE_CHECKING:
    from explainer.build.options import Progress
    from explainer.build.pipeline import BuildResult


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Write to DIR instead."
)
@common.base_url_option
@click.option("--drafts", is_flag=True, help="Include drafts.")
@click.option("--future", is_flag=True, help="Include pages dated in the future.")
@common.strict_option
@common.site_format_option
@common.cards_option
@common.search_option
@click.option("--clean", is_flag=True, help="Rewrite all files, even if nothing has changed.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of processes. [default: one per core if there are many articles]",
)
@click.option(
    "--verify", is_flag=True, help="Build a second time from nothing, and compare every byte."
)
@click.option("--explain", is_flag=True, help="Say why each page was made again.")
def build(verify: bool, explain: bool, output_format: str, **options: Any) -> None:
    """Build the site in _site/.

    If there is an error, nothing is written and the pages of the last build stay as they are.
    """
    root = common.site_folder()

    def make(progress: Progress) -> BuildResult:
        from explainer.build.options import BuildOptions
        from explainer.build.pipeline import build_site
        from explainer.build.verify import build_verified

        make_site = build_verified if verify else build_site
        return make_site(root, BuildOptions(**options, explain=changes), progress, state.edits)

    state = common.last_run(root, "build", options)
    changes = state.changes() if explain else None
    if verify:
        state.recall()  # finds the edits; even without any, the output is compared
    sys.exit(common.run(make, output_format, state=None if verify else state, changes=changes))


@click.command()
@click.option("--drafts", is_flag=True, help="Include drafts.")
@click.option("--future", is_flag=True, help="Include pages dated in the future.")
@click.option("--links", is_flag=True, help="Also check external links.")
@click.option("--fresh", is_flag=True, help="With --links: ignore cached results.")
@click.option(
    "--against", metavar="REV", help="Also compare with what a revision of git published."
)
@click.option("--advice/--no-advice", default=True, help="Include editorial advice.")
@click.option("-q", "--quiet", is_flag=True, help="Report only errors and warnings.")
@common.strict_option
@common.site_format_option
def check(links: bool, fresh: bool, output_format: str, **options: Any) -> None:
    """Report problems and editorial advice.

    No pages are written.

    --links requests every external link, one request per host at a time. Results are cached in
    .explainer/: successes for a week, failures for a day or less.

    --against is for pull requests. It compares the site with the last commit that it has in common
    with REV, and reports ratings that changed without `history`, claims whose sentence changed,
    quotes that are now found on other words, addresses that are gone, and corrections that readers
    may expect.
    """
    if fresh and not links:
        raise click.UsageError("--fresh requires --links")
    root = common.site_folder()

    own = {key: options.pop(key) for key in ("advice", "quiet", "against")}

    def make(progress: Progress) -> BuildResult:
        from explainer.build.options import BuildOptions
        from explainer.check.check import CheckOptions, check_site
        from explainer.upkeep.repository import NoRevisionError

        check_options = CheckOptions(links=links, fresh=fresh, **own)
        build_options = BuildOptions(write=False, **options)
        with common.command_errors(NoRevisionError, root, "read"):
            edits = state.edits if state else None
            return check_site(root, build_options, check_options, progress, edits)

    if links:
        from explainer.check.check import has_httpx
        from explainer.support import extras

        if not has_httpx():
            raise common.CallError(
                f"--links needs the extra `links`. Install it: {extras.install('links')}"
            )
    # What these two find depends on more than the site's files.
    state = (
        None
        if links or own["against"] is not None
        else common.last_run(root, "check", {**options, **own})
    )
    sys.exit(common.run(make, output_format, writes=False, state=state))


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="HOST",
    help="Address to listen on. 0.0.0.0 lets other machines connect.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=4000,
    metavar="PORT",
    help="Port to listen on. If it is in use, the next free port is used.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the site in the browser.")
@click.option("--drafts/--no-drafts", default=True, help="Include drafts.")
@click.option("--future", is_flag=True, help="Include pages dated in the future.")
@common.cards_option
@common.search_option
def serve(*, drafts: bool, future: bool, cards: bool, search: bool, **options: Any) -> None:
    """Preview the site in the browser, updated on every save.

    Pages are made in memory and never written to disk. Problems appear in the page. To stop the
    server, press Ctrl-C.
    """
    from explainer.build.options import BuildOptions
    from explainer.serve.lifespan import PortError, ServeOptions
    from explainer.serve.lifespan import serve as run_server
    from explainer.serve.live import LiveSite
    from explainer.support.stamps import themes_folder

    gc.enable()  # `main` pauses it for commands that end soon
    root = common.site_folder()
    site = LiveSite(root, BuildOptions(drafts=drafts, future=future, cards=cards, search=search))
    try:
        run_server(
            site,
            root,
            ServeOptions(**options, others=(themes_folder(),), say=click.echo, show=common.report),
        )
    except PortError as error:
        raise common.CallError(f"{error}.") from None


@click.command()
@click.option("--remote", metavar="NAME", help="Remote to push to. [default: origin]")
@click.option(
    "--branch", metavar="BRANCH", help="Branch to push to. Overrides site.toml. [default: gh-pages]"
)
@click.option("-m", "--message", metavar="TEXT", help="Commit message.")
@click.option("--dry-run", is_flag=True, help="Show what would be pushed without pushing.")
@click.option("--allow-dirty", is_flag=True, help="Publish even with uncommitted changes.")
@click.option("--allow-detached", is_flag=True, help="Publish even if no branch is checked out.")
def publish(dry_run: bool, **options: Any) -> None:
    """Build the site and push it to the branch for GitHub Pages.

    The build uses --strict. The pages become a new commit on top of the remote branch. The push is
    never forced, and your files and the current branch are not changed.
    """
    from explainer.build.options import BuildOptions
    from explainer.build.pipeline import build_site
    from explainer.publish.git import PublishError
    from explainer.publish.plan import PublishOptions, make_plan
    from explainer.publish.push import push
    from explainer.support.leftovers import temporary_folder

    root = common.site_folder()
    settings, _ = common.site_settings(root)
    try:
        plan = make_plan(root, settings, PublishOptions(**options))
        for line in plan.lines():
            click.echo(line)
        with temporary_folder() as folder:
            output = folder / "site"
            build_options = BuildOptions(output=output, base_url=plan.url, strict=True, kept=False)
            if common.run(partial(build_site, root, build_options)):
                click.echo("Nothing was pushed.", err=True)
                sys.exit(common.PROBLEMS)
            published = push(plan, output, dry_run=dry_run)
    except PublishError as error:
        raise common.CallError(str(error)) from None
    for line in published.lines(plan, dry_run=dry_run):
        click.echo(line)
