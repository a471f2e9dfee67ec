"""Shell completion of `explainer`: click's protocol, and the scripts in real shells."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from explainer.cli import main
from explainer.cli.completion.command import articles, script, shell_of
from tests import ROOT
from tests.helpers import folders

SITE = {
    "site.toml": 'title = "T"\n',
    "content/index.md": "---\ntitle: Home\n---\n",
    "content/short.md": "---\ntitle: S\n---\n",
    "content/speech/index.md": "---\ntitle: S\n---\n",
    "content/Über uns/index.md": "---\ntitle: U\n---\n",
    "content/it's $HOME.md": "---\ntitle: Q\n---\n",
    "content/deep/er/page.md": "---\ntitle: P\n---\n",
    "content/_draft.md": "not a page",
    "content/_parts/x.md": "not a page",
    "content/.hidden/x.md": "not a page",
    "content/two\nlines.md": "---\ntitle: L\n---\n",
    "content/speech/map.svg": "<svg/>",
}
ALL = [
    "content/index.md",
    "content/it's $HOME.md",
    "content/short.md",
    "content/deep/er/page.md",
    "content/speech",
    "content/Über uns",
]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return folders.put(tmp_path / "my site", SITE)


# --- the protocol --------------------------------------------------------------------------------


def asked(*words: str, shell: str = "bash") -> list[str]:
    """Return the completions of a command line, whose last word may be incomplete."""
    environment = {
        "_EXPLAINER_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": shlex.join(["explainer", *words])
        if words[-1]
        else "explainer " + shlex.join(words[:-1]),
        "COMP_CWORD": str(len(words)),
    }
    done = CliRunner().invoke(main, prog_name="explainer", env=environment)
    assert done.exit_code == 0
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if line]


def test_completed_articles_are_names_that_export_accepts(site: Path, monkeypatch) -> None:
    assert articles(site, site, "") == ALL
    assert articles(site, site, "content/s") == ["content/short.md", "content/speech"]
    assert articles(site, site, "./content/sh") == ["./content/short.md"]
    assert articles(site, site, "sp") == ["speech"], "as from content/"
    assert articles(site, site / "content", "") == [name.removeprefix("content/") for name in ALL]
    assert articles(site, site.parent, "my site/content/sh") == ["my site/content/short.md"]
    assert articles(site, site, "nothing like it") == []
    assert articles(site / "not there", site, "") == []
    # With a precomposed letter, and decomposed as on macOS.
    assert articles(site, site, "content/U\u0308") == ["content/Über uns"]
    monkeypatch.chdir(site)
    for name in (*ALL, "speech", "./content/speech"):
        done = CliRunner().invoke(main, ["export", name])
        assert done.exit_code == 0, done.output


def test_what_is_completed(site: Path, monkeypatch) -> None:
    monkeypatch.chdir(site)
    assert asked("export", "content/sp") == ["plain,content/speech"]
    assert asked("import", "--article", "") == [f"plain,{name}" for name in ALL]
    assert asked("add", "--genre", "tr") == ["plain,transcript"]
    assert "plain,speech" in asked("add", "--genre", "")
    assert asked("exp") == ["plain,export"]
    assert asked("build", "--st") == ["plain,--strict"]
    assert asked("completion", "") == ["plain,bash", "plain,zsh", "plain,fish"]
    assert asked("publish", "--branch", "") == []
    monkeypatch.chdir(site.parent)
    assert asked("export", "") == [], "there is no site"
    assert "plain,speech" in asked("--site", "my site", "export", "sp")


def test_no_completions_outside_a_site(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert asked("export", "") == []


def test_it_is_fast(tmp_path: Path) -> None:
    """Completion takes at most as long as starting two processes."""
    site = folders.put(
        tmp_path,
        {"site.toml": "", **{f"content/{n}/index.md": "" for n in range(1000)}},
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "_EXPLAINER_COMPLETE": "bash_complete",
        "COMP_WORDS": "explainer export content/99",
        "COMP_CWORD": "2",
    }
    command = [sys.executable, "-X", "importtime", "-m", "explainer"]
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=site, env=environment, capture_output=True, text=True, check=True
    )
    assert time.perf_counter() - started < 2, "on a slow machine, too"
    assert len(done.stdout.split()) == 11
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not loaded & {"pydantic", "yaml", "markdown_it", "jinja2", "tornado"}


# --- the command ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_printed(shell: str, monkeypatch) -> None:
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0
    assert result.stdout == script(shell)
    assert result.stdout.isascii()
    monkeypatch.setenv("SHELL", f"/usr/local/bin/{shell}")
    assert CliRunner().invoke(main, ["completion"]).stdout == script(shell)


def test_an_unsupported_shell_must_be_named(monkeypatch) -> None:
    assert shell_of("C:\\Program Files\\Git\\bin\\bash.exe") == "bash"
    assert shell_of("/bin/tcsh") is None
    for known in ("/bin/tcsh", None):
        if known:
            monkeypatch.setenv("SHELL", known)
        else:
            monkeypatch.delenv("SHELL")
        result = CliRunner().invoke(main, ["completion"])
        assert result.exit_code == 2
        assert "bash, zsh, or fish" in result.stderr


# --- in the shells -------------------------------------------------------------------------------


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder with an `explainer` command, for the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    path = folder / "explainer"
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m explainer "$@"\n')
    path.chmod(0o755)
    return folder


def run(shell: str, commands: str, site: Path, program: Path) -> tuple[list[str], str]:
    """Run commands in a shell without user settings. Return lines of output, and all errors."""
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not installed")
    # Remove any other `explainer` from the PATH.
    others = os.environ["PATH"].split(os.pathsep)
    others = [each for each in others if not (Path(each) / "explainer").exists()]
    options = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    done = subprocess.run(
        [found, *options, "-c", commands],
        cwd=site,
        env={
            **os.environ,
            "PATH": os.pathsep.join([str(program), *others]),
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
            "HOME": str(site.parent),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines(), done.stderr


def old_bash() -> bool:
    """Whether bash is missing or as old as on macOS, where completion is off."""
    command = ["bash", "-c", "echo ${BASH_VERSINFO[0]}"]
    if os.name == "nt" or not shutil.which("bash"):
        return True
    return int(subprocess.run(command, capture_output=True, check=True).stdout) < 4


# Do what readline does for a Tab: set the variables and call the function.
BASH = """
{before}
eval "$(explainer completion bash)"
COMP_WORDS=({words}) COMP_CWORD={number}
compopt() {{ echo "compopt $*"; }}
_explainer_completion explainer
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.skipif(old_bash(), reason="needs bash, 4 or later")
@pytest.mark.parametrize(
    ("words", "number", "answer"),
    [
        ("explainer export content/s", 2, ["content/short.md", "content/speech"]),
        ("explainer export 'content/Ü'", 2, ["content/Über\\ uns"]),
        ("explainer export 'content/Über\\ u'", 2, ["content/Über\\ uns"]),
        ("explainer export content/it", 2, ["content/it\\'s\\ \\$HOME.md"]),
        ("explainer import --article = sp", 4, ["speech"]),
        ("explainer add --genre ne", 3, ["news"]),
        ("explainer add --genre ne x", 3, ["news"]),
        ("explainer import ''", 2, ["compopt -o default", ""]),
        ("explainer publish --branch ''", 3, [""]),
    ],
)
def test_bash(site: Path, program: Path, words: str, number: int, answer: list[str]) -> None:
    commands = BASH.format(before="", words=words, number=number)
    assert run("bash", commands, site, program) == (answer, "")


