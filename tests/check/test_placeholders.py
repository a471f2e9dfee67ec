"""`explainer check` asks about what is left of templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer.build.options import BuildOptions
from explainer.check.check import CheckOptions, check_site
from explainer.model.placeholders import find_words, is_example_address, is_placeholder
from explainer.scaffold.site import new_site
from tests.helpers import folders


@pytest.mark.parametrize(
    "name", ["Your name", "YOUR NAME", "your full name", "Jane Doe", "TODO", "Title"]
)
def test_placeholders(name: str) -> None:
    assert is_placeholder(name)


@pytest.mark.parametrize(
    "name", ["My site", "Your Name Here: A memoir", "Ann", "Your city", "Jane Doen"]
)
def test_real_names(name: str) -> None:
    assert not is_placeholder(name)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org", True),
        ("https://www.example.com/x", True),
        ("http://localhost:8000/", True),
        ("https://your-domain.com/", True),
        ("https://example.org.uk/", False),
        ("https://my-example.org/", False),
        ("https://yourstory.com/", False),
        ("https://a.b/?u=https://example.org", False),
    ],
)
def test_example_addresses(url: str, expected: bool) -> None:
    assert is_example_address(url) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Then lorem ipsum dolor.", "lorem ipsum"),
        ("TODO: more.", "TODO"),
        ("Write here.", "Write here."),
        ("A TODOS list; todo lists; methods.", None),
        ("You can write here.", None),
    ],
)
def test_words(text: str, words: str | None) -> None:
    match = find_words(text)
    assert (match[0] if match else None) == words


def asked(root: Path) -> list[tuple[str, int, int]]:
    problems = check_site(root, BuildOptions(jobs=1), CheckOptions()).problems
    assert {p.severity for p in problems} <= {"info"}
    places = [problem.location for problem in problems if problem.code == "placeholder"]
    return [(place.path, place.line, place.column) for place in places]


def test_each_is_reported_where_it_is(tmp_path: Path) -> None:
    files = {
        "site.toml": 'title = "T"\nauthors = ["Your name"]\nurl = "https://example.org/x"\n',
        "content/a.md": "---\ntitle: A\nauthors: [Your Name]\n---\nWords, `TODO`.\n\nAnd TODO.\n",
        "content/a.yaml": "notes:\n- {quote: Words, note: TBD}\n- {quote: And, note: '`TODO`'}\n",
    }
    assert asked(folders.put(tmp_path, files)) == [
        ("content/a.md", 3, 11),
        ("content/a.md", 7, 5),
        ("content/a.yaml", 2, 24),
        ("site.toml", 2, 12),
        ("site.toml", 3, 7),
    ]


def test_the_example_article_is_reported_once_there_is_another(tmp_path: Path) -> None:
    new_site(tmp_path / "site", author="Ann")
    assert asked(tmp_path / "site") == []
    folders.put(tmp_path / "site", {"content/own.md": "---\ntitle: Own\n---\nWords.\n"})
    assert asked(tmp_path / "site") == [("content/leap-years/index.md", 1, 0)]
    article = tmp_path / "site/content/leap-years/index.md"
    article.write_text(article.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    assert asked(tmp_path / "site") == []
