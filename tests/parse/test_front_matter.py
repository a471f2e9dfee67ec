"""explainer.parse.front_matter: an article → front matter and Markdown."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.build.options import BuildOptions
from explainer.build.pipeline import load_site
from explainer.model.documents import Text
from explainer.model.front_matter import FrontMatter, Image, Related
from explainer.model.location import PackedLocated
from explainer.model.scalars import DateTime, Url
from explainer.parse import yaml
from explainer.parse.front_matter import read_article
from tests.helpers import folders
from tests.helpers.author_files import (
    check_positions,
    likely,
    trees,
    yamlish,
)
from tests.helpers.cost import is_linear
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
        ("# Text\n\n---\ndraft: true\n---\n", "no-front-matter", 1),
        ("# Text\n---\ntags: [a]\nprivate: true\nx: 1\n---\nText.\n", "no-front-matter", 1),
        ("<!-- x -->\n# Text\n+++\nx = 1\ndraft = true\n+++\n", "no-front-matter", 1),
        ("---yaml\ndraft: true\n---\n", "no-front-matter", 1),
        ("-----\ndraft: true\n-----\n", "no-front-matter", 1),
        (';;;\n{"draft": true}\n;;;\n', "no-front-matter", 1),
        ('{"draft": true}\n\n# Text\n', "no-front-matter", 1),
        ("Title: A\nStatus: draft\n\nText.\n", "no-front-matter", 1),
        ('+++\ntitle = "A"\n', "open-front-matter", 1),
        ("+++\ntitle = A\n+++\n", "toml-syntax", 2),
        ('+++\ntitle = "A"\ndate = 2024-13-01\n+++\n', "toml-syntax", 3),
        ("---\ntitle: A\n", "open-front-matter", 1),
        ("---\ndraft: true\n+++\n\nText.\n", "open-front-matter", 1),
        ("+++\ndraft = true\n---\n\nText.\n", "open-front-matter", 1),
        ("---\n\nText.\n\n---\n", "wrong-type", 3),
        ("---\ntitle = 'A'\ndraft = true\n---\n", "wrong-type", 2),
        ("+++\ntitle: A\n+++\n", "toml-syntax", 2),
        ("---\n- a\n---\n", "wrong-type", 2),
        ("+++\n[image]\nsrc = 'a'\n[image]\n+++\n", "toml-syntax", 4),
        ("+++\na = 1\na = 2\n+++\n", "toml-syntax", 3),
        ("+++\n[extra]\nx = [1,\n+++\n", "toml-syntax", 3),
        ("---", "open-front-matter", 1),
        ("---\ntitle: a: b\n---\n", "yaml-syntax", 2),
        ("---\ntitle: a\ntitle: b\n---\n", "duplicate-key", 3),
    ],
)
def test_missing_or_invalid_front_matter(content: str, code: str, line: int) -> None:
    article, problems = read_article(Text("a.md", content))
    assert article.front is None
    assert [(p.code, p.location.line) for p in problems] == [(code, line)]


@pytest.mark.parametrize(
    ("content", "column", "words"),
    [
        ("---\ntitle: A\n+++\n", 1, "write line 3 as `---`"),
        ("+++\ntitle = 'A'\n\n---\n", 1, "write line 4 as `+++`"),
        ("---\ntitle = 'A'\n---\n", 1, "write `+++` instead of `---`"),
        ("---\n\nText.\n\n---\n", 1, "write its first line as `***`"),
        ("+++\ndate = 2024-13-01\n+++\n", 8, 'it may be incomplete: "2024-11"'),
        ("+++\ndate = 2024-11\n+++\n", 8, 'it may be incomplete: "2024-11"'),
        ("+++\ndate = 2024-5-1 # May\n+++\n", 8, "write it like 2024-11-10"),
        ("+++\nx = [\n  2024-05-32\n]\n+++\n", 3, "write it like 2024-11-10"),
        ("+++\ndate = 2024-02-30\n+++\n", 8, "put it in quotation marks"),
        ("+++\ndate = 2024-05-01T25:00:00\n+++\n", 8, "write it like 2024-11-10"),
    ],
)
def test_hints_about_the_form(content: str, column: int, words: str) -> None:
    (problem,) = read_article(Text("a.md", content))[1]
    assert problem.location.column == column
    assert words in problem.hint


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("---\ntitle: A\n...\nText.\n", "Text.\n"),
        ("---  \ntitle: A\n---\t\nText.\n", "Text.\n"),
        ("+++ \ntitle = 'A'\n+++ \nText.\n", "Text.\n"),
        ("+++\ntitle = 'A'\n+++", ""),
        ("---\ntitle: A\n---\n+++\nx\n+++\n", "+++\nx\n+++\n"),
    ],
)
def test_where_front_matter_ends(content: str, body: str) -> None:
    article, problems = read_article(Text("a.md", content))
    assert problems == ()
    assert article.front is not None
    assert (article.front.title, article.body) == ("A", body)


@pytest.mark.parametrize("fence", ["---", "+++"])
def test_empty_front_matter(fence: str) -> None:
    article, problems = read_article(Text("a.md", f"{fence}\n{fence}\nText.\n"))
    assert (article.front, problems, article.body) == (FrontMatter(), (), "Text.\n")


def test_numbers_in_toml_are_text() -> None:
    text = "+++\ntitle = 2024\nslug = 7\ndate = 2024\ntopics = [1]\n+++\n"
    article, problems = read_article(Text("a.md", text))
    assert problems == ()
    assert article.front == FrontMatter(
        title="2024", slug="7", date=DateTime("2024"), topics=("1",)
    )


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
    "text",
    [
        *("# Text\n", "Text.\n", "***\n\nText.\n", "Note: a text\n\nText.\n"),
        *("# Text\n\n---\n\nMore.\n\n---\n", "# Text\n\n---\nNote: a heading\n---\n"),
    ],
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


def test_places_are_as_they_were_after_packing() -> None:
    text = Text(
        "content/x.md", "---\ntitle: X\ntopics: [A, 'B']\nextra: {n: 1, on: 2024-01-02}\n---\n"
    )
    located = yaml.read(Text(text.path, text.content[4:-4]), first_line=2)[0]
    packed = PackedLocated.of(located)
    again = packed.unpack()
    assert (again.data, again.values, again.keys) == (located.data, located.values, located.keys)
    assert again.location(("topics", 1)) == located.location(("topics", 1))
    assert again.location(("topics", 1)).line == 3
    assert len(packed.packed) < 400


@pytest.mark.parametrize(
    ("value", "image"),
    [
        ("/img/a.png", Image(src="/img/a.png", alt="")),
        ("https://example.org/a.png", Image(src="https://example.org/a.png", alt="")),
        ("{src: a.png, alt: A, credit: B}", Image(src="a.png", alt="A", credit="B")),
        ("{src: a.png, alt: ''}", Image(src="a.png", alt="")),
        ("", None),
        ('""', None),
    ],
)
def test_the_picture_may_be_a_path_alone(value: str, image: Image | None) -> None:
    article, problems = read_article(Text("a.md", f"---\ntitle: A\nimage: {value}\n---\n"))
    assert problems == ()
    assert article.front is not None
    assert article.front.image == image


@pytest.mark.parametrize(
    ("value", "code"), [("[a.png]", "wrong-type"), ("{src: a.png}", "missing-key")]
)
def test_the_picture_is_nothing_else(value: str, code: str) -> None:
    _, problems = read_article(Text("a.md", f"---\ntitle: A\nimage: {value}\n---\n"))
    assert [p.code for p in problems] == [code]


JEKYLL = """\
---
layout: post
title: A
lang: de
description: D
permalink: /a/
image: /img/a.png
date: 2024-05-01 10:00:00 +0200
author: J. Doe
order: 3
---

