"""The marks that git leaves in a file when it cannot merge two versions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from explainer.model.location import Lines
from explainer.model.problems import Problem, Severity

_MARK = re.compile(r"^(?:<{7}(?: .*)?|\|{7}(?: .*)?|>{7} \S.*|(?P<middle>={7}))$", re.MULTILINE)
_SIGNS = tuple(sign * 7 for sign in "<|>=")


def conflicts(
    lines: Lines, severity: Severity = "error", *, markdown: bool = False
) -> Iterator[Problem]:
    """Yield a problem for each mark of a conflict: `conflict-marker`.

    In Markdown, `=======` may also underline a heading.
    """
    if not any(mark in lines.text for mark in _SIGNS):
        return
    for mark in _MARK.finditer(lines.text):
        if markdown and mark["middle"]:
            continue
        yield Problem(
            lines.location(mark.start()),
            "conflict-marker",
            f"`{mark[0][:7]}` marks a conflict that git could not merge",
            "keep one of the versions, and delete the lines `<<<<<<<`, `=======`, and `>>>>>>>`",
            severity,
        )
