"""What a build writes to the output folder, alone and with others."""

import errno
import hashlib
import multiprocessing
import os
import pickle
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.output import stage as stage_module
from explainer.output import staging as staging_module
from explainer.output.commit import CommitResult
from explainer.output.guard import OutputError, failure
from explainer.output.manifest import ABSENT, parse, text, union
from explainer.output.stage import StagedFile, StageWriter
from explainer.support import paths as output_paths
from explainer.support.paths import MANIFEST, is_output_path
from tests.output.builds import (
    OUTSIDE,
    Files,
    Staging,
    build,
    built,
    code,
    leftovers,
    listed,
    posix,
    refused,
    sha256,
    state,
    tree,
)

# ---- Paths ---------------------------------------------------------------------------------------

INSIDE = [
    "a",
    "a/b.html",
    "..a",
    "a..",
    "...",
    "a/...b",
    ".nojekyll",
    ".well-known/x",
    "ä/日本",
    "a:b",
]


def staged_file(path: str, content: bytes, *, staged: bool) -> StagedFile:
    return StagedFile.of(path, hashlib.sha256(content).digest(), len(content), staged=staged)


def test_what_a_staged_file_says() -> None:
    file = staged_file("a/b", b"123", staged=True)
    assert (file.path, file.sha256, file.size, file.staged) == ("a/b", sha256(b"123"), 3, True)
    assert file.unstaged() == staged_file("a/b", b"123", staged=False)
    assert (file.unstaged().size, file.unstaged().staged) == (3, False)


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_outside_the_folder_is_a_bug(output: Path, path: str) -> None:
    assert not is_output_path(path)
    with Staging(output) as staging:
        with pytest.raises(ValueError, match="not a path"):
            staging.put(path, b"x")
        with pytest.raises(ValueError, match="not a path"):
            staging.copy(path, Path(__file__))
        with pytest.raises(ValueError, match="not a path"):
            staging.commit([staged_file(path, b"x", staged=True)])
    assert not output.exists()


@pytest.mark.parametrize("path", INSIDE)
def test_paths_inside_the_folder(output: Path, path: str) -> None:
    assert is_output_path(path)
    if os.name == "posix":
        built(output, {path: b"x"})
        assert tree(output) == {path: b"x"}


@pytest.mark.parametrize("path", ["c:x", "a/b:stream", "a./b", ".. /b", "a "])
def test_paths_with_a_special_meaning_on_windows(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output_paths, "_WINDOWS", True)
    assert not is_output_path(path)


@given(st.text(st.sampled_from("a./\\\0"), max_size=8))
def test_any_path(path: str) -> None:
    names = path.split("/")
    assert is_output_path(path) == (
        not set("\\\0") & set(path) and not any(name in {"", ".", ".."} for name in names)
    )


def test_names_that_are_too_long(output: Path) -> None:
    built(output, {"a" * 255: b"x", f"{'ä' * 127}/x": b"x", "😀" * 63: b"x"})
    for path in ("a" * 256, f"{'ä' * 128}/x", f"x/{'日' * 86}", "😀" * 64):
        with Staging(output) as staging:
            with pytest.raises(OutputError) as caught:
                staging.put(path, b"x")
            assert caught.value.code == "output-name-too-long"


def test_the_same_path_twice_is_a_bug(output: Path) -> None:
    built(output, {"old": b"1"})
    with Staging(output) as staging:
        staging.put("new", b"1")
        with pytest.raises(ValueError, match="new is staged twice"):
            staging.put("new", b"1")
        staging.put("old", b"1")
        staging.put("old", b"1")  # not staged, so only the commit can notice
        with pytest.raises(ValueError, match="twice"):
            staging.commit_all()
    assert tree(output) == {"old": b"1"}


@pytest.mark.parametrize("files", [{"a": b"", "a/b": b""}, {"a/b/c/d": b"", "a/b": b""}])
def test_a_path_that_is_both_file_and_folder(output: Path, files: Files) -> None:
    result = build(output, files)
    assert refused(result) == "output-clash"
    assert min(files, key=len) in str(result)
    assert not output.exists()


KNOWN = {"a/x": b"1", "a/y": b"2", "b": b"3", "c": b"4"}


@pytest.mark.parametrize(
    "files",
    [
        KNOWN,
        {**KNOWN, "b": b"new"},
        {**KNOWN, "a/z": b"new", "d/e": b"new"},
        {"a/x": b"1"},
        {"b": b"3", "c/d": b"new"},
        {"b": b"3", "a": b"new"},
    ],
)
def test_a_commit_after_which_all_files_are_known(tmp_path: Path, files: Files) -> None:
    results = []
    for name in ("whole", "known"):
        output = tmp_path / name
        first = built(output, KNOWN)
        known = first.manifest if name == "known" else None
        results.append((built(output, files, known=known).manifest, tree(output)))
    assert results[0] == results[1]


