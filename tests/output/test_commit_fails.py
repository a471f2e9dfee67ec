"""The output folder after a commit that fails or is killed."""

import errno
import json
import os
from pathlib import Path

import pytest

from explainer.output.commit import CommitResult
from explainer.output.guard import OutputError
from explainer.support.paths import MANIFEST
from tests.output.builds import (
    Fails,
    Files,
    Staging,
    build,
    built,
    checked,
    leftovers,
    listed,
    manifest,
    posix,
    refused,
    sha256,
    state,
    tree,
)

# ---- Failures ------------------------------------------------------------------------------------

OLD = {"keep": b"k" * 9, "change": b"old", "gone/deep/x": b"g", "file": b"f", "folder/y": b"y"}
NEW = {"keep": b"k" * 9, "change": b"new!", "new/z": b"z", "file/w": b"w", "folder": b"F"}
CALLS = ("link", "mkdir", "open", "replace", "rmdir", "unlink")


@pytest.fixture
def before(output: Path) -> dict[str, tuple[int, int, bytes]]:
    """Build the old files, add a foreign file, and return the folder's state."""
    built(output, OLD)
    (output / "mine").write_bytes(b"m")
    return state(output)


def contents(found: dict[str, tuple[int, int, bytes]]) -> dict[str, bytes]:
    return {name: content for name, (_, _, content) in found.items()}


