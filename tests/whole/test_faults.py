"""A full disk, an error of the disk, or a kill at each change to the file system, in each command.

Afterwards, every file of the author is whole, as before or as it is meant to be, and the next run
completes the work and removes what is left.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from explainer.build.options import BuildOptions
from explainer.cli import main
from explainer.parse import json_schema
from explainer.publish.git import Git
from explainer.serve.editing.editor import PageEditor
from explainer.serve.live import LiveSite
from tests.helpers import folders
from tests.helpers.faults import WRITES, Fault
from tests.publish.test_publish import _git, create_site, files_on, git

__all__ = ["_git"]  # a fixture

SITE = {
    "site.toml": 'title = "T"\nurl = "https://example.org/"\n[search]\nenabled = false\n',
    "content/a.md": "---\ntitle: A\n---\n\nSome words. " + "More of them. " * 99 + "\n",
    "content/a.yaml": "notes:\n  - quote: Some words\n    note: A note.\n",
    "out.json": "what was there before\n",
    "refs.bib": "@book{x, title = {T}, author = {Ann Author}, year = 2000}",
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Quick schemas, and a folder for temporary files of its own."""
    monkeypatch.setattr(json_schema, "schema_text", lambda *_: "{}\n")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    folders.put(tmp_path / "temporary", {"of somebody else": "x"})
    return tmp_path / "temporary"


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(word) for word in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stderr


def own(root: Path) -> dict[str, bytes]:
    """Return the author's files, and what `export` and `build` write: without caches."""
    skipped = {".git", ".explainer", folders.MANIFEST}
    return {
        name: content
        for name, content in folders.contents(root).items()
        if not skipped & set(name.split("/")) and not is_left(Path(name))
    }


def is_left(path: Path) -> bool:
    """Whether a path is, or is in, something temporary of explainer's."""
    return any(part.startswith((".explainer-", "explainer-")) for part in path.parts) and (
        path.name != ".explainer-manifest.json"
    )


def left(*roots: Path) -> list[str]:
    """Return everything temporary that is left."""
    return sorted(
        str(path) for root in roots for path in root.rglob("*") if is_left(path.relative_to(root))
    )


@dataclass(frozen=True)
class Work:
    """A site, and what is done in it."""

    root: Path
    act: Callable[[], tuple[int, str]]


@dataclass(frozen=True)
class Case:
    """What is done in a new folder each time."""

    prepare: Callable[[Path], Work]
    may_mix: bool = False
    """Whether several files change, one after the other."""


def of_command(*arguments: str, site: bool = True) -> Callable[[Path, Path], Work]:
    def prepare(folder: Path, cache: Path) -> Work:
        root = folders.put(folder / "site", SITE if site else {})
        root.mkdir(parents=True, exist_ok=True)
        if site:
            folders.with_cache(root, cache)
        words = [word.replace("ROOT", str(root)) for word in arguments]
        given = ["--site", str(root)] if site else []
        return Work(root, lambda: run(*given, *words))

    return prepare


def saving(folder: Path, cache: Path) -> Work:
    """Add a note in the page."""
    root = folders.with_cache(folders.put(folder / "site", SITE), cache)
    site = LiveSite(root, BuildOptions(write=False))
    site.update(None)
    editor = PageEditor(root, lambda: site.state)

    def act() -> tuple[int, str]:
        known = editor.answer("page", {"address": "/a/"}).body["hash"]
        body = {"address": "/a/", "hash": known, "kind": "note", "note": "New.", "quote": "words"}
        body |= {"prefix": "Some"}
        reply = editor.answer("add", body)
        problems = reply.body.get("problems") or [{"message": ""}]
        return (0 if reply.status == 200 else 2), f"{problems[0]['message']}\n"

    return Work(root, act)


def building(folder: Path, cache: Path) -> Work:
    """Build a site again after changes."""
    root = folders.with_cache(folders.put(folder / "site", SITE), cache)
    folders.put(root, {"content/gone.md": "---\ntitle: Gone\n---\n\nText.\n"})
    assert run("--site", root, "build")[0] == 0
    (root / "content/gone.md").unlink()
    folders.put(root, {"content/new.md": "---\ntitle: New\n---\n\nText.\n"})
    shutil.rmtree(root / ".explainer/cards", ignore_errors=True)  # all drawn again, every time
    return Work(root, lambda: run("--site", root, "build"))


BIB = ("import", "ROOT/refs.bib", "--article", "content/a.md")
CASES: dict[str, Callable[[Path, Path], Work]] = {
    "new": of_command("new", "ROOT", site=False),
    "add": of_command("add", "A title", "--folder", "deep/er"),
    "theme": of_command("theme", "--copy", "templates/badge.html"),
    "export": of_command("export", "content/a.md", "-o", "ROOT/out.json"),
    "import": of_command(*BIB),
    "import to the library": of_command(*BIB, "--library"),
    "saving": saving,
    "build": building,
}
STEPS = {"new": 13, "build": 41}
"""How many changes to leave out in the quick tests, if there are many."""
EACH = [False, pytest.param(True, marks=pytest.mark.slow)]
"""Whether to try every change."""


def counted(work: Work) -> int:
    """Do the work, and return the number of changes to the file system."""
    with pytest.MonkeyPatch.context() as patch:
        fault = Fault(patch, 1 << 30, lambda: None)
        code, said = work.act()
    assert code == 0, said
    return fault.count


