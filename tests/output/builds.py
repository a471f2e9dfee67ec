"""Helpers that build into an output folder and read what is there."""

import errno
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from explainer.output import staging as staging_module
from explainer.output.commit import CommitResult
from explainer.output.guard import OutputError, check_folder
from explainer.output.stage import StagedFile
from explainer.support.paths import MANIFEST

posix = pytest.mark.skipif(os.name == "nt", reason="needs fork, modes or symbolic links")

Files = Mapping[str, bytes]


class Staging(staging_module.Staging):
    """A `Staging` that keeps a list of the staged files."""

    def __init__(self, output: Path, *, clean: bool = False, known: str | None = None) -> None:
        super().__init__(output, clean=clean, known=known)
        self.files: list[StagedFile] = []

    def put(self, path: str, content: bytes) -> StagedFile:
        self.files.append(self.writer.put(path, content))
        return self.files[-1]

    def copy(self, path: str, source: Path) -> StagedFile:
        self.files.append(self.writer.copy(path, source))
        return self.files[-1]

    def commit_all(self) -> CommitResult | OutputError:
        try:
            return self.commit(self.files)
        except OutputError as error:
            return error


def build(
    output: Path, files: Files, *, clean: bool = False, known: str | None = None
) -> CommitResult | OutputError:
    try:
        with Staging(output, clean=clean, known=known) as staging:
            for path, content in files.items():
                staging.put(path, content)
            return staging.commit(staging.files)
    except OutputError as error:
        return error


def built(
    output: Path, files: Files, *, clean: bool = False, known: str | None = None
) -> CommitResult:
    result = build(output, files, clean=clean, known=known)
    assert isinstance(result, CommitResult), result
    return result


def refused(result: object) -> str:
    assert isinstance(result, OutputError), result
    assert result.message
    assert result.hint
    return result.code


def checked(output: Path, site: Path) -> OutputError | None:
    try:
        check_folder(output, site)
    except OutputError as error:
        return error
    return None


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file except the manifest, and every empty folder with a trailing slash."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                found[name + "/"] = b""
        elif name != MANIFEST:
            found[name] = path.read_bytes()
    return found


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return every path with its inode, modification time, and content, to detect rewrites."""
    return {
        path.relative_to(folder).as_posix(): (
            path.lstat().st_ino,
            path.lstat().st_mtime_ns if path.is_file() else 0,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in folder.rglob("*")
    }


def listed(output: Path) -> dict[str, str]:
    data = json.loads((output / MANIFEST).read_bytes())
    assert "unfinished" not in data
    files: dict[str, str] = data["files"]
    return files


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def leftovers(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.name.startswith(".explainer-staging"))


OUTSIDE = [
    "",
    ".",
    "..",
    "../x",
    "a/../x",
    "a/..",
    "/etc/passwd",
    "//host/x",
    "a//b",
    "a/",
    "./a",
    "a/./b",
    "..\\x",
    "a\\b",
    "a\0b",
    "\ud800",
    ".explainer-manifest.json",
    ".Explainer-Manifest.JSON",
    ".explainer-staging/x",
]


def code(output: Path, site: Path) -> str | None:
    """Return the problem code of `checked`, if any, and assert that nothing was written."""
    before = state(site.parent)
    found = checked(output, site)
    assert state(site.parent) == before
    return refused(found) if found else None


def manifest(files: object, **more: object) -> bytes:
    data = {"generator": "explainer", "version": 1, "files": files, **more}
    return json.dumps(data).encode()


def broken() -> None:
    raise OSError(errno.EIO, "broken")


class Fails:
    """Make functions of `os` run `act` first, in `times` calls from call number `at` (from 0)."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        names: tuple[str, ...],
        at: int,
        act: Callable[[], object] = broken,
        times: int = 1_000_000,
    ) -> None:
        self.calls = 0
        self.span = range(at, at + times)
        self.act = act
        for name in names:
            monkeypatch.setattr(os, name, self.wrap(getattr(os, name)))

    @property
    def fired(self) -> bool:
        return self.calls > self.span.start

    def wrap(self, function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            self.calls += 1
            if self.calls - 1 in self.span:
                self.act()
            return function(*args, **kwargs)

        return call
