"""Ask about the annotations of `reanchor`, one after the other, at a terminal."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, TypeAlias

import click

from explainer.cli import common

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from explainer.model.annotations import Target
    from explainer.upkeep.decide import Action
    from explainer.upkeep.reanchor import FollowedAnnotation, FollowResult
    from explainer.upkeep.session import Session

_Answer: TypeAlias = "Action | Literal['edit', 'skip', 'quit', 'help']"
_KEYS: dict[str, _Answer] = {
    "a": "move",
    "k": "stay",
    "h": "hold",
    "e": "edit",
    "r": "review",
    "d": "delete",
    "s": "skip",
    "q": "quit",
    "?": "help",
}
_WORDS: dict[_Answer, tuple[str, str]] = {
    "move": ("accept", "quote the new words"),
    "stay": ("keep", "the quote is right where it is found; write more words around it"),
    "hold": ("holds", "the claim still has this rating; write today's date to `checked`"),
    "edit": ("edit", "enter other words to quote"),
    "review": ("review", "mark it for review: a claim as being checked, anything else as a draft"),
    "delete": ("delete", "delete the annotation"),
    "skip": ("skip", "decide later"),
    "quit": ("quit", "stop here; what is decided is written"),
    "help": ("?", "explain the keys"),
}


def ask_all(root: Path, followed: FollowResult) -> int:
    """Ask about each annotation that is open, write each decision at once, and return their number.

    Raises what `Session.write` raises.
    """
    from explainer.upkeep.session import Session as _Session

    entries = [entry for entry in followed.entries if entry.is_open]
    session = _Session(root, followed)
    for number, entry in enumerate(entries, 1):
        click.echo()
        _show(entry, number, len(entries))
        if not _ask(entry, session):
            break
    return session.decided


def _show(entry: FollowedAnnotation, number: int, total: int) -> None:
    """Show an annotation with its old and its new words."""
    from explainer.upkeep import report
    from explainer.upkeep.columns import columns

    click.secho(f"{number} of {total}", dim=True)
    click.echo(report.headline(entry))
    old, new = entry.verdict.old or entry.target.quote or "", entry.verdict.new
    width = shutil.get_terminal_size().columns
    color = "NO_COLOR" not in os.environ
    for line in columns(old, new, width - 2, color=color) if new else (old,):
        click.echo(f"  {line}")
    for line in report.differences(entry):
        click.echo(line)


def _ask(entry: FollowedAnnotation, session: Session) -> bool:
    """Ask until there is a decision; return whether to go on."""
    from explainer.upkeep.decide import actions

    possible: Sequence[_Answer] = (*actions(entry), "skip", "quit", "help")
    if session.article(entry) and entry.target.quote is not None:
        possible = ("edit", *possible)
    keys = {key: answer for key, answer in _KEYS.items() if answer in possible}
    click.echo(", ".join(_label(key, _WORDS[answer][0]) for key, answer in keys.items()))
    while True:
        answer = keys.get(_key())
        match answer:
            case "quit" | "skip":
                return answer == "skip"
            case "help":
                for key, each in keys.items():
                    click.echo(f"  {key}  {_WORDS[each][1]}")
            case "edit":
                if (target := _edited(entry, session)) and _write(entry, session, "move", target):
                    return True
            case None:
                click.echo("\a", nl=False)
            case _:
                if _write(entry, session, answer):
                    return True


def _label(key: str, word: str) -> str:
    return f"[{key}]{word.removeprefix(key)}" if word.startswith(key) else f"[{key}] {word}"


def _key() -> str:
    """Return the key that is pressed; `q` at the end of the input."""
    try:
        return click.getchar().lower() or "q"
    except EOFError:
        return "q"


def _write(
    entry: FollowedAnnotation, session: Session, action: Action, target: Target | None = None
) -> bool:
    """Write a decision; on a problem, show it, and return False."""
    problem = session.write(entry, action, target)
    if problem:
        common.report([problem], {})
        return False
    click.echo(f"{_WORDS[action][0]}: {entry.location.path}")
    return True


def _edited(entry: FollowedAnnotation, session: Session) -> Target | None:
    """Ask for other words to quote; None if there are none, or they have no place."""
    from explainer.model.annotations import Target as _Target

    verdict = entry.verdict
    quote = (verdict.target and verdict.target.quote) or entry.target.quote or ""
    with _typed_already(quote):
        words = click.prompt("Quote", default=quote, show_default=False)
    target = session.typed(entry, words)
    if isinstance(target, _Target):
        return target
    click.echo(f"{target.message}\n{target.hint}")
    return None


@contextmanager
def _typed_already(text: str) -> Iterator[None]:
    """Put a text into the next line that the user edits, where the system can."""
    try:
        import readline
    except ImportError:
        yield
        return
    readline.set_startup_hook(lambda: readline.insert_text(text))
    try:
        yield
    finally:
        readline.set_startup_hook()
