"""The benchmarks compare equal content, and do without the programs that are not installed."""

from __future__ import annotations

import pkgutil
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests import ROOT


@pytest.fixture(name="sites")
def _sites(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(ROOT / "bench"), *sys.path])
    import peer_sites

    return peer_sites


def test_articles_for_other_generators_have_every_note(tmp_path: Path, sites: ModuleType) -> None:
    import generate

    generate.write_site(tmp_path / "ours", 2)
    sites.hugo(tmp_path / "ours", tmp_path / "hugo")
    text = (tmp_path / "hugo/content/article-00001.md").read_text(encoding="utf-8")
    data = yaml.safe_load((tmp_path / "ours/content/article-00001.yaml").read_text("utf-8"))
    entries = [*data["claims"], *data["notes"], *data["questions"]]
    assert len(entries) == 12
    assert text.count("[^") == 2 * len(entries)
    for entry in entries:
        words = entry.get("claim") or entry.get("note") or entry.get("question")
        assert words in text
        assert entry.get("review", "").strip() in text
        for one in entry.get("evidence", ()):
            assert data["sources"][one["source"]]["title"] in text
            assert one.get("quote", "") in text


def test_a_program_that_is_not_there_is_left_out(
    tmp_path: Path,
    sites: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import peers

    monkeypatch.setenv("PATH", "")
    assert [program.name for program in peers.found(tmp_path, None)] == ["plain", "cards", "all"]
    said = capsys.readouterr().out
    for name in ("Hugo", "Eleventy"):
        assert f"{name} is left out: it is not installed. To get it" in said
    assert f"--install --peers {tmp_path}" in said


@pytest.mark.usefixtures("sites")
def test_every_stage_of_the_profile_is_a_function() -> None:
    import build

    names = [name for places in build.STAGES.values() for name in places]
    assert len(names) > 20
    for name in names:
        assert callable(pkgutil.resolve_name(name)), name
