"""explainer.schema, validate, json_schema, toml and ratings: authors' files → the model."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar, get_args

import jsonschema
import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.model.annotations import AnnotationFile, Claim, Note, Source
from explainer.model.documents import Text
from explainer.model.front_matter import Related
from explainer.model.problems import Problem
from explainer.model.ratings import DEFAULT_SCALE, Rating, scale
from explainer.model.scalars import Id, PartialDate, Shape, Tone, Url
from explainer.model.settings import RatingSettings, Settings
from explainer.parse import toml
from explainer.parse.annotations import read_annotations, read_library
from explainer.parse.front_matter import read_article
from explainer.parse.json_schema import Kind, docs, json_schema
from explainer.parse.settings import read_settings
from tests.parse.test_yaml import inside, yamlish

# FORMAT.md §4, made whole: every source and claim that it names is there.
EXAMPLE = """\
# yaml-language-server: $schema=../../.explainer/annotations.schema.json
sources:
  post-2024-11-10:
    title: Trump talked to Putin, told Russian leader not to escalate in Ukraine
    publisher: The Washington Post
    date: 2024-11-10
    url: https://www.washingtonpost.com/…
    archived: https://web.archive.org/…    # optional: a copy that outlives the page
    type: article-newspaper                # CSL types
    primary: false                         # a document or witness itself, or a report of one
  reuters-2024-11-10:
    title: Trump in phone call advised Putin not to escalate in Ukraine
    publisher: Reuters
    date: 2024-11
    url: https://…
    repeats: [post-2024-11-10]             # only passes on what that one says
  moscow-times-2024-11-11: {title: Kremlin Denies Reports of Call, date: 2024}
people:
  peskov: {name: Dmitry Peskov, role: Kremlin spokesperson, wikidata: Q4347840}
claims:
  - id: call-happened                      # required: permalink, never reused
    quote: had a phone conversation with Vladimir Putin
    claim: Donald Trump and Vladimir Putin spoke by telephone on 7 November 2024.
    by: post                               # a person's id, or a name
    date: 2024-11-10                       # when it was claimed
    rating: disputed
    review: |                              # why: Markdown
      One newspaper's unnamed sources say that it did; …
    evidence:
      - {source: post-2024-11-10, stance: supports, quote: "…", locator: paragraph 1}
      - {source: moscow-times-2024-11-11, stance: disputes, quote: "This is pure fiction"}
    disputes: [no-call]                    # rival claims; symmetric
    checked: 2025-02-10
    history:                               # earlier ratings, oldest first
      - {date: 2024-11-11, rating: unverified, review: …}
  - {id: no-call, claim: There was no call., by: peskov, rating: false}
notes:
  - quote: the goals of the special military operation
    note: |
      The Kremlin's own name for the invasion of Ukraine.
    kind: context         # context (default), definition, opinion, quotation, …
    sources: [reuters-2024-11-10]
questions:
  - quote: why did the Kremlin not simply refrain from commenting
    question: Why deny a call rather than decline to comment?
    status: open          # or answered, with answer:
    answers:              # rival answers, each with who gives it
      - {answer: To respect protocol., by: opinion writer, sources: [post-2024-11-10]}
    settle: A record of the call published by either side.
    checked: 2025-02-10
