"""Write the files of a build to the staging folder, where they wait for the commit.

The input is an output path and its content, as bytes or as a file to copy. The result is a
`StagedFile` with all that a commit or a later build needs: the path, the SHA-256 and size of the
content, and whether it is staged.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from explainer.output.guard import OutputError, failure
from explainer.support.files import write
from explainer.support.paths import is_output_path
from explainer.support.values import dataclass

if TYPE_CHECKING:
    from hashlib import _Hash

    from explainer.output.manifest import Claims

BINARY: Final = getattr(os, "O_BINARY", 0)
_CHUNK: Final = 1 << 20
_NUMBER: Final = 8
"""The bytes of a number in a `StagedFile`."""
_LONGEST_NAME: Final = 255  # bytes: what ext4, XFS, Btrfs, APFS and NTFS all take at least


@dataclass(frozen=True, slots=True)
class StagedFile:
    """One file of a build, as `commit` needs it."""

    path: str
    """The path relative to the output folder, with `/` between the names."""
    packed: bytes
    """All else, as few bytes: those of all files are in memory at once."""

    @classmethod
    def of(cls, path: str, sha256: bytes, size: int, *, staged: bool) -> StagedFile:
        """Return a file. `sha256` is the hash of its content."""
        return cls(path, sha256 + (2 * size + staged).to_bytes(_NUMBER, "big"))

    @property
    def sha256(self) -> str:
        """The SHA-256 of the content, in hexadecimal."""
        return self.packed[:-_NUMBER].hex()

    @property
    def size(self) -> int:
        """The size of the content, in bytes."""
        return int.from_bytes(self.packed[-_NUMBER:], "big") >> 1

    @property
    def staged(self) -> bool:
        """Whether the content is in the staging folder; otherwise the output already has it."""
        return bool(self.packed[-1] & 1)

    def unstaged(self) -> StagedFile:
        """Return the same file as one of which the output already has the content."""
        return StagedFile(self.path, self.packed[:-1] + bytes((self.packed[-1] & ~1,)))


@dataclass(frozen=True, slots=True)
class StageWriter:
    """Writes files to the staging folder, except those that the output already has.

    It can be pickled: each worker gets one and returns the staged files. Several processes and
    threads can use it at once with different paths.
    """

    folder: str
    """The staging folder."""
    output: str
    """The output folder, resolved."""
    known: frozenset[str]
    """Output paths where an earlier build certainly wrote a file; empty for a clean build."""
    intact: Claims = field(default_factory=dict)
    """The hashes of the files that earlier builds wrote, if all of them are as these left them."""

    def put(self, path: str, content: bytes) -> StagedFile:
        """Stage `content` as the file `path`, for which see `is_output_path`.

        Raises OutputError if the disk does not take it; ValueError, as for any bug, if `path` is
        not an output path or was staged before.
        """
        check_path(path)
        staged = not self._has(path, (content,), len(content))
        if staged:
            self._create(path, (content,))
        sha256 = hashlib.sha256(content).digest()
        return StagedFile.of(path, sha256, len(content), staged=staged)

    def copy(self, path: str, source: Path) -> StagedFile:
        """Stage the content of the file `source` as the file `path`; its mode and times are not.

        Raises what `put` raises; OutputError also if `source` cannot be read.
        """
        check_path(path)
        try:
            state = os.stat(source)
            if not stat.S_ISREG(state.st_mode):  # opening a pipe would wait forever
                raise OSError(errno.EINVAL, "not a file", str(source))
        except OSError as error:
            raise _unreadable(error, source) from error
        digest, size = hashlib.sha256(), state.st_size
        staged = not self._has(path, _parts(source, digest), size)
        if staged:
            digest = hashlib.sha256()
            size = self._create(path, _parts(source, digest))
        return StagedFile.of(path, digest.digest(), size, staged=staged)

    def place(self, path: str) -> str:
        """Return where the content of `path` is staged.

        All files are flat in one folder under a hash of their path: most pages have a folder of
        their own, and making and removing that twice would cost more than writing the page.
        """
        return f"{self.folder}/new-{hashlib.sha256(path.encode()).hexdigest()}"

    def content_path(self, file: StagedFile) -> str:
        """Return the path of the file that has the content until the commit."""
        return self.place(file.path) if file.staged else f"{self.output}/{file.path}"

    def _has(self, path: str, parts: Iterable[bytes], size: int) -> bool:
        """Return whether the output has our file with that content of `size` bytes."""
        if path not in self.known:
            return False
        target = f"{self.output}/{path}"
        try:
            state = os.lstat(target)
            if state.st_size != size or not stat.S_ISREG(state.st_mode):
                return False
            with open(target, "rb") as file:
                return all(file.read(len(part)) == part for part in parts) and not file.read(1)
        except OSError:
            return False

    def _create(self, path: str, parts: Iterable[bytes]) -> int:
        try:
            return create(self.place(path), parts)
        except FileExistsError:
            raise ValueError(f"{path} is staged twice") from None
        except OSError as error:
            target = f"{self.output}/{path}"
            raise failure(OSError(error.errno, error.strerror, target)) from error


def check_path(path: str) -> None:
    """Raise ValueError if `path` is not an output path, OutputError if its name is too long."""
    if not is_output_path(path):
        raise ValueError(f"{path!r} is not a path inside the output folder")
    if len(path) * 4 > _LONGEST_NAME:  # four bytes a character at most
        for name in path.split("/"):
            if len(name.encode()) > _LONGEST_NAME:
                raise failure(OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), path))


def create(path: str, parts: Iterable[bytes]) -> int:
    """Write a new file, and return its size in bytes. Raises OSError."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o666)
    size = 0
    try:
        for part in parts:
            size += len(part)
            write(file, part)
    finally:
        os.close(file)
    return size


def _parts(source: Path, digest: _Hash) -> Iterator[bytes]:
    """Yield the content of a file in parts, and add each to `digest`. Raises OutputError."""
    try:
        with source.open("rb") as file:
            while part := file.read(_CHUNK):
                digest.update(part)
                yield part
    except OSError as error:
        raise _unreadable(error, source) from error


def _unreadable(error: OSError, source: Path) -> OutputError:
    """Return the OutputError for a source file that cannot be read."""
    message = f"cannot read {source}: {error.strerror}"
    hint = "check that the file exists and that you have permission to read it"
    return OutputError("asset-unreadable", message, hint)
