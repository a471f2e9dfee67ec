"""Write a single file completely or not at all.

For the output folder, whose files change together, see `explainer.output`.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from explainer.support import leftovers

_READING = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # or a pipe would wait for a writer
    | getattr(os, "O_BINARY", 0)
)
_AT_ONCE = 1 << 20
"""How many bytes of a file whose size is not known are read at once."""


class FileChangedError(Exception):
    """A file no longer has the content that it had when it was read."""


def create_file(file: Path, content: bytes) -> bool:
    """Write a new file and its parent folders; return False if the name is taken.

    A symbolic link also takes a name, even a broken one. Raises OSError and then leaves no part of
    the file. Safe from power cuts.
    """
    leftovers.sweep(file.parent)
    if os.path.lexists(file):
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    with _naming(file), _temporary_file(file.parent) as (beside, new):
        _write_and_sync(new, content)
        _let_go(new)
        try:
            os.link(beside, file)
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links
            if os.path.lexists(file):
                return False
            beside.rename(file)
    return True


def create_folder(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Create a folder with these files, by name, and its parents; return False if it exists.

    Raises OSError and then leaves no part of the folder. Safe from power cuts.
    """
    leftovers.sweep(folder.parent)
    if os.path.lexists(folder):
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _naming(folder), _temporary_folder(folder.parent) as beside:
        for name, content in files.items():
            with _naming(folder / name), _new_file(beside / name) as new:
                _write_and_sync(new, content)
        try:
            beside.rename(folder)
        except OSError:
            if os.path.lexists(folder):
                return False
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
    with _new_content(file) as new:
        write(new.fileno(), content)


def export_file(file: Path, content: bytes) -> None:
    """Write a file that the author has named: as `replace_file` does, but safe from power cuts.

    What is no file, such as a pipe or a terminal, is written to. Raises OSError.
    """
    try:
        is_file = stat.S_ISREG(file.stat().st_mode)
    except FileNotFoundError:
        is_file = True
    with _naming(file):
        if not is_file:
            with file.open("wb") as stream:
                stream.write(content)
            return
        leftovers.sweep(file.parent)
        with _new_content(file) as new:
            _write_and_sync(new, content)


def update_file(file: Path, content: bytes, before: bytes | None) -> None:
    """Write a file as `replace_file` does, unless it has changed, and safe from power cuts.

    `before`: the content that was read, None if there was no file. Raises OSError and
    FileChangedError.
    """
    leftovers.sweep(file.parent)
    with _new_content(file) as new:
        _write_and_sync(new, content)
        if read_or_none(file) != before:
            raise FileChangedError(f"{file} has changed since explainer read it. Try again.")


def read_file(file: Path | str) -> bytes:
    """Return the content of a regular file. Raises OSError.

    A pipe, a socket, or a device is an error: reading one could wait forever.
    """
    try:
        number = os.open(file, _READING)
    except OSError:
        _assert_regular(file, os.stat(file).st_mode)  # noqa: PTH116 - a socket, or any on Windows
        raise
    try:
        status = os.fstat(number)
        _assert_regular(file, status.st_mode)
        content = os.read(number, status.st_size + 1)
        if len(content) == status.st_size:
            return content
        parts = [content]  # it is being written, or its size is unknown
        while parts[-1]:
            parts.append(os.read(number, _AT_ONCE))
        return b"".join(parts)
    finally:
        os.close(number)


def _assert_regular(file: Path | str, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, f"it is {kind_of(mode)}, not a file", str(file))


def read_or_none(file: Path) -> bytes | None:
    """Return the content of a regular file, or None if it does not exist. Raises OSError."""
    try:
        return read_file(file)
    except FileNotFoundError:
        return None


def is_same(file: Path, content: bytes) -> bool:
    """Whether a regular file has this content already. Never fails."""
    with suppress(OSError):
        return read_file(file) == content
    return False


def kind_of(mode: int) -> str:
    """Describe what is not a regular file, by its mode: `a folder`, `a named pipe`."""
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def reason(error: OSError) -> str:
    """Say why the system refused something, as the end of a sentence: `the disk is full`."""
    reasons = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "your share of the disk (the quota) is used up",
        errno.EROFS: "the file system is read-only",
        errno.EMFILE: "too many files are open",
        errno.ENFILE: "too many files are open",
        errno.EIO: "the disk reports an error",
    }
    return reasons.get(error.errno or 0) or error.strerror or str(error) or type(error).__name__


def write(file: int, content: bytes) -> None:
    """Write all of `content` to an open file. Raises OSError."""
    done = os.write(file, content)
    while done < len(content):  # a disk that is filling up, or more than 2 GB
        done += os.write(file, memoryview(content)[done:])


def _write_and_sync(new: FileIO, content: bytes) -> None:
    """Write to a new file, and wait until the disk has it."""
    write(new.fileno(), content)
    os.fsync(new.fileno())


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Name `file` in every OSError, instead of a temporary file or none, unless it has a cause."""
    try:
        yield
    except OSError as error:
        if error.__cause__:
            raise
        raise OSError(error.errno, error.strerror, str(file)) from error


@contextmanager
def _new_content(file: Path) -> Iterator[FileIO]:
    """Open a hidden file beside `file`, which takes its place when the block ends without error.

    Neither the site's loader nor its watcher looks at hidden files.
    """
    target = Path(os.path.realpath(file))
    with _naming(target):
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        with _temporary_file(target.parent) as (beside, new):
            yield new
            with suppress(FileNotFoundError):
                beside.chmod(stat.S_IMODE(target.stat().st_mode))
            _let_go(new)
            beside.replace(target)


@contextmanager
def _temporary_file(folder: Path) -> Iterator[tuple[Path, FileIO]]:
    """Provide a hidden new file, open and locked. In the end, it is removed unless it was moved."""
    while True:
        path = leftovers.temporary_path(folder)
        with _new_file(path) as new:
            if leftovers.hold(path, new.fileno()):
                try:
                    yield path, new
                finally:
                    _let_go(new)
                    with suppress(OSError):
                        path.unlink()
                return


@contextmanager
def _temporary_folder(folder: Path) -> Iterator[Path]:
    """Provide a hidden new folder, locked. In the end, it is removed unless it was moved."""
    while True:
        path = leftovers.temporary_path(folder)
        path.mkdir()
        with leftovers.opened(path) as new:
            if new is None or leftovers.hold(path, new):
                try:
                    yield path
                finally:
                    import shutil  # it takes long to import

                    shutil.rmtree(path, ignore_errors=True)
                return


def _new_file(path: Path) -> FileIO:
    """Create a file, which must not exist, and open it for writing. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return FileIO(os.open(path, flags, 0o666), "wb")


def _let_go(new: FileIO) -> None:
    """Close a file on Windows, which neither moves nor deletes open files."""
    if leftovers.WINDOWS:
        new.close()
