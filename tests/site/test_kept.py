"""The copies that builds keep for `reanchor`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from explainer.model.documents import Document, Text
from explainer.site import kept


def document(
    article: str, annotations: str = "notes: []\n", path: str = "content/a.md"
) -> Document:
    return Document(Text(path, article), Text(path.replace(".md", ".yaml"), annotations))


def test_a_copy_is_added_for_each_version(tmp_path: Path) -> None:
    for text in ("one", "one", "two", "two", "three"):
        kept.keep(tmp_path, [document(text)])
    articles = [article for article, _ in kept.read(tmp_path, "content/a.md")]
    assert articles == ["one", "two", "three"]
    assert len(list((tmp_path / ".explainer/kept").iterdir())) == 1


def test_only_the_latest_copies_are_kept(tmp_path: Path) -> None:
    for number in range(20):
        kept.keep(tmp_path, [document(str(number))])
    articles = [article for article, _ in kept.read(tmp_path, "content/a.md")]
    assert articles == [str(number) for number in range(8, 20)]


def test_articles_are_kept_apart(tmp_path: Path) -> None:
    kept.keep(tmp_path, [document("one"), document("two", path="content/b.md")])
    assert kept.read(tmp_path, "content/b.md") == [("two", "notes: []\n")]
    assert kept.read(tmp_path, "content/c.md") == []


def test_articles_without_annotations_are_not_kept(tmp_path: Path) -> None:
    kept.keep(tmp_path, [Document(Text("content/a.md", "one"))])
    assert kept.read(tmp_path, "content/a.md") == []


def surrogates(file: Path) -> None:
    """A text that cannot be written again."""
    file.write_text(json.dumps({"article": "content/a.md", "copies": [["\ud800", ""]]}))


def pipe(file: Path) -> None:
    """Reading it would wait for ever."""
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize(
    "broken",
    [
        lambda file: file.write_text("{"),
        lambda file: file.write_text("[" * 100_000),
        lambda file: file.write_bytes(b"\xff"),
        lambda file: file.write_text('{"article": "content/a.md", "copies": [[1]]}'),
        surrogates,
        pytest.param(pipe, marks=pytest.mark.skipif(sys.platform == "win32", reason="no pipes")),
    ],
)
def test_a_broken_copy_is_none(tmp_path: Path, broken: Callable[[Path], object]) -> None:
    kept.keep(tmp_path, [document("one")])
    (file,) = (tmp_path / ".explainer/kept").iterdir()
    broken(file)
    assert kept.read(tmp_path, "content/a.md") == []
    kept.keep(tmp_path, [document("two")])
    assert kept.read(tmp_path, "content/a.md") == [("two", "notes: []\n")]