@pytest.mark.parametrize("files", [{**KNOWN, "a": b""}, {**KNOWN, "b/c": b""}])
def test_a_new_clash_with_known_files(output: Path, files: Files) -> None:
    first = built(output, KNOWN)
    assert refused(build(output, files, known=first.manifest)) == "output-clash"
    assert tree(output) == KNOWN


def test_only_files_that_differ_are_looked_at(output: Path) -> None:
    first = built(output, KNOWN)
    (output / "c").unlink()  # as if somebody did so during the build
    after = built(output, {**KNOWN, "b": b"new"}, known=first.manifest)
    assert tree(output) == {"a/x": b"1", "a/y": b"2", "b": b"new", "c": b"4"}
    (output / "c").unlink()
    changed = {file.path: file for file in (staged_file("c", b"4", staged=False),)}
    with Staging(output, known=after.manifest) as staging:
        others = [staging.put(p, c) for p, c in {**KNOWN, "b": b"newer"}.items() if p != "c"]
        assert staging.changes([*others, *changed.values()]) == {"b": sha256(b"newer")}
        assert staging.changes(others) is None
        written = staging.commit([*others, *changed.values()])
    assert written.written == 1
    assert not (output / "c").exists()


def test_another_manifest_is_not_the_known_one(output: Path) -> None:
    first = built(output, KNOWN)
    second = built(output, {**KNOWN, "b": b"new"})
    assert first.manifest != second.manifest
    (output / "c").unlink()
    with Staging(output, known=first.manifest) as staging:
        assert staging.changes([]) is None
    built(output, {**KNOWN, "b": b"new"}, known=first.manifest)
    assert tree(output) == {**KNOWN, "b": b"new"}


def test_nothing_can_be_staged_after_the_commit(output: Path) -> None:
    with Staging(output) as staging:
        staging.commit_all()
        with pytest.raises(RuntimeError):
            staging.put("a", b"")
        with pytest.raises(RuntimeError):
            staging.commit_all()


# ---- Builds --------------------------------------------------------------------------------------


def test_successive_builds(output: Path) -> None:
    assert built(output, {"index.html": b"1", "a/b/c.html": b"2"}) == CommitResult(2, 0, 0, ())
    assert tree(output) == {"index.html": b"1", "a/b/c.html": b"2"}
    assert listed(output) == {"index.html": sha256(b"1"), "a/b/c.html": sha256(b"2")}

    before = state(output)
    assert built(output, {"a/b/c.html": b"2", "index.html": b"1"}) == CommitResult(0, 2, 0, ())
    assert state(output) == before, "not even the manifest is written again"

    assert built(output, {"index.html": b"3", "a/b/c.html": b"2"}) == CommitResult(1, 1, 0, ())
    after = state(output)
    assert after["a/b/c.html"] == before["a/b/c.html"]
    assert after["index.html"][0] != before["index.html"][0]

    assert built(output, {"index.html": b"3", "a/d.html": b""}) == CommitResult(1, 1, 1, ())
    assert tree(output) == {"index.html": b"3", "a/d.html": b""}, "the folder a/b is gone"
    assert built(output, {}) == CommitResult(0, 0, 2, ())
    assert tree(output) == {}
    assert listed(output) == {}


def test_parent_folders_are_created(tmp_path: Path) -> None:
    built(tmp_path / "a" / "b" / "out", {"x": b"1"})
    assert tree(tmp_path / "a/b/out") == {"x": b"1"}
    assert not leftovers(tmp_path)


@posix
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o027, 0o077])
def test_file_modes_follow_the_umask(output: Path, umask: int) -> None:
    old = os.umask(umask)
    try:
        built(output, {"a/b": b"1"})
    finally:
        os.umask(old)
    modes = [stat.S_IMODE((output / p).stat().st_mode) for p in ("", "a", "a/b", MANIFEST)]
    assert modes == [0o777 & ~umask, 0o777 & ~umask, 0o666 & ~umask, 0o666 & ~umask]


