"""Sites from other machines: line endings, byte order marks, file names, and character sets.

What can be seen of Windows and macOS on any system: the same site with CRLF and a byte order mark
gives the same bytes; every command works in folders with spaces and umlauts, in either Unicode
form; a console of code page 1252 gets no traceback.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.cli import main
from explainer.scaffold.article import add_article
from explainer.serve.editing.editor import PageEditor
from explainer.serve.live import LiveSite
from explainer.support import workers
from explainer.support.slugs import is_device
from tests import ROOT
from tests.helpers import folders
from tests.publish.test_publish import _git, git  # noqa: F401 - git without this machine's settings

PICTURE = (ROOT / "tests/sites/pictures/content/turned/small (1).png").read_bytes()

TEXTS = {
    "site.toml": 'title = "Größe"\nurl = "https://example.org/größe/"\ndescription = """\n'
    'Two\nlines."""\n',
    "content/index.md": "---\ntitle: Anfang\n---\n\n[Übung](<Über uns/index.md>)\n",
    "content/_library.yaml": "sources:\n  haus:\n    title: |\n      Das Haus\n    date: 2024\n",
    "content/Über uns/index.md": "---\ntitle: Über uns\nsummary: |\n  Zwei\n  Zeilen.\ndate: 2024\n"
    "---\n\nWir sind seit\nlangem hier.\\\nJa.\n\n```python\nx = '''\ny'''\n```\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n![Das Büro](<Büro im Mai.png>)\n\n"
    "[^1]\n\n[^1]: Fuß\n    note.\n",
    "content/Über uns/index.yaml": "claims:\n  - id: lange\n    quote: sind seit langem hier\n"
    "    claim: Sie sind lange da.\n    by: Haus\n    date: 2024\n    rating: true\n"
    "    review: |\n      Eins.\n\n      Zwei.\n    evidence:\n"
    "      - {source: haus, stance: supports}\n"
    "notes:\n  - image: Büro im Mai.png\n    note: >\n      Das ist\n      es.\n"
    "  - quote: x = '''\n    note: Anfang.\n",
    "static/frei wählbar.txt": "Zeile\n",
}
BINARY = {"content/Über uns/Büro im Mai.png": PICTURE}


def site(root: Path, *, ends: str = "\n", mark: str = "", form: str = "NFC") -> Path:
    """Write the site. `form` is the Unicode normalization form of its file names."""
    texts = {
        name: (mark + text.replace("\n", ends)).encode() if not name.startswith("static") else text
        for name, text in TEXTS.items()
    }
    every = {**texts, **BINARY}
    return folders.put(root, {unicodedata.normalize(form, name): every[name] for name in every})


def built(root: Path) -> dict[str, bytes]:
    done = build_site(root, BuildOptions(jobs=1, strict=True, future=True))
    assert not done.problems
    return folders.contents(root / "_site")


# --- line endings and byte order marks -----------------------------------------------------------


@pytest.mark.parametrize(("ends", "mark"), [("\r\n", ""), ("\r\n", "\ufeff"), ("\n", "\ufeff")])
def test_line_endings_and_byte_order_marks_do_not_change_the_output(
    tmp_path: Path, ends: str, mark: str
) -> None:
    expected = built(site(tmp_path / "unix"))
    assert b"<mark data-annotation" in expected["über-uns/index.html"]
    assert built(site(tmp_path / "windows", ends=ends, mark=mark)) == expected


