"""The commands `new`, `add`, `theme`, and `schema`, which create files for authors and editors."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explainer.cli import common
from explainer.cli.completion.command import complete_genre

if TYPE_CHECKING:
    from explainer.parse.json_schema import Kind


class _NewFolder(click.Path):
    """A folder whose name is not empty, such as the value of an unset shell variable would be."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not os.fspath(value):
            self.fail("the name is empty. For the current folder, use `.`", param, ctx)
        return super().convert(value, param, ctx)


@click.command()
@click.argument(
    "folder", type=_NewFolder(path_type=Path, file_okay=False), metavar="DIR", required=False
)
@click.option(
    "--update", is_flag=True, help="Compare an existing site's starter files with this version's."
)
@click.option("--write", is_flag=True, help="With --update: update the files.")
@click.option(
    "--title", metavar="TITLE", help="The site's title. [default: from the folder's name]"
)
@click.option("--author", metavar="NAME", help="The author's name. [default: from git's settings]")
def new(
    folder: Path | None, update: bool, write: bool, title: str | None, author: str | None
) -> None:
    """Create a site in DIR that is ready to build.

    The site has an annotated example article, settings, and workflows that publish it on GitHub
    Pages and check pull requests. Existing files are not changed.

    With --update, show how the starter files of an existing site (the workflows, .gitignore,
    explainer.txt, requirements.txt, and the schema line at the top of YAML and TOML files) differ
    from those of this version. Add --write to update them. If you have changed a workflow or
    added packages, the command shows the difference and replaces the file only if you confirm.
    """
    if write and not update:
        raise click.UsageError("--write requires --update")
    if update and (title is not None or author is not None):
        raise click.UsageError("--title and --author set up a new site: leave out --update")
    if update:
        _update(folder or common.site_folder(), write=write)
    elif folder is None:
        raise click.UsageError("Missing argument 'DIR'.")
    else:
        _new(folder, title, author)


def _new(folder: Path, title: str | None, author: str | None) -> None:
    from explainer.parse.json_schema import write_schemas
    from explainer.scaffold.site import ScaffoldError, new_site, repository_above

    with common.command_errors(ScaffoldError, folder):
        created, kept = new_site(folder, title=title, author=author)
    with suppress(OSError):  # the next build writes them
        write_schemas(folder)
    for path in created:
        click.echo(f"  created  {path}")
    for path in kept:
        click.echo(f"  kept     {path} (already exists)")
    steps = ["explainer serve --open"]
    if folder.absolute() != Path.cwd():
        steps.insert(0, f"cd {_quoted(folder)}")
    click.echo("\nTo preview and edit the site:\n  " + "\n  ".join(steps))
    click.echo("To publish it, see its README.md.")
    if root := repository_above(folder):
        inside = folder.resolve().relative_to(root).as_posix()
        click.echo(
            f"\nFor GitHub Pages, move the files in {folder / '.github/workflows'} to "
            f"{root / '.github/workflows'}\nand set `SITE: {inside}` in them."
        )


def _update(root: Path, *, write: bool) -> None:
    from explainer.scaffold.site import repository_above
    from explainer.scaffold.update import find_updates
    from explainer.site.load import SETTINGS
    from explainer.support.files import FileChangedError, check_inside, update_file

    if not (root / SETTINGS).is_file():
        raise common.CallError(f"there is no {SETTINGS} in {root}.")
    with common.command_errors(FileChangedError, root, "read"):
        updates = find_updates(root)
        top = repository_above(root) or root
    with common.command_errors(FileChangedError, root):
        for each in updates:
            name = str(common.relative(each.path))
            if not write or each.is_changed or each.before is None:
                click.echo(each.diff(name), nl=False)
            if not write:
                continue
            if each.is_changed and not _confirmed(name):
                click.echo(f"  kept     {name} (you have changed it)")
                continue
            check_inside(top, each.path)
            each.path.parent.mkdir(parents=True, exist_ok=True)
            update_file(each.path, each.after, each.before)
            click.echo(f"  updated  {name}")
    if not updates:
        click.echo("The starter files are up to date.")
    elif not write:
        click.echo("\nTo update these files, add --write.")


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _confirmed(name: str) -> bool:
    """Ask whether to replace a file; False if standard input is not a terminal."""
    return _is_terminal() and click.confirm(f"You have changed {name}. Replace it?")