"""


def annotations(content: str) -> tuple[Problem, ...]:
    return read_annotations(Text("a.yaml", content))[2]


def front(content: str) -> tuple[Problem, ...]:
    return read_article(Text("a.md", f"---\n{content}---\n"))[1]


def site(content: str) -> tuple[Problem, ...]:
    return read_settings(Text("site.toml", content))[2]


def brief(problems: tuple[Problem, ...]) -> list[tuple[str, int, int]]:
    return [(p.code, p.location.line, p.location.column) for p in problems]


# --- values --------------------------------------------------------------------------------------


def test_the_format_s_example() -> None:
    file, located, problems = read_annotations(Text("a.yaml", EXAMPLE))
    assert problems == ()
    assert file is not None
    claim, rival = file.claims
    assert (claim.id, claim.rating, rival.rating) == ("call-happened", "disputed", "false")
    assert claim.date == "2024-11-10"
    assert isinstance(claim.date, PartialDate)
    assert claim.evidence[1].stance == "disputes"
    assert claim.history[0].rating == "unverified"
    assert claim.disputes == ("no-call",)
    assert file.sources["reuters-2024-11-10"].repeats == ("post-2024-11-10",)
    assert not file.sources["post-2024-11-10"].primary
    assert file.sources["moscow-times-2024-11-11"].date == "2024"
    assert file.people["peskov"].name == "Dmitry Peskov"
    assert file.notes[0].note == "The Kremlin's own name for the invasion of Ukraine.\n"
    assert file.questions[0].answers[0].by == "opinion writer"
    assert located.location(("claims", 0)).line == 21


def test_yaml_s_booleans_and_numbers_are_words_here() -> None:
    content = "claims:\n  - {id: 2024, claim: no, by: 007, rating: true}\n"
    file, _, problems = read_annotations(Text("a.yaml", content))
    assert problems == ()
    assert file is not None
    claim = file.claims[0]
    assert (claim.id, claim.claim, claim.by, claim.rating) == ("2024", "no", "007", "true")


@pytest.mark.parametrize(
    "content", ["", "# nothing yet\n", "sources:\npeople:\nclaims:\nnotes:\nquestions:\n"]
)
def test_a_file_without_entries(content: str) -> None:
    assert read_annotations(Text("a.yaml", content))[0] == AnnotationFile()


def test_an_optional_key_without_a_value_counts_as_left_out() -> None:
    content = "notes:\n  - {note: x, kind: , sources: , date: }\n"
    file, _, problems = read_annotations(Text("a.yaml", content))
    assert problems == ()
    assert file is not None
    assert file.notes == (Note(note="x"),)


def test_the_library() -> None:
    value, located, problems = read_library(
        Text("_library.yaml", "sources:\n  a: {title: A}\npeople:\n  b: {name: B}\n")
    )
    assert problems == ()
    assert value is not None
    assert value.sources["a"].title == "A"
    assert located.key(("people", "b")).line == 4
    assert brief(read_library(Text("_library.yaml", "claims: []\n"))[2]) == [("unknown-key", 1, 1)]


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


def test_settings() -> None:
    content = 'title = "A"\nurl = "https://a.example/b/"\ntimezone = "Europe/Berlin"\n'
    content += '[markdown]\nhtml = true\n[disclaimers]\nopinion = "O"\n'
    content += '[[ratings]]\nid = "true"\nlabel = "Right"\nvalue = 4.5\n'
    value, _, problems = read_settings(Text("site.toml", content))
    assert problems == ()
    assert value is not None
    assert value.markdown.html
    assert value.disclaimers == {"opinion": "O"}
    assert value.ratings[0].value == 4.5


# --- problems with types -------------------------------------------------------------------------

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
    (front, "date: 2024\n", "missing-key", 2, 1, "`title`", "article's title"),
    (front, "", "missing-key", 2, 1, "`title`", "title: …"),
    (front, "title: A\nauthor: Jo\n", "unknown-key", 3, 1, "`author`", "`authors`"),
    (site, 'url = "https://a"\n', "missing-key", 1, 1, "`title`", "title = …"),
    (site, 'title = "A"\n[biuld]\n', "unknown-key", 2, 2, "`biuld`", "`build`"),
    (site, 'title = "A"\n[build]\ndraft = true\n', "unknown-key", 3, 1, "`draft`", "`drafts`"),
    (
        site,
        'title = "A"\n[[ratings]]\nid = "a"\nlabel = "A"\n[[ratings]]\nid = "b"\n',
        *("missing-key", 5, 3, "the rating `b`", "label = …"),
    ),
    # Nothing where something is needed.
    (front, "title:\n", "empty-value", 2, 1, "`title`", "needed"),
    (front, "title: ' '\n", "empty-value", 2, 1, "`title`", ""),
    (annotations, "notes:\n  - note:\n", "empty-value", 2, 5, "`note`", "the reader is told"),
    (annotations, "sources:\n  a:\n", "empty-value", 2, 3, "`a`", "needed"),
    # Wrong types.
    (annotations, "- a\n", "wrong-type", 1, 1, "a list", "claims"),
    (annotations, "just text\n", "wrong-type", 1, 1, "a text", "claims"),
    (annotations, "notes: x\n", "wrong-type", 1, 8, "is a list", "- quote: …"),
    (annotations, "notes:\n  note: x\n", "wrong-type", 2, 3, "is a list", "`- `"),
    (annotations, "notes: [x]\n", "wrong-type", 1, 9, "entry 1 of `notes`", "note"),
    (annotations, "sources:\n  - title: x\n", "wrong-type", 2, 3, "a group of ids", "my-id"),
    (annotations, "notes:\n  - note: [sic]\n", "wrong-type", 2, 11, "is a text", "`[`"),
    (annotations, "notes:\n  - note: {a: b}\n", "wrong-type", 2, 11, "is a text", "colon"),
    (front, "title: A\nauthors: Jo\n", "wrong-type", 3, 10, "is a list", "`authors: [Jo]`"),
    (front, "title: A\ntopics: a, b\n", "wrong-type", 3, 9, "is a list", "after `- `"),
    (front, "title: A\nimage: a.jpg\n", "wrong-type", 3, 8, "`image`", "src, alt, credit"),
    (front, "title: A\ndraft: [x]\n", "wrong-type", 3, 8, "`true` or `false`", ""),
    (front, "title: A\ngenre: [news]\n", "wrong-type", 3, 8, "a word", "news, analysis"),
    (front, "title: A\nrelated: [[x]]\n", "wrong-type", 3, 11, "entry 1 of `related`", ""),
    (site, "title = 5\n", "wrong-type", 1, 9, "is a text", "quotation marks"),
    (site, 'title = "A"\nauthors = "Jo"\n', "wrong-type", 2, 11, "is a list", '["Jo"]'),
    (site, 'title = "A"\n[feeds]\nentries = "x"\n', "wrong-type", 3, 11, "number", "digits"),
    (site, 'title = "A"\nbuild = "x"\n', "wrong-type", 2, 9, "group of keys", "output"),
    (site, 'title = "A"\nratings = 3\n', "wrong-type", 2, 11, "is a list", "[[ratings]]"),
    # Wrong words and forms.
    (front, "title: A\ngenre: opnion\n", "bad-value", 3, 8, "`opnion`", "`opinion`"),
    (front, "title: A\ngenre: x\n", "bad-value", 3, 8, "`genre`", "news, analysis"),
    (front, "title: A\ndraft: yes\n", "bad-value", 3, 8, "`yes`", "`true`"),
    (front, "title: A\ndate: 2024-13\n", "bad-value", 3, 7, "`2024-13`", ""),
    (front, "title: A\ndate: 2023-02-29\n", "bad-value", 3, 7, "calendar", ""),
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
        *("duplicate-id", 6, 6, "first on line 3", ""),
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


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("# Text\n", "no-front-matter", 1),
        ("", "no-front-matter", 1),
        ("\n---\ntitle: A\n---\n", "no-front-matter", 1),
        ('+++\ntitle = "A"\n+++\n', "no-front-matter", 1),
        ("---\ntitle: A\n", "open-front-matter", 1),
        ("---", "open-front-matter", 1),
        ("---\ntitle: a: b\n---\n", "yaml-syntax", 2),
        ("---\ntitle: a\ntitle: b\n---\n", "duplicate-key", 3),
    ],
)
def test_front_matter_that_is_none(content: str, code: str, line: int) -> None:
    article, problems = read_article(Text("a.md", content))
    assert article.front is None
    assert [(p.code, p.location.line) for p in problems] == [(code, line)]


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        ("title = My site\n", 1, 9, "no value"),
        ('title = "a" b\n', 1, 13, "behind the end"),
        ("title: a\n", 1, 6, "equals sign"),
        ('a = 1\ntitle = "é\n', 2, 11, "TOML cannot have"),
        ("a = 1\na = 2\n", 2, 6, "stands twice"),
        ("[a]\n[a]\n", 2, 3, "stands twice"),
        ("a = [1, 2\n", 1, 10, "not closed"),
        ('a = "\\p"\n', 1, 6, "escape"),
        ("a = " + "[" * 5000, 1, 1, "too deep"),
        ("a = " + "1" * 5000, 1, 1, "make sense"),
    ],
)
def test_toml_errors_are_explained(content: str, line: int, column: int, message: str) -> None:
    (problem,) = site(content)
    assert (problem.location.line, problem.location.column) == (line, column)
    assert message in problem.message


def test_places_in_toml() -> None:
    content = '"a b" = """\n[x]\ny = 1\n"""\n[build]  # c\noutput = "x"\nx.y = [\n  1, # ] z\n]\n'
    content += "z = 1\n[[r]]\nid = 1\n[[r]]\nid = 2\n[r.s]\nt = 1\n"
    places = toml.read(Text("site.toml", content))[0]
    assert places.key(("a b",)).line == 1
    assert places.key(("build",)).column == 2
    assert (
        places.location(("build", "output")).line,
        places.location(("build", "output")).column,
    ) == (
        6,
        10,
    )
    assert places.location(("build", "x", "y", 0)).line == 8
    assert places.location(("build", "x", "y", 1)).line == 7, (
        "that of the list, as there is no other"
    )
    assert places.key(("build", "z")).line == 10
    assert places.location(("r", 1)).line == 13
    assert places.location(("r", 1, "id")).line == 14
    assert places.location(("r", 1, "s", "t")).line == 16
    assert places.location(("nothing",)).line == 1


TOML_BRACKETS = """\
m = [ "a]", # ] b
  {t = "x, y", "u v".w = [[1], {}, []]},
  '''c
]''', 1979-05-27 07:32:00,
]
n = {}
o = { p = ["q"] }
"""


def test_places_within_brackets_of_toml() -> None:
    places = toml.read(Text("site.toml", TOML_BRACKETS))[0]

    def at(*key_path: str | int) -> tuple[int, int]:
        location = places.location(key_path)
        return location.line, location.column

    assert at("m") == (1, 5)
    assert [at("m", i) for i in range(4)] == [(1, 7), (2, 3), (3, 3), (4, 7)]
    assert at("m", 1, "t") == (2, 8)
    assert places.key(("m", 1, "u v", "w")).column == 16
    assert at("m", 1, "u v", "w", 0, 0) == (2, 28)
    assert at("m", 1, "u v", "w", 2) == (2, 36)
    assert at("n", "nothing") == (6, 5)
    assert at("o", "p", 0) == (7, 12)


@pytest.mark.parametrize("number", ["9" * 4000, "-" + "9" * 4000, "0x" + "f" * 9000, "nan", "-inf"])
def test_no_number_is_too_large_to_be_wrong(number: str) -> None:
    for key in ("id", "label", "value", "shape"):
        table = {"id": '"a"', "label": '"A"', key: number}
        lines = "\n".join(f"{name} = {value}" for name, value in table.items())
        problems = site(f'title = "A"\n[[ratings]]\n{lines}\n[feeds]\nentries = {number}\n')
        assert problems
        assert all(len(problem.message) < 200 for problem in problems)


def test_all_mistakes_in_site_toml_are_reported_at_once() -> None:
    content = 'language = "?"\ntimezone = "x"\n[feeds]\nentries = 0\n[[ratings]]\nid = "a"\n'
    content += '[[ratings]]\nid = "a"\nlabel = "A"\nvalue = 7\nfoo = 1\n'
    assert sorted((p.location.line, p.code) for p in site(content)) == [
        (1, "bad-value"),
        (1, "missing-key"),
        (2, "bad-value"),
        (4, "bad-value"),
        (5, "missing-key"),
        (8, "duplicate-id"),
        (10, "bad-value"),
        (11, "unknown-key"),
    ]


def test_all_mistakes_are_reported_at_once() -> None:
    content = "notes:\n  - {note: x, knd: y}\n  - {note: [x], kind: z, sources: a}\n"
    content += "claims:\n  - {id: a, id: b}\n  - {id: c, claim: ' ', rating: d, prefix: e}\n"
    _, _, problems = read_annotations(Text("a.yaml", content))
    assert sorted((p.location.line, p.code) for p in problems) == [
        (2, "unknown-key"),
        (3, "bad-value"),
        (3, "wrong-type"),
        (3, "wrong-type"),
        (5, "duplicate-key"),
        (5, "missing-key"),
        (5, "missing-key"),
        (6, "bad-target"),
        (6, "empty-value"),
    ]
    assert {p.annotation for p in problems if p.location.line == 6} == {"c"}


def test_later_stages_can_ask_for_places() -> None:
    text = Text("a.md", "---\ntitle: A\nrelated: [b.md, c.md]\n---\n")
    assert read_article(text)[0].places.location(("related", 1)).column == 17


# --- ratings -------------------------------------------------------------------------------------


def test_the_default_scale() -> None:
    assert [(r.id, r.value) for r in DEFAULT_SCALE] == [
        *(("true", 5), ("mostly-true", 4), ("mixed", 3), ("mostly-false", 2), ("false", 1)),
        *((name, None) for name in ("disputed", "unverified", "misleading", "outdated")),
        *(("checking", None), ("opinion", None)),
    ]
    assert len({r.shape for r in DEFAULT_SCALE}) == len(DEFAULT_SCALE)
    assert {r.shape for r in DEFAULT_SCALE} <= set(get_args(Shape))
    assert {r.tone for r in DEFAULT_SCALE} <= set(get_args(Tone))
    assert (DEFAULT_SCALE[0].tone, DEFAULT_SCALE[4].tone) == ("blue", "orange")
    assert all(r.label and r.meaning.endswith(".") for r in DEFAULT_SCALE)


def test_a_site_replaces_and_extends_the_scale() -> None:
    mine = RatingSettings(id=Id("mixed"), label="So-so")
    new = RatingSettings(id=Id("satire"), label="Satire", checked=False)
    ratings = scale(Settings(title="A", ratings=(new, mine)))
    assert list(ratings) == [*(r.id for r in DEFAULT_SCALE), "satire"]
    assert ratings["mixed"].label == "So-so"
    assert not ratings["satire"].checked
    assert [r.id for r in DEFAULT_SCALE if not r.checked] == ["checking", "opinion"]


# --- JSON Schemas --------------------------------------------------------------------------------

KINDS: tuple[Kind, ...] = get_args(Kind)


def nodes(schema: object) -> list[dict[str, Any]]:
    """Every object in a JSON Schema."""
    if isinstance(schema, list):
        return [found for item in schema for found in nodes(item)]
    if isinstance(schema, dict):
        return [schema, *(found for item in schema.values() for found in nodes(item))]
    return []


@pytest.mark.parametrize("kind", KINDS)
def test_json_schemas_are_valid_and_describe_every_field(kind: Kind) -> None:
    found = json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["title"]
    for group in (found, *found["$defs"].values()):
        assert group["description"]
        assert group["additionalProperties"] is False
        for field in group["properties"].values():
            assert field["description"]
    for node in nodes(found):
        assert {"type": "null"} not in node.get("anyOf", [])
        for example in node.get("examples", []) if isinstance(node.get("examples"), list) else []:
            whole = {**node, "$defs": found["$defs"]}
            assert jsonschema.Draft202012Validator(whole).is_valid(example)


def test_inherited_fields_are_described() -> None:
    claim = json_schema("annotations")["$defs"]["Claim"]["properties"]
    assert claim["quote"]["description"].startswith("The words, as the reader sees them.")
    assert json_schema("annotations")["properties"]["sources"]["description"]
    for cls in (Claim, Settings, Source):
        assert set(docs(cls)) == {field.name for field in dataclasses.fields(cls)}


class Editor(pyyaml.SafeLoader):
    """Types plain scalars as editors do, by YAML 1.2's core schema: dates are texts."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
        for first, resolvers in pyyaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@pytest.fixture(scope="module")
