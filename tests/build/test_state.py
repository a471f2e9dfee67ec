"""A run in which nothing has changed: it is recognized, reports the same, and nothing else is."""

from __future__ import annotations

import hashlib
import marshal
import os
import pickle
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import jinja2.bccache
import pytest
from click.testing import CliRunner

from explainer.build import disk, pipeline, small_edit, state, written
from explainer.build.audit import UnrecordedReadError
from explainer.build.options import BuildOptions
from explainer.cli import main
from explainer.support import seal, stamps
from tests.cli.test_cli import process
from tests.helpers import folders

PAGE = "---\ntitle: T\ndate: 2026-01-01\n---\nSome words, and [a link](#nowhere).\n"
FILES = {
    "site.toml": 'title = "T"\nurl = "https://example.org/"\n',
    "content/a.md": PAGE,
    "content/a.yaml": "notes:\n  - quote: Some words\n    note: Yes.\n",
    "content/later.md": "---\ntitle: L\ndate: 2026-06-01 12:00\n---\nNews.\n",
    "static/file.txt": "Text",
    "static/deep/folder/file.txt": "Text",
    "themes/default/styles/99-own.css": "p{color:red}",
}


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The sites that were really built."""
    sites: list[Path] = []
    make = pipeline.build_site

    def counted(root: Path, *rest: object) -> pipeline.BuildResult:
        sites.append(root)
        return make(root, *rest)  # type: ignore[arg-type]

    small = small_edit.make

    def counted_small(root: Path, options: BuildOptions, *rest: Any) -> object:
        made = small(root, options, *rest)
        if made and not options.write:  # `build_site` calls it, too, but for a build only
            sites.append(root)
        return made

    monkeypatch.setattr(pipeline, "build_site", counted)
    monkeypatch.setattr(small_edit, "make", counted_small)
    return sites


def put(root: Path, templates: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write a site whose compiled templates are shared."""
    folders.put(root, files)
    (root / ".explainer").mkdir()
    (root / ".explainer/templates").symlink_to(templates)
    return root


@pytest.fixture
def site(tmp_path: Path, templates: Path, built: list[Path]) -> Path:
    """A site that was built, and has a warning."""
    root = put(tmp_path / "site", templates)
    run(root, "build")
    built.clear()
    return root


@pytest.fixture
def checked(site: Path, built: list[Path]) -> Path:
    """A site that was built and checked.

    A check that begins in the same moment as the manifest was written in is not kept.
    """
    while stamps.is_recent(stamps.stamp(f"{site}/_site/{folders.MANIFEST}"), time.time_ns()):
        time.sleep(0.005)
    run(site, "check")
    built.clear()
    return site


def run(root: Path, command: str, *options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["--site", str(root), command, *options])
    return result.exit_code, result.stdout, re.sub(r"[0-9.]+ seconds", "", result.stderr)


def write(path: Path, text: str) -> None:
    """Change a file so that its size and time stay the same."""
    status = path.stat()
    assert len(text.encode()) == status.st_size
    path.write_text(text)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("options", [(), ("--format", "json"), ("--strict",)])
@pytest.mark.parametrize("command", ["build", "check"])
def test_the_same_report(
    tmp_path: Path, templates: Path, built: list[Path], command: str, options: tuple[str, ...]
) -> None:
    root = put(tmp_path / "site", templates)
    first = run(root, command, *options)
    assert "broken-fragment" in first[1] + first[2]
    before = folders.state(root)
    assert run(root, command, *options) == first
    assert len(built) == 1
    assert folders.state(root).keys() == before.keys()
    assert run(root, command, *options, *(("--clean",) if command == "build" else ())) == first
    assert len(built) == (2 if command == "build" else 1)


def test_formats_and_jobs_differ_only_in_printing(site: Path, built: list[Path]) -> None:
    assert '"broken-fragment"' in run(site, "build", "--format", "json")[1]
    run(site, "build", "--jobs", "2")
    assert not built


def test_strict_decides_whether_a_warning_counts(site: Path, built: list[Path]) -> None:
    assert run(site, "build", "--strict")[0] == 1
    assert run(site, "build")[0] == 0
    assert len(built) == 2


def test_strict_does_not_matter_without_warnings(
    tmp_path: Path, templates: Path, built: list[Path]
) -> None:
    files = FILES | {"content/a.md": PAGE.replace("(#nowhere)", "(later.md)")}
    root = put(tmp_path / "site", templates, files)
    first = run(root, "build", "--future")
    assert run(root, "build", "--future", "--strict") == first
    assert len(built) == 1


