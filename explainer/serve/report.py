"""What the panel in the page shows: problems with the lines that they are about, as JSON."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from explainer.article.context import Unplaced
from explainer.model.location import Location
from explainer.model.problems import Code, Problem, short
from explainer.model.report import printable

_LEFT, _RIGHT = 50, 70  # characters of a line that are shown on both sides of a place
_MOST = 100  # problems that a page shows; the rest are counted
_SEVERITIES = ("error", "warning", "info")

# Programs that open a file at a line when a link of theirs is followed.
_CODE = "://file{path}:{line}:{column}"
_EDITORS = {
    "code": f"vscode{_CODE}",
    "code-insiders": f"vscode-insiders{_CODE}",
    "codium": f"vscodium{_CODE}",
    "cursor": f"cursor{_CODE}",
    "windsurf": f"windsurf{_CODE}",
    "zed": f"zed{_CODE}",
    "idea": "idea://open?file={path}&line={line}&column={column}",
    "pycharm": "pycharm://open?file={path}&line={line}&column={column}",
    "webstorm": "webstorm://open?file={path}&line={line}&column={column}",
    "mate": "txmt://open?url=file://{path}&line={line}&column={column}",
}


@dataclass(frozen=True, slots=True)
class Editor:
    """The author's editor, as far as a link can open it."""

    pattern: str | None = None
    """An address with `{path}`, `{line}` and `{column}`; None if no link opens the editor."""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Editor:
        """The editor that `$VISUAL`, or else `$EDITOR`, names."""
        for name in ("VISUAL", "EDITOR"):
            try:
                words = shlex.split(environment.get(name, ""))
            except ValueError:
                continue
            if words:
                return cls(_EDITORS.get(PurePosixPath(words[0]).stem.lower()))
        return cls()

    def link(self, path: Path, line: int, column: int) -> str | None:
        """The address that opens a file there; `line` and `column` count from 1, 0 is unknown."""
        if self.pattern is None:
            return None
        file = path.as_posix()
        return self.pattern.format(
            path=quote(file if file.startswith("/") else f"/{file}"),
            line=line or 1,
            column=column or 1,
        )


def report(
    problems: Sequence[Problem],
    unplaced: Sequence[Unplaced],
    texts: Mapping[str, str],
    root: Path,
    editor: Editor,
    first: Iterable[str] = (),
) -> dict[str, Any]:
    """Give what a page's panel shows.

    `unplaced` are the annotations that have no place on this page: they are shown apart, each with
    its problem. Of the other problems those in the files `first`, the page's own, stand before
    those elsewhere; then errors before warnings. `texts` has the contents of files by path, as
    `problems.as_text` takes them.
    """
    own = frozenset(first)

    def identity(problem: Problem) -> tuple[Location, Code]:
        return problem.location, problem.code

    # Of a file that cannot be read now, what had no place is what had none before: the problems
    # are newer.
    present = {identity(problem) for problem in problems}
    apart = [each for each in unplaced if identity(each.problem) in present]
    shown_apart = {identity(each.problem) for each in apart}
    shown = [problem for problem in problems if identity(problem) not in shown_apart]
    shown.sort(key=lambda p: (p.location.path not in own, _SEVERITIES.index(p.severity)))
    every: list[str] = [problem.severity for problem in (*shown, *(each.problem for each in apart))]

    @cache
    def lines(path: str) -> list[str]:
        return texts.get(path, "").split("\n")

    def entry(problem: Problem) -> dict[str, Any]:
        location = problem.location
        text = lines(location.path)
        line = text[location.line - 1] if 0 < location.line <= len(text) else ""
        return {
            "severity": problem.severity,
            "code": problem.code,
            "place": printable(str(location)),
            "editor": editor.link(root / location.path, location.line, location.column),
            "message": printable(problem.message[:600]),
            "hint": "\n".join(printable(each) for each in problem.hint.split("\n")),
            "excerpt": _excerpt(line, location.column) if line.strip() else None,
        }

    return {
        "counts": {severity: every.count(severity) for severity in _SEVERITIES},
        "problems": [entry(problem) for problem in shown[:_MOST]],
        "unplaced": [
            entry(each.problem)
            | {"id": each.id, "kind": each.kind, "text": printable(short(each.text, 200))}
            for each in apart
        ],
        "more": max(0, len(shown) - _MOST),
    }


def _excerpt(line: str, column: int) -> list[str]:
    """What to show of a line, in three parts: before the character in `column`, it, what follows.

    If no column is known, the last part has all of it.
    """
    if not column:
        return ["", "", printable(_tabs(line[: _LEFT + _RIGHT]))]
    index = min(column - 1, len(line))
    start, end = max(0, index - _LEFT), index + 1 + _RIGHT
    before = line[start:index] if start else line[:index].lstrip()
    parts = (("…" if start else "") + before, line[index : index + 1] or " ", line[index + 1 : end])
    shown = [printable(_tabs(part)) for part in parts]
    return [*shown[:2], shown[2] + ("…" if end < len(line) else "")]


def _tabs(text: str) -> str:
    return text.replace("\t", "    ")
