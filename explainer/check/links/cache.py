"""Statuses of links from earlier runs, kept in the site's .explainer/ folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from explainer.support.files import replace_file

Verdict: TypeAlias = Literal["ok", "dead", "unknown"]
"""`unknown`: something answered, or nothing did, that may be otherwise for a reader."""

FILE = "links.json"
_VERSION = 1
_HOUR, _DAY = 3600, 24 * 3600
KEPT: Mapping[Verdict, int] = {"ok": 7 * _DAY, "dead": _DAY, "unknown": _HOUR}
"""Seconds for which a status is good: a page that is there mostly stays, and one that is not may be
back, or its author may have seen to it."""


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """Whether there is something at an address."""

    verdict: Verdict
    reason: str = ""
    """Why it is not `ok`: `404 Not Found`, `no answer within 20 seconds`."""
    moved: str = ""
    """Where it has moved for good."""
    time: float = 0
    """When it was requested: seconds since 1970, UTC."""


def load(folder: Path | None, now: float) -> dict[str, LinkStatus]:
    """Give the statuses in a .explainer/ folder that are still good, by address.

    A file that is not there, or not one of this version, has none.
    """
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8")) if folder else {}
        rows = data["answers"].items() if data.get("version") == _VERSION else ()
        statuses = {str(url): LinkStatus(**row) for url, row in rows}
        return {u: one for u, one in statuses.items() if 0 <= now - one.time < KEPT[one.verdict]}
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return {}


def save(folder: Path | None, statuses: Mapping[str, LinkStatus], urls: Iterable[str]) -> None:
    """Keep the statuses of those of the addresses that have one; in silence if that fails."""
    if folder is None:
        return
    rows: dict[str, Any] = {u: asdict(statuses[u]) for u in sorted(set(urls)) if u in statuses}
    text = json.dumps({"version": _VERSION, "answers": rows}, indent=1, ensure_ascii=False)
    with suppress(OSError):
        replace_file(folder / FILE, f"{text}\n".encode())
