"""`build --explain` says why each page was made."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from explainer.build import disk
from explainer.support import seal
from tests.build.test_state import run
from tests.helpers import folders

PAGE = "---\ntitle: {0}\ndate: 2026-01-0{1}\ntopics: [x]\n---\nSome words{2}.\n"
NOTE = "notes:\n  - quote: Some words\n    note: Yes.\n"
CITING = "notes:\n  - {quote: Some words, note: Yes., sources: [s]}\n"
LIBRARY = "sources:\n  s: {title: Source, url: 'https://example.org/s'}\n"
FILES = {
    "site.toml": 'title = "T"\n',
    "content/a.md": PAGE.format("A", 1, ", and [a link](b.md)"),
    "content/a.yaml": NOTE,
    "content/b.md": PAGE.format("B", 2, ""),
    "content/b.yaml": CITING,
    "content/_library.yaml": LIBRARY,
}
SHARED = "what all pages share has changed"
OTHERS = "what it shows of other pages has changed"


def edit(file: str, old: str, new: str) -> Callable[[Path], object]:
    return lambda root: (root / file).write_text((root / file).read_text().replace(old, new))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = folders.put(tmp_path / "site", FILES)
    run(root, "build")
    return root


def explained(root: Path, *options: str) -> tuple[list[str], dict[str, str]]:
    """Return what is said of the run, and by what was made the reason."""
    lines = run(root, "build", "--explain", *options)[2].splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith(("Changed", "No ")))
    made = [line.split(": ", 1) for line in lines[begin + 1 : -1] if line[0] != " "]
    return lines[begin : begin + 1], {one[0]: one[-1] for one in made}


CASES: dict[str, tuple[Callable[[Path], object], str, dict[str, str]]] = {
    "text": (
        edit("content/a.md", ", and", " and"),
        "Changed since the last run: content/a.md",
        {"content/a.md": "its text has changed"},
    ),
    "annotations": (
        edit("content/a.yaml", "Yes", "No"),
        "Changed since the last run: content/a.yaml",
        {"content/a.md": "its annotations have changed"},
    ),
    "both": (
        lambda root: (
            edit("content/a.md", ", and", " and")(root),
            edit("content/a.yaml", "Yes", "No")(root),
        ),
        "Changed since the last run: content/a.md, content/a.yaml",
        {"content/a.md": "its text has changed and its annotations have changed"},
    ),
    "a title": (
        edit("content/b.md", "title: B", "title: C"),
        "Changed since the last run: content/b.md",
        {
            "content/b.md": "its text has changed",
            "topics/x/index.html": "what it shows of content/b.md has changed",
        },
    ),
    "a date": (
        edit("content/b.md", "date: ", "date: 2020-01-01 # "),
        "Changed since the last run: content/b.md",
        {"content/b.md": "its text has changed", "topics/x/index.html": OTHERS},
    ),
    "settings": (
        edit("site.toml", '"T"', '"U"'),
        "Changed since the last run: site.toml",
        {"content/a.md": f"{SHARED}: title", "404.html": f"{SHARED}: title"},
    ),
    "theme": (
        lambda root: folders.put(root, {"themes/default/styles/99-own.css": "p{color:red}"}),
        "Changed since the last run: themes/default/styles/99-own.css",
        {"content/a.md": f"{SHARED}: theme"},
    ),
    "a new page": (
        lambda root: folders.put(root, {"content/c.md": PAGE.format("C", 3, "")}),
        "Changed since the last run: content/c.md",
        {"content/c.md": "no earlier run has made it", "topics/x/index.html": OTHERS},
    ),
    "a page that is gone": (
        lambda root: ((root / "content/a.md").unlink(), (root / "content/a.yaml").unlink()),
        "Changed since the last run: content/a.md, content/a.yaml",
        {"topics/x/index.html": OTHERS},
    ),
    "a page by hand": (
        edit("_site/a/index.html", "Some", "Same"),
        "No file has changed since the last run.",
        {"content/a.md": "its files in the output were changed or deleted"},
    ),
    "a deleted page": (
        lambda root: (root / "_site/b/index.html").unlink(),
        "No file has changed since the last run.",
        {"content/b.md": "its files in the output were changed or deleted"},
    ),
    "no database": (
        lambda root: shutil.rmtree(root / ".explainer"),
        "No earlier run with these options has left what could be compared.",
        {"content/a.md": "no earlier run is known", "404.html": "no earlier run is known"},
    ),
    "nothing": (lambda _: None, "No page was made: nothing has changed.", {}),
}


@pytest.mark.parametrize("case", CASES)
def test_the_reason_is_named(site: Path, case: str) -> None:
    change, first, expected = CASES[case]
    change(site)
    said, made = explained(site)
    assert said == [first]
    assert made.items() >= expected.items()
    if "its" in str(expected) and len(expected) == 1:
        assert made.keys() - {"feed.xml"} == expected.keys()


def test_the_library(site: Path) -> None:
    edit("content/_library.yaml", "title: Source", "title: Origin")(site)
    _, made = explained(site)
    assert made["content/b.md"] == "what it shows of content/_library.yaml has changed"
    assert "content/a.md" not in made


def test_clean(site: Path) -> None:
    assert explained(site, "--clean")[1]["content/a.md"] == "all is made again: --clean"


def test_another_day(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    day = "it is another day, or a page has been published since"
    assert explained(site)[0] == [f"No file has changed since the last run, but {day}."]


def test_another_program(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "program", lambda: "another")
    edit("content/a.md", ", and", " and")(site)
    why = "explainer, Python, or a library has another version"
    assert set(explained(site)[1].values()) == {why}


def test_a_key_that_cannot_be_kept(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "caches").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setattr(seal, "_known", [])
    why = f"this user's key cannot be kept in {tmp_path}/caches/explainer/key"
    reasons = set(explained(site)[1].values())
    assert reasons == {f"what earlier runs made cannot be trusted, because {why}"}


def test_a_build_of_another_user(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "_key", lambda: bytes(seal.SIZE))
    monkeypatch.setattr(seal, "lost", lambda: "")
    why = "what an earlier run made of it is damaged, or another user or machine has written it"
    assert set(explained(site)[1].values()) == {why}


def test_a_page_that_shows_another(tmp_path: Path) -> None:
    """The page of a claim shows its rival, whose page shows it."""
    claim = "claims:\n  - {id: c, quote: Some words, claim: C, rating: true}\n"
    rival = claim.replace("rating: true", "rating: false, disputes: [a#c]")
    files = FILES | {"content/a.yaml": claim, "content/b.yaml": rival}
    root = folders.put(tmp_path / "site", {**files, "content/_library.yaml": ""})
    run(root, "build")
    edit("content/b.md", "title: B", "title: C")(root)
    assert explained(root)[1]["content/a.md"] == "what it shows of content/b.md has changed"


def test_many_pages_are_counted(site: Path) -> None:
    edit("site.toml", '"T"', '"U"')(site)
    lines = run(site, "build", "--explain")[2].splitlines()
    count = sum(line.endswith(": title") for line in lines) - 1
    assert f"{count:6}  {SHARED}: title" in lines
