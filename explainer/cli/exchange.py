"""`explainer export` and `import`: annotations and sources, to and from other programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from explainer.cli import common
from explainer.cli.completion.command import complete_article


@click.command()
@click.argument("article", metavar="ARTICLE", shell_complete=complete_article)
@click.option(
    "--as",
    "form",
    type=click.Choice(["web-annotation", "claimreview", "csl-json", "bibtex"]),
    default="web-annotation",
    help="The format.",
)
@click.option(
    "-o",
    "--output",
    type=common.FILE,
    metavar="FILE",
    help="Write into FILE. [default: standard output]",
)
@common.base_url_option
def export(article: str, output: Path | None, **options: Any) -> None:
    """Give an article's annotations or sources to other programs.

    ARTICLE is its file or folder: content/kremlin-call.

    \b
    web-annotation  all annotations (W3C JSON-LD), with all that their authors wrote
    claimreview     a ClaimReview (schema.org JSON-LD) of each claim
    csl-json        the sources, for reference managers and citation processors
    bibtex          the sources, for LaTeX
    """  # noqa: D301 - click looks for the character itself
    from explainer.exchange.export_article import export_article
    from explainer.exchange.find_article import CommandError

    with common.command_errors(CommandError, output):
        exported = export_article(common.site_folder(), article, **options)
        common.report(exported.problems, exported.texts)
        if exported.text is None:
            sys.exit(common.PROBLEMS)
        if output is None:
            click.echo(exported.text.encode(), nl=False)
        else:
            output.write_bytes(exported.text.encode())


@click.command("import")
@click.argument("file", type=common.FILE, metavar="FILE")
@click.option(
    "--article",
    metavar="ARTICLE",
    shell_complete=complete_article,
    help="Whose annotation file it goes to.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["web-annotation", "hypothesis", "csl-json", "bibtex"]),
    help="The file's format. [default: found out]",
)
@click.option("--library", is_flag=True, help="Put sources and people into content/_library.yaml.")
@click.option(
    "--unplaced",
    type=common.FILE,
    metavar="FILE",
    help="Where to keep what finds no place. [default: as comments at the end of the YAML]",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@common.format_option
def import_(file: Path, output_format: str, **options: Any) -> None:
    """Bring annotations or sources of other programs into an article.

    \b
    web-annotation  an Annotation, a page or a collection of them (W3C JSON-LD)
    hypothesis      what Hypothes.is exports, or its API gives for a search
    csl-json        sources, as reference managers export them
    bibtex          sources, as LaTeX has them

    Each annotation is put on the words that it was made on; what does not surely belong to words
    of this article is kept as a comment, with the reason. Nothing that is there is changed.
    """  # noqa: D301 - click looks for the character itself
    from explainer.exchange.find_article import CommandError
    from explainer.exchange.import_file import import_file

    with common.command_errors(CommandError, file):
        imported = import_file(common.site_folder(), file, **options)
    common.report(imported.problems, imported.texts, output_format)
    for words in imported.said:
        click.echo(words, err=True)
    sys.exit(common.PROBLEMS if imported.failed else common.DONE)
