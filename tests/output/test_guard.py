"""Which folders a build refuses, and which manifests it accepts."""

import errno
import json
import os
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from explainer.output import guard
from explainer.output.guard import OutputError, failure, is_folder, is_link
from explainer.support.paths import MANIFEST
from tests.output.builds import (
    OUTSIDE,
    build,
    built,
    checked,
    code,
    leftovers,
    manifest,
    posix,
    refused,
    sha256,
    tree,
)

# ---- Which folders are refused -------------------------------------------------------------------


def test_the_root(site: Path) -> None:
    assert code(Path(site.anchor), site) == "output-is-root"
    assert code(Path(site.anchor) / "a" / "..", site) == "output-is-root"
    assert refused(build(Path(site.anchor), {})) == "output-is-root"


def test_the_home_folder(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "homes" / "me"
    home.mkdir(parents=True)
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(home))
    assert code(home, site) == "output-is-home"
    assert code(home.parent, site) == "output-is-home"
    assert code(home / "site", site) is None
    assert refused(build(home, {})) == "output-is-home"
    if os.name == "posix":
        import pwd

        monkeypatch.setattr(os, "getuid", lambda: pwd.getpwnam("root").pw_uid)
        assert code(Path(pwd.getpwnam("root").pw_dir), site) == "output-is-home"


@pytest.mark.parametrize("name", [".", "..", "content/.."])
def test_folders_that_contain_the_sources(site: Path, name: str) -> None:
    assert code(site / name, site) == "output-contains-sources"


@pytest.mark.parametrize("name", ["content", "content/a", "static/a/b", "themes", "themes/mine"])
def test_folders_inside_the_sources(site: Path, name: str) -> None:
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
    # As on a case-insensitive file system or under a second mount.
    real, other = str(site / "content"), str(site.parent / "CONTENT")
    actual = os.stat

    def same(path: str) -> os.stat_result:
        return actual(str(path).replace(other, real))

    monkeypatch.setattr(os, "stat", same)
    assert refused(checked(Path(other), site)) == "output-contains-sources"
    assert refused(checked(Path(other) / "x", site)) == "output-inside-sources"


def test_an_output_that_is_a_file(site: Path, output: Path) -> None:
    output.write_bytes(b"x")
    for path in (output, output / "below"):
        assert code(path, site) == "output-is-file"
    assert refused(build(output, {"a": b""})) == "output-is-file"
    assert isinstance(build(output / "below" / "that", {"a": b""}), OutputError)
    assert output.read_bytes() == b"x"


@posix
def test_a_link_to_itself(site: Path, output: Path) -> None:
    output.symlink_to(output)
    assert refused(checked(output, site)) == "output-is-file"
    assert refused(build(output, {"a": b""})) == "output-is-file"


@posix
def test_an_output_that_is_a_link(site: Path, output: Path, tmp_path: Path) -> None:
    output.symlink_to(tmp_path / "www")
    assert code(output, site) is None
    built(output, {"a": b"1"})
    assert output.is_symlink()
    assert tree(tmp_path / "www") == {"a": b"1"}


def test_a_folder_with_foreign_files_only(site: Path, output: Path) -> None:
    output.mkdir()
    assert code(output, site) is None
    for name in ("e", "d", "c", "b"):
        (output / name).write_bytes(b"x")
    found = checked(output, site)
    assert refused(found) == "output-not-ours"
    assert found is not None
    assert "b, c, d, and 1 more" in found.message
    assert refused(build(output, {"a": b""})) == "output-not-ours"
    assert sorted(tree(output)) == ["b", "c", "d", "e"]
    assert not leftovers(site)


def test_file_manager_files_are_ignored(site: Path, output: Path) -> None:
    output.mkdir()
    names = (".DS_Store", "Thumbs.db", "desktop.ini")
    for name in names:
        (output / name).write_bytes(b"x")
    assert code(output, site) is None
    built(output, {"a": b""})
    built(output, {})
    assert tree(output) == dict.fromkeys(names, b"x")


def test_junctions_of_windows_are_links() -> None:
    for tag, link in ((0xA0000003, True), (0xA000001D, False)):
        state: Any = SimpleNamespace(st_mode=stat.S_IFDIR, st_reparse_tag=tag)
        assert (is_link(state), is_folder(state)) == (link, not link)
    assert not is_link(None)
    assert not is_folder(None)


def test_a_manifest_that_cannot_be_read(
    site: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(output, {"a": b"1"})

    def read_bytes(path: Path) -> bytes:
        raise OSError(errno.EIO, "Input/output error", str(path))

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert refused(checked(output, site)) == "output-failed"


def test_a_folder_of_ours(site: Path, output: Path) -> None:
    assert code(output, site) is None
    built(output, {"a": b"1"})
    (output / "mine").write_bytes(b"x")
    assert code(output, site) is None


def test_a_read_only_folder(site: Path, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked_paths = []

    def access(path: str, mode: int) -> bool:
        checked_paths.append(path)
        return False

    monkeypatch.setattr(os, "access", access)
    assert refused(checked(output / "a", site)) == "output-not-writable"
    assert checked_paths == [str(site)]


@posix
def test_real_permissions(site: Path, output: Path) -> None:
    site.chmod(0o500)
    try:
        if os.access(site, os.W_OK):
            pytest.skip("root has every permission")
        assert code(output, site) == "output-not-writable"
        assert refused(build(output, {"a": b""})) == "output-not-writable"
        site.chmod(0o700)
        output.mkdir()
        site.chmod(0o500)
        built(output, {"a": b"1"})  # needs no write access to the parent
        output.chmod(0o500)
        assert code(output, site) == "output-not-writable"
        assert refused(build(output, {"a": b"2"})) == "output-not-writable"
        site.chmod(0o700)
        assert refused(build(output, {"a": b"2"})) == "output-not-writable"
        assert tree(output) == {"a": b"1"}
    finally:
        site.chmod(0o700)
    assert not leftovers(site)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("D:\\site\\_site\\aux\\index.html", "output-reserved-name"),
        ("D:/site\\_site/claims/aux", "output-reserved-name"),
        ("D:\\site\\_site\\auxiliary\\index.html", "output-failed"),
    ],
)
def test_names_that_windows_reserves(
    path: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = OSError(errno.ENOTDIR, "The directory name is invalid", path)
    assert failure(error).code == (expected if os.name == "nt" else "output-failed")
    monkeypatch.setattr(guard, "_WINDOWS", True)
    assert failure(error).code == expected
    assert ("`aux`" in failure(error).message) == (expected == "output-reserved-name")


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
def test_invalid_manifests(site: Path, output: Path, raw: bytes) -> None:
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
def test_a_manifest_cannot_delete_files_outside_the_folder(output: Path, tmp_path: Path) -> None:
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
