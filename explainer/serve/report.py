"""The content of the panel in the page: problems with excerpts, as JSON."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from explainer.article.context import Unplaced
from explainer.model.location import Location
from explainer.model.problems import Code, Problem, Severity, short
from explainer.model.report import printable
from explainer.support.values import dataclass

_LEFT, _RIGHT = 50, 70  # how many characters of a line to show on each side of a position
_MOST = 100  # how many problems a page shows; the rest are only counted
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

# Editors that open a file at a line through a link.
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
    """The author's editor, if a link can open it."""

    pattern: str | None = None
    """A URL with `{path}`, `{line}`, and `{column}`; None if no link opens the editor."""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Editor:
        """Return the editor that `$VISUAL` names, or else `$EDITOR`."""
        for name in ("VISUAL", "EDITOR"):
            try:
                words = shlex.split(environment.get(name, ""))
            except ValueError:
                continue
            if words:
                return cls(_EDITORS.get(PurePosixPath(words[0]).stem.lower()))
        return cls()

    def link(self, path: Path, line: int, column: int) -> str | None:
        """Return the URL that opens a file at a position; None if no link opens the editor.

        `line` and `column` count from 1; 0 means unknown.
        """
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
    """Return the content of a page's panel.

    `unplaced`: the annotations without a place on this page, which are listed separately, each with
    its problem. `first`: the paths of the page's own files. The other problems are sorted: those in
    the page's own files before all others, then errors before warnings. `texts`: the contents of
    files by path, as for `model.report.as_text`.
    """
    own = frozenset(first)
    shown, apart = _divided(problems, unplaced)
    shown.sort(key=lambda p: (p.location.path not in own, _SEVERITIES.index(p.severity)))
    every = Counter(problem.severity for problem in (*shown, *(each.problem for each in apart)))

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
        "counts": {severity: every[severity] for severity in _SEVERITIES},
        "problems": [entry(problem) for problem in shown[:_MOST]],
        "unplaced": [
            entry(each.problem)
            | {"id": each.id, "kind": each.kind, "text": printable(short(each.text, 200))}
            for each in apart
        ],
        "more": max(0, len(shown) - _MOST),
    }


def _divided(
    problems: Sequence[Problem], unplaced: Sequence[Unplaced]
) -> tuple[list[Problem], list[Unplaced]]:
    """Return the problems without those of unplaced annotations, and the annotations to list.

    If a file cannot be read now, its unplaced annotations are from the last good version, while the
    problems are current: only annotations whose problem still exists are listed.
    """

    def identity(problem: Problem) -> tuple[Location, Code]:
        return problem.location, problem.code

    files = {each.problem.location.path for each in unplaced}
    own = {identity(each) for each in problems if each.location.path in files}
    apart = [each for each in unplaced if identity(each.problem) in own]
    listed = {identity(each.problem) for each in apart}
    others = [
        each for each in problems if each.location.path not in files or identity(each) not in listed
    ]
    return others, apart


def _excerpt(line: str, column: int) -> list[str]:
    """Return an excerpt of a line: the text before `column`, the character at it, the text after.

    `column` counts from 1. If it is 0 (unknown), the last part is the whole excerpt.
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
