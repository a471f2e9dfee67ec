"""`explainer new`, `add`, `theme` and `schema`: files for authors and their editors."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explainer.cli import common
from explainer.cli.completion.command import complete_genre

if TYPE_CHECKING:
    from explainer.parse.json_schema import Kind


class _NewFolder(click.Path):
    """A folder that is named: not what is left of a variable that is not set."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not os.fspath(value):
            self.fail("it is empty. For the current folder, say `.`", param, ctx)
        return super().convert(value, param, ctx)


@click.command()
@click.argument(
    "folder", type=_NewFolder(path_type=Path, file_okay=False), metavar="DIR", required=False
)
@click.option(
    "--update", is_flag=True, help="Compare the starter files of an existing site with today's."
)
@click.option("--write", is_flag=True, help="With --update: bring the files up to date.")
def new(folder: Path | None, update: bool, write: bool) -> None:
    """Make a site in DIR that builds as it is.

    The site has an annotated article to start from, settings, and a workflow that publishes it on
    GitHub Pages. Existing files stay as they are.

    With --update, show how the starter files of an existing site (the workflow, .gitignore,
    requirements.txt, and the schema line on top of YAML and TOML files) differ from those of this
    version. With --write as well, bring them up to date; a workflow that you have changed is only
    replaced after you have seen the difference and confirmed it.
    """
    if write and not update:
        raise click.UsageError("--write goes with --update")
    if update:
        _update(folder or common.site_folder(), write=write)
    elif folder is None:
        raise click.UsageError("Missing argument 'DIR'.")
    else:
        _new(folder)


def _new(folder: Path) -> None:
    from explainer.parse.json_schema import write_schemas
    from explainer.scaffold.site import ScaffoldError, new_site, repository_above

    with common.command_errors(ScaffoldError, folder):
        made, kept = new_site(folder)
        write_schemas(folder)
    for path in made:
        click.echo(f"  made   {path}")
    for path in kept:
        click.echo(f"  kept   {path} (it was there)")
    steps = ["explainer serve --open"]
    if folder.absolute() != Path.cwd():
        steps.insert(0, f"cd {_quoted(folder)}")
    click.echo("\nNow see it, and change it:\n  " + "\n  ".join(steps))
    click.echo("README.md there says how it gets to the web.")
    if root := repository_above(folder):
        inside = folder.resolve().relative_to(root).as_posix()
        click.echo(
            f"\nFor GitHub Pages, move {folder / '.github/workflows/pages.yml'} to "
            f"{root / '.github/workflows'},\nand say `SITE: {inside}` in it."
        )


def _update(root: Path, *, write: bool) -> None:
    from explainer.scaffold.update import find_updates
    from explainer.site.load import SETTINGS
    from explainer.support.files import FileChangedError, update_file

    if not (root / SETTINGS).is_file():
        raise common.CallError(f"there is no {SETTINGS} in {root}.")
    with common.command_errors(FileChangedError, root):
        updates = find_updates(root)
        for each in updates:
            name = str(common.relative(each.path))
            if not write or each.is_changed or each.before is None:
                click.echo(each.diff(name), nl=False)
            if not write:
                continue
            if each.is_changed and not _confirmed(name):
                click.echo(f"  kept     {name} (you have changed it)")
                continue
            each.path.parent.mkdir(parents=True, exist_ok=True)
            update_file(each.path, each.after, each.before)
            click.echo(f"  updated  {name}")
    if not updates:
        click.echo("The starter files are up to date.")
    elif not write:
        click.echo("\nTo bring these files up to date, add --write.")


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _confirmed(name: str) -> bool:
    """Ask at a terminal whether to replace a file; elsewhere, no."""
    return _is_terminal() and click.confirm(f"You have changed {name}. Replace it?")


def _quoted(path: Path) -> str:
    """A path as a word of a command line."""
    if sys.platform == "win32":  # PowerShell and cmd.exe both take these, and no others
        return f'"{path}"' if " " in str(path) else str(path)
    return shlex.quote(str(path))


@click.command()
@click.argument("title")
@click.option("--folder", metavar="DIR", help="Put it into content/DIR.")
@click.option(
    "--genre",
    metavar="GENRE",
    shell_complete=complete_genre,
    help="news, analysis, opinion, explainer (if not said), transcript, speech or paper.",
)
def add(title: str, folder: str | None, genre: str | None) -> None:
    """Add an article, with its annotation file, to the site.

    Its folder and its address follow from TITLE. It is a draft: `serve` shows it, `build` leaves
    it out until the line `draft: true` is taken out.
    """
    from explainer.parse.json_schema import write_schemas
    from explainer.scaffold.article import add_article
    from explainer.scaffold.site import ScaffoldError

    root = common.site_folder()
    with common.command_errors(ScaffoldError, root):
        made = add_article(root, title, folder=folder or "", genre=genre)
        write_schemas(root)
    for path in made:
        click.echo(f"  made   {common.relative(path)}")
    click.echo("\nNow write it, and annotate it, while you see it:\n  explainer serve --open")
    click.echo("It is a draft: take the line `draft: true` out to publish it.")


@click.command()
@click.argument("file", required=False)
@click.option(
    "--copy", is_flag=True, help="Copy FILE into the site's themes/, to be changed there."
)
def theme(file: str | None, copy: bool) -> None:
    """List the files of the site's theme, or print one.

    Each is listed with the folder that it is taken from: one in the site's themes/ takes the place
    of explainer's own of the same name. FILE is a name of the list, such as templates/badge.html.
    """
    from explainer.model.problems import did_you_mean
    from explainer.render.theme import find
    from explainer.scaffold.site import ScaffoldError, copy_theme_file

    root = common.site_folder()
    settings, texts = common.site_settings(root)
    found, problems = find(root, settings.theme)
    if found is None:
        common.report(problems, texts)
        sys.exit(common.PROBLEMS)
    if file is None:
        if copy:
            raise click.UsageError("--copy needs a FILE")
        for name, label in found.listed():
            click.echo(f"{name:40} {label}")
        return
    with common.command_errors(ScaffoldError, root):
        path = found.file(file)
        if path is None:
            otherwise = "`explainer theme` lists all."
            near = did_you_mean(file, [name for name, _ in found.listed()], otherwise)
            raise common.CallError(f"the theme has no file `{file}`. {near[0].upper()}{near[1:]}")
        if copy:
            made = copy_theme_file(root, found.name, file, path)
            click.echo(f"  made   {common.relative(made)}")
        else:
            click.echo(path.read_bytes(), nl=False)


@click.command()
@click.argument(
    "kind", type=click.Choice(["annotations", "library", "article", "site"]), required=False
)
@click.option("--write", is_flag=True, help="Write all of them into the site's .explainer/ folder.")
def schema(kind: Kind | None, write: bool) -> None:
    """Print a JSON Schema for an editor to complete and check files with.

    KIND is annotations (X.yaml), library (_library.yaml), article (front matter) or site
    (site.toml). `build` writes all of them into .explainer/.
    """
    from explainer.parse.json_schema import schema_text, write_schemas

    if write:
        for path in write_schemas(common.site_folder()):
            click.echo(path)
    elif kind:
        # For a file, UTF-8 with the line ends that it has; whatever the terminal's would be.
        click.echo(schema_text(kind).encode())
    else:
        raise click.UsageError("name a KIND, or say --write")
