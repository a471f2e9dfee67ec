"""What exports have made, for later ones of a site that has not changed.

The state of `export` says whether the site is as it was (`explainer/build/state.py`). What was
exported of each article is in `.explainer/exports/`, with the identity of that state.
"""

from __future__ import annotations

import hashlib
import os

from explainer.build import sealed
from explainer.build.state import LastRun
from explainer.support.paths import CACHE
from explainer.support.records import record

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
    if (kept := sealed.read(_path(last, request), 4)) is None:
        return None
    identity, given, exported, report = kept
    fits = identity == last.identity and given == list(request)
    return KeptExport(exported, report) if fits else None


def keep(last: LastRun, request: Sequence[str], made: KeptExport) -> None:
    """Keep what was exported, if `last` has kept the state of this run. Never fails."""
    if last.identity:
        values = last.identity, list(request), made.content, made.report
        sealed.keep(_path(last, request), values, _MOST)


def _path(last: LastRun, request: Sequence[str]) -> str:
    every = repr([last.name, *request]).encode(errors="surrogatepass")
    name = hashlib.sha256(every).hexdigest()[:16]
    return os.path.join(last.root, CACHE, _EXPORTS, f"export-{name}")