def check_whole(work: Work, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Assert that every file has its content from before or after."""
    for name, content in own(work.root).items():
        assert content in (before.get(name), after.get(name)), name
    assert before.keys() <= own(work.root).keys() | (before.keys() - after.keys())


def check_next(work: Work, after: dict[str, bytes], *places: Path) -> None:
    """Assert that the next run completes the work, unless it is complete, and tidies up."""
    is_done = own(work.root) == after
    code, said = work.act()
    assert code == 0 or is_done, said
    assert own(work.root) == after or is_done
    if left(work.root):  # what `content/` has is removed by a build
        assert run("--site", work.root, "build")[0] == 0
    assert left(work.root, *places) == []


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", ["full", "error"])
@pytest.mark.parametrize("each", EACH)
def test_a_disk_that_fails(name: str, kind: str, each: bool, tmp_path: Path, cache: Path) -> None:
    work = CASES[name](tmp_path / "whole", cache)
    before = own(work.root)
    count = counted(work)
    after = own(work.root)
    assert after != before, "otherwise this tests nothing"
    for at in range(0 if each else 3, count, 1 if each else STEPS.get(name, 4)):
        work = CASES[name](tmp_path / str(at), cache)
        number = errno.ENOSPC if kind == "full" else errno.EIO

        def fail(number: int = number) -> None:
            raise OSError(number, os.strerror(number))

        with pytest.MonkeyPatch.context() as patch:
            names = {"names": WRITES, "lasting": True} if kind == "full" else {}
            fault = Fault(patch, at, fail, **names)  # type: ignore[arg-type]
            code, said = work.act()
        if not fault.happened:
            break  # fewer calls need space
        check_whole(work, before, after)
        if name == "build":
            assert code in (0, 1)
            assert code == 0 or "_site: error[output-" in said
        elif code:
            assert code == 2
            assert len(said.splitlines()) == 1, "one sentence"
            assert str(work.root) in said or "`content/" in said, "which names the file"
            assert ("the disk is full" if kind == "full" else "the disk reports") in said
            assert name == "new" or own(work.root) == before
        else:
            assert own(work.root) == after
        if kind == "full" and name != "build":
            assert left(work.root) == []
        check_next(work, after)


@pytest.mark.skipif(os.name != "posix", reason="needs fork")
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("each", EACH)
def test_a_kill(name: str, each: bool, tmp_path: Path, cache: Path, temporary: Path) -> None:
    CASES[name](tmp_path / "first", cache).act()  # what it adds to the cache is not counted
    work = CASES[name](tmp_path / "whole", cache)
    before = own(work.root)
    count = counted(work)
    after = own(work.root)
    for at in range(0 if each else 3, count, 1 if each else STEPS.get(name, 4)):
        work = CASES[name](tmp_path / str(at), cache)
        killed(work, at)
        check_whole(work, before, after)
        check_next(work, after, temporary, cache)


def killed(work: Work, at: int) -> None:
    """Do the work in a process that is killed at change number `at`."""
    child = os.fork()
    if not child:
        with pytest.MonkeyPatch.context() as patch:
            Fault(patch, at, lambda: os._exit(9))
            try:
                work.act()
            finally:
                os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


# --- publish --------------------------------------------------------------------------------------


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(tmp_path / "hub.git"))
    return tmp_path / "hub.git"


def branches(root: Path) -> list[str]:
    return git(root, "for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines()


@pytest.mark.skipif(os.name != "posix", reason="needs fork")
@pytest.mark.parametrize("step", [60, pytest.param(7, marks=pytest.mark.slow)])
def test_publish(step: int, tmp_path: Path, hub: Path, cache: Path, temporary: Path) -> None:
    root = folders.with_cache(create_site(tmp_path / "site", hub), cache)
    before = own(root)
    work = Work(root, lambda: run("--site", root, "publish", "--allow-dirty"))
    count = counted(work)
    git(hub, "update-ref", "-d", "refs/heads/gh-pages")
    for at in range(3, count, step):
        killed(work, at)
        assert own(root) == before

        def fail() -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with pytest.MonkeyPatch.context() as patch:
            Fault(patch, at, fail)
            code, said = work.act()
        assert code == 0 or "the disk is full" in said or "disk space" in said
        assert own(root) == before
    for _ in range(2):  # the first may find a failed deletion of the last run
        code, said = work.act()
        assert code == 0, said
    assert "index.html" in files_on(hub)
    assert branches(root) == ["main"]
    assert left(temporary) == []
    assert list((root / ".git").glob("*.lock")) == []


def test_branches_of_killed_runs_are_deleted(tmp_path: Path, hub: Path, cache: Path) -> None:
    root = folders.with_cache(create_site(tmp_path / "site", hub), cache)
    for name in ("0123456789ab", "0123456789abcdef", "notes", "0123456789abcdefg"):
        git(root, "branch", f"explainer-publish-{name}")
    worktree = tmp_path / "worktree"
    git(root, "worktree", "add", "--quiet", "-b", "second", str(worktree))
    with Git(worktree).temporary_branch() as running:
        git(root, "branch", running)
        assert run("--site", root, "publish", "--allow-dirty")[0] == 0
        kept = {"explainer-publish-notes", "explainer-publish-0123456789abcdefg", "main", "second"}
        assert set(branches(root)) == {*kept, running}
    assert set(branches(root)) == kept