@pytest.mark.parametrize("at", range(9))
@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_a_failed_commit_is_rolled_back(
    output: Path,
    before: dict[str, tuple[int, int, bytes]],
    at: int,
    error: BaseException,
    *,
    links: bool,
) -> None:
    def no_link(*_args: object, **_more: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    with pytest.MonkeyPatch.context() as patch, Staging(output) as staging:
        for path, content in NEW.items():
            staging.put(path, content)
        if not links:
            patch.setattr(os, "link", no_link)

        def fail() -> None:
            raise error

        Fails(patch, ("replace", "mkdir"), at, fail, times=1)
        if isinstance(error, OSError):
            assert refused(staging.commit_all()) == "output-disk-full"
        else:
            with pytest.raises(KeyboardInterrupt):
                staging.commit_all()
    after = state(output)
    assert contents(after) == contents(before)
    assert after["change"] == before["change"], "the same file, not a copy"
    assert not leftovers(output.parent)
    built(output, NEW)
    assert tree(output) == {**NEW, "mine": b"m"}


def test_a_failed_first_commit_leaves_nothing_behind(
    site: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Fails(monkeypatch, ("replace",), 3, times=1)
    assert refused(build(output, NEW)) == "output-failed"
    assert not output.exists()
    assert not leftovers(site)


def assert_consistent(output: Path) -> None:
    """Assert that every file is complete, and that the manifest lists all of ours."""
    manifest_files = json.loads((output / MANIFEST).read_bytes())["files"]
    for path, content in tree(output).items():
        if not path.endswith("/") and path != "mine":
            assert content in (OLD.get(path), NEW.get(path))
            assert path in manifest_files


@pytest.mark.parametrize("times", [1, 2, 3, 100])
def test_a_commit_that_fails_and_cannot_be_rolled_back(tmp_path: Path, times: int) -> None:
    for at in range(100):
        output = tmp_path / str(at)
        built(output, OLD)
        (output / "mine").write_bytes(b"m")
        with pytest.MonkeyPatch.context() as patch:
            names = ("replace", "unlink") if times == 2 else ("replace",)
            Fails(patch, names, at, times=times)
            result = build(output, NEW)
        assert_consistent(output)
        if isinstance(result, OutputError) and times == 2:
            wrong = {**OLD, "mine": b"m"}.items() ^ tree(output).items()
            assert len({path for path, _ in wrong}) <= 2, "everything else was rolled back"
        then = ({}, OLD, NEW)[at % 3]
        assert built(output, then).kept == ()
        assert tree(output) == {**then, "mine": b"m"}
        assert listed(output).keys() == then.keys()
        if isinstance(result, CommitResult):
            assert at > 8
            return


@pytest.mark.parametrize("at", range(4))
def test_deletions_are_rolled_back(
    output: Path, before: dict[str, tuple[int, int, bytes]], at: int
) -> None:
    # The rollback fails once too, at its first step.
    with pytest.MonkeyPatch.context() as patch:
        Fails(patch, ("replace",), at, times=2)
        assert refused(build(output, {"keep": OLD["keep"]})) == "output-failed"
    missing = contents(before).items() - contents(state(output)).items()
    assert len({name for name, _ in missing if name != MANIFEST}) == (at > 1)
    assert built(output, {}).kept == ()
    assert tree(output) == {"mine": b"m"}


@posix
def test_links_are_restored_as_links(output: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"v")
    built(output, {"a": b"1", "b": b"1"})
    (output / "a").unlink()
    (output / "a").symlink_to(victim)
    with pytest.MonkeyPatch.context() as patch:
        Fails(patch, ("replace",), 2, times=1)
        assert refused(build(output, {"a": b"2", "b": b"2"})) == "output-failed"
    assert (output / "a").readlink() == victim
    assert (output / "b").read_bytes() == b"1"
    assert victim.read_bytes() == b"v"


def test_a_rollback_deletes_no_foreign_files(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Another program creates the file just before we do and keeps it open, as on Windows.
    built(output, {"a": b"1"})
    actual = os.replace

    def replace(old: str, new: str) -> None:
        if new == f"{output}/new":
            Path(new).write_bytes(b"by hand")
            raise PermissionError(errno.EACCES, "Permission denied", old, None, new)
        actual(old, new)

    monkeypatch.setattr(os, "replace", replace)
    result = build(output, {"a": b"2", "new": b"3"})
    assert refused(result) == "output-not-writable"
    assert f"cannot write {output}/new" in str(result)
    assert tree(output) == {"a": b"1", "new": b"by hand"}
    assert listed(output) == {"a": sha256(b"1")}


def test_files_not_written_before_a_crash_are_not_ours(output: Path) -> None:
    built(output, OLD)
    with pytest.MonkeyPatch.context() as patch:
        Fails(patch, ("replace",), 1)
        assert refused(build(output, NEW)) == "output-failed"
    assert b"unfinished" in (output / MANIFEST).read_bytes(), "otherwise this tests nothing"
    (output / "new").mkdir(exist_ok=True)
    (output / "new/z").write_bytes(b"by hand")
    assert refused(build(output, NEW)) == "output-foreign-file"
    assert built(output, {}) == CommitResult(0, 0, len(OLD), ())
    assert tree(output) == {"new/z": b"by hand"}


def killed(output: Path, files: Files, at: int) -> bool:
    """Build in a process that exits at call number `at`, and return whether it got that far."""
    child = os.fork()
    if not child:
        with pytest.MonkeyPatch.context() as patch:
            Fails(patch, CALLS, at, lambda: os._exit(9))
            build(output, files)
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@posix
@pytest.mark.parametrize(("then", "start"), [(OLD, 0), (NEW, 1), ({}, 2)])
def test_a_killed_build(tmp_path: Path, then: Files, start: int) -> None:
    for at in range(start, 1000, 3):
        output = tmp_path / str(at) / "out"
        built(output, OLD)
        (output / "mine").write_bytes(b"m")
        was_killed = killed(output, NEW, at)
        assert_consistent(output)
        if at % 2:  # a second crash after the first
            killed(output, OLD, at // 2)
            assert_consistent(output)
        assert built(output, then).kept == ()
        assert tree(output) == {**then, "mine": b"m"}
        assert listed(output).keys() == then.keys()
        assert not leftovers(tmp_path)
        if not was_killed:
            assert at > 30
            return


@posix
def test_a_killed_first_build(site: Path, output: Path) -> None:
    for at in range(0, 40, 3):
        killed(output, NEW, at)
        assert checked(output, site) is None
        if output.exists() and any(output.iterdir()):
            assert_consistent(output)
    built(output, OLD)
    assert tree(output) == OLD


def test_after_a_crash_only_files_we_wrote_are_ours(output: Path) -> None:
    output.mkdir()
    pending = manifest(
        {"maybe": sha256(b"1"), "sure": sha256(b"2"), "either": sha256(b"3")},
        unfinished={"maybe": [""], "either": [sha256(b"4")]},
    )
    (output / MANIFEST).write_bytes(pending)
    (output / "maybe").write_bytes(b"by hand")
    (output / "sure").write_bytes(b"2")
    (output / "either").write_bytes(b"4")
    assert refused(build(output, {"maybe": b"5"})) == "output-foreign-file"
    assert (output / MANIFEST).read_bytes() == pending
    assert built(output, {}) == CommitResult(0, 0, 2, ())
    assert tree(output) == {"maybe": b"by hand"}
    assert listed(output) == {}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, "output-disk-full"),
        (errno.EACCES, "output-not-writable"),
        (errno.EROFS, "output-not-writable"),
        (errno.EIO, "output-failed"),
    ],
)
def test_disk_errors(
    output: Path, before: dict[str, tuple[int, int, bytes]], number: int, expected: str
) -> None:
    def fail(_file: int, _content: bytes) -> int:
        raise OSError(number, "no")

    with pytest.MonkeyPatch.context() as patch, Staging(output) as staging:
        staging.put("new", b"n")
        patch.setattr(os, "write", fail)
        with pytest.raises(OutputError) as caught:
            staging.put("a", b"1")
        assert refused(caught.value) == expected
        assert "_site/a" in caught.value.message
        assert refused(staging.commit_all()) == expected, "for the manifest"
    assert state(output) == before

    def no_folder(_path: str, _mode: int = 0) -> None:
        raise OSError(number, "no", _path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "mkdir", no_folder)
        assert refused(build(output, NEW)) == expected
    assert state(output) == before


def test_partial_writes(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    actual = os.write
    monkeypatch.setattr(os, "write", lambda file, content: actual(file, bytes(content[:3])))
    built(output, {"a": b"0123456789"})
    assert tree(output) == {"a": b"0123456789"}
