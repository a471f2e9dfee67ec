"""One running number for annotations and footnotes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from tests.helpers import folders
from tests.helpers.pages import read


def shown(root: Path, text: str, notes: str, language: str = "en") -> list[str]:
    """Return what the references show, then the footnotes' numbers in the list, if not in order."""
    front = "---\ntitle: T\ndate: 2026-01-02\n---\n"
    files = {
        "site.toml": f'title = "T"\nlanguage = "{language}"\n',
        "content/a.md": front + text,
        "content/a.yaml": f"notes: [{notes}]\n",
    }
    assert not build_site(folders.put(root, files), BuildOptions(jobs=1)).failed
    page = read(root / "_site/a/index.html")
    return re.findall(r'role="doc-noteref">([^<]*)<', page) + re.findall(r'<li id="fn[^>]*', page)


@pytest.mark.parametrize(
    ("text", "notes", "expected"),
    [
        (  # before, between, after
            "One.[^x] Two. Three.[^y]\n\n[^x]: X.\n[^y]: Y.\n",
            "{id: a, quote: Two, note: n}",
            ["[1]", "2", "[3]", '<li id="fn-1"', '<li id="fn-2" value="3"'],
        ),
        (  # the same footnote twice has one number
            "One.[^x] Two. Three.[^x]\n\n[^x]: X.\n",
            "{id: a, quote: One, note: n}, {id: b, quote: Three, note: n}",
            ["1", "[2]", "3", "[2]", '<li id="fn-1" value="2"'],
        ),
        (  # a note on the whole article is the first
            "One.[^x]\n\n[^x]: X.\n",
            "{id: a, note: n}, {id: b, quote: One, note: n}",
            ["2", "[3]", '<li id="fn-1" value="3"'],
        ),
        (  # in a footnote, and a footnote that refers to another one
            "One. Two.[^x]\n\n[^x]: A word.[^y]\n[^y]: Y.\n",
            "{id: a, quote: One, note: n}, {id: b, quote: word, note: n}",
            ["1", "[2]", "3", "[4]", '<li id="fn-1" value="2"', '<li id="fn-2" value="4"'],
        ),
        (  # a footnote to which nothing refers
            "One.\n\n[^x]: A word.\n",
            "{id: a, quote: One, note: n}, {id: b, quote: word, note: n}",
            ["1", "3", '<li id="fn-1" value="2"'],
        ),
        (  # passages within each other, beside a footnote, and in a heading, a cell, and code
            "## Head\n\nOne two three.[^x]\n\n| a | b |\n|---|---|\n| c[^y] | d |\n\n`code`[^x]\n\n"
            "[^x]: X.\n[^y]: Y.\n",
            "{quote: Head, note: n}, {quote: One two three, note: n}, {quote: two, note: n},"
            "{quote: d, note: n}, {quote: code, note: n}",
            [
                *("1", "2", "3", "[4]", "[5]", "6", "7", "[4]"),
                '<li id="fn-1" value="4"',
                '<li id="fn-2" value="5"',
            ],
        ),
        ("One.[^x] Two.\n\n[^x]: X.\n", "", ["[1]", '<li id="fn-1"']),
    ],
)
def test_annotations_and_footnotes_share_one_running_number(
    tmp_path: Path, text: str, notes: str, expected: list[str]
) -> None:
    assert shown(tmp_path, text, notes) == expected


def test_in_the_digits_of_the_language(tmp_path: Path) -> None:
    text = "One. Two.[^x]\n\n[^x]: X.\n"
    found = shown(tmp_path, text, "{id: a, quote: One, note: n}", "ar")
    assert found == ["١", "[٢]", '<li id="fn-1" value="2"']
