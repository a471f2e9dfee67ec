"""Generate the guide's page on the command line from the help of the commands.

`python -m pytest tests/whole/test_guide.py --regen` writes it to content/guide/commands.md.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from explainer.cli import main

_HEAD = """\
---
title: The command line
subtitle: Every command, with its arguments and options
summary: The commands of explainer, as their own help describes them.
authors: [The explainer team]
---

To see the help for a command in the terminal, run `explainer COMMAND --help`. This page is
generated from that help.
"""

_FOOT = """
## Exit codes

| code | |
|---:|---|
| 0 | the command succeeded |
| 1 | there are problems in the content |
| 2 | the command or an option is wrong |
"""


def page() -> str:
    """Return the page: the program itself, then each command in alphabetical order."""
    context = click.Context(main, info_name="explainer", **main.context_settings)
    parts = [_HEAD, "## explainer\n", *_options(main, context)]
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        parts += [
            f"## {name}\n",
            _usage(command, inner),
            *_help(command),
            *_options(command, inner),
        ]
    return "\n".join(parts) + _FOOT


def _usage(command: click.Command, context: click.Context) -> str:
    words = " ".join(command.collect_usage_pieces(context))
    return f"```console\n{context.command_path} {words}\n```\n"


def _help(command: click.Command) -> Iterator[str]:
    """Yield the paragraphs of a help text. Those that `\\b` protects from wrapping become code."""
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b\n"):
            yield "```text\n" + paragraph.removeprefix("\b\n") + "\n```\n"
        else:
            yield _code(paragraph.strip()) + "\n"


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    parameters = command.get_params(context)
    options = [
        one for one in parameters if isinstance(one, click.Option) and "--help" not in one.opts
    ]
    records = [one.get_help_record(context) for one in options]
    for record in records:
        assert record is not None
        name, words = (re.sub(r"\s+", " ", part) for part in record)
        yield f"`{name}`\n: {_code(words)}\n"


def _code(words: str) -> str:
    """Return a help text as Markdown, with options and file names as code."""
    pieces = re.split(r"(`[^`]*`)", words)
    return "".join(
        piece
        if i % 2
        else re.sub(
            r"(?<![\w`/])(--[a-z][\w-]*|[\w./]+\.(?:toml|yaml|md)\b|_site/|\.explainer/)",
            r"`\1`",
            piece,
        )
        for i, piece in enumerate(pieces)
    )
