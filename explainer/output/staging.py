"""Write pages and assets to the output folder. Only this package writes to that folder.

    check_folder (guard) ─► Staging: lock ─► put, copy (stage) ─► commit

A build puts its files whole into a hidden staging folder, out of sight, and one `commit` at the end
swaps them in. The manifest, a file in the output, lists what builds wrote, and nothing else is ever
overwritten or deleted.

All this holds for crashes of the program, not of the machine: nothing is synced to disk, which
would cost milliseconds a file. A file that a power cut emptied differs from what the next build
puts there, so that build writes it again.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, Self

from explainer.output import guard
from explainer.output.commit import CommitResult, commit, known_paths
from explainer.output.guard import STAGING, OutputError
from explainer.output.manifest import Manifest
from explainer.output.stage import BINARY, StagedFile, StageWriter, check_path

_LOCK: Final = "lock"
_WINDOWS: Final = sys.platform == "win32"


class Staging:
    """One build's access to the folder `output`; a context manager.

    Entering raises OutputError if another build is at work there, the folder is not ours, or the
    disk does not take a staging folder. Its `writer` stages files, and one `commit` ends it.
    Leaving without that, or by an exception, leaves the output as it was. `clean` writes every
    file anew. Call `guard.check_folder` before, which knows the sources.
    """

    def __init__(self, output: Path, *, clean: bool = False) -> None:
        self._output = os.path.realpath(output)
        self._clean = clean
        self._cleanup = ExitStack()
        self._manifest = Manifest(None, {})
        self._writer: StageWriter | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            try:
                self._open(stack)
            except OSError as error:
                raise guard.failure(error) from error
            self._cleanup = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._writer = None
        self._cleanup.close()

    @property
    def writer(self) -> StageWriter:
        """The writer that stages files; workers get it too."""
        if self._writer is None:
            raise RuntimeError("staging is not open")
        return self._writer

    def commit(self, staged: Iterable[StagedFile]) -> CommitResult:
        """Make the output what was staged: swap in what is new, delete what earlier builds had.

        `staged`: all files of the site, in any order, as this staging's `writer` returned them.
        Raises OutputError, after which the output is as it was; ValueError if two files have one
        path.
        """
        files: dict[str, StagedFile] = {}
        for file in staged:
            check_path(file.path)
            if files.setdefault(file.path, file) is not file:
                raise ValueError(f"{file.path} is staged twice")
        writer, self._writer = self.writer, None
        try:
            self._make_folder(self._output, self._cleanup)
            return commit(writer, self._manifest, files)
        except OSError as error:
            raise guard.failure(error) from error

    def _open(self, stack: ExitStack) -> None:
        """Lock the output and read its manifest."""
        guard.check_place(self._output)
        if os.path.lexists(self._output) and not guard.is_folder(os.lstat(self._output)):
            raise guard.no_folder(self._output)
        for path in reversed(list(guard.upwards(os.path.dirname(self._output)))):
            self._make_folder(path, stack)
        folder = _lock_folder(self._output, stack)
        if folder is None:
            message = f"another build is writing to {self._output}"
            hint = "wait until it is done, stop it, or choose another folder"
            raise OutputError("output-busy", message, hint)
        self._manifest = guard.read_manifest(self._output)
        known = frozenset() if self._clean else known_paths(self._manifest.claims)
        self._writer = StageWriter(folder, self._output, known)

    def _make_folder(self, path: str, stack: ExitStack) -> None:
        if not os.path.lexists(path):
            os.mkdir(path)
            stack.callback(_remove_empty, path)


def _remove_empty(folder: str) -> None:
    with suppress(OSError):  # not empty: so there was a commit
        os.rmdir(folder)


# ---- The staging folder and its lock -------------------------------------------------------------


def _lock_folder(output: str, stack: ExitStack) -> str | None:
    """Lock the output folder: the staging folder, which is empty, or None if another build has it.

    It lies beside the output, not in it: a build that is killed then leaves no unfinished file
    where a web server or `publish` would find it. Only where a file cannot be moved from there to
    the output (a folder that is mounted, or whose parent may not be written to) does it lie inside.
    Either is hidden, and goes with the build; if that was killed, with the next one. `stack`
    releases it. Raises OSError.
    """
    parent, name = os.path.split(output)
    # One name for two that differ by case alone, since the file system may not tell them apart.
    beside, inside = os.path.join(parent, f"{STAGING}-{name.casefold()}"), f"{output}/{STAGING}"
    first, other = (beside, inside) if _moves(parent, output) else (inside, beside)
    # The other one exists only if a build found things otherwise, which may be at work still.
    for folder in (first, other) if os.path.isdir(other) else (first,):
        claimed = _claim(folder)
        if claimed is None:
            return None
        stack.callback(_release, folder, claimed)
    return first


def _moves(parent: str, output: str) -> bool:
    """Whether files can be moved from `parent` into `output`, or that does not exist yet."""
    try:
        if os.stat(parent).st_dev != os.stat(output).st_dev:
            return False
        if not os.access(parent, os.W_OK | os.X_OK):
            return False
        # Bind mounts, which containers live on, show one device and still refuse to move a file.
        # They refuse before they look for it: it need not exist.
        os.rename(f"{parent}/{STAGING}-probe.{os.getpid()}", f"{output}/{STAGING}-probe")
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _claim(folder: str) -> int | None:
    """Make the staging folder, lock and empty it: the open lock, or None if somebody has it.

    The lock is the operating system's, so that it ends with its process, however that ends.
    """
    path = f"{folder}/{_LOCK}"
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | BINARY
    for _ in range(1000):
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)
        try:
            if not guard.is_folder(os.lstat(folder)):
                raise NotADirectoryError(errno.ENOTDIR, "Not a directory", folder)
            lock = os.open(path, flags, 0o600)
        except FileNotFoundError:
            continue  # the build before this one removed it just now
        with ExitStack() as stack:
            stack.callback(os.close, lock)
            if not _lock(lock):
                return None
            with suppress(FileNotFoundError):
                if os.path.samestat(os.lstat(path), os.fstat(lock)):
                    _empty(folder)
                    stack.pop_all()
                    return lock
        # It was a lock on a file that its owner has removed, which keeps nobody out.
    return None


def _release(folder: str, lock: int) -> None:
    """Remove the staging folder and let go of the lock; the next build gets what resists.

    Workers that were forked may have the lock open still: it is on a file that is gone.
    """
    with suppress(OSError):
        _empty(folder)
    if _WINDOWS:  # cannot remove what is open, but then cannot either remove another's lock
        os.close(lock)
    with suppress(OSError):
        os.unlink(f"{folder}/{_LOCK}")
    if not _WINDOWS:
        os.close(lock)
    with suppress(OSError):  # last, as NFS and FUSE keep a removed file until it is closed
        os.rmdir(folder)


def _empty(folder: str) -> None:
    """Delete all files of a staging folder but the lock; raises OSError."""
    with os.scandir(folder) as items:
        for item in items:
            if item.name != _LOCK:
                os.unlink(item.path)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        """Take the lock on an open file; False if another build has it, be it in this process.

        On a file system without locks everybody gets it: better than to build nowhere.
        """
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EINVAL):
                raise
        return True
