"""`explainer reanchor`, from the command line, on sites with and without git."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from explainer.cli import main
from tests.helpers import folders
from tests.helpers.repository import commit, git, isolate
from tests.upkeep.mill import EXPECTED, HEAD, NEW, NOTES, OLD, SETTINGS, make, write


@pytest.fixture(autouse=True)
def _git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate(monkeypatch, tmp_path)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = make(tmp_path / "site")
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root)
    return root


def run(site: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--site", str(site), *arguments])


def entries(site: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    done = run(site, "reanchor", "--format", "json", *arguments)
    return {entry["id"]: entry for entry in json.loads(done.stdout)}


def statuses(site: Path, *arguments: str) -> dict[str, str]:
    return {name: entry["status"] for name, entry in entries(site, *arguments).items()}


def test_nothing_to_do(site: Path) -> None:
    done = run(site, "reanchor")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "12 annotations: 12 anchored" in done.stderr


def test_a_real_edit_from_end_to_end(site: Path) -> None:
    write(site, NEW)
    found = entries(site)
    assert {name: entry["status"] for name, entry in found.items()} == EXPECTED
    kinds = {name: [t["kind"] for t in entry["tripwires"]] for name, entry in found.items()}
    assert kinds["flood"] == ["number"]
    assert "modal" in kinds["duty"]
    assert "negation" in kinds["inn"]
    assert found["edited"]["proposal"] == {
        "quote": "the miller abandoned it for good",
        "prefix": None,
        "suffix": None,
    }
    assert found["river"]["proposal"] is None
    done = run(site, "reanchor", "--write")
    assert done.exit_code == 1
    lines = (site / "content/mill.yaml").read_text().splitlines()
    old = NOTES.splitlines()
    assert [(a, b) for a, b in zip(old, lines, strict=True) if a != b] == [
        (
            '    quote: "the miller gave it up for good"',
            '    quote: "the miller abandoned it for good"',
        ),
        (
            "    quote: the guild of carpenters, who charged a small toll",
            "    quote: the guild of carpenters. They charged a small toll",
        ),
    ]
    accepted = [f"--accept={name}" for name in ("gave", "mill#flood", "duty", "content/mill#inn")]
    assert run(site, "reanchor", *accepted).exit_code == 1
    assert statuses(site) == EXPECTED | dict.fromkeys(
        ("flood", "gave", "edited", "split", "duty", "inn"), "anchored"
    )
    text = (site / "content/mill.yaml").read_text()
    (site / "content/mill.yaml").write_text(text[: text.index("  - id: hut")])
    assert run(site, "build").exit_code == 0


def test_the_text_report_shows_the_words(site: Path) -> None:
    write(site, NEW)
    done = run(site, "reanchor")
    assert done.exit_code == 1
    assert "until the flood of [-1871-]{+1874+}" in done.stdout
    assert "number: 1871 → 1874" in done.stdout
    assert "content/mill.yaml:3: claim `mill#flood`" in done.stdout


def test_a_committed_edit_is_compared_with_what_was_before(site: Path) -> None:
    write(site, NEW)
    commit(site)
    assert statuses(site) == EXPECTED


def test_every_revision_in_between_is_followed(site: Path) -> None:
    between = OLD.replace("the miller gave it up for good", "the miller left it for good")
    last = OLD.replace("Later the miller gave it up for good", "Later he left it for good")
    write(site, between)
    commit(site)
    write(site, last)
    assert entries(site)["edited"]["proposal"]["quote"] == "he left it for good"


def test_a_rename_is_followed(site: Path) -> None:
    write(site, NEW)
    commit(site)
    for kind in ("md", "yaml"):
        git(site, "mv", f"content/mill.{kind}", f"content/watermill.{kind}")
    assert statuses(site) == EXPECTED
    commit(site)
    assert statuses(site) == EXPECTED


@pytest.mark.parametrize("staged", [(), ("mill.yaml",), ("mill.md",)])
@pytest.mark.parametrize("folder", ["", "docs"])
def test_a_rename_that_git_has_not_been_told_of_is_followed(
    tmp_path: Path, folder: str, staged: tuple[str, ...]
) -> None:
    site = make(tmp_path / "site" / folder)
    git(tmp_path / "site", "init", "--quiet")
    commit(tmp_path / "site")
    write(site, NEW)
    for name in ("mill.md", "mill.yaml"):
        new = f'my "mühle"{Path(name).suffix}'
        if name in staged:
            git(site, "mv", f"content/{name}", f"content/{new}")
        else:
            (site / "content" / name).rename(site / "content" / new)
    before = git(site, "status", "--porcelain")
    assert statuses(site) == EXPECTED
    assert statuses(site, "--since", "HEAD") == EXPECTED
    assert git(site, "status", "--porcelain") == before


def test_annotations_that_are_newer_than_an_edit_may_have_older_words(site: Path) -> None:
    (site / "content/mill.yaml").unlink()
    commit(site)
    write(site, NEW)
    (site / "content/mill.yaml").write_text(NOTES)
    assert statuses(site) == EXPECTED
    commit(site)
    # What was written when the article had these words is about these.
    assert statuses(site) == {**EXPECTED, "oak": "anchored"}


def test_a_site_in_a_folder_of_a_repository(tmp_path: Path) -> None:
    root = make(tmp_path / "all/web/site")
    git(tmp_path / "all", "init", "--quiet")
    commit(tmp_path / "all")
    write(root, NEW)
    assert statuses(root) == EXPECTED


def test_a_shallow_clone_has_what_it_has(site: Path, tmp_path: Path) -> None:
    write(site, OLD.replace("two days", "three days"))
    commit(site)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{site}", "clone")
    clone = tmp_path / "clone"
    write(clone, NEW)
    assert statuses(clone) == EXPECTED
    write(site, NEW)
    commit(site)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{site}", "later")
    later = run(tmp_path / "later", "reanchor")
    assert "git fetch --unshallow" in later.stderr


def test_without_git_the_last_build_is_compared(tmp_path: Path) -> None:
    root = make(tmp_path / "site")
    assert run(root, "build").exit_code == 0
    write(root, NEW)
    assert statuses(root) == EXPECTED
    assert run(root, "build").exit_code == 1  # and the copy stays as it was
    assert statuses(root) == EXPECTED


def test_an_error_elsewhere_does_not_prevent_the_copy(tmp_path: Path) -> None:
    root = make(tmp_path / "site")
    folders.put(root, {"content/broken.md": "No front matter, no title.\n"})
    assert run(root, "build").exit_code == 1
    write(root, NEW)
    assert statuses(root) == EXPECTED


def test_an_article_that_git_ignores_is_compared_with_the_last_build(site: Path) -> None:
    git(site, "rm", "--quiet", "--cached", "content/mill.md")
    (site / ".gitignore").write_text("content/mill.md\n.explainer/\n_site/\n")
    git(site, "add", ".gitignore")
    git(site, "commit", "--quiet", "--amend", "--message=Without the article")
    good = (site / "content/mill.md").read_text()
    write(site, NEW)
    assert "no earlier version of the article is known" in entries(site)["edited"]["reason"]
    (site / "content/mill.md").write_text(good)
    assert run(site, "build").exit_code == 0
    write(site, NEW)
    assert statuses(site) == EXPECTED


def test_without_any_earlier_text_nothing_is_proposed(tmp_path: Path) -> None:
    root = make(tmp_path / "site", NEW)
    found = entries(root)
    assert found["edited"]["status"] == "deleted"
    assert "no earlier version" in found["edited"]["reason"]


def test_a_revision_can_be_named(site: Path) -> None:
    git(site, "tag", "first")
    write(site, NEW)
    commit(site)
    assert statuses(site, "--since", "first") == EXPECTED
    done = run(site, "reanchor", "--since", "nowhere")
    assert done.exit_code == 2
    assert "git knows no revision `nowhere`" in done.stderr
    for several in ("--all", "first..HEAD", "first...HEAD", "^first", "HEAD^!", "HEAD^{tree}", ""):
        done = run(site, "reanchor", "--since", several)
        assert (done.exit_code, done.stderr) == (2, f"Error: git knows no revision `{several}`\n")


def test_articles_can_be_named(site: Path) -> None:
    folders.put(site, {"content/other.md": HEAD + OLD, "content/other.yaml": NOTES})
    commit(site)
    write(site, NEW)
    write(site, NEW, "other")
    named = json.loads(run(site, "reanchor", "--format", "json", "other").stdout)
    assert {entry["article"] for entry in named} == {"content/other.md"}
    assert len(named) == 12
    done = run(site, "reanchor", "--accept", "flood")
    assert done.exit_code == 2
    assert "several annotations have the id `flood`: mill#flood, other#flood" in done.stderr
    done = run(site, "reanchor", "nowhere")
    assert (done.exit_code, ".." in done.stderr) == (2, False)


@pytest.mark.parametrize("name", ["other", "nowhere"])
def test_an_article_that_is_named_may_be_unreadable(site: Path, name: str) -> None:
    (site / "content/other.md").write_bytes(b"---\ntitle: Other\n---\n\xff\n")
    done = run(site, "reanchor", name)
    assert done.exit_code == 1
    assert "content/other.md:4:1: error[not-utf8]" in done.stderr


@pytest.mark.parametrize(
    ("name", "message"),
    [("nobody", "no annotation `nobody`"), ("goat", "no proposal for `goat`")],
)
def test_only_proposals_can_be_accepted(site: Path, name: str, message: str) -> None:
    write(site, NEW)
    done = run(site, "reanchor", "--accept", name)
    assert done.exit_code == 2
    assert message in done.stderr
    assert (site / "content/mill.yaml").read_text() == NOTES


def test_an_annotation_that_is_newer_than_the_edit_is_compared_with_its_own_text(
    site: Path,
) -> None:
    write(site, NEW)
    text = (site / "content/mill.yaml").read_text()
    (site / "content/mill.yaml").write_text(
        text.replace("until the flood of 1871", "until the flood of 1874")
    )
    assert statuses(site)["flood"] == "anchored"


def test_files_with_errors_are_reported(site: Path) -> None:
    (site / "content/mill.yaml").write_text("notes: [\n")
    done = run(site, "reanchor")
    assert done.exit_code == 1
    assert "content/mill.yaml" in done.stderr


@pytest.mark.slow
def test_ten_thousand_annotations_take_at_most_thirty_seconds_of_cpu(tmp_path: Path) -> None:
    words = [f"{a}{b}" for a in "bdfglmnprstvw" for b in ("ale", "ine", "ore", "ust", "eck", "ond")]
    chance = random.Random(1)
    sentences = [" ".join(chance.choices(words, k=12)).capitalize() + "." for _ in range(2000)]
    files: dict[str, str] = {"site.toml": SETTINGS}
    edits: dict[str, str] = {}
    for article in range(200):
        own = chance.sample(sentences, 50)
        notes = [f"  - {{id: n{n}, quote: {each[:-1]}, note: A.}}\n" for n, each in enumerate(own)]
        files[f"content/a{article}.yaml"] = f"notes:\n{''.join(notes)}"
        files[f"content/a{article}.md"] = HEAD + "\n\n".join(own) + "\n"
        edited = [chance.choice((each, each.replace(" ", " new ", 1))) for each in own]
        edits[f"content/a{article}.md"] = HEAD + "\n\n".join(edited) + "\n"
    root = folders.put(tmp_path / "site", files)
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root)
    folders.put(root, edits)
    before = time.process_time()
    done = run(root, "reanchor")
    assert "10000 annotations" in done.stderr
    assert time.process_time() - before < 30
