"""A build with what earlier ones left gives the same bytes and messages as one from nothing."""

from __future__ import annotations

import os
import random
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from explainer.build import disk, pipeline, written
from explainer.build.options import BuildOptions, no_progress
from explainer.build.state import AUDITED, LastRun, Report
from explainer.check.check import CheckOptions, check_site
from explainer.cli.common import reported
from explainer.output import search, shards
from explainer.site import sheets
from tests.build import edits
from tests.helpers import folders
from tests.output.search_site import PROGRAM

DAY = 86_400
START = 1_780_272_000  # 2026-06-01
NAMES = [name for name, (_, weight) in edits.EDITS.items() for _ in range(weight)]
STEPS = [*NAMES, *["day", "version", "damage", "kill", "kill", "nothing", "check"]]


@pytest.fixture(autouse=True)
def _small_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST", 2)
    monkeypatch.setenv(AUDITED, "1")


class Site:
    """A site that is edited, with the folder of its later copy."""

    def __init__(self, root: Path, templates: Path, patch: pytest.MonkeyPatch) -> None:
        self.root = edits.put(root / "site")
        self.templates = templates
        self.patch = patch
        self.fresh = root / "fresh"
        self.now = START
        (self.root / ".explainer").mkdir()
        (self.root / ".explainer/templates").symlink_to(templates)

    def step(self, name: str, seed: int) -> None:
        rng = random.Random(seed)
        if name in edits.EDITS:
            edits.EDITS[name][0](self.root, rng)
        elif name == "day":
            self.now += DAY * rng.choice([1, 1, 30])
            self.patch.setenv("SOURCE_DATE_EPOCH", str(self.now))
        elif name == "version":
            self.patch.setattr(disk, "program", lambda: str(seed))
        elif name == "damage":
            self._damage(rng)
        elif name == "kill":
            edits.EDITS[rng.choice(NAMES)][0](self.root, rng)
            self._kill(rng)

    def _damage(self, rng: random.Random) -> None:
        path = self.root / ".explainer/cache.db"
        if path.exists():
            content = bytearray(path.read_bytes())
            for _ in range(rng.choice([1, 100])):
                content[rng.randrange(len(content))] ^= 255
            path.write_bytes(content[: rng.choice([len(content), len(content) // 2])])

    def _kill(self, rng: random.Random) -> None:
        """Build in another process, which ends at a random call that changes files."""
        left = rng.randrange(1, 80)

        def ending(function: Callable[..., object]) -> Callable[..., object]:
            def call(*arguments: object, **options: object) -> object:
                nonlocal left
                left -= 1
                if left == 0:
                    os._exit(1)
                return function(*arguments, **options)

            return call

        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            child = os.fork()
        if child == 0:
            for name in ("replace", "mkdir", "link", "unlink"):
                self.patch.setattr(os, name, ending(getattr(os, name)))
            self.patch.setattr(disk.Disk, "_write", ending(disk.Disk._write))
            try:
                build(self.root)
            finally:
                os._exit(0)
        os.waitpid(child, 0)

    def compare(self, *, write: bool = True) -> None:
        """Build with and without what is kept, and compare all that comes out."""
        shutil.rmtree(self.fresh, ignore_errors=True)
        shutil.copytree(
            self.root, self.fresh, ignore=shutil.ignore_patterns(".explainer", ".explainer-s*")
        )
        (self.fresh / ".explainer").mkdir()
        (self.fresh / ".explainer/templates").symlink_to(self.templates)
        one, other = build(self.root, write=write), build(self.fresh, write=write)
        assert one == other
        if write:
            assert contents(self.root) == contents(self.fresh)


def build(root: Path, *, write: bool = True) -> Report:
    """Build or check a site as the command does, and return its report."""
    state = LastRun(root, "build" if write else "check", {})
    if report := state.recall():
        state.end()
        return report
    options = BuildOptions(jobs=1)
    if write:
        built = pipeline.build_site(root, options, no_progress, state.edits)
    else:
        built = check_site(root, options, CheckOptions(), no_progress, state.edits)
    state.end()
    report = built.report or reported(built)
    if built.conditions:
        state.keep(report, built.conditions, built.changed)
    return report


def edit(site: Site, path: str, old: str, new: str) -> None:
    """Replace a text in a file of a site, which has it."""
    file = site.root / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))


def with_search(patch: pytest.MonkeyPatch) -> None:
    """Let sites have a search, if Pagefind is installed, with several shards."""
    patch.setattr(search, "_program", lambda: PROGRAM)
    patch.setattr(shards, "LEAST", 1)


def contents(root: Path) -> dict[str, bytes]:
    return folders.contents(root / "_site") if (root / "_site").exists() else {}


steps = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 2**32)), min_size=1, max_size=8)


def run(folder: Path, templates: Path, made: list[tuple[str, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(START))
        if made[0][1] % 2:  # as in a large site
            patch.setattr(written, "MOST", 0)
        if made[0][1] % 3 == 0:
            with_search(patch)
        site = Site(folder, templates, patch)
        site.compare()
        for name, seed in made:
            site.step(name, seed)
            site.compare(write=name != "check")


@pytest.mark.parametrize("language", ["de", "eo", "ar"])  # with and without texts of ours
def test_pages_load_the_script_with_the_texts_of_a_new_language(
    tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    site = Site(tmp_path, templates, monkeypatch)
    site.compare()
    path = site.root / "content/c.md"
    path.write_text(path.read_text().replace("---\n", f"---\nlanguage: {language}\n", 1))
    site.compare()


@pytest.mark.parametrize("seed", range(2))
def test_some_edits(tmp_path: Path, templates: Path, seed: int) -> None:
    rng = random.Random(seed)
    run(tmp_path, templates, [(rng.choice(STEPS), rng.randrange(2**32)) for _ in range(6)])


@pytest.mark.slow
@settings(
    max_examples=40, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)  # a build is too slow to shrink
@given(made=steps)
def test_any_edits(
    tmp_path_factory: pytest.TempPathFactory, templates: Path, made: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("edits")
    run(folder, templates, made)
    shutil.rmtree(folder)