def test_problems_have_the_line_and_column_in_the_file(tmp_path: Path) -> None:
    reports = []
    for ends, mark in (("\n", ""), ("\r\n", "\ufeff")):
        root = site(tmp_path / f"site{len(ends)}", ends=ends, mark=mark)
        path = root / "content/Über uns/index.yaml"
        path.write_bytes(path.read_bytes().replace(b"langem hier", b"gestern dort"))
        path = root / "content/index.md"
        path.write_bytes(path.read_bytes().replace(b"Anfang", f"Anfang{ends}titel: 1".encode()))
        done = CliRunner().invoke(main, ["--site", str(root), "check"])
        assert done.exit_code == 1
        reports.append(done.stderr.rpartition(", ")[0])
    assert reports[0] == reports[1]
    assert "content/Über uns/index.yaml:3:12: error[quote-lost]" in reports[0]
    assert "content/index.md:3:1: error[unknown-key]" in reports[0]


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_file_names_may_be_in_either_unicode_form(tmp_path: Path, form: str) -> None:
    """macOS programs write `ü` as two characters, and git carries them to other machines."""
    root = site(tmp_path / unicodedata.normalize(form, "Für mich"), form=form)
    output = built(root)
    page = output["über-uns/index.html"].decode()
    names = {unicodedata.normalize("NFC", name) for name in output}
    assert "über-uns/Büro im Mai.png" in names
    assert 'alt="Das Büro" width="' in page
    assert "frei wählbar.txt" in names


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "Eigene Dateien (Größe)"
    home.mkdir()
    return home


