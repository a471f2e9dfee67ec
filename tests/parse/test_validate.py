"""explainer.parse.validate: mistakes, explained to authors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers.author_files import (
    annotations,
    brief,
    front,
    site,
)

WRONG: list[tuple[Any, str, str, int, int, str, str]] = [
    # Unknown and missing keys.
    (
        annotations,
        "notes:\n  - note: x\n    qoute: y\n",
        "unknown-key",
        3,
        5,
        "the note",
        "`quote`",
    ),
    (annotations, "note: x\n", "unknown-key", 1, 1, "the annotation file", "`notes`"),
    (annotations, "foo: x\n", "unknown-key", 1, 1, "`foo`", "claims, notes"),
    (annotations, "foo:\n", "unknown-key", 1, 1, "`foo`", "claims, notes"),
    (
        annotations,
        "claims:\n  - {id: c, claim: x, rating: true, by: Jo, Jane}\n",
        *("unknown-key", 2, 45, "`Jane`", "comma"),
    ),
    (annotations, "claims:\n  - id: c\n    rating: x\n", "missing-key", 2, 5, "`c`", "sentence"),
    (annotations, "sources:\n  a: {url: 'https://a'}\n", "missing-key", 2, 3, "`a`", "title: …"),
    (front, "title: A\nauthor: Jo\n", "unknown-key", 3, 1, "`author`", "`authors`"),
    (site, 'url = "https://a"\n', "missing-key", 1, 1, "`title`", "title = …"),
    (site, 'title = "A"\n[biuld]\n', "unknown-key", 2, 2, "`biuld`", "`build`"),
    (site, 'title = "A"\n[build]\ndraft = true\n', "unknown-key", 3, 1, "`draft`", "`drafts`"),
    (
        site,
        'title = "A"\n[[ratings]]\nid = "a"\nlabel = "A"\n[[ratings]]\nid = "b"\n',
        *("missing-key", 5, 3, "the rating `b`", "label = …"),
    ),
    # Missing values.
    (front, "title: ' '\n", "empty-value", 2, 1, "`title`", ""),
    (annotations, "notes:\n  - note:\n", "empty-value", 2, 5, "`note`", "text of the note"),
    (annotations, "sources:\n  a:\n", "empty-value", 2, 3, "`a`", "enter a value"),
    # Wrong types.
    (annotations, "- a\n", "wrong-type", 1, 1, "a list", "claims"),
    (annotations, "just text\n", "wrong-type", 1, 1, "not text", "claims"),
    (annotations, "notes: x\n", "wrong-type", 1, 8, "must be a list", "- quote: …"),
    (annotations, "notes:\n  note: x\n", "wrong-type", 2, 3, "must be a list", "`- `"),
    (annotations, "notes: [x]\n", "wrong-type", 1, 9, "entry 1 of `notes`", "note"),
    (annotations, "sources:\n  - title: x\n", "wrong-type", 2, 3, "a group of ids", "my-id"),
    (annotations, "notes:\n  - note: [sic]\n", "wrong-type", 2, 11, "must be text", "`[`"),
    (annotations, "notes:\n  - note: {a: b}\n", "wrong-type", 2, 11, "must be text", "colon"),
    (front, "title: A\nauthors: Jo\n", "wrong-type", 3, 10, "must be a list", "`authors: [Jo]`"),
    (front, "title: A\ntopics: a, b\n", "wrong-type", 3, 9, "must be a list", "after `- `"),
    (front, "title: A\nimage: [a.jpg]\n", "wrong-type", 3, 8, "`image`", "src, alt, credit"),
    (front, "title: A\ndraft: [x]\n", "wrong-type", 3, 8, "`true` or `false`", ""),
    (front, "title: A\ngenre: [news]\n", "wrong-type", 3, 8, "a word", "news, analysis"),
    (front, "title: A\nrelated: [[x]]\n", "wrong-type", 3, 11, "entry 1 of `related`", ""),
    (site, "title = 5\n", "wrong-type", 1, 9, "must be text", "quotation marks"),
    (site, 'title = "A"\nauthors = "Jo"\n', "wrong-type", 2, 11, "must be a list", '["Jo"]'),
    (site, 'title = "A"\n[feeds]\nentries = "x"\n', "wrong-type", 3, 11, "number", "digits"),
    (site, 'title = "A"\nbuild = "x"\n', "wrong-type", 2, 9, "group of keys", "output"),
    (site, 'title = "A"\nratings = 3\n', "wrong-type", 2, 11, "must be a list", "[[ratings]]"),
    # Invalid values and formats.
    (front, "title: A\ngenre: opnion\n", "bad-value", 3, 8, "`opnion`", "`opinion`"),
    (front, "title: A\ngenre: x\n", "bad-value", 3, 8, "`genre`", "news, analysis"),
    (front, "title: A\ndraft: yes\n", "bad-value", 3, 8, "`yes`", "`true`"),
    (front, "title: A\ndate: 2024-13\n", "bad-value", 3, 7, "`2024-13`", ""),
    (front, "title: A\ndate: 2023-02-29\n", "bad-value", 3, 7, "no such day", ""),
    (front, 'title: A\ndate: "2024\\n"\n', "bad-value", 3, 7, "date", ""),
    (front, "title: A\nrelated: [{title: B, url: b.md}]\n", "bad-value", 3, 27, "`b.md`", ""),
    (front, "title: A\nslug: ../b\n", "bad-value", 3, 7, "`../b`", "hyphens"),
    (front, "title: A\naliases: [/a/, /a/../b]\n", "bad-value", 3, 16, "`/a/../b`", "/old/"),
    (front, "title: A\nlanguage: German\n", "bad-value", 3, 11, "`German`", "`de-AT`"),
    (annotations, "sources:\n  a b: {title: x}\n", "bad-value", 2, 3, "`a b`", ""),
    (annotations, 'notes:\n  - {note: x, id: "a\\n"}\n', "bad-value", 2, 19, "id", ""),
    (site, 'title = "A"\nurl = "a.example"\n', "bad-value", 2, 7, "`a.example`", ""),
    (site, 'title = "A"\n[disclaimers]\nopnion = "x"\n', "bad-value", 3, 1, "`opnion`", "opinion"),
    (site, 'title = "A"\ntimezone = "Berlin"\n', "bad-value", 2, 12, "time zone", "Berlin"),
    (site, 'title = "A"\nlanguage = "?"\n', "bad-value", 2, 12, "language code", ""),
    (site, 'title = "A"\n[feeds]\nentries = 0\n', "bad-value", 3, 11, "one entry", "enabled"),
    (
        site,
        'title = "A"\n[[ratings]]\nid = "a"\nlabel = "A"\nvalue = 9\n',
        *("bad-value", 5, 9, "from 1", ""),
    ),
    (
        site,
        'title = "A"\n[[ratings]]\nid = "a"\nlabel = "A"\nshape = "cirle"\n',
        *("bad-value", 5, 9, "`cirle`", "`circle`"),
    ),
    (
        site,
        'title = "A"\n[[ratings]]\nid = "a"\nlabel = "A"\n[[ratings]]\nid = "a"\nlabel = "A"\n',
        *("duplicate-id", 6, 6, "defined on line 3", ""),
    ),
]


@pytest.mark.parametrize(("check", "content", "code", "line", "column", "message", "hint"), WRONG)
def test_a_mistake_is_explained(
    check: Any, content: str, code: str, line: int, column: int, message: str, hint: str
) -> None:
    problems = check(content)
    assert brief(problems) == [(code, line, column)]
    assert message in problems[0].message
    assert hint in problems[0].hint
    assert "Input should" not in problems[0].message
