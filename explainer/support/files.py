"""Write a single file completely or not at all.

For the output folder, whose files change together, see `explainer.output`.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


class FileChangedError(Exception):
    """A file no longer has the content that it had when it was read."""


def create_file(file: Path, content: bytes) -> bool:
    """Write a new file and its parent folders; return False if the name is taken.

    A symbolic link also takes a name, even a broken one. Raises OSError and then leaves no part of
    the file.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        stream = file.open("xb")
    except FileExistsError:
        return False
    try:
        with stream:
            stream.write(content)
    except BaseException:
        file.unlink()
        raise
    return True


def check_inside(folder: Path, file: Path) -> None:
    """Raise OSError if a symbolic link leads from a file in `folder` out of it.

    A file that is not in the folder is not checked: its author chose another place.
    """
    real, path = os.path.realpath(folder), os.path.normpath(file.absolute())
    is_in = any(Path(path).is_relative_to(each) for each in (folder.absolute(), real))
    if is_in and not Path(os.path.realpath(path)).is_relative_to(real):
        raise OSError(errno.EPERM, f"a symbolic link in its path leads out of {folder}", path)


def replace_file(file: Path, content: bytes) -> None:
    """Write a file, new or in place of an old one, which keeps its permissions.

    A symbolic link is followed to the file that it names. Raises OSError if the file, or its
    folder, cannot be written to; everything is as it was then. For what can be made again: after a
    power cut the file may be empty.
    """
    with _new_content(file) as stream:
        stream.write(content)


def update_file(file: Path, content: bytes, before: bytes | None) -> None:
    """Write a file as `replace_file` does, unless it has changed, and safe from power cuts.

    `before`: the content that was read, None if there was no file. Raises OSError and
    FileChangedError.
    """
    with _new_content(file) as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
        if read_or_none(file) != before:
            raise FileChangedError(f"{file} has changed since explainer read it. Try again.")


def read_file(file: Path) -> bytes:
    """Return the content of a regular file. Raises OSError.

    A pipe, a socket, or a device is an error: reading one could wait forever.
    """
    if not stat.S_ISREG(mode := file.stat().st_mode):
        raise OSError(errno.EINVAL, f"it is {kind_of(mode)}, not a file", str(file))
    return file.read_bytes()


def read_or_none(file: Path) -> bytes | None:
    """Return the content of a regular file, or None if it does not exist. Raises OSError."""
    try:
        return read_file(file)
    except FileNotFoundError:
        return None


def kind_of(mode: int) -> str:
    """Describe what is not a regular file, by its mode: `a folder`, `a named pipe`."""
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


@contextmanager
def _new_content(file: Path) -> Iterator[BinaryIO]:
    """Open a hidden file beside `file`, which takes its place when the block ends without error.

    Neither the site's loader nor its watcher looks at hidden files.
    """
    target = Path(os.path.realpath(file))
    beside = target.with_name(f".explainer-{secrets.token_hex(8)}.tmp")
    try:
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        with beside.open("xb") as stream:
            yield stream
        with suppress(FileNotFoundError):
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error
    finally:
        with suppress(OSError):
            beside.unlink()