def test_nothing_is_visible_before_or_without_a_commit(tmp_path: Path, output: Path) -> None:
    new = tmp_path / "new" / "folder" / "out"
    for folder in (output, new):
        if folder is output:
            built(folder, {"a": b"1", "b/c": b"2"})
        before = state(folder) if folder.exists() else None
        with Staging(folder) as staging:
            staging.put("a", b"3")
            staging.put("d/e", b"4")
            assert (state(folder) if folder.exists() else None) == before
        with suppress(ZeroDivisionError), Staging(folder) as staging:
            staging.put("a", b"3")
            _ = 1 // 0
        assert (state(folder) if folder.exists() else None) == before
    assert not (tmp_path / "new").exists()
    assert not leftovers(tmp_path)


def test_clean_rewrites_all_files(output: Path) -> None:
    built(output, {"a": b"1", "b": b"2"})
    (output / "mine").write_bytes(b"m")
    (output / "equal").write_bytes(b"e")
    before = state(output)
    assert built(output, {"a": b"1", "equal": b"e"}, clean=True) == CommitResult(1, 1, 1, ())
    after = state(output)
    assert after["a"][0] != before["a"][0]
    assert after["equal"] == before["equal"], "not ours, so it is left alone"
    assert tree(output) == {"a": b"1", "mine": b"m", "equal": b"e"}


def test_the_manifest_byte_for_byte(output: Path, tmp_path: Path) -> None:
    files = {'ä"\n': b"1", "b/c": b"", "b-c": b"2"}
    built(output, files)
    assert (output / MANIFEST).read_text("utf-8") == (
        '{\n"generator": "explainer",\n"version": 1,\n"files": {\n'
        f'"b-c": "{sha256(b"2")}",\n"b/c": "{sha256(b"")}",\n"ä\\"\\n": "{sha256(b"1")}"\n'
        "}\n}\n"
    )
    built(tmp_path / "other", dict(reversed(files.items())))
    assert (tmp_path / "other" / MANIFEST).read_bytes() == (output / MANIFEST).read_bytes()
    built(output, {})
    built(output, files)
    assert (tmp_path / "other" / MANIFEST).read_bytes() == (output / MANIFEST).read_bytes()


def test_the_manifest_of_an_unfinished_commit() -> None:
    one, two, three = (sha256(content) for content in (b"1", b"2", b"3"))
    old, new = {"b": (one,), "gone": (two,)}, {"b": (three,), "a": (one,)}
    claims = union(new, old)
    assert claims == {"a": (one, ABSENT), "b": (three, one), "gone": (two,)}
    permanent = {f"/{name}/": f"content/{name}.md" for name in "bac"}
    raw = b"".join(text(claims, permanent))
    assert raw.decode() == (
        '{\n"generator": "explainer",\n"version": 1,\n"files": {\n'
        f'"a": "{one}",\n"b": "{three}",\n"gone": "{two}"\n}},\n'
        f'"unfinished": {{\n"a": [\n""\n],\n"b": [\n"{one}"\n]\n}},\n'
        '"permanent": {\n"/a/": "content/a.md",\n"/b/": "content/b.md",\n'
        '"/c/": "content/c.md"\n}\n}\n'
    )
    found = parse(raw)
    assert found
    assert (found.claims, found.permanent, found.raw) == (claims, permanent, raw)


