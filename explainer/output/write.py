"""Pages and assets → the output folder. The only writer of that folder.

A build puts its files whole into a hidden staging folder, out of sight, and one `commit` at the end
swaps them in. The manifest, a file in the output, lists what builds wrote, and nothing else is ever
overwritten or deleted. A commit that fails takes its steps back; one that is killed leaves every
file whole and a manifest that knows of each, so that the next build tidies up after it.

What is promised holds for crashes of the program, not of the machine: nothing is synced to disk,
which would cost milliseconds a file. A file that a power cut emptied differs from what the next
build puts there, which therefore writes it anew.
"""

# ruff: noqa: PTH102, PTH104, PTH105, PTH106, PTH108, PTH111, PTH112, PTH116, PTH118, PTH120, PTH123
# ruff: noqa: PTH208
# Strings and `os` rather than `Path`: every file of a site passes here, several times.

import errno
import hashlib
import json
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Literal

from explainer.model.problems import Code
from explainer.support.paths import is_output_path
from explainer.support.slugs import is_device

MANIFEST: Final = ".explainer-manifest.json"
"""The file in the output folder that lists what explainer wrote there."""

_STAGING: Final = ".explainer-staging"
_LOCK: Final = "lock"
_GENERATOR: Final = "explainer"
_VERSION: Final = 1
_SOURCES: Final = ("content", "static", "themes")
_CHUNK: Final = 1 << 20
_BINARY: Final = getattr(os, "O_BINARY", 0)
_WINDOWS: Final = sys.platform == "win32"
_JUNCTION: Final = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT, which `stat` names on Windows alone

_LONGEST_NAME: Final = 255  # bytes: what ext4, XFS, Btrfs, APFS and NTFS all take at least
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

_Claims = Mapping[str, tuple[str, ...]]
"""What a manifest claims: the SHA-256 of all that may stand at a path if a build wrote it. More
than one after a commit that was killed; `_ABSENT` among them if it may not have come to writing."""
_ABSENT: Final = ""

_Step = Callable[..., object]
_Fate = Literal[
    "write", "overwrite", "unchanged", "equal", "rename", "changed", "folder", "foreign"
]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the output folder is not written to, in an author's words."""

    code: Code
    """What programs go by, such as `output-not-ours`."""
    message: str
    """What is wrong, with the names of the folders and files that it is about."""
    hint: str
    """How to mend it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a build: what `put` and `copy` give back, and what `commit` goes by."""

    path: str
    """Below the output folder, with `/` between the names."""
    sha256: str
    """Of the content, in hexadecimal."""
    size: int
    """Of the content, in bytes."""
    staged: bool
    """Whether the content waits in the staging folder; otherwise the output has it already."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a commit did."""

    written: int
    """How many files are new or have new content."""
    unchanged: int
    """How many stood there already, byte for byte, and were not touched."""
    deleted: int
    """How many files of earlier builds are gone."""
    kept: tuple[str, ...]
    """Files of earlier builds that the site no longer has, left alone because somebody changed them
    by hand. They are named again by every build until they are removed."""


class OutputError(OSError):
    """The staging folder cannot take a file: the disk is full, permission is missing, and so on.

    Nothing in the output has changed by then. Can be pickled, for workers to raise.
    """

    @property
    def refusal(self) -> Refusal:
        """The same in an author's words."""
        return _failure(self)


class AssetError(OutputError):
    """A file that should have been copied cannot be read; its name is `filename`."""

    @property
    def refusal(self) -> Refusal:
        """The same in an author's words."""
        return Refusal(
            "asset-unreadable",
            f"{self.filename} cannot be read: {self.strerror}.",
            "Check that the file exists and that you may read it.",
        )


# ---- Whether a folder may be written to ----------------------------------------------------------


def refusal(output: Path, site: Path, *, inputs: Sequence[Path] = ()) -> Refusal | None:
    """Why `output` may not be built into, or None. Writes nothing.

    `site` is the folder with `site.toml`; `inputs` are further files and folders that the build
    reads, such as a theme outside the site. Symbolic links are resolved in all of them.
    """
    folder = os.path.realpath(output)
    sources = [os.path.realpath(path) for path in (*(site / name for name in _SOURCES), *inputs)]
    if trouble := _misplaced(folder) or _among_sources(folder, os.path.realpath(site), sources):
        return trouble
    try:
        manifest = _read(folder)
    except OSError as error:
        return _failure(error)
    if isinstance(manifest, Refusal):
        return manifest
    standing = next(path for path in _upwards(folder) if os.path.lexists(path))
    if not (os.path.isdir(standing) and os.access(standing, os.W_OK | os.X_OK)):
        return _failure(PermissionError(errno.EACCES, "Permission denied", standing))
    return None


