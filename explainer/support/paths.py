"""Paths below the output folder, and the names of what explainer keeps."""

from __future__ import annotations

import sys

from explainer.support.patterns import later

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

CACHE: Final = ".explainer"
"""The name of the folder of a site for files that can be made again."""

MANIFEST: Final = ".explainer-manifest.json"
"""The name of the file in the output folder that lists what builds wrote there."""

STAGING: Final = ".explainer-staging"
"""The name of the staging folder, or the prefix of its name."""

_WINDOWS: Final = sys.platform == "win32"
_UNSAFE: Final = later(r"(?:^|/)\.{0,2}(?:/|$)|[\\\0\ud800-\udfff]")
# Windows takes `c:x` for a drive or a stream, and drops dots and spaces at the end of a name.
_UNSAFE_ON_WINDOWS: Final = later(r":|[. ](?:/|$)")
_RESERVED: Final = later(r"(?i)\.explainer-(?:manifest|staging)")


def is_output_path(path: str) -> bool:
    """Return whether `path` names a file that is certainly inside the output folder.

    It must be relative, with `/` between its names and no name empty, `.` or `..`; backslashes, NUL
    and what has no UTF-8 are out, and so are the names that this module uses itself.
    """
    return not (
        _UNSAFE.search(path)
        or (path[0] == "." and _RESERVED.match(path))
        or (_WINDOWS and _UNSAFE_ON_WINDOWS.search(path))
    )


def parent(path: str) -> str:
    """Return the path of the folder that a path is in; empty for that of all."""
    return path.rpartition("/")[0]


def folders_above(paths: Iterable[str]) -> set[str]:
    """Return the paths of all folders that any of the paths are in, without the empty path."""
    folders: set[str] = set()
    for path in paths:
        while (path := parent(path)) and path not in folders:
            folders.add(path)
    return folders
