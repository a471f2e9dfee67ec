"""`explainer completion`: the scripts by which shells complete the command `explainer`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import click

Shell: TypeAlias = Literal["bash", "zsh", "fish"]
"""The shells that there is a script for."""


def script(shell: Shell) -> str:
    """Give the script that a shell reads to complete the command `explainer`."""
    return (Path(__file__).parent / f"explainer.{shell}").read_text(encoding="utf-8")


def shell_of(program: str) -> Shell | None:
    """Tell which shell a program is, by its path as in `$SHELL`; nothing for any other."""
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
