"""The watcher's reports, and how changes become updates."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import watchfiles

from explainer.serve import reload, watch
from explainer.serve.watch import Watcher, is_written_by_authors
from tests.helpers import serving
from tests.helpers.serving import wait_for


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("content/a.md", True),
        ("content/_library.yaml", True),
        ("static/.well-known/x", True),
        ("content/.a.md.swp", False),
        ("content/a.md~", False),
        ("content/.#a.md", False),
        ("content/#a.md#", False),
        ("content/4913", False),
        ("content/.git/x", False),
        ("static/.git/x", False),
        (".explainer-staging-x/a.html", False),
    ],
)
def test_names_of_watched_files(path: str, counts: bool) -> None:
    assert is_written_by_authors(path.split("/")) == counts


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Path, set[str]]]:
    """A site's folder, reached through a symbolic link, and the names reported as changed."""
    real = serving.site(tmp_path / "real")
    root = tmp_path / "link"
    root.symlink_to(real)
    reported: set[str] = set()

    def tell(paths: Any) -> None:
        reported.update(
            ["all"] if paths is None else [str(path.relative_to(root)) for path in paths]
        )

    (real / "shared").mkdir()
    (real / "shared/s.md").write_text("s")
    (real / "content/s.md").symlink_to("../shared/s.md")
    (real / "content/loop").symlink_to(".")
    watcher = Watcher(root, (), tell)
    watcher.start()
    yield root, reported
    watcher.stop()


def test_a_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = serving.site(tmp_path)
    folder = root / "content/shut"
    folder.mkdir()
    (folder / "index.md").write_text("In a folder of mode 644.")
    real = os.stat

    def shut(path: Any, *arguments: Any, **named: Any) -> os.stat_result:
        if isinstance(path, (str, Path)) and Path(path).parent == folder:  # tests may run as root
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "stat", shut)
    monkeypatch.setattr(
        os, "lstat", lambda path, **named: shut(path, follow_symlinks=False, **named)
    )
    reported: list[Any] = []
    watcher = Watcher(root, (), reported.append)
    watcher.start()
    try:
        (root / "content/other.md").write_text("New.")
        wait_for(lambda: any(paths and root / "content/other.md" in paths for paths in reported))
        (folder / "index.md").write_text("More.")
        wait_for(lambda: any(paths and folder / "index.md" in paths for paths in reported))
    finally:
        watcher.stop()


def test_the_system_limit_on_watched_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = watchfiles.watch

    def limited(*paths: Path, force_polling: bool | None, **options: Any) -> Iterator[Any]:
        if not force_polling:
            raise OSError("OS file watch limit reached")  # watchfiles's message
        yield from real(*paths, force_polling=True, **options)

    monkeypatch.setattr(watchfiles, "watch", limited)
    reported: list[Any] = []
    said: list[str] = []
    watcher = Watcher(serving.site(tmp_path), (), reported.append, said.append)
    watcher.start()
    try:
        wait_for(lambda: said)
        time.sleep(0.5)
        assert reported in ([], [None])
        (tmp_path / "content/new.md").write_text("New.")
        wait_for(lambda: any(paths and tmp_path / "content/new.md" in paths for paths in reported))
    finally:
        watcher.stop()
    assert len(said) == 1


def test_watching(watched: tuple[Path, set[str]]) -> None:
    root, reported = watched

    def noticed(*names: str) -> None:
        wait_for(lambda: reported >= set(names), f"{names}, but {reported}")
        time.sleep(0.05)
        reported.clear()

    old = root.parent / "old.md"
    old.write_text("old")
    os.utime(old, (1, 1))
    (root / "content/long.md").write_text("x")
    noticed("content/long.md")
    (root / "content/long.md~").write_text("y")
    (root / "content/long.md~").replace(root / "content/long.md")
    noticed("content/long.md")
    old.rename(root / "content/old.md")
    noticed("content/old.md")
    (root / "shared/s.md").write_text("t")
    noticed("content/s.md")
    (root / "site.toml").write_text("title = 'U'")
    noticed("site.toml")
    (root / "content/sub").mkdir()
    (root / "content/sub/a.md").write_text("a")
    noticed("content/sub")
    (root / "content/sub").rename(root / "content/sup")
    noticed("content/sub", "content/sup")
    (root / "content/sup/a.md").write_text("b")
    noticed("content/sup/a.md")
    shutil.rmtree(root / "content")
    noticed("content")
    (root / "content").mkdir()
    (root / "content/b.md").write_text("b")
    noticed("content")
    time.sleep(0.3)
    (root / "content/b.md").write_text("c")
    noticed("content/b.md")
    # The output, wherever it is, and files that are not part of the site.
    (root / "static/out").mkdir()
    (root / "static/out/.explainer-manifest.json").write_text("{}")
    time.sleep(0.2)
    reported.clear()
    (root / "static/out/index.html").write_text("x")
    (root / "notes.txt").write_text("x")
    time.sleep(0.2)
    assert not reported


def test_a_folder_that_disappears_while_watching_restarts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = serving.site(tmp_path)
    grounds: list[watch.Ground] = []

    class Restarted(watch.Ground):
        def __init__(self, *arguments: Any) -> None:
            if grounds:
                shutil.rmtree(root / "content", ignore_errors=True)
            super().__init__(*arguments)
            grounds.append(self)

    monkeypatch.setattr(watch, "Ground", Restarted)
    reported: set[Path] = set()
    watcher = Watcher(root, (), lambda paths: reported.update(paths or ()))
    watcher.start()
    try:
        (root / "static/link").symlink_to("custom.css")  # links are watched by their targets
        wait_for(lambda: root / "content" in reported)
    finally:
        watcher.stop()


def test_many_changes_are_few_updates() -> None:
    taken: list[Any] = []

    async def storm() -> None:
        async def update(changes: Any) -> None:
            await asyncio.sleep(0.02)
            taken.append(changes)

        gathering = reload.Updates(update)
        task = asyncio.create_task(gathering.run())
        for number in range(200):
            gathering.add({Path(f"/{number}")})
            await asyncio.sleep(0.004)
        await asyncio.sleep(0.6)
        task.cancel()

    asyncio.run(storm())
    assert len(taken) <= 3
    assert set().union(*taken) == {Path(f"/{number}") for number in range(200)}
