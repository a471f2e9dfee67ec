"""The output folder: what a commit writes and what it leaves alone."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.output import commit as commit_module
from explainer.output.commit import CommitResult
from explainer.support.paths import MANIFEST
from tests.helpers.examples import examples
from tests.output.builds import (
    Fails,
    Files,
    build,
    built,
    listed,
    manifest,
    posix,
    refused,
    sha256,
    state,
    tree,
)

# ---- Foreign files -------------------------------------------------------------------------------


def test_foreign_files_are_kept(output: Path) -> None:
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
def test_a_conflicting_foreign_file_is_an_error(
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
def test_an_identical_foreign_file_is_allowed_and_stays_foreign(
    output: Path, *, clean: bool
) -> None:
    built(output, {})
    (output / "CNAME").write_bytes(b"example.org")
    before = state(output)["CNAME"]
    assert built(output, {"CNAME": b"example.org"}, clean=clean) == CommitResult(0, 1, 0, ())
    assert state(output)["CNAME"] == before
    built(output, {})
    assert tree(output) == {"CNAME": b"example.org"}, "no build wrote it, so no build deletes it"


def test_files_changed_by_hand(output: Path) -> None:
    files = {"a": b"1", "b": b"2", "c": b"3"}
    built(output, files)
    for path in files:
        (output / path).write_bytes(b"X")
    assert built(output, {"a": b"1"}) == CommitResult(1, 0, 0, ("b", "c")), (
        "the changed files have the same size"
    )
    assert tree(output) == {"a": b"1", "b": b"X", "c": b"X"}
    assert built(output, {"a": b"1"}).kept == ("b", "c")
    (output / "b").write_bytes(b"2")
    assert built(output, {"a": b"1", "c": b"4"}) == CommitResult(1, 1, 1, ())
    assert tree(output) == {"a": b"1", "c": b"4"}


def test_files_deleted_by_hand(output: Path) -> None:
    built(output, {"a/b": b"1", "c/d": b"2"})
    for path in ("a/b", "c/d"):
        (output / path).unlink()
    (output / "c").rmdir()
    assert built(output, {"a/b": b"1"}) == CommitResult(1, 0, 0, ())
    assert tree(output) == {"a/b": b"1"}


def test_a_changed_file_is_not_replaced_by_a_folder(output: Path) -> None:
    built(output, {"a": b"1"})
    (output / "a").write_bytes(b"X")
    assert refused(build(output, {"a/b": b"1"})) == "output-foreign-file"
    assert tree(output) == {"a": b"X"}


def test_files_become_folders_and_folders_become_files(output: Path) -> None:
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
    assert built(output, {}) == CommitResult(0, 0, 0, ("c",)), "no longer the file that we wrote"
    same_size = str(victim / "b").encode()  # as long as the link's size in lstat
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
def test_special_files(output: Path) -> None:
    built(output, {"a": b"1", "b": b"1"})
    for path in ("a", "b"):
        (output / path).unlink()
        os.mkfifo(output / path)
    assert refused(build(output, {"a": b"1"})) == "output-foreign-file"
    assert built(output, {}).kept == ("a", "b")


@pytest.mark.parametrize("clean", [False, True])
def test_renames_that_change_only_case(output: Path, *, clean: bool) -> None:
    # Meaningful only on a case-insensitive file system.
    one, two = {"About/Us": b"1", "b": b"1"}, {"about/us": b"1", "B": b"1"}
    for files in (one, two, {"ABOUT/US": b"2"}, {"about/Us": b"1"}, two):
        built(output, files, clean=clean)
        assert tree(output) == files
    # As after a crash between two builds, when the manifest lists both spellings.
    for files in (two, one, one, two):
        claims = {path: sha256(b"1") for path in one | two}
        (output / MANIFEST).write_bytes(manifest(claims))
        built(output, files, clean=clean)
        assert tree(output) == files


def test_renames_on_a_case_insensitive_file_system(
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


def test_other_spellings_of_files_on_a_case_insensitive_file_system(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output.mkdir(parents=True)
    (output / "About").write_bytes(b"mine")
    actual = os.lstat

    def lstat(path: str) -> os.stat_result:
        return actual(str(path).replace("_site/about", "_site/About"))

    monkeypatch.setattr(os, "lstat", lstat)
    monkeypatch.setattr(commit_module._Present, "_sha256", lambda *_: sha256(b"mine"))
    claims = {"x": sha256(b"x")}
    (output / MANIFEST).write_bytes(manifest(claims))
    assert refused(build(output, {"about": b"2"})) == "output-foreign-file"
    # After a crash, the manifest lists both spellings.
    (output / MANIFEST).write_bytes(manifest({"About": sha256(b"1"), "about": sha256(b"mine")}))
    assert built(output, {"About": b"mine"}) == CommitResult(1, 0, 0, ())
    monkeypatch.undo()
    assert tree(output) == {"About": b"mine"}


def test_a_foreign_hard_link_to_one_of_our_files(output: Path) -> None:
    built(output, {"A": b"1"})
    try:
        os.link(output / "A", output / "a")
    except OSError:
        pytest.skip("hard links, and case, do not matter here")
    assert refused(build(output, {"a": b"2"})) == "output-foreign-file"
    assert tree(output) == {"A": b"1", "a": b"1"}


# ---- Any sequence of builds ----------------------------------------------------------------------

names = st.sampled_from(["a", "b", "c"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
contents_ = st.sampled_from([b"", b"1", b"2"])


def fits(path: str, others: Iterator[str] | list[str]) -> bool:
    """Return whether a path can exist next to the others in a file system."""
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


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(st.tuples(filesets(), filesets(), st.booleans(), st.integers(0, 40)), max_size=5))
def test_the_output_is_the_last_build_plus_foreign_files(
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
