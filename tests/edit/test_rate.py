"""A claim's new rating in an annotation file: the old one goes into `history`, all else stays."""

from __future__ import annotations

import pytest

from explainer.edit.rate import NewRating, rate
from explainer.model.documents import Text
from explainer.model.problems import Problem
from explainer.parse.annotations import read_annotations

TODAY = "2026-11-30"
HEAD = """\
# A comment
claims:
  - id: first   # a comment
    claim: The bridge is old.
"""
TAIL = """\

  # The next one
  - {id: second, claim: Other., rating: "true"}
notes:
  - note: A note.
"""


def rated(
    body: str, rating: str = "false", *, head: str = HEAD, tail: str = TAIL, **more: str
) -> str:
    """Rate the first claim, whose keys are `body`, and return these keys; all else is unchanged."""
    text = head + body + tail
    result = change(text, rating, **more)
    assert isinstance(result, str), result
    assert result.startswith(head)
    assert result.endswith(tail)
    return result[len(head) : len(result) - len(tail) if tail else None]


def change(text: str, rating: str, index: int = 0, **more: str) -> str | Problem:
    file = read_annotations(Text("a.yaml", text.replace("\r\n", "\n").removeprefix("\ufeff")))[0]
    assert file
    new = NewRating(rating=rating, checked=TODAY, **more)
    result = rate(text, index, file.claims[index], new, path="a.yaml")
    if isinstance(result, str):
        again, _, problems = read_annotations(
            Text("a.yaml", result.replace("\r\n", "\n").removeprefix("\ufeff"))
        )
        assert again, problems
        assert again.claims[index].rating == rating
    return result


def test_the_old_rating_goes_into_a_new_history() -> None:
    body = "    rating: disputed # why\n    checked: 2025-02-10\n"
    assert rated(body) == (
        "    rating: false # why\n"
        "    checked: 2026-11-30\n"
        "    history:\n"
        "      - {date: 2025-02-10, rating: disputed}\n"
    )


def test_it_goes_below_the_last_one() -> None:
    body = (
        "    rating: 'disputed'\n"
        "    history:\n"
        "      - {date: 2024, rating: unverified, review: Too early.}\n"
        "        # A comment on that\n"
        "    checked: 2025-02-10\n"
    )
    assert rated(body) == (
        "    rating: 'false'\n"
        "    history:\n"
        "      - {date: 2024, rating: unverified, review: Too early.}\n"
        "        # A comment on that\n"
        "      - {date: 2025-02-10, rating: disputed}\n"
        "    checked: 2026-11-30\n"
    )


def test_history_keeps_its_own_style() -> None:
    body = (
        "    rating: disputed\n"
        "    checked: 2025-02-10\n"
        "    history:\n"
        "    -   date: 2024-01-01\n"
        "        rating: unverified\n"
    )
    assert rated(body).endswith(
        "        rating: unverified\n    -   date: 2025-02-10\n        rating: disputed\n"
    )


@pytest.mark.parametrize("history", ["[]", "null", "~", ""])
def test_an_empty_history_is_filled(history: str) -> None:
    body = f"    rating: disputed\n    history: {history}".rstrip() + "\n    checked: 2025\n"
    assert "    history: [{date: 2025, rating: disputed}]\n" in rated(body)


def test_a_history_in_brackets_stays_there() -> None:
    body = "    rating: disputed\n    checked: 2025\n    history: [{date: 2024, rating: mixed}]\n"
    assert rated(body).endswith(
        "    history: [{date: 2024, rating: mixed}, {date: 2025, rating: disputed}]\n"
    )


def test_a_claim_in_braces_stays_there() -> None:
    text = HEAD + "    rating: mixed\n" + TAIL
    assert change(text, "false", 1, since="2025") == text.replace(
        'rating: "true"}',
        'rating: "false", checked: 2026-11-30, history: [{date: 2025, rating: true}]}',
    )