def _misplaced(folder: str) -> Refusal | None:
    """Why a resolved path is no place for any output, whatever lies in it."""
    if os.path.dirname(folder) == folder:
        return Refusal(
            "output-is-root",
            f"The output folder {folder} is the root of the file system.",
            "Name a folder of its own, such as _site.",
        )
    if any(_within(home, folder) for home in _homes()):
        return Refusal(
            "output-is-home",
            f"The output folder {folder} is, or contains, your home folder.",
            "Name a folder of its own, such as _site.",
        )
    return None


def _homes() -> Iterator[str]:
    """The user's home folder, by the environment and by the user database."""
    yield os.path.realpath(os.path.expanduser("~"))
    if sys.platform != "win32":
        import pwd

        with suppress(KeyError):  # a user id without a name, as containers have
            yield os.path.realpath(pwd.getpwuid(os.getuid()).pw_dir)


def _among_sources(folder: str, site: str, sources: list[str]) -> Refusal | None:
    """Why writing to `folder` would hit the sources; all paths resolved."""
    for source in (site, *sources):
        if _within(source, folder):
            return Refusal(
                "output-contains-sources",
                f"The output folder {folder} contains the site's own files ({source}).",
                "Name a folder of its own, such as _site.",
            )
    for source in sources:
        if _within(folder, source):
            return Refusal(
                "output-inside-sources",
                f"The output folder {folder} is inside {source}, which the build reads.",
                "Name a folder outside it, such as _site.",
            )
    return None


def _within(inner: str, outer: str) -> bool:
    """Whether the resolved path `inner` is `outer` or lies below it.

    By name, for what does not exist yet, and by identity: names alone miss a folder that is spelt
    in other letters on a file system that takes them for the same, or mounted twice.
    """
    names = list(_upwards(os.path.normcase(inner)))
    if os.path.normcase(outer) in names:
        return True
    identity = _identity(outer)
    return identity is not None and any(_identity(path) == identity for path in _upwards(inner))


def _upwards(path: str) -> Iterator[str]:
    """`path`, its folder, that one's folder, up to the root."""
    yield path
    while (parent := os.path.dirname(path)) != path:
        path = parent
        yield path


def _identity(path: str) -> tuple[int, int] | None:
    """What tells a file from every other, or None if there is none."""
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_dev, state.st_ino


# ---- The manifest --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Manifest:
    raw: bytes | None
    """The file's bytes; None without one."""
    claims: _Claims


def _read(folder: str) -> _Manifest | Refusal:
    """What earlier builds wrote to the resolved path `folder`, or why it is not ours.

    A folder that does not exist, or is empty, is ours. Raises OSError if it cannot be read.
    """
    try:
        state = os.lstat(folder)
    except FileNotFoundError:
        return _Manifest(None, {})
    except NotADirectoryError:
        return _no_folder(folder)
    if not stat.S_ISDIR(state.st_mode):
        return _no_folder(folder)
    path = f"{folder}/{MANIFEST}"
    state_of_manifest = _lstat(path)
    if state_of_manifest is None:
        # What an operating system's file manager leaves behind is no content of anybody's.
        ignored = {_STAGING, ".DS_Store", "Thumbs.db", "desktop.ini"}
        if strangers := sorted(set(os.listdir(folder)) - ignored):
            return Refusal(
                "output-not-ours",
                f"The output folder {folder} is not empty and explainer did not build it: it has "
                f"{_some(strangers)}.",
                "Name a new or an empty folder, or empty this one yourself.",
            )
        return _Manifest(None, {})
    raw = Path(path).read_bytes() if stat.S_ISREG(state_of_manifest.st_mode) else b""
    claims = _parse(raw)
    if claims is None:
        return Refusal(
            "output-manifest",
            f"{path} is not a manifest that this version of explainer wrote, so that nobody knows "
            "which files in that folder are its own.",
            "Name another folder, or delete this one yourself and build again.",
        )
    return _Manifest(raw, claims)


def _no_folder(folder: str) -> Refusal:
    return Refusal(
        "output-is-file",
        f"The output folder {folder} is, or is inside of, something else than a folder.",
        "Name a folder, or remove what is in its place.",
    )


