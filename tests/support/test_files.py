"""`support.files`: atomic writes of a single file."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from explainer.support import files
from explainer.support.files import (
    FileChangedError,
    create_file,
    create_folder,
    export_file,
    read_file,
    replace_file,
    update_file,
)

_posix = pytest.mark.skipif(os.name != "posix", reason="modes and links as POSIX has them")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_is_created_with_its_folders(tmp_path: Path) -> None:
    assert create_file(tmp_path / "a/b/c.txt", b"new")
    assert (tmp_path / "a/b/c.txt").read_bytes() == b"new"


@pytest.mark.parametrize("existing", ["file", "folder", "link"])
def test_an_existing_path_is_left_alone(tmp_path: Path, existing: str) -> None:
    path = tmp_path / "x"
    match existing:
        case "file":
            path.write_bytes(b"old")
        case "folder":
            path.mkdir()
        case _:
            path.symlink_to(tmp_path / "nowhere")
    assert not create_file(path, b"new")
    assert _names(tmp_path) == ["x"]
    assert existing != "file" or path.read_bytes() == b"old"


def test_a_failed_creation_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        create_file(tmp_path / "x", None)  # type: ignore[arg-type] # fails, as a full disk does
    assert _names(tmp_path) == []


@pytest.mark.parametrize("write", [replace_file, lambda f, c: update_file(f, c, None)])
def test_a_missing_file_is_created(tmp_path: Path, write: object) -> None:
    write(tmp_path / "x", b"new")  # type: ignore[operator]
    assert (tmp_path / "x").read_bytes() == b"new"
    assert _names(tmp_path) == ["x"]


@_posix
@pytest.mark.parametrize("write", [replace_file, lambda f, c: update_file(f, c, b"old")])
def test_permissions_are_kept_and_links_are_followed(tmp_path: Path, write: object) -> None:
    real = tmp_path / "real"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to("real")
    write(link, b"new")  # type: ignore[operator]
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o7777 == 0o640
    assert _names(tmp_path) == ["link", "real"]


@pytest.mark.parametrize("before", [None, b"older", b""])
def test_a_file_that_changed_is_not_overwritten(tmp_path: Path, before: bytes | None) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"old")
    with pytest.raises(FileChangedError):
        update_file(file, b"new", before)
    assert file.read_bytes() == b"old"
    assert _names(tmp_path) == ["x"]


def test_a_deleted_file_is_not_created_again(tmp_path: Path) -> None:
    with pytest.raises(FileChangedError):
        update_file(tmp_path / "x", b"new", b"old")
    assert _names(tmp_path) == []


@pytest.mark.parametrize("write", [replace_file, lambda f, c: update_file(f, c, b"old")])
def test_a_failure_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: object
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = tmp_path / "x"
    file.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left") as caught:
        write(file, b"new")  # type: ignore[operator]
    assert caught.value.filename == str(file)  # not the temporary file
    assert file.read_bytes() == b"old"
    assert _names(tmp_path) == ["x"]


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"old")
    monkeypatch.setattr(files.os, "access", lambda *_: False)  # root can always write
    with pytest.raises(PermissionError) as caught:
        replace_file(file, b"new")
    assert caught.value.filename == str(file)
    assert _names(tmp_path) == ["x"]


@pytest.mark.parametrize("existing", ["file", "folder", "full folder", "link"])
def test_a_folder_is_created_only_where_nothing_is(tmp_path: Path, existing: str) -> None:
    path = tmp_path / "x"
    match existing:
        case "file":
            path.write_bytes(b"old")
        case "link":
            path.symlink_to(tmp_path / "nowhere")
        case _:
            path.mkdir()
            if existing == "full folder":
                (path / "mine").write_bytes(b"old")
    assert not create_folder(path, {"a": b"new"})
    assert _names(tmp_path) == ["x"]
    assert existing != "full folder" or _names(path) == ["mine"]


def test_a_folder_is_created_with_its_parents(tmp_path: Path) -> None:
    assert create_folder(tmp_path / "a/b", {"x": b"1", "y": b"2"})
    assert _names(tmp_path / "a") == ["b"]
    assert _names(tmp_path / "a/b") == ["x", "y"]


def test_a_file_is_created_where_hard_links_are_not_possible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert create_file(tmp_path / "x", b"new")
    assert not create_file(tmp_path / "x", b"newer")
    assert (tmp_path / "x").read_bytes() == b"new"
    assert _names(tmp_path) == ["x"]


@pytest.mark.parametrize("by", ["link", "rename"])
def test_a_file_that_appears_meanwhile_is_not_replaced(
    tmp_path: Path, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    actual = os.fsync

    def late(file: int) -> None:
        actual(file)
        (tmp_path / "x").write_bytes(b"by hand")

    if by == "rename":
        monkeypatch.setattr(os, "link", lambda *_, **__: (_ for _ in ()).throw(OSError()))
    monkeypatch.setattr(os, "fsync", late)
    assert not create_file(tmp_path / "x", b"new")
    assert (tmp_path / "x").read_bytes() == b"by hand"
    assert _names(tmp_path) == ["x"]


@_posix
def test_what_is_no_file_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    export_file(tmp_path / "pipe", b"new")
    assert os.read(reader, 9) == b"new"
    os.close(reader)
    assert _names(tmp_path) == ["pipe"]


@pytest.mark.parametrize("size", [0, 1, files._AT_ONCE + 1])
def test_a_file_is_read_as_a_whole(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    (tmp_path / "x").write_bytes(content)
    assert read_file(tmp_path / "x") == content
    assert read_file(str(tmp_path / "x")) == content


def test_a_file_that_grows_while_it_is_read_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").write_bytes(b"one")
    status = os.fstat

    def grow(number: int) -> os.stat_result:
        found = status(number)
        with (tmp_path / "x").open("ab") as file:
            file.write(b" two three")
        return found

    monkeypatch.setattr(os, "fstat", grow)
    assert read_file(tmp_path / "x") == b"one two three"


@_posix
def test_what_is_no_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket")
        for name, what in (
            ("pipe", "a named pipe"),
            ("folder", "a folder"),
            ("socket", "a socket"),
        ):
            with pytest.raises(OSError, match=f"it is {what}, not a file"):
                read_file(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "none")