def editor() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema("annotations"))


def test_the_example_is_valid_in_an_editor(editor: jsonschema.Draft202012Validator) -> None:
    assert editor.is_valid(pyyaml.load(EXAMPLE, Loader=Editor))


@pytest.mark.parametrize(
    ("content", "good"),
    [
        ("claims: [{id: a, claim: b, rating: true}]", True),
        ("claims: [{id: a, claim: b, rating: 'false'}]", True),
        ("claims: [{id: 2024, claim: 1984, rating: mixed, date: 2024}]", True),
        ("claims: [{id: a, claim: b, rating: wrong}]", False),
        ("claims: [{id: a, claim: b}]", False),
        ("claims: [{id: a b, claim: b, rating: true}]", False),
        ("notes: [{note: a, qoute: b}]", False),
        ("notes: [{note: a, kind: b}]", False),
        ("notes: [{note: a, date: 2024-13}]", False),
        ("notes: [{note: a, sources: b}]", False),
        ("sources: {a b: {title: c}}", False),
        ("sources: {a: {title: c, type: artcle}}", False),
    ],
)
def test_editors_and_explainer_agree(
    content: str, good: bool, editor: jsonschema.Draft202012Validator
) -> None:
    assert editor.is_valid(pyyaml.load(content, Loader=Editor)) == good
    problems = annotations(content)
    assert good == (problems == ()) or "wrong" in content  # a rating needs the site's scale


