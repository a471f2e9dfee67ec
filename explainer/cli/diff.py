"""The command `diff`, which says what changed for readers."""

from __future__ import annotations

import sys

import click

from explainer.cli import common


@click.command()
@click.argument("revision", metavar="[REV]", required=False)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="Format of the report. markdown: for a pull request or a changelog.",
)
def diff(revision: str | None, output_format: str) -> None:
    """Say what changed for readers since a revision of git.

    REV is a commit, a tag, or a branch. The default is what was published last: the commit that
    `explainer publish` has recorded; with a workflow that publishes, the main branch of `origin`;
    or else the last tag.

    The report lists articles that were added, renamed, corrected, or withdrawn; claims that were
    added or withdrawn, or that have another rating; evidence; and quotes that are now found on
    other words. Addresses that no longer have a page are listed with the alias to add. Drafts do
    not count. The old version is read from git; your files stay as they are.
    """
    from explainer.model import ratings
    from explainer.upkeep import change_report
    from explainer.upkeep.changes import compare
    from explainer.upkeep.edition import current_edition, old_edition, repository_of
    from explainer.upkeep.published import last_publication
    from explainer.upkeep.repository import NoRevisionError

    root = common.site_folder()
    edition, texts, problems = current_edition(root)
    common.report(problems, texts)
    if edition is None:
        sys.exit(common.PROBLEMS)
    with common.command_errors(NoRevisionError, root, "read"):
        repository = repository_of(root, "explainer diff")
        if revision is None:
            commit, name = last_publication(repository, edition.settings)
        else:
            commit, name = repository.commit(revision), revision
        changes = compare(old_edition(repository, commit), edition)
    scale = ratings.scale(edition.settings)
    report = change_report.ChangeReport(commit, name, changes, scale, edition.settings.url)
    if output_format == "json":
        click.echo(change_report.as_json(report), nl=False)
    else:
        lines = change_report.as_text if output_format == "text" else change_report.as_markdown
        for line in lines(report):
            click.echo(line)
    number = len(changes.changes)
    count = f"{number} change{'' if number == 1 else 's'}" if number else "no changes"
    click.echo(f"{count} for readers since {commit[:10]} ({name})", err=True)
    for note in changes.notes:
        click.echo(f"note: {note}", err=True)
    sys.exit(common.PROBLEMS if problems else common.DONE)
