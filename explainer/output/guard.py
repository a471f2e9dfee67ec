"""Check that a folder may be written to: not the sources, a home folder, or others' files.

An OutputError explains to the author why not.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Final

from explainer.model.problems import Code, some
from explainer.output import manifest
from explainer.output.manifest import Manifest
from explainer.support.files import reason
from explainer.support.paths import MANIFEST, STAGING
from explainer.support.slugs import is_device

_WINDOWS: Final = sys.platform == "win32"
_JUNCTION: Final = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT, which `stat` defines only on Windows
_SOURCES: Final = ("content", "static", "themes")
_NAME_ANOTHER: Final = "choose a separate folder, such as _site"
# File managers of operating systems create these files.
_IGNORED: Final = {STAGING, ".DS_Store", "Thumbs.db", "desktop.ini"}


class OutputError(Exception):
    """Explains to the author why nothing was written; the output folder is unchanged.

    It can be pickled, so that workers can raise it.
    """

    def __init__(self, code: Code, message: str, hint: str) -> None:
        super().__init__(code, message, hint)
        self.code = code
        """The name of the problem, such as `output-not-ours`."""
        self.message = message
        """What is wrong, with the names of the folders and files involved."""
        self.hint = hint
        """How to fix it."""


def check_folder(output: Path, site: Path, known: str | None = None) -> None:
    """Raise OutputError if `output` cannot be the output folder. Writes nothing.

    `site` is the folder with `site.toml`. Symbolic links are resolved in both. `known`: as for
    `read_manifest`.
    """
    folder = os.path.realpath(output)
    check_place(folder)
    _check_sources(folder, site)
    try:
        read_manifest(folder, known)
    except OSError as error:
        raise failure(error) from error
    existing = next(path for path in upwards(folder) if os.path.lexists(path))
    if not os.access(existing, os.W_OK | os.X_OK):
        raise failure(PermissionError(errno.EACCES, "Permission denied", existing))


def check_place(folder: str) -> None:
    """Raise OutputError if a resolved path cannot be an output folder, whatever it contains."""
    if os.path.dirname(folder) == folder:
        message = f"the output folder {folder} is the root of the file system"
        raise OutputError("output-is-root", message, _NAME_ANOTHER)
    if any(_within(home, folder) for home in _homes()):
        message = f"the output folder {folder} is or contains your home folder"
        raise OutputError("output-is-home", message, _NAME_ANOTHER)


def upwards(path: str) -> Iterator[str]:
    """Yield a path and all its parent folders, up to the root."""
    yield path
    yield from map(str, PurePath(path).parents)


def read_manifest(folder: str, known: str | None = None) -> Manifest:
    """Return what earlier builds wrote to the resolved path `folder`.

    `known` is the SHA-256 of a manifest that need not be checked.

    Raises OutputError if the folder is not ours, OSError if it cannot be read. A folder that does
    not exist or is empty is ours.
    """
    try:
        is_directory = stat.S_ISDIR(os.lstat(folder).st_mode)
    except FileNotFoundError:
        return Manifest(None, {})
    except NotADirectoryError:
        is_directory = False
    if not is_directory:
        raise no_folder(folder)
    path = Path(folder, MANIFEST)
    try:
        is_file = stat.S_ISREG(os.lstat(path).st_mode)
    except FileNotFoundError:
        if strangers := sorted(set(os.listdir(folder)) - _IGNORED):
            message = (
                f"the output folder {folder} contains files that explainer did not write: "
                f"{some(strangers)}"
            )
            hint = "choose a new or empty folder, or empty this one yourself"
            raise OutputError("output-not-ours", message, hint) from None
        return Manifest(None, {})
    found = manifest.parse(path.read_bytes() if is_file else b"", known)
    if found is None:
        message = (
            f"{path} is not a manifest that this version of explainer can read, so it cannot tell "
            "which files in the folder it wrote"
        )
        hint = "choose another folder, or delete this one yourself, and build again"
        raise OutputError("output-manifest", message, hint)
    return found


def is_link(state: os.stat_result | None) -> bool:
    """Return whether `lstat` found a symbolic link or a Windows junction."""
    return state is not None and (
        stat.S_ISLNK(state.st_mode) or getattr(state, "st_reparse_tag", 0) == _JUNCTION
    )


def is_folder(state: os.stat_result | None) -> bool:
    """Return whether `lstat` found a folder, not a link to one."""
    return state is not None and stat.S_ISDIR(state.st_mode) and not is_link(state)


def _homes() -> Iterator[str]:
    """Yield the user's home folder according to the environment and the user database."""
    yield os.path.realpath(os.path.expanduser("~"))
    if sys.platform != "win32":
        import pwd

        with suppress(KeyError):  # a user id without a name, as containers have
            yield os.path.realpath(pwd.getpwuid(os.getuid()).pw_dir)


def _check_sources(folder: str, site: Path) -> None:
    """Raise OutputError if writing to the resolved path `folder` would hit the sources."""
    sources = [os.path.realpath(site / name) for name in _SOURCES]
    for source in (os.path.realpath(site), *sources):
        if _within(source, folder):
            message = f"the output folder {folder} contains the site's source files ({source})"
            raise OutputError("output-contains-sources", message, _NAME_ANOTHER)
    for source in sources:
        if _within(folder, source):
            message = f"the output folder {folder} is inside {source}, which contains source files"
            hint = "choose a folder outside it, such as _site"
            raise OutputError("output-inside-sources", message, hint)


def _within(inner: str, outer: str) -> bool:
    """Return whether the resolved path `inner` is `outer` or is inside it.

    Compare names, for paths that do not exist yet, and identities, for folders that are mounted
    twice or spelt differently on a file system that ignores case.
    """
    for path in upwards(inner):
        if os.path.normcase(path) == os.path.normcase(outer):
            return True
        with suppress(OSError):
            if os.path.samefile(path, outer):
                return True
    return False


def failure(error: OSError) -> OutputError:
    """Return the OutputError for an error of the operating system."""
    what = f"{error.filename2 or error.filename or 'the output folder'}"
    why = reason(error)
    parts = re.split(r"[\\/]", what) if _WINDOWS else ()
    if names := [name for name in parts if is_device(name)]:
        message = f"cannot write {what}: Windows reserves the name `{names[0]}` for a device"
        hint = (
            "give the page another slug, the claim or person another id, or the file another name"
        )
        return OutputError("output-reserved-name", message, hint)
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            message = f"there is not enough disk space for {what}; the output folder is unchanged"
            hint = "free some space and build again"
            return OutputError("output-disk-full", message, hint)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            message = f"cannot write {what}: {why}"
            hint = (
                "check the permissions of the folder, and whether another program has the file open"
            )
            return OutputError("output-not-writable", message, hint)
        case errno.ENAMETOOLONG:
            message = f"the file name {what} is too long"
            hint = "give the page a shorter slug, or the file a shorter name"
            return OutputError("output-name-too-long", message, hint)
    message = f"cannot write {what}: {why}"
    hint = "build again; if that does not help, choose another output folder"
    return OutputError("output-failed", message, hint)


def no_folder(folder: str) -> OutputError:
    """Return the OutputError for an output path that is not, or is not inside, a folder."""
    message = (
        f"the output folder {folder} is not a folder, or is inside something that is not a folder"
    )
    hint = "choose another folder, or remove what is in the way"
    return OutputError("output-is-file", message, hint)