CHANGES: dict[str, Callable[[Path], object]] = {
    "a text": lambda root: write(root / "content/a.md", PAGE.replace("Some", "Same")),
    "an annotation": lambda root: write(
        root / "content/a.yaml", FILES["content/a.yaml"].replace("Yes", "Not")
    ),
    "the settings": lambda root: write(
        root / "site.toml", FILES["site.toml"].replace('"T"', '"U"')
    ),
    "a copied file": lambda root: write(root / "static/file.txt", "Next"),
    "the theme": lambda root: write(root / "themes/default/styles/99-own.css", "p{color:tan}"),
    "a new file": lambda root: folders.put(root, {"static/new.txt": "New"}),
    "a hidden file": lambda root: folders.put(root, {"content/.draft.md": "New"}),
    "a library": lambda root: folders.put(root, {"content/_library.yaml": "people: {}\n"}),
    "a new folder": lambda root: (root / "content/b.md").mkdir(),
    "a renamed file": lambda root: (root / "static/file.txt").rename(root / "static/File.txt"),
    "a removed article": lambda root: (root / "content/later.md").unlink(),
    "a link": lambda root: (root / "static/link.txt").symlink_to("file.txt"),
    "a folder that is a link": lambda root: (
        (root / "static").rename(root / "real"),
        (root / "static").symlink_to("real"),
    ),
    "a page by hand": lambda root: write(
        root / "_site/a/index.html", (root / "_site/a/index.html").read_text().replace("<p>", "<b>")
    ),
    "a removed page": lambda root: (root / "_site/a/index.html").unlink(),
    "a removed folder": lambda root: shutil.rmtree(root / "_site/a"),
    "a page that is a link": lambda root: (
        (root / "_site/a/index.html").rename(root / "moved"),
        (root / "_site/a/index.html").symlink_to(root / "moved"),
    ),
    "a folder of pages that is a link": lambda root: (
        (root / "_site/a").rename(root / "moved"),
        (root / "_site/a").symlink_to(root / "moved"),
    ),
    "a folder without a page that is a link": lambda root: (
        (root / "_site/deep").rename(root / "moved"),
        (root / "_site/deep").symlink_to(root / "moved"),
    ),
    "the manifest": lambda root: (root / "_site" / folders.MANIFEST).unlink(),
    "no output": lambda root: shutil.rmtree(root / "_site"),
    "a killed build": lambda root: (root / ".explainer-staging-_site").mkdir(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed(site: Path, built: list[Path], change: str) -> None:
    CHANGES[change](site)
    run(site, "build")
    assert len(built) == 1


def replace(path: Path, text: str) -> None:
    """Change a file as editors do: another file takes its place."""
    new = path.with_name("new")
    new.write_text(text)
    os.utime(new, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    new.replace(path)


IN_LARGE_SITES: dict[str, Callable[[Path], object]] = {
    **{name: change for name, change in CHANGES.items() if name != "a page by hand"},
    "a page that is replaced": lambda root: replace(root / "_site/a/index.html", "<p>"),
    "a copied file that is replaced": lambda root: replace(root / "_site/file.txt", "Next"),
    "a page with another name": lambda root: (root / "_site/a/index.html").rename(
        root / "_site/a/Index.html"
    ),
    "a folder that takes the place of another": lambda root: (
        (root / "_site/a").rename(root / "_site/b"),
        shutil.copytree(root / "_site/b", root / "_site/a"),
        (root / "_site/a/index.html").write_text("<p>"),
    ),
}


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """A site with so many files that only the folders are looked at."""
    monkeypatch.setattr(written, "MOST", 3)
    root: Path = request.getfixturevalue("site")
    return root


@pytest.mark.parametrize("change", IN_LARGE_SITES)
def test_a_change_of_a_large_site_is_noticed(large: Path, built: list[Path], change: str) -> None:
    before = (large / "_site/a/index.html").read_text()
    run(large, "build")
    assert not built
    IN_LARGE_SITES[change](large)
    run(large, "build")
    assert len(built) == 1
    if "page" in change or "another" in change:
        assert (large / "_site/a/index.html").read_text() == before


def test_equal_files_of_a_large_site(large: Path, built: list[Path]) -> None:
    """A folder has changed, but none of its files."""
    page = large / "_site/a/index.html"
    replace(page, page.read_text())
    (large / "_site/a/note.txt").write_text("somebody else's")
    (large / "_site/a/note.txt").unlink()
    run(large, "build")
    run(large, "build")
    assert not built


def test_an_edit_of_a_large_site(large: Path, built: list[Path]) -> None:
    write(large / "content/a.md", PAGE.replace("a link", "a lamp"))
    run(large, "build")
    assert len(built) == 1
    run(large, "build")
    assert len(built) == 1
    (large / "_site/a/index.html").unlink()
    run(large, "build")
    assert "a lamp" in (large / "_site/a/index.html").read_text()


def test_a_file_of_a_large_site_that_is_written_in_place(
    large: Path, built: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody looks at it, as the guide says, until its page or all are made."""
    monkeypatch.setattr(stamps, "_FINE", 0)  # or files just written are looked at
    run(large, "build")
    page = large / "_site/a/index.html"
    before = page.read_text()
    page.write_text("<p>")
    run(large, "build")
    assert page.read_text() == "<p>"
    run(large, "build", "--clean")
    assert page.read_text() == before


@pytest.mark.parametrize("change", [each for each in CHANGES if "page" not in each])
def test_a_check_notices_a_change(checked: Path, built: list[Path], change: str) -> None:
    CHANGES[change](checked)
    run(checked, "check")
    # A check reads of the output only which addresses it had.
    assert len(built) == (change not in ("a removed folder",))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_cannot_be_read(site: Path, built: list[Path]) -> None:
    (site / "content/a.md").chmod(0)
    assert run(site, "build")[0] == 1
    (site / "content/a.md").chmod(0o644)
    assert run(site, "build")[0] == 0


def test_options_are_told_apart(site: Path, built: list[Path]) -> None:
    for options in (["--future"], ["--base-url", "https://example.com/"], ["-o", f"{site}/b"]):
        run(site, "build", *options)
    assert len(built) == 3
    run(site, "build", "--future")
    run(site, "build", "-o", f"{site}/b")
    assert len(built) == 4, "the output is that of the other address"


@pytest.mark.parametrize(
    ("epoch", "is_built"),
    [
        ("1780272001", False),
        ("1780311600", False),  # an hour before the page is published
        ("1780315201", True),  # the page is published
        ("1780358400", True),  # the next day
        ("1780271999", True),  # the day before
    ],
)
def test_time_passes(
    checked: Path, built: list[Path], monkeypatch: pytest.MonkeyPatch, epoch: str, is_built: bool
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    run(checked, "build")
    run(checked, "check")
    assert len(built) == 2 * is_built
    assert (checked / "_site/later").exists() == (epoch in ("1780315201", "1780358400"))


def test_another_library(site: Path, built: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "libraries", lambda: iter(["jinja2-99.dist-info"]))
    run(site, "build")
    assert len(built) == 1


def test_another_program(
    site: Path, built: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = folders.copy(Path(state.__file__).parent.parent, tmp_path / "other/explainer")
    (other / "themes").mkdir()
    monkeypatch.setattr(stamps, "_package", lambda: other)
    run(site, "build")
    run(site, "build")
    assert len(built) == 1
    folders.put(other, {"model/settings.py": ""})
    run(site, "build")
    assert len(built) == 2


def test_an_equal_file_is_no_change(checked: Path, built: list[Path]) -> None:
    for path in ("content/a.md", "site.toml", "_site/a/index.html"):
        content = (checked / path).read_bytes()
        (checked / path).unlink()
        (checked / path).write_bytes(content)
    os.utime(checked / "static/file.txt")
    run(checked, "build")
    run(checked, "check")
    assert not built


def test_a_copy_of_a_site_is_compared_by_content(
    site: Path, built: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(site, site.parent / "copy", symlinks=True)
    shutil.rmtree(site)
    (site.parent / "copy").rename(site)
    run(site, "build")
    assert not built


def test_a_change_within_the_resolution_of_the_clock(
    site: Path, built: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system whose times never change: only hashes can tell."""
    monkeypatch.setattr(
        stamps, "_of", lambda status: [status.st_size, *[2**62] * 2, 1, status.st_mode]
    )
    run(site, "build")
    built.clear()
    run(site, "build")
    assert not built
    write(site / "content/a.md", PAGE.replace("Some", "Same"))
    run(site, "build")
    assert len(built) == 1


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def header(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the header of a state, and its parts."""
    start = seal.SIZE + 8
    end = start + int.from_bytes(content[seal.SIZE : start], "little")
    return marshal.loads(content[start:end]), content[end:]


def other(content: bytes, **changes: object) -> bytes:
    """Return a state with another header, as this user would have sealed it."""
    before, parts = header(content)
    packed = marshal.dumps(before | changes)
    return signed(len(packed).to_bytes(8, "little") + packed) + parts


def flipped(content: bytes, part: str) -> bytes:
    """Return a state with another byte in one part."""
    before, parts = header(content)
    at = len(content) - len(parts)
    for name, size, _ in before["parts"]:
        if name == part:
            return content[: at + 9] + bytes([content[at + 9] ^ 1]) + content[at + 10 :]
        at += size
    raise AssertionError(part)


def signed(content: bytes) -> bytes:
    return seal.of(content) + content


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": _cut,
    "a bit": lambda content: content[:-50] + bytes([content[-50] ^ 1]) + content[-49:],
    "a bit of the report": lambda content: flipped(content, "colored"),
    "a bit of the paths": lambda content: flipped(content, "paths"),
    "not marshal": lambda _: signed(bytes(8) + b"\xff\xfe"),
    "too long": lambda content: content[: seal.SIZE] + b"\xff" * 8 + content[seal.SIZE + 8 :],
    "not sealed": lambda content: (
        hashlib.sha256(content[seal.SIZE :]).digest() + content[seal.SIZE :]
    ),
    "a list": lambda content: signed(b"".join([len(LIST).to_bytes(8, "little"), LIST])),
    "no key": lambda content: signed(b"".join([len(EMPTY).to_bytes(8, "little"), EMPTY])),
    "other types": lambda content: other(content, conditions=3),
    "other conditions": lambda content: other(content, conditions={"strict": False}),
    "other counts": lambda content: other(content, counts=[]),
    "other parts": lambda content: other(content, parts=[("paths", 9, b"")]),
    "parts elsewhere": lambda content: other(
        content, parts=[(name, 10**12, hashed) for name, _, hashed in header(content)[0]["parts"]]
    ),
    "older": lambda content: other(content, key=[3, *header(content)[0]["key"][1:]]),
}
LIST, EMPTY = marshal.dumps([]), marshal.dumps({})


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_state_that_cannot_be_used(site: Path, built: list[Path], damage: str) -> None:
    before = run(site, "build")
    files = [*(site / ".explainer/state").iterdir()]
    for path in files:
        path.write_bytes(DAMAGE[damage](path.read_bytes()))
    assert run(site, "build") == before
    assert len(built) == 1
    run(site, "build")
    assert len(built) == 1


def test_a_state_that_cannot_be_written(site: Path, built: list[Path]) -> None:
    shutil.rmtree(site / ".explainer/state")
    (site / ".explainer/state").write_text("in the way")
    try:
        assert run(site, "build")[0] == run(site, "build")[0] == 0
        assert len(built) == 2
    finally:
        (site / ".explainer/state").unlink()


def test_caches_of_another_user_are_not_read(
    site: Path, built: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading pickled values and compiled templates can run code."""
    own = site / ".explainer/templates"
    shared = own.resolve()
    own.unlink()
    shutil.copytree(shared, own)  # or what this process has read from there would be used
    run(site, "build")
    built.clear()
    monkeypatch.setattr(seal, "_key", lambda: b"another user's key")

    loads = pickle.loads

    def read(*_: object) -> None:
        raise AssertionError

    def unpacked(packed: bytes) -> Any:
        assert sys._getframe(1).f_code.co_name != "_opened", "it is a row of the database"
        return loads(packed)

    monkeypatch.setattr(disk.pickle, "loads", unpacked)
    monkeypatch.setattr(jinja2.bccache.Bucket, "bytecode_from_string", read)
    assert run(site, "build")[0] == 0
    assert len(built) == 1


@pytest.mark.parametrize("table", ["articles", "pages"])
def test_a_value_counts_only_in_its_own_row(site: Path, table: str) -> None:
    (site / "content/b.md").write_text(PAGE.replace("words", "others"))
    assert run(site, "build")[0] == 0
    output = {path: path.read_bytes() for path in (site / "_site").rglob("*") if path.is_file()}
    with closing(sqlite3.connect(site / ".explainer/cache.db")) as database:
        rows = database.execute(f"select rowid, value from {table}").fetchall()
        assert len(rows) > 1
        moved = [
            (value, rowid) for (rowid, _), (_, value) in zip(rows, rows[1:] + rows[:1], strict=True)
        ]
        database.executemany(f"update {table} set value = ? where rowid = ?", moved)
        database.commit()
    shutil.rmtree(site / ".explainer/state")
    assert run(site, "build")[0] == 0
    assert {path: path.read_bytes() for path in output} == output


def test_links_in_the_cache_folder_change_no_other_file(site: Path, tmp_path: Path) -> None:
    """A contribution can bring an `.explainer` folder with it."""
    others = tmp_path / "others"
    others.mkdir()
    for number in range(20):
        (others / f"{number}.json").write_text("an author's")
    shutil.copytree((site / ".explainer/templates").resolve(), others / "templates")
    for name in ("cache.db", "style.css"):
        (others / name).write_text("an author's")
    before = {path: path.read_bytes() for path in others.iterdir() if path.is_file()}
    caches = site / ".explainer"
    shutil.rmtree(caches)
    caches.mkdir()
    (caches / "templates").mkdir()
    (caches / "state").symlink_to(others)
    (caches / "cache.db").symlink_to(others / "cache.db")
    (caches / "templates/style.css").symlink_to(others / "style.css")
    assert run(site, "build")[0] == 0
    assert {path: path.read_bytes() for path in others.iterdir() if path.is_file()} == before


def test_few_states_are_kept(checked: Path) -> None:
    for number in range(12):
        run(checked, "build", "--base-url", f"https://{number}.example.org/")
    states = [path.name.partition("-")[0] for path in (checked / ".explainer/state").iterdir()]
    assert (states.count("build"), states.count("check")) == (8, 1)


def test_a_change_during_the_build_is_not_missed(
    site: Path, built: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    make = pipeline.load_site

    def slow(*arguments: object) -> object:
        result = make(*arguments)  # type: ignore[arg-type]
        (site / "content/a.md").write_text(PAGE.replace("a link", "a lamp"))
        return result

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "load_site", slow)
        run(site, "build", "--clean")
    run(site, "build")
    assert "a lamp" in (site / "_site/a/index.html").read_text()


def test_nothing_slow_is_imported(site: Path) -> None:
    assert process("--site", site, "build").returncode == 0
    for command in ("build", "check"):
        process("--site", site, command)
        modules = process("--site", site, command).stderr.splitlines()[-1].split()
        heavy = {"jinja2", "markdown_it", "pydantic", "yaml", "explainer.build.pipeline"}
        assert not heavy & set(modules)


@pytest.mark.parametrize("command", [("build", "--clean"), ("check", "--no-advice"), ("check",)])
def test_all_that_is_read_is_stamped(
    site: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """Every file below the site or the program that a run opens is one whose change is noticed."""
    monkeypatch.setenv(state.AUDITED, "1")
    assert run(site, *command)[0] == 0


READS: dict[str, Callable[[Path], object]] = {
    "a file": lambda root: (root / "notes.txt").read_text(),
    "a file in a folder": lambda root: (root / "data/notes.txt").read_text(),
    "names": lambda root: [*(root / "data").iterdir()],
    "names with kinds": lambda root: list(os.scandir(root / "data")),
    "a file of the repository": lambda root: os.close(
        os.open(root / "data/notes.txt", os.O_RDONLY)
    ),
}


@pytest.mark.parametrize("swallowed", [False, True])
@pytest.mark.parametrize("read", READS)
def test_another_read_fails_in_an_audit(
    site: Path, monkeypatch: pytest.MonkeyPatch, read: str, swallowed: bool
) -> None:
    folders.put(site, {"notes.txt": "a", "data/notes.txt": "b"})
    load = pipeline.load_site

    def reading(*arguments: Any) -> Any:
        with suppress(Exception if swallowed else KeyError):
            READS[read](site)
        return load(*arguments)

    monkeypatch.setattr(pipeline, "load_site", reading)
    assert run(site, "build", "--clean")[0] == 0
    monkeypatch.setenv(state.AUDITED, "1")
    result = CliRunner().invoke(main, ["--site", str(site), "build", "--clean"])
    assert isinstance(result.exception, UnrecordedReadError)
    assert "data" in str(result.exception) or "notes.txt" in str(result.exception)
