"""CSL-JSON as other programs write it: dates, nulls, markup, and values of the wrong type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explainer.exchange import csl_json, formats, markup
from explainer.model.annotations import Source
from explainer.model.problems import Problem
from explainer.model.scalars import Id
from tests.exchange.helpers import imported, run
from tests.helpers.examples import examples


def one(**fields: Any) -> tuple[dict[str, Any], list[Problem]]:
    incoming = csl_json.read("x.json", [{"id": "a", "type": "book", "title": "T", **fields}])
    return dict(incoming.sources["a"]), list(incoming.problems)


@pytest.mark.parametrize(
    "issued",
    [
        {"date-parts": [[None]]},
        {"date-parts": [[""]]},
        {"date-parts": [[]]},
        {"date-parts": []},
        {"date-parts": None},
        {"date-parts": [None]},
        {"date-parts": [[None, None, None]]},
        {"raw": ""},
        {"literal": "n.d."},
        {},
        None,
        [],
        "",
    ],
    ids=json.dumps,
)
def test_no_date_is_no_problem(issued: Any) -> None:
    source, problems = one(issued=issued)
    assert "date" not in source
    assert not problems


@pytest.mark.parametrize(
    ("issued", "date"),
    [
        ({"date-parts": [[2009, 5, 3]]}, "2009-05-03"),
        ({"date-parts": [["2009", "05"]]}, "2009-05"),
        ({"date-parts": [[2009.0]]}, "2009"),
        ({"date-parts": [2009, 5]}, "2009-05"),
        ({"date-parts": [["2009-05-03"]]}, "2009-05-03"),
        ({"date-parts": [[987]]}, "0987"),
        ({"date-parts": [[2009]], "circa": False}, "2009"),
        ({"date-parts": [[None]], "raw": "2009-05"}, "2009-05"),
        ({"raw": "3 May 2009"}, "2009-05-03"),
        ({"literal": "May 3, 2009"}, "2009-05-03"),
        ("2009-05", "2009-05"),
        (2009, "2009"),
    ],
)
def test_dates(issued: Any, date: str) -> None:
    source, problems = one(issued=issued)
    assert source["date"] == date
    assert not problems


@pytest.mark.parametrize(
    ("issued", "date"),
    [
        ({"date-parts": [[2009, "season-04"]]}, "2009"),
        ({"date-parts": [[2015, 14], [2016, 16]]}, "2015"),
        ({"date-parts": [[2015, 3], [2016, 4]]}, "2015-03"),
        ({"literal": "Spring 1985"}, "1985"),
        ({"date-parts": [[2009]], "season": 2}, "2009"),
        ({"date-parts": [[2009, 5]], "circa": True}, "2009-05"),
        ({"date-parts": [[2009]], "circa": "1"}, "2009"),
        ({"date-parts": [[2009, None, 5]]}, "2009"),
        ({"date-parts": [[2009, 13, 1]]}, "2009"),
        ({"date-parts": [[2009, 0]]}, "2009"),
        ({"date-parts": [[2009, 2, 3, 4]]}, "2009-02-03"),
        ({"raw": "2009-05-01/2009-06"}, "2009-05-01"),
        ({"date-parts": [[2009]], "literal": "Spring 2009"}, "2009"),
        ({"date-parts": [[2009]], "raw": "2008-05"}, "2009"),
        ("201X", ""),
        ({"date-parts": [[2009, 2, 30]]}, ""),
        ({"date-parts": [[-44, 3, 15]]}, ""),
        ({"date-parts": [[0]]}, ""),
        ({"date-parts": [[12009]]}, ""),
        ({"date-parts": [["forthcoming"]]}, ""),
        ({"date-parts": [[True]]}, ""),
        ({"date-parts": [{"year": 2009}]}, ""),
        ({"literal": "in press"}, ""),
        (True, ""),
    ],
)
def test_only_the_certain_part_of_a_date_is_kept(issued: Any, date: str) -> None:
    source, problems = one(issued=issued)
    assert source.get("date", "") == date
    assert [(p.code, p.severity) for p in problems] == [("left-out", "warning")]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<i>Drosophila</i> at p < 0.05", "Drosophila at p < 0.05"),
        ("a < b and <b>c</b> > d", "a < b and c > d"),
        ("CO<sub>2</sub>, 10<sup>6</sup>, 2<sup>nd</sup>", "CO₂, 10⁶, 2nd"),
        ('<span class="nocase">iPhone</span>', "iPhone"),
        ('<span style="font-variant:small-caps;">Nato</span> <sc>x</sc>', "Nato x"),
        ("<i>a <b>b</b></i> <I>c</I>", "a b c"),
        ("R&amp;D &lt;now&gt; &#233;", "R&D <now> é"),
        ("AT&T &c; a & b", "AT&T &c; a & b"),
        ("x <- y, if a<b then", "x <- y, if a<b then"),
        ("one<br/>two", "one two"),
    ],
)
def test_markup_in_titles(written: str, text: str) -> None:
    source, problems = one(title=written)
    assert source["title"] == text
    assert not problems


@pytest.mark.parametrize(
    "title", ["<i>never closed", "<mml:math>x</mml:math>", "a</b> c", "<p>x</p>"]
)
def test_tags_that_are_left_in_a_title_are_reported(title: str) -> None:
    source, problems = one(title=title)
    assert source["title"] == title
    assert [(p.code, p.severity) for p in problems] == [("foreign-markup", "warning")]


@given(st.text(max_size=30))
def test_titles_with_character_references_survive(text: str) -> None:
    if not markup._TAG.search(text):
        assert markup.plain(markup.escape(f"&amp;{text}&lt;"))[0] == f"&amp;{text}&lt;"


def test_nulls_and_other_types() -> None:
    nothing = dict.fromkeys(["author", "URL", "DOI", "issued", "language", "publisher", "custom"])
    assert one(**nothing) == ({"title": "T", "type": "book"}, [])
    source, problems = one(title=1984, publisher=["A House"], type=None, author=["Jane Roe"])
    assert source == {"title": "1984", "publisher": "A House", "authors": ["Jane Roe"]}
    assert not problems
    source, problems = one(title=None, URL=None)
    assert source["title"] == "a"
    assert [p.code for p in problems] == ["no-title"]
    _, problems = one(title={"x": 1}, type=["book"], URL=True)
    codes = sorted(p.code for p in problems)
    assert codes == ["left-out", "left-out", "no-title", "unknown-type"]


@pytest.mark.parametrize(
    "url", ["http://h:99999/", "https:///x", "https://ex ample.org/", "http://[::1", "x.org"]
)
def test_an_address_that_is_not_valid_is_left_out(url: str) -> None:
    source, problems = one(URL=url, custom={"archived": url})
    assert source == {"title": "T", "type": "book"}
    assert [problem.code for problem in problems] == ["left-out", "left-out"]
    assert all(f"`{url}`" in problem.message for problem in problems)


def test_addresses_are_encoded_where_they_must_be() -> None:
    source, problems = one(URL="HTTPS://example.org/<50%>", custom={"archived": "http://x.org/%C3"})
    assert source["url"] == "https://example.org/%3C50%25%3E"
    assert source["archived"] == "http://x.org/%C3"
    assert not problems


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ({"family": "Roe"}, ["Roe"]),
        ({"family": "Roe", "given": None}, ["Roe"]),
        ([{"literal": "The Agency"}, "Jane Roe"], ["The Agency", "Jane Roe"]),
        (
            [{"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"}],
            ["Jan van der Berg"],
        ),
        ([{"family": "King", "given": "M. L.", "suffix": "Jr."}], ["M. L. King Jr."]),
        ([{"literal": "R&amp;D"}, {"family": "O&#39;Neil", "given": "A."}], ["R&D", "A. O'Neil"]),
        ([None, "", {}], None),
    ],
)
def test_authors(author: Any, expected: list[str] | None) -> None:
    source, problems = one(author=author)
    assert source.get("authors") == expected
    assert not problems


@pytest.mark.parametrize("author", [[{"isInstitution": "1"}], [{"family": None}], [["x"]], [True]])
def test_authors_without_a_name_are_reported(author: Any) -> None:
    source, problems = one(author=author)
    assert "authors" not in source
    assert [(p.code, p.severity) for p in problems] == [("left-out", "warning")]


def test_publishers_and_names_have_character_references() -> None:
    assert one(publisher="Simon &amp; Schuster")[0]["publisher"] == "Simon & Schuster"
    source = Source(title="T", publisher="A &amp; B", authors=("C &lt; D",), type="book")
    read = csl_json.read("x", json.loads(csl_json.write({Id("a"): source}))).sources["a"]
    assert (read["publisher"], read["authors"]) == ("A &amp; B", ["C &lt; D"])


@pytest.mark.parametrize(
    ("kind", "csl"),
    [("journal-article", "article-journal"), ("book-chapter", "chapter"), ("monograph", "book")],
)
def test_answers_of_crossref(kind: str, csl: str) -> None:
    work = {"DOI": "10.1000/x", "type": kind, "title": ["T"], "container-title": ["J"]}
    for data in (work, {"status": "ok", "message": work}, {"message": {"items": [work]}}):
        incoming = formats.read("x.json", json.dumps(data))
        assert [source["type"] for source in incoming.sources.values()] == [csl]
        assert not [p for p in incoming.problems if p.severity != "info"]


def test_zoteros_own_json_is_an_error() -> None:
    data = [{"itemType": "newspaperArticle", "title": "T", "url": "https://x.org/", "date": "2020"}]
    incoming = formats.read("x.json", json.dumps(data))
    assert not incoming.sources
    (problem,) = incoming.problems
    assert (problem.code, problem.severity) == ("wrong-shape", "error")
    assert "CSL JSON" in problem.message


def test_identifiers_and_languages() -> None:
    source, problems = one(DOI="https://doi.org/10.1002/7<1::A>3", language="English")
    assert source["url"] == "https://doi.org/10.1002/7%3C1::A%3E3"
    assert source["language"] == "en"
    assert not problems
    source, problems = one(DOI="none", language="Klingon")
    assert not {"url", "language"} & set(source)
    assert [p.code for p in problems] == ["left-out", "left-out"]


@pytest.mark.parametrize(
    ("data", "count"),
    [
        ({"id": "a", "title": "T"}, 1),
        ({"items": [{"id": "a", "title": "T"}, {"id": "a", "title": "U"}]}, 2),
        ({"config": {}, "version": "1", "items": [{"title": "T"}]}, 1),
        ([], 0),
        ({"items": []}, 0),
    ],
)
def test_shapes(data: Any, count: int) -> None:
    incoming = csl_json.read("x", data)
    assert len(incoming.sources) == count
    assert not incoming.problems


@pytest.mark.parametrize(
    "data",
    [
        [{"id": "a", "title": "T"}],
        [{"title": "T", "type": None}],
        {"id": "a", "title": "T"},
        [None, {"title": "T"}],
        {"items": [{"title": "T"}]},
    ],
)
def test_items_without_a_type_are_detected(data: Any) -> None:
    incoming = formats.read("x.json", json.dumps(data))
    assert [entry["title"] for entry in incoming.sources.values()] == ["T"]


def test_an_empty_export_is_no_error() -> None:
    assert not formats.read("x.json", '{"items": []}').problems


def test_keys_that_occur_twice_are_reported() -> None:
    incoming = formats.read("x.json", '[{"id": "a", "type": "book", "title": "T", "title": "U"}]')
    assert incoming.sources["a"]["title"] == "U"
    assert [(p.code, p.severity) for p in incoming.problems] == [("duplicate-key", "warning")]
    assert "`title`" in incoming.problems[0].message


@pytest.mark.parametrize("data", [{}, {"items": {}}, {"x": 1}, [None], [[]], [{}], 1, "x", None])
def test_wrong_shapes_are_errors(data: Any) -> None:
    incoming = csl_json.read("x", data)
    assert not incoming.sources
    assert [(p.code, p.severity) for p in incoming.problems] == [("wrong-shape", "error")]


def test_surrogates(site: Path) -> None:
    pair = r'[{"id": "a", "type": "book", "title": "Smile \ud83d\ude00"}]'
    result = imported(site, "x.json", pair, "--library")
    assert result.exit_code == 0, result.output
    assert "bad-character" not in result.output
    assert "Smile 😀" in (site / "content/_library.yaml").read_text(encoding="utf-8")
    source, problems = one(title="Half \ud83d")
    assert source["title"] == "Half \ufffd"
    assert [(p.code, p.severity) for p in problems] == [("bad-character", "warning")]


def test_export_of_a_primary_source_in_any_case(site: Path) -> None:
    entry = "sources:\n  s: {title: S, primary: True}\nnotes:\n  - {note: A., sources: [s]}\n"
    (site / "content/bridge/index.yaml").write_text(entry)
    result = run(site, "export", "bridge")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["explainer:sources"][0]["primary"] is True


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
words = st.sampled_from(
    ["date-parts", "raw", "season", "family", "literal", "<i>", "x</i>", "\ud800"]
)
values = st.recursive(
    scalars | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(
    "id type title author issued URL DOI language publisher container-title custom items".split()
)


@settings(max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(keys, values), max_size=3) | st.dictionaries(keys, values) | values)
def test_any_json_is_read_or_rejected(data: Any) -> None:
    incoming = csl_json.read("x.json", data)
    assert incoming.sources or incoming.problems or not data or not data["items"]
    formats.read("x.json", json.dumps(data))
