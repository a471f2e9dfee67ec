"""Find the article that a command line names."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from explainer.model.problems import Problem, nearest, short, sort
from explainer.site.load import CONTENT


class CommandError(Exception):
    """The command cannot run: a message to the author."""


UNREAD = frozenset({"unreadable", "not-utf8", "null-character", "bad-name"})
"""The codes of problems with files and folders that cannot be read at all."""


class UnreadError(Exception):
    """There may be such an article, but files or folders of the site could not be read."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems = sort(problems)


def article_path(root: Path, wanted: str, paths: Iterable[str], problems: Iterable[Problem]) -> str:
    """Return the article path in `paths`, relative to the site, that `wanted` names.

    `wanted` may be the path of the article, its annotation file, or its folder, with or without the
    extension, relative to the current folder, the site, or `content/`. Raises CommandError if there
    is no such article, and UnreadError if `problems`, the site's, may be the reason.
    """
    candidates = list(paths)
    bases = [wanted.replace(os.sep, "/").strip("/")]
    with suppress(ValueError, OSError):
        here = Path(os.path.realpath(wanted))
        bases.insert(0, here.relative_to(os.path.realpath(root)).as_posix())
    for base in bases:
        stem = base.removesuffix(".md").removesuffix(".yaml")
        for name in (stem, f"{stem}/index", f"{CONTENT}/{stem}", f"{CONTENT}/{stem}/index"):
            path = posixpath.normpath(f"{name}.md")
            if path in candidates:
                return path
    if unread := [problem for problem in problems if problem.code in UNREAD]:
        raise UnreadError(unread)
    near = nearest(
        wanted.strip("/"), [p.removeprefix(f"{CONTENT}/") for p in candidates], cutoff=50
    )
    hint = f" Did you mean {CONTENT}/{near}?" if near else ""
    raise CommandError(f"there is no article `{short(wanted)}` on this site.{hint}")
