"""The names of articles that a shell may complete a word to."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from explainer.site.load import CONTENT


def articles(site: Path, here: Path, typed: str) -> list[str]:
    """Give the articles of a site whose names begin with what was typed so far.

    Named as from the folder `here` (`content/kremlin-call`, `content/gettysburg.md`); or, if none
    begins as typed so, as from `content/`. Each is a name that `export` and `import` take.
    """
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
