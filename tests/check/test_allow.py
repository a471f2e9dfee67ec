"""`allow`: warnings and remarks that an editor has seen are not reported again."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.check.check import CheckOptions, check_site
from explainer.model.problems import Problem
from tests.helpers import folders
from tests.parse.test_references import unmarked

SITE = 'title = "T"\n[search]\nenabled = false\n'
ALLOW = "allow: [{code: %s, reason: Seen.}]\n"
LINK = "Some words, and [a link](#nowhere).\n"
UNUSED = "sources: {s: {title: Unused}}\n"


def article(front: str = "", body: str = LINK) -> str:
    return f"---\ntitle: T\n{front}---\n{body}"


def reported(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{p.location} {p.severity} {p.code}" for p in problems]


def build(root: Path, files: dict[str, str], *, strict: bool = False) -> list[str]:
    folders.put(root, {"site.toml": SITE, **files})
    return reported(build_site(root, BuildOptions(jobs=1, strict=strict)).problems)


def test_front_matter_allows_a_warning_in_its_article(tmp_path: Path) -> None:
    problems = build(
        tmp_path,
        {"content/a.md": article(ALLOW % "broken-fragment"), "content/b.md": article()},
    )
    assert problems == ["content/b.md:4:26 warning broken-fragment"]


def test_front_matter_allows_a_remark_in_its_annotation_file(tmp_path: Path) -> None:
    files = {
        "content/a.md": article(ALLOW % "unused-source", "Words.\n"),
        "content/a.yaml": UNUSED,
        "content/b.md": article(body="Words.\n"),
        "content/b.yaml": UNUSED,
    }
    assert build(tmp_path, files) == ["content/b.yaml:1:11 info unused-source"]


@pytest.mark.parametrize("name", ["id: n, ", ""])
def test_an_annotation_allows_only_its_own(tmp_path: Path, name: str) -> None:
    note = "note: '[x](#nowhere)'"
    yaml = f"""notes:
  - {{{name}quote: Some, {note}, allow: [{{code: broken-fragment, reason: Later.}}]}}
  - {{quote: words, {note}}}
"""
    problems = build(
        tmp_path, {"content/a.md": article(body="Some words.\n"), "content/a.yaml": yaml}
    )
    assert [p.split(":")[1] for p in problems] == ["3"]


def test_an_annotation_on_the_same_line_is_another(tmp_path: Path) -> None:
    allow = "allow: [{code: broken-fragment, reason: Later.}]"
    note = "note: '[x](#nowhere)'"
    yaml = f"notes: [{{quote: Some, {note}, {allow}}}, {{quote: words, {note}}}]\n"
    files = {"content/a.md": article(body="Some words.\n"), "content/a.yaml": yaml}
    column = yaml.rindex("[x]") + 5
    assert build(tmp_path, files) == [f"content/a.yaml:1:{column} warning broken-fragment"]


def test_site_toml_allows_it_everywhere(tmp_path: Path) -> None:
    settings = SITE + '[[allow]]\ncode = "broken-fragment"\nreason = "Seen."\n'
    files = {"site.toml": settings, "content/a.md": article(), "content/b.md": article()}
    assert build(tmp_path, files, strict=True) == []
    assert (tmp_path / "_site/a/index.html").is_file()


def test_a_draft_can_allow_the_remark_about_it(tmp_path: Path) -> None:
    front = "draft: true\n" + ALLOW % "skipped-draft"
    assert build(tmp_path, {"content/a.md": article(front), "content/b.md": article("", "x")}) == []


@pytest.mark.parametrize("front", ["draft: true\n", "date: 2999-01-01\n"])
@pytest.mark.parametrize("built", [True, False])
def test_entries_of_unpublished_pages_are_not_judged(
    tmp_path: Path, front: str, *, built: bool
) -> None:
    code = "skipped-draft" if "draft" in front else "skipped-future"
    allow = f"allow: [{{code: {code}, reason: x}}, {{code: broken-fragment, reason: x}}]\n"
    allow = allow.replace("}]", "}, {code: bare-number, reason: x}]")
    files = {"content/a.md": article(front + allow), "content/b.md": article("", "x")}
    folders.put(tmp_path, {"site.toml": SITE, **files})
    options = BuildOptions(jobs=1, drafts=built, future=built)
    assert reported(build_site(tmp_path, options).problems) == []
    checked = check_site(tmp_path, options, CheckOptions()).problems
    assert "unused-allow" not in [p.code for p in checked]


def test_errors_are_never_silenced(tmp_path: Path) -> None:
    yaml = "notes: [{quote: gone, note: n, allow: [{code: quote-lost, reason: Never.}]}]\n"
    problems = build(tmp_path, {"content/a.md": article(body="Words.\n"), "content/a.yaml": yaml})
    assert problems == [
        "content/a.yaml:1:17 error quote-lost",
        "content/a.yaml:1:47 info unused-allow",
    ]


@pytest.mark.parametrize(
    ("front", "code"),
    [
        ("allow: [{code: ¦broken-fragmnet, reason: x}]\n", "bad-value"),
        ("allow: [{code: broken-fragment, reason: ¦'  '}]\n", "bad-value"),
        ("allow: [¦{code: broken-fragment}]\n", "missing-key"),
        ("allow: [¦broken-fragment]\n", "wrong-type"),
        ("allow: ¦broken-fragment\n", "wrong-type"),
        ("allow: [{code: ¦[broken-fragment], reason: x}]\n", "wrong-type"),
        ("allow: [{code: ¦{a: b}, reason: x}]\n", "wrong-type"),
        ("allow: [{code: broken-fragment, reason: ¦[x]}]\n", "wrong-type"),
        ("allow: [{code: ¦quote-lost, reason: x}]\n", "unused-allow"),
    ],
)
def test_entries_are_checked(tmp_path: Path, front: str, code: str) -> None:
    front, line, column = unmarked(front)
    problems = build(tmp_path, {"content/a.md": article(front, "Words.\n")})
    severity = "info" if code == "unused-allow" else "error"
    assert problems == [f"content/a.md:{line + 2}:{column} {severity} {code}"]


def test_an_unknown_code_gets_the_nearest_one(tmp_path: Path) -> None:
    folders.put(tmp_path, {"site.toml": SITE, "content/a.md": article(ALLOW % "bare-nubmer")})
    problems = build_site(tmp_path, BuildOptions(jobs=1)).problems
    assert "did you mean `bare-number`?" in problems[0].message


def test_questions_of_check_are_allowed_and_judged_by_check_alone(tmp_path: Path) -> None:
    front = ALLOW % "bare-number"
    files = {
        "site.toml": SITE,
        "content/a.md": article(front, "Some words.\n\nIt has 5,000 rooms.\n"),
        "content/a.yaml": "notes: [{quote: words, note: n}]\n",
        "content/b.md": article(front, "It has rooms.\n"),
    }
    folders.put(tmp_path, files)
    assert build_site(tmp_path, BuildOptions(jobs=1)).problems == ()
    checked = check_site(tmp_path, BuildOptions(jobs=1), CheckOptions()).problems
    assert reported(checked) == ["content/b.md:3:16 info unused-allow"]
    unasked = check_site(tmp_path, BuildOptions(jobs=1), CheckOptions(advice=False)).problems
    assert reported(unasked) == []
    without_links = check_site(tmp_path, BuildOptions(jobs=1), CheckOptions(quiet=True)).problems
    assert reported(without_links) == []
