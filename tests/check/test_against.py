"""`explainer check --against`: what a change does to what readers have seen and cited."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import folders
from tests.helpers.repository import commit, git, isolate
from tests.helpers.site_history import FILES, change, make, run

CODES = {
    "rating-not-recorded",
    "sentence-changed",
    "quote-elsewhere",
    "correction-owed",
    "not-compared",
    "address-removed",
}


@pytest.fixture(autouse=True)
def _git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate(monkeypatch, tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796040000")  # 2026-11-30


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make(tmp_path / "site")


def against(site: Path, revision: str = "HEAD", *more: str) -> list[dict[str, Any]]:
    done = run(site, "check", "--against", revision, "--format", "json", "--no-advice", *more)
    assert done.stdout, done.output
    return [each for each in json.loads(done.stdout) if each["code"] in CODES]


def brief(site: Path, revision: str = "HEAD") -> list[tuple[str, str, str | None]]:
    return [(p["severity"], p["code"], p["annotation"]) for p in against(site, revision)]


NOT_RECORDED = ("warning", "rating-not-recorded", "flood")
OWED = ("info", "correction-owed", None)
HISTORY = "    history: [{date: 2025-02-10, rating: disputed}]\n"


def rerate(
    site: Path, rating: str = "false", checked: str = "2026-11-29", more: str = HISTORY
) -> None:
    keys = f"    checked: {checked}\n" if checked else ""
    change(site, "mill.yaml", "rating: disputed", f"rating: {rating}")
    old = "[{source: chronicle}]\n    checked: 2025-02-10\n"
    change(site, "mill.yaml", old, f"[{{source: chronicle}}]\n{keys}{more}")


def test_nothing_changed(site: Path) -> None:
    assert against(site) == []
    change(site, "mill.yaml", "One chronicle", "Two chronicles")
    change(site, "mill.md", "who charged", "who demanded")
    change(site, "mill.yaml", "It has a wall.", "It had a wall.")
    change(site, "inn/index.md", "night.", "night.\n\nA new paragraph.")
    assert against(site) == []


@pytest.mark.parametrize(
    ("checked", "more", "missing"),
    [
        ("2026-11-29", HISTORY, None),
        ("2026", HISTORY, None),
        ("2026-11-30", "", "`history` does not have the old one"),
        ("2025-02-10", HISTORY, "`checked` is 2025-02-10"),
        ("2024-12", HISTORY, "`checked` is 2024-12"),
        ("", HISTORY, "there is no `checked`"),
        ("2025-02-10", "", "`history` does not have the old one and `checked` is 2025-02-10"),
        ("2026-11-29", HISTORY.replace("disputed", "mixed"), "`history` does not have the old one"),
    ],
)
def test_a_changed_rating_is_recorded(
    site: Path, checked: str, more: str, missing: str | None
) -> None:
    rerate(site, checked=checked, more=more)
    assert brief(site) == ([NOT_RECORDED, OWED] if missing else [OWED])
    if missing:
        (problem, _) = against(site)
        text = (site / "content/mill.yaml").read_text()
        assert text.split("\n")[problem["line"] - 1].strip() == "rating: false"
        assert problem["message"].endswith(f"from `disputed` to `false`, but {missing}")
        assert ("{date: 2025-02-10, rating: disputed}" in problem["hint"]) == ("history" in missing)


def test_the_command_records_all_of_it(site: Path) -> None:
    assert run(site, "rate", "flood", "false", "--review", "New.").exit_code == 0
    assert brief(site) == [OWED]
    assert run(site, "rate", "flood", "true").exit_code == 0  # on the same day
    assert run(site, "rate", "flood", "mixed").exit_code == 0
    assert brief(site) == [OWED]


def test_an_older_entry_of_history_does_not_count(site: Path) -> None:
    old = "[{date: 2024, rating: disputed}, {date: 2024-12, rating: mixed}]"
    change(site, "mill.yaml", "  - id: oak\n", f"    history: {old}\n  - id: oak\n")
    commit(site)
    change(site, "mill.yaml", "    rating: disputed\n", "    rating: false\n")
    change(site, "mill.yaml", f"02-10\n    history: {old}", f"12-10\n    history: {old}")
    assert brief(site) == [NOT_RECORDED, OWED]


def test_a_claim_that_is_not_rated_needs_no_check(site: Path) -> None:
    rerate(site, rating="checking", checked="")
    assert brief(site) == [OWED]


def test_a_renamed_claim_in_a_renamed_article_is_known(site: Path) -> None:
    for ending in ("md", "yaml"):
        (site / f"content/mill.{ending}").rename(site / f"content/water.{ending}")
    change(site, "water.yaml", "id: flood", "id: the-flood")
    change(site, "water.yaml", "rating: disputed", "rating: false")
    found = against(site)
    assert [each["code"] for each in found] == [
        "address-removed",
        "rating-not-recorded",
        "correction-owed",
    ]
    assert found[0]["path"] == "content/water.md"
    assert "`aliases: [/mill/]`" in found[0]["hint"]
    change(site, "water.md", "title: The mill\n", "title: The mill\naliases: [/mill/]\n")
    codes = [(each["code"], each["message"]) for each in against(site)]
    assert codes[0][0] == "address-removed"
    assert "claim `flood` at `/mill/claims/flood/`" in codes[0][1]


@pytest.mark.parametrize("article", [False, True])
def test_drafts_were_never_published(site: Path, article: bool) -> None:
    if article:
        change(site, "mill.md", "title: The mill\n", "title: The mill\ndraft: true\n")
    else:
        change(site, "mill.yaml", "  - id: flood\n", "  - id: flood\n    draft: true\n")
    commit(site)
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    assert against(site) == []


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("A mill stood on its bank", "A mill never stood on its bank", "negation"),
        ("flood of 1871. Later", "flood of 1871 or 1872. Later", "number"),
        ("A mill stood", "A mill may have stood", "modal"),
    ],
)
def test_a_claim_in_a_sentence_that_changed(site: Path, old: str, new: str, kind: str) -> None:
    change(site, "mill.md", old, new)
    (problem,) = against(site)
    assert (problem["severity"], problem["code"]) == ("warning", "sentence-changed")
    assert problem["annotation"] == "flood"
    assert kind in problem["message"]
    # The claim was checked since.
    flood = "[{source: chronicle}]\n    checked: "
    change(site, "mill.yaml", f"{flood}2025-02-10", f"{flood}2026-11-30")
    assert against(site) == []


def test_a_note_in_a_sentence_that_changed_is_a_remark(site: Path) -> None:
    change(site, "mill.md", "The river rises", "The river never rises")
    assert brief(site) == [("info", "sentence-changed", "town")]
    change(site, "mill.yaml", "It has a wall.", "It has no wall.")
    assert against(site) == []


def test_a_quote_on_other_words(site: Path) -> None:
    ferryman = "The ferryman lived in a hut of stone and kept a goat, two hens, and a loud dog.\n\n"
    smith = "The smith lived in a house of wood beyond the river, where nobody saw him work.\n"
    change(site, "inn/index.md", "every night.\n", f"every night.\n\n{ferryman}{smith}")
    hut = "notes:\n  - {id: hut, quote: lived in a hut, note: N.}\n"
    change(site, "inn/index.yaml", "claims:\n", f"{hut}claims:\n")
    commit(site)
    change(site, "inn/index.md", ferryman, "")
    change(site, "inn/index.md", "lived in a house of wood", "lived in a hut of wood")
    (problem,) = against(site)
    assert (problem["code"], problem["annotation"]) == ("quote-elsewhere", "hut")
    assert "explainer reanchor --since HEAD" in problem["hint"]


def test_a_claim_and_an_article_that_are_gone(site: Path) -> None:
    text = (site / "content/mill.yaml").read_text()
    at = text.index("  - id: oak"), text.index("notes:")
    (site / "content/mill.yaml").write_text(text[: at[0]] + text[at[1] :])
    for ending in ("md", "yaml"):
        (site / f"content/inn/index.{ending}").unlink()
    assert [(p["severity"], p["path"], p["code"]) for p in against(site)] == [
        ("info", "content/inn/index.md", "address-removed"),
        ("info", "content/mill.yaml", "address-removed"),
    ]


def test_a_correction_is_owed(site: Path) -> None:
    change(site, "mill.md", "date: 2024-05-01\n", "date: 2024-05-01\nupdated: 2026-11-30\n")
    (problem,) = against(site)
    assert (problem["code"], problem["path"], problem["line"]) == (
        "correction-owed",
        "content/mill.md",
        4,
    )
    new = "corrections: [{date: 2026-11-30, text: It was 1871.}]\n"
    change(site, "mill.md", "updated:", f"{new}updated:")
    assert against(site) == []
    commit(site)
    change(site, "mill.md", "updated: 2026-11-30", "updated: 2026-12-01")
    assert brief(site) == [OWED], "the correction is an old one"


def test_allow_silences_and_is_not_reported_elsewhere(site: Path) -> None:
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    codes = ("rating-not-recorded", "correction-owed")
    allow = "allow:\n" + "".join(f"  - {{code: {code}, reason: a typo}}\n" for code in codes)
    change(site, "mill.md", "title: The mill\n", f"title: The mill\n{allow}")
    assert against(site) == []
    for command in (["build"], ["check", "--against", "HEAD"]):
        assert "unused-allow" not in run(site, *command).output


def test_strict_fails_on_warnings_only(site: Path) -> None:
    change(site, "mill.md", "date: 2024-05-01\n", "date: 2024-05-01\nupdated: 2026-11-30\n")
    assert run(site, "check", "--against", "HEAD", "--strict").exit_code == 0
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    assert run(site, "check", "--against", "HEAD").exit_code == 0
    assert run(site, "check", "--against", "HEAD", "--strict").exit_code == 1
    assert run(site, "check", "--strict").exit_code == 0
    assert run(site, "check", "--against", "HEAD", "--strict").exit_code == 1, "not remembered"


def test_what_others_changed_since_does_not_count(site: Path) -> None:
    git(site, "checkout", "--quiet", "-b", "work")
    change(site, "inn/index.md", "every night.", "every night.\n\nMore.")
    commit(site)
    git(site, "checkout", "--quiet", "main")
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    commit(site)
    git(site, "checkout", "--quiet", "work")
    assert against(site, "main") == []


@pytest.mark.parametrize(
    ("path", "broken", "codes"),
    [
        ("content/mill.yaml", "claims: [", ["not-compared"]),
        ("content/mill.md", "---\ntitle: [\n---\n\nText.\n", ["not-compared"]),
        ("site.toml", "title = [", ["not-compared", "rating-not-recorded", "correction-owed"]),
    ],
)
def test_broken_files_at_the_revision(site: Path, path: str, broken: str, codes: list[str]) -> None:
    good = (site / path).read_text()
    (site / path).write_text(broken)
    commit(site)
    (site / path).write_text(good)
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    assert sorted(each["code"] for each in against(site)) == sorted(codes)


def test_a_revision_before_the_site(tmp_path: Path) -> None:
    top = folders.put(tmp_path / "top", {"README.md": "Hello"})
    git(top, "init", "--quiet", "--initial-branch=main")
    commit(top)
    site = folders.put(top / "site", FILES)
    commit(top)
    assert against(site, "HEAD~1") == []


def test_without_git_or_a_revision(site: Path, tmp_path: Path) -> None:
    done = run(folders.put(tmp_path / "other", FILES), "check", "--against", "main")
    assert done.exit_code == 2
    assert "--against needs git" in done.output
    done = run(site, "check", "--against", "nothing")
    assert done.exit_code == 2
    assert "git knows no revision `nothing`" in done.output


def test_before_the_first_commit(tmp_path: Path) -> None:
    site = folders.put(tmp_path / "site", FILES)
    git(site, "init", "--quiet")
    assert against(site) == []
    done = run(site, "diff", "HEAD")
    assert done.exit_code == 2
    assert "there is no commit in this repository yet" in done.output


def test_files_and_index_stay_as_they_are(site: Path) -> None:
    change(site, "mill.yaml", "rating: disputed", "rating: false")
    before, status = folders.state(site / "content"), git(site, "status", "--porcelain")
    against(site)
    assert folders.state(site / "content") == before
    assert git(site, "status", "--porcelain") == status
