"""explainer.parse.free_data: the data of a site's own, under `extra`."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from explainer.model.documents import Text
from explainer.model.free_data import FreeData
from explainer.model.scalars import DateTime
from explainer.parse.annotations import read_annotations
from explainer.parse.front_matter import read_article
from explainer.parse.settings import read_settings


def of_yaml(value: str) -> Any:
    article, problems = read_article(Text("a.md", f"---\nextra:\n  key: {value}\n---\n"))
    assert problems == ()
    assert article.front is not None
    return article.front.extra["key"]


def of_toml(value: str) -> Any:
    text = Text("a.md", f'+++\ntitle = "A"\n[extra]\nkey = {value}\n+++\n')
    article, problems = read_article(text)
    assert problems == ()
    assert article.front is not None
    settings, _, problems = read_settings(
        Text("site.toml", f'title = "A"\n[extra]\nkey = {value}\n')
    )
    assert problems == ()
    assert settings is not None
    assert settings.extra == article.front.extra
    assert type(settings.extra["key"]) is type(article.front.extra["key"])
    return article.front.extra["key"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("text", "text"),
        ("'7'", "7"),
        ('"true"', "true"),
        ("7", 7),
        ("-7", -7),
        ("0", 0),
        ("01067", "01067"),
        ("-007", "-007"),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("1.2.3", "1.2.3"),
        ("12345678901234567890", "12345678901234567890"),
        ("true", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("yes", "yes"),
        ("~", None),
        ("null", None),
        ("", None),
        ("2024-05-01", DateTime("2024-05-01")),
        ("2024-05-01T10:00:00Z", DateTime("2024-05-01T10:00:00Z")),
        ("'2024-05-01'", "2024-05-01"),
        ("2024-02-31", "2024-02-31"),
        ("2024-05", "2024-05"),
        ("12:30", "12:30"),
        ("|\n    7", "7\n"),
        ("[1, a, {b: [2]}]", (1, "a", FreeData((("b", (2,)),)))),
    ],
)
def test_values_in_yaml(written: str, value: object) -> None:
    read = of_yaml(written)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"7"', "7"),
        ("7", 7),
        ("1.5", 1.5),
        ("true", True),
        ("2024-05-01", DateTime("2024-05-01")),
        ("2024-05-01 10:00:00", DateTime("2024-05-01T10:00:00")),
        ("2024-05-01T10:00:00+02:00", DateTime("2024-05-01T10:00:00+02:00")),
        ("12:30:00", "12:30:00"),
        ("[1, {b = [2]}]", (1, FreeData((("b", (2,)),)))),
    ],
)
def test_values_in_toml(written: str, value: object) -> None:
    read = of_toml(written)
    assert read == value
    assert type(read) is type(value)


def test_annotations_have_data() -> None:
    lines = [
        "claims:\n- {id: c, claim: C, rating: true, extra: {weight: 3}}",
        "notes:\n- {note: N, extra: {x: {y: 2024-05-01}}}",
        "questions:\n- {question: Q, extra: {}}\n",
    ]
    file, _, problems = read_annotations(Text("a.yaml", "\n".join(lines)))
    assert problems == ()
    assert file is not None
    assert file.claims[0].extra == {"weight": 3}
    assert file.notes[0].extra["x"]["y"].parts == (2024, 5, 1)
    assert len(file.questions[0].extra) == 0


def test_the_data_cannot_change() -> None:
    data = FreeData.of({"a": [1, {"b": 2}], "c": "d"})
    assert pickle.loads(pickle.dumps(data)) == data
    assert hash(data) == hash(FreeData.of({"a": [1, {"b": 2}], "c": "d"}))
    assert not hasattr(data, "__setitem__")
    assert not hasattr(data["a"], "append")
    assert dict(data) == {"a": (1, FreeData.of({"b": 2})), "c": "d"}


@pytest.mark.parametrize("value", ["text", "[a]", "3"])
def test_extra_is_a_group(value: str) -> None:
    _, problems = read_article(Text("a.md", f"---\nextra: {value}\n---\n"))
    assert [(p.code, p.location.line, p.location.column) for p in problems] == [
        ("wrong-type", 2, 8)
    ]
    _, _, problems = read_annotations(Text("a.yaml", f"notes:\n- {{note: N, extra: {value}}}\n"))
    assert [p.code for p in problems] == ["wrong-type"]


@pytest.mark.parametrize(
    "entry",
    [
        *("draft: true", "Draft: yes", "is_draft: true", "published: false", "private: true"),
        *("wip: 1", "hidden: true", "status: draft"),
    ],
)
def test_data_that_seems_to_withhold_the_page(entry: str) -> None:
    key, _, value = entry.partition(": ")
    texts = [
        f"---\ntitle: A\nextra:\n  {entry}\n---\n",
        f"+++\ntitle = 'A'\n[extra]\n{key} = '{value}'\n+++\n",
    ]
    for text in texts:
        article, problems = read_article(Text("a.md", text))
        assert article.front is None
        assert [(p.code, p.location.line) for p in problems] == [("bad-value", 4)]
        assert "withholds nothing" in problems[0].message
    notes = f"notes:\n- note: N\n  extra: {{{entry}}}\n"
    assert [p.code for p in read_annotations(Text("a.yaml", notes))[2]] == ["bad-value"]


def test_data_in_a_group_that_seems_to_withhold_the_page() -> None:
    text = "---\ntitle: A\nextra:\n  params:\n    status: draft\n---\n"
    (problem,) = read_article(Text("a.md", text))[1]
    assert (problem.code, problem.location.line) == ("bad-value", 4)
    assert "`params.status: draft` in `extra` is only data" in problem.message


@pytest.mark.parametrize(
    "entry", ["draft: false", "published: true", "hidden: false", "status: open", "x: {y: 1}"]
)
def test_other_data_does_not(entry: str) -> None:
    _, problems = read_article(Text("a.md", f"---\ntitle: A\nextra: {{{entry}}}\n---\n"))
    assert problems == ()
