"""The output folder: what is written, what is left alone, and what happens when it goes wrong."""

import errno
import hashlib
import json
import multiprocessing
import os
import pickle
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.output import stage as stage_module
from explainer.output import staging as staging_module
from explainer.output.commit import CommitResult
from explainer.output.guard import Refusal, check_folder
from explainer.output.manifest import MANIFEST
from explainer.output.stage import AssetError, OutputError, StagedFile, StageWriter
from explainer.support import paths as output_paths
from explainer.support.paths import is_output_path

posix = pytest.mark.skipif(os.name == "nt", reason="needs fork, modes or symbolic links")

Files = Mapping[str, bytes]


class Staging(staging_module.Staging):
    """A staging that keeps a list of the staged files."""

    def __init__(self, output: Path, *, clean: bool = False) -> None:
        super().__init__(output, clean=clean)
        self.files: list[StagedFile] = []

    def put(self, path: str, content: bytes) -> StagedFile:
        self.files.append(self.writer.put(path, content))
        return self.files[-1]

    def copy(self, path: str, source: Path) -> StagedFile:
        self.files.append(self.writer.copy(path, source))
        return self.files[-1]

    def commit_all(self) -> CommitResult | Refusal:
        return self.commit(self.files)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    for name in ("content", "static", "themes/mine"):
        (site / name).mkdir(parents=True)
    (site / "site.toml").write_text("title = 'x'\n")
    return site


@pytest.fixture
def output(site: Path) -> Path:
    return site / "_site"


def build(output: Path, files: Files, *, clean: bool = False) -> CommitResult | Refusal:
    with Staging(output, clean=clean) as staging:
        if isinstance(staging, Refusal):
            return staging
        for path, content in files.items():
            staging.put(path, content)
        return staging.commit_all()


def built(output: Path, files: Files, *, clean: bool = False) -> CommitResult:
    result = build(output, files, clean=clean)
    assert isinstance(result, CommitResult), result
    return result


def refused(result: object) -> str:
    assert isinstance(result, Refusal), result
    assert result.message
    assert result.hint
    return result.code


def tree(folder: Path) -> dict[str, bytes]:
    """Every file but the manifest; every empty folder, with a slash."""
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
    """Everything, with what shows whether it was written again."""
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


# ---- Paths ---------------------------------------------------------------------------------------

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


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_leaves_the_folder_is_a_bug(output: Path, path: str) -> None:
    assert not is_output_path(path)
    with Staging(output) as staging:
        assert isinstance(staging, Staging)
        with pytest.raises(ValueError, match="not a path"):
            staging.put(path, b"x")
        with pytest.raises(ValueError, match="not a path"):
            staging.copy(path, Path(__file__))
        with pytest.raises(ValueError, match="not a path"):
            staging.commit([StagedFile(path, sha256(b"x"), 1, staged=True)])
    assert not output.exists()


@pytest.mark.parametrize("path", INSIDE)
def test_a_path_inside_is_fine(output: Path, path: str) -> None:
    assert is_output_path(path)
    if os.name == "posix":
        built(output, {path: b"x"})
        assert tree(output) == {path: b"x"}


@pytest.mark.parametrize("path", ["c:x", "a/b:stream", "a./b", ".. /b", "a "])
def test_what_windows_reads_differently(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output_paths, "_WINDOWS", True)
    assert not is_output_path(path)


@given(st.text(st.sampled_from("a./\\\0"), max_size=8))
def test_paths_by_what_they_mean(path: str) -> None:
    names = path.split("/")
    assert is_output_path(path) == (
        not set("\\\0") & set(path) and not any(name in {"", ".", ".."} for name in names)
    )


def test_a_name_that_no_file_can_have(output: Path) -> None:
    built(output, {"a" * 255: b"x", f"{'ä' * 127}/x": b"x"})
    for path in ("a" * 256, f"{'ä' * 128}/x", f"x/{'日' * 86}"):
        with Staging(output) as staging:
            assert isinstance(staging, Staging)
            with pytest.raises(OutputError) as caught:
                staging.put(path, b"x")
            assert caught.value.refusal.code == "output-name-too-long"


def test_the_same_path_twice_is_a_bug(output: Path) -> None:
    built(output, {"old": b"1"})
    with Staging(output) as staging:
        assert isinstance(staging, Staging)
        staging.put("new", b"1")
        with pytest.raises(ValueError, match="new is put twice"):
            staging.put("new", b"1")
        staging.put("old", b"1")
        staging.put("old", b"1")  # not staged, so that only the commit can see it
        with pytest.raises(ValueError, match="twice"):
            staging.commit_all()
    assert tree(output) == {"old": b"1"}


