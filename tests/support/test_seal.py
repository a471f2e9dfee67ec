from __future__ import annotations

from pathlib import Path

import pytest

from explainer.support import seal


@pytest.fixture
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(seal, "_key", seal._kept_key)
    return tmp_path


def test_a_seal_fits_its_content_in_later_runs(caches: Path) -> None:
    mark = seal.of(b"content")
    assert len(mark) == seal.SIZE
    assert seal.fits(mark, b"content")
    assert not seal.fits(mark, b"other")
    assert not seal.fits(b"", b"content")
    assert (caches / "explainer/key").stat().st_mode & 0o077 == 0


def test_another_user_has_other_seals(caches: Path) -> None:
    mark = seal.of(b"content")
    (caches / "explainer/key").unlink()
    assert not seal.fits(mark, b"content")


@pytest.mark.parametrize("content", [b"", b"short", None])
def test_without_a_key_that_can_be_kept_nothing_fits(caches: Path, content: bytes | None) -> None:
    if content is None:
        (caches / "explainer").write_text("in the way")
    else:
        (caches / "explainer").mkdir()
        (caches / "explainer/key").write_bytes(content)
    assert not seal.fits(seal.of(b"content"), b"content")
