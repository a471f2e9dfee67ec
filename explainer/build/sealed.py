"""Small files in folders of `.explainer/`, such as `state/`, of which few of a kind stay.

They are read before anything slow is imported. What they have are values of `marshal`, which Python
reads by itself, behind a seal of this user's.
"""

from __future__ import annotations

import marshal
import zlib

from explainer.support import seal, stamps
from explainer.support.stamps import UnstableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

DAMAGED: Final = (
    *(LookupError, TypeError, ValueError, AttributeError, EOFError, OverflowError, MemoryError),
    zlib.error,
)
"""What reading a damaged file raises."""


def read(path: str, length: int) -> tuple[Any, ...] | None:
    """Return the values in a file, which are so many, or None if no file has them."""
    try:
        stamps.stamp(path)
        with open(path, "rb") as file:
            mark, content = file.read(seal.SIZE), file.read()
        found = marshal.loads(content) if seal.fits(mark, content) else None  # noqa: S302 - ours
    except (OSError, UnstableError, *DAMAGED):
        return None
    return found if isinstance(found, tuple) and len(found) == length else None


def keep(path: str, values: tuple[Any, ...], most: int) -> None:
    """Write values to a file, as `write` does. Never fails."""
    content = marshal.dumps(values)
    try:
        write(path, seal.of(content) + content, most)
    except OSError:
        pass


def write(path: str, content: bytes, most: int) -> None:
    """Write a file in a folder of `.explainer/`, of which `most` of its kind stay. Raises OSError.

    A command that does not create `.explainer/` writes nothing if there is none. The kind is what
    the name begins with, up to a hyphen.
    """
    from pathlib import Path

    from explainer.support import cache, leftovers

    file = Path(path)
    folder = file.parent
    if not folder.parent.is_dir() or folder.is_symlink():
        return
    folder.mkdir(exist_ok=True)
    leftovers.sweep(folder)  # of a run that was killed here
    cache.write(file, content)
    kind = file.name.partition("-")[0]
    old = sorted(folder.glob(f"{kind}-*"), key=lambda each: each.stat().st_mtime_ns)
    for each in old[:-most]:
        each.unlink()
