"""New targets in annotation files: every other byte stays."""

from __future__ import annotations

import pytest

from explainer.edit.retarget import set_keys
from explainer.model.problems import Problem

FILE = """\
# A comment

notes:
  - quote: the old words   # why
    prefix: "about"
    note: |
      A note.  # no comment

  # Another comment
  - prefix: before
    quote: 'other words'
    note: Another.
  - {quote: in braces, suffix: after, note: A third.}
  - note: A fourth.
    quote: >-
      folded
      words
"""


def changed(index: int, text: str = FILE, **keys: str | None) -> str:
    result = set_keys(text, [(("notes", index), keys)], path="a.yaml")
    assert isinstance(result, str), result
    return result


def test_a_quote_changes_in_its_own_style() -> None:
    assert changed(0, quote="the new words") == FILE.replace("the old words", "the new words")
    assert changed(1, quote="new words") == FILE.replace("other words", "new words")
    assert changed(2, quote="in new braces") == FILE.replace("in braces", "in new braces")


def test_a_key_is_added_after_the_one_before_it() -> None:
    assert changed(0, quote="new", suffix="end") == FILE.replace(
        "quote: the old words   # why\n", "quote: new   # why\n    suffix: end\n"
    )
    assert "{quote: new, suffix: after, note: A third., prefix: x}" in changed(
        2, quote="new", prefix="x"
    )


def test_a_key_is_removed_with_its_line() -> None:
    assert changed(0, prefix=None) == FILE.replace('    prefix: "about"\n', "")
    assert changed(1, prefix=None) == FILE.replace("prefix: before\n    quote", "quote")
    assert changed(2, suffix=None) == FILE.replace(", suffix: after", "")


def test_a_comment_below_does_not_become_part_of_a_text() -> None:
    old = "notes:\n- quote: a\n  note: b\n      # c\n"
    for key in ("note", "by"):
        new = changed(0, old, **{key: "x\ny"})
        assert new.endswith(f'  {key}: "x\\ny"\n      # c\n')


def test_a_missing_key_is_not_removed() -> None:
    assert changed(3, suffix=None) == FILE


def test_a_folded_quote_is_replaced() -> None:
    new = changed(3, quote="other words")
    assert new.startswith(FILE[: FILE.index("    quote: >-")])
    assert "other words" in new[len(FILE[: FILE.index("    quote: >-")]) :]


def test_several_entries_change_at_once() -> None:
    changes = [(("notes", n), {"quote": f"new {n}", "prefix": None}) for n in range(3)]
    new = set_keys(FILE, changes, path="a.yaml")
    assert isinstance(new, str)
    assert all(f"new {n}" in new for n in range(3))
    assert "prefix" not in new
    assert new.count("#") == FILE.count("#")


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_line_ends_stay(ending: str) -> None:
    text = FILE.replace("\n", ending)
    new = changed(0, text, quote="the new words", suffix="more")
    assert new.count("\n") == new.count(ending)
    assert "the new words" in new


def test_characters_that_yaml_does_not_allow_are_refused() -> None:
    problem = set_keys(FILE, [(("notes", 0), {"quote": "a\x07b"})], path="a.yaml")
    assert isinstance(problem, Problem)
    assert problem.code == "bad-character"


def test_an_entry_must_exist() -> None:
    problem = set_keys(FILE, [(("claims", 0), {"quote": "x"})], path="a.yaml")
    assert isinstance(problem, Problem)
    assert problem.code == "no-entry"