def _parse(raw: bytes) -> _Claims | None:
    """A manifest's claims; None if any part of it is not as `_format` writes it.

    Somebody may have edited it, and its paths decide what is deleted: all or nothing.
    """
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.keys() - {"generator", "version", "files", "unfinished"}:
        return None
    files, unfinished = data.get("files"), data.get("unfinished", {})
    if data.get("generator") != _GENERATOR or data.get("version") != _VERSION:
        return None
    if not isinstance(files, dict) or not isinstance(unfinished, dict):
        return None
    for path, sha256 in files.items():
        if not is_output_path(path) or not _is_sha256(sha256):
            return None
    claims = {path: (sha256,) for path, sha256 in files.items()}
    for path, others in unfinished.items():
        if path not in claims or not isinstance(others, list):
            return None
        if not all(other == _ABSENT or _is_sha256(other) for other in others):
            return None
        claims[path] = (*claims[path], *others)
    return claims


def _is_sha256(value: object) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _format(claims: _Claims) -> bytes:
    """A manifest: one file a line, sorted, without anything that the clock or the machine knows."""
    string = json.JSONEncoder(ensure_ascii=False).encode
    paths = sorted(claims)
    lines = [f"{string(path)}: {string(claims[path][0])}" for path in paths]
    parts = [
        f'"generator": {string(_GENERATOR)}',
        f'"version": {_VERSION}',
        '"files": {\n' + ",\n".join(lines) + "\n}",
    ]
    if several := [path for path in paths if len(claims[path]) > 1]:
        lines = [f"{string(path)}: {json.dumps(claims[path][1:])}" for path in several]
        parts.append('"unfinished": {\n' + ",\n".join(lines) + "\n}")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


# ---- The staging folder --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stage:
    """Takes the files of a build. Can be pickled: workers get one each and hand back the entries.

    A file that the output has already, byte for byte, is not staged. All of it is safe to use from
    several processes and threads at once, each with paths of its own.
    """

    folder: str
    """The staging folder."""
    output: str
    """The output folder, resolved."""
    clean: bool
    """Whether also files that have not changed are staged."""

    def put(self, path: str, content: bytes) -> Entry:
        """Takes `content` whole as the file `path`, for which see `is_output_path`.

        Raises OutputError if the disk does not take it; ValueError, as for any bug, if `path` is
        not an output path or was put before.
        """
        _check(path)
        sha256 = hashlib.sha256(content).hexdigest()
        if not self.clean and _holds(f"{self.output}/{path}", content):
            return Entry(path, sha256, len(content), staged=False)
        try:
            _create(self.place(path), (content,))
        except OSError as error:
            raise self._error(error, path) from error
        return Entry(path, sha256, len(content), staged=True)

    def copy(self, path: str, source: Path) -> Entry:
        """Takes the content of the file `source` as the file `path`; its mode and times are not.

        Raises as `put` does, and AssetError if `source` cannot be read.
        """
        _check(path)
        try:
            state = os.stat(source)
            if not stat.S_ISREG(state.st_mode):  # opening a pipe would wait for ever
                raise OSError(errno.EINVAL, "it is not a file", str(source))
            if state.st_size <= _CHUNK:
                content = source.read_bytes()
        except OSError as error:
            raise AssetError(error.errno, error.strerror, str(source)) from error
        if state.st_size <= _CHUNK:
            return self.put(path, content)
        hashed = _Hashed(str(source))
        if not self.clean and _equals(f"{self.output}/{path}", hashed, state.st_size):
            return Entry(path, hashed.digest.hexdigest(), hashed.size, staged=False)
        hashed = _Hashed(str(source))
        try:
            _create(self.place(path), hashed)
        except OSError as error:
            raise self._error(error, path) from error
        return Entry(path, hashed.digest.hexdigest(), hashed.size, staged=True)

    def keep(self, path: str, sha256: str) -> Entry | None:
        """The entry for content that need not be made again, because the output has it.

        None if what is there is not a file with that SHA-256, or if the build is a clean one.
        Raises ValueError if `path` is not an output path.
        """
        _check(path)
        target = f"{self.output}/{path}"
        try:
            if self.clean or not stat.S_ISREG(os.lstat(target).st_mode):
                return None
            found, size = _digest(target)
        except OSError:
            return None
        return Entry(path, sha256, size, staged=False) if found == sha256 else None

    def place(self, path: str) -> str:
        """Where the content of `path` waits.

        All files lie flat in one folder under a hash of their path: a page has a folder to itself
        in most cases, and making and removing that twice would cost more than writing the page.
        """
        return f"{self.folder}/new-{hashlib.sha256(path.encode()).hexdigest()}"

    def file(self, entry: Entry) -> str:
        """Where the content of an entry lies until the commit, to be read."""
        return self.place(entry.path) if entry.staged else f"{self.output}/{entry.path}"

    def _error(self, error: OSError, path: str) -> OSError | ValueError:
        if isinstance(error, FileExistsError):
            return ValueError(f"{path} is put twice")
        if isinstance(error, AssetError):
            return error
        return OutputError(error.errno, error.strerror, f"{self.output}/{path}")


