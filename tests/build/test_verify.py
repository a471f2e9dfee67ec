"""`build --verify`: what earlier runs have made changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build import kept_pages, pipeline
from explainer.build.options import BuildOptions
from explainer.build.verify import build_verified
from explainer.parse import json_schema
from tests.build import edits


@pytest.fixture
def site(tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(json_schema, "write_schemas", lambda *_: [])
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

    def wrong(self: kept_pages.KeptPages, article: object) -> bytes | None:
        row = self._rows.last("pages", article.path)  # type: ignore[attr-defined]
        return row[0] if row else key(self, article)  # type: ignore[arg-type]

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
