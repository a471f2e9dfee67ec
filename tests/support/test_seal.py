from __future__ import annotations

import errno
import os
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


@pytest.mark.parametrize("content", [b"", b"short", b"long" * 16])
def test_a_damaged_key_is_replaced(caches: Path, content: bytes) -> None:
    (caches / "explainer").mkdir()
    (caches / "explainer/key").write_bytes(content)
    assert seal.fits(seal.of(b"content"), b"content")
    assert [each.name for each in (caches / "explainer").iterdir()] == ["key"]
    assert (caches / "explainer/key").stat().st_mode & 0o077 == 0


def test_a_part_of_a_key_is_never_kept(caches: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        assert not seal.fits(seal.of(b"content"), b"content")
    assert not list((caches / "explainer").iterdir())


@pytest.mark.parametrize("name", ["explainer", "explainer/key/folder"])
def test_without_a_key_that_can_be_kept_nothing_fits(caches: Path, name: str) -> None:
    (caches / name).parent.mkdir(parents=True, exist_ok=True)
    (caches / name).write_text("in the way")
    assert not seal.fits(seal.of(b"content"), b"content")
    assert seal.lost() == str(caches / "explainer/key")


def test_a_key_that_is_kept(caches: Path) -> None:
    assert seal.lost() == ""
