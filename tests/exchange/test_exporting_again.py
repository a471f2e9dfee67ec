"""A second export of a site that has not changed: the same bytes, and nothing is made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explainer.build import pipeline, state
from explainer.build.audit import UnrecordedReadError
from explainer.exchange import export_article
from explainer.support import seal
from tests.exchange.helpers import run
from tests.helpers import folders, imported

NOTE = "notes:\n  - {quote: nothing, note: A., sources: [post]}\n"
FILES = {
    "content/bridge/index.yaml": NOTE + "  - {quote: far too, note: B., draft: true}\n",
    "content/_library.yaml": "sources:\n  post: {title: Post, type: book}\n",
    "content/other.md": "---\ntitle: Other\n---\nOther words.\n",
    "content/later.md": "---\ntitle: Later\ndate: 2026-06-01 12:00\n---\nNews.\n",
}


@pytest.fixture
def made(site: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The articles that were really exported. The site has sources, and a cache folder."""
    folders.put(site, FILES)
    (site / ".explainer").unlink()  # that is a link to what tests share
    (site / ".explainer").mkdir()
    monkeypatch.chdir(site)
    articles: list[str] = []
    export = export_article.export_article

    def counted(root: Path, wanted: str, *rest: Any, **options: Any) -> object:
        articles.append(wanted)
        return export(root, wanted, *rest, **options)

    monkeypatch.setattr(export_article, "export_article", counted)
    return articles


@pytest.mark.parametrize("form", ["web-annotation", "claimreview", "csl-json", "bibtex"])
def test_the_same_bytes(site: Path, made: list[str], form: str) -> None:
    line = ("export", "bridge", "--as", form)
    first = run(site, *line)
    assert first.exit_code == 0
    again = run(site, *line)
    assert (again.exit_code, again.stdout, again.stderr) == (0, first.stdout, first.stderr)
    assert "skipped-draft" in again.stderr
    assert made == ["bridge"]


def test_each_article_and_format_is_kept(site: Path, made: list[str]) -> None:
    for _ in range(2):
        for article in ("bridge", "other", "content/bridge"):
            run(site, "export", article)
            run(site, "export", article, "--as", "bibtex")
    assert len(made) == 6
    run(site, "export", "bridge", "--base-url", "https://example.com/")
    assert len(made) == 7


def write(path: str, before: str, after: str) -> None:
    text = Path(path).read_text()
    assert before in text
    Path(path).write_text(text.replace(before, after))


CHANGES: dict[str, Callable[[Path], object]] = {
    "an annotation": lambda _: write("content/bridge/index.yaml", "note: A.", "note: C."),
    "a text": lambda _: write("content/bridge/index.md", "It cost nothing", "It costs nothing"),
    "the library": lambda _: write("content/_library.yaml", "title: Post", "title: Mail"),
    "the settings": lambda _: write("site.toml", "example.org", "example.net"),
    "another article": lambda _: write("content/other.md", "title: Other", "title: Else"),
    "a new file": lambda _: Path("static").mkdir() or Path("static/a.txt").write_text("a"),
    "an export of somebody else": lambda kept: kept.write_bytes(bytes(32) + kept.read_bytes()[32:]),
    "an empty export": lambda kept: kept.write_bytes(b""),
    "an export of another form": lambda kept: kept.write_bytes(
        seal.of(b"i\1\0\0\0") + b"i\1\0\0\0"
    ),
    "no export": lambda kept: kept.unlink(),
    "no state": lambda _: [path.unlink() for path in Path(".explainer/state").iterdir()],
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed(site: Path, made: list[str], change: str) -> None:
    run(site, "export", "bridge")
    CHANGES[change](next((site / ".explainer/exports").iterdir()))
    second = run(site, "export", "bridge")
    assert len(made) == 2
    (site / ".explainer").rename(site / "moved")
    assert run(site, "export", "bridge").stdout == second.stdout


def test_another_article_after_a_change(site: Path, made: list[str]) -> None:
    """What was kept of one article does not count once the site is another."""
    run(site, "export", "bridge")
    write("content/bridge/index.yaml", "note: A.", "note: C.")
    run(site, "export", "other")
    assert "C." in run(site, "export", "bridge").stdout
    assert made == ["bridge", "other", "bridge"]


@pytest.mark.parametrize(
    ("epoch", "count"), [("1780272001", 1), ("1780315201", 2), ("1780358400", 2)]
)
def test_time_passes(
    site: Path, made: list[str], monkeypatch: pytest.MonkeyPatch, epoch: str, count: int
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    run(site, "export", "bridge")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    run(site, "export", "bridge")
    assert len(made) == count


def test_a_file_is_written_only_if_it_differs(site: Path, made: list[str], tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    line = ("export", "bridge", "-o", str(file))
    assert run(site, *line).exit_code == 0
    before, content = folders.state(tmp_path / "out.json"), file.read_bytes()
    assert run(site, *line).exit_code == 0
    assert folders.state(tmp_path / "out.json") == before
    for change in (lambda: file.write_text("mine"), file.unlink):
        change()
        assert run(site, *line).exit_code == 0
        assert file.read_bytes() == content
    assert run(site, "export", "bridge").stdout.encode() == content
    assert made == ["bridge"]


def test_a_file_among_the_sources(site: Path, made: list[str]) -> None:
    line = ("export", "bridge", "-o", "content/out.json")
    for _ in range(4):
        assert run(site, *line).exit_code == 0
    assert len(made) == 2, "the first one adds a file to the site"


def test_errors_are_reported_again(site: Path, made: list[str]) -> None:
    folders.put(site, {"content/bridge/index.yaml": "notes:\n  - {quote: gone, note: A.}\n"})
    first, second = run(site, "export", "bridge"), run(site, "export", "bridge")
    assert (second.exit_code, second.stderr) == (first.exit_code, first.stderr)
    assert (first.exit_code, len(made)) == (1, 1)
    assert run(site, "export", "bridg").exit_code == run(site, "export", "bridg").exit_code == 2
    assert len(made) == 3


def test_a_site_without_a_cache_gets_none(site: Path, made: list[str]) -> None:
    (site / ".explainer").rmdir()
    run(site, "export", "bridge")
    run(site, "export", "bridge")
    assert len(made) == 2
    assert not (site / ".explainer").exists()


def test_all_that_is_read_is_stamped(
    site: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / "notes.txt").write_text("a")
    monkeypatch.setenv(state.AUDITED, "1")
    assert run(site, "export", "bridge").exit_code == 0
    load = pipeline.load_site

    def reading(*arguments: Any, **options: Any) -> Any:
        (site / "notes.txt").read_text()
        return load(*arguments, **options)

    monkeypatch.setattr(pipeline, "load_site", reading)
    result = run(site, "export", "other")
    assert isinstance(result.exception, UnrecordedReadError)


def test_nothing_slow_is_imported(site: Path, made: list[str]) -> None:
    def modules() -> set[str]:
        code, _, _, modules = imported.program("export", "bridge", folder=site)
        assert code == 0
        return modules

    slow = {"jinja2", "markdown_it", "pydantic", "yaml", "explainer.build.pipeline"}
    assert modules() & slow
    assert not modules() & slow
