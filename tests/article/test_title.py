"""explainer.article: the first heading of a text is its title if the front matter has no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests.helpers import folders
from tests.helpers.pages import read

SITE = {"site.toml": 'title = "X"\n[search]\nenabled = false\n'}
FINE = "# A *fine* title[^1] ![Alt](https://example.org/x.png) {#own}\n\nText.\n\n[^1]: Foot.\n"


def built(root: Path, files: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    result = build_site(folders.put(root, SITE | files), BuildOptions(jobs=1))
    pages = {p.parent.name: read(p) for p in root.glob("_site/*/index.html")}
    return pages, [f"{p.location} {p.severity} {p.code}: {p.message}" for p in result.problems]


TITLES = [
    ("# A title\n\nText.\n", "A title", "A title"),
    ("\n\n# A title #\n\nText.\n", "A title", "A title"),
    ("A title\n=======\n\nText.\n", "A title", "A title"),
    ("Two\nlines\n===\n\nText.\n", "Two lines", "Two\nlines"),
    ("<!-- a comment -->\n\n# A title\n\nText.\n", "A title", "A title"),
    ("---\ndate: 2024-05-01\n---\n\n# A title\n\nText.\n", "A title", "A title"),
    ("---\n---\n# A title\n", "A title", "A title"),
    ("+++\ndate = 2024-05-01\n+++\n# A title\n\nText.\n", "A title", "A title"),
    ("\ufeff# A title\r\n\r\nText.\r\n", "A title", "A title"),
    ("# Use `x` *now*\n", "Use x now", "Use <code>x</code> <em>now</em>"),
    ("# A & B <c> {#own .wide}\n\nText.\n", "A &amp; B &lt;c&gt;", "A &amp; B &lt;c&gt;"),
    ("---\ntitle: Same  title\n---\n# Same *title*\n", "Same  title", "Same <em>title</em>"),
]


@pytest.mark.parametrize(("text", "title", "heading"), TITLES)
def test_the_first_heading_is_the_title(
    text: str, title: str, heading: str, tmp_path: Path
) -> None:
    pages, problems = built(tmp_path, {"content/a.md": text})
    assert [each for each in problems if "foreign-markup" not in each] == []
    assert pages["a"].count("<h1") == 1
    assert f">{heading}</h1>" in pages["a"]
    assert f"<title>{title} · X</title>" in pages["a"]
    assert f'name="citation_title" property="og:title" content="{title}"' in pages["a"]


def test_another_heading_than_the_title_stays_in_the_text(tmp_path: Path) -> None:
    pages, problems = built(tmp_path, {"content/a.md": "---\ntitle: A\n---\n# B\n"})
    assert problems == []
    assert "<h1>A</h1>" in pages["a"]
    assert '<h1 id="b">B</h1>' in pages["a"]


def test_the_title_keeps_its_markup(tmp_path: Path) -> None:
    text = FINE.replace("fine", "[fine](#own)")
    pages, problems = built(tmp_path, {"content/a.md": text})
    assert problems == []
    (heading,) = re.findall("<h1.*?</h1>", pages["a"])
    assert heading.startswith('<h1 id="own">A <em><a href="#own">fine</a></em> title<sup')
    assert 'alt="Alt"' in heading
    assert 'id="fnref-1"' in heading
    assert 'href="#fnref-1"' in pages["a"]
    (policy,) = (line for line in pages["a"].splitlines() if "Content-Security-Policy" in line)
    assert "https://example.org" in policy


def test_what_is_wrong_in_the_title_is_reported(tmp_path: Path) -> None:
    text = "# A [link](nowhere.md) ![](https://example.org/x.png) {#note-x}\n\nText.\n"
    _, problems = built(tmp_path, {"content/a.md": text})
    assert [each.split(": ")[0] for each in problems] == [
        "content/a.md:1:12 error broken-link",
        "content/a.md:1:28 warning picture-without-alt",
        "content/a.md:1:55 error reserved-id",
    ]


def test_links_to_the_title_and_annotations_below_it(tmp_path: Path) -> None:
    text = "# A title\n\nThe words, see [above](#a-title).\n\n# A title\n\nMore.\n"
    notes = "notes:\n- {quote: The words, note: N}\n- {section: a-title-1, note: M}\n"
    pages, problems = built(tmp_path, {"content/a.md": text, "content/a.yaml": notes})
    assert problems == []
    assert '<h1 id="a-title">A title</h1>' in pages["a"]
    assert pages["a"].count('id="a-title-1"') == 1


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("quote: fine title", "quote-lost"),
        ("section: own", "section-unknown"),
        ("section: A fine title", "section-unknown"),
        ("image: x.png", "image-unknown"),
    ],
)
def test_an_annotation_of_the_title(target: str, code: str, tmp_path: Path) -> None:
    files = {"content/a.md": FINE, "content/a.yaml": f"notes:\n- {{{target}, note: N}}\n"}
    _, problems = built(tmp_path, files)
    column = 4 + len(target.partition(": ")[0]) + 2
    assert problems == [
        f"content/a.yaml:2:{column} error {code}: this is in the title, and annotations are on the "
        "text below it"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Text.\n", "content/a.md:1:1 error no-front-matter"),
        ("", "content/a.md:1:1 error no-front-matter"),
        ("Text.\n\n# Late\n", "content/a.md:1:1 error no-front-matter"),
        ("## A section\n", "content/a.md:1:1 error no-front-matter"),
        ("#\n\nText.\n", "content/a.md:1:1 error no-front-matter"),
        ("---\n---\nText.\n", "content/a.md:2:1 error missing-key"),
        ("+++\n+++\nText.\n", "content/a.md:2:1 error missing-key"),
        ("---\ndate: 2024\n---\n## A\n", "content/a.md:2:1 error missing-key"),
    ],
)
def test_no_title_at_all(text: str, problem: str, tmp_path: Path) -> None:
    pages, problems = built(tmp_path, {"content/a.md": text})
    assert [each.partition(": ")[0] for each in problems] == [problem]
    assert pages == {}


def test_the_home_page_keeps_its_first_heading(tmp_path: Path) -> None:
    built(tmp_path, {"content/index.md": "# Welcome\n\nText.\n"})
    home = (tmp_path / "_site/index.html").read_text(encoding="utf-8")
    assert ">Welcome</h1>" in home
