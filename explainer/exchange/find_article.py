"""Which article of a site a command line names."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from explainer.model.problems import nearest, short
from explainer.site.load import CONTENT


class CommandError(Exception):
    """The command cannot be carried out: no such article, or a file that cannot be read."""


def article_path(root: Path, wanted: str, paths: Iterable[str]) -> str:
    """Give the one of `paths`, relative to the site, that `wanted` names.

    It may name an article's file, its annotation file or its folder, from the current folder, from
    the site's or from `content/`, with or without the ending. Raises CommandError if there is none.
    """
    known = list(paths)
    bases = [wanted.replace(os.sep, "/").strip("/")]
    with suppress(ValueError, OSError):
        here = Path(os.path.realpath(wanted))
        bases.insert(0, here.relative_to(os.path.realpath(root)).as_posix())
    for base in bases:
        stem = base.removesuffix(".md").removesuffix(".yaml")
        for name in (stem, f"{stem}/index", f"{CONTENT}/{stem}", f"{CONTENT}/{stem}/index"):
            if f"{name}.md" in known:
                return f"{name}.md"
    near = nearest(wanted.strip("/"), [p.removeprefix(f"{CONTENT}/") for p in known], cutoff=50)
    hint = f" Did you mean {CONTENT}/{near}?" if near else ""
    raise CommandError(f"there is no article `{short(wanted)}` in this site.{hint}")