class Staging:
    """One build's way into the folder `output`; a context manager.

    Entering gives the staging itself, or the Refusal: another build is at work there, the folder is
    not ours, the disk does not take a staging folder. Then come `put`, `copy`, `adopt`, and one
    `commit`. Leaving without that, or by an exception, leaves the output as it was. `clean` writes
    every file anew. Who calls has asked `refusal` before, which knows the sources.

    The staging folder lies beside the output, not in it: a build that is killed then leaves no
    unfinished file where a web server or `publish` would find it. Only where a file cannot be moved
    from there to the output (a folder that is mounted, or whose parent may not be written to) does
    it lie inside. Either is hidden, goes with the build, and if that was killed with the next one.
    """

    def __init__(self, output: Path, *, clean: bool = False) -> None:
        self._output = os.path.realpath(output)
        self._clean = clean
        self._held: list[tuple[str, int]] = []
        self._made: list[str] = []
        self._manifest = _Manifest(None, {})
        self._entries: list[Entry] = []
        self._stage: Stage | None = None

    def __enter__(self) -> "Staging | Refusal":
        try:
            trouble = self._start()
        except OSError as error:
            trouble = _failure(error)
        except BaseException:
            self._end()
            raise
        if trouble is not None:
            self._end()
            return trouble
        self._stage = Stage(self._held[0][0], self._output, self._clean)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    @property
    def stage(self) -> Stage:
        """The part that workers get; `adopt` what it gives back."""
        if self._stage is None:
            raise RuntimeError("the staging is not open")
        return self._stage

    def put(self, path: str, content: bytes) -> Entry:
        """As `Stage.put`; the entry is adopted."""
        entry = self.stage.put(path, content)
        self._entries.append(entry)
        return entry

    def copy(self, path: str, source: Path) -> Entry:
        """As `Stage.copy`; the entry is adopted."""
        entry = self.stage.copy(path, source)
        self._entries.append(entry)
        return entry

    def adopt(self, entries: Iterable[Entry]) -> None:
        """Takes what this staging's `stage` gave, in any order; ValueError if it cannot have."""
        for entry in entries:
            _check(entry.path)
            self._entries.append(entry)

    def commit(self) -> Written | Refusal:
        """Makes the output what was put: swaps in what is new, deletes what earlier builds had.

        After a Refusal the output is as it was. Should even taking steps back fail, every file is
        still whole, and the manifest still knows all that a build wrote. Raises ValueError if two
        entries have one path.
        """
        stage = self.stage
        self._stage = None
        entries = {entry.path: entry for entry in self._entries}
        if len(entries) < len(self._entries):
            raise ValueError("a path is put twice")
        if clashes := sorted(entries.keys() & _ancestors(entries)):
            return Refusal(
                "output-clash",
                f"The site has {_some(clashes)} both as a file and as a folder.",
                "Rename one of them.",
            )
        try:
            plan = _plan(stage, self._manifest, entries)
            if isinstance(plan, Refusal):
                return plan
            if not os.path.isdir(self._output):
                os.mkdir(self._output)
                self._made.append(self._output)
            _apply(stage, self._manifest, plan)
        except OSError as error:
            return _failure(error)
        return plan.outcome

    def _start(self) -> Refusal | None:
        """Locks the output and reads its manifest."""
        if trouble := _misplaced(self._output):
            return trouble
        state = _lstat(self._output)
        if state is not None and not _is_folder(state):
            return _no_folder(self._output)
        missing = [path for path in _upwards(os.path.dirname(self._output)) if _lstat(path) is None]
        for path in reversed(missing):
            os.mkdir(path)
            self._made.append(path)
        first, other = _staging_folders(self._output)
        for folder in (first, other):
            if folder == other and not os.path.isdir(other):
                continue
            lock = _claim(folder)
            if lock is None:
                return Refusal(
                    "output-busy",
                    f"Another build is writing to {self._output} at the moment.",
                    "Wait until it is done, or stop it, or name another folder.",
                )
            self._held.append((folder, lock))
        manifest = _read(self._output)
        if isinstance(manifest, Refusal):
            return manifest
        self._manifest = manifest
        return None

    def _end(self) -> None:
        self._stage = None
        while self._held:
            _release(*self._held.pop())
        while self._made:
            with suppress(OSError):  # not empty: so there was a commit
                os.rmdir(self._made.pop())


