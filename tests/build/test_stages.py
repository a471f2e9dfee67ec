"""What differs between two lists of articles is found without a look at most of them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.build.stages import Stages
from explainer.model.documents import Document, Text

LISTS = st.lists(st.integers(0, 40), unique=True, max_size=40)
MARKS = st.lists(st.tuples(st.integers(0, 40), st.text("ab", max_size=1)), max_size=25)


def documents(numbers: list[int]) -> dict[int, Document]:
    return {number: Document(Text(f"content/{number}.md", "")) for number in numbers}


@settings(deadline=None)
@given(LISTS, MARKS)
def test_differing_documents_are_found_and_values_of_others_carried(
    numbers: list[int], changes: list[tuple[int, str]]
) -> None:
    there = documents(numbers)
    before, after = [*there.values()], dict(there)
    for number, content in changes:
        if content:
            after[number] = Document(Text(f"content/{number}.md", content))
        elif number in after:
            del after[number]
    now = [*after.values()]
    stages = Stages({})
    wanted = {
        (there.get(one), after.get(one))
        for one in {*there, *after}
        if there.get(one) is not after.get(one)
    }
    found = stages.differing(before, now)
    assert len(found) == len(wanted)
    assert {tuple(map(id, pair)) for pair in found} == {tuple(map(id, pair)) for pair in wanted}
    carried = stages.carried(before, now, [*map(id, before)])
    assert all(value in (None, id(one)) for one, value in zip(now, carried, strict=True))
    assert len(found) > 8 or None not in [
        value for one, value in zip(now, carried, strict=True) if one in before
    ]


@settings(deadline=None)
@given(LISTS, st.randoms(use_true_random=False))
def test_the_order_of_documents_is_no_difference(numbers: list[int], random: object) -> None:
    before = [*documents(numbers).values()]
    now = [*before]
    random.shuffle(now)  # type: ignore[attr-defined]
    assert Stages({}).differing(before, now) == []
