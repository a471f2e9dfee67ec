"""Each article is made with the part of the library that it names."""

from __future__ import annotations

import pytest

from explainer.article.shared_names import LibraryPart, LibraryParts, SharedNames
from explainer.model.annotations import Library
from explainer.model.documents import Text
from explainer.parse import references
from explainer.parse.annotations import read_annotations, read_library

LIBRARY = """\
sources:
  first: {title: First}
  second: {title: Second, repeats: [first]}
  third: {title: Third}
people:
  ann: {name: Ann Example}
  other: {name: ann  example}
  bob: {name: Bob}
"""


def part(annotations: str, library: str = LIBRARY) -> LibraryPart:
    value, places, _ = read_library(Text("content/_library.yaml", library))
    located = read_annotations(Text("content/a.yaml", annotations))[1]
    names = SharedNames.of(located, references.used(located))
    return LibraryParts(value or Library(), places).part(names)


def claim(by: str, source: str) -> str:
    return (
        f"claims: [{{id: c, quote: a, claim: b, by: {by}, rating: true,"
        f" evidence: [{{source: {source}, stance: supports}}]}}]\n"
    )


@pytest.mark.parametrize(
    ("annotations", "sources", "people"),
    [
        ("", "", ""),
        (claim("Nobody", "third"), "third", ""),
        (claim("Ann Example", "first"), "first", "ann other"),
        (claim("bob", "second"), "first second", "bob"),
        (claim("Bob", "mine") + "sources: {mine: {title: M, repeats: [third]}}", "third", "bob"),
        (claim("Bob", "third") + "sources: {third: {title: Mine}}", "third", "bob"),
        (claim("Bob", "thrid"), "first second third", "ann other bob"),  # a hint names another
        (claim("bobb", "first"), "first second third", "ann other bob"),
    ],
)
def test_the_entries(annotations: str, sources: str, people: str) -> None:
    found = part(annotations)
    assert " ".join(found.library.sources) == sources
    assert " ".join(found.library.people) == people
    keys = {f"{path[0]} {path[1]}" for path in found.places.keys if len(path) > 1}
    assert keys == {*(f"sources {s}" for s in sources.split())} | {
        f"people {p}" for p in people.split()
    }


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ("Bob", "Rob", True),
        ("people:", "# people\npeople:", False),  # its place in the file
        ("title: Third", "title: Last", True),
        ("title: First", "title: Last", False),
        ("  other: {name: ann", "  other: {name: joan", False),
        ("  bob:", "  ben: {name: Ben}\n  bob:", True),
    ],
)
def test_the_hash_is_that_of_these_entries(old: str, new: str, *, is_same: bool) -> None:
    annotations = claim("ann example", "second")
    annotations = annotations.replace("ann example", "Ann Example")
    before, after = part(annotations), part(annotations, LIBRARY.replace(old, new))
    assert (before.digest == after.digest) == is_same


def test_without_entries_the_library_does_not_matter() -> None:
    nothing = part(claim("Nobody", "third"), "").digest
    assert part("", LIBRARY).digest == part("", "").digest == part("notes: []", LIBRARY).digest
    assert nothing == part("", "").digest


def test_names_are_packed_and_equal_for_equal_names() -> None:
    text = claim("bob", "mine") + "sources: {mine: {title: Mine}}\npeople: {ann: {name: Ann}}"
    located = read_annotations(Text("content/a.yaml", text))[1]
    names = SharedNames.of(located, references.used(located))
    assert names.used == (("people", "bob"),)
    assert names.defined == (("people", "ann"), ("sources", "mine"))
    again = read_annotations(Text("content/b.yaml", text))[1]
    assert names == SharedNames.of(again, references.used(again))
    assert SharedNames().used == SharedNames().defined == ()
