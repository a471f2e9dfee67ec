"""Copies of articles and their annotations as they were built, for sites without git.

A build adds a copy when an article or its annotations have changed; `reanchor` reads them. No build
depends on them, and they can be deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path

from explainer.model.documents import Document
from explainer.support import cache
from explainer.support.files import read_file, replace_file, write

_FOLDER = "kept"
_MOST = 12
"""The most copies of an article. An annotation whose article changed more often since is compared
with a later copy, in which it was also found."""


def read(root: Path, path: str) -> Sequence[tuple[str, str]]:
    """Return the copies of an article and its annotation file, oldest first."""
    folder = root / cache.FOLDER / _FOLDER
    with suppress(OSError):
        return _copies(folder, sorted(each.name for each in folder.iterdir()), path)
    return []


def keep(root: Path, documents: Iterable[Document]) -> None:
    """Add copies of articles that have annotations, if they differ from the last ones.

    Raises OSError if they cannot be written.
    """
    parent = cache.folder(root)
    if parent is None:
        return
    folder = parent / _FOLDER
    folder.mkdir(exist_ok=True)
    names = sorted(each.name for each in folder.iterdir())
    present = frozenset(names)
    for document in documents:
        if document.annotations is None:
            continue
        path = document.article.path
        now = (document.article.content, document.annotations.content)
        name = f"{_digest(path)}-{_digest(*now)}.json"
        if name in present:  # the name says that this is the last copy, so nothing is read
            continue
        copies = [*_copies(folder, names, path), now][-_MOST:]
        content = json.dumps({"article": path, "copies": copies}, ensure_ascii=False).encode()
        _write(folder / name, content)
        for old in _own(names, path):
            (folder / old).unlink(missing_ok=True)


def _write(file: Path, content: bytes) -> None:
    """Write a new file, at once complete, in fewer steps than `replace_file`."""
    beside = f"{file}.new"
    try:
        new = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0))
    except FileExistsError:  # another run is writing it, or was killed
        replace_file(file, content)
        return
    try:
        write(new, content)
    finally:
        os.close(new)
    Path(beside).replace(file)


def _copies(folder: Path, names: Sequence[str], path: str) -> list[tuple[str, str]]:
    for name in _own(names, path):
        with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
            data = json.loads(read_file(folder / name))
            if data["article"] == path:
                copies = [(str(article), str(notes)) for article, notes in data["copies"]]
                "".join(chain.from_iterable(copies)).encode()  # raises ValueError
                return copies
    return []


def _own(names: Sequence[str], path: str) -> Sequence[str]:
    """Return the names of an article's files among sorted ones."""
    start = f"{_digest(path)}-"
    first = bisect_left(names, start)
    return names[first : bisect_left(names, f"{start}~")]


def _digest(*texts: str) -> str:
    whole = "\0".join(texts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(whole).hexdigest()[:24]