def test_neither_hash_seed_nor_clock_nor_locale_matter(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from explainer.output.staging import Staging\n"
        "with Staging(pathlib.Path(sys.argv[1]), clean=False) as s:\n"
        "    s.commit(s.writer.put(f'{p}/ä{p}', p.encode()) for p in set('abcdefgh'))"
    )
    trees = []
    for seed, more in (
        ("1", {"LC_ALL": "C", "TZ": "UTC"}),
        ("2", {"LC_ALL": "C.UTF-8", "TZ": "X-9"}),
    ):
        target = tmp_path / seed
        env = {
            **os.environ,
            **more,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        subprocess.run([sys.executable, "-c", script, str(target)], env=env, check=True)
        trees.append({**tree(target), MANIFEST: (target / MANIFEST).read_bytes()})
    assert trees[0] == trees[1]
    assert len(trees[0]) == 9


# ---- Assets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [4, 1 << 20])
def test_copies(output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(stage_module, "_CHUNK", chunk)
    source = tmp_path / "picture"

    def copied(
        content: bytes, *, clean: bool = False
    ) -> tuple[StagedFile, CommitResult | OutputError]:
        source.write_bytes(content)
        with Staging(output, clean=clean) as staging:
            return staging.copy("p/q", source), staging.commit_all()

    content = b"0123456789"
    assert copied(content) == (
        staged_file("p/q", content, staged=True),
        CommitResult(1, 0, 0, ()),
    )
    before = state(output)
    assert copied(content) == (
        staged_file("p/q", content, staged=False),
        CommitResult(0, 1, 0, ()),
    )
    assert state(output) == before
    assert copied(content, clean=True)[0].staged
    assert state(output)["p/q"][0] != before["p/q"][0]
    for other in (b"012345678X", b"X123456789", b"01234567890", b"012345678", b"01234567", b""):
        assert copied(other)[1] == CommitResult(1, 0, 0, ())
        assert tree(output) == {"p/q": other}
        assert listed(output) == {"p/q": sha256(other)}
    assert (output / "p/q").stat().st_ino != source.stat().st_ino, "a copy, not a link"


def test_files_are_closed(tmp_path: Path) -> None:
    def next_number() -> int:
        os.close(number := os.dup(0))
        return number

    before = next_number()
    stage_module.create(str(tmp_path / "a"), [b"1"])
    with pytest.raises(FileExistsError):
        stage_module.create(str(tmp_path / "a"), [b"1"])
    assert next_number() == before


def test_a_copied_file_that_gets_shorter_meanwhile(
    output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(output, {"a": b"0123456789"})
    source = tmp_path / "picture"
    source.write_bytes(b"01234")
    actual = os.stat

    def stat_(path: str, **options: Any) -> os.stat_result:
        return actual(output / "a" if path == source else path, **options)

    with Staging(output) as staging:
        monkeypatch.setattr(os, "stat", stat_)
        staging.copy("a", source)
        monkeypatch.undo()
        assert staging.commit_all() == CommitResult(1, 0, 0, ())
    assert tree(output) == {"a": b"01234"}
    assert listed(output) == {"a": sha256(b"01234")}


def test_an_asset_that_cannot_be_read(output: Path, tmp_path: Path) -> None:
    sources = [tmp_path / "missing", tmp_path]
    if os.name == "posix":
        os.mkfifo(tmp_path / "pipe")
        sources.append(tmp_path / "pipe")
    with Staging(output) as staging:
        for source in sources:
            with pytest.raises(OutputError) as caught:
                staging.copy("a", source)
            assert caught.value.code == "asset-unreadable"
            assert str(source) in caught.value.message


def test_an_asset_that_can_be_read_no_longer(
    output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "picture"
    source.write_bytes(b"1")

    def read(path: Path, *_: object) -> None:
        raise OSError(errno.EIO, "Input/output error", str(path))

    monkeypatch.setattr(Path, "open", read)
    with Staging(output) as staging, pytest.raises(OutputError) as caught:
        staging.copy("a", source)
    assert caught.value.code == "asset-unreadable"
    assert str(source) in caught.value.message


# ---- Several processes ---------------------------------------------------------------------------


@posix
def test_workers(output: Path) -> None:
    built(output, {"0/0": b"0"})
    context = multiprocessing.get_context("fork")
    with Staging(output) as staging:
        writer = pickle.loads(pickle.dumps(staging.writer))
        with context.Pool(2) as pool:
            jobs = [(f"{n % 7}/{n}", str(n).encode()) for n in range(50)]
            entries = pool.starmap(writer.put, jobs)
        staging.put("main", b"m")
        staging.files += reversed(entries)
        assert staging.commit_all() == CommitResult(50, 1, 0, ())
    assert tree(output) == {"main": b"m", **dict(jobs)}


def test_errors_in_workers_reach_the_caller() -> None:
    error = failure(OSError(errno.ENOSPC, "No space left on device", "a/b"))
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is OutputError
    assert refused(arrived) == "output-disk-full"
    assert (arrived.message, arrived.hint) == (error.message, error.hint)


def test_files_that_change_during_the_build(output: Path) -> None:
    for spoil in (Path.unlink, lambda path: path.write_bytes(b"longer")):
        built(output, {"a": b"1", "b": b"2"})
        with Staging(output) as staging:
            staging.put("a", b"1")
            staging.put("b", b"3")
            spoil(output / "a")
            assert refused(staging.commit_all()) == "output-changed"
        assert (output / "b").read_bytes() == b"2"


def test_one_build_at_a_time(site: Path, output: Path) -> None:
    built(output, {"a": b"1"})
    with Staging(output) as first:
        first.put("a", b"2")
        for same in (output, output.with_name("_SITE")):  # the same folder on some file systems
            assert refused(build(same, {})) == "output-busy"
        with Staging(output.with_name("_other")):
            pass  # another folder is not locked
        assert first.commit_all() == CommitResult(1, 0, 0, ())
    built(output, {"a": b"3"})
    assert not leftovers(site)


@posix
def test_a_build_in_another_process(output: Path) -> None:
    ready, go = os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        with suppress(OutputError), Staging(output):
            os.write(ready[1], b"y")
            os.read(go[0], 1)
            os._exit(0)  # killed: neither the lock nor the folder is cleaned up
        os.write(ready[1], b"n")
        os._exit(1)
    assert os.read(ready[0], 1) == b"y"
    assert refused(build(output, {"a": b"1"})) == "output-busy"
    os.write(go[1], b"x")
    os.waitpid(child, 0)
    for end in (*ready, *go):
        os.close(end)
    assert leftovers(output.parent), "otherwise this tests nothing"
    built(output, {"a": b"1"})
    assert not leftovers(output.parent)


@posix
def test_a_worker_that_outlives_the_build_does_not_hold_the_lock(output: Path) -> None:
    end = os.pipe()
    with Staging(output):
        child = os.fork()
        if not child:
            os.close(end[1])
            os.read(end[0], 1)
            os._exit(0)
    assert isinstance(build(output, {"a": b"1"}), CommitResult)
    os.close(end[1])
    os.waitpid(child, 0)
    os.close(end[0])


@posix
def test_the_lock_if_its_last_owner_removes_it_meanwhile(
    site: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actual, calls = staging_module.try_lock, []

    def lock(file: int) -> bool | None:
        calls.append(file)
        if len(calls) == 1:
            (site / ".explainer-staging-_site" / "lock").unlink()
            (site / ".explainer-staging-_site").rmdir()
        return actual(file)

    monkeypatch.setattr(staging_module, "try_lock", lock)
    built(output, {"a": b"1"})
    assert len(calls) == 2


@posix
def test_the_folder_if_its_last_owner_removes_it_meanwhile(
    site: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actual, removed = os.open, []

    def open_(path: str, *args: Any, **kwargs: Any) -> int:
        if str(path).endswith("_site/lock") and not removed:
            removed.append(path)
            (site / ".explainer-staging-_site").rmdir()
        return actual(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", open_)
    built(output, {"a": b"1"})
    assert removed


@posix
def test_the_staging_folder_is_private(output: Path) -> None:
    with Staging(output) as staging:
        folder = Path(staging.writer.folder)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "lock").stat().st_mode) == 0o600


def test_leftovers_of_killed_builds_are_removed(site: Path, output: Path) -> None:
    for stale in (site / ".explainer-staging-_site", output / ".explainer-staging"):
        stale.mkdir(parents=True)
        (stale / "lock").write_bytes(b"")
        (stale / StageWriter(str(stale), "", frozenset()).place("a")).write_bytes(b"half")
    assert code(output, site) is None
    built(output, {"a": b"whole"})
    assert not leftovers(site)
    assert tree(output) == {"a": b"whole"}


def test_leftovers_of_builds_into_other_folders_are_removed(site: Path, output: Path) -> None:
    for name, inside in (("killed", "new-x"), ("empty", ""), ("mine", "folder/x")):
        stale = site / f".explainer-staging-{name}"
        stale.mkdir()
        if inside:
            (stale / inside).parent.mkdir(exist_ok=True)
            (stale / inside).write_bytes(b"half")
    with Staging(site / "running"):
        built(output, {"a": b"1"})
        assert set(leftovers(site)) == {".explainer-staging-mine", ".explainer-staging-running"}


@posix
@pytest.mark.parametrize("name", [".explainer-staging-_site", ".explainer-staging-_site/lock"])
def test_a_staging_folder_that_is_a_link_is_not_followed(
    site: Path, output: Path, tmp_path: Path, name: str
) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "file").write_bytes(b"x")
    (site / name).parent.mkdir(exist_ok=True)
    (site / name).symlink_to(victim if "/" not in name else victim / "new")
    assert isinstance(build(output, {"a": b"1"}), OutputError)
    assert tree(victim) == {"file": b"x"}


@pytest.mark.parametrize("how", ["mounted", "another device", "parent not ours"])
def test_an_output_that_files_cannot_be_moved_into(
    site: Path, output: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    built(output, {"a": b"1"})
    actual = os.stat

    def rename(old: str, new: str) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    def other_device(path: str) -> os.stat_result:
        state = list(actual(path))
        state[stat.ST_DEV] += Path(path) == output
        return os.stat_result(state)

    if how == "mounted":
        monkeypatch.setattr(os, "rename", rename)
    elif how == "another device":
        monkeypatch.setattr(os, "stat", other_device)
    else:
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != site)
    with Staging(output) as staging:
        assert Path(staging.writer.folder).parent == output
        staging.put("b", b"2")
        monkeypatch.undo()
        assert staging.commit_all() == CommitResult(1, 0, 1, ())
    assert tree(output) == {"b": b"2"}
    assert not leftovers(site)