def test_the_schema_has_the_site_s_ratings() -> None:
    found = json_schema("annotations", [Rating(id=Id("satire"), label="Satire")])
    for name in ("Claim", "RatingChange"):
        assert found["$defs"][name]["properties"]["rating"]["enum"] == ["satire"]


# --- properties ----------------------------------------------------------------------------------

KEYS = [
    *("sources", "people", "claims", "notes", "questions", "id", "quote", "prefix", "image"),
    *("rating", "claim", "note", "question", "title", "name", "by", "evidence", "source", "url"),
    *("history", "date", "repeats", "disputes", "answers", "answer", "status", "kind", "type"),
    *("authors", "related", "genre", "draft", "aliases", "slug", "language", "corrections"),
]
words = st.sampled_from([*KEYS, "a", "b", "true", "2024-11-10", "2024", " ", "é", "https://a.b"])
leaves = st.none() | words
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=10,
)
likely = st.fixed_dictionaries(
    {},
    optional={
        **{key: st.lists(trees, max_size=3) for key in ("claims", "notes", "questions")},
        **{key: st.dictionaries(words, trees, max_size=3) for key in ("sources", "people")},
        **dict.fromkeys(("title", "related", "image", "corrections", "authors"), trees),
    },
)


def check_positions(problems: tuple[Problem, ...], content: str) -> None:
    for problem in problems:
        assert inside(problem.location, content)
        assert problem.message
        assert "`str`" not in problem.message  # no word of pydantic's


