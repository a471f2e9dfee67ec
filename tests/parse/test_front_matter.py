"""explainer.parse.front_matter: an article → front matter and Markdown."""

from __future__ import annotations

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.model.documents import Text
from explainer.model.front_matter import Related
from explainer.model.scalars import Url
from explainer.parse.front_matter import read_article
from tests.helpers.author_files import (
    check_positions,
    likely,
    trees,
    yamlish,
)
from tests.helpers.examples import examples


def test_front_matter() -> None:
    content = "---\ntitle: A\ndate: 2024-11\ndraft: true\nrelated:\n  - b.md\n"
    content += "  - {title: C, url: https://c.example}\n---\n# Text\n---\n"
    article, problems = read_article(Text("a.md", content))
    value, first_line = article.front, article.first_line
    assert problems == ()
    assert value is not None
    assert (value.title, value.date, value.draft) == ("A", "2024-11", True)
    assert value.related == ("b.md", Related(title="C", url=Url("https://c.example")))
    assert (first_line, article.body) == (9, "# Text\n---\n")
    assert content.split("\n")[first_line - 1] == "# Text"


@pytest.mark.parametrize("end", ["---", "---\n", "---  \n", "---\n\n"])
def test_front_matter_at_the_end_of_the_file(end: str) -> None:
    article, problems = read_article(Text("a.md", f"---\ntitle: A\n{end}"))
    assert problems == ()
    assert article.front is not None
    assert article.first_line == 4
    assert article.body.strip() == ""


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("", "no-front-matter", 1),
        ("\n---\ntitle: A\n---\n", "no-front-matter", 1),
        ('\n+++\ntitle = "A"\n+++\n', "no-front-matter", 1),
        ("<!-- x -->\n---\ndraft: true\n---\n", "no-front-matter", 1),
        ("---yaml\ndraft: true\n---\n", "no-front-matter", 1),
        ("-----\ndraft: true\n-----\n", "no-front-matter", 1),
        (';;;\n{"draft": true}\n;;;\n', "no-front-matter", 1),
        ('{"draft": true}\n\n# Text\n', "no-front-matter", 1),
        ("Title: A\nStatus: draft\n\nText.\n", "no-front-matter", 1),
        ('+++\ntitle = "A"\n', "open-front-matter", 1),
        ("+++\ntitle = A\n+++\n", "toml-syntax", 2),
        ('+++\ntitle = "A"\ndate = 2024-13-01\n+++\n', "toml-syntax", 3),
        ("---\ntitle: A\n", "open-front-matter", 1),
        ("---", "open-front-matter", 1),
        ("---\ntitle: a: b\n---\n", "yaml-syntax", 2),
        ("---\ntitle: a\ntitle: b\n---\n", "duplicate-key", 3),
    ],
)
def test_missing_or_invalid_front_matter(content: str, code: str, line: int) -> None:
    article, problems = read_article(Text("a.md", content))
    assert article.front is None
    assert [(p.code, p.location.line) for p in problems] == [(code, line)]


def test_values_have_locations_for_later_stages() -> None:
    text = Text("a.md", "---\ntitle: A\nrelated: [b.md, c.md]\n---\n")
    assert read_article(text)[0].places.location(("related", 1)).column == 17


@settings(max_examples=examples(50), deadline=None)
@given(st.one_of(yamlish, st.text(), st.one_of(likely, trees).map(pyyaml.safe_dump)), st.text())
def test_any_text_is_parsed_or_reported(head: str, body: str) -> None:
    for content in (f"---\n{head}---\n{body}", head):
        article, problems = read_article(Text("a.md", content))
        assert (article.front is None) == any(p.severity == "error" for p in problems)
        check_positions(problems, content)
        assert article.body == "\n".join(content.split("\n")[article.first_line - 1 :])


@pytest.mark.parametrize(
    "text", ["# Text\n", "Text.\n", "***\n\nText.\n", "Note: a text\n\nText.\n"]
)
def test_front_matter_is_optional(text: str) -> None:
    article, problems = read_article(Text("a.md", text))
    assert problems == ()
    assert article.front is not None
    assert (article.front.title, article.first_line, article.body) == ("", 1, text)


def test_front_matter_in_toml() -> None:
    head = 'title = "A"\ndate = 2024-05-01T10:00:00Z\ndraft = true\ntopics = ["x"]\nlayout = 1\n'
    text = f"+++\n{head}[image]\nsrc = 'a.png'\nalt = 'b'\n+++\nText.\n"
    article, problems = read_article(Text("a.md", text))
    front = article.front
    assert front is not None
    assert (front.title, front.date, front.topics) == ("A", "2024-05-01T10:00:00+00:00", ("x",))
    assert (front.draft, article.first_line, article.body) == (True, 11, "Text.\n")
    assert [(p.code, p.location.line, p.severity) for p in problems] == [("unknown-key", 6, "info")]
    assert article.places.location(("image", "alt")).line == 9


def test_toml_withholds_as_yaml_does() -> None:
    for line in ("published = false", "build = {render = 'never'}", "headless = true"):
        article, _ = read_article(Text("a.md", f"+++\ntitle = 'A'\n{line}\n+++\n"))
        assert article.front is not None
        assert article.front.draft
    article, _ = read_article(Text("a.md", "+++\ntitle = 'A'\npublishDate = 2099-01-01\n+++\n"))
    assert article.not_before == ("2099-01-01",)
