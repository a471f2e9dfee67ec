"""The command `rate`, which gives a claim a new rating."""

from __future__ import annotations

import sys

import click

from explainer.cli import common


def _date(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    from explainer.model.scalars import PartialDate

    try:
        return None if value is None else PartialDate.check(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command()
@click.argument("claim", metavar="CLAIM")
@click.argument("rating", metavar="RATING")
@click.option("--review", metavar="TEXT", help="The new reasons, in Markdown. -: standard input.")
@click.option(
    "--since",
    metavar="DATE",
    callback=_date,
    help="When the claim got its old rating. [default: when it was last checked]",
)
def rate(claim: str, rating: str, review: str | None, since: str | None) -> None:
    """Give a claim a new rating, and keep the old one in its history.

    CLAIM is `article#id`, such as kremlin-call#call-happened, or the id alone if only one claim of
    the site has it. RATING is the id of a rating, such as false.

    The command sets `rating` and `checked` (today), and adds the old rating to `history`; with
    --review, also the old review. Nothing else in the file changes. If the claim has this rating
    already, nothing is written, except a new review.
    """
    from explainer.support.files import FileChangedError
    from explainer.upkeep.rate import RateError, rate_claim

    root = common.site_folder()
    if review == "-":
        review = sys.stdin.read()
    with common.command_errors(FileChangedError, root):
        try:
            result = rate_claim(root, claim, rating, review=review, since=since)
        except RateError as error:
            raise common.CallError(str(error)) from None
    common.report(result.problems, result.texts or {})
    for line in result.lines:
        click.echo(line)
    sys.exit(common.PROBLEMS if result.problems else common.DONE)
