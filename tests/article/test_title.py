"""explainer.article: the first heading of a text is its title if the front matter has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site

TITLES = [
    ("# A title\n\nText.\n", "A title"),
    ("\n\n# A title #\n\nText.\n", "A title"),
    ("A title\n=======\n\nText.\n", "A title"),
    ("Two\nlines\n===\n\nText.\n", "Two lines"),
    ("<!-- a comment -->\n\n# A title\n\nText.\n", "A title"),
    ("---\ndate: 2024-05-01\n---\n\n# A title\n\nText.\n", "A title"),
    ("+++\ndate = 2024-05-01\n+++\n# A title\n\nText.\n", "A title"),
    (
        "# *A* [title](https://example.org) `x` ![pic](https://example.org/a.png)\n\nText.\n",
        "A title x pic",
    ),
    ("# A & B <c> {#own .wide}\n\nText.\n", "A &amp; B &lt;c&gt;"),
    ("# A title[^1]\n\nText.[^1]\n\n[^1]: Note.\n", "A title"),
]


def built(root: Path, files: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    (root / "content").mkdir()
    (root / "site.toml").write_text('title = "X"\n[search]\nenabled = false\n', encoding="utf-8")
    for name, text in files.items():
        (root / "content" / name).write_text(text, encoding="utf-8")
    result = build_site(root, BuildOptions())
    pages = {p.parent.name: p.read_text(encoding="utf-8") for p in root.glob("_site/*/index.html")}
    return pages, [f"{p.location} {p.severity} {p.code}: {p.message}" for p in result.problems]


@pytest.mark.parametrize(("text", "title"), TITLES)
def test_the_first_heading_is_the_title(text: str, title: str, tmp_path: Path) -> None:
    pages, problems = built(tmp_path, {"a.md": text})
    assert [each for each in problems if "foreign-markup" not in each] == []
    page = pages["a"]
    assert page.count("<h1") == 1
    assert f">{title}</h1>" in page
    assert page.count('href="#fnref-1') <= page.count('id="fnref-1"')


def test_links_to_the_title_and_annotations_below_it(tmp_path: Path) -> None:
    text = "# A title\n\nThe words, see [above](#a-title).\n\n# A title\n\nMore.\n"
    notes = "notes:\n- {quote: The words, note: N}\n- {section: a-title-1, note: M}\n"
    pages, problems = built(tmp_path, {"a.md": text, "a.yaml": notes})
    assert problems == []
    assert '<h1 id="a-title">A title</h1>' in pages["a"]
    assert pages["a"].count('id="a-title-1"') == 1


def test_a_quote_of_the_title(tmp_path: Path) -> None:
    notes = "notes:\n- {quote: fine title, note: N}\n"
    _, problems = built(tmp_path, {"a.md": "# A fine title\n\nText.\n", "a.yaml": notes})
    assert problems == [
        "content/a.yaml:2:11 error quote-lost: these words are only in the title, and annotations "
        "are on the text below it"
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
        ("---\ndate: 2024\n---\n## A\n", "content/a.md:2:1 error missing-key"),
    ],
)
def test_no_title_at_all(text: str, problem: str, tmp_path: Path) -> None:
    pages, problems = built(tmp_path, {"a.md": text})
    assert [each.partition(": ")[0] for each in problems] == [problem]
    assert pages == {}


def test_the_home_page_keeps_its_first_heading(tmp_path: Path) -> None:
    built(tmp_path, {"index.md": "# Welcome\n\nText.\n"})
    home = (tmp_path / "_site/index.html").read_text(encoding="utf-8")
    assert ">Welcome</h1>" in home