@pytest.mark.parametrize("files", [{"a": b"", "a/b": b""}, {"a/b/c/d": b"", "a/b": b""}])
def test_a_file_that_is_a_folder_too(output: Path, files: Files) -> None:
    result = build(output, files)
    assert refused(result) == "output-clash"
    assert min(files, key=len) in str(result)
    assert not output.exists()


def test_nothing_after_the_commit(output: Path) -> None:
    with Staging(output) as staging:
        assert isinstance(staging, Staging)
        staging.commit_all()
        with pytest.raises(RuntimeError):
            staging.put("a", b"")
        with pytest.raises(RuntimeError):
            staging.commit_all()


# ---- Which folders are refused -------------------------------------------------------------------


def code(output: Path, site: Path) -> str | None:
    """What `refusal` says, and that it wrote nothing."""
    before = state(site.parent)
    found = check_folder(output, site)
    assert state(site.parent) == before
    return refused(found) if found else None


def test_the_root(site: Path) -> None:
    assert code(Path(site.anchor), site) == "output-is-root"
    assert code(Path(site.anchor) / "a" / "..", site) == "output-is-root"
    with Staging(Path(site.anchor)) as staging:
        assert refused(staging) == "output-is-root"


def test_the_home_folder(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "homes" / "me"
    home.mkdir(parents=True)
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(home))
    assert code(home, site) == "output-is-home"
    assert code(home.parent, site) == "output-is-home"
    assert code(home / "site", site) is None
    with Staging(home) as staging:
        assert refused(staging) == "output-is-home"
    if os.name == "posix":
        import pwd

        monkeypatch.setattr(os, "getuid", lambda: pwd.getpwnam("root").pw_uid)
        assert code(Path(pwd.getpwnam("root").pw_dir), site) == "output-is-home"


@pytest.mark.parametrize("name", [".", "..", "content/.."])
def test_what_contains_the_sources(site: Path, name: str) -> None:
    assert code(site / name, site) == "output-contains-sources"


@pytest.mark.parametrize("name", ["content", "content/a", "static/a/b", "themes", "themes/mine"])
def test_what_is_inside_the_sources(site: Path, name: str) -> None:
    expected = "contains" if name in {"content", "themes"} else "inside"
    assert code(site / name, site) == f"output-{expected}-sources"


def test_a_source_folder_that_does_not_exist(site: Path) -> None:
    (site / "static").rmdir()
    assert code(site / "static", site) == "output-contains-sources"
    assert code(site / "static" / "x", site) == "output-inside-sources"


@posix
def test_links_to_the_sources(site: Path, tmp_path: Path) -> None:
    real = tmp_path / "texts"
    real.mkdir()
    (site / "content").rmdir()
    (site / "content").symlink_to(real)
    assert code(real, site) == "output-contains-sources"
    assert code(real / "x", site) == "output-inside-sources"
    (tmp_path / "link").symlink_to(site)
    assert code(tmp_path / "link", site) == "output-contains-sources"
    assert code(tmp_path / "link" / "content" / "x", site) == "output-inside-sources"
    assert code(site, tmp_path / "link") == "output-contains-sources"


