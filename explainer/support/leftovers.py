"""Find and remove what a killed run has left behind.

Whatever is temporary is locked by the process that uses it. The operating system releases the lock
when that process ends, for any reason, so nobody needs what is not locked.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

from explainer.support.temporary import is_temporary, temporary_name

WINDOWS: Final = sys.platform == "win32"

_OLD: Final = 3600
"""Seconds after which something temporary is abandoned if its file system has no locks."""

if sys.platform == "win32":
    import msvcrt

    def try_lock(file: int) -> bool | None:
        """Lock an open file until it is closed. Return False if another process has locked it."""
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(file: int) -> bool | None:
        """Lock an open file or folder until it is closed.

        Return False if somebody else has locked it, even in this process, and None if the file
        system has no locks.
        """
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True


# --- temporary files and folders beside those that they replace -----------------------------------


def temporary_path(folder: Path) -> Path:
    """Return the path of a new hidden file or folder, which `sweep` removes if nobody locks it."""
    return folder / temporary_name()


def hold(path: Path, file: int) -> bool:
    """Lock a file or folder that was just created and opened as `file`.

    Return False if `sweep` was faster, so that it is gone.
    """
    return try_lock(file) is not False and os.path.lexists(path)


def sweep(folder: Path) -> None:
    """Remove what killed runs left in a folder, but not in the folders inside it. Never fails."""
    with suppress(OSError):
        for path in folder.iterdir():
            if is_temporary(path.name):
                remove(path)


def remove(path: Path) -> None:
    """Remove a temporary file or folder if the run that made it has ended. Never fails."""
    with suppress(OSError):
        _if_abandoned(path, partial(_delete, path))


def _if_abandoned(path: Path, act: Callable[[], None]) -> None:
    """Call a function unless a running process has locked a file or folder. Raises OSError."""
    status = path.lstat()
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)) or not _is_own(status):
        return
    is_locked: bool | None = None
    with opened(path) as file:
        if file is not None:
            is_locked = try_lock(file)
        is_free = is_locked or (is_locked is None and time.time() - status.st_mtime > _OLD)
        if is_free and not WINDOWS:
            act()
    if is_free and WINDOWS:  # which deletes no open file, so nor one that was opened just now
        act()


@contextmanager
def opened(path: Path) -> Iterator[int | None]:
    """Open a file or folder for reading; None for a folder on Windows, which cannot open it."""
    if WINDOWS and path.is_dir():
        yield None
        return
    flags = ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
    file = os.open(path, os.O_RDWR if WINDOWS else os.O_RDONLY | _flags(*flags))
    try:
        yield file
    finally:
        os.close(file)


def _flags(*names: str) -> int:
    """Return the flags for `os.open` that this system has."""
    return sum(getattr(os, name, 0) for name in names)


def _is_own(status: os.stat_result) -> bool:
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()


def _delete(path: Path) -> None:
    if path.is_dir():
        import shutil  # it takes long to import

        shutil.rmtree(path)
    else:
        path.unlink()


# --- anything else, each with a lock file of the same name ----------------------------------------


@contextmanager
def claimed(folder: Path, prefix: str, release: Callable[[str], None]) -> Iterator[str]:
    """Provide a new name for something temporary, which `release` removes in the end.

    `release` gets the name, and does nothing if there is nothing of that name. For a run that is
    killed, the next one with this folder and prefix calls it: while the name is used, `folder` has
    a locked file NAME.lock. Raises OSError if it cannot be created.
    """
    own = re.compile(re.escape(prefix) + r"[0-9a-f]{16}\.lock")
    for old in [path for path in folder.iterdir() if own.fullmatch(path.name)]:
        with suppress(OSError):
            _if_abandoned(old, partial(_end, old, release))
    while True:
        lock = folder / f"{prefix}{os.urandom(8).hex()}.lock"
        file = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL | _flags("O_BINARY"), 0o600)
        if hold(lock, file):
            break
        os.close(file)
    try:
        yield lock.stem
    finally:
        if WINDOWS:
            os.close(file)
        with suppress(OSError):
            _end(lock, release)
        if not WINDOWS:
            os.close(file)


def _end(lock: Path, release: Callable[[str], None]) -> None:
    """Remove what a lock file stands for, and the file last, so that nothing is forgotten."""
    release(lock.stem)
    lock.unlink()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Provide an empty folder for as long as the block runs. Raises OSError."""
    import tempfile

    top = Path(tempfile.gettempdir())

    def release(name: str) -> None:
        with suppress(FileNotFoundError):
            import shutil

            shutil.rmtree(top / name)

    with claimed(top, "explainer-", release) as name:
        folder = top / name
        folder.mkdir(0o700)
        yield folder
