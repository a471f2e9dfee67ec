"""A command line that comes again: it means the same, and click is not imported."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from explainer.build.state import LastRun
from explainer.cli import again, main
from explainer.cli.again import again as run_again
from explainer.support import seal
from tests.helpers import folders, imported

SITE = {
    "site.toml": 'title = "T"\n',
    "content/a.md": "---\ntitle: T\n---\nSome words, and [a link](#nowhere).\n",
}
SLOW = {"click", "dataclasses", "datetime", "json", "pathlib", "re", "typing", "jinja2", "yaml"}


@pytest.fixture
def site(tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site, whose folder is the current one."""
    root = folders.put(tmp_path / "site", SITE)
    (root / ".explainer").mkdir()
    (root / ".explainer/templates").symlink_to(templates)
    monkeypatch.chdir(root)
    return root


def by_click(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, re.sub(r"[0-9.]+ seconds", "", result.stderr)


def by_again(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str] | None:
    code = run_again(arguments)
    printed = re.sub(r"[0-9.]+ seconds", "", capsys.readouterr().err)
    return (code, printed) if isinstance(code, int) else None


LINES = [
    ("build",),
    ("check",),
    ("build", "--strict"),
    ("build", "--future", "--no-cards", "-j", "1"),
    ("check", "--quiet", "--no-advice"),
    ("build", "-o", "out", "--base-url", "https://example.org/b/"),
]


@pytest.mark.parametrize("line", LINES)
def test_the_same_report(
    site: Path, capsys: pytest.CaptureFixture[str], line: tuple[str, ...]
) -> None:
    assert by_again(capsys, *line) is None
    first = by_click(*line)
    assert by_again(capsys, *line) == first
    for other in LINES:
        assert (by_again(capsys, *other) is None) == (other != line)


def test_the_site_may_be_named(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site.parent)
    for line in (["--site", "site", "build"], ["--site=site", "build"]):
        first = by_click(*line)
        assert by_again(capsys, *line) == first
    (site.parent / "other").mkdir()
    monkeypatch.chdir(site.parent / "other")
    assert by_again(capsys, "--site=site", "build") is None
    assert by_again(capsys, "--site", "../site", "build") is None
    assert by_again(capsys, "--site") is None
    monkeypatch.chdir(site / "content")
    first = by_click("build")
    assert by_again(capsys, "build") == first


def test_what_else_a_run_does_is_left_to_click(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for line in (["build", "--explain"], ["build", "--format", "json"], ["build", "--verify"]):
        by_click(*line)
        assert by_again(capsys, *line) is None
    by_click("build", "--clean")
    assert by_again(capsys, "build", "--clean") is None


def replaced_by_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a text": lambda call: Path("content/a.md").write_text("---\ntitle: U\n---\nWords.\n"),
    "the output": lambda call: Path("_site/a/index.html").unlink(),
    "no settings": lambda call: Path("site.toml").unlink(),
    "no call": lambda call: call.unlink(),
    "a call of somebody else": lambda call: call.write_bytes(bytes(32) + call.read_bytes()[32:]),
    "an empty call": lambda call: call.write_bytes(b""),
    "a call of another form": lambda call: call.write_bytes(seal.of(b"i\1\0\0\0") + b"i\1\0\0\0"),
    "a call that is no value": lambda call: call.write_bytes(seal.of(b"\xff") + b"\xff"),
    "a call that is a pipe": replaced_by_a_pipe,
    "no state": lambda call: [path.unlink() for path in Path(".explainer/state").iterdir()],
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_left_to_click(
    site: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    by_click("build")
    assert by_again(capsys, "build")
    CHANGES[change](next((site / ".explainer/calls").iterdir()))
    assert by_again(capsys, "build") is None


def test_what_was_found_is_not_looked_for_twice(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_click("build")
    (site / "content/a.md").write_text("---\ntitle: U\n---\nOther words.\n")
    last = run_again(["build"])
    assert isinstance(last, LastRun)
    scans: list[LastRun] = []
    scan = LastRun._scan
    monkeypatch.setattr(LastRun, "_scan", lambda self: scans.append(self) or scan(self))
    assert CliRunner().invoke(main, ["build"], obj=last).exit_code == 0
    assert scans == [last], "at the end, to see whether a file was changed meanwhile"
    assert "Other words" in (site / "_site/a/index.html").read_text()


def test_another_command_does_not_get_what_was_found(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by_click("build")
    by_click("check")
    (site / "content/a.md").write_text("---\ntitle: U\n---\nOther words.\n")
    last = run_again(["check"])
    assert CliRunner().invoke(main, ["build"], obj=last).exit_code == 0
    assert "Other words" in (site / "_site/a/index.html").read_text()


def test_few_command_lines_are_kept(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "_MOST", 2)
    for jobs in "123":
        by_click("build", "-j", jobs)
    assert len([*(site / ".explainer/calls").iterdir()]) == 2


def program(*arguments: str, folder: Path) -> tuple[int, str, set[str]]:
    """Run the program: its exit code, what it printed, and the modules that it imported."""
    code, output, errors, modules = imported.program(*arguments, folder=folder)
    return code, output + re.sub(r"[0-9.]+ seconds", "", errors), modules


def test_nothing_slow_is_imported(site: Path) -> None:
    for command in ("build", "check"):
        first = program(command, folder=site)
        assert "click" in first[2]
        program(command, folder=site)  # looks again at what the first run has just written
        again = program(command, folder=site)
        assert again[:2] == first[:2]
        assert not again[2] & SLOW


def test_a_program_that_does_not_run_again_ends_as_usual(site: Path) -> None:
    assert program("--version", folder=site)[:2] == (0, "explainer, version 0.1.0\n")
    assert program("build", "--nothing", folder=site)[0] == 2
    assert program("build", "--strict", folder=site)[0] == 1
    assert program("build", "--strict", folder=site)[0] == 1