def test_the_same_folder_by_another_name(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As on a file system that does not tell SITE from site, or under a second mount.
    real, other = str(site / "content"), str(site.parent / "CONTENT")
    actual = os.stat

    def same(path: str) -> os.stat_result:
        return actual(str(path).replace(other, real))

    monkeypatch.setattr(os, "stat", same)
    assert refused(check_folder(Path(other), site)) == "output-contains-sources"
    assert refused(check_folder(Path(other) / "x", site)) == "output-inside-sources"


def test_no_folder(site: Path, output: Path) -> None:
    output.write_bytes(b"x")
    for path in (output, output / "below"):
        assert code(path, site) == "output-is-file"
    assert refused(build(output, {"a": b""})) == "output-is-file"
    assert isinstance(build(output / "below" / "that", {"a": b""}), Refusal)
    assert output.read_bytes() == b"x"


@posix
def test_a_link_that_leads_to_itself(site: Path, output: Path) -> None:
    output.symlink_to(output)
    assert refused(check_folder(output, site)) == "output-is-file"
    assert refused(build(output, {"a": b""})) == "output-is-file"


@posix
def test_an_output_that_is_a_link(site: Path, output: Path, tmp_path: Path) -> None:
    output.symlink_to(tmp_path / "www")
    assert code(output, site) is None
    built(output, {"a": b"1"})
    assert output.is_symlink()
    assert tree(tmp_path / "www") == {"a": b"1"}


def test_not_empty_and_not_ours(site: Path, output: Path) -> None:
    output.mkdir()
    assert code(output, site) is None
    for name in ("e", "d", "c", "b"):
        (output / name).write_bytes(b"x")
    found = check_folder(output, site)
    assert refused(found) == "output-not-ours"
    assert found is not None
    assert "b, c, d and 1 more" in found.message
    assert refused(build(output, {"a": b""})) == "output-not-ours"
    assert sorted(tree(output)) == ["b", "c", "d", "e"]
    assert not leftovers(site)


def test_what_file_managers_leave_is_nothing(site: Path, output: Path) -> None:
    output.mkdir()
    (output / ".DS_Store").write_bytes(b"x")
    assert code(output, site) is None
    built(output, {"a": b""})
    built(output, {})
    assert tree(output) == {".DS_Store": b"x"}


def test_ours(site: Path, output: Path) -> None:
    assert code(output, site) is None
    built(output, {"a": b"1"})
    (output / "mine").write_bytes(b"x")
    assert code(output, site) is None


def test_a_folder_that_may_not_be_written_to(
    site: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def access(path: str, mode: int) -> bool:
        asked.append(path)
        return False

    monkeypatch.setattr(os, "access", access)
    assert refused(check_folder(output / "a", site)) == "output-not-writable"
    assert asked == [str(site)]


@posix
def test_permissions_for_real(site: Path, output: Path) -> None:
    site.chmod(0o500)
    try:
        if os.access(site, os.W_OK):
            pytest.skip("root may do all")
        assert code(output, site) == "output-not-writable"
        assert refused(build(output, {"a": b""})) == "output-not-writable"
        site.chmod(0o700)
        output.mkdir()
        site.chmod(0o500)
        built(output, {"a": b"1"})  # nothing is needed beside it
        output.chmod(0o500)
        assert code(output, site) == "output-not-writable"
        assert refused(build(output, {"a": b"2"})) == "output-not-writable"
        site.chmod(0o700)
        assert refused(build(output, {"a": b"2"})) == "output-not-writable"
        assert tree(output) == {"a": b"1"}
    finally:
        site.chmod(0o700)
    assert not leftovers(site)


def manifest(files: object, **more: object) -> bytes:
    data = {"generator": "explainer", "version": 1, "files": files, **more}
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b"{}",
        json.dumps({"generator": "hugo", "version": 1, "files": {}}).encode(),
        json.dumps({"generator": "explainer", "version": 2, "files": {}}).encode(),
        manifest([]),
        manifest({}, more=1),
        manifest({"a": 1}),
        manifest({"a": "0" * 63}),
        manifest({"a": "0" * 64 + "\n"}),
        manifest({"a": "0" * 64}, unfinished={"b": []}),
        manifest({"a": "0" * 64}, unfinished={"a": "0"}),
        manifest({"a": "0" * 64}, unfinished={"a": ["x"]}),
        *(manifest({path: "0" * 64}) for path in OUTSIDE),
    ],
)
def test_a_manifest_that_is_not_ours(site: Path, output: Path, raw: bytes) -> None:
    output.mkdir()
    (output / MANIFEST).write_bytes(raw)
    assert code(output, site) == "output-manifest"
    assert refused(build(output, {"a": b""})) == "output-manifest"
    assert (output / MANIFEST).read_bytes() == raw
    assert not leftovers(site)


@posix
def test_a_manifest_that_is_a_link(site: Path, output: Path, tmp_path: Path) -> None:
    built(output, {"a": b"1"})
    (output / MANIFEST).rename(tmp_path / "elsewhere")
    (output / MANIFEST).symlink_to(tmp_path / "elsewhere")
    assert code(output, site) == "output-manifest"


@posix
def test_a_manifest_does_not_delete_outside(output: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"v")
    output.mkdir()
    for path in ("../../victim", str(victim), "a/../../../victim"):
        (output / MANIFEST).write_bytes(manifest({path: sha256(b"v")}))
        assert refused(build(output, {})) == "output-manifest"
    (output / MANIFEST).write_bytes(manifest({"link/victim": sha256(b"v")}))
    (output / "link").symlink_to(tmp_path)
    assert refused(build(output, {})) == "output-symlink"
    assert victim.read_bytes() == b"v"


# ---- What a build does ---------------------------------------------------------------------------


def test_builds_one_after_the_other(output: Path) -> None:
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


def test_the_output_is_made_with_its_folders(tmp_path: Path) -> None:
    built(tmp_path / "a" / "b" / "out", {"x": b"1"})
    assert tree(tmp_path / "a/b/out") == {"x": b"1"}
    assert not leftovers(tmp_path)


@posix
def test_modes_are_those_of_any_new_file(output: Path) -> None:
    old = os.umask(0o027)
    try:
        built(output, {"a/b": b"1"})
    finally:
        os.umask(old)
    assert [stat.S_IMODE((output / p).stat().st_mode) for p in ("", "a", "a/b", MANIFEST)] == [
        0o750,
        0o750,
        0o640,
        0o640,
    ]


