"""The command `completion`, and the values that shells complete."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import click

Shell: TypeAlias = Literal["bash", "zsh", "fish"]
"""The supported shells."""


def script(shell: Shell) -> str:
    """Return the completion script of a shell."""
    return (Path(__file__).parent / f"explainer.{shell}").read_text(encoding="utf-8")


def shell_of(program: str) -> Shell | None:
    """Return which shell a program is, given its path (as in `$SHELL`); None if not supported."""
    name = program.replace("\\", "/").rpartition("/")[2].removesuffix(".exe")
    return next((shell for shell in get_args(Shell) if shell == name), None)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), required=False)
def completion(shell: Shell | None) -> None:
    """Print a shell completion script.

    It completes commands, options, articles, and genres. If you name no shell, the script is for
    the one in `$SHELL`. To turn completion on in every new terminal, run once:

    \b
    bash  explainer completion bash >> ~/.bashrc
    zsh   explainer completion zsh >> ~/.zshrc
    fish  explainer completion fish > ~/.config/fish/completions/explainer.fish

    In zsh, `autoload -U compinit && compinit` must come first.
    """  # noqa: D301 - click looks for the character itself
    shell = shell or shell_of(os.environ.get("SHELL", ""))
    if shell is None:
        raise click.UsageError("name a shell: bash, zsh, or fish")
    click.echo(script(shell).encode(), nl=False)


def complete_genre(_: click.Context, __: click.Parameter, typed: str) -> list[str]:
    """Return the genres that begin with the typed text."""
    from explainer.model.scalars import Genre

    return [name for name in get_args(Genre) if name.startswith(typed)]


def complete_article(context: click.Context, _: click.Parameter, typed: str) -> list[str]:
    """Return the articles that complete the typed text."""
    from explainer.site.find import find_site

    try:
        here = Path.cwd()
        root = context.find_root().params.get("folder") or find_site(here)
        return articles(root, here, typed) if root else []
    except OSError:
        return []


def articles(site: Path, here: Path, typed: str) -> list[str]:
    """Return the articles of a site whose names begin with the typed text.

    Names are relative to the folder `here` (`content/kremlin-call`, `content/gettysburg.md`), or if
    none of these match, to `content/`. `export` and `import` accept both.
    """
    from explainer.site.load import CONTENT

    inside = list(_articles(site / CONTENT))
    start = "./" if typed.startswith("./") else ""
    for base in (here, site / CONTENT):
        names = (start + os.path.relpath(path, base).replace(os.sep, "/") for path in inside)
        if matches := [name for name in names if _plain(name).startswith(_plain(typed))]:
            return matches
    return []


def _articles(content: Path) -> Iterator[Path]:
    """Yield every article: the folder of an index.md, or the file."""
    for above, folders, names in os.walk(content):
        folders[:] = sorted(name for name in folders if _is_listed(name))
        here = Path(above)
        for name in sorted(names):
            if name == "index.md" and here != content:
                yield here
            elif name.endswith(".md") and _is_listed(name):
                yield here / name


def _is_listed(name: str) -> bool:
    # A line break or an undecodable byte would corrupt the list that the shell reads.
    return not name.startswith(("_", ".")) and name.isprintable()


def _plain(name: str) -> str:
    """Normalize a name for comparison: macOS may store it in another Unicode form than typed."""
    return unicodedata.normalize("NFC", name)
