"""`explainer completion`, and what a shell may complete a word to."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import click

Shell: TypeAlias = Literal["bash", "zsh", "fish"]
"""The shells that there is a script for."""


def script(shell: Shell) -> str:
    """Give the script that a shell reads to complete the command `explainer`."""
    return (Path(__file__).parent / f"explainer.{shell}").read_text(encoding="utf-8")


def shell_of(program: str) -> Shell | None:
    """Give the shell that a program is, by its path as in `$SHELL`; None for any other program."""
    name = program.replace("\\", "/").rpartition("/")[2].removesuffix(".exe")
    return next((shell for shell in get_args(Shell) if shell == name), None)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), required=False)
def completion(shell: Shell | None) -> None:
    """Print a script by which a shell completes the commands.

    Their names, their options, articles and genres: for the shell that you are in, if none is
    named. Once, to have it in every new terminal:

    \b
    bash  explainer completion bash >> ~/.bashrc
    zsh   explainer completion zsh >> ~/.zshrc
    fish  explainer completion fish > ~/.config/fish/completions/explainer.fish

    zsh needs to have had `autoload -U compinit && compinit` before it.
    """  # noqa: D301 - click looks for the character itself
    shell = shell or shell_of(os.environ.get("SHELL", ""))
    if shell is None:
        raise click.UsageError("say for which shell: bash, zsh or fish")
    click.echo(script(shell).encode(), nl=False)


def complete_genre(_: click.Context, __: click.Parameter, typed: str) -> list[str]:
    """Return the genres that begin with what was typed so far."""
    from explainer.model.scalars import Genre

    return [name for name in get_args(Genre) if name.startswith(typed)]


def complete_article(context: click.Context, _: click.Parameter, typed: str) -> list[str]:
    """Return the articles that a shell may complete a word to."""
    from explainer.site.load import find_site

    try:
        here = Path.cwd()
        root = context.find_root().params.get("folder") or find_site(here)
        return articles(root, here, typed) if root else []
    except OSError:
        return []


def articles(site: Path, here: Path, typed: str) -> list[str]:
    """Give the articles of a site whose names begin with what was typed so far.

    Named as from the folder `here` (`content/kremlin-call`, `content/gettysburg.md`); or, if none
    begins as typed so, as from `content/`. Each is a name that `export` and `import` take.
    """
    from explainer.site.load import CONTENT

    inside = list(_articles(site / CONTENT))
    start = "./" if typed.startswith("./") else ""
    for base in (here, site / CONTENT):
        names = (start + os.path.relpath(path, base).replace(os.sep, "/") for path in inside)
        if found := [name for name in names if _plain(name).startswith(_plain(typed))]:
            return found
    return []


def _articles(content: Path) -> Iterator[Path]:
    """Every article: the folder of an index.md, or the file."""
    for above, folders, names in os.walk(content):
        folders[:] = sorted(name for name in folders if _counts(name))
        here = Path(above)
        for name in sorted(names):
            if name == "index.md" and here != content:
                yield here
            elif name.endswith(".md") and _counts(name):
                yield here / name


def _counts(name: str) -> bool:
    # A line break or a byte that is no text would end the answer in its midst.
    return not name.startswith(("_", ".")) and name.isprintable()


def _plain(name: str) -> str:
    """A name to compare: macOS may have its letters in another form than they are typed in."""
    return unicodedata.normalize("NFC", name)
