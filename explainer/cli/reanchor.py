"""The command `reanchor`, which follows annotations when articles change."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from explainer.cli import common
from explainer.cli.completion.command import complete_article

if TYPE_CHECKING:
    from explainer.upkeep.reanchor import FollowResult


@click.command()
@click.argument("articles", nargs=-1, metavar="[ARTICLE]...", shell_complete=complete_article)
@click.option("--since", metavar="REV", help="Compare with this revision of git.")
@click.option("--write", is_flag=True, help="Write the proposals that are certain.")
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="ID",
    help="Write the proposal for this annotation: `article#id`, or its id.",
)
@common.format_option
def reanchor(
    articles: tuple[str, ...],
    since: str | None,
    write: bool,
    accepted: tuple[str, ...],
    output_format: str,
) -> None:
    """Say where annotations belong after their articles were edited.

    ARTICLE is an article's file or folder. The default is the whole site.

    Each annotation is compared with the version of the article for which it was written, from git
    or else from the last builds. If its words have changed or moved, the command proposes where
    they are now. At a terminal, it asks about each; press ? to see what the keys mean. --write
    changes the quotes of notes for which this is certain, and nothing else; a claim is only changed
    with --accept.
    """
    from explainer.exchange.find_article import CommandError
    from explainer.support.files import FileChangedError
    from explainer.upkeep import report
    from explainer.upkeep.reanchor import AcceptError, follow_site, to_write
    from explainer.upkeep.repository import NoRevisionError

    root = common.site_folder()
    try:
        with common.progress_bar() as progress:
            followed = follow_site(root, articles, since, progress)
        chosen = to_write(followed, moved=write, accepted=accepted)
    except (CommandError, NoRevisionError, AcceptError) as error:
        raise common.CallError(str(error)) from None
    common.report(followed.problems, followed.texts)
    problems = list(followed.problems)
    asks = not (write or accepted or output_format == "json") and common.is_terminal()
    done = 0
    with common.command_errors(FileChangedError, root):
        if asks:
            from explainer.cli.decide import ask_all

            done = ask_all(root, followed)
        else:
            _report(followed, output_format)
        if chosen:
            from explainer.upkeep.write_targets import write_targets

            written = write_targets(root, chosen)
            common.report(written.problems, followed.texts)
            problems += written.problems
            done = len(written.entries)
    if followed.entries or not problems:
        click.echo(report.summary(followed.entries), err=True)
    unknown = any("no earlier version" in entry.verdict.reason for entry in followed.entries)
    if followed.shallow and unknown:
        click.echo(
            "git has only a part of the history; to get the rest: git fetch --unshallow", err=True
        )
    if chosen or asks:
        click.echo(f"{done} written", err=True)
    is_done = done == sum(entry.is_open for entry in followed.entries)
    sys.exit(common.DONE if is_done and not problems else common.PROBLEMS)


def _report(followed: FollowResult, output_format: str) -> None:
    from explainer.upkeep import report

    if output_format == "json":
        click.echo(report.as_json(followed.entries), nl=False)
        return
    color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for line in report.as_text(followed.entries, color=color):
        click.echo(line)
