"""Write pages and assets to the output folder. Only this package writes to that folder.

    check_folder (guard) ─► Staging: lock ─► put, copy (stage) ─► commit

A build writes complete files to a hidden staging folder, and a single `commit` at the end moves
them to the output. The manifest, a file in the output, lists what builds wrote; nothing else is
ever overwritten or deleted.

These guarantees cover crashes of the program, but not of the machine: files are not synced to disk,
which would take milliseconds for each. If a power cut empties a file, the next build notices that
the content differs, and writes it again.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from explainer.output import guard
from explainer.output.commit import CommitResult, commit, known_paths
from explainer.output.guard import OutputError
from explainer.output.manifest import Claims, Manifest
from explainer.output.stage import BINARY, StagedFile, StageWriter, check_path
from explainer.support.leftovers import WINDOWS, try_lock
from explainer.support.paths import STAGING

_LOCK: Final = "lock"


class Staging:
    """One build's access to the folder `output`; a context manager.

    Entering raises OutputError if another build is writing there, if the folder is not ours, or if
    the staging folder cannot be created. Its `writer` stages files, and one `commit` ends it.
    Without a commit, or after an exception, the output is unchanged. `clean` rewrites every file.
    `known` is the SHA-256 of the manifest of the last commit, if it was complete and all files are
    as it left them. If the manifest is still the same, only those that differ are looked at.
    Call `guard.check_folder` first, which also checks the output against the source folders.
    """

    def __init__(self, output: Path, *, clean: bool, known: str | None = None) -> None:
        self._output = os.path.realpath(output)
        self._clean = clean
        self._known = known
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
        """The writer that stages files; it can be passed to worker processes."""
        if self._writer is None:
            raise RuntimeError("staging is not open")
        return self._writer

    def commit(
        self, staged: Iterable[StagedFile], permanent: Mapping[str, str] = MappingProxyType({})
    ) -> CommitResult:
        """Move new and changed files to the output, and delete those that only earlier builds had.

        `staged` has all files of the site, in any order, as this object's `writer` returned them.
        The manifest remembers `permanent` for the next build (see `Manifest`).
        Raises OutputError, after which the output is unchanged, or ValueError if two files have the
        same path.
        """
        return self._commit(staged, permanent, None)

    def changes(self, staged: Iterable[StagedFile]) -> Mapping[str, str] | None:
        """Return the hashes of new contents in `staged`, which has all files of the site, by path.

        None if files are added or removed, or if the others may not be as earlier builds left them.
        """
        if not self.writer.intact:
            return None
        files = {file.path: file for file in staged}
        if files.keys() != self.writer.intact.keys():
            return None
        return {path: file.sha256 for path, file in files.items() if file.staged}

    def update(self, staged: Iterable[StagedFile], replaced: Iterable[str] = ()) -> CommitResult:
        """Move new and changed files to the output, and leave all others as they are.

        Files of earlier builds at the paths `replaced` are deleted if no new file is there.
        Raises as `commit`.
        """
        return self._commit(staged, self._manifest.permanent, frozenset(replaced))

    @property
    def listing(self) -> str:
        """The SHA-256 of the manifest that was found; empty if there was none."""
        raw = self._manifest.raw
        return "" if raw is None else hashlib.sha256(raw).hexdigest()

    @property
    def listed(self) -> Claims:
        """The files that earlier builds wrote."""
        return self._manifest.claims

    def _commit(
        self,
        staged: Iterable[StagedFile],
        permanent: Mapping[str, str],
        replaced: Collection[str] | None,
    ) -> CommitResult:
        files: dict[str, StagedFile] = {}
        for file in staged:
            check_path(file.path)
            if files.setdefault(file.path, file) is not file:
                raise ValueError(f"{file.path} is staged twice")
        writer, self._writer = self.writer, None
        if replaced is None and (intact := writer.intact):
            replaced = intact.keys() - files.keys()
            differing = (f for f in files.values() if f.staged or intact.get(f.path) != (f.sha256,))
            files = {file.path: file for file in differing}
        try:
            self._make_folder(self._output, self._cleanup)
            return commit(writer, self._manifest, files, permanent, replaced)
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
        self._manifest = guard.read_manifest(self._output, self._known)
        known = frozenset() if self._clean else known_paths(self._manifest.claims)
        is_intact = self._known and not self._clean and self.listing == self._known
        intact = self._manifest.claims if is_intact else {}
        self._writer = StageWriter(folder, self._output, known, intact)

    def _make_folder(self, path: str, stack: ExitStack) -> None:
        if not os.path.lexists(path):
            os.mkdir(path)
            stack.callback(_remove_empty, path)


def _remove_empty(folder: str) -> None:
    with suppress(OSError):  # it is not empty, because there was a commit
        os.rmdir(folder)


# ---- The staging folder and its lock -------------------------------------------------------------


def _lock_folder(output: str, stack: ExitStack) -> str | None:
    """Lock the output folder; return its empty staging folder, or None if another build has it.

    The staging folder is next to the output, so that a build that is killed does not leave
    unfinished files where a web server or `publish` finds them. It is inside the output only if
    files cannot be moved from next to it, because the output is a mount point or its parent is not
    writable. It is hidden. Closing `stack` removes it and releases the lock; if a build is killed,
    the next build does so. Raises OSError.
    """
    parent, name = os.path.split(output)
    # Names that differ only by case share a folder, because the file system may ignore case.
    beside, inside = os.path.join(parent, f"{STAGING}-{name.casefold()}"), f"{output}/{STAGING}"
    first, other = (beside, inside) if _moves(parent, output) else (inside, beside)
    # The other folder exists only if a build, which may still be running, had to choose it.
    for folder in (first, other) if os.path.isdir(other) else (first,):
        claimed = _claim(folder)
        if claimed is None:
            return None
        stack.callback(_release, folder, claimed)
    with suppress(OSError):
        _sweep(parent, but=first)
    return first


def _sweep(parent: str, but: str) -> None:
    """Remove other staging folders in `parent` whose builds were killed. Raises OSError."""
    names = [name for name in os.listdir(parent) if name.startswith(f"{STAGING}-")]
    for folder in (os.path.join(parent, name) for name in names):
        with suppress(OSError):
            if folder != but and (claimed := _claim(folder)) is not None:
                _release(folder, claimed)


def _moves(parent: str, output: str) -> bool:
    """Return whether files can be moved from `parent` to `output`; True if that does not exist."""
    try:
        if os.stat(parent).st_dev != os.stat(output).st_dev:
            return False
        if not os.access(parent, os.W_OK | os.X_OK):
            return False
        # Bind mounts, as in containers, have the same device number but do not allow moves between
        # them. They fail before they look for the file, so it does not need to exist.
        os.rename(f"{parent}/{STAGING}-probe.{os.getpid()}", f"{output}/{STAGING}-probe")
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _claim(folder: str) -> int | None:
    """Create, lock, and empty the staging folder; return the open lock, or None if it is taken.

    This is a lock of the operating system, which releases it when the process ends for any reason.
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
            continue  # the previous build has just removed it
        with ExitStack() as stack:
            stack.callback(os.close, lock)
            # On a file system without locks, a build could not run otherwise.
            if try_lock(lock) is False:
                return None
            with suppress(FileNotFoundError):
                if os.path.samestat(os.lstat(path), os.fstat(lock)):
                    _empty(folder)
                    stack.pop_all()
                    return lock
        # The lock was on a file that its owner has removed, so it excludes nobody.
    return None


def _release(folder: str, lock: int) -> None:
    """Remove the staging folder and release the lock; the next build removes what is left.

    Forked workers may still have the lock open, which is harmless because its file is deleted.
    """
    with suppress(OSError):
        _empty(folder)
    if WINDOWS:  # cannot delete an open file, so nor another build's lock
        os.close(lock)
    with suppress(OSError):
        os.unlink(f"{folder}/{_LOCK}")
    if not WINDOWS:
        os.close(lock)
    with suppress(OSError):  # last, because NFS and FUSE keep a deleted file until it is closed
        os.rmdir(folder)


def _empty(folder: str) -> None:
    """Delete all files in a staging folder except the lock. Raises OSError."""
    with os.scandir(folder) as items:
        for item in items:
            if item.name != _LOCK:
                os.unlink(item.path)