def _staging_folders(output: str) -> tuple[str, str]:
    """The staging folder for `output`, and where it would lie in other circumstances.

    The second matters only if it exists: then from a build that found things otherwise.
    """
    parent, name = os.path.split(output)
    # One name for two that differ by case alone, since the file system may not tell them apart.
    beside, inside = os.path.join(parent, f"{_STAGING}-{name.casefold()}"), f"{output}/{_STAGING}"
    return (beside, inside) if _moves(parent, output) else (inside, beside)


def _moves(parent: str, output: str) -> bool:
    """Whether files can be moved from `parent` into `output`, or that does not exist yet."""
    try:
        if os.stat(parent).st_dev != os.stat(output).st_dev:
            return False
        if not os.access(parent, os.W_OK | os.X_OK):
            return False
        # Bind mounts, which containers live on, show one device and still refuse to move a file.
        # They refuse before they look for it: it need not exist.
        os.rename(f"{parent}/{_STAGING}-probe.{os.getpid()}", f"{output}/{_STAGING}-probe")
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _claim(folder: str) -> int | None:
    """Makes the staging folder, locks and empties it: the open lock, or None if somebody has it.

    The lock is the operating system's, so that it ends with its process, however that ends.
    """
    path = f"{folder}/{_LOCK}"
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | _BINARY
    for _ in range(1000):
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)
        try:
            if not _is_folder(os.lstat(folder)):
                raise NotADirectoryError(errno.ENOTDIR, "Not a directory", folder)
            lock = os.open(path, flags, 0o600)
        except FileNotFoundError:
            continue  # the build before this one removed it just now
        try:
            if not _lock(lock):
                os.close(lock)
                return None
            found = _lstat(path)
            if found is not None and os.path.samestat(found, os.fstat(lock)):
                _empty(folder)
                return lock
        except BaseException:
            os.close(lock)
            raise
        os.close(lock)  # a lock on a file that its owner has removed keeps nobody out
    return None


def _release(folder: str, lock: int) -> None:
    """Removes the staging folder and lets go of the lock; the next build gets what resists.

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
    """Deletes all files of a staging folder but the lock; raises OSError."""
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
        """Takes the lock on an open file; False if another build has it, be it in this process.

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


# ---- The commit: first look, then change ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that a commit will do, in the order in which it does it; paths below the output."""

    restage: list[str]
    """Files to copy into the staging folder, since they go away under the name that they have."""
    aside: list[str]
    """Files of earlier builds to delete."""
    emptied: list[str]
    """Folders to delete if they are empty then, each after those that it contains."""
    folders: list[str]
    """Folders that must exist, each before those that it contains."""
    writes: list[str]
    """Files to move in."""
    over: frozenset[str]
    """Those among them whose place is taken, by a file of ours."""
    pending: bytes | None
    """The manifest that holds while files are moved, if any are."""
    final: bytes
    """The manifest that holds afterwards."""
    outcome: Written


