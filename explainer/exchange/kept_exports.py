"""What exports have made, for later ones of a site that has not changed.

The state of `export` says whether the site is as it was (`explainer/build/state.py`). What was
exported of each article is in `.explainer/exports/`, with the identity of that state.
"""

from __future__ import annotations

import hashlib
import marshal
import os

from explainer.build.state import FOLDER, LastRun, write
from explainer.build.state_file import DAMAGED
from explainer.support import seal, stamps
from explainer.support.records import record
from explainer.support.stamps import UnstableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

_EXPORTS: Final = "exports"
_MOST: Final = 10_000
"""The most exports that are kept."""


@record(frozen=True)
class KeptExport:
    """An exported article."""

    content: bytes | None
    """What was exported, or None if there is an error."""
    report: str
    """The problems for people, in color."""


def recall(last: LastRun, request: Sequence[str]) -> KeptExport | None:
    """Return what was exported before, if that would be the same now.

    `last`: what the last export of the site left. `request`: what is to be exported, and how.
    """
    if last.recall(plain=True) is None:
        return None
    try:
        path = _path(last, request)
        stamps.stamp(path)
        with open(path, "rb") as file:
            mark, content = file.read(seal.SIZE), file.read()
        if not seal.fits(mark, content):
            return None
        identity, given, exported, report = marshal.loads(content)  # noqa: S302 - it is sealed
    except (OSError, UnstableError, *DAMAGED):
        return None
    fits = identity == last.identity and given == list(request)
    return KeptExport(exported, report) if fits else None


def keep(last: LastRun, request: Sequence[str], made: KeptExport) -> None:
    """Keep what was exported, if `last` has kept the state of this run. Never fails."""
    if not last.identity:
        return
    content = marshal.dumps((last.identity, list(request), made.content, made.report))
    try:
        write(_path(last, request), seal.of(content) + content, _MOST)
    except OSError:
        pass


def _path(last: LastRun, request: Sequence[str]) -> str:
    every = repr([last.name, *request]).encode(errors="surrogatepass")
    name = hashlib.sha256(every).hexdigest()[:16]
    return os.path.join(last.root, FOLDER, _EXPORTS, f"export-{name}")
