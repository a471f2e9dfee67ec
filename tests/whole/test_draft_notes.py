"""Claims, notes, and questions that are drafts: shown on request, and never published."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import BuildResult, build_site
from explainer.check.check import CheckOptions, check_site
from explainer.exchange.export_article import export_article
from explainer.model.documents import Text
from explainer.model.problems import Problem
from explainer.parse.annotations import read_annotations
from tests.helpers import folders

SECRET = "Xyzzy"  # also in every id and address, without regard to case
SITE = 'title = "S"\nurl = "https://s.org/base/"\n'
ARTICLE = "---\ntitle: T\ndate: 2024-04-01\n---\n# One\n\nSome words here.\n\nMore words there.\n"
OPEN = """sources:
  doc: {title: A document, url: https://doc.test/}
claims:
  - id: c
    quote: Some words
    claim: It is so.
    by: Ann
    rating: false
    evidence: [{source: doc, stance: disputes}]
notes:
  - quote: Some words
    note: For all to read.
"""
DRAFTS = """sources:
  doc: {title: A document, url: https://doc.test/}
  xyzzy: {title: Xyzzy source, url: https://xyzzy.test/, repeats: [xyzzy-2, doc]}
  xyzzy-2: {title: Xyzzy origin, url: https://xyzzy.test/2}
people:
  xyzzy: {name: Xyzzy, role: Xyzzy, url: https://xyzzy.test/who}
claims:
  - id: xyzzy
    quote: Some words
    claim: Xyzzy is so.
    by: xyzzy
    date: 2023-01-01
    location: Xyzzy
    appearances:
      - {url: https://xyzzy.test/said, archived: https://xyzzy.test/kept, publisher: Xyzzy}
    fact: Xyzzy is not so.
    reply: {text: Xyzzy!}
    rating: true
    review: Xyzzy ![Xyzzy](xyzzy.png) [Xyzzy](xyzzy.pdf)
    evidence: [{source: xyzzy, quote: Xyzzy, locator: Xyzzy, note: Xyzzy}, {source: doc}]
    disputes: [c]
    checked: 2024-05-05
    history: [{date: 2024-01-01, rating: false, review: Xyzzy}]
    draft: true
  - id: c
    quote: Some words
    claim: It is so.
    by: Ann
    rating: false
    evidence: [{source: doc, stance: disputes}]
    disputes: [xyzzy, b#xyzzy-b]
notes:
  - quote: Some words
    note: Xyzzy
    by: xyzzy
    tags: [Xyzzy]
    sources: [xyzzy]
    draft: True
  - quote: Some words
    note: For all to read.
  - draft: true
    note: "Xyzzy about all of it: [x](/b/#xyzzy)"
questions:
  - section: One
    question: Xyzzy?
    status: answered
    answer: Xyzzy
    answers: [{answer: Xyzzy, by: Xyzzy, sources: [xyzzy]}]
    settle: Xyzzy
    draft: true
"""
OTHER = """claims:
  - id: xyzzy-b
    claim: Xyzzy in another article.
    rating: false
    disputes: [a#c]
    draft: true
"""
FILES = {
    "site.toml": SITE,
    "content/a.md": ARTICLE,
    "content/a.yaml": DRAFTS,
    "content/b.md": ARTICLE.replace("title: T", "title: B"),
    "content/b.yaml": OTHER,
    "content/xyzzy.pdf": "x",
    "content/xyzzy.png": "x",
}


def build(root: Path, files: dict[str, str], **options: bool) -> BuildResult:
    return build_site(folders.put(root, files), BuildOptions(jobs=1, **options))


def problems(result: BuildResult, code: str) -> list[Problem]:
    return [problem for problem in result.problems if problem.code == code]


def unpacked(content: bytes) -> bytes:
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def revealing(root: Path) -> list[str]:
    """Return the files of the output that the secret word is in, or in the name of."""
    return [
        name
        for name, content in folders.contents(root / "_site").items()
        if SECRET.lower().encode() in name.encode().lower() + unpacked(content).lower()
    ]


def test_nothing_of_a_draft_is_in_any_file(tmp_path: Path) -> None:
    result = build(tmp_path, FILES)
    assert {p.severity for p in result.problems} == {"info"}, result.problems
    assert revealing(tmp_path) == []
    assert result.annotations == 2
    skipped = [(str(p.location), p.message) for p in problems(result, "skipped-draft")]
    assert skipped == [
        (
            "content/a.yaml:24:5",
            "skipped 4 annotations, with `xyzzy.pdf`, `xyzzy.png`: they are drafts",
        ),
        ("content/b.yaml:6:5", "skipped: this annotation is a draft"),
    ]
    rivals = problems(result, "link-to-skipped")
    assert [p.hint for p in rivals] == [
        "publish that claim to show both claims on each other’s page"
    ] * 2


def test_the_rest_is_as_if_there_were_no_drafts(tmp_path: Path) -> None:
    build(tmp_path / "drafts", FILES)
    without = {name: text for name, text in FILES.items() if not name.startswith("content/xyzzy")}
    build(tmp_path / "open", {**without, "content/a.yaml": OPEN, "content/b.yaml": ""})
    with_drafts, plain = (
        folders.contents(tmp_path / name / "_site") for name in ("drafts", "open")
    )
    assert with_drafts.keys() == plain.keys()
    # The ids of annotations do not depend on whether one of two on a passage is a draft.
    same = "a/index.html"
    differing = {name for name in plain if plain[name] != with_drafts[name]}
    assert differing <= {same, "a/annotations.json", ".explainer-manifest.json"}
    assert with_drafts[same].count(b"some-words-") == plain[same].count(b"some-words-")


def test_drafts_are_shown_on_request_and_marked(tmp_path: Path) -> None:
    result = build(tmp_path, FILES, drafts=True)
    assert result.annotations == 7
    assert not problems(result, "skipped-draft")
    pages = folders.contents(tmp_path / "_site")
    mark = b"<span class=draft>Draft</span>"
    # 4 notes, and after the text 1 claim, 1 question, and as rivals of the other claim 1.
    assert pages["a/index.html"].count(mark) == 7
    for page in ("a/claims/xyzzy/index.html", "claims/index.html", "people/xyzzy/index.html"):
        assert mark in pages[page], page
    assert pages["a/claims/c/index.html"].count(mark) == 2
    assert revealing(tmp_path)
    assert b"xyzzy.pdf" in pages["a/claims/xyzzy/index.html"]
    assert "xyzzy.pdf" in pages


def test_ids_stay(tmp_path: Path) -> None:
    """Two notes on one passage: the second's id is made of its text, even if it is alone."""
    ids = []
    for draft in ("true", "false"):
        build(
            tmp_path, {**FILES, "content/a.yaml": DRAFTS.replace("draft: True", f"draft: {draft}")}
        )
        data = json.loads((tmp_path / "_site/a/annotations.json").read_text())
        items = data["first"]["items"]
        ids.append({i["body"][0]["value"].strip(): i["id"] for i in items})
    assert ids[0].items() <= ids[1].items()
    assert len(ids[1]) == len(ids[0]) + 1


def test_a_published_claim_that_becomes_a_draft(tmp_path: Path) -> None:
    claim = "claims:\n  - id: c\n    claim: It is so.\n    rating: false\n"
    files = {"site.toml": SITE, "content/a.md": ARTICLE, "content/a.yaml": claim}
    build(tmp_path, files)
    as_draft = {**files, "content/a.yaml": f"{claim}    draft: true\n"}
    (removed,) = problems(build(tmp_path, as_draft), "address-removed")
    assert "`/a/claims/c/`" in removed.message
    assert "the claim is now a draft" in removed.hint
    assert not problems(build(tmp_path, as_draft), "address-removed")  # said once
    # An address that only `--drafts` made is not permanent.
    build(tmp_path, as_draft, drafts=True)
    assert not problems(build(tmp_path, as_draft), "address-removed")


LINKS = ["[x](#note-d)", "[x](#claim-d)", "[x](/a/#ref-d)", "[x](a.md#note-d)", "[x](/a/claims/d/)"]


@pytest.mark.parametrize("link", LINKS)
def test_links_to_a_draft(link: str, tmp_path: Path) -> None:
    draft = "claims:\n  - {id: d, claim: C, rating: false, draft: true}\n"
    files = {"site.toml": SITE, "content/a.md": f"{ARTICLE}\n{link}\n", "content/a.yaml": draft}
    (problem,) = problems(build(tmp_path, files), "link-to-skipped")
    assert problem.severity == "warning"
    assert problem.location.line == 11
    assert "is a draft, so this link goes nowhere" in problem.message
    assert not build(tmp_path, files, drafts=True).problems


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "empty-value"),
        ("yes", "bad-value"),
        ("1", "bad-value"),
        ("[true]", "wrong-type"),
        ("true\n    Draft: true", "unknown-key"),
        ("true\n    drafts: true", "unknown-key"),
        ("true\n    published: false", "unknown-key"),
        ("TRUE", ""),
        ("'true'", ""),
        ("false", ""),
    ],
)
def test_slips_of_the_key_publish_nothing(value: str, code: str) -> None:
    text = f"notes:\n  - note: N\n    draft: {value}\n"
    _, _, found = read_annotations(Text("x.yaml", text))
    assert [(p.code, p.severity) for p in found] == ([(code, "error")] if code else [])


def test_the_quote_of_a_draft_is_looked_for(tmp_path: Path) -> None:
    lost = (
        "notes:\n  - {note: N, quote: Other words, draft: true}\n  - {note: M, quote: Some words}\n"
    )
    files = {"site.toml": SITE, "content/a.md": ARTICLE, "content/a.yaml": lost}
    result = check_site(folders.put(tmp_path, files), BuildOptions(jobs=1), CheckOptions())
    (problem,) = problems(result, "quote-lost")
    assert (problem.severity, problem.location.line) == ("info", 2)  # readers do not see it
    (problem,) = problems(build(tmp_path, files, drafts=True), "quote-lost")
    assert problem.severity == "error"


def test_advice_and_allowances_wait_until_it_is_built(tmp_path: Path) -> None:
    claim = """claims:
  - id: c
    claim: It is so.
    rating: true
    draft: true
    allow: [{code: no-source, reason: R}, {code: claim-review, reason: R}]
"""
    files = {"site.toml": SITE, "content/a.md": ARTICLE, "content/a.yaml": claim}
    folders.put(tmp_path, files)
    for drafts, codes in ((False, ["skipped-draft"]), (True, ["never-checked"])):
        result = check_site(tmp_path, BuildOptions(jobs=1, drafts=drafts), CheckOptions())
        found = [p.code for p in result.problems if p.location.path.endswith("a.yaml")]
        assert found == codes


def test_files_that_others_use_too_are_published(tmp_path: Path) -> None:
    files = {
        **FILES,
        "content/a.yaml": DRAFTS.replace(", b#xyzzy-b", ""),
        "content/b.md": f"{ARTICLE}\n[x](xyzzy.pdf)\n",
        "static/xyzzy.txt": "x",
        "content/b.yaml": "notes: [{note: '[x](/xyzzy.txt)', draft: true}]\n",
    }
    result = build(tmp_path, files)
    assert not result.failed, result.problems
    assert (tmp_path / "_site/xyzzy.pdf").exists()
    assert not (tmp_path / "_site/xyzzy.png").exists()
    (shared,) = problems(result, "shared-file")
    assert str(shared.location) == "content/b.yaml"
    assert shared.message.startswith(
        "published although the draft that names it is not: `xyzzy.txt`"
    )


@pytest.mark.parametrize("form", ["web-annotation", "claimreview", "csl-json", "bibtex"])
def test_exports_leave_drafts_out(form: str, tmp_path: Path) -> None:
    exported = export_article(folders.put(tmp_path, FILES), "a", form)  # type: ignore[arg-type]
    assert exported.text is not None
    assert SECRET.lower() not in exported.text.lower()
    assert "document" in exported.text or form == "claimreview"
    (problem,) = exported.problems
    assert (problem.code, problem.severity) == ("skipped-draft", "info")
    assert problem.message == "not exported: 4 annotations are drafts"