def _plan(stage: Stage, manifest: _Manifest, new: dict[str, Entry]) -> _Plan | Refusal:
    """What is to be done for the output to be `new`, or why it cannot be. Changes nothing."""
    output, old = stage.output, manifest.claims
    needed = _ancestors(new)
    left = _ancestors(old.keys() - new.keys())
    states = _states(output, needed | left)
    if links := sorted(path for path, state in states.items() if _is_link(state)):
        return Refusal(
            "output-symlink",
            f"In the output folder {output}, {_some(links)} is a symbolic link, which explainer "
            "does not follow.",
            "Remove the link; if another folder should be published, copy it to static/.",
        )
    standing = {path for path, state in states.items() if _is_folder(state)}
    twins = {_fold(path) for path in old.keys() - new.keys()}
    twins &= {_fold(path) for path in new} if twins else set()
    aside, kept = _leaving(output, old, new, standing, twins)
    foreign = [path for path in needed - standing - aside if states[path] is not None]

    restage, writes, over, equal, changed = [], [], [], [], []
    for path in sorted(new):
        entry = new[path]
        state = _lstat(f"{output}/{path}") if _parent(path) in standing else None
        match _arrival(stage, entry, state, old, twins):
            case "write":
                writes.append(path)
            case "overwrite":
                writes.append(path)
                over.append(path)
            case "rename":
                writes.append(path)
                restage.append(path)
            case "equal":
                equal.append(path)
            case "folder" if path in standing and _gives_way(output, path, aside, standing):
                writes.append(path)
            case "changed":
                changed.append(path)
            case "unchanged":
                pass
            case _:
                foreign.append(path)
    if foreign:
        return Refusal(
            "output-foreign-file",
            f"The output folder {output} has {_some(sorted(foreign))}, which explainer did not "
            "write, or somebody changed since, where a file or folder of the site must go.",
            "Move it away, or put it in static/ if it belongs to the site.",
        )
    if changed:
        return Refusal(
            "output-changed",
            f"{_some(changed)} in {output} was changed while the site was being built.",
            "Build again.",
        )

    claims = {path: (new[path].sha256,) for path in new.keys() - set(equal)}
    final = {**claims, **{path: old[path] for path in kept}}
    emptied = left & standing - needed
    # A folder that is removed may be the one that is needed, in other letters.
    fixed = standing if not emptied else set()
    return _Plan(
        restage=restage,
        aside=sorted(aside),
        emptied=sorted(emptied, reverse=True),
        folders=sorted(_ancestors(writes) - fixed),
        writes=writes,
        over=frozenset(over),
        pending=_format(_both(claims, old)) if writes or aside else None,
        final=_format(final),
        outcome=Written(len(writes), len(new) - len(writes), len(aside), tuple(kept)),
    )


def _both(new: _Claims, old: _Claims) -> _Claims:
    """What may stand where, while a commit goes from the one to the other."""
    return {
        path: tuple(dict.fromkeys((*new.get(path, ()), *old.get(path, (_ABSENT,)))))
        for path in new.keys() | old.keys()
    }


def _leaving(
    output: str, old: _Claims, new: Mapping[str, Entry], standing: set[str], twins: set[str]
) -> tuple[set[str], list[str]]:
    """Of the files that the site no longer has: those to delete, and those to keep.

    Kept is what is not as a build wrote it.
    """
    aside, kept = set(), []
    for path in sorted(old.keys() - new.keys()):
        target = f"{output}/{path}"
        state = _lstat(target) if _parent(path) in standing else None
        if state is None or stat.S_ISDIR(state.st_mode):
            continue
        if twins and _fold(path) in twins and not _spelt(output, path):
            continue
        if stat.S_ISREG(state.st_mode) and _digest(target)[0] in old[path]:
            aside.add(path)
        elif _ABSENT not in old[path]:
            kept.append(path)
    return aside, kept


def _fold(path: str) -> str:
    """What paths have in common that differ by case or Unicode form alone."""
    return unicodedata.normalize("NFC", path.casefold())


def _spelt(output: str, path: str) -> bool:
    """Whether a file is there under just that name.

    When a page is renamed from `About` to `about`, a file system that takes the two for one finds
    the old file under the new name. It is then to be neither somebody else's nor left as it is.
    """
    folder = output
    for name in path.split("/"):
        if name not in os.listdir(folder):
            return False
        folder = f"{folder}/{name}"
    return True


def _arrival(
    stage: Stage, entry: Entry, state: os.stat_result | None, old: _Claims, twins: set[str]
) -> _Fate:
    """What a file of the new site means for what has its place now, of which `state` tells.

    `write`, `overwrite`, `unchanged`; `equal` to a file that is not ours; `rename` if it is there
    in another spelling, which goes away; `changed` behind the build's back; `folder`; `foreign`.
    """
    target = f"{stage.output}/{entry.path}"
    if state is None:
        return "write" if entry.staged else "changed"
    if stat.S_ISDIR(state.st_mode):
        return "folder" if entry.staged else "changed"
    if not stat.S_ISREG(state.st_mode):
        # Moving a file onto a link replaces the link, and leaves alone what that points to.
        ours = entry.path in old and _is_link(state)
        return "overwrite" if ours and entry.staged else "foreign"
    if not entry.staged and state.st_size != entry.size:
        return "changed"
    if twins and _fold(entry.path) in twins and not _spelt(stage.output, entry.path):
        return "write" if entry.staged else "rename"
    hashes = old.get(entry.path, ())
    if hashes and (_ABSENT not in hashes or _digest(target)[0] in hashes):
        return "overwrite" if entry.staged else "unchanged"
    if not entry.staged or _equals(target, _Hashed(stage.place(entry.path)), entry.size):
        return "equal"
    return "foreign"