def run(*words: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def test_every_command_in_a_folder_with_spaces_and_umlauts(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    output = run("new", "Übung macht's").stdout
    assert "cd 'Übung macht'\"'\"'s'" in output
    root = home / "Übung macht's"
    monkeypatch.chdir(root)
    run("add", "Größe & Maß", "--folder", "Büro im Mai")
    made = root / "content/Büro im Mai/größe-maß"
    article, notes = made / "index.md", made / "index.yaml"
    assert article.is_file()
    # As a Windows editor saves them.
    text = article.read_text(encoding="utf-8").replace("draft: true", "summary: s # ")
    text = text.replace("Write here.", "Wir haben es am Montag gemessen.\n\n![Maß](Maß 1.png)")
    text = text.replace("Maß 1.png", "<Maß 1.png>")
    article.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    notes.write_bytes(b"\xef\xbb\xbf" + notes.read_bytes().replace(b"\n", b"\r\n"))
    (made / "Maß 1.png").write_bytes(PICTURE)
    run("check", "--strict")
    run("build", "--strict")
    address = "/büro-im-mai/größe-maß/"

    # `serve`: text that is selected on the page becomes a note.
    live = LiveSite(root, build_options())
    live.update(None)
    desk = PageEditor(root, lambda: live.state)
    known = desk.answer("page", {"address": address}).body["hash"]
    note = {"kind": "note", "quote": "am Montag", "note": "Also\nnicht heute."}
    asked = {"address": address, "hash": known, "kind": "note", "entry": note}
    before = notes.read_bytes()
    reply = desk.answer("add", asked | note)
    assert reply.status == 200, reply.body
    after = notes.read_bytes()
    assert after.startswith(before.rstrip())
    assert b"am Montag" in after
    assert b"\n" not in after.replace(b"\r\n", b"")

    # Export, and import under another name.
    found = {"type": "TextQuoteSelector", "exact": "gemessen"}
    foreign = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "Annotation",
        "body": {"type": "TextualBody", "value": "Mit Maß."},
        "target": {"source": "https://example.org/", "selector": found},
    }
    file = home / "Was für mich.json"
    file.write_text(json.dumps(foreign), encoding="utf-8")
    run("import", file, "--article", "content/Büro im Mai/größe-maß")
    assert "Mit Maß." in notes.read_text(encoding="utf-8")
    assert b"\n" not in notes.read_bytes().replace(b"\r\n", b"")
    run(
        "export",
        "büro-im-mai/größe-maß".replace("büro-im-mai", "Büro im Mai"),
        "-o",
        "Aus fuhr.json",
    )
    exported = json.loads((root / "Aus fuhr.json").read_text(encoding="utf-8"))
    assert "am Montag" in json.dumps(exported, ensure_ascii=False)
    (root / "Aus fuhr.json").unlink()
    run("schema", "--write")
    run("check", "--strict")

    # Publish to a branch of a repository in such a folder.
    hub = home / "Ablage für alle.git"
    git(home, "init", "--quiet", "--bare", str(hub))
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "remote", "add", "origin", str(hub))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Größe")
    run("publish")
    listed = git(hub, "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "gh-pages")
    assert "büro-im-mai/größe-maß/index.html" in listed.splitlines()
    assert "büro-im-mai/größe-maß/Maß 1.png" in listed.splitlines()
    assert "Nothing to publish" in run("publish").stdout


def build_options() -> BuildOptions:
    return BuildOptions(drafts=True, write=False)


# --- consoles ------------------------------------------------------------------------------------

ARABIC = "قراءة"


EVERY_HELP = """
from explainer.cli import main
for name in main.commands:
    main([name, "--help"], "explainer", standalone_mode=False)
"""

slow = pytest.mark.slow


@pytest.mark.parametrize(
    "encoding", ["cp1252", pytest.param("ascii", marks=slow), pytest.param("cp437", marks=slow)]
)
def test_characters_that_a_console_cannot_show_cause_no_traceback(
    tmp_path: Path, encoding: str
) -> None:
    name = f"{ARABIC} — ü"
    environment = {
        **os.environ,
        "PYTHONIOENCODING": encoding,
        "PYTHONUTF8": "0",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
    }

    def console(*words: str, code: int = 0, program: str = "") -> tuple[bytes, bytes]:
        run = ["-c", program] if program else ["-m", "explainer", *words]
        done = subprocess.run(
            [sys.executable, *run],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert b"Traceback" not in done.stderr
        return done.stdout, done.stderr

    # click assumes that an ASCII-only terminal is not configured, and uses UTF-8.
    shown = ARABIC.encode("utf-8" if encoding == "ascii" else encoding, "backslashreplace")
    out, _ = console("new", name)
    assert shown in out
    site = ("--site", name)
    out, _ = console(*site, "add", ARABIC)
    assert shown in out
    page = tmp_path / name / f"content/{ARABIC}/index.md"
    text = page.read_text(encoding="utf-8").replace("draft: true", f"titel: {ARABIC}")
    page.write_text(text, encoding="utf-8")
    _, errors = console(*site, "check", code=1)
    assert b"unknown-key" in errors
    out, _ = console(*site, "check", "--format", "json", code=1)
    assert any(ARABIC in row["path"] for row in json.loads(out))
    console(*site, "build", code=1)
    console(*site, "publish", code=2)
    console(*site, "export", ARABIC, code=1)
    page.unlink()
    (page.parent / "index.yaml").unlink()
    # Output for other programs is UTF-8 with unchanged line endings.
    out, _ = console(*site, "export", "leap-years")
    assert "’" in out.decode() or json.loads(out)
    out, _ = console("schema", "annotations")
    assert json.loads(out.decode("utf-8"))
    assert b"\r" not in out
    console("--help")
    console(program=EVERY_HELP)


# --- Windows -------------------------------------------------------------------------------------


def test_device_names(tmp_path: Path) -> None:
    assert all(map(is_device, ("con", "AUX", "nul.txt", "com1", "LPT9.tar.gz", "Prn")))
    assert not any(map(is_device, ("icon", "auxiliary", "com", "com10", "con-1", "a.con", "")))
    root = folders.put(
        tmp_path, {"site.toml": 'title = "T"\n', "content/a.md": "---\ntitle: A\n---"}
    )
    made, _ = add_article(root, "Con")
    assert made == root / "content/con-1/index.md"


def test_pools_stay_within_the_limit_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 128)
    assert workers.processes(1000, None) == 61
    assert workers.processes(1000, 100) == 61


@pytest.mark.slow
def test_spawned_processes_give_the_same_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows and macOS spawn processes: everything they need must be pickled."""
    expected = built(site(tmp_path / "one"))
    root = site(tmp_path / "several")
    monkeypatch.setattr(workers.sys, "platform", "darwin")
    done = build_site(root, BuildOptions(jobs=2, strict=True, future=True))
    assert not done.problems
    assert folders.contents(root / "_site") == expected


def test_an_article_can_be_named_with_backslashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from explainer.exchange.find_article import article_path

    monkeypatch.setattr(os, "sep", "\\")
    known = {"content/a/index.md": None}
    assert article_path(tmp_path, "content\\a", known, ()) == "content/a/index.md"
    assert article_path(tmp_path, "a\\index.md", known, ()) == "content/a/index.md"