def test_nothing_shows_before_the_commit_nor_without_it(tmp_path: Path, output: Path) -> None:
    new = tmp_path / "new" / "folder" / "out"
    for folder in (output, new):
        if folder is output:
            built(folder, {"a": b"1", "b/c": b"2"})
        before = state(folder) if folder.exists() else None
        with Staging(folder) as staging:
            assert isinstance(staging, Staging)
            staging.put("a", b"3")
            staging.put("d/e", b"4")
            assert (state(folder) if folder.exists() else None) == before
        with suppress(ZeroDivisionError), Staging(folder) as staging:
            assert isinstance(staging, Staging)
            staging.put("a", b"3")
            _ = 1 // 0
        assert (state(folder) if folder.exists() else None) == before
    assert not (tmp_path / "new").exists()
    assert not leftovers(tmp_path)


def test_clean_writes_all_again(output: Path) -> None:
    built(output, {"a": b"1", "b": b"2"})
    (output / "mine").write_bytes(b"m")
    (output / "equal").write_bytes(b"e")
    before = state(output)
    assert built(output, {"a": b"1", "equal": b"e"}, clean=True) == CommitResult(1, 1, 1, ())
    after = state(output)
    assert after["a"][0] != before["a"][0]
    assert after["equal"] == before["equal"], "not ours, so not even then"
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


