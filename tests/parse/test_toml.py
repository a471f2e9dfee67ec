"""explainer.parse.toml: locations and errors in TOML."""

from __future__ import annotations

import pytest

from explainer.model.documents import Text
from explainer.parse import toml
from tests.helpers.author_files import (
    site,
)


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        ("title = My site\n", 1, 9, "invalid value"),
        ('title = "a" b\n', 1, 13, "after the value"),
        ("title: a\n", 1, 6, "equals sign"),
        ('a = 1\ntitle = "é\n', 2, 11, "TOML does not allow"),
        ("a = 1\na = 2\n", 2, 6, "appears twice"),
        ("[a]\n[a]\n", 2, 3, "appears twice"),
        ("a = [1, 2\n", 1, 10, "not closed"),
        ('a = "\\p"\n', 1, 6, "escape"),
        ("a = " + "[" * 5000, 1, 1, "too deep"),
        ("a = " + "1" * 5000, 1, 1, "not valid TOML"),
    ],
)
def test_toml_errors_are_explained(content: str, line: int, column: int, message: str) -> None:
    (problem,) = site(content)
    assert (problem.location.line, problem.location.column) == (line, column)
    assert message in problem.message


def test_locations_in_toml() -> None:
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


def test_locations_inside_brackets() -> None:
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
