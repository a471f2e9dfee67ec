"""Removing an entry leaves every other byte of the file as it is."""

from __future__ import annotations

import pytest

from explainer.edit.remove import remove
from explainer.model.problems import Problem

FIRST = "  - quote: one\n    note: First.\n"
SECOND = "  - quote: two   # why\n    note: |\n      Second.\n      # not a comment\n"
THIRD = "  - {quote: three, note: Third.}\n"


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        ("notes:\n" + FIRST + SECOND + THIRD, 0, "notes:\n" + SECOND + THIRD),
        ("notes:\n" + FIRST + SECOND + THIRD, 1, "notes:\n" + FIRST + THIRD),
        ("notes:\n" + FIRST + SECOND + THIRD, 2, "notes:\n" + FIRST + SECOND),
        # Of the blank lines around it, one remains.
        (
            f"notes:\n{FIRST}\n{SECOND}\n{THIRD}\nsources: {{}}\n",
            1,
            f"notes:\n{FIRST}\n{THIRD}\nsources: {{}}\n",
        ),
        (f"# mine\nnotes:\n{FIRST}\n{THIRD}", 0, f"# mine\nnotes:\n\n{THIRD}"),
        # Comments above it may be a heading, and stay; those below it that are indented go.
        (f"notes:\n  # A.\n{FIRST}    # b\n  # C.\n{THIRD}", 0, f"notes:\n  # A.\n  # C.\n{THIRD}"),
        # The only entry of a section.
        (f"notes:\n{FIRST}questions:\n", 0, "notes:\nquestions:\n"),
        (f"notes:\n{FIRST}", 0, "notes:\n"),
        # A dash on its own line, with a comment; no indentation; no line break at the end.
        ("notes:\n- # a - b\n  note: A.\n- note: B.\n", 0, "notes:\n- note: B.\n"),
        ("notes:\n- note: A.\n- note: B.", 1, "notes:\n- note: A."),
        # In brackets.
        ("notes: [{note: A.}, {note: B.}]\n", 0, "notes: [{note: B.}]\n"),
        ("notes: [{note: A.}, {note: B.}]\n", 1, "notes: [{note: A.}]\n"),
        ("notes: [{note: A.}]\n", 0, "notes: []\n"),
        # Windows line ends and a byte order mark.
        ("\ufeffnotes:\r\n- note: A.\r\n- note: B.\r\n", 0, "\ufeffnotes:\r\n- note: B.\r\n"),
    ],
)
def test_only_the_entry_goes(before: str, index: int, after: str) -> None:
    edited = remove(before, ("notes", index))
    assert not isinstance(edited, Problem)
    assert edited.text == after


def test_an_entry_that_does_not_exist() -> None:
    problem = remove("notes:\n- note: A.\n", ("notes", 1), path="content/a.yaml")
    assert isinstance(problem, Problem)
    assert problem.code == "no-entry"
