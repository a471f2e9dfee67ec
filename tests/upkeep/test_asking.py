"""`explainer reanchor` at a terminal: one annotation after the other."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from explainer.cli import common, main
from tests import ROOT
from tests.helpers.repository import commit, git, isolate
from tests.upkeep.mill import NEW, NOTES, OLD, make, write

DAY = "2026-11-30"


@pytest.fixture(autouse=True)
def _git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate(monkeypatch, tmp_path)
    monkeypatch.setattr(common, "is_terminal", lambda: True)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796050000")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = make(tmp_path / "site")
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root)
    write(root, NEW)
    return root


def notes(site: Path) -> str:
    return (site / "content/mill.yaml").read_text()


def ask(site: Path, keys: str) -> Result:
    return CliRunner().invoke(main, ["--site", str(site), "reanchor"], input=keys)


def changed(site: Path) -> list[tuple[str, str]]:
    """Return the lines that differ; the number of lines must be the same."""
    lines = zip(NOTES.splitlines(), notes(site).splitlines(), strict=True)
    return [(a, b) for a, b in lines if a != b]


def one(site: Path, name: str, text: str, note: str = "note: A.") -> None:
    """Leave one annotation in the committed file."""
    (site / "content/mill.yaml").write_text(f"notes:\n  - {{id: {name}, quote: {text}, {note}}}\n")
    write(site, OLD)
    commit(site)


def test_old_and_new_words_are_side_by_side(site: Path) -> None:
    done = ask(site, "q")
    assert "1 of 10" in done.stdout
    assert "claim `mill#flood` has changed: what changed may matter: number" in done.stdout
    assert "  until the flood of [-1871-]                     │  until the flood of {+1874+}\n" in (
        done.stdout
    )
    assert "[a]ccept, [e]dit, [r]eview, [d]elete, [s]kip, [q]uit, [?]" in done.stdout
    assert done.exit_code == 1
    assert notes(site) == NOTES


def test_decisions_are_written_one_by_one(site: Path) -> None:
    done = ask(site, "as" + "a" + "q")
    assert done.exit_code == 1
    assert changed(site) == [
        ("    quote: until the flood of 1871", "    quote: until the flood of 1874"),
        (
            '    quote: "the miller gave it up for good"',
            '    quote: "the miller abandoned it for good"',
        ),
    ]
    assert "2 written" in done.stderr


def test_all_twelve_are_decided_and_the_site_builds(site: Path) -> None:
    done = ask(site, "aaaaaa" + "dkdd")
    assert done.exit_code == 0, done.output
    text = notes(site)
    assert [word in text for word in ("id: hut", "id: oak", "id: goat", "id: winter")] == [
        False,
        True,
        False,
        False,
    ]
    assert ask(site, "").exit_code == 0
    assert CliRunner().invoke(main, ["--site", str(site), "build"]).exit_code == 0
    commit(site)
    again = ask(site, "")
    assert (again.exit_code, "9 annotations: 9 anchored" in again.stderr) == (0, True)


def test_a_key_that_means_nothing_changes_nothing(site: Path) -> None:
    done = ask(site, "xkh?\x1b\n1Q")
    assert notes(site) == NOTES
    assert "  a  quote the new words" in done.stdout


def test_what_is_marked_for_review_is_not_published(site: Path) -> None:
    one(site, "goat", "kept a goat")
    write(site, NEW)
    assert ask(site, "r").exit_code == 0
    assert "draft: true" in notes(site)
    assert CliRunner().invoke(main, ["--site", str(site), "build"]).exit_code == 0
    page = (site / "_site/mill/index.html").read_text()
    assert 'id="note-goat"' not in page


def test_a_claim_that_is_marked_for_review_is_being_checked(site: Path) -> None:
    done = ask(site, "rq")
    assert "review: content/mill.yaml" in done.stdout
    start = notes(site).partition("  - id: gave")[0]
    assert start == NOTES.partition("  - id: gave")[0].replace("1871\n", "1874\n", 1).replace(
        'rating: "true"\n',
        f'rating: "checking"\n    checked: {DAY}\n'
        f"    history:\n      - {{date: {DAY}, rating: true}}\n",
    )


def test_other_words_can_be_entered(site: Path) -> None:
    one(site, "goat", "kept a goat")
    write(site, NEW)
    done = ask(site, "e" + "no such words\n" + "e" + "The smith lived\n")
    assert "no such words" in done.stdout
    assert done.exit_code == 0, done.output
    assert "quote: The smith lived" in notes(site)


def test_entered_words_that_are_in_several_places(site: Path) -> None:
    one(site, "toll", "who charged a small toll")
    text = OLD.replace("who charged a small toll", "who charged a fair toll")
    write(site, text + "\nAt the gate the guild charged a fair toll.\n")
    done = ask(site, "e" + "charged a fair toll\n")
    assert done.exit_code == 0, done.output
    assert "{id: toll, quote: charged a fair toll, note: A., prefix: who}" in notes(site)
    assert ask(site, "").exit_code == 0


def test_a_place_that_is_confirmed_is_not_asked_about_again(site: Path) -> None:
    one(site, "oak", "built of oak")
    write(site, NEW)
    assert ask(site, "k").exit_code == 0
    text = notes(site)
    assert "quote: built of oak" in text
    assert "prefix: " in text or "suffix: " in text
    assert ask(site, "").exit_code == 0
    commit(site)
    assert ask(site, "").exit_code == 0


CLAIM = """\
claims:
  - id: rest
    quote: Travellers rested
    claim: They rested.
    rating: "true"
    checked: 2020-01-01  # by hand