def test_a_new_review_moves_the_old_one() -> None:
    body = (
        "    review: |\n      Two papers say so.\n\n      Others do not.\n"
        "    rating: disputed\n    checked: 2025-02-10\n"
    )
    new = rated(body, review="The state has said so.")
    assert new.startswith("    review: |\n      The state has said so.\n    rating: false\n")
    assert r'review: "Two papers say so.\n\nOthers do not.\n"' in new or (
        "        review: |\n          Two papers say so.\n\n          Others do not.\n" in new
    )


def test_a_review_at_the_end_of_the_file_is_replaced() -> None:
    body = "    rating: disputed\n    checked: 2025-02-10\n    review: |\n      Old."
    new = rated(body, tail="", review="New.\n\nMore.")
    assert (
        "New.\n\n      More.\n    history:\n      - {date: 2025-02-10, rating: disputed, rev" in new
    )


def test_without_a_new_review_the_old_one_stays() -> None:
    body = "    rating: disputed\n    checked: 2025\n    review: >\n      Folded\n      text.\n"
    new = rated(body)
    assert "    review: >\n      Folded\n      text.\n" in new
    assert new.count("review") == 1


def test_the_same_rating_changes_nothing() -> None:
    body = "    rating: disputed\n    checked: 2025-02-10\n"
    assert rated(body, "disputed") == body
    assert rated(body, "disputed", since="2020") == body


def test_the_same_rating_with_a_new_review_is_a_check() -> None:
    body = "    rating: disputed\n    review: Old.\n    checked: 2025-02-10\n"
    assert rated(body, "disputed", review="New.") == (
        "    rating: disputed\n    review: New.\n    checked: 2026-11-30\n"
    )


@pytest.mark.parametrize(
    ("dates", "since"),
    [
        ({}, "2026-11-30"),
        ({"published": "2024-05-01"}, "2024-05-01"),
        ({"published": "2024-05-01", "since": "2025"}, "2025"),
    ],
)
def test_a_claim_without_a_check_has_another_date(dates: dict[str, str], since: str) -> None:
    assert f"{{date: {since}, rating: disputed}}" in rated("    rating: disputed\n", **dates)


def test_a_second_rating_on_one_day_is_kept_but_not_a_third() -> None:
    first = rated("    rating: mixed\n    checked: 2025\n", "disputed")
    second = rated(first, "false")
    assert second.endswith("- {date: 2026-11-30, rating: disputed}\n")
    third = rated(second, "true")
    assert third == second.replace("rating: false", "rating: true")


@pytest.mark.parametrize(
    ("last", "code"),
    [("2025-02-10", "duplicate-date"), ("2025-03", "history-order"), ("2026", "history-order")],
)
def test_a_date_that_does_not_fit_is_refused(last: str, code: str) -> None:
    body = (
        "    rating: disputed\n    checked: 2025-02-10\n"
        f"    history:\n      - {{date: {last}, rating: mixed}}\n"
    )
    problem = change(HEAD + body + TAIL, "false")
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert "--since" in problem.hint
    assert isinstance(change(HEAD + body + TAIL, "false", since="2026-05-01"), str)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_stay(ending: str, mark: str) -> None:
    text = mark + (HEAD + "    rating: disputed\n    checked: 2025\n" + TAIL).replace("\n", ending)
    new = change(text, "false")
    assert isinstance(new, str)
    assert new.startswith(mark + "# A")
    assert new.count("\n") == new.count(ending) == text.count("\n") + 2


def test_json_stays_json() -> None:
    import json

    text = '{"claims": [{"id": "a", "claim": "C.", "rating": "mixed", "checked": "2025"}]}\n'
    new = change(text, "false")
    assert isinstance(new, str)
    assert json.loads(new)["claims"][0] == {
        "id": "a",
        "claim": "C.",
        "rating": "false",
        "checked": TODAY,
        "history": [{"date": "2025", "rating": "mixed"}],
    }
