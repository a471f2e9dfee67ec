"""The command line: its output, its exit codes, and its robustness."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import jsonschema
import pytest
from click.testing import CliRunner, Result

import explainer
from explainer.cli import main
from tests import ROOT
from tests.helpers import folders

ARTICLE = "---\ntitle: T\n---\n"
BROKEN_FRAGMENT = ARTICLE + "Some words, and [a link](#nowhere).\n"
SITE = {"site.toml": 'title = "T"\n', "content/a.md": ARTICLE + "Some words.\n"}


@pytest.fixture
def site(tmp_path: Path, templates: Path) -> Path:
    """A site that builds."""
    return folders.with_cache(folders.put(tmp_path / "site", SITE), templates)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


PROGRAM = """
import atexit, sys
from explainer.cli import main
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
main()
"""


def process(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process. The last line of stderr names the modules it imported."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# --- exit codes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["build", "check"])
def test_success_exits_with_0(command: str, site: Path) -> None:
    assert run("--site", site, command).exit_code == 0


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_problem_exits_with_1(command: str, site: Path) -> None:
    folders.put(site, {"content/a.yaml": "notes: [{quote: other words, note: n}]\n"})
    result = run("--site", site, command)
    assert result.exit_code == 1
    assert "content/a.yaml:1:17: error[quote-lost]" in result.stderr


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_warning_exits_with_1_only_if_strict(command: str, site: Path) -> None:
    folders.put(site, {"content/a.md": BROKEN_FRAGMENT})
    assert run("--site", site, command).exit_code == 0
    result = run("--site", site, command, "--strict")
    assert result.exit_code == 1
    assert "warning[broken-fragment]" in result.stderr


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_remark_never_fails(command: str, site: Path) -> None:
    folders.put(site, {"content/a.yaml": "sources: {s: {title: Unused}}\n"})
    result = run("--site", site, command, "--strict")
    assert result.exit_code == 0
    assert "info[unused-source]" in result.stderr


def test_a_strict_build_with_a_warning_writes_nothing(site: Path) -> None:
    folders.put(site, {"content/a.md": BROKEN_FRAGMENT})
    run("--site", site, "build", "--strict")
    assert not (site / "_site").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "--no-such-option"],
        ["no-such-command"],
        ["build", "--jobs", "0"],
        ["build", "--jobs", "many"],
        ["build", "--format", "xml"],
        ["schema", "no-such-kind"],
        ["schema"],
        ["new"],
        ["build", "an argument too much"],
    ],
)
def test_wrong_usage_exits_with_2(
    arguments: list[str], site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site)
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error: " in result.stderr


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("example.org", "https://"),
        ("https://h:99999/", "its port"),
        ("http://[::1", "IPv6"),
        ("https:///x", "no host"),
        ("https://example.org/?a=b", "leave out `?`"),
    ],
)
def test_an_invalid_url_is_wrong_usage(url: str, why: str, site: Path) -> None:
    result = run("--site", site, "build", "--base-url", url)
    assert result.exit_code == 2
    assert why in result.stderr
    assert not (site / "_site").exists()


@pytest.mark.parametrize("command", ["build", "check", "schema --write"])
def test_outside_a_site_exits_with_2(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for result in (run(*command.split()), run("--site", tmp_path, *command.split())):
        assert result.exit_code == 2
        assert "site.toml" in result.stderr
        assert "explainer new" in result.stderr
    assert not list(tmp_path.iterdir())


# --- where the site is ---------------------------------------------------------------------------


def test_the_site_is_found_from_a_subfolder(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site / "content")
    assert run("build").exit_code == 0
    assert (site / "_site/a/index.html").exists()


def test_site_names_a_folder(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site.parent)
    assert run("--site", "site", "build").exit_code == 0
    assert (site / "_site/a/index.html").exists()


def test_output_is_relative_to_the_current_folder(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("--site", "site", "build", "-o", "public").exit_code == 0
    assert (tmp_path / "public/a/index.html").exists()


# --- help ----------------------------------------------------------------------------------------


def test_help_of_every_command() -> None:
    told = run("--help")
    assert told.exit_code == 0
    assert "explainer new my-site" in told.stdout, "the first steps"
    assert set(main.commands) >= {"new", "build", "check", "schema"}
    for name, command in main.commands.items():
        assert re.search(rf"^  {name}  +\S", told.stdout, re.MULTILINE), "a line in the list"
        for option in ("--help", "-h"):
            result = run(name, option)
            assert result.exit_code == 0
            assert result.stdout.startswith(f"Usage: main {name}")
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{name} {parameter.name} has no help"


def test_without_a_command_help_is_shown() -> None:
    result = run()
    assert "Usage:" in result.stdout + result.stderr


def test_version() -> None:
    assert run("--version").stdout == f"explainer, version {explainer.__version__}\n"


# --- new -----------------------------------------------------------------------------------------


def test_new_creates_a_site_that_builds_without_warnings(tmp_path: Path) -> None:
    root = tmp_path / "my site"
    made = run("new", root)
    assert made.exit_code == 0
    wanted = {"site.toml", ".gitignore", ".github/workflows/pages.yml"}
    assert wanted <= set(folders.contents(root))
    assert any(name.endswith(".schema.json") for name in folders.contents(root))
    result = run("--site", root, "build", "--strict")
    assert result.exit_code == 0, result.stderr
    assert "no problems" in result.stderr
    assert not re.search("error|warning|info", result.stderr)
    assert run("--site", root, "check", "--strict").exit_code == 0


def test_new_never_overwrites(tmp_path: Path) -> None:
    mine = {"site.toml": 'title = "Mine"\n', ".gitignore": "mine\n", "other": "x"}
    root = folders.put(tmp_path, mine)
    result = run("new", root)
    assert result.exit_code == 0
    kept = folders.contents(root)
    assert {name: kept[name].decode() for name in mine} == mine
    assert "kept" in result.stdout
    before = folders.state(root)
    assert run("new", root).exit_code == 0
    assert folders.state(root) == before, "a second time nothing is touched"


def test_new_does_not_write_through_a_symbolic_link(tmp_path: Path) -> None:
    outside = folders.put(tmp_path / "outside", {"precious": "x"})
    root = tmp_path / "site"
    root.mkdir()
    (root / "site.toml").symlink_to(outside / "not yet there")
    (root / ".gitignore").symlink_to(outside / "precious")
    run("new", root)
    assert folders.contents(outside) == {"precious": b"x"}


@pytest.mark.parametrize("name", ["a-file", "a-file/below"])
def test_new_where_no_folder_can_be_created(name: str, tmp_path: Path) -> None:
    folders.put(tmp_path, {"a-file": "x"})
    result = run("new", tmp_path / name)
    assert result.exit_code == 2
    assert "a-file" in result.stderr


# --- build, check --------------------------------------------------------------------------------


@pytest.mark.parametrize("mistake", [False, True])
def test_check_writes_nothing_at_all(mistake: bool, tmp_path: Path) -> None:
    root = folders.put(tmp_path, SITE)
    if mistake:
        folders.put(root, {"content/a.yaml": "notes: [{quote: other words, note: n}]\n"})
    before = folders.state(root)
    run("--site", root, "check")
    assert folders.state(root) == before


def test_check_reports_the_same_problems_as_build(site: Path) -> None:
    """This includes problems that appear only when pages are rendered."""
    folders.put(site, {"themes/default/templates/404.html": "{{ page.titel }}"})
    for command in ("check", "build"):
        result = run("--site", site, command)
        assert result.exit_code == 1
        assert "themes/default/templates/404.html:1: error[template-name]" in result.stderr


def test_the_summary_line(site: Path) -> None:
    folders.put(site, {"content/a.yaml": "notes: [{quote: words, note: n}]\n"})
    last = run("--site", site, "build").stderr.splitlines()[-1]
    assert re.fullmatch(r"\d+ pages, 1 annotation, no problems, \d+\.\d\d seconds", last)
    folders.put(site, {"content/a.yaml": "notes: [{quote: lost words, note: n}]\n"})
    last = run("--site", site, "build").stderr.splitlines()[-1]
    assert re.fullmatch(
        r"\d+ pages?, \d annotations?, 1 error, \d+\.\d\d seconds; nothing written", last
    )


@pytest.mark.parametrize("command", ["build", "check"])
@pytest.mark.parametrize("annotations", ["", "notes: [{quote: lost words, note: n}]\n"])
def test_json_is_the_only_thing_on_standard_output(
    command: str, annotations: str, site: Path
) -> None:
    folders.put(site, {"content/a.yaml": annotations})
    result = run("--site", site, command, "--format", "json")
    problems = json.loads(result.stdout)
    assert isinstance(problems, list)
    assert [problem["code"] for problem in problems] == (["quote-lost"] if annotations else [])
    assert result.exit_code == bool(annotations)


def test_text_reports_leave_standard_output_empty(site: Path) -> None:
    assert run("--site", site, "build").stdout == ""


def test_drafts_and_future(site: Path) -> None:
    folders.put(
        site,
        {
            "content/draft.md": "---\ntitle: T\ndraft: true\n---\n",
            "content/future.md": "---\ntitle: T\ndate: 2999\n---\n",
        },
    )
    run("--site", site, "build")
    assert not (site / "_site/draft").exists()
    run("--site", site, "build", "--drafts", "--future")
    assert (site / "_site/draft/index.html").exists()
    assert (site / "_site/future/index.html").exists()


def test_clean_rewrites_every_file(site: Path) -> None:
    run("--site", site, "build")
    before = folders.state(site / "_site")
    run("--site", site, "build", "--clean")
    after = folders.state(site / "_site")
    assert {name: state[-1] for name, state in after.items()} == {
        name: state[-1] for name, state in before.items()
    }
    assert after["a/index.html"] != before["a/index.html"]


# --- schema --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["annotations", "library", "article", "site"])
def test_schema_prints_a_json_schema(kind: str) -> None:
    result = run("schema", kind)
    assert result.exit_code == 0
    schema = json.loads(result.stdout)
    jsonschema.validators.validator_for(schema, default=None).check_schema(schema)
    assert schema["properties"]


def test_schema_write(site: Path) -> None:
    result = run("--site", site, "schema", "--write")
    assert result.exit_code == 0
    for line in result.stdout.splitlines():
        json.loads(Path(line).read_text(encoding="utf-8"))
    assert len(result.stdout.splitlines()) == 4


# --- no tracebacks -------------------------------------------------------------------------------

DEEP = 10_000
LONG = 300_000


def _deep(before: str, after: str = "") -> str:
    return before * DEEP + "x" + after * DEEP


@pytest.mark.parametrize(
    "files",
    [
        {"site.toml": ""},
        {"site.toml": "\0"},
        {"site.toml": b"\xff\xfe"},
        {"site.toml": "title = " + _deep("[", "]")},
        {"site.toml": "a." * 2000 + 'b = 1\ntitle = "T"'},
        {"site.toml": 'title = "' + "x" * LONG + '"'},
        {"site.toml": 'title = "T"\nvalue = ' + "9" * 5000},
        {"content/a.md": "---\ntitle: " + _deep("[", "]") + "\n---\n"},
        {"content/a.md": ARTICLE + _deep("> ")},
        {"content/a.md": ARTICLE + _deep("- ")},
        {"content/a.md": ARTICLE + "".join("  " * i + "- x\n" for i in range(300))},
        {"content/a.md": ARTICLE + _deep("*", "*")},
        {"content/a.md": ARTICLE + "**a " * 2000 + " b**" * 2000},
        {"content/a.md": ARTICLE + _deep("[", "](x)")},
        {"content/a.md": ARTICLE + "![" * 2000 + "](x)" * 2000},
        {"content/a.md": ARTICLE + _deep("`")},
        {"content/a.md": ARTICLE + "# " + "x" * LONG},
        {"content/a.md": ARTICLE + "words " * (LONG // 6)},
        {"content/a.md": ARTICLE + "\0" * 100},
        {"content/a.md": ARTICLE + "[^1]: " * 500 + "\n\n[^1]"},
        {"content/a.md": ARTICLE + "| a " * 2000 + "|\n" + "|--" * 2000 + "|\n" + "| b " * 2000},
        {"content/a.yaml": _deep("[", "]")},
        {"content/a.yaml": _deep("{a: ", "}")},
        {"content/a.yaml": _deep("- ")},
        {"content/a.yaml": "".join(" " * i + "a:\n" for i in range(3000))},
        {"content/a.yaml": "notes: [{quote: " + "x" * LONG + ", note: n}]"},
        {"content/a.yaml": "notes:\n" + "  - {quote: words, note: n}\n" * 500},
        {"content/a.yaml": "a: &a [*a, *a]\n"},
        {"content/a.yaml": b"notes: [{quote: \xff, note: n}]"},
        {"content/a.yaml": b"\0\0\0"},
        {"content/_library.yaml": _deep("[", "]")},
        {"content/x/" * 70 + "a.md": ARTICLE},
    ],
    ids=lambda files: (
        "{}:{}".format(*next(iter(files.items())))[:40].encode("unicode_escape", "replace").decode()
        if all(isinstance(v, str) for v in files.values())
        else next(iter(files)) + ":bytes"
    ),
)
def test_no_input_causes_a_traceback(files: dict[str, str | bytes], site: Path) -> None:
    folders.put(site, files)
    result = run("--site", site, "build")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code in (0, 1)
    assert max(map(len, result.stderr.splitlines())) < 2000, "a report that can be read"


def test_no_content(tmp_path: Path) -> None:
    root = folders.put(tmp_path, {"site.toml": 'title = "T"'})
    result = run("--site", root, "build")
    assert result.exit_code == 1
    assert "error[no-content]" in result.stderr
    folders.put(root, {"content": "a file"})
    assert "error[no-content]" in run("--site", root, "build").stderr


def test_an_empty_content_folder_is_a_site(tmp_path: Path) -> None:
    root = folders.put(tmp_path, {"site.toml": 'title = "T"'})
    (root / "content").mkdir()
    assert run("--site", root, "build").exit_code == 0


def test_a_folder_with_the_name_of_an_article(site: Path) -> None:
    folders.put(site, {"content/x.md/inside.md": ARTICLE, "content/y.yaml/z.txt": "z"})
    result = run("--site", site, "build")
    assert result.exit_code == 1
    assert result.stderr.count("error[bad-name]") == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
@pytest.mark.parametrize("name", ["content/x.md", "content/_library.yaml", "static/x", "content/x"])
def test_a_fifo_does_not_block(name: str, site: Path) -> None:
    (site / "static").mkdir()
    os.mkfifo(site / name)
    result = run("--site", site, "build")
    assert result.exit_code == 1
    assert f"{name}: error[unreadable]" in result.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
def test_a_fifo_for_settings(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "site.toml")
    assert run("--site", tmp_path, "build").exit_code == 2


@pytest.mark.parametrize(
    "name", ["content/a\udce9.md", "static/\udcff.txt", "content/\udce9/index.md"]
)
def test_a_file_name_that_is_not_utf8(name: str, site: Path) -> None:
    try:
        folders.put(site, {name: ARTICLE})
    except OSError:
        pytest.skip("this file system has UTF-8 names only")
    result = run("--site", site, "build")
    assert result.exit_code == 1
    assert "error[bad-name]" in result.stderr


def test_reports_contain_no_control_characters_from_files(site: Path) -> None:
    folders.put(site, {"content/a.yaml": 'notes: [{quote: "\x1b[31mred\x1b[0m", note: n}]\n'})
    result = run("--site", site, "build")
    assert "\x1b" not in result.stderr
    folders.put(site, {"content/a.yaml": 'notes: [{quote: "\\e[31mred\\u202e", note: n}]\n'})
    result = run("--site", site, "build")
    assert "\x1b" not in result.stderr
    assert "\u202e" not in result.stderr


def test_a_site_folder_that_cannot_be_written_to(site: Path) -> None:
    folders.put(site, {"_site": "a file"})
    result = run("--site", site, "build")
    assert result.exit_code == 1
    assert "error[" in result.stderr
    assert (site / "_site").read_text() == "a file"


# --- as a process --------------------------------------------------------------------------------


def test_the_command_as_a_process(site: Path) -> None:
    """Building a valid site imports nothing that only problems or other commands need."""
    done = process("--site", site, "build", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    *told, modules = done.stderr.splitlines()
    assert "no problems" in told[-1]
    assert not {"rapidfuzz", "livereload", "multiprocessing"} & set(modules.split())


@pytest.mark.parametrize(
    ("arguments", "never"),
    [
        (["--version"], {"jinja2", "pydantic", "markdown_it", "yaml", "pygments", "rapidfuzz"}),
        (["--help"], {"jinja2", "pydantic", "markdown_it", "yaml", "pygments", "rapidfuzz"}),
        (["build", "--help"], {"jinja2", "pydantic", "markdown_it", "yaml", "pygments"}),
        (["new", "{}/new"], {"jinja2", "markdown_it", "pygments", "rapidfuzz"}),
    ],
)
def test_a_command_imports_only_what_it_uses(
    arguments: list[str], never: set[str], tmp_path: Path
) -> None:
    done = process(*(argument.format(tmp_path) for argument in arguments))
    modules = set(done.stderr.splitlines()[-1].split())
    assert done.returncode == 0
    assert "click" in modules
    assert not never & modules


@pytest.mark.skipif(os.name != "posix", reason="there is no sh here")
def test_a_broken_pipe_causes_no_traceback() -> None:
    script = '"$0" -c "from explainer.cli import main; main()" schema annotations | head -c 10'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(done.stdout) == 10
    assert done.stderr == ""
