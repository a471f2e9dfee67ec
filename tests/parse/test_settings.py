"""explainer.parse.settings: site.toml → the model."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.model.documents import Text
from explainer.parse.settings import read_settings
from tests.helpers.author_files import (
    check_positions,
    inside,
    site,
)
from tests.helpers.examples import examples


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


@pytest.mark.parametrize("number", ["9" * 4000, "-" + "9" * 4000, "0x" + "f" * 9000, "nan", "-inf"])
def test_huge_and_non_finite_numbers_are_reported(number: str) -> None:
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


TOML = [
    *('title = "a"\n', "url", " = ", "[build]\n", "[[ratings]]\n", 'id = "a"\n', "[", "]", '"'),
    *("'", '"""', "\n", "{", "}", ", ", "# ", "= 1\n", "output", ".", "2024-11-10", "true", "é"),
]


tomlish = st.lists(st.sampled_from(TOML), max_size=20).map("".join)


@settings(max_examples=examples(50), deadline=None)
@given(st.one_of(tomlish, st.text(), tomlish.map('title = "a"\n'.__add__)))
def test_any_text_is_parsed_or_reported(content: str) -> None:
    value, places, problems = read_settings(Text("site.toml", content))
    assert (value is None) == bool(problems)
    check_positions(problems, content)
    assert inside(places.location(("ratings", 0, "id")), content)
