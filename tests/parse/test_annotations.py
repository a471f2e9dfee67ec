"""explainer.parse.annotations: annotation files and the library → the model."""

from __future__ import annotations

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.model.annotations import AnnotationFile, Note
from explainer.model.documents import Text
from explainer.model.scalars import PartialDate
from explainer.parse.annotations import read_annotations, read_library
from tests.helpers.author_files import (
    EXAMPLE,
    brief,
    check_positions,
    likely,
    trees,
    yamlish,
)
from tests.helpers.examples import examples


def test_the_documented_example() -> None:
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


def test_yaml_booleans_and_numbers_stay_text() -> None:
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


def test_an_optional_key_without_a_value_is_treated_as_missing() -> None:
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


def test_all_mistakes_are_reported_at_once() -> None:
    content = "notes:\n  - {note: x, knd: y}\n  - {note: [x], date: z, sources: a}\n"
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


@settings(max_examples=examples(50), deadline=None)
@given(st.one_of(yamlish, st.text(), st.one_of(likely, trees).map(pyyaml.safe_dump)))
def test_any_text_is_parsed_or_reported(content: str) -> None:
    for read in (read_annotations, read_library):
        value, _, problems = read(Text("a.yaml", content))
        assert (value is None) == any(p.severity == "error" for p in problems)
        check_positions(problems, content)