Text.
"""


def test_front_matter_of_another_tool() -> None:
    article, problems = read_article(Text("a.md", JEKYLL))
    assert article.front == FrontMatter(
        title="A",
        image=Image(src="/img/a.png", alt=""),
        date=DateTime("2024-05-01 10:00:00 +0200"),
    )
    assert {p.severity for p in problems} == {"info"}
    assert [(p.location.line, p.code) for p in problems] == [
        (line, "unknown-key") for line in (2, 4, 5, 6, 9, 10)
    ]


@pytest.mark.parametrize(
    ("key", "here"),
    [
        ("layout", "template"),
        ("lang", "language"),
        ("description", "summary"),
        ("excerpt", "summary"),
        ("permalink", "slug"),
        ("author", "authors"),
        ("tags", "topics"),
        ("categories", "topics"),
        ("keywords", "topics"),
        ("lastmod", "updated"),
        ("modified", "updated"),
        ("featured_image", "image"),
        ("weight", "chapters"),
        ("nav_order", "chapters"),
        ("params", "extra"),
        ("comments", "extra"),
        ("mathjax", "extra"),
        ("pinned", "extra"),
        ("doi", "extra"),
        ("top", "extra"),
        ("loc", "extra"),
    ],
)
def test_the_remark_about_an_unknown_key_names_ours(key: str, here: str) -> None:
    (problem,) = read_article(Text("a.md", f"---\ntitle: A\n{key}: x\n---\n"))[1]
    assert (problem.code, problem.severity) == ("unknown-key", "info")
    assert f"`{here}`" in problem.hint
    assert here in {field.name for field in dataclasses.fields(FrontMatter)}


def test_one_line_for_each_key_of_a_site(tmp_path: Path) -> None:
    texts = {f"content/{name}.md": JEKYLL for name in "abc"}
    folders.put(tmp_path, texts | {"site.toml": 'title = "T"\n'})
    result = load_site(tmp_path, BuildOptions(write=False))
    keys = [p.message for p in result.problems if p.code == "unknown-key"]
    assert sorted(keys) == sorted(
        f"unknown key `{key}` in the front matter (3 files)"
        for key in ("layout", "lang", "description", "permalink", "author", "order")
    )


@pytest.mark.parametrize("head", ["---\ntitle: A\n---\n", "+++\ntitle = 'A'\n+++\n"])
@pytest.mark.parametrize(
    ("above", "block"),
    [
        ("", "---\ndraft: true\n---\n"),
        ("", "+++\ndraft = true\n+++\n\nText.\n"),
        ("\n\n", "---\ntags:\n  - a\n# remark\n- b\ndraft: true\n---"),
        ("<!-- more -->\n<!-- x -->\n", "---\nlayout: x\ndraft: true\n--- \nText.\n"),
        ("", "draft: true\n---\nText.\n"),
        ("\n", "Status: draft\nlayout: x\n---\n"),
    ],
)
def test_a_second_block_of_front_matter_is_reported(head: str, above: str, block: str) -> None:
    """What it withholds must not be published."""
    (problem,) = read_article(Text("a.md", head + above + block))[1]
    assert (problem.code, problem.severity) == ("no-front-matter", "error")
    assert problem.location.line == (head + above).count("\n") + 1
    assert "second block" in problem.message


@pytest.mark.parametrize(
    "body",
    [
        "---\n\nSpeaker: Hello.\n\nOther: Hello.\n\n---\n",
        "---\nNote: a text\n\nText.\n",
        "Note: a heading\n---\n",
        "Date: 5 May\n\n---\n\nText.\n",
        "+++\nx\n+++\n",
        "Text.\n\n---\ndraft: true\n---\n",
    ],
)
def test_text_below_front_matter_is_no_second_block(body: str) -> None:
    assert read_article(Text("a.md", f"---\ntitle: A\n---\n{body}"))[1] == ()


@pytest.mark.parametrize(
    "comment",
    [
        "<!--\n.. title: A\n.. status: draft\n-->",
        "<!-- \n---\ndraft: true\n---\n-->",
        "<!--\n+++\ndraft = true\n+++\n-->",
        "<!-- draft: true -->",
        "\n<!--\nPublished: no\n-->",
        "<!--status:private-->",
    ],
)
def test_front_matter_in_a_comment_is_reported(comment: str) -> None:
    """Nikola reads it. Here, it would be as if it were not there."""
    (problem,) = read_article(Text("a.md", f"{comment}\n\n# Title\n"))[1]
    assert (problem.code, problem.severity) == ("no-front-matter", "error")
    assert "in a comment" in problem.message


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- draft of 3 May -->",
        "<!-- Status: checked with the archive -->",
        "<!-- check the title: who? -->",
        "<!-- prettier-ignore -->",
    ],
)
def test_other_comments_at_the_top_are_remarks(comment: str) -> None:
    assert read_article(Text("a.md", f"{comment}\n\n# Title\n"))[1] == ()


@pytest.mark.parametrize(
    "repeated", ["<!-- x -->", "---\ndraft: x\n", "draft: x\n", "---\na: b\n# c\n", "draft: x x"]
)
def test_what_follows_front_matter_is_read_in_linear_time(repeated: str) -> None:
    def run(count: int) -> None:
        read_article(Text("a.md", "---\ntitle: A\n---\n" + repeated * count))

    assert is_linear(run, 1000, 10_000, 30)