@settings(max_examples=50, deadline=None)
@given(st.one_of(yamlish, st.text(), st.one_of(likely, trees).map(pyyaml.safe_dump)))
def test_any_text_is_an_annotation_file_or_has_problems(content: str) -> None:
    for read in (read_annotations, read_library):
        value, _, problems = read(Text("a.yaml", content))
        assert (value is None) == any(p.severity == "error" for p in problems)
        check_positions(problems, content)


@settings(max_examples=50, deadline=None)
@given(st.one_of(yamlish, st.text(), st.one_of(likely, trees).map(pyyaml.safe_dump)), st.text())
def test_any_text_is_an_article_or_has_problems(head: str, body: str) -> None:
    for content in (f"---\n{head}---\n{body}", head):
        article, problems = read_article(Text("a.md", content))
        assert (article.front is None) == any(p.severity == "error" for p in problems)
        check_positions(problems, content)
        assert article.body == "\n".join(content.split("\n")[article.first_line - 1 :])


TOML = [
    *('title = "a"\n', "url", " = ", "[build]\n", "[[ratings]]\n", 'id = "a"\n', "[", "]", '"'),
    *("'", '"""', "\n", "{", "}", ", ", "# ", "= 1\n", "output", ".", "2024-11-10", "true", "é"),
]
tomlish = st.lists(st.sampled_from(TOML), max_size=20).map("".join)


@settings(max_examples=50, deadline=None)
@given(st.one_of(tomlish, st.text(), tomlish.map('title = "a"\n'.__add__)))
def test_any_text_is_settings_or_has_problems(content: str) -> None:
    value, places, problems = read_settings(Text("site.toml", content))
    assert (value is None) == bool(problems)
    check_positions(problems, content)
    assert inside(places.location(("ratings", 0, "id")), content)
