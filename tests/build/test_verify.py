"""`build --verify`: what earlier runs have made changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from explainer.build import kept_pages, pipeline
from explainer.build.options import BuildOptions
from explainer.build.verify import build_verified
from explainer.cli import main
from explainer.model.problems import Problem
from explainer.output.guard import OutputError
from explainer.output.staging import Staging
from explainer.render.files import OutputFile, RenderedFile, make_files
from explainer.render.views import ArticleRelations
from tests.build import edits


@pytest.fixture
def site(tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = edits.put(tmp_path / "site")
    (root / ".explainer").mkdir()
    (root / ".explainer/templates").symlink_to(templates)
    assert not pipeline.build_site(root, BuildOptions()).failed
    return root


def test_a_right_build(site: Path) -> None:
    built = build_verified(site, BuildOptions())
    assert not built.failed
    assert built.conditions


def test_a_page_that_should_have_been_made_again(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a page's key did not depend on the article."""
    path = site / "content/b.md"
    path.write_text(path.read_text().replace("Words of", "Letters of"))
    key = kept_pages.KeptPages._key

    def wrong(self: kept_pages.KeptPages, around: ArticleRelations) -> bytes | None:
        row = self._rows.last("pages", around.article.path)
        return row[0] if row else key(self, around)

    monkeypatch.setattr(kept_pages.KeptPages, "_key", wrong)
    built = build_verified(site, BuildOptions())
    assert built.failed
    assert [problem.code for problem in built.problems].count("bug") == 1
    assert "b/index.html" in next(p.message for p in built.problems if p.code == "bug")


def test_what_is_not_built_is_not_compared(site: Path) -> None:
    (site / "content/b.yaml").write_text("notes: [{quote: not there, note: n}]\n")
    built = build_verified(site, BuildOptions())
    assert built.failed
    assert "bug" not in {problem.code for problem in built.problems}


def test_a_file_that_somebody_has_changed_is_no_bug(site: Path) -> None:
    (site / "content/z.md").write_text("# Z\n")
    assert not pipeline.build_site(site, BuildOptions()).failed
    (site / "_site/z/index.html").write_text("mine")
    (site / "content/z.md").unlink()
    built = build_verified(site, BuildOptions())
    codes = {problem.code for problem in built.problems}
    assert "output-changed" in codes
    assert "bug" not in codes


def test_a_second_build_that_cannot_write_is_no_bug(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = Staging.commit

    def full(self: Staging, *rest: object) -> object:
        if self.writer.output.endswith("/site"):
            raise OutputError("output-failed", "the disk is full", "")
        return commit(self, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Staging, "commit", full)
    built = build_verified(site, BuildOptions())
    assert built.failed
    assert [p.code for p in built.problems if p.severity == "error"] == ["output-failed"]


@pytest.mark.parametrize("is_right", [True, False])
def test_a_small_edit_is_compared_too(
    site: Path, monkeypatch: pytest.MonkeyPatch, *, is_right: bool
) -> None:
    def make(files: Iterable[OutputFile]) -> tuple[tuple[RenderedFile, ...], tuple[Problem, ...]]:
        made, problems = make_files(files)
        calls.append(made)
        wrong = tuple(replace(file, content=file.content + b" ") for file in made)
        return (made if is_right else wrong), problems

    calls: list[object] = []
    monkeypatch.setattr("explainer.build.small_edit.make_files", make)
    run = partial(CliRunner().invoke, main, catch_exceptions=False)
    assert run(["--site", str(site), "build"]).exit_code == 0
    path = site / "content/b.md"
    path.write_text(path.read_text() + "\nMore words.\n")
    result = run(["--site", str(site), "build", "--verify"])
    assert calls, "the edit was not small"
    assert result.exit_code == (0 if is_right else 1)
    assert ("bug" in result.output) is not is_right
