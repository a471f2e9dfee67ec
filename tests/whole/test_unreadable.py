"""Files and folders that the system does not let us read or write: a message, no traceback."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from explainer.build.options import BuildOptions
from explainer.cli import main
from explainer.output import staging
from explainer.serve.live import LiveSite
from explainer.support import files
from tests.helpers import folders
from tests.helpers.permissions import modes

SITE = {
    "site.toml": 'title = "T"\nurl = "https://example.org/"\n',
    "content/a.md": "---\ntitle: A\n---\n\nSome words.\n",
    "content/a.yaml": "notes: [{quote: words, note: A note.}]\n",
    "content/sub/b.md": "---\ntitle: B\n---\n\nOther words.\n",
    "content/sub/deep/x.txt": "x",
    "static/s/x.txt": "x",
    "themes/default/styles/99.css": "p { margin: 0 }",
    "refs.bib": "@book{x, title = {T}, year = 2000}",
}


@pytest.fixture
def site(tmp_path: Path, cache: Path) -> Path:
    return folders.with_cache(folders.put(tmp_path / "site", SITE), cache)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def run(site: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--site", str(site), *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stderr


READERS = (("build",), ("check",), ("export", "content/a.md"))


@pytest.mark.parametrize("mode", [0o000, 0o111])
@pytest.mark.parametrize(
    ("folder", "commands"),
    [
        ("content", (*READERS, ("import", "refs.bib", "--article", "content/a.md"))),
        ("content/sub", READERS[:2]),
        ("content/sub/deep", READERS[:2]),
        ("static", READERS[:2]),
        ("static/s", READERS[:2]),
        ("themes", (*READERS, ("theme",), ("theme", "--copy", "templates/base.html"))),
        ("themes/default", (*READERS, ("theme",), ("theme", "styles/99.css"))),
        ("themes/default/styles", (*READERS, ("theme",))),
    ],
)
def test_folders(
    folder: str,
    commands: tuple[tuple[str, ...], ...],
    mode: int,
    site: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(site)
    with modes((site / folder, mode)):
        for command in commands:
            code, said = run(site, *command)
            assert f"{folder}: error[unreadable]: cannot be read: Permission denied" in said
            assert code == 1


@pytest.mark.parametrize(
    "file", ["site.toml", "content/a.md", "content/a.yaml", "themes/default/styles/99.css"]
)
@pytest.mark.parametrize("command", READERS)
def test_files(file: str, command: tuple[str, ...], site: Path) -> None:
    with modes((site / file, 0)):
        code, said = run(site, *command)
    assert f"{file}: error[unreadable]: cannot be read: Permission denied" in said
    assert code == 1


def test_files_to_copy(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with modes((site / "static/s/x.txt", 0), (site / "content/sub/deep/x.txt", 0)):
        _, said = run(site, "build")
    assert "static/s/x.txt: error[" in said
    assert "content/sub/deep/x.txt: error[" in said
    monkeypatch.setattr(os, "access", lambda path, _: not str(path).endswith("x.txt"))
    for command in READERS[:2]:
        _, said = run(site, *command)
        assert "static/s/x.txt: error[unreadable]" in said
        assert "content/sub/deep/x.txt: error[unreadable]" in said


@pytest.mark.parametrize("folder", ["content/sub", "static/s", "themes", "themes/default/styles"])
def test_serve_keeps_its_pages(folder: str, site: Path) -> None:
    live = LiveSite(site, BuildOptions())
    live.update(None)
    assert not live.state.problems
    before = live.answer("/sub/b/")
    with modes((site / folder, 0)):
        live.update(None)
        found = [(p.location.path, p.code) for p in live.state.problems]
        assert (folder, "unreadable") in found
        after = live.answer("/sub/b/")
    assert before
    assert after
    assert before.content == after.content
    live.update(None)
    assert not live.state.problems


def test_a_cache_that_cannot_be_used_is_done_without(site: Path) -> None:
    (site / ".explainer").unlink()
    assert run(site, "build")[0] == 0
    for mode in (0o000, 0o444, 0o111):
        with modes((site / ".explainer", mode)):
            assert run(site, "build", "--clean")[0] == 0
            assert run(site, "add", f"Added {mode}")[0] == 0
            assert run(site, "check")[0] == 0


@pytest.mark.parametrize("output", ["_site", "out", "below/out"])
@pytest.mark.parametrize("mode", [0o000, 0o444, 0o111])
def test_an_output_folder_is_named(output: str, mode: int, site: Path) -> None:
    arguments = ("build", "--output", str(site / output), "--clean")
    assert run(site, *arguments)[0] == 0
    with modes((site / output, mode)):
        code, said = run(site, *arguments)
    assert f"{output}: error[output-not-writable]: cannot write {site / output}" in said
    assert "Permission denied" in said
    assert code == 1


def test_an_output_folder_outside_the_site_is_named(site: Path, tmp_path: Path) -> None:
    folders.put(tmp_path / "mine", {"x": "x"})
    code, said = run(site, "build", "-o", str(tmp_path / "mine"))
    assert code == 1
    assert f"{tmp_path / 'mine'}: error[output-not-ours]" in said
    assert "_site: " not in said
    assert run(site, "build", "-o", str(site / "out"))[0] == 0
    (site / "out/a/index.html").write_text("changed", encoding="utf-8")
    (site / "content/a.md").unlink()
    (site / "content/a.yaml").unlink()
    _, said = run(site, "build", "-o", str(site / "out"))
    assert "out/a/index.html: warning[output-changed]" in said


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the quota"),
        (errno.EROFS, "the file system is read-only"),
        (errno.EMFILE, "too many files are open"),
    ],
)
@pytest.mark.parametrize(
    ("command", "file"),
    [
        (("add", "New"), "content/new/index.md"),
        (("new", "other"), "other/README.md"),
        (("theme", "--copy", "templates/badge.html"), "themes/default/templates/badge.html"),
        (("export", "content/a.md", "-o", "out.json"), "out.json"),
        (("import", "refs.bib", "--article", "content/a.md"), "content/a.yaml"),
    ],
)
def test_a_message_names_the_file_that_cannot_be_written(
    number: int,
    words: str,
    command: tuple[str, ...],
    file: str,
    site: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.chdir(site)
    monkeypatch.setattr(files, "_write_and_sync", fail)
    code, said = run(site, *command)
    assert code == 2
    (line,) = said.splitlines()
    assert line.startswith("Error: ")
    assert f"{file} cannot be written: " in line
    assert words in line


def test_errors_that_no_command_expects(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files", "/dev/urandom")

    monkeypatch.setattr(staging.Staging, "__enter__", fail)
    code, said = run(site, "build")
    assert code == 2
    assert said == "Error: /dev/urandom cannot be read or written: too many files are open.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_standard_output_is_full(site: Path) -> None:
    import subprocess
    import sys

    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "explainer", "--site", site, "theme", "templates/base.html"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.stderr == "Error: the output cannot be written: the disk is full.\n"
    assert done.returncode == 2
