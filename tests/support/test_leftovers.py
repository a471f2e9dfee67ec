"""`support.leftovers`: what killed runs leave is removed; what running ones use is not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from explainer.support import leftovers
from explainer.support.files import create_file, create_folder, export_file, update_file
from explainer.support.leftovers import claimed, temporary_folder

_posix = pytest.mark.skipif(os.name != "posix", reason="needs fork, or links")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def killed_in(block: Callable[[], object]) -> Iterator[None]:
    """Run a block in a process that is killed, which leaves everything as it is."""
    child = os.fork()
    if not child:
        try:
            block()
        finally:
            os._exit(9)
    os.waitpid(child, 0)
    yield


def abandoned(folder: Path, *, is_folder: bool = False) -> Path:
    path = leftovers.temporary_path(folder)
    if is_folder:
        path.mkdir()
        (path / "index.md").write_bytes(b"half")
    else:
        path.write_bytes(b"half")
    return path


WRITES: list[Callable[[Path], object]] = [
    lambda folder: create_file(folder / "new", b"x"),
    lambda folder: create_folder(folder / "new", {"a": b"x"}),
    lambda folder: export_file(folder / "new", b"x"),
    lambda folder: update_file(folder / "new", b"x", None),
]


@pytest.mark.parametrize("write", WRITES)
def test_every_write_sweeps_its_folder(tmp_path: Path, write: Callable[[Path], object]) -> None:
    abandoned(tmp_path)
    abandoned(tmp_path, is_folder=True)
    write(tmp_path)
    assert names(tmp_path) == ["new"]


@_posix
@pytest.mark.parametrize("is_folder", [False, True])
def test_what_is_locked_stays(tmp_path: Path, is_folder: bool) -> None:
    path = abandoned(tmp_path, is_folder=is_folder)
    with leftovers.opened(path) as file:
        assert file
        assert leftovers.hold(path, file)
        leftovers.sweep(tmp_path)
        assert names(tmp_path) == [path.name]
    leftovers.sweep(tmp_path)
    assert names(tmp_path) == []


@pytest.mark.parametrize("is_folder", [False, True])
def test_without_locks_only_what_is_old_is_removed(
    tmp_path: Path, is_folder: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "try_lock", lambda _: None)
    path = abandoned(tmp_path, is_folder=is_folder)
    leftovers.sweep(tmp_path)
    assert names(tmp_path) == [path.name]
    os.utime(path, (time.time() - 4000,) * 2)
    leftovers.sweep(tmp_path)
    assert names(tmp_path) == []


def test_files_of_others_stay(tmp_path: Path) -> None:
    others = [
        *(".explainer-x.tmp", ".explainer-0123456789abcde.tmp", "explainer-0123456789abcdef.tmp"),
        *(".explainer-0123456789abcdef.tmp.md", ".0123456789abcdef.tmp", "x.lock"),
    ]
    for name in others:
        (tmp_path / name).write_bytes(b"mine")
    leftovers.sweep(tmp_path)
    with claimed(tmp_path, "explainer-", lambda _: None):
        pass
    assert names(tmp_path) == sorted(others)


@_posix
def test_links_are_not_followed(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "x").write_bytes(b"x")
    leftovers.temporary_path(tmp_path).symlink_to(mine)
    leftovers.temporary_path(tmp_path).symlink_to(mine / "x")
    leftovers.sweep(tmp_path)
    assert (mine / "x").read_bytes() == b"x"


def test_sweeping_fails_silently(tmp_path: Path) -> None:
    leftovers.sweep(tmp_path / "no such folder")


@_posix
def test_a_name_claimed_by_a_killed_run_is_released(tmp_path: Path) -> None:
    released: list[str] = []

    def claim_and_stop() -> None:
        with claimed(tmp_path, "run-", released.append):
            os._exit(9)

    with killed_in(claim_and_stop):
        (lock,) = names(tmp_path)
    with claimed(tmp_path, "other-", released.append):
        assert released == []
    with claimed(tmp_path, "run-", released.append) as name:
        assert released == [f"other-{released[0][6:]}", lock.removesuffix(".lock")]
        assert names(tmp_path) == [f"{name}.lock"]
        with claimed(tmp_path, "run-", released.append) as second:
            assert second != name
            assert name not in released
    assert released[-2:] == [second, name]
    assert names(tmp_path) == []


@_posix
def test_what_cannot_be_released_is_tried_again(tmp_path: Path) -> None:
    def fail(_: str) -> None:
        raise OSError

    with claimed(tmp_path, "run-", fail) as name:
        pass
    assert names(tmp_path) == [f"{name}.lock"]
    released: list[str] = []
    with claimed(tmp_path, "run-", released.append):
        assert released == [name]


@_posix
def test_temporary_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "explainer-notes").mkdir()

    def use_and_stop() -> None:
        with temporary_folder() as folder:
            (folder / "site").mkdir()
            (folder / "site/index.html").write_bytes(b"x")
            os._exit(9)

    with killed_in(use_and_stop):
        assert len(names(tmp_path)) == 3
    with temporary_folder() as folder:
        assert folder.is_dir()
        assert folder.stat().st_mode & 0o777 == 0o700
        assert set(names(tmp_path)) == {"explainer-notes", folder.name, f"{folder.name}.lock"}
    assert names(tmp_path) == ["explainer-notes"]


@_posix
def test_a_process_that_is_killed_from_outside(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from explainer.support import files\n"
        "with files._new_content(Path(sys.argv[1], 'x')): print(flush=True); time.sleep(99)"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE
    )
    assert running.stdout
    running.stdout.readline()
    leftovers.sweep(tmp_path)
    assert len(names(tmp_path)) == 1
    running.kill()
    running.communicate()
    leftovers.sweep(tmp_path)
    assert names(tmp_path) == []