def _quoted(path: Path) -> str:
    """Quote a path for a command line."""
    if sys.platform == "win32":  # the only quotation marks that PowerShell and cmd.exe both accept
        return f'"{path}"' if " " in str(path) else str(path)
    return shlex.quote(str(path))


@click.command()
@click.argument("title")
@click.option(
    "--author", "authors", multiple=True, metavar="NAME", help="An author. [default: the site's]"
)
@click.option("--folder", metavar="DIR", help="Create the article in content/DIR.")
@click.option(
    "--genre",
    metavar="GENRE",
    shell_complete=complete_genre,
    help="news, analysis, opinion, explainer (the default), transcript, speech, or paper.",
)
def add(title: str, authors: tuple[str, ...], folder: str | None, genre: str | None) -> None:
    """Add an article and its annotation file to the site.

    TITLE determines the article's folder and address. The article is a draft: `serve` shows it,
    and `build` skips it until you remove the line `draft: true`.
    """
    from explainer.parse.json_schema import write_schemas
    from explainer.scaffold.article import add_article
    from explainer.scaffold.site import ScaffoldError

    root = common.site_folder()
    with common.command_errors(ScaffoldError, root):
        created = add_article(root, title, folder=folder or "", genre=genre, authors=authors)
    with suppress(OSError):  # the next build writes them
        write_schemas(root)
    for path in created:
        click.echo(f"  created  {common.relative(path)}")
    click.echo("\nTo preview it while you write and annotate:\n  explainer serve --open")
    click.echo("It is a draft. To publish it, remove the line `draft: true`.")


@click.command()
@click.argument("file", required=False)
@click.option(
    "--copy", is_flag=True, help="Copy FILE to the site's themes/ folder so that you can change it."
)
def theme(file: str | None, copy: bool) -> None:
    """List the files of the site's theme, or print one of them.

    Each file is listed with its folder. A file in the site's themes/ folder overrides the built-in
    file with the same name. FILE is a name from the list, such as templates/badge.html.
    """
    from explainer.model.problems import did_you_mean
    from explainer.render.theme import find
    from explainer.scaffold.site import ScaffoldError, copy_theme_file

    root = common.site_folder()
    settings, texts = common.site_settings(root)
    site_theme, problems = find(root, settings.theme)
    if site_theme is None:
        common.report(problems, texts)
        sys.exit(common.PROBLEMS)
    if file is None:
        if copy:
            raise click.UsageError("--copy requires FILE")
        for name, label in site_theme.listed():
            click.echo(f"{name:40} {label}")
        return
    with common.command_errors(ScaffoldError, root):
        path = site_theme.file(file)
        if path is None:
            otherwise = "To list all files, run `explainer theme`."
            near = did_you_mean(file, [name for name, _ in site_theme.listed()], otherwise)
            raise common.CallError(f"the theme has no file `{file}`. {near[0].upper()}{near[1:]}")
        if copy:
            created = copy_theme_file(root, site_theme.name, file, path)
            click.echo(f"  created  {common.relative(created)}")
            return
    with common.command_errors(ScaffoldError, path, "read"):
        content = path.read_bytes()
    click.echo(content, nl=False)


@click.command()
@click.argument(
    "kind", type=click.Choice(["annotations", "library", "article", "site"]), required=False
)
@click.option("--write", is_flag=True, help="Write all schemas to the site's .explainer/ folder.")
def schema(kind: Kind | None, write: bool) -> None:
    """Print a JSON Schema for completion and checks in editors.

    KIND is annotations (X.yaml), library (_library.yaml), article (front matter), or site
    (site.toml). `build` writes all of them to .explainer/.
    """
    from explainer.parse.json_schema import schema_text, write_schemas

    if write:
        for path in write_schemas(common.site_folder()):
            click.echo(path)
    elif kind:
        # Bytes: redirected to a file, it is UTF-8 with its own line ends on every system.
        click.echo(schema_text(kind).encode())
    else:
        raise click.UsageError("name a KIND, or use --write")
