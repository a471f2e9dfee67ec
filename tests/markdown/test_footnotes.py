"""Footnotes: none is lost, each reference leads to one, and what does not fit is reported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.markdown.findings import reported
from explainer.markdown.parser import Markdown, NoteMarkdown
from tests.helpers import folders
from tests.helpers.cost import is_linear
from tests.helpers.examples import examples

UNKNOWN, UNUSED = "unknown-footnote", "unused-footnote"
TWICE, EMPTY = "footnote-twice", "empty-footnote"


def found(text: str, parser: Markdown | NoteMarkdown | None = None) -> tuple[str, list[str]]:
    """Return the HTML of a text, and its findings as `line:column code`."""
    parser = parser or Markdown()
    tokens = parser.parse(text)
    findings = [(finding.place.offset, finding.flaw.code) for finding in reported(tokens)]
    lines = [
        f"{text.count(chr(10), 0, at) + 1}:{at - text.rfind(chr(10), 0, at)} {code}"
        for at, code in sorted(findings)
    ]
    return parser.render(tokens), lines


def notes(html: str) -> list[str]:
    """Return the text of each footnote, with `↩` for each link back."""
    items = re.findall(r'<li id="fn-\d+">(.*?)</li>\n(?=<li id="fn|</ol>\n</section>)', html, re.S)
    return [" ".join(re.sub(r"<[^>]*>|\ufe0e", "", item).split()) for item in items]


@pytest.mark.parametrize(
    ("text", "shown", "where"),
    [
        ("He paid.[^sourc]\n\n[^source]: File.", ["File."], [f"1:9 {UNKNOWN}"]),
        ("None.\n\n[^x]: Only.", ["Only."], [f"3:1 {UNUSED}"]),
        ("[^1] [^1]\n\n[^1]: A.\n\n[^1]: B.", ["A. ↩ ↩", "B."], [f"5:1 {TWICE}"]),
        ("[^1]\n\n[^1]: A.\n[^1]: A.", ["A. ↩", "A."], [f"4:1 {TWICE}"]),
        ("*[^a]* and [^b].", [], [f"1:2 {UNKNOWN}", f"1:12 {UNKNOWN}"]),
        ("[^1]\n\n[^1]:", ["↩"], [f"3:1 {EMPTY}"]),
        ("Text ^[ ]", ["↩"], [f"1:6 {EMPTY}"]),
        ("[^a]\n\n[^a]: A[^b]\n[^b]: B", ["A[2] ↩", "B ↩"], []),
        ("x\n\n[^a]: A[^b]\n[^b]: B", ["A[2]", "B ↩"], [f"3:1 {UNUSED}"]),
        ("x\n\n[^b]: B\n[^a]: A[^b]", ["A[2]", "B ↩"], [f"4:1 {UNUSED}"]),
        ("x\n\n[^a]: A[^b]\n[^b]: B[^a]", ["A[2] ↩", "B[1] ↩"], [f"3:1 {UNUSED}"]),
        ("x\n\n[^a]: A[^a]", ["A[1] ↩"], [f"3:1 {UNUSED}"]),
        ("# H[^1]\n\n| a[^2] |\n|---|\n\n[^2]: T\n[^1]: H", ["H ↩", "T ↩"], []),
        ("- x\n  [^1]: In a list\n\n> [^2]: Quoted\n\n[^1][^2]", ["In a list ↩", "Quoted ↩"], []),
        ("[^Two Words]\n\n[^two  words]: Found", ["Found ↩"], []),
        ("[^a][^A]\n\n[^a]: a\n[^A]: A", ["a ↩", "A ↩"], []),
        ("[^two\nwords]\n\n[^two words]: Found", ["Found ↩"], []),
        ("![alt[^1]](x)\n\n[^1]: N", ["N"], [f"1:6 {UNKNOWN}", f"3:1 {UNUSED}"]),
        ("Text ![alt^[N]](x)", [], [f"1:11 {UNKNOWN}"]),
        ("[![alt *b[^2]*](x)](y)", [], [f"1:10 {UNKNOWN}"]),
        ("![a ![b^[N]](x)](x) and ^[M]", ["M ↩"], [f"1:8 {UNKNOWN}"]),
        ("- x\n\n  ![alt^[N]](x){alt=b}", ["N ↩"], []),
        ("`[^1]` \\[^2]\n\n    [^3]\n\n```\n[^1]: x\n```", [], []),
        ('![x](y "Caption[^1]")\n\n[^1]: C', ["C ↩"], []),
        ("A^[in [^b] and ^[in]]\n\n[^b]: B", ["in [2] and [3] ↩", "B ↩", "in ↩"], []),
        ("A^[in [^c]]", ["in [^c] ↩"], [f"1:7 {UNKNOWN}"]),
        ("[^1]\n\n[^1]: A\n\n    B\n\n        code\n\nText", ["A B code ↩"], []),
        ("[^1]\n\n[^1]: - a\n    - b", ["a b ↩"], []),
        ("[^1]\n\n[^1]:\n    A", ["A ↩"], []),
        ("| a[^1] |\n|---|\n| b |\n[^1]: A\n[^2]: B", ["A ↩", "B"], [f"5:1 {UNUSED}"]),
        ("> Quoted[^1]\n[^1]: A", ["A ↩"], []),
        ("[^1]\n\n[^1]: A\n\n    [^2]: Inner\n\n    B[^2]", ["A B[2] ↩", "Inner ↩"], []),
    ],
)
def test_footnotes(text: str, shown: list[str], where: list[str]) -> None:
    html, places = found(text)
    assert notes(html) == shown
    assert places == where


def test_a_reference_in_a_link_follows_the_link() -> None:
    html, places = found("See [the *law*[^1]](x), [^1](y).\n\n[^1]: Text")
    assert places == []
    assert html.startswith('<p>See <a href="x">the <em>law</em></a><sup class="footnote-ref">')
    assert '<a href="y">^1</a>.</p>' in html


def test_annotations_have_no_footnotes() -> None:
    html, places = found("Hello[^1] `[^2]` \\[^3]\n\n[^1]: Reuters", NoteMarkdown())
    assert places == [f"1:6 {UNKNOWN}", f"3:1 {UNKNOWN}"]
    assert html == "<p>Hello[^1] <code>[^2]</code> [^3]</p>\n<p>[^1]: Reuters</p>\n"


PARTS = st.sampled_from(
    [
        *("[^a]", "[^b]", "[^A]", "[^c d]", "^[in ", "]", "[l", "](x)", "\n\n[^a]: A ", "`", "*"),
        *("\n\n[^b]: B ", "\n[^c  D]: C ", "\n\n- item ", "\n\n> quoted ", "\n\n    ", "word "),
    ]
)


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(PARTS, max_size=15).map("".join))
def test_every_number_leads_to_a_footnote_and_back(text: str) -> None:
    html, _ = found(text)
    ids = re.findall(r' id="(fn[^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r' href="#(fn[^"]*)"', html)) <= set(ids)
    assert all(f'href="#{name}"' in html for name in ids if name.startswith("fnref"))
    for word in re.findall(r"^\[\^[^\]]*\]: ([ABC])", text, re.M):
        assert word in html


def test_reports_name_the_file_with_line_and_column(tmp_path: Path) -> None:
    head = "---\ntitle: A\n---\n"
    files = {
        "site.toml": 'title = "T"\n',
        "content/a.md": head + "He paid.[^sourc]\n\n[^source]: File.\n\n[^source]: Other.\n",
        "content/a.yaml": "notes:\n  - quote: He paid\n    note: 'A note.[^1]'\n",
    }
    result = build_site(folders.put(tmp_path, files), BuildOptions(jobs=1, write=False))
    assert [(str(p.location), p.code, p.severity) for p in result.problems] == [
        ("content/a.md:4:9", UNKNOWN, "warning"),
        ("content/a.md:8:1", TWICE, "warning"),
        ("content/a.yaml:3:19", UNKNOWN, "warning"),
    ]
    unknown, twice, _ = result.problems
    assert unknown.hint == "did you mean `[^source]`?"
    assert [str(each.related[0].location) for each in (unknown, twice)] == ["content/a.md:6:1"] * 2


def test_only_pages_with_footnotes_load_their_styles(tmp_path: Path) -> None:
    files = {
        "site.toml": 'title = "T"\n',
        "content/with.md": "# A\n\nHe paid.[^a]\n\n[^a]: File.\n",
        "content/without.md": "# B\n\nHe paid, says footnote 1.\n",
    }
    assert not build_site(folders.put(tmp_path, files), BuildOptions(jobs=1)).problems
    for name in ("with", "without"):
        page = (tmp_path / "_site" / name / "index.html").read_text(encoding="utf-8")
        assert ("blocks.css" in page) == (name == "with")


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["[^a] ", "^[x] "])
def test_many_footnotes_in_one_line_take_linear_time(unit: str) -> None:
    assert is_linear(lambda count: Markdown().parse(unit * count), 1_000, 16_000, 40)