"""


def test_a_claim_that_holds_although_its_sentence_changed(site: Path) -> None:
    (site / "content/mill.yaml").write_text(CLAIM)
    write(site, OLD)
    commit(site)
    write(site, OLD.replace("rested at the inn", "rested for 3 days at the inn"))
    done = ask(site, "h")
    assert "claim `mill#rest` is where it was: what changed may matter" in done.stdout
    assert notes(site) == CLAIM.replace("2020-01-01", DAY)
    assert ask(site, "").exit_code == 0
    commit(site)
    assert ask(site, "").exit_code == 0
    write(site, OLD.replace("rested at the inn", "rested for 4 days at the inn"))
    assert ask(site, "q").exit_code == 1  # what changed since then is asked about


def test_a_claim_that_others_dispute_is_not_deleted(site: Path) -> None:
    other = '  - {id: slept, claim: They slept., rating: "true", disputes: [rest]}\n'
    (site / "content/mill.yaml").write_text(CLAIM + other)
    write(site, OLD)
    commit(site)
    write(site, NEW.replace("Travellers never rested at the inn beside it.", ""))
    done = ask(site, "dq")
    assert "rest" in done.stderr
    assert notes(site) == CLAIM + other


def test_a_file_that_was_changed_meanwhile_is_not_overwritten(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import click

    def press() -> str:
        text = notes(site)
        if "# new" not in text:
            entry = "  - {id: first, quote: Travellers, note: B.}  # new\n"
            (site / "content/mill.yaml").write_text(text.replace("notes:\n", f"notes:\n{entry}"))
            return "d"
        return "q"

    one(site, "goat", "kept a goat")
    write(site, NEW)
    monkeypatch.setattr(click, "getchar", press)
    done = ask(site, "")
    assert "the annotation is not where it was in its file" in done.stderr
    assert "id: goat" in notes(site)
    assert "id: first" in notes(site)


def test_other_calls_ask_nothing(site: Path) -> None:
    for option in ("--write", "--format=json", "--accept=flood"):
        done = CliRunner().invoke(main, ["--site", str(site), "reanchor", option])
        assert "[q]uit" not in done.stdout


@pytest.mark.slow
def test_at_a_real_terminal(site: Path) -> None:
    command = [sys.executable, "-m", "explainer", "--site", str(site), "reanchor"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    del environment["NO_COLOR"]
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, command, environment)
    heard = ""

    def wait_for(text: str) -> None:
        nonlocal heard
        end = time.monotonic() + 30
        while text not in heard:
            assert time.monotonic() < end, heard
            if select.select([terminal], [], [], 0.2)[0]:
                heard += os.read(terminal, 65536).decode()

    def press(key: bytes) -> None:
        time.sleep(1)  # what is typed before the question is no answer
        os.write(terminal, key)

    wait_for("1 of 10")
    wait_for("[q]uit")
    press(b"s")
    wait_for("2 of 10")
    press(b"e")
    wait_for("Quote")
    wait_for("abandoned it for good")  # the proposal is there to be edited
    os.write(terminal, b"\x7f" * 5 + b"\r")
    wait_for("3 of 10")
    press(b"q")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert "\x1b[31m1871\x1b[0m" in heard
    assert "quote: the miller abandoned it for\n" in notes(site)