@pytest.mark.skipif(old_bash(), reason="needs bash, 4 or later")
def test_bash_registers_the_function(site: Path, program: Path) -> None:
    result = run(
        "bash", 'eval "$(explainer completion bash)"; complete -p explainer', site, program
    )
    assert result == (["complete -o nosort -F _explainer_completion explainer"], "")


@pytest.mark.skipif(os.name == "nt", reason="shells of Unix")
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_no_output_after_explainer_is_uninstalled(site: Path, program: Path, shell: str) -> None:
    text = site / "script"
    text.write_text(script(shell))
    (program / "explainer").write_text("#!/bin/sh\necho broken >&2; exit 3\n")
    ask = {
        "bash": "COMP_WORDS=(explainer e) COMP_CWORD=1; _explainer_completion explainer",
        "zsh": "words=(explainer e) CURRENT=2; _explainer",
        "fish": 'complete -C "explainer e"',
    }[shell]
    assert run(shell, f"source ./script; {ask}", site, program) == ([], "")
    (program / "explainer").unlink()
    assert run(shell, f"source ./script; {ask}", site, program) == ([], "")


@pytest.mark.skipif(os.name == "nt", reason="shells of Unix")
@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("explainer export content/s", ["content/short.md", "content/speech"]),
        ("explainer export content/Ü", ["content/Über uns"]),
        ("explainer import --article sp", ["speech"]),
        ("explainer add --genre ne", ["news"]),
        ("explainer exp", ["export\tGive an article's annotations or sources..."]),
        ("explainer import conten", ["content/"]),
    ],
)
def test_fish(site: Path, program: Path, line: str, answer: list[str]) -> None:
    commands = f'explainer completion fish | source; complete -C "{line}"'
    assert run("fish", commands, site, program) == (answer, "")


# zsh's completion system needs a prompt: use a zpty terminal, like zsh's own tests.
ZSH = """
zmodload zsh/zpty
zpty shell 'PS1= zsh -f -i'
line() {{ zpty -w shell "$1"; }}
line 'autoload -U compinit && compinit -u -D'
line 'eval "$(explainer completion zsh)"'
line 'show() {{ print -r -- "<$BUFFER>"; BUFFER= }}; zle -N show; bindkey "^X" show'
line 'LISTMAX=1000; unsetopt listbeep; print READY'
zpty -r shell text '*READY*READY*'
zpty -w -n shell '{line}'$'\\t'
sleep 2
zpty -w -n shell $'\\x18'
zpty -r shell text '*<*>*' && print -r -- "$text"
zpty -d shell
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="shells of Unix")
@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("explainer export content/sp", "explainer export content/speech "),
        ("explainer export content/Ü", "explainer export content/Über\\ uns "),
        ("explainer import --article spe", "explainer import --article speech "),
        ("explainer exp", "explainer export "),
        ("explainer add --genre ne", "explainer add --genre news "),
    ],
)
def test_zsh(site: Path, program: Path, line: str, answer: str) -> None:
    lines, errors = run("zsh", ZSH.format(line=line), site, program)
    assert errors == ""
    assert f"<{answer}>" in "\n".join(lines)


@pytest.mark.skipif(os.name == "nt", reason="shells of Unix")
def test_zsh_without_its_completion_system(site: Path, program: Path) -> None:
    assert run("zsh", 'eval "$(explainer completion zsh)"', site, program) == ([], "")