def _gives_way(output: str, folder: str, aside: set[str], standing: set[str]) -> bool:
    """Whether all that is in a folder goes away, so that a file can have its place."""
    for location, names, files in os.walk(f"{output}/{folder}"):
        base = location[len(output) + 1 :].replace(os.sep, "/")
        if any(f"{base}/{name}" not in standing for name in names):
            return False
        if any(f"{base}/{name}" not in aside for name in files):
            return False
    return True


class _Steps:
    """Changes to the output, and the way back."""

    def __init__(self) -> None:
        self._undo: list[tuple[_Step, tuple[str, ...]]] = []

    def take(self, step: _Step, paths: tuple[str, ...], undo: _Step, back: tuple[str, ...]) -> None:
        """Does `step(*paths)`, which `undo(*back)` takes back; raises OSError."""
        self._undo.append((undo, back))  # before the step, as an interrupt may come right after it
        try:
            step(*paths)
        except OSError:
            self._undo.pop()
            raise

    def move(self, new: str, target: str) -> None:
        """Moves a file to where none is."""
        self.take(os.replace, (new, target), os.unlink, (target,))

    def exchange(self, new: str, target: str, backup: str) -> None:
        """Moves a file to where one is, which `backup` is to hold."""
        try:
            os.link(target, backup, follow_symlinks=False)
        except (OSError, NotImplementedError):
            # A file system without hard links: the file is missing for some microseconds.
            self.aside(target, backup)
        self.take(os.replace, (new, target), os.replace, (backup, target))

    def aside(self, target: str, backup: str) -> None:
        """Moves a file away; that it is missing is no matter."""
        with suppress(FileNotFoundError):
            self.take(os.replace, (target, backup), os.replace, (backup, target))

    def mkdir(self, folder: str) -> None:
        """Makes a folder; that it exists is no matter."""
        with suppress(FileExistsError):
            self.take(os.mkdir, (folder,), os.rmdir, (folder,))

    def rmdir(self, folder: str) -> None:
        """Removes a folder; that it is not empty is no matter."""
        with suppress(OSError):
            self.take(os.rmdir, (folder,), os.mkdir, (folder,))

    def back(self) -> None:
        """Takes back all that can be, and the first step only if all others were.

        That one is the manifest's, which must not forget a file.
        """
        whole = True
        while self._undo:
            step, paths = self._undo.pop()
            if not self._undo and not whole:
                return
            try:
                step(*paths)
            except FileNotFoundError:
                pass  # an interrupt came before the step, or a second way back is there
            except OSError:
                whole = False


def _apply(stage: Stage, manifest: _Manifest, plan: _Plan) -> None:
    """Does what the plan says; takes it back and raises if that fails, or is interrupted."""
    output, folder = stage.output, stage.folder
    target = f"{output}/{MANIFEST}"
    if not plan.writes and not plan.aside and plan.final == manifest.raw:
        return
    for path in plan.restage:
        _create(stage.place(path), (Path(output, path).read_bytes(),))
    _create(f"{folder}/final", (plan.final,))
    if plan.pending is not None:
        _create(f"{folder}/pending", (plan.pending,))
    if manifest.raw is not None:
        _create(f"{folder}/before", (manifest.raw,))

    steps = _Steps()
    try:
        if plan.pending is not None:
            if manifest.raw is None:
                steps.move(f"{folder}/pending", target)
            else:
                back = f"{folder}/before", target
                steps.take(os.replace, (f"{folder}/pending", target), os.replace, back)
        for number, path in enumerate(plan.aside):
            steps.aside(f"{output}/{path}", f"{folder}/gone-{number}")
        for path in plan.emptied:
            steps.rmdir(f"{output}/{path}")
        for path in plan.folders:
            steps.mkdir(f"{output}/{path}")
        for number, path in enumerate(plan.writes):
            if path in plan.over:
                steps.exchange(stage.place(path), f"{output}/{path}", f"{folder}/old-{number}")
            else:
                steps.move(stage.place(path), f"{output}/{path}")
        os.replace(f"{folder}/final", target)
    except BaseException:
        steps.back()
        raise


# ---- Small things --------------------------------------------------------------------------------