def test_neither_hash_seed_nor_clock_nor_locale_matter(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from explainer.output.staging import Staging\n"
        "with Staging(pathlib.Path(sys.argv[1])) as s:\n"
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

    def copied(content: bytes, *, clean: bool = False) -> tuple[StagedFile, CommitResult | Refusal]:
        source.write_bytes(content)
        with Staging(output, clean=clean) as staging:
            assert isinstance(staging, Staging)
            return staging.copy("p/q", source), staging.commit_all()

    content = b"0123456789"
    assert copied(content) == (
        StagedFile("p/q", sha256(content), 10, staged=True),
        CommitResult(1, 0, 0, ()),
    )
    before = state(output)
    assert copied(content) == (
        StagedFile("p/q", sha256(content), 10, staged=False),
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


def test_an_asset_that_cannot_be_read(output: Path, tmp_path: Path) -> None:
    sources = [tmp_path / "missing", tmp_path]
    if os.name == "posix":
        os.mkfifo(tmp_path / "pipe")
        sources.append(tmp_path / "pipe")
    with Staging(output) as staging:
        assert isinstance(staging, Staging)
        for source in sources:
            with pytest.raises(AssetError) as caught:
                staging.copy("a", source)
            assert caught.value.refusal.code == "asset-unreadable"
            assert str(source) in caught.value.refusal.message


# ---- Several processes ---------------------------------------------------------------------------


@posix
def test_workers(output: Path) -> None:
    built(output, {"0/0": b"0"})
    context = multiprocessing.get_context("fork")
    with Staging(output) as staging:
        assert isinstance(staging, Staging)
        writer = pickle.loads(pickle.dumps(staging.writer))
        with context.Pool(2) as pool:
            jobs = [(f"{n % 7}/{n}", str(n).encode()) for n in range(50)]
            entries = pool.starmap(writer.put, jobs)
        staging.put("main", b"m")
        staging.files += reversed(entries)
        assert staging.commit_all() == CommitResult(50, 1, 0, ())
    assert tree(output) == {"main": b"m", **dict(jobs)}


@pytest.mark.parametrize("kind", [OutputError, AssetError])
def test_what_workers_raise_arrives(kind: type[OutputError]) -> None:
    error = kind(errno.ENOSPC, "No space left on device", "a/b")
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is kind
    assert arrived.refusal == error.refusal


def test_what_changes_behind_the_builds_back(output: Path) -> None:
    for spoil in (Path.unlink, lambda path: path.write_bytes(b"longer")):
        built(output, {"a": b"1", "b": b"2"})
        with Staging(output) as staging:
            assert isinstance(staging, Staging)
            staging.put("a", b"1")
            staging.put("b", b"3")
            spoil(output / "a")
            assert refused(staging.commit_all()) == "output-changed"
        assert (output / "b").read_bytes() == b"2"


def test_one_build_at_a_time(site: Path, output: Path) -> None:
    built(output, {"a": b"1"})
    with Staging(output) as first:
        assert isinstance(first, Staging)
        first.put("a", b"2")
        for same in (output, output.with_name("_SITE")):  # for some file systems they are
            with Staging(same) as second:
                assert refused(second) == "output-busy"
        with Staging(output.with_name("_other")) as other:
            assert isinstance(other, Staging), "another folder is another matter"
        assert first.commit_all() == CommitResult(1, 0, 0, ())
    built(output, {"a": b"3"})
    assert not leftovers(site)


@posix
def test_a_build_in_another_process(output: Path) -> None:
    ready, go = os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        with Staging(output) as staging:
            os.write(ready[1], b"y" if isinstance(staging, Staging) else b"n")
            os.read(go[0], 1)
            os._exit(0)  # killed: the lock is not let go, the folder not removed
    assert os.read(ready[0], 1) == b"y"
    assert refused(build(output, {"a": b"1"})) == "output-busy"
    os.write(go[1], b"x")
    os.waitpid(child, 0)
    for end in (*ready, *go):
        os.close(end)
    assert leftovers(output.parent), "else this shows nothing"
    built(output, {"a": b"1"})
    assert not leftovers(output.parent)


@posix
def test_a_worker_that_lives_on_does_not_hold_the_lock(output: Path) -> None:
    end = os.pipe()
    with Staging(output) as staging:
        assert isinstance(staging, Staging)
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
def test_the_lock_when_its_last_owner_goes_meanwhile(
    site: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actual, calls = staging_module._lock, []

    def lock(file: int) -> bool:
        calls.append(file)
        if len(calls) == 1:
            (site / ".explainer-staging-_site" / "lock").unlink()
            (site / ".explainer-staging-_site").rmdir()
        return actual(file)

    monkeypatch.setattr(staging_module, "_lock", lock)
    built(output, {"a": b"1"})
    assert len(calls) == 2


@posix
def test_nobody_else_gets_at_the_staging_folder(output: Path) -> None:
    with Staging(output) as staging:
        assert isinstance(staging, Staging)
        assert stat.S_IMODE(Path(staging.writer.folder).stat().st_mode) == 0o700


def test_what_dead_builds_leave_is_cleaned_up(site: Path, output: Path) -> None:
    for stale in (site / ".explainer-staging-_site", output / ".explainer-staging"):
        stale.mkdir(parents=True)
        (stale / "lock").write_bytes(b"")
        (stale / StageWriter(str(stale), "", frozenset()).place("a")).write_bytes(b"half")
    assert code(output, site) is None
    built(output, {"a": b"whole"})
    assert not leftovers(site)
    assert tree(output) == {"a": b"whole"}


@posix
@pytest.mark.parametrize("name", [".explainer-staging-_site", ".explainer-staging-_site/lock"])
def test_a_staging_folder_that_is_a_trap(
    site: Path, output: Path, tmp_path: Path, name: str
) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "file").write_bytes(b"x")
    (site / name).parent.mkdir(exist_ok=True)
    (site / name).symlink_to(victim if "/" not in name else victim / "new")
    assert isinstance(build(output, {"a": b"1"}), Refusal)
    assert tree(victim) == {"file": b"x"}


@pytest.mark.parametrize("how", ["mounted", "another device", "parent not ours"])
def test_where_files_cannot_be_moved_in(
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
        assert isinstance(staging, Staging)
        assert Path(staging.writer.folder).parent == output
        staging.put("b", b"2")
        monkeypatch.undo()
        assert staging.commit_all() == CommitResult(1, 0, 1, ())
    assert tree(output) == {"b": b"2"}
    assert not leftovers(site)


# ---- What others put there -----------------------------------------------------------------------


def test_foreign_files_stay(output: Path) -> None:
    built(output, {"a/b/c": b"1", "d": b"2"})
    (output / "a/b/mine").write_bytes(b"m")
    (output / "empty").mkdir()
    built(output, {"d": b"2"})
    assert tree(output) == {"a/b/mine": b"m", "d": b"2", "empty/": b""}


@pytest.mark.parametrize("clean", [False, True])
@pytest.mark.parametrize(
    ("foreign", "files"),
    [
        ("x", {"x": b"1"}),
        ("x", {"x/y": b"1"}),
        ("x", {"x/y/z": b"1"}),
        ("x/y", {"x": b"1"}),
        ("x/y/", {"x": b"1"}),
        ("x/", {"x": b"1"}),
        ("a/x", {"a": b"1"}),
        ("a/x/", {"a": b"1"}),
    ],
)
def test_a_foreign_file_is_in_the_way(
    output: Path, foreign: str, files: Files, *, clean: bool
) -> None:
    built(output, {"a/b": b"0", "gone": b"0"})
    if foreign.endswith("/"):
        (output / foreign).mkdir(parents=True)
    else:
        (output / foreign).parent.mkdir(exist_ok=True)
        (output / foreign).write_bytes(b"2")
    before = state(output)
    assert refused(build(output, {**files, "new": b""}, clean=clean)) == "output-foreign-file"
    assert state(output) == before


@pytest.mark.parametrize("clean", [False, True])
def test_an_equal_foreign_file_is_no_matter_but_stays_foreign(output: Path, *, clean: bool) -> None:
    built(output, {})
    (output / "CNAME").write_bytes(b"example.org")
    before = state(output)["CNAME"]
    assert built(output, {"CNAME": b"example.org"}, clean=clean) == CommitResult(0, 1, 0, ())
    assert state(output)["CNAME"] == before
    built(output, {})
    assert tree(output) == {"CNAME": b"example.org"}, "no build wrote it, none deletes it"


def test_changed_by_hand(output: Path) -> None:
    files = {"a": b"1", "b": b"2", "c": b"3"}
    built(output, files)
    for path in files:
        (output / path).write_bytes(b"X")
    assert built(output, {"a": b"1"}) == CommitResult(1, 0, 0, ("b", "c")), (
        "of one size with its own"
    )
    assert tree(output) == {"a": b"1", "b": b"X", "c": b"X"}
    assert built(output, {"a": b"1"}).kept == ("b", "c")
    (output / "b").write_bytes(b"2")
    assert built(output, {"a": b"1", "c": b"4"}) == CommitResult(1, 1, 1, ())
    assert tree(output) == {"a": b"1", "c": b"4"}


def test_deleted_by_hand(output: Path) -> None:
    built(output, {"a/b": b"1", "c/d": b"2"})
    for path in ("a/b", "c/d"):
        (output / path).unlink()
    (output / "c").rmdir()
    assert built(output, {"a/b": b"1"}) == CommitResult(1, 0, 0, ())
    assert tree(output) == {"a/b": b"1"}


def test_a_changed_file_where_a_folder_must_go(output: Path) -> None:
    built(output, {"a": b"1"})
    (output / "a").write_bytes(b"X")
    assert refused(build(output, {"a/b": b"1"})) == "output-foreign-file"
    assert tree(output) == {"a": b"X"}


def test_files_and_folders_change_places(output: Path) -> None:
    one = {"a": b"1", "b/c/d": b"2", "b/e": b"3", "f/g": b"4"}
    two = {"a/x/y": b"5", "b": b"6", "f/g/h": b"7"}
    for files in (one, two, one):
        built(output, files)
        assert tree(output) == files


@posix
def test_links_in_the_output(output: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "b").write_bytes(b"1")
    built(output, {"a/b": b"1", "c": b"1"})
    (output / "a/b").unlink()
    (output / "a").rmdir()
    (output / "a").symlink_to(victim)
    for files in ({"a/b": b"1", "c": b"1"}, {"a/b": b"2"}, {"a/new": b"2"}, {"a/x/y": b""}, {}):
        before = state(output)
        assert refused(build(output, files)) == "output-symlink", files
        assert state(output) == before
    assert tree(victim) == {"b": b"1"}

    (output / "a").unlink()
    (output / "c").unlink()
    (output / "c").symlink_to(victim / "b")
    assert built(output, {}) == CommitResult(0, 0, 0, ("c",)), "not as we wrote it"
    same_size = str(victim / "b").encode()  # what lstat calls a link's size
    for content in (b"1", b"2", same_size):
        (output / "c").unlink()
        (output / "c").symlink_to(victim / "b")
        (victim / "b").write_bytes(content)
        (output / "stranger").symlink_to(victim)
        built(output, {"c": content})
        assert not (output / "c").is_symlink()
        assert (output / "c").read_bytes() == content
        (output / "stranger").unlink()
    (victim / "b").write_bytes(b"1")
    (output / "d").symlink_to(victim / "b")
    assert refused(build(output, {"d": b"2"})) == "output-foreign-file"
    assert refused(build(output, {"d": b"1"})) == "output-foreign-file"
    assert tree(victim) == {"b": b"1"}


@posix
def test_what_is_neither_file_nor_folder(output: Path) -> None:
    built(output, {"a": b"1", "b": b"1"})
    for path in ("a", "b"):
        (output / path).unlink()
        os.mkfifo(output / path)
    assert refused(build(output, {"a": b"1"})) == "output-foreign-file"
    assert built(output, {}).kept == ("a", "b")


@pytest.mark.parametrize("clean", [False, True])
def test_renamed_by_case_alone(output: Path, *, clean: bool) -> None:
    # Tells something only on a file system that does not tell the names apart.
    one, two = {"About/Us": b"1", "b": b"1"}, {"about/us": b"1", "B": b"1"}
    for files in (one, two, {"ABOUT/US": b"2"}, {"about/Us": b"1"}, two):
        built(output, files, clean=clean)
        assert tree(output) == files
    # As after a crash between the two, which have the one or the other.
    for files in (two, one, one, two):
        claims = {path: sha256(b"1") for path in one | two}
        (output / MANIFEST).write_bytes(manifest(claims))
        built(output, files, clean=clean)
        assert tree(output) == files


def test_spellings_where_a_file_system_takes_them_for_one(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(output, {"About": b"1"})
    actual = os.lstat

    def lstat(path: str) -> os.stat_result:
        return actual(str(path).replace("_site/about", "_site/About"))

    monkeypatch.setattr(os, "lstat", lstat)
    assert built(output, {"about": b"2"}) == CommitResult(1, 0, 1, ())
    monkeypatch.undo()
    assert tree(output) == {"about": b"2"}


def test_one_file_under_a_name_of_ours_and_a_new_one(output: Path) -> None:
    built(output, {"A": b"1"})
    try:
        os.link(output / "A", output / "a")
    except OSError:
        pytest.skip("hard links, and case, do not matter here")
    assert refused(build(output, {"a": b"2"})) == "output-foreign-file"
    assert tree(output) == {"A": b"1", "a": b"1"}


# ---- When it goes wrong --------------------------------------------------------------------------

OLD = {"keep": b"k" * 9, "change": b"old", "gone/deep/x": b"g", "file": b"f", "folder/y": b"y"}
NEW = {"keep": b"k" * 9, "change": b"new!", "new/z": b"z", "file/w": b"w", "folder": b"F"}
CALLS = ("link", "mkdir", "open", "replace", "rmdir", "unlink")


def broken() -> None:
    raise OSError(errno.EIO, "broken")


class Fails:
    """Has some functions of `os` do `act` first, from a call on, in so many calls."""

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


@pytest.fixture
def before(output: Path) -> dict[str, tuple[int, int, bytes]]:
    """An output as a build left it, with a file of somebody else's."""
    built(output, OLD)
    (output / "mine").write_bytes(b"m")
    return state(output)


def contents(found: dict[str, tuple[int, int, bytes]]) -> dict[str, bytes]:
    return {name: content for name, (_, _, content) in found.items()}


@pytest.mark.parametrize("at", range(9))
@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_a_commit_that_fails_takes_all_back(
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
        assert isinstance(staging, Staging)
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
    assert after["change"] == before["change"], "the very file"
    assert not leftovers(output.parent)
    built(output, NEW)
    assert tree(output) == {**NEW, "mine": b"m"}


def test_a_first_commit_that_fails_leaves_nothing(
    site: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Fails(monkeypatch, ("replace",), 3, times=1)
    assert refused(build(output, NEW)) == "output-failed"
    assert not output.exists()
    assert not leftovers(site)


def whole(output: Path) -> None:
    """Every file is one that a build or somebody else wrote, and the manifest knows ours."""
    known = json.loads((output / MANIFEST).read_bytes())["files"]
    for path, content in tree(output).items():
        if not path.endswith("/") and path != "mine":
            assert content in (OLD.get(path), NEW.get(path))
            assert path in known


@pytest.mark.parametrize("times", [1, 2, 3, 100])
def test_a_commit_that_can_neither_go_on_nor_back(tmp_path: Path, times: int) -> None:
    for at in range(100):
        output = tmp_path / str(at)
        built(output, OLD)
        (output / "mine").write_bytes(b"m")
        with pytest.MonkeyPatch.context() as patch:
            names = ("replace", "unlink") if times == 2 else ("replace",)
            Fails(patch, names, at, times=times)
            result = build(output, NEW)
        whole(output)
        if isinstance(result, Refusal) and times == 2:
            wrong = {**OLD, "mine": b"m"}.items() ^ tree(output).items()
            assert len({path for path, _ in wrong}) <= 2, "what could be taken back was"
        then = ({}, OLD, NEW)[at % 3]
        assert built(output, then).kept == ()
        assert tree(output) == {**then, "mine": b"m"}
        assert listed(output).keys() == then.keys()
        if isinstance(result, CommitResult):
            assert at > 8
            return


@pytest.mark.parametrize("at", range(4))
def test_deletions_are_taken_back_too(
    output: Path, before: dict[str, tuple[int, int, bytes]], at: int
) -> None:
    # The way back fails once too, at its first step.
    with pytest.MonkeyPatch.context() as patch:
        Fails(patch, ("replace",), at, times=2)
        assert refused(build(output, {"keep": OLD["keep"]})) == "output-failed"
    missing = contents(before).items() - contents(state(output)).items()
    assert len({name for name, _ in missing if name != MANIFEST}) == (at > 1)
    assert built(output, {}).kept == ()
    assert tree(output) == {"mine": b"m"}


def test_taking_back_deletes_nothing_of_others(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Somebody makes the file just when we come to it, and holds it open, as Windows has it.
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
    assert f"{output}/new cannot" in str(result)
    assert tree(output) == {"a": b"1", "new": b"by hand"}
    assert listed(output) == {"a": sha256(b"1")}


def test_what_a_crash_did_not_come_to_write_is_not_ours(output: Path) -> None:
    built(output, OLD)
    with pytest.MonkeyPatch.context() as patch:
        Fails(patch, ("replace",), 1)
        assert refused(build(output, NEW)) == "output-failed"
    assert b"unfinished" in (output / MANIFEST).read_bytes(), "else this shows nothing"
    (output / "new").mkdir(exist_ok=True)
    (output / "new/z").write_bytes(b"by hand")
    assert refused(build(output, NEW)) == "output-foreign-file"
    assert built(output, {}) == CommitResult(0, 0, len(OLD), ())
    assert tree(output) == {"new/z": b"by hand"}


def killed(output: Path, files: Files, at: int) -> bool:
    """Builds in another process, which dies at that call, if it comes so far: whether it did."""
    child = os.fork()
    if not child:
        with pytest.MonkeyPatch.context() as patch:
            Fails(patch, CALLS, at, lambda: os._exit(9))
            build(output, files)
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@posix
@pytest.mark.parametrize(("then", "start"), [(OLD, 0), (NEW, 1), ({}, 2)])
def test_a_build_that_is_killed(tmp_path: Path, then: Files, start: int) -> None:
    for at in range(start, 1000, 3):
        output = tmp_path / str(at) / "out"
        built(output, OLD)
        (output / "mine").write_bytes(b"m")
        went_on = killed(output, NEW, at)
        whole(output)
        if at % 2:  # a crash upon a crash
            killed(output, OLD, at // 2)
            whole(output)
        assert built(output, then).kept == ()
        assert tree(output) == {**then, "mine": b"m"}
        assert listed(output).keys() == then.keys()
        assert not leftovers(tmp_path)
        if not went_on:
            assert at > 30
            return


@posix
def test_a_first_build_that_is_killed(site: Path, output: Path) -> None:
    for at in range(0, 40, 3):
        killed(output, NEW, at)
        assert check_folder(output, site) is None
        if output.exists() and any(output.iterdir()):
            whole(output)
    built(output, OLD)
    assert tree(output) == OLD


def test_after_a_crash_only_what_we_wrote_is_ours(output: Path) -> None:
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
def test_a_disk_that_does_not_take_it(
    output: Path, before: dict[str, tuple[int, int, bytes]], number: int, expected: str
) -> None:
    def fail(_file: int, _content: bytes) -> int:
        raise OSError(number, "no")

    with pytest.MonkeyPatch.context() as patch, Staging(output) as staging:
        assert isinstance(staging, Staging)
        staging.put("new", b"n")
        patch.setattr(os, "write", fail)
        with pytest.raises(OutputError) as caught:
            staging.put("a", b"1")
        assert refused(caught.value.refusal) == expected
        assert "_site/a" in caught.value.refusal.message
        assert refused(staging.commit_all()) == expected, "of the manifest"
    assert state(output) == before

    def no_folder(_path: str, _mode: int = 0) -> None:
        raise OSError(number, "no", _path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "mkdir", no_folder)
        assert refused(build(output, NEW)) == expected
    assert state(output) == before


def test_a_write_that_takes_only_a_part(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    actual = os.write
    monkeypatch.setattr(os, "write", lambda file, content: actual(file, bytes(content[:3])))
    built(output, {"a": b"0123456789"})
    assert tree(output) == {"a": b"0123456789"}


# ---- Any builds, one after the other -------------------------------------------------------------

names = st.sampled_from(["a", "b", "c"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
contents_ = st.sampled_from([b"", b"1", b"2"])


def fits(path: str, others: Iterator[str] | list[str]) -> bool:
    """Whether a path can stand beside others in one file system."""
    return not any(
        other == path or other.startswith(path + "/") or path.startswith(other + "/")
        for other in others
    )


@st.composite
def filesets(draw: st.DrawFn) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for path, content in draw(st.lists(st.tuples(paths, contents_), max_size=6)):
        if fits(path, list(files)):
            files[path] = content
    return files


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(filesets(), filesets(), st.booleans(), st.integers(0, 40)), max_size=5))
def test_the_output_is_the_last_build_and_what_others_put_there(
    steps: list[tuple[dict[str, bytes], dict[str, bytes], bool, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "out")
        built(output, {})
        ours: dict[str, bytes] = {}
        foreign: dict[str, bytes] = {}
        for files, added, clean, fail_at in steps:
            for path, content in added.items():
                if fits(path, [*ours, *foreign]):
                    foreign[path] = content
                    (output / path).parent.mkdir(parents=True, exist_ok=True)
                    (output / path).write_bytes(content)
            blocked = any(
                not fits(path, [other for other in foreign if other != path])
                or foreign.get(path, content) != content
                for path, content in files.items()
            )
            with pytest.MonkeyPatch.context() as patch:
                fails = Fails(patch, ("replace", "mkdir"), fail_at, times=1)
                result = build(output, files, clean=clean)
            if fails.fired:
                refused(result)
            elif blocked:
                assert refused(result) == "output-foreign-file"
            else:
                ours = {path: content for path, content in files.items() if path not in foreign}
                assert isinstance(result, CommitResult)
                assert listed(output) == {path: sha256(c) for path, c in ours.items()}
            assert tree(output) == {**ours, **foreign}
            assert list(Path(folder).iterdir()) == [output]
