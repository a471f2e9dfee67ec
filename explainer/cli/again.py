"""Run a command line again for which nothing has changed, before click is imported.

click takes longer to import than such a run needs for the rest. So `build` and `check` leave in
`.explainer/calls/` what click has made of their arguments. If the same arguments come again, in the
same folder, they mean the same. All else is left to click.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time

from explainer.build import sealed
from explainer.build.state import LastRun
from explainer.cli.summary import has_colors, summary
from explainer.site.find import SETTINGS
from explainer.support.paths import CACHE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

_CALLS: Final = "calls"
_MOST: Final = 32
"""The most command lines that are kept."""


def again(arguments: Sequence[str]) -> int | LastRun | None:
    """Run a command line if nothing has changed since it ran last, and return the exit code.

    Else returns what the last run has left, if anything, or None if click is needed.
    """
    try:
        return _again(arguments)
    except OSError:  # nothing can be printed, for instance
        return None


def _again(arguments: Sequence[str]) -> int | LastRun | None:
    started = time.perf_counter()
    colors = has_colors()
    if colors and sys.platform == "win32":  # click prints them
        return None
    root = _site(arguments)
    known = root and sealed.read(_path(root, arguments), 2)
    if not root or not known:
        return None
    command, options = known
    last = LastRun(root, command, options)
    report = last.recall(plain=not colors)
    if report is None:
        return last
    last.end()
    seconds = time.perf_counter() - started
    sys.stderr.write(f"{report.text}{summary(report, seconds, writes=command == 'build')}\n")
    sys.stderr.flush()
    return int(report.failed)


def remember(last: LastRun, arguments: Sequence[str]) -> None:
    """Keep what a command line means, for `again`: the run for which `last` is. Never fails."""
    plain = bool | None
    options = {key: one if isinstance(one, plain) else str(one) for key, one in last.options}
    meaning = last.command, options
    path = _path(last.root, arguments)
    if sealed.read(path, 2) != meaning:
        sealed.keep(path, meaning, _MOST)


def _site(arguments: Sequence[str]) -> str | None:
    """Return the site's folder, or None if that is not obvious."""
    first = arguments[0] if arguments else ""
    if first == "--site":
        given = arguments[1] if len(arguments) > 1 else ""
    else:
        given = first.removeprefix("--site=") if first.startswith("--site=") else ""
    folder = os.path.abspath(given)
    while not os.path.isfile(f"{folder}/{SETTINGS}"):
        above = os.path.dirname(folder)
        if given or above == folder:
            return None
        folder = above
    return folder


def _path(root: str, arguments: Sequence[str]) -> str:
    """Return the path of the file for a command line. `root` is the site's folder."""
    line = repr([*arguments, os.getcwd()]).encode(errors="surrogatepass")
    name = hashlib.sha256(line).hexdigest()[:16]
    return os.path.join(root, CACHE, _CALLS, f"call-{name}")
