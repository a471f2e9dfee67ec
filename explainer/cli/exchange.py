"""The commands `export` and `import`, which exchange annotations and sources with other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explainer.cli import common
from explainer.cli.completion.command import complete_article

if TYPE_CHECKING:
    from explainer.build.state import LastRun
    from explainer.exchange.kept_exports import KeptExport


@click.command()
@click.argument("article", metavar="ARTICLE", shell_complete=complete_article)
@click.option(
    "--as",
    "form",
    type=click.Choice(["web-annotation", "claimreview", "csl-json", "bibtex"]),
    default="web-annotation",
    help="Output format.",
)
@click.option(
    "-o",
    "--output",
    type=common.FILE,
    metavar="FILE",
    help="Write to FILE. [default: standard output]",
)
@common.base_url_option
def export(article: str, output: Path | None, **options: Any) -> None:
    """Export an article's annotations or sources for other tools.

    ARTICLE is the article's file or folder, such as content/kremlin-call.

    \b
    web-annotation  all annotations in full (W3C JSON-LD)
    claimreview     a ClaimReview for each claim (schema.org JSON-LD)
    csl-json        the sources, for reference managers and citation processors
    bibtex          the sources, for LaTeX
    """  # noqa: D301 - click looks for the character itself
    from explainer.build.state import LastRun
    from explainer.exchange import kept_exports

    root = common.site_folder()
    last = LastRun(root, "export", {"base_url": options["base_url"]})
    request = [article, options["form"], str(Path.cwd())]
    done = kept_exports.recall(last, request)
    if done is None:
        done = _made(root, article, options, last)
        kept_exports.keep(last, request, done)
    common.print_problems(done.report)
    if done.content is None:
        sys.exit(common.PROBLEMS)
    if output is None:
        click.echo(done.content, nl=False)
        return
    from explainer.support.files import check_inside, export_file, is_same

    with common.command_errors(common.CallError, output):
        check_inside(root, output)
        if not is_same(output, done.content):
            export_file(output, done.content)


def _made(root: Path, article: str, options: dict[str, Any], last: LastRun) -> KeptExport:
    """Export an article, and keep the state of this run. Raises CallError."""
    from explainer.build.state import Report
    from explainer.exchange.export_article import export_article
    from explainer.exchange.find_article import CommandError
    from explainer.exchange.kept_exports import KeptExport
    from explainer.model.report import as_text

    with common.command_errors(CommandError, None):
        made = export_article(root, article, **options)
    last.end()
    if made.conditions:
        nothing = Report(text="", rows="", pages=0, annotations=0, problems={}, failed=False)
        last.keep(nothing, made.conditions)
    report = as_text(made.problems, made.texts, color=True) if made.problems else ""
    return KeptExport(None if made.text is None else made.text.encode(), report)


@click.command("import")
@click.argument("file", type=common.FILE, metavar="FILE")
@click.option(
    "--article",
    metavar="ARTICLE",
    shell_complete=complete_article,
    help="Article to import into.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["web-annotation", "hypothesis", "csl-json", "bibtex"]),
    help="Format of FILE. [default: detected]",
)
@click.option("--library", is_flag=True, help="Add sources and people to content/_library.yaml.")
@click.option(
    "--unplaced",
    type=common.FILE,
    metavar="FILE",
    help="Save unplaced annotations to FILE. [default: comments at the end of the YAML]",
)
@click.option("--dry-run", is_flag=True, help="Show what would be done without writing.")
@common.format_option
def import_(file: Path, output_format: str, **options: Any) -> None:
    """Import annotations or sources from other tools into an article.

    \b
    web-annotation  an annotation, page, or collection (W3C JSON-LD)
    hypothesis      a Hypothes.is export, or search results from its API
    csl-json        sources exported by a reference manager
    bibtex          sources from LaTeX

    Each annotation is placed on the words that it quotes. If its place in this article is
    uncertain, it is saved as a comment with the reason. Existing entries are not changed.
    """  # noqa: D301 - click looks for the character itself
    from explainer.exchange.find_article import CommandError
    from explainer.exchange.import_file import import_file

    root = common.site_folder()
    with common.command_errors(CommandError, file):
        imported = import_file(root, file, **options)
    common.report(imported.problems, imported.texts, output_format)
    for line in imported.messages:
        click.echo(line, err=True)
    sys.exit(common.PROBLEMS if imported.failed else common.DONE)