def _check(path: str) -> None:
    if not is_output_path(path):
        raise ValueError(f"{path!r} is not a path below the output folder")
    if len(path) * 4 > _LONGEST_NAME:  # four bytes a character at most
        for name in path.split("/"):
            if len(name.encode()) > _LONGEST_NAME:
                raise OutputError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), path)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _ancestors(paths: Iterable[str]) -> set[str]:
    """All folders, below the output, that the paths lie in."""
    found: set[str] = set()
    for path in paths:
        folder = _parent(path)
        while folder and folder not in found:
            found.add(folder)
            folder = _parent(folder)
    return found


def _states(output: str, folders: Iterable[str]) -> dict[str, os.stat_result | None]:
    """What stands where the folders are to be, and at the output itself, whose path is empty.

    All folders' own folders must be among them. A path that goes through something else than a
    folder, be it a link to one, leads to nothing: None.
    """
    states = {"": _lstat(output)}
    for folder in sorted(folders):
        states[folder] = (
            _lstat(f"{output}/{folder}") if _is_folder(states[_parent(folder)]) else None
        )
    return states


def _lstat(path: str) -> os.stat_result | None:
    """What stands at a path, links not followed; None if nothing does."""
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_link(state: os.stat_result | None) -> bool:
    return state is not None and (
        stat.S_ISLNK(state.st_mode) or getattr(state, "st_reparse_tag", 0) == _JUNCTION
    )


def _is_folder(state: os.stat_result | None) -> bool:
    return state is not None and stat.S_ISDIR(state.st_mode) and not _is_link(state)


def _create(path: str, content: Iterable[bytes]) -> None:
    """Writes a file that does not exist; raises OSError."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
    try:
        for part in content:
            done = os.write(file, part)
            while done < len(part):  # a disk that is filling up, or more than 2 GB
                done += os.write(file, memoryview(part)[done:])
    finally:
        os.close(file)


def _holds(path: str, content: bytes) -> bool:
    """Whether there is a file, not a link to one, with that content."""
    try:
        state = os.lstat(path)
        if state.st_size != len(content) or not stat.S_ISREG(state.st_mode):
            return False
        file = os.open(path, os.O_RDONLY | _BINARY)
        try:
            return os.read(file, len(content) + 1) == content
        finally:
            os.close(file)
    except OSError:
        return False


def _equals(path: str, content: "_Hashed", size: int) -> bool:
    """Whether there is a file, not a link to one, with that content, which has that many bytes.

    Raises AssetError if the content cannot be read.
    """
    state = _lstat(path)
    if state is None or state.st_size != size or not stat.S_ISREG(state.st_mode):
        return False
    try:
        file = open(path, "rb")  # noqa: SIM115
    except OSError:
        return False
    with file:
        return all(file.read(len(part)) == part for part in content) and not file.read(1)


class _Hashed:
    """A file's bytes in parts, with their SHA-256 and their number when all are through.

    Going through them raises AssetError.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self.digest = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        try:
            with open(self._path, "rb") as file:
                while part := file.read(_CHUNK):
                    self.digest.update(part)
                    self.size += len(part)
                    yield part
        except OSError as error:
            raise AssetError(error.errno, error.strerror, self._path) from error


def _digest(path: str) -> tuple[str, int]:
    """The SHA-256 of a file, in hexadecimal, and its size in bytes; raises OSError."""
    hashed = _Hashed(path)
    for _ in hashed:
        pass
    return hashed.digest.hexdigest(), hashed.size


def _some(names: Sequence[str]) -> str:
    """The first few of many names."""
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


def _failure(error: OSError) -> Refusal:
    """What the operating system did not do, in an author's words."""
    what = f"{error.filename2 or error.filename or 'The output folder'}"
    why = error.strerror or str(error)
    if _WINDOWS and (names := [name for name in re.split(r"[\\/]", what) if is_device(name)]):
        return Refusal(
            "output-reserved-name",
            f"{what} cannot be written: Windows keeps the name `{names[0]}` for a device.",
            "Give the page another slug, the claim or person another id, or the file another name.",
        )
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return Refusal(
                "output-disk-full",
                f"There is no room on the disk for {what}. The output is as it was.",
                "Free some space and build again.",
            )
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return Refusal(
                "output-not-writable",
                f"{what} cannot be written: {why}.",
                "Check who owns the folder, and whether another program has the file open.",
            )
        case errno.ENAMETOOLONG:
            return Refusal(
                "output-name-too-long",
                f"{what} has a name that is too long for a file.",
                "Give the page a shorter slug, or the file a shorter name.",
            )
    return Refusal(
        "output-failed",
        f"{what} cannot be written: {why}.",
        "Build again; if that does not help, name another output folder.",
    )
